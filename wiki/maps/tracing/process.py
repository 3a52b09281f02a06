"""The process that looks at a photo of a sheet, or straightens it, and dies with it.

`python -m wiki.maps.tracing.process ORDER`, the photo on its standard input; ORDER is JSON, `{}` to
look, `{"corners", "sheet", "clean"}` to straighten. It says how far it is, out of 100, in lines
such as `@40`, then answers a line of JSON, then the picture.
"""

import io
import json
import os
import sys

from wiki.files.cleaning import Broken, is_decodable, open_picture
from wiki.files.making.pictures import upright
from wiki.maps.tracing import finding, straightening
from wiki.maps.tracing.sheets import Sheet

SECONDS, MEGABYTES = 30, 1400
AT_MOST = 4000  # pixels of the longer edge of what is worked on


def main(order: dict) -> None:
    """Do what is ordered, and say how it ended."""
    _limit()
    answer = os.fdopen(os.dup(1), "wb")
    sys.stdout = sys.stderr  # a stray print must not look like an answer

    def tell(far: int) -> None:
        answer.write(b"@%d\n" % far)
        answer.flush()

    with open(0, "rb", closefd=False) as file:
        told, made = _done(io.BytesIO(file.read()), order, tell)
    answer.write(json.dumps(told).encode() + b"\n" + made)
    answer.flush()


def _done(file, order: dict, tell) -> tuple[dict, bytes]:
    from PIL import Image

    try:
        with open_picture(file) as image:
            if not is_decodable(*image.size):
                return {"failed": "too_large"}, b""
            image.draft("RGB", (AT_MOST, AT_MOST))
            tell(10)
            stands = upright(image)
    except Broken:
        return {"failed": "damaged"}, b""
    except MemoryError:
        return {"failed": "too_large"}, b""
    except Exception:  # on hostile bytes its decoders raise anything
        return {"failed": "damaged"}, b""
    if stands.mode == "RGBA":
        under = Image.new("RGBA", stands.size, "#fff")
        stands = Image.alpha_composite(under, stands).convert("RGB")
    stands.thumbnail((AT_MOST, AT_MOST), Image.Resampling.BOX)
    tell(40)
    if "corners" not in order:
        return _looked(stands).told(), b""
    sheet = Sheet.unpack(bytes.fromhex(order.get("sheet") or ""))
    try:
        made, wide, high = straightening.straighten(
            stands, order["corners"], sheet, bool(order.get("clean")), tell
        )
    except (ArithmeticError, ValueError):
        return {"failed": "corners"}, b""
    return {"width": wide, "height": high}, made


def _looked(stands) -> finding.Found:
    try:
        return finding.look(stands)
    except (ArithmeticError, ValueError):  # marks that no plane holds: hands will tell the corners
        return finding.Found(finding.CORNERS, 0)


def _limit() -> None:
    try:
        import resource

        memory = MEGABYTES << 20
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.nice(5)
    except (ImportError, OSError, ValueError):
        pass  # a system without these limits still has the clock of the parent


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

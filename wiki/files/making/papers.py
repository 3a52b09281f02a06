"""The process that draws one page of a PDF, on its standard input, and dies with it.

`python -m wiki.files.making.papers PAGE SECONDS MEGABYTES` answers a line of JSON, `{"count": 3}`,
then the page as WebP; nothing more when it cannot be drawn.
"""

import io
import json
import os
import resource
import sys

LONGEST = 1400  # pixels of the longer edge
QUALITY = 78


def main(number: int, seconds: int, megabytes: int) -> None:
    """Draw the page, within limits."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    sys.stdout = sys.stderr
    with open(0, "rb", closefd=False) as file:
        data = file.read()
    count, drawn = _draw(data, number)
    answers.write(json.dumps({"count": count}).encode() + b"\n" + drawn)
    answers.flush()


def _draw(data: bytes, number: int) -> tuple[int, bytes]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    count = len(document)
    if not 1 <= number <= count:
        return count, b""
    page = document[number - 1]
    scale = LONGEST / max(*page.get_size(), 1)
    # Forms are drawn empty and scripts are never run: the page as it is printed, no more.
    image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    made = io.BytesIO()
    image.save(made, "WEBP", quality=QUALITY, method=3)
    return count, made.getvalue()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))

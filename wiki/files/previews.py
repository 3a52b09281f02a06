"""What was made out of bytes for the screen, kept beside them under their SHA-256, and remade.

`media` has it made by a job; a picture that is asked for before is made while its reader waits.
"""

import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

from flask import current_app

from wiki import storage
from wiki.db import db, is_disk_full
from wiki.files import apart
from wiki.files.cleaning import is_decodable
from wiki.files.making import pictures
from wiki.files.models import Blob

SIZES = pictures.SIZES
SHOWN = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/bmp",
         "image/tiff", "image/heic"}  # fmt: skip
MIMES = {".webp": "image/webp", ".avif": "image/avif", ".m4a": "audio/mp4", ".mp4": "video/mp4"}
QUICK = {"image/jpeg", "image/png", "image/webp", "image/gif"}
SMALL = 1_500_000  # pixels of a picture that is not worth a process
_making = threading.Lock()  # decoding takes memory: in a burst of photos, one after the other


def is_possible(blob: Blob) -> bool:
    """Whether a smaller picture can be made, as far as is known before trying."""
    return blob.mime in SHOWN and is_decodable(blob.width, blob.height)


def path(sha256: str, size: str) -> Path | None:
    """The picture in one of SIZES, made when first asked for; None when it cannot be."""
    target = place(sha256, f"{size}.webp")
    if target.exists():
        return target
    if failed(sha256):
        return None
    with _making:
        if not target.exists() and not _make(sha256, [f"{size}.webp"]):
            return None
    return target


def place(sha256: str, name: str) -> Path:
    """Where a thing made of these bytes lies: « thumb.webp », « audio.m4a »."""
    return _folder() / sha256[:2] / f"{sha256[2:]}-{name}"


def failed(sha256: str) -> bool:
    """Whether these bytes were tried and are no picture."""
    return place(sha256, "failed.webp").exists()


def note_failure(sha256: str) -> None:
    """Do not try these bytes again."""
    target = place(sha256, "failed.webp")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch()


def keep(sha256: str, folder: Path, names: Iterable[str]) -> None:
    """Move things made in a temporary folder to their place, durably."""
    for name in names:
        target = place(sha256, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        storage.move_durably(folder / name, target)


def forget(sha256: str) -> None:
    """Delete what was made of bytes that are gone."""
    place(sha256, "").parent.mkdir(parents=True, exist_ok=True)
    for made in place(sha256, "").parent.glob(f"{sha256[2:]}-*"):
        made.unlink(missing_ok=True)


def is_quick(blob) -> bool:
    """Whether decoding costs so little, whatever the bytes hold, that it needs no process.

    These decoders are bounded by the number of pixels (`cleaning.open_picture` sees to the passes
    of a JPEG): 1.5 million of them take less than a second and 30 MB.
    """
    return blob.mime in QUICK and (blob.width or 0) * (blob.height or 0) <= SMALL


def make_here(sha256: str, names: list[str]) -> dict | None:
    """Make sizes of a picture in this process, and tell what is known of it; None if it cannot."""
    storage.check_room(20_000_000)
    try:
        with (
            tempfile.TemporaryDirectory(dir=storage.temporary_folder()) as folder,
            storage.open_blob(sha256) as file,
        ):
            found = pictures.make(file, Path(folder), names)
            keep(sha256, Path(folder), names)
    except Exception as error:  # on hostile bytes Pillow's decoders raise anything
        if is_disk_full(error):
            raise storage.StorageFull from error
        note_failure(sha256)
        return None
    return found


def _make(sha256: str, names: list[str]) -> dict | None:
    """Make sizes of a picture here when that is quick, else in a process that may be killed."""
    blob = db.session.get(Blob, sha256)
    if blob is None or is_quick(blob):
        return make_here(sha256, names)
    source = storage.path_of(sha256)
    storage.check_room(20_000_000)
    with tempfile.TemporaryDirectory(
        dir=storage.temporary_folder(), ignore_cleanup_errors=True
    ) as folder:
        apart.give_orders(Path(folder), wanted=names)
        try:
            done = apart.run(source, "image", blob.mime, Path(folder), lambda _progress: None)
        except FileNotFoundError:
            return None
        if done["end"] == "ready":
            keep(sha256, Path(folder), names)
            return done
    if done.get("reason") == "no_room":
        raise storage.StorageFull
    note_failure(sha256)
    return None


def best(sha256: str, size: str, takes_avif: bool) -> Path | None:
    """The lightest picture that the reader's browser shows."""
    light = place(sha256, f"{size}.avif")
    return light if takes_avif and light.exists() else path(sha256, size)


def _folder() -> Path:
    return Path(current_app.config["DATA"]) / "previews"

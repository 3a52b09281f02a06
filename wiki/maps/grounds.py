"""Pictures that lie under a map: taken when they can be shown, refused in words when not."""

from flask_babel import gettext as _
from flask_login import current_user

from wiki.db import db
from wiki.files import previews, uploads
from wiki.files.cleaning import PIXELS, Broken, is_decodable, open_picture
from wiki.files.models import File


def receive(found, sent) -> File:
    """Keep the picture that came with a form, among the files of the map. Commits.

    Raises uploads.Refused, having kept nothing, for what no screen could draw.
    """
    try:
        with open_picture(sent.stream) as opened:
            width, height = opened.size
    except Broken:
        raise uploads.Refused(_no_picture()) from None
    if not is_decodable(width, height):
        raise uploads.Refused(_too_large(width, height))
    sent.stream.seek(0)
    return uploads.receive(sent.stream, sent.filename, found.group, current_user, parent=found)


def check(number: int) -> None:
    """Raise uploads.Refused when a file that is here already is no picture that can be shown."""
    file = db.session.get(File, number)
    if file is None or file.blob.mime not in previews.SHOWN:
        raise uploads.Refused(_no_picture())
    if not previews.is_possible(file.blob):
        raise uploads.Refused(_too_large(file.blob.width or 0, file.blob.height or 0))


def _no_picture() -> str:
    return _("This is no picture that can lie under a map: take a photo, a PNG or a JPEG.")


def _too_large(width: int, height: int) -> str:
    return _(
        "This picture is too large (%(wide)s × %(high)s points): at most %(most)s million. "
        "Nothing was kept; make it smaller, or photograph it.",
        wide=width, high=height, most=PIXELS // 1_000_000,
    )  # fmt: skip

"""Answers as a page shows them: what can be called, written to or opened is touched to do so."""

import re

from markupsafe import Markup, escape

from wiki.maps import fields
from wiki.maps.routes import blueprint

_SITE = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_CALL = re.compile(r"\+\d{1,3}(?:[ .-]?\d){7,11}|0[1-9](?:[ .-]?\d\d){4}")
_LINK = Markup('<a href="{}" rel="nofollow noopener noreferrer">{}</a>')


@blueprint.app_template_global("answer_of")
def told(asked: dict, value) -> Markup:
    """An answer in words, each thing of it on its own; '' for none."""
    return Markup(", ").join(map(_touched, fields.parts(asked, value)))


def _touched(said: str) -> Markup:
    if _SITE.fullmatch(said):
        return _LINK.format(said, re.sub(r"^https?://(www\.)?|/$", "", said))
    if _MAIL.fullmatch(said):
        return _LINK.format(f"mailto:{said}", said)
    if _CALL.fullmatch(said):
        return _LINK.format("tel:" + re.sub(r"[^\d+]", "", said), _spoken(said))
    return escape(said)


def _spoken(number: str) -> str:
    """A French telephone two figures at a time, as it is said; others as they are written."""
    digits = re.sub(r"[^\d+]", "", number)
    if digits.startswith("+33") and len(digits) == 12:
        digits = "0" + digits[3:]
    if not re.fullmatch(r"0\d{9}", digits):
        return number
    return "\u00a0".join(digits[at : at + 2] for at in range(0, 10, 2))

"""What may go on paper: only what everyone who appears in it said may be printed."""

import re
from collections.abc import Iterable

from flask_babel import gettext as _
from markupsafe import escape

from wiki.consents.reckoning import allowances

_PICTURE = re.compile(r"<img\b[^>]*?\bsrc=\"[^\"]*?/files/(\d+)[^\"/]*/(?:preview|media)/[^>]*>")


def kept_off(item_ids: Iterable[int]) -> dict[int, list[str]]:
    """The items that somebody did not let be printed, and who, by the name that is shown."""
    found: dict[int, list[str]] = {}
    for one in allowances(sorted(set(item_ids))):
        if not all(grant is not None and grant.prints for grant in one.grants.values()):
            found.setdefault(one.appearance.item_id, []).append(one.appearance.person.shown_name)
    return found


def without_pictures(html: str) -> str:
    """A page for paper in which the photos that may not be printed leave their place to words."""
    refused = kept_off(int(found[1]) for found in _PICTURE.finditer(html))
    if not refused:
        return html
    said = _("Photo that may not be printed")
    words = f"<em>{escape(said)}</em>"
    return _PICTURE.sub(lambda one: words if int(one[1]) in refused else one[0], html)

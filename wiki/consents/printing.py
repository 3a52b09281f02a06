"""What may go on paper: only what everyone who appears in it said may be printed."""

import re
from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from markupsafe import escape
from sqlalchemy import select

from wiki.consents.models import Appearance, ConsentEvent
from wiki.consents.reckoning import allowances
from wiki.db import db

_AT = r"\"[^\"]*?/files/(\d+)[^\"/]*/(?:preview|media)/[^>]*>"
_PICTURE = re.compile(rf"<img\b[^>]*?\bsrc={_AT}")
_DRAWN = re.compile(rf"<image\b[^>]*?\bhref={_AT}")  # under a map, in its drawing


def kept_off(item_ids: Iterable[int]) -> dict[int, list[str]]:
    """The items that somebody did not let be printed, and who, by the name that is shown."""
    found: dict[int, list[str]] = {}
    for one in allowances(sorted(set(item_ids))):
        if not all(grant is not None and grant.prints for grant in one.grants.values()):
            found.setdefault(one.appearance.item_id, []).append(one.appearance.person.shown_name)
    return found


def kept_off_since(item_ids: Iterable[int], moment: datetime) -> bool:
    """Whether some of these may not be printed of which somebody decided after that moment."""
    decided = (
        select(Appearance.item_id)
        .join(ConsentEvent, ConsentEvent.person_id == Appearance.person_id)
        .where(Appearance.item_id.in_(list(item_ids)), ConsentEvent.created_at >= moment)
    )
    return bool(kept_off(db.session.scalars(decided)))


def without_pictures(html: str) -> str:
    """A page for paper in which the photos that may not be printed leave their place to words."""
    found = [*_PICTURE.finditer(html), *_DRAWN.finditer(html)]
    refused = kept_off(int(one[1]) for one in found)
    if not refused:
        return html
    said = escape(_("Photo that may not be printed"))

    def unless_refused(words: str):
        return lambda one: words if int(one[1]) in refused else one[0]

    html = _PICTURE.sub(unless_refused(f"<em>{said}</em>"), html)
    return _DRAWN.sub(unless_refused(f'<text x="12" y="24" font-size="14">{said}</text>'), html)

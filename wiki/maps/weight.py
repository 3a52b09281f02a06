"""How much the shapes of one map may weigh: beyond, no telephone would draw it."""

import json

from flask_babel import gettext as _
from sqlalchemy import Text, cast, func, select

from wiki.db import db
from wiki.maps.models import Feature

HEAVIEST = 20_000_000  # characters of all shapes together: some million positions
LIGHT = 20_000  # of one shape; those that are lighter are not weighed


def too_heavy() -> str:
    """What is said to whoever brings one more."""
    return _("the shapes of this map are too heavy together: simplify this one, or begin another "
             "map.")  # fmt: skip


class Scales:
    """Weighs what is added to a map; asks the database once, and only about a heavy shape."""

    def __init__(self, map_id: int):
        self.map_id, self.carried = map_id, None

    def has_room(self, shape: dict | None, instead_of: str = "") -> bool:
        """Whether a shape may be added, in the place of the one a feature has; counts it then."""
        weight = len(json.dumps(shape)) if shape else 0
        if weight <= LIGHT:
            return True
        if self.carried is None:
            self.carried = self._carried(instead_of)
        if self.carried + weight > HEAVIEST:
            return False
        self.carried += weight
        return True

    def _carried(self, instead_of: str) -> int:
        heavy = func.coalesce(func.sum(func.length(cast(Feature.geometry, Text))), 0)
        others = Feature.deleted_at.is_(None), Feature.uuid != instead_of
        return db.session.scalar(select(heavy).where(Feature.map_id == self.map_id, *others))

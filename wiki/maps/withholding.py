"""What of an address those outside a group read, when a place is said roughly.

Rounding a point and printing its street beside it would tell all the same.
"""

import re

from wiki.markup.text import fold

# How questions that ask for a place are named; the town and its code may be said.
_ASKED = re.compile(
    r"(adresse|address|complement d?\W?adresse|rue|voie|street|gps|coordonnees|coordinates|position"
    r"|latitude|longitude|lat$|lng$|lon$)\b"
)
_NUMBER = re.compile(r"^\s*\d{1,5}\s*(?:(?:bis|ter|quater|[a-e])\b)?[\s,]*", re.IGNORECASE)
_MORE = ("complement", "gps", "coord", "position", "lat", "lon", "lng")


def known(definition: list[dict], props: dict | None, precision: str, crs: str = "geo") -> dict:
    """The values of a feature as those outside its group may read them, at its precision."""
    if precision == "exact" or crs == "simple" or not props:
        return props or {}
    labels = {one["key"]: one["label"] for one in definition}
    told = {}
    for key, value in props.items():
        name = _name(key, labels.get(key, ""))
        if not name:
            told[key] = value
        elif precision == "street" and isinstance(value, str) and not name.startswith(_MORE):
            told[key] = _NUMBER.sub("", value)  # the street without the door
    return told


def _name(key: str, label: str) -> str:
    """The name of a question that asks for a place; '' for the others."""
    for said in (key, label):
        bare = " ".join(fold(said).replace("_", " ").split())
        if _ASKED.match(bare):
            return bare
    return ""

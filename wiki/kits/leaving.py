"""What a kit names by number, for whoever gives its group new ones; what of it does not leave."""

from wiki.archive import tables
from wiki.db import db
from wiki.kits import withdrawing
from wiki.kits.models import KitVersion


def renumber(row: dict, number, _row_of) -> None:
    """The things that a kit is made of."""
    row["chosen"] = [made for old in row["chosen"] or [] if (made := number(old))]


def renumber_version(row: dict, number, _row_of) -> None:
    """The same, for one of its versions."""
    row["contents"] = [
        {name: number(value) if name == "item" else value for name, value in one.items()}
        for one in row["contents"] or []
        if isinstance(one, dict)
    ]


def without_bytes(row: dict) -> dict:
    """A version that leaves no more by itself does not leave inside its group's archive either."""
    why = withdrawing.why(db.session.get(KitVersion, row["id"])) if row["sha256"] else ""
    if not why:
        return row
    hushed = {"contents": [], "left_out": [], "sha256": None, "was": row["sha256"], "gone": why}
    return row | hushed


tables.numbered("kit", renumber)
tables.withholding("kit_version", without_bytes)
tables.numbered("kit_version", renumber_version)

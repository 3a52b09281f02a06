"""What of a report may be in a kit: how it was done, not by whom, nor what was measured there."""

from wiki.archive import nameless
from wiki.db import db
from wiki.reports.models import Report

# Words of people who agreed for the original, whom to call there, what was measured there.
NEVER_TAKEN = {"voices", "contact", "indicators"}
_THEIRS = {"structure": "", "place": "", "people": None, "year": None, "freshness": "",
           "checked_at": None, "check_asked_at": None}  # fmt: skip
_THEIRS |= {name: [] for name in ("effects", "contributors", "reviewers")}


def told(row: dict) -> dict:
    """A report as anybody could have written it."""
    sections = {k: v for k, v in (row["sections"] or {}).items() if k not in NEVER_TAKEN}
    return row | _THEIRS | {"sections": sections}


def names(group_id: int) -> list[str]:
    """Who is named as a contributor, a reader, a contact."""
    found = []
    for row in db.session.execute(
        db.select(Report.contributors, Report.reviewers).where(Report.group_id == group_id)
    ):
        found += [str(name) for some in row for name in some or []]
    contact = db.metadata.tables["report_contact"]
    mine = db.select(Report.id).where(Report.group_id == group_id)
    query = db.select(contact.c.name).where(contact.c.report_id.in_(mine))
    return found + list(db.session.scalars(query))


nameless.may_go("report", told)
nameless.never_taken["reports"] = NEVER_TAKEN
nameless.more_names.append(names)

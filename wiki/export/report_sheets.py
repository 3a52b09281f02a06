"""What a report says on paper beside its texts: minute, facts, signs, lines, who wrote it."""

from typing import NamedTuple

from flask_babel import gettext as _

from wiki.items import history
from wiki.reports import facts, freshness, lines, testimony, trust
from wiki.reports.models import Report
from wiki.reports.outlines import LINES_OF, arranged

FIRST = "what_failed"  # what did not work is never hidden at the bottom


class ReportSheet(NamedTuple):
    """Everything a report shows that other kinds have not."""

    minute: list
    facts: list
    signs: list
    lines: dict
    outdated: bool
    authors: str
    contributors: list
    contacts: list


def of(report: Report, reader) -> ReportSheet:
    """What stands around the texts of a report, as this reader may know it."""
    first = history.first_shown(report, reader)
    writers = [name for name, _count in history.writers(report, first)]
    state = freshness.state(report)
    credited = (report.extra or {}).get("authors") or []
    return ReportSheet(
        minute=facts.minute(report.summary),
        facts=[fact for fact in facts.facts(report) if fact[2]],
        signs=trust.signs(report, writers, trust.known(report, reader)),
        lines={key: _lines(report, key) for key in LINES_OF if getattr(report, LINES_OF[key])},
        outdated=bool(state) and state[0] == "outdated",
        authors=", ".join(map(str, credited)) if isinstance(credited, list) else str(credited),
        contributors=list(report.contributors or []),
        contacts=testimony.contacts_of(report),
    )


def order(report: Report, written: list[str]) -> list[str]:
    """The keys of what is printed, lines without a text included, what failed first."""
    with_lines = [key for key in LINES_OF if getattr(report, LINES_OF[key])]
    keys = [key for key in [*arranged(report), "body"] if key in written or key in with_lines]
    return sorted(keys, key=lambda key: key != FIRST)


def titles(report: Report) -> dict[str, str]:
    """What each section is called."""
    return report.section_names()


def _lines(report: Report, key: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """(about whom or what, [(words, how it is known or how much it matters)])."""
    name = LINES_OF[key]
    column = "evidence" if name == "effects" else "weight"
    return [
        (str(word.name), [(row.get("text", ""), _said(column, row)) for row in rows])
        for word, rows in lines.grouped(name, getattr(report, name))
    ]


def _said(column: str, row: dict) -> str:
    word = lines.word_of(column, row.get(column, ""))
    parts = [str(word.name) if word else _("Not said")]
    if row.get("n") is not None:
        parts.append(f"n = {row['n']}")
    if row.get("source"):
        parts.append(row["source"])
    return ", ".join(parts)

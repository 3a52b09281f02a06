"""The figures of a report in steps: what search counts and narrows by."""

from wiki.markup.text import slugify

SESSIONS = ((1, "en-une-fois"), (5, "2-a-5-seances"), (12, "6-a-12-seances"))
HOURS = ((4, "en-une-fois"), (15, "2-a-5-seances"), (40, "6-a-12-seances"))
LONGER = "plus-de-12-seances"
PEOPLE = ((5, "1-a-5"), (12, "6-a-12"), (30, "13-a-30"))
MORE = "plus-de-30"
EUROS = ((0, "gratuit"), (200, "jusqu-a-200"), (1000, "201-a-1000"), (5000, "1001-a-5000"))
DEARER = "plus-de-5000"


def facets(report) -> dict[str, list[str]]:
    """The step of each figure that the report gives, by vocabulary."""
    steps = {
        "durations": _step(report.sessions, SESSIONS, LONGER) or _step(report.hours, HOURS, LONGER),
        "sizes": _step(report.people, PEOPLE, MORE),
        "costs": _step(report.cost, EUROS, DEARER),
        "years": str(report.year) if report.year else None,
        "licences": slugify(report.licence or "") or None,
    }
    return {vocabulary: [slug] for vocabulary, slug in steps.items() if slug}


def _step(figure: int | None, steps, above: str) -> str | None:
    if figure is None or figure < 0:
        return None
    return next((slug for most, slug in steps if figure <= most), above)

"""Opening days written as people say them: « Du mardi au vendredi, 9 h à 18 h ».

Only the days are understood; the rest is given back as it was written, so that no hour is guessed.
"""

import re

_NAMES = {
    "Mo": ("lundi", "monday", "lun"), "Tu": ("mardi", "tuesday", "mar"),
    "We": ("mercredi", "wednesday", "mer"), "Th": ("jeudi", "thursday", "jeu"),
    "Fr": ("vendredi", "friday", "ven"), "Sa": ("samedi", "saturday", "sam"),
    "Su": ("dimanche", "sunday", "dim"),
}  # fmt: skip
_WEEK = list(_NAMES)
_CODES = {name: code for code, names in _NAMES.items() for name in names}
_FULL = "|".join(name for names in _NAMES.values() for name in names[:2])
_SHORT = "|".join(names[2] for names in _NAMES.values())
_ALL = (
    r"tous les jours|chaque jour|toute la semaine|7\s?j?\s?/\s?7|"
    r"tous les (?:matins|apr[èe]s-midis?|soirs|midis)|every day|every morning|every evening"
)
# What does not hold each week, or holds on asking: said whole, so that nobody reads half of it.
_SELDOM = re.compile(
    r"sur deux|\bmois\b|vacances|scolaire|paires?\b|premier|deuxi|troisi|dernier|\b[1-5]er?\b(?! h)"
    r"|rendez-vous|\brdv\b|every other|month|appointment|tous les [mas]",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:sauf|except[ée]s?|hors|ferm[ée]e?s?|closed|except)\b", re.IGNORECASE)


def open_days(written: str) -> list[tuple[str, str]]:
    """Each weekday that a writing names, with what it says of it; empty when it names none."""
    found: dict[str, str] = {}
    marks = list(_marks(written))
    groups = _grouped(written, marks)
    for at, (days, is_not, _start, _end) in enumerate(groups):
        if is_not:
            for day in days:
                found.pop(day, None)
            if at and (said := _tail(written, groups, at)):
                found = {day: kept or said for day, kept in found.items()}
            continue
        said = written.strip() if _SELDOM.search(written) else _tail(written, groups, at)
        for day in days:
            found[day] = f"{found[day]}, {said}" if found.get(day) and said else said
    return [(day, found[day]) for day in _WEEK if day in found]


def _marks(written: str):
    """Yields (days, start, end) of each place where days are named."""
    names = _FULL
    if not re.search(rf"\b(?:{_FULL})", written, re.IGNORECASE):
        names = _SHORT if re.search(r"\d", written) else _FULL  # « mer » may be the sea
    day = rf"(?:{names})(?:s\b|\b\.?)"
    rule = re.compile(
        rf"(?P<all>{_ALL})|(?:\b(?:du|de|from)\s+)?\b(?P<first>{day})"
        rf"(?:\s*(?:-|–|\bau\b|\b[àa]\b|\bto\b|\buntil\b)\s*(?P<last>{day}))?",  # noqa: RUF001
        re.IGNORECASE,
    )
    for one in rule.finditer(written):
        if one["all"]:
            yield _WEEK, one.start(), one.end()
            continue
        first = _code(one["first"])
        last = _code(one["last"]) if one["last"] else first
        start, end = _WEEK.index(first), _WEEK.index(last)
        days = _WEEK[start : end + 1] if start <= end else [*_WEEK[start:], *_WEEK[: end + 1]]
        yield days, one.start(), one.end()


def _code(said: str) -> str:
    bare = said.lower().rstrip(".")
    return _CODES[bare] if bare in _CODES else _CODES[bare.removesuffix("s")]


def _grouped(written: str, marks: list) -> list[tuple[list[str], bool, int, int]]:
    """Days of which the same is said: « mardi et jeudi, 9 h »; whether they are taken away."""
    groups: list = []
    for days, start, end in marks:
        before = written[groups[-1][3] if groups else 0 : start]
        is_not = bool(_NOT.search(before))
        if groups and not is_not and re.fullmatch(r"[\s,&/]*(?:et|and|le|les|puis)?\s*", before):
            groups[-1] = ([*groups[-1][0], *days], groups[-1][1], groups[-1][2], end)
        else:
            groups.append((list(days), is_not, start, end))
    return groups


def _tail(written: str, groups: list, at: int) -> str:
    """What is said after days, until the next ones."""
    after = groups[at + 1] if at + 1 < len(groups) else None
    said = written[groups[at][3] : after[2] if after else len(written)]
    said = _NOT.split(said)[0] if after and after[1] else said
    said = re.sub(r"\s+\b(?:et|and|le|les|du|de)\s*$", "", said.strip(" ,;:.–-\u00a0\u202f\n"))  # noqa: RUF001
    return said.strip(" ,;:.–-\u00a0\u202f\n()")  # noqa: RUF001

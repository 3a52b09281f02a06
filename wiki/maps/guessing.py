"""What a file asks of its features: fields made from the names and values that it brings."""

import re

from wiki.accounts.models import COLOURS
from wiki.maps import fields
from wiki.maps.formats import national
from wiki.maps.formats.found import Found
from wiki.markup.sanitize import clean_text
from wiki.markup.text import fold

LISTED = ("categorie", "category", "type", "theme", "famille", "thematique", "statut")
FEW, MOST_CHOICES = 12, 40
# A plus is the beginning of a telephone.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:[.,]\d{1,12})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}")
_LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


def merged(definition: list[dict], found: Found) -> list[dict]:
    """The fields of a map with those that a file brings, as far as there is room."""
    known = {one["key"] for one in definition}
    made = list(definition)
    named = [one for one in found.fields if one["key"] not in known]
    made += named
    known |= {one["key"] for one in named}
    given: dict[str, list] = {}
    for row in found.rows:
        for key, value in row.props.items():
            if key not in known and not key.startswith("_umap"):
                given.setdefault(key, []).append(value)
    schema = _national(given) if found.is_words else {}
    for key, values in given.items():
        name = clean_text(key)
        if name == key and fields.KEY.fullmatch(key):
            field = schema.get(key) or _field(key, values, found.is_words)
            if field and len(made) < fields.MOST_FIELDS:
                made.append(field)
    return made


def _national(given: dict) -> dict[str, dict]:
    """The fields of the national schema, when a file that holds words only brings its places."""
    if "pivot" not in given or len(given.keys() & set(national.COLUMNS)) < national.MANY_ENOUGH:
        return {}
    return {one["key"]: one for one in national.fields()}


def _field(key: str, values: list, is_words: bool) -> dict | None:
    kind = _kind(key, values, is_words)
    if kind is None:
        return None
    choices = []
    if kind in ("choice", "multi"):
        flat = [one for v in values for one in (v if isinstance(v, list) else [v])]
        choices = [
            {"value": str(one), "label": str(one), "colour": COLOURS[at % len(COLOURS)],
             "pattern": fields.PATTERNS[at % len(fields.PATTERNS)], "picto": ""}
            for at, one in enumerate(dict.fromkeys(flat))
        ][: fields.MOST_CHOICES]  # fmt: skip
    return {"key": key, "label": key, "type": kind, "choices": choices, "required": False}


def _kind(key: str, values: list, is_words: bool) -> str | None:
    """The type that takes every value as it is; None when no field can hold them."""
    if all(isinstance(one, bool) for one in values):
        return "bool"
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
        return "number"
    if all(isinstance(one, list) and one and all(isinstance(v, str) for v in one)
           and _are_short(one) for one in values):  # fmt: skip
        return "multi"
    if not all(isinstance(one, str) for one in values):
        return None
    if is_words and all(_NUMBER.fullmatch(one) for one in values):
        return "number"
    if is_words and all(_DATE.fullmatch(one) for one in values):
        return "date" if all(_is_date(one) for one in values) else "text"
    if all(_LINK.fullmatch(one) and len(one) <= 1000 for one in values):
        return "link"
    few = len(set(values))
    listed = fold(key) in LISTED and few <= MOST_CHOICES
    if (listed or (few <= FEW and len(values) >= 4 * few)) and _are_short(values):
        return "choice"
    return "text" if all(len(one) <= fields.LONGEST for one in values) else None


def _are_short(values: list) -> bool:
    return all(one and len(one) <= 60 and clean_text(one) == one for one in values)


def _is_date(said: str) -> bool:
    try:
        return bool(fields.value_of({"type": "date", "label": ""}, said))
    except fields.Refused:
        return False

"""What programs may write, field by field: nothing else reaches a column."""

from collections.abc import Callable
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.db import db
from wiki.items import terms
from wiki.items.models import Item, Scope, Term
from wiki.items.writing import TEXT_LENGTH, TITLE_LENGTH
from wiki.maps.fields import MAP_KINDS
from wiki.markup.sanitize import clean_body, clean_text
from wiki.reports import lines
from wiki.reports.outlines import BY_KEY, OUTLINES, OWN_KEY

LARGEST_NUMBER = 2**31 - 1
SCOPES = {scope.name.lower(): scope for scope in Scope}
MANY_TERMS = 100


class Refused(Exception):
    """A request that cannot be granted: a status, a code for programs, words for people."""

    def __init__(self, status: int, code: str, message: str, **more):
        super().__init__(message)
        self.status, self.code, self.message, self.more = status, code, message, more


class Field(NamedTuple):
    """One field: what reads it, and how the description of the API names its type."""

    read: Callable[[str, object], object]
    schema: dict


def line(longest: int, needed: bool = False) -> Field:
    """A text of one line."""

    def read(name: str, value: object) -> str:
        cleaned = clean_text(_text(name, value))
        if len(cleaned) > longest:
            raise wrong(name, _("%(name)s: at most %(n)s characters.", name=name, n=longest))
        if needed and not cleaned:
            raise wrong(name, _("%(name)s: cannot be empty.", name=name))
        return cleaned

    least = {"minLength": 1} if needed else {}
    return Field(read, {"type": "string", "maxLength": longest, **least})


def text(longest: int = TEXT_LENGTH) -> Field:
    """A text of several lines."""

    def read(name: str, value: object) -> str:
        cleaned = clean_body(_text(name, value))
        if len(cleaned) > longest:
            raise wrong(name, _("%(name)s: at most %(n)s characters.", name=name, n=longest))
        return cleaned

    return Field(read, {"type": "string", "maxLength": longest})


def figure(least: int = 0, most: int = LARGEST_NUMBER) -> Field:
    """A whole number, or null."""

    def read(name: str, value: object) -> int | None:
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong(name, _("%(name)s: a whole number, or null.", name=name))
        if not least <= value <= most:
            raise wrong(name, _("%(name)s: between %(a)s and %(b)s.", name=name, a=least, b=most))
        return value

    return Field(read, {"type": ["integer", "null"], "minimum": least, "maximum": most})


def choice(*values: str) -> Field:
    """One of a few words."""

    def read(name: str, value: object) -> str:
        if value not in values or not isinstance(value, str):
            raise wrong(name, _("%(name)s: one of %(list)s.", name=name, list=", ".join(values)))
        return value

    return Field(read, {"type": "string", "enum": list(values)})


def sections(one: Field, ours=BY_KEY) -> Field:
    """Texts by the key of their section; null takes one away. `own-…` are the writers' headings."""

    def read(name: str, value: object) -> dict:
        if not isinstance(value, dict):
            raise wrong(name, _("%(name)s: an object of texts.", name=name))
        refuse_unknown([k for k in value if not OWN_KEY.fullmatch(str(k))], ours, f"{name}.")
        return {k: None if v is None else one.read(f"{name}.{k}", v) for k, v in value.items()}

    each = one.schema | {"type": ["string", "null"]}
    return Field(
        read,
        {
            "type": "object",
            "properties": dict.fromkeys(ours, each),
            "patternProperties": {f"^{OWN_KEY.pattern}$": each},
            "additionalProperties": False,
        },
    )


def rows(kind: str) -> Field:
    """Lines of a report: what it changed, or what it takes; see `reports/lines.py`."""
    columns = lines.COLUMNS[kind]
    each = {name: _column(name) for name in columns}

    def read(name: str, value: object) -> list[dict]:
        if not isinstance(value, list) or len(value) > lines.MOST_LINES:
            most = lines.MOST_LINES
            raise wrong(name, _("%(name)s: a list of at most %(n)s lines.", name=name, n=most))
        made = []
        for number, row in enumerate(value):
            place = f"{name}.{number}"
            if not isinstance(row, dict):
                raise wrong(name, _("%(name)s: an object.", name=place))
            refuse_unknown(row, columns, f"{place}.")
            given = {c: f.read(f"{place}.{c}", row[c]) for c, f in each.items() if c in row}
            if not given.get("text"):
                raise wrong(name, _("%(name)s: cannot be empty.", name=f"{place}.text"))
            made.append(lines.tidy(kind, given))
        return made

    properties = {name: field.schema for name, field in each.items()}
    one = {
        "type": "object", "required": ["text"], "properties": properties,
        "additionalProperties": False,
    }  # fmt: skip
    return Field(read, {"type": "array", "maxItems": lines.MOST_LINES, "items": one})


def _column(name: str) -> Field:
    if name in lines.CHOICES:
        return choice(*lines.codes(name))
    return figure(0, 9_999_999) if name == "n" else line(lines.LONGEST)


def names(longest: int = 120, most: int = 60, known=None) -> Field:
    """A list of short texts: people, or the keys of sections."""
    one = line(longest, needed=True)

    def read(name: str, value: object) -> list[str]:
        if not isinstance(value, list) or len(value) > most:
            raise wrong(name, _("%(name)s: a list of at most %(n)s texts.", name=name, n=most))
        found = list(dict.fromkeys(one.read(f"{name}.{at}", v) for at, v in enumerate(value)))
        if known is not None and (strange := [v for v in found if not known(v)]):
            raise wrong(name, _("%(name)s: no such section: %(words)s.", name=name,
                                words=", ".join(strange[:20])))  # fmt: skip
        return found

    return Field(read, {"type": "array", "maxItems": most, "items": one.schema})


def is_section(key: str) -> bool:
    """Whether a key may name a section: one of ours, or `own-` and what its writer gave it."""
    return key in BY_KEY or OWN_KEY.fullmatch(key) is not None


TITLE = line(TITLE_LENGTH, needed=True)
FIELDS: dict[str, dict[str, Field]] = {
    "pages": {"title": TITLE, "summary": text(5_000), "body": text()},
    "reports": {
        "title": TITLE,
        "summary": text(5_000),
        "outline": choice(*OUTLINES),
        "sections": sections(text()),
        "headings": sections(line(120), ()),
        "body": text(),
        "structure": line(200),
        "place": line(200),
        "year": figure(1900, 2100),
        "people": figure(),
        "sessions": figure(),
        "hours": figure(),
        "duration": line(200),
        "preparation_hours": figure(),
        "cost": figure(),
        "licence": line(60),
        "effects": rows("effects"),
        "requirements": rows("requirements"),
        "arrangement": names(40, 100, is_section),
        "skipped": names(40, 100, is_section),
        "contributors": names(),
        "reviewers": names(),
    },
    "collections": {"title": TITLE, "summary": text(5_000), "body": text()},
    "maps": {
        "title": TITLE,
        "summary": text(5_000),
        "question": line(300),
        "map_kind": choice(*MAP_KINDS),
        "legend": text(20_000),
    },
    "files": {"title": TITLE, "summary": text(5_000), "alt": text(2_000), "credit": line(200)},
}


def values(kind: str, data: dict, also: set[str]) -> dict:
    """The kind's fields found in a body, each checked; `also` names what else may be there."""
    if kind not in FIELDS:
        raise wrong("kind", _("kind: one of %(list)s.", list=", ".join(FIELDS)))
    known = FIELDS[kind]
    refuse_unknown(data, {*known, *also})
    return {name: field.read(name, data[name]) for name, field in known.items() if name in data}


def refuse_unknown(data: dict, known, prefix: str = "") -> None:
    """Raise Refused for names that mean nothing here: ignoring them would hide a mistake."""
    unknown = sorted(str(name) for name in data if name not in known)
    if unknown:
        names = ", ".join(f"{prefix}{name}"[:80] for name in unknown[:20])
        raise Refused(422, "unknown_field", _("Unknown fields: %(names)s.", names=names))


def wrong(name: str, message: str, code: str = "invalid_field") -> Refused:
    """The refusal of one field."""
    return Refused(422, code, message, field=name)


def scope_of(value: object) -> Scope:
    """The scope a word names."""
    if not isinstance(value, str) or value not in SCOPES:
        raise wrong("scope", _("scope: one of %(list)s.", list=", ".join(SCOPES)))
    return SCOPES[value]


def number_of(name: str, value: object) -> int:
    """An id, given as a number or as the object that carries it."""
    if isinstance(value, dict) and set(value) <= {"id", "title", "name"}:
        value = value.get("id")
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong(name, _("%(name)s: a number.", name=name))
    return value if 0 < value <= LARGEST_NUMBER else 0


def terms_of(item: Item, value: object) -> list[Term]:
    """The item's terms with the vocabularies given replaced; tags may be new words."""
    if not isinstance(value, dict):
        raise wrong("terms", _("terms: an object of lists of slugs."))
    refuse_unknown(value, terms.VOCABULARIES, "terms.")
    kept = [term for term in item.terms or [] if term.vocabulary not in value]
    for vocabulary, wanted in value.items():
        kept += _terms(vocabulary, _slugs(f"terms.{vocabulary}", wanted))
    return kept


def _terms(vocabulary: str, slugs: list[str]) -> list[Term]:
    if vocabulary == "tags":
        return terms.named("tags", slugs)
    found = {
        term.slug: term
        for term in db.session.scalars(
            select(Term).where(Term.vocabulary == vocabulary, Term.slug.in_(slugs))
        )
    }
    if missing := [slug for slug in slugs if slug not in found]:
        name = f"terms.{vocabulary}"
        words = ", ".join(missing[:20])
        raise wrong(name, _("%(name)s: no such term: %(words)s.", name=name, words=words))
    return list(dict.fromkeys(found[slug] for slug in slugs))


def _slugs(name: str, wanted: object) -> list[str]:
    if not isinstance(wanted, list) or len(wanted) > MANY_TERMS:
        raise wrong(name, _("%(name)s: a list of at most %(n)s slugs.", name=name, n=MANY_TERMS))
    slugs = [one.get("slug") if isinstance(one, dict) else one for one in wanted]
    if not all(isinstance(slug, str) and 0 < len(slug) <= 160 for slug in slugs):
        raise wrong(name, _("%(name)s: a list of at most %(n)s slugs.", name=name, n=MANY_TERMS))
    return [clean_text(_text(name, slug)) for slug in slugs]


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise wrong(name, _("%(name)s: a text.", name=name))
    # A half of a pair of UTF-16 units is no character: no database takes it.
    return value.encode("utf-8", "ignore").decode("utf-8")

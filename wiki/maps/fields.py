"""What is asked of each feature of a map: the types of fields, and the values they take."""

import json
import math
import re
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_

from wiki.accounts.models import COLOURS
from wiki.maps import hours
from wiki.markup.sanitize import clean_body, clean_text
from wiki.templating import day

MAP_KINDS = {  # name, its sign, a line to choose by
    "sensitive": (N_("Sensitive map"), "cible", N_("How each place feels, on a drawing or a plan")),
    "resources": (N_("Map of resources"), "lieu", N_("Where to find help, when, and how")),
    "thematic": (N_("Thematic map"), "carte", N_("Points, lines and areas on one subject")),
    "route": (N_("Walk"), "boussole", N_("A way to follow, with its stops")),
    "story": (N_("Story map"), "sommaire", N_("A story told from place to place")),
}
TYPES = {
    "text": N_("Text"), "number": N_("A number"), "date": N_("Date"), "bool": N_("Yes or no"),
    "choice": N_("One of a list"), "multi": N_("Several of a list"), "scale": N_("From 1 to 5"),
    "emotion": N_("What one feels"), "photo": N_("Photo"), "voice": N_("Voice"),
    "video": N_("Video"), "link": N_("Link"), "item": N_("Something written here"),
}  # fmt: skip
HOURS = ("horaires", "opening_hours")  # written as OSM does, said in words
POINTING = ("photo", "voice", "video", "item")
LISTED = ("choice", "emotion", "multi")  # whose answers are in a list, or were elsewhere
FEELINGS = (
    ("p2", N_("It does a lot of good"), "sapin", "dots"),
    ("p1", N_("It does good"), "lagune", "lines"),
    ("n0", N_("Neither good nor bad"), "ardoise", ""),
    ("m1", N_("It is a bit hard"), "ocre", "hatch"),
    ("m2", N_("It is very hard"), "brique", "cross"),
)
PATTERNS = ("", "lines", "dots", "hatch", "cross", "waves")
MOST_FIELDS, MOST_CHOICES, MOST_PROPS = 60, 100, 200
LONGEST, LARGEST = 10_000, 100_000
KEY = re.compile(r"[^\x00-\x1f\x7f]{1,120}")
_YES, _NO = {"oui", "yes", "true", "vrai", "1", "o", "x"}, {"non", "no", "false", "faux", "0", "n"}


class Refused(ValueError):
    """A value that cannot be kept, with why, in words for whoever sent it."""


def feelings() -> list[dict]:
    """The five feelings of a sensitive map, in words: colour and pattern, never colour alone."""
    return [
        {"value": code, "label": str(words), "colour": colour, "pattern": pattern, "picto": code}
        for code, words, colour, pattern in FEELINGS
    ]


def begun(kind: str) -> list[dict]:
    """The fields that a map of this kind begins with."""
    if kind == "sensitive":
        return [
            {"key": "feeling", "label": _("What I feel here"), "type": "emotion",
             "choices": feelings(), "required": False},
            {"key": "photo", "label": _("Photo"), "type": "photo", "choices": [],
             "required": False},
            {"key": "voice", "label": _("Voice"), "type": "voice", "choices": [],
             "required": False},
        ]  # fmt: skip
    photo = {"key": "photo", "label": _("Photo"), "type": "photo"}
    return clean([*_resources(), photo] if kind == "resources" else [photo])


def _resources() -> list[dict]:
    """What one asks of a place that helps, by the names that the national schema gives."""
    access = (
        _("Step-free entrance"), _("Adapted toilets"), _("Hearing loop"), _("Sign language"),
        _("Easy-to-read papers"), _("Quiet place"), _("Somebody helps at the door"),
    )  # fmt: skip
    helps = (
        _("Papers and procedures"), _("Learning"), _("Computer or printer"), _("Internet"),
        _("Work"), _("Health"), _("Food"), _("Travel"), _("Meeting people"),
    )  # fmt: skip
    return [
        {"key": "services", "label": _("What one finds here"), "type": "multi",
         "choices": _signed(helps)},
        {"key": "adresse", "label": _("Address"), "type": "text"},
        {"key": "horaires", "label": _("Opening hours"), "type": "text"},
        {"key": "telephone", "label": _("Telephone"), "type": "text"},
        {"key": "acces", "label": _("Accessibility"), "type": "multi", "choices": _signed(access)},
        {"key": "gratuit", "label": _("Free of charge"), "type": "bool"},
    ]  # fmt: skip


def _signed(words: tuple[str, ...]) -> list[dict]:
    """Choices, each with a colour and a pattern."""
    return [
        {"value": said, "label": said, "colour": COLOURS[at % len(COLOURS)],
         "pattern": PATTERNS[at % len(PATTERNS)]}
        for at, said in enumerate(words)
    ]  # fmt: skip


def clean(given: object) -> list[dict]:
    """The definition of fields as it may be kept; raises Refused."""
    if not isinstance(given, list) or len(given) > MOST_FIELDS:
        raise Refused(_("At most %(n)s fields.", n=MOST_FIELDS))
    found, seen = [], set()
    for one in given:
        if not isinstance(one, dict) or not KEY.fullmatch(str(one.get("key", ""))):
            raise Refused(_("A field has no name."))
        if one["key"] in seen or one.get("type") not in TYPES:
            raise Refused(_("Two fields have the same name, or one has no type."))
        seen.add(one["key"])
        found.append(
            {
                "key": one["key"],
                "label": clean_text(str(one.get("label") or one["key"]))[:120],
                "type": one["type"],
                "choices": _choices(one.get("choices")),
                "required": bool(one.get("required")),
            }
        )
    return found


def _choices(given: object) -> list[dict]:
    kept = []
    for one in (given if isinstance(given, list) else [])[:MOST_CHOICES]:
        if isinstance(one, dict) and str(one.get("value") or "").strip():
            value = clean_text(str(one["value"]))[:200]
            kept.append(
                {
                    "value": value,
                    "label": clean_text(str(one.get("label") or value))[:200],
                    "colour": one.get("colour") if one.get("colour") in COLOURS else "ardoise",
                    "pattern": one.get("pattern") if one.get("pattern") in PATTERNS else "",
                    "picto": re.sub(r"[^\w-]", "", str(one.get("picto") or ""))[:30],
                }
            )
    return kept


def values(definition: list[dict], given: object) -> dict:
    """The values of a feature as they may be kept; what no field names is kept as it is, in size.

    Raises Refused with the name of the field.
    """
    if not isinstance(given, dict) or len(given) > MOST_PROPS:
        raise Refused(_("At most %(n)s values for one point.", n=MOST_PROPS))
    types = {field["key"]: field for field in definition}
    kept = {}
    for key, value in given.items():
        name = clean_text(str(key))[:120]
        if name and value is not None and value not in ("", []):
            field = types.get(name)
            kept[name] = value_of(field, value) if field else _any(name, value)
    kept = {key: value for key, value in kept.items() if value is not None}
    if len(json.dumps(kept)) > LARGEST:
        raise Refused(_("This is too much for one point."))
    return kept


def value_of(field: dict, value: object):
    """One value as its field takes it; None for nothing; raises Refused."""
    try:
        return _READ[field["type"]](value)
    except (ValueError, TypeError, OverflowError):
        why = _WRONG.get(field["type"], N_("This cannot be kept here."))
        raise Refused(f"{field['label']}: {why}") from None


def words(definition: list[dict], props: dict | None) -> list[str]:
    """What a feature's values say, as a reader or a search reads them."""
    return [
        said for field in definition if (said := shown(field, (props or {}).get(field["key"])))
        and field["type"] not in POINTING
    ]  # fmt: skip


def shown(field: dict, value) -> str:
    """One value in words; '' for none."""
    return ", ".join(parts(field, value))


def parts(field: dict, value) -> list[str]:
    """Each thing that a value says, in words; [] for none."""
    if value is None or value in ("", []):
        return []
    if field["key"] in HOURS and isinstance(value, str):
        return [hours.in_words(value)]
    if field["type"] == "bool":
        return [_("Yes") if value else _("No")]
    if field["type"] in LISTED:
        labels = {one["value"]: one["label"] for one in field.get("choices", [])}
        many = value if isinstance(value, list) else [value]
        return [labels.get(str(one), str(one)) for one in many]
    if field["type"] == "number" and isinstance(value, int | float):
        return [f"{value:g}".replace(".", ",") if abs(value) < 1e15 else str(value)]
    if field["type"] == "date":
        return [_in_words(str(value))]
    return list(map(str, value)) if isinstance(value, list) else [str(value)]


def _in_words(said: str) -> str:
    try:
        return day(date.fromisoformat(said))
    except ValueError:
        return said


def held(field: dict, value) -> list[str]:
    """What a value says that its list of choices does not: kept by a form that offers it."""
    many = value if isinstance(value, list) else [value]
    known = {"", *(one["value"] for one in field.get("choices", []))}
    return [str(one) for one in many if one is not None and str(one) not in known]


def hours_keys(definition: list[dict]) -> list[str]:
    """The questions whose answers are opening hours."""
    return [one["key"] for one in definition if one["key"] in HOURS]


def days(definition: list[dict], props: dict | None) -> list[str]:
    """The weekdays on which a place is open, as far as its hours can be read."""
    written = [(props or {}).get(key) for key in hours_keys(definition)]
    found = {day for one in written if isinstance(one, str) for day in hours.days_of(one)}
    return [day for day in hours.WEEK if day in found | marked_days(definition, props)]


def marked_days(definition: list[dict], props: dict | None) -> set[str]:
    """The weekdays ticked in a question that lists them."""
    found: set[str] = set()
    for key in day_keys(definition):
        value = (props or {}).get(key)
        said = value if isinstance(value, list) else [value]
        found |= {day for one in said if isinstance(one, str) for day in hours.days_of(one)}
    return found


def day_keys(definition: list[dict]) -> list[str]:
    """The questions whose answers are weekdays."""
    return [
        one["key"] for one in definition
        if one["type"] in ("choice", "multi") and len(one.get("choices", [])) > 1
        and all(hours.days_of(str(c["label"])) for c in one["choices"])
    ]  # fmt: skip


def is_timed(definition: list[dict]) -> bool:
    """Whether a map asks when its places are open."""
    return bool(hours_keys(definition) or day_keys(definition))


def pointed(props: dict | None, keys: list[str]) -> list[int]:
    """The numbers of files and items that some values name."""
    found = []
    for key in keys:
        value = (props or {}).get(key)
        found += [n for n in (value if isinstance(value, list) else [value]) if _is_number(n)]
    return found


def _is_number(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31


def _any(name: str, value):
    """A value that came from elsewhere: words, numbers, or a small structure of them."""
    if isinstance(value, str):
        return clean_body(value)[: LARGEST if name.startswith("_umap") else LONGEST]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, bool | int | float):
        return value
    try:
        said = json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError):
        raise Refused(_("%(name)s: this value cannot be read.", name=name)) from None
    if len(said) > LONGEST or "\\u0000" in said:
        raise Refused(_("%(name)s: this value is too long.", name=name))
    return value


def _text(value) -> str | None:
    if isinstance(value, dict | list):
        raise ValueError
    return clean_body(str(value))[:LONGEST] or None


def number(value) -> int | float:
    """A number as people or programs write it, with a point or a comma."""
    if isinstance(value, bool):
        raise ValueError
    if isinstance(value, str):
        bare = re.sub(r"[\s\u00a0\u202f]", "", value).replace(",", ".")
        value = int(bare) if re.fullmatch(r"[+-]?\d{1,15}", bare) else float(bare)
    if not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e300:
        raise ValueError
    return value


def _date(value) -> str:
    said = str(value).strip()
    if french := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", said):
        said = f"{french[3]}-{int(french[2]):02d}-{int(french[1]):02d}"
    return date.fromisoformat(said[:10]).isoformat()


def _bool(value) -> bool:
    if isinstance(value, bool):
        return value
    said = str(value).strip().lower()
    if said in _YES | _NO:
        return said in _YES
    raise ValueError


def _choice(value) -> str | None:
    if isinstance(value, dict | list):
        raise ValueError
    return clean_text(str(value))[:200] or None


def _multi(value) -> list[str] | None:
    many = value if isinstance(value, list) else re.split(r"[|\n]", str(value))
    kept = [said for said in (_choice(one) for one in many[:MOST_CHOICES]) if said]
    return list(dict.fromkeys(kept)) or None


def _scale(value) -> int:
    found = number(value)
    if found not in (1, 2, 3, 4, 5):
        raise ValueError
    return int(found)


def _numbers(value) -> list[int] | None:
    many = value if isinstance(value, list) else str(value).split(",")
    kept = [int(_number_in(str(one).strip())) for one in many[:20] if str(one).strip()]
    if not all(_is_number(one) for one in kept):
        raise ValueError
    return list(dict.fromkeys(kept)) or None


def _number_in(said: str) -> str:
    """A number, « #12 », or the one in an address of ours."""
    inside = re.search(r"/[a-z]+/(\d{1,9})(?:[-/]|$)", said)
    return inside[1] if inside else said.lstrip("#")


def _link(value) -> str:
    said = clean_text(str(value))[:1000]
    if re.match(r"www\.[\w.-]+", said):
        said = "https://" + said
    if not re.fullmatch(r"https?://[^\s<>\"']+", said, re.IGNORECASE):
        raise ValueError
    return said


_READ = {
    "text": _text, "number": number, "date": _date, "bool": _bool, "choice": _choice,
    "multi": _multi, "scale": _scale, "emotion": _choice, "photo": _numbers, "voice": _numbers,
    "video": _numbers, "item": _numbers, "link": _link,
}  # fmt: skip
_WRONG = {
    "number": N_("write a number."), "date": N_("write a date such as 31/12/2026."),
    "bool": N_("answer yes or no."), "scale": N_("a number from 1 to 5."),
    "link": N_("write an address that begins with https://."),
    "photo": N_("the number of a file."), "voice": N_("the number of a file."),
    "video": N_("the number of a file."), "item": N_("the number of something written here."),
}  # fmt: skip

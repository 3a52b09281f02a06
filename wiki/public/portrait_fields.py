"""The blocks of a portrait as programs read and write them: each with what it says and shows."""

from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from wiki.db import db
from wiki.groups.models import role_in
from wiki.items.access import visible
from wiki.items.models import Item
from wiki.portraits import parts
from wiki.portraits.forms import GOOD_SETTINGS
from wiki.portraits.kinds import KINDS, MOST_BLOCKS, MOST_LINES, SUBJECTS, Kind
from wiki.portraits.models import Portrait
from wiki.portraits.parts import Part
from wiki.public.fields import FIELDS, TITLE, Field, choice, line, refuse_unknown, text, wrong

_LINE = Field(line(40).read, {"type": "string"})


def told(portrait: Portrait) -> list[dict]:
    """The blocks in order, with their lines; to people outside, as if what is hidden were not."""
    shown = portrait.shown_ids()
    if role_in(current_user, portrait.group_id) is None and shown:
        query = select(Item.id).where(Item.id.in_(shown), visible(current_user))
        shown = list(db.session.scalars(query))
    return [_told(block, set(shown)) for block in portrait.blocks()]


def blocks() -> Field:
    """A list of blocks. One sent with the `key` it has stays the same block."""
    return Field(_read, {"type": "array", "maxItems": MOST_BLOCKS, "items": _SCHEMA})


def flat(given: dict) -> dict:
    """Fields of a portrait with its blocks as they are kept."""
    return {name: value for name, value in given.items() if name != "blocks"} | given.get(
        "blocks", {}
    )


def _told(part: Part, shown: set[int]) -> dict:
    said = {"key": part.key} | ({"kind": part.code} if part.code in KINDS else {})
    said |= {slot.name: part.words.get(slot.name, "") for slot in part.kind.slots}
    files = {_named(medium.name): part.file(medium.name) for medium in part.kind.media}
    said |= {name: number if number in shown else None for name, number in files.items()}
    said |= {name: part.settings.get(name, "") for name in part.kind.settings}
    return said | ({"lines": [_told(one, shown) for one in part.lines]} if part.kind.child else {})


def _named(medium: str) -> str:
    """« before » names words as well as a picture."""
    return medium if medium == "file" else f"{medium}_file"


@dataclass
class _Flat:
    """The fields of a portrait as they are kept, and the numbers they name."""

    words: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    arrangement: list[str] = field(default_factory=list)
    named: set[int] = field(default_factory=set)


def _read(name: str, value: object) -> dict:
    made = _Flat()
    for number, block in enumerate(_listed(name, value, MOST_BLOCKS)):
        place = f"{name}.{number}"
        if block.get("kind") not in KINDS:
            kinds = ", ".join(KINDS)
            raise wrong(name, _("%(name)s: one of %(list)s.", name=f"{place}.kind", list=kinds))
        kind = KINDS[block["kind"]]
        key = _key(block, "", made)
        made.settings[f"{key}.kind"] = block["kind"]
        _take(place, key, block, kind, made)
        most = MOST_LINES if kind.child else 0
        for at, row in enumerate(_listed(f"{place}.lines", block.get("lines", []), most)):
            _take(f"{place}.lines.{at}", _key(row, key, made), row, kind.child, made)
    _refuse_unseen(name, made.named)
    return {"words": made.words, "settings": made.settings, "arrangement": made.arrangement}


def _listed(name: str, value: object, most: int) -> list[dict]:
    if not isinstance(value, list) or len(value) > most:
        raise wrong(name, _("%(name)s: a list of at most %(n)s lines.", name=name, n=most))
    for number, row in enumerate(value):
        if not isinstance(row, dict):
            raise wrong(name, _("%(name)s: an object.", name=f"{name}.{number}"))
    return value


def _key(row: dict, block: str, made: _Flat) -> str:
    """The key a row has, else a new one; a line's key begins with its block's."""
    key = str(row.get("key") or "")
    good = parts.KEY.fullmatch(key) and ("-" in key) == bool(block)
    if not good or key in made.arrangement or (block and not key.startswith(f"{block}-")):
        key = parts.new_key(block)
    made.arrangement.append(key)
    return key


def _take(place: str, key: str, row: dict, kind: Kind, made: _Flat) -> None:
    media = {_named(medium.name): medium.name for medium in kind.media}
    slots = {slot.name: slot for slot in kind.slots}
    refuse_unknown(row, {"key", "kind", "lines", *slots, *media, *kind.settings}, f"{place}.")
    for name, slot in slots.items():
        reader = line(slot.longest) if slot.is_line else text(slot.longest)
        if row.get(name):
            made.words[f"{key}.{name}"] = reader.read(f"{place}.{name}", row[name])
    for given, name in media.items():
        if row.get(given) is not None:
            made.settings[f"{key}.{name}"] = str(
                _number(f"{place}.{given}", row[given], made.named)
            )
    for name in kind.settings:
        if row.get(name) not in (None, ""):
            made.settings[f"{key}.{name}"] = _setting(
                f"{place}.{name}", name, row[name], made.named
            )


def _setting(place: str, name: str, value: object, named: set[int]) -> str:
    if name == "item":
        return str(_number(place, value, named))
    written = _LINE.read(place, str(value) if isinstance(value, int | float) else value)
    if not GOOD_SETTINGS.get(name, lambda _value: True)(written):
        raise wrong(place, _("%(name)s: not a value it may have.", name=place))
    return written.replace(",", ".") if name in ("x", "y") else written


def _number(place: str, value: object, named: set[int]) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise wrong(place, _("%(name)s: a number.", name=place))
    named.add(value)
    return value


def _refuse_unseen(name: str, ids: set[int]) -> None:
    """What the writer may not read is as if it were not."""
    query = select(Item.id).where(Item.id.in_(ids), visible(current_user))
    if missing := ids - set(db.session.scalars(query)):
        numbers = ", ".join(str(number) for number in sorted(missing)[:20])
        raise wrong(name, _("%(name)s: nothing of these numbers: %(list)s.", name=name,
                            list=numbers))  # fmt: skip


_SCHEMA = {
    "type": "object",
    "required": ["kind"],
    "description": "Words, files and settings by name, as the kind has them; see the manual.",
    "properties": {
        "key": {"type": "string"},
        "kind": {"type": "string", "enum": list(KINDS)},
        "file": {"type": ["integer", "null"]},
        "lines": {"type": "array", "maxItems": MOST_LINES, "items": {"type": "object"}},
    },
}
FIELDS["portraits"] = {
    "title": TITLE, "summary": text(5_000), "subject": choice(*SUBJECTS), "blocks": blocks(),
}  # fmt: skip

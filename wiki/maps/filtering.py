"""Which features of a map one wants to see: the same choices as on the screen, from an address.

`words`, `session`, `layer`, `day`; of a question, `f.<key>` for each value kept, or
`f.<key>.from` and `.to`. The list, the table and the drawing follow them without any script.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask_babel import gettext as _
from flask_login import current_user

from wiki.maps import fields, hours, reading
from wiki.maps.models import Map
from wiki.markup.text import fold

LISTED = ("choice", "multi", "emotion", "bool")
RANGED = ("number", "scale", "date")
MOST = 200  # values that one address may name


@dataclass
class Group:
    """What can be chosen about one question: values with their counts, or two ends, or words."""

    key: str
    label: str
    kind: str
    values: list[tuple[str, str, int | None, bool]] = field(default_factory=list)
    ends: tuple[str, str] = ("", "")
    words: str = ""


class Filters:
    """The choices that an address makes."""

    def __init__(self, found: Map, asked):
        """`asked`: the arguments of a request."""
        self.found, self.asked = found, asked
        self.known = reading.values_for(found, current_user)
        self.words = asked.get("words", "")[:200].strip()
        self.session = asked.get("session", "")[:80]
        self.layers = {int(n) for n in asked.getlist("layer")[:MOST] if re.fullmatch(r"\d{1,9}", n)}
        self.day = asked.get("day", "") if asked.get("day", "") in hours.DAYS else ""
        self.kept = {
            one["key"]: values for one in found.fields
            if (values := [v[:200] for v in asked.getlist(f"f.{one['key']}")[:MOST] if v])
        }  # fmt: skip
        self.ends = {
            one["key"]: ends for one in found.fields if one["type"] in RANGED
            if any(ends := tuple(_end(one, asked.get(f"f.{one['key']}.{w}", ""))
                                 for w in ("from", "to")))
        }  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self.words or self.session or self.layers or self.day or self.kept or self.ends)

    def query(self, **more) -> str:
        """The same choices as the end of an address, with others put to them; '' for none."""
        pairs = [(k, v) for k, v in self.asked.items(multi=True)
                 if v and k not in more and k not in ("page", "view")]  # fmt: skip
        pairs += [(k, str(v)) for k, v in more.items() if v]
        return "?" + urlencode(pairs) if pairs else ""

    def keeps(self, row, but: str | None = None) -> bool:
        """Whether a feature is wanted; `but`: a question whose own choices are not looked at."""
        props = self.known(row)
        if self.layers and row.layer_id not in self.layers:
            return False
        if self.session and row.session != self.session:
            return False
        if self.day and not self._opens(props):
            return False
        for one in self.found.fields:
            if one["key"] != but and not self._answers(one, props.get(one["key"])):
                return False
        return not self.words or self._says(row)

    def _answers(self, one: dict, value) -> bool:
        key, kind = one["key"], one["type"]
        if key in self.ends:
            low, high = self.ends[key]
            if value is None or isinstance(value, bool | list | dict):
                return False
            said = str(value) if kind == "date" else _number(value)
            return said is not None and (low == "" or said >= low) and (high == "" or said <= high)
        wanted = self.kept.get(key)
        if not wanted:
            return True
        if kind in fields.POINTING:
            return bool(fields.pointed({key: value}, [key]))
        if kind in LISTED:
            return bool(set(_said(kind, value)) & set(wanted))
        return begins(fields.shown(one, value), wanted[0])

    def _says(self, row) -> bool:
        said = [row.title, row.story, *fields.words(self.found.fields, self.known(row))]
        return begins("\n".join(filter(None, said)), self.words)

    def _opens(self, props: dict) -> bool:
        return self.day in fields.days(self.found.fields, props)

    def told(self) -> dict:
        """The same choices for the script of the screen, which says what is left out."""
        off = {}
        for one in self.found.fields:
            if one["type"] in LISTED and one["key"] in self.kept:
                wanted = self.kept[one["key"]]
                off[one["key"]] = [v for v, _label in _choices(one) if v not in wanted] + [""]
        listed = {one["key"]: one["type"] for one in self.found.fields}
        ends = {
            name: {key: _shown(pair[at]) for key, pair in self.ends.items() if pair[at] != ""}
            for at, name in enumerate(("from", "to"))
        }  # fmt: skip
        return {
            "words": self.words, "session": self.session, "off": off, **ends, "day": self.day,
            "said": {k: v[0] for k, v in self.kept.items() if listed[k] not in LISTED},
            "hidden": [one.id for one in self.found.layers if one.id not in self.layers]
            if self.layers else [],
        }  # fmt: skip

    def groups(self, rows=None) -> list[Group]:
        """What the form offers, question by question; counted when the features are given."""
        made = []
        for one in self.found.fields:
            key, kind = one["key"], one["type"]
            group = Group(key, one["label"], kind)
            if kind in LISTED:
                told = [row for row in rows if self.keeps(row, key)] if rows is not None else None
                group.values = [
                    (value, label, _count(told, key, kind, value), value in self.kept.get(key, ()))
                    for value, label in _choices(one)
                ]  # fmt: skip
                if not group.values:
                    continue
            elif kind in RANGED:
                group.ends = tuple(_shown(e) for e in self.ends.get(key, ("", "")))
            else:
                group.words = (self.kept.get(key) or [""])[0]
            made.append(group)
        return made


def _end(one: dict, written: str):
    """A bound as its question takes it; '' for none, or for what cannot be read."""
    if not written.strip():
        return ""
    try:
        value = fields.value_of(one, written[:40])
    except fields.Refused:
        return ""
    return value if one["type"] == "date" else float(value)


def _shown(end) -> str:
    return f"{end:g}" if isinstance(end, float) else end


def _number(value) -> float | None:
    try:
        return float(fields.number(value))
    except (ValueError, TypeError):
        return None


def _choices(one: dict) -> list[tuple[str, str]]:
    if one["type"] == "bool":
        return [("true", _("Yes")), ("false", _("No"))]
    return [(c["value"], c["label"]) for c in one.get("choices", [])]


def _said(kind: str, value) -> list[str]:
    if kind == "bool":
        return [] if value is None else ["true" if value else "false"]
    return [str(one) for one in (value if isinstance(value, list) else [value]) if one is not None]


def _count(rows, key: str, kind: str, value: str) -> int | None:
    if rows is None:
        return None
    return sum(value in _said(kind, (row.props or {}).get(key)) for row in rows)


def begins(text: str, asked: str) -> bool:
    """Whether each word asked for begins a word of the text, accents or not."""
    known = re.findall(r"\w+", fold(text))
    return all(any(w.startswith(a) for w in known) for a in re.findall(r"\w+", fold(asked)))

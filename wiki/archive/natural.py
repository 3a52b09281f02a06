"""What hangs from a thing and comes back: by what a row is known again, and what is taken of it.

What only ever grows is added once. Of what can be taken back (a remark, an agreement) the taking
back wins, wherever it was done; of two agreements, the narrower.
"""

from collections.abc import Callable
from datetime import datetime

from wiki.archive.tables import Sort
from wiki.consents.models import Scope

# Columns by which a row is the same one here and there, once the numbers it names are those of
# here. Moments are written to the microsecond: two rows of one thing never share theirs.
KEYS: dict[str, list[tuple[str, ...]]] = {
    "adaptation": [("item_id",)],
    "appearance": [("person_id", "item_id")],
    "attendance": [("item_id", "half", "user_id", "name")],
    "chapter": [("file_id", "start_ms", "title")],
    "collection_entry": [("collection_id", "target_id", "address", "title")],
    "comment": [("item_id", "created_at")],
    "consent": [("person_id", "collected_at")],
    "consent_event": [("person_id", "verb", "created_at")],
    "consent_grant": [("person_id", "medium", "item_id", "created_at")],
    "consent_release": [("item_id", "what", "created_at")],
    "cue": [("track_id", "key")],
    "discussion_answer": [("discussion_id", "item_id")],
    "event": [("item_id", "verb", "created_at")],
    "file_version": [("file_id", "sha256")],
    "folder": [("created_at",), ("key",)],
    "kit_version": [("kit_id", "sha256"), ("kit_id", "number")],
    "map_base": [("map_id", "kind", "file_id", "outline", "title")],
    "map_feature": [("uuid",), ("map_id", "created_at")],
    "map_layer": [("map_id", "title", "viewpoint"), ("map_id", "title")],
    "map_step": [("map_id", "title", "text")],
    "passage": [("comment_id",)],
    "person": [("created_at",)],
    "report_contact": [("report_id", "name", "how")],
    "report_feedback": [("report_id", "created_at"), ("report_id", "user_id", "visitor")],
    "session_answer": [("item_id", "question", "created_at")],
    "track": [("file_id", "lang", "kind")],
    "watch": [("user_id", "item_id")],
}
# Numbers of rows that only say their order.
COUNTED = {"file_version": "file_id", "kit_version": "kit_id"}

# A rule: `(ours, theirs, met_at)` gives what changes here, or None when both sides say otherwise.
Rule = Callable[[dict, dict, datetime | None], dict | None]
_rules: dict[str, Rule] = {}
_handlers: dict[str, Callable] = {}


def rule(table: str) -> Callable[[Rule], Rule]:
    """Say what is taken of a row that both sides have."""

    def keep(change: Rule) -> Rule:
        _rules[table] = change
        return change

    return keep


def rule_of(table: str) -> Rule | None:
    """What is taken of a row that both sides have; nothing without one."""
    return _rules.get(table)


def handles(table: str, handler: Callable, *also: str) -> None:
    """Let a kind put rows together itself: `handler(joining, pairs)`, with the tables `also`."""
    _handlers[table] = handler
    for name in also:
        _handlers[name] = None


def handlers() -> dict[str, Callable | None]:
    """The tables that kinds put together themselves."""
    return _handlers


def keys_of(sort: Sort, row: dict) -> list[tuple]:
    """By what a row may be known again, the surest first."""
    return [
        (number, *(row.get(name) for name in columns))
        for number, columns in enumerate(KEYS.get(sort.name, [_primary(sort)]))
        if any(row.get(name) is not None for name in columns)
    ]


def _primary(sort: Sort) -> tuple[str, ...]:
    return tuple(column.name for column in sort.table.primary_key.columns)


def side(ours: datetime, theirs: datetime, met_at: datetime | None) -> str:
    """Which side changed a row since both were the same: ours, theirs, or both."""
    if met_at is None:
        return "both"
    if ours <= met_at:
        return "theirs"
    return "ours" if theirs <= met_at else "both"


def _first(*moments: datetime | None) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)


def _once(name: str) -> Rule:
    """What either side took back stays taken back."""

    def change(ours: dict, theirs: dict, _met_at) -> dict:
        taken = _first(ours[name], theirs[name])
        return {name: taken} if taken != ours[name] and ours[name] is None else {}

    return change


for _table, _name in (
    ("comment", "removed_at"), ("session_answer", "removed_at"), ("collection_entry", "removed_at"),
    ("report_feedback", "removed_at"), ("consent_release", "recalled_at"),
):  # fmt: skip
    _rules[_table] = _once(_name)


@rule("passage")
def _settled(ours: dict, theirs: dict, _met_at) -> dict:
    if ours["settled_at"] is not None or theirs["settled_at"] is None:
        return {}
    return {name: theirs[name] for name in ("settled_at", "settled_by_id", "accepted")}


@rule("appearance")
def _shown(ours: dict, theirs: dict, _met_at) -> dict:
    """Who is shown by more than one thought must be asked for all of it."""
    both = ours["media"] | theirs["media"]
    return {"media": both} if both != ours["media"] else {}


@rule("person")
def _person(ours: dict, theirs: dict, _met_at) -> dict:
    made = {"minor": True} if theirs["minor"] and not ours["minor"] else {}
    for name in ("real_name", "guardian", "contact"):
        if theirs[name] and not ours[name]:
            made[name] = theirs[name]
    return made


@rule("consent_grant")
def _granted(ours: dict, theirs: dict, _met_at) -> dict:
    """A no that stands here is ended by no archive; for the rest, the narrower of both."""
    made: dict = {}
    if theirs["ended_at"] and not ours["ended_at"] and ours["audience"] > Scope.DRAFT:
        made["ended_at"] = theirs["ended_at"]
    for name in ("audience", "expires_on", "prints"):
        if theirs[name] < ours[name]:
            made[name] = theirs[name]
    return made


@rule("attendance")
def _came(ours: dict, theirs: dict, met_at: datetime | None) -> dict | None:
    made: dict = {}
    which = side(ours["updated_at"], theirs["updated_at"], met_at)
    for name in ("state", "coming"):
        if theirs[name] == ours[name] or theirs[name] in ("", None) or which == "ours":
            continue
        if ours[name] in ("", None) or which == "theirs":
            made[name] = theirs[name]
        elif name == "state":
            return None
    return made | ({"updated_at": theirs["updated_at"]} if made else {})


@rule("cue")
def _heard(ours: dict, theirs: dict, _met_at) -> dict | None:
    """Masked here or there is masked. Words of both sides are for somebody to choose."""
    if theirs["masked"] and not ours["masked"]:
        return {"masked": True, "mask_reason": theirs["mask_reason"]}
    if ours["masked"] or theirs["masked"] or theirs["text"] == ours["text"]:
        return {}
    return None if ours["text"] and theirs["text"] else {"text": ours["text"] or theirs["text"]}

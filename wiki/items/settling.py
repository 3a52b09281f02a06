"""Two people changed the same passage: one of them chooses, on a screen that keeps nothing.

The form of that screen carries the person's whole text, the version they began with and the one
they were shown; the passages are found again from these, so nothing is stored meanwhile.
"""

from dataclasses import dataclass

from flask import render_template, request

from wiki.items import history
from wiki.items.merging import Conflict, settle
from wiki.items.models import Item, Revision

CHOICES = ("mine", "theirs", "both")


@dataclass(frozen=True)
class Sides:
    """What the screen says of both sides, where they are not mine and somebody else's."""

    title: str
    lead: str
    kept: str
    mine: str
    theirs: str
    keep_mine: str
    keep_theirs: str


@dataclass(frozen=True)
class Passage:
    """A stretch of a field: agreed on, or to be chosen under the form field `name`."""

    text: str = ""
    conflict: Conflict | None = None
    name: str = ""

    def marked(self, side: str) -> list[tuple[str, str]]:
        """One side of a clash, what is new in it told apart: (same|added, words)."""
        written = getattr(self.conflict, side).strip("\n")
        pieces = history.changed_words(self.conflict.base.strip("\n"), written)
        return [piece for piece in pieces if piece[0] != "removed"]


def edit(item: Item, changes: dict, base: int, actor, note: str = "") -> history.Clash | None:
    """Save changes as `history.edit` does, after applying the choices that came with the form."""
    shown = _shown(item)
    if shown is None:
        return history.edit(item, changes, base, actor, note)
    clash = history.edit(item, _chosen(item, changes, base, shown), shown.number, actor, note)
    if clash:
        # Yet another save came in between: show the whole again, from what the person wrote.
        clash = history.put_together(item, changes, base)[1] or clash
    return clash


def page(
    clash: history.Clash, words: dict[str, str] | None = None, sides: Sides | None = None
) -> tuple[str, int]:
    """The screen on which to choose; `words` names the fields."""
    item = clash.item
    carried = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "settles" and not name.startswith("choice:")
    ]
    fields = [
        (name, (words or {}).get(name, name), list(passages(name, parts)))
        for name, parts in clash.fields.items()
    ]
    latest = next(iter(history.revisions(item, limit=1)), None)
    html = render_template(
        "items/conflict.html", item=item, fields=fields, carried=carried, latest=latest,
        group=item.group, room=item.kind, sides=sides,
    )  # fmt: skip
    return html, 409


def passages(name: str, parts: list) -> list[Passage]:
    """The stretches of a field with the names of their choices."""
    number, made = 0, []
    for part in parts:
        if isinstance(part, Conflict):
            made.append(Passage(conflict=part, name=f"choice:{name}:{number}"))
            number += 1
        else:
            made.append(Passage(part))
    return made


def _shown(item: Item) -> Revision | None:
    """The version beside which the person chose, when the form comes from this screen."""
    number = request.form.get("settles", type=int)
    return history.revision(item, number) if number is not None else None


def _chosen(item: Item, changes: dict, base: int, shown: Revision) -> dict:
    """The person's changes on top of the version they were shown, clashes settled as they said."""
    merged, clashes = history.compare(item, changes, base, shown.data)
    chosen = changes | merged
    for name, parts in clashes.items():
        choices = list(_choices(name, parts))
        field, dot, key = name.partition(".")
        if dot:
            chosen[field] = {**chosen[field], key: settle(parts, choices)}
        elif isinstance(changes[field], str):
            chosen[field] = settle(parts, choices)
        elif choices == ["theirs"]:
            chosen[field] = shown.data[field]
    return chosen


def _choices(name: str, parts: list):
    for passage in passages(name, parts):
        if passage.conflict:
            choice = request.form.get(passage.name)
            yield choice if choice in CHOICES else "both"

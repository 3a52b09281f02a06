"""What both sides changed, and what is done once somebody has read both."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.archive import placing, tables
from wiki.archive.models import Unsettled
from wiki.db import db, utcnow
from wiki.files import uploads
from wiki.files.models import File, Folder
from wiki.groups.models import Role, role_in
from wiki.items import history, writing
from wiki.items.access import can
from wiki.items.models import Event, Item, Revision, Scope

# Names of who came; words that left a text; who reads.
FACILITATORS = ("attendance", "erased", "scope")


@dataclass(frozen=True)
class Side:
    """One of the things one may keep: the answer, what it says, in which words it is kept."""

    choice: str
    title: str
    said: str
    keep: str


_sides: dict[str, Callable[[Unsettled], list[Side]]] = {}
_settle: dict[str, Callable[[Unsettled, str, User], None]] = {}


def about(sort: str, sides: Callable, settle: Callable) -> None:
    """Let a feature say what stands on both sides of its things, and what a choice does."""
    _sides[sort], _settle[sort] = sides, settle


def sides_of(one: Unsettled) -> list[Side]:
    """What one may choose between."""
    return _sides[one.sort](one) if one.sort in _sides else []


def words_of(one: Unsettled) -> str:
    """What happened, in a few words."""
    return {
        "text": _("The same passage was changed here and there."),
        "file": _("The file was replaced here and there."),
        "deleted here": _("Deleted here, changed there."),
        "deleted there": _("Changed here, deleted there."),
        "erased": _("Words were erased here since. What comes from there may bring them back."),
        "place": _("It was put elsewhere here and there."),
        "scope": _("More people read it there than here."),
        "point": _("A point of the map was changed here and there."),
        "attendance": _("Who came was noted otherwise here and there."),
        "cue": _("The same words of a transcript were changed here and there."),
    }.get(one.sort, one.sort)


def open_of(group_id: int, user) -> list[Unsettled]:
    """What waits in a group, that this person may settle; the oldest first."""
    query = select(Unsettled).where(Unsettled.group_id == group_id, Unsettled.settled_at.is_(None))
    found = db.session.scalars(query.order_by(Unsettled.id)).all()
    return [one for one in found if may_settle(one, user)]


def may_settle(one: Unsettled, user) -> bool:
    """Whether this person may read both sides and choose."""
    role = role_in(user, one.group_id)
    if role is None or one.item is None:
        return False
    if one.sort in FACILITATORS and role < Role.FACILITATOR:
        return False
    return can(user, "trash" if one.sort.startswith("deleted") else "edit", one.item)


def settle(one: Unsettled, choice: str, actor: User) -> None:
    """Do what was chosen, and ask no more. Commits."""
    if choice not in [side.choice for side in sides_of(one)]:
        raise ValueError(choice)
    _settle[one.sort](one, choice, actor)
    close(one, actor)


def close(one: Unsettled, actor: User) -> None:
    """It was read again: nothing of the other side is kept beside. Commits."""
    one.settled_at, one.settled_by_id, one.data = utcnow(), actor.id, {}
    db.session.flush()
    others = select(Unsettled.id).where(
        Unsettled.item_id == one.item_id, Unsettled.settled_at.is_(None)
    )
    item = db.session.get(Item, one.item_id)
    if item is not None and db.session.scalar(others.limit(1)) is None:
        item.extra = {k: v for k, v in (item.extra or {}).items() if k != "to_reread"}
    db.session.commit()


def forget_erased() -> None:
    """Words erased after an archive came are in nothing that waits beside. Commits."""
    later = (
        select(Unsettled)
        .join(Event, Event.item_id == Unsettled.item_id)
        .where(Unsettled.sort == "erased", Unsettled.settled_at.is_(None),
               Event.created_at > Unsettled.created_at, Event.verb == "erased")
    )  # fmt: skip
    for one in db.session.scalars(later).unique():
        one.data = {}
    db.session.commit()


def _file(one: Unsettled) -> list[Side]:
    file, theirs = db.session.get(File, one.item_id), _their_bytes(one)
    here = Side("ours", _("Here"), file.filename, _("Keep the one that is here"))
    if theirs is None:
        return [here]
    there = Side("theirs", _("From the archive"), theirs.filename, _("Take the other one"))
    return [here, there]


def _their_bytes(one: Unsettled):
    file = db.session.get(File, one.item_id)
    past = history.revision(file, one.data.get("theirs", 0))
    named = past.data.get("sha256") if past else None
    return next((version for version in file.versions() if version.sha256 == named), None)


def _take_file(one: Unsettled, choice: str, actor: User) -> None:
    if choice == "theirs":
        uploads.go_back(db.session.get(File, one.item_id), _their_bytes(one), actor)


def _deleted_here(one: Unsettled) -> list[Side]:
    return [
        Side("ours", _("Here"), _("It is in the trash."), _("Leave it in the trash")),
        Side("theirs", _("From the archive"), _gist(one.item), _("Take it out of the trash")),
    ]


def _take_back(one: Unsettled, choice: str, actor: User) -> None:
    if choice == "theirs" and one.item.is_trashed:
        writing.restore(one.item, actor)


def _deleted_there(one: Unsettled) -> list[Side]:
    return [
        Side("ours", _("Here"), _gist(one.item), _("Keep it")),
        Side("theirs", _("From the archive"), _("It was put in the trash there."),
             _("Put it in the trash here too")),
    ]  # fmt: skip


def _put_away(one: Unsettled, choice: str, actor: User) -> None:
    if choice == "theirs" and not one.item.is_trashed:
        writing.trash(one.item, actor)


def _erased(one: Unsettled) -> list[Side]:
    there = "\n\n".join(_texts(one.data.get("theirs") or {})) or _("Nothing is kept of it.")
    return [
        Side("theirs", _("From the archive"), there, _("It is read: keep nothing of it here")),
    ]  # fmt: skip


def _texts(data: dict) -> Iterator[str]:
    for value in data.values():
        if isinstance(value, str) and value.strip():
            yield value
        elif isinstance(value, dict):
            yield from _texts(value)


def _gist(item: Item) -> str:
    last = db.session.scalar(
        select(Revision.data).where(Revision.item_id == item.id).order_by(Revision.number.desc())
        .limit(1)
    )  # fmt: skip
    return "\n\n".join(_texts({k: v for k, v in (last or {}).items() if k != "sha256"}))[:3000]


def _places(one: Unsettled) -> list[Side]:
    what = one.data.get("what", "above")
    at = getattr(one.item, "folder_id", None) if what == "folder" else one.item.parent_id
    here, there = (_place(what, number) for number in (at, one.data.get("theirs")))
    return [
        Side("ours", _("Here"), here, _("Leave it there")),
        Side("theirs", _("From the archive"), there, _("Put it there")),
    ]


def _place(what: str, number: int | None) -> str:
    if what == "folder":
        folder = db.session.get(Folder, number) if number else None
        return " / ".join(one.name for one in folder.path()) if folder else _("In no folder")
    above = db.session.get(Item, number) if number else None
    return _("Under “%(title)s”", title=above.title) if above else _("At the top")


def _put_there(one: Unsettled, choice: str, actor: User) -> None:
    if choice == "theirs":
        placing.move(one.item_id, one.data["what"], one.data.get("theirs"), actor)


def _audiences(one: Unsettled) -> list[Side]:
    words = {Scope.DRAFT: _("Draft"), Scope.GROUP: _("The group"), Scope.NETWORK: _("The network"),
             Scope.PUBLIC: _("Everyone")}  # fmt: skip
    there = Scope(one.data.get("theirs", int(one.item.scope)))
    return [
        Side("ours", _("Here"), words[one.item.scope], _("Leave it as it is")),
        Side("theirs", _("From the archive"), words[there], _("Open the screen where it is said")),
    ]


def _row_sides(name: str, words: Callable[[dict], str]) -> Callable[[Unsettled], list[Side]]:
    def sides(one: Unsettled) -> list[Side]:
        return [
            Side("ours", _("Here"), words(one.data["ours"]), _("Keep what is here")),
            Side("theirs", _("From the archive"), words(one.data["theirs"]),
                 _("Take what comes from there")),
        ]  # fmt: skip

    return sides


def _row_settle(name: str, columns: tuple[str, ...]) -> Callable:
    def change(one: Unsettled, choice: str, _actor: User) -> None:
        if choice == "theirs":
            table = tables.sorts()[name].table
            values = {column: one.data["theirs"][column] for column in columns}
            db.session.execute(
                table.update().where(table.c.id == one.data["ours"]["id"]).values(values)
            )

    return change


def _was_there(row: dict) -> str:
    states = {"present": _("present"), "excused": _("excused"), "absent": _("absent")}
    user = db.session.get(User, row.get("user_id") or 0)
    who = user.name if user else row.get("name", "")
    return f"{who}{_(':')} {states.get(row.get('state'), row.get('state'))}"


about("place", _places, _put_there)
# Showing it to more people has its own screen, with all that it asks first.
about("scope", _audiences, lambda *_: None)
about("file", _file, _take_file)
about("deleted here", _deleted_here, _take_back)
about("deleted there", _deleted_there, _put_away)
about("erased", _erased, lambda *_: None)
about("attendance", _row_sides("attendance", _was_there), _row_settle("attendance", ("state",)))
about("cue", _row_sides("cue", lambda row: row["text"]), _row_settle("cue", ("text",)))

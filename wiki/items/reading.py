"""Reading one item: a narrow row instead of whole objects, and an answer that browsers may keep."""

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock

from flask import Response, current_app, make_response, request, session
from sqlalchemy import and_, bindparam, exists, false, func, select
from sqlalchemy.orm import aliased

from wiki import __version__
from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.groups.models import Belonging, Group, groups_of, role_in
from wiki.items.access import NEEDS, can, reader, shape, shape_of, visible
from wiki.items.authorship import Signature, signatures
from wiki.items.models import Comment, Event, Item, Reference, Revision, Scope, Watch
from wiki.templating import language

_Author, _Last, _Below = aliased(User), aliased(User), aliased(Item)

COLUMNS = (
    Item.id, Item.kind, Item.group_id, Item.parent_id, Item.author_id, Item.title, Item.slug,
    Item.summary, Item.scope, Item.ceiling, Item.lang, Item.revision_count, Item.extra, Item.source,
    Item.created_at, Item.updated_at, Item.published_at,
    Group.title.label("group_title"), Group.slug.label("group_slug"),
    Group.colour.label("group_colour"), Group.pictogram.label("group_pictogram"),
    _Author.name.label("author_name"), _Last.name.label("last_name"),
    Revision.note.label("last_note"), Revision.id.label("last_revision"),
)  # fmt: skip


def row(kind: str, item_id: int, user, *more, join=()):
    """What a screen needs to know of an item this user may read, or None.

    `more` adds columns, `join` pairs of (table, condition) that they come from; both are
    constants of the caller, since the statement is made once and kept.
    """
    key = (kind, shape_of(user), *map(id, more))
    if key not in _statements:
        query = _with_people(select(*COLUMNS, *_signs(user), *more))
        for table, condition in join:
            query = query.outerjoin(table, condition)
        _statements[key] = _of_one(query, kind, user)
    # The connection answers rows without the session looking for objects in them.
    connection = db.session.connection()
    return connection.execute(_statements[key], {"item_id": item_id, **reader(user)}).first()


def fresh(kind: str, item_id: int, user) -> Response | None:
    """The answer 304 when what the browser holds still counts, found without reading the text."""
    if not request.if_none_match or "_flashes" in session:
        return None
    key = (kind, shape_of(user))
    if key not in _stamps:
        _stamps[key] = _of_one(_with_people(select(*_STAMPED, *_signs(user))), kind, user)
    values = {"item_id": item_id, **reader(user)}
    found = _first(_stamps[key], values)
    if found is None:
        return None
    tag = tag_of(found, user)
    if not request.if_none_match.contains_weak(tag):
        return None
    return _kept(Response(status=304), tag, user, found.scope == Scope.PUBLIC)


def _first(statement, values):
    """One row; without opening a session, which costs as much, when nobody was looked up yet."""
    if db.session.registry.has():
        return db.session.connection().execute(statement, values).first()
    with db.engine.connect() as connection:
        return connection.execute(statement, values).first()


def tag_of(found, user) -> str:
    """The ETag of a row: whatever changes the screen changes it.

    Each change of anything is an event, so the number of the last event stands for all that
    surrounds the item: comments, links, titles of the pages it points to. The hour stands for
    « two hours ago ».
    """
    easy = session.get("easy") if user.is_anonymous else user.easy
    who = "-" if user.is_anonymous else f"{user.id}.{user.name}.{user.pictogram}.{user.colour}"
    parts = (
        __version__, _assets(), language(), bool(easy), who, role_in(user, found.group_id),
        found.id, found.revision_count, found.updated_at.timestamp(), int(found.scope), found.title,
        found.group_title, found.group_colour, found.group_pictogram, found.author_name,
        found.last_event, found.watched, request.query_string, f"{utcnow():%j%H}",
    )  # fmt: skip
    # Keyed by this installation: a restored site starts numbering its events from an older one.
    key = current_app.secret_key.encode()[:64]
    return blake2b(repr(parts).encode(), digest_size=12, key=key).hexdigest()


def answer(found, user, draw) -> Response:
    """The screen that `draw()` gives, with its tag and who may keep it.

    What everyone may read may be kept by everyone, the rest by its reader only. A screen that
    tells a person what they just did is told once.
    """
    if "_flashes" in session:
        return _kept(make_response(draw()), None, user, found.scope == Scope.PUBLIC)
    tag = tag_of(found, user)
    html = drawn.get(tag)
    if html is None:
        html = drawn.keep(tag, draw())
    return _kept(make_response(html), tag, user, found.scope == Scope.PUBLIC)


def group_of(found, user) -> Belonging | None:
    """The group around an item, for the frame of the page; None for those who may not enter it."""
    mine = next((group for group in groups_of(user) if group.id == found.group_id), None)
    if mine or not user.is_anonymous:
        return mine
    return Belonging(
        found.group_id, found.group_title, found.group_slug, found.group_colour,
        found.group_pictogram, None,
    )  # fmt: skip


def powers(user, item) -> frozenset[str]:
    """The actions this user may do to an item: what decides which tools are shown."""
    if user.is_anonymous:
        return frozenset()
    return frozenset(action for action in NEEDS if can(user, action, item))


def last_hands(found) -> list[str]:
    """The names of those who signed the latest version of an item, those who wrote most first."""
    names = [found.last_name] if found.last_name else []
    if found.last_signed:
        people = signatures([found.last_revision]).get(found.last_revision, [])
        names = [user.name for user in people] + names
    return list(dict.fromkeys(names))


def family(found, user) -> tuple[object | None, list]:
    """The item above, and those placed under an item, that this user may read."""
    if found.parent_id is None and not found.has_children:
        return None, []
    near = (Item.parent_id == found.id) | (Item.id == found.parent_id)
    rows = db.session.execute(
        select(
            Item.id, Item.kind, Item.title, Item.slug, Item.summary, Item.scope, Item.updated_at,
            Item.group_id, Item.cover_id,
        )
        .where(near, visible(user))
        .order_by(Item.position, Item.title)
    ).all()  # fmt: skip
    above = next((one for one in rows if one.id == found.parent_id), None)
    return above, [one for one in rows if one is not above]


class _Drawn:
    """The screens drawn last, by tag: one tag is one screen, for this server as for browsers.

    Rights are never read from here: the row that gives the tag was found under them.
    """

    def __init__(self, room: int):
        self.room, self.used = room, 0
        self.screens: OrderedDict[str, str] = OrderedDict()
        self.lock = Lock()

    def get(self, tag: str) -> str | None:
        """The screen, if it was drawn lately."""
        with self.lock:
            if tag in self.screens:
                self.screens.move_to_end(tag)
            return self.screens.get(tag)

    def clear(self) -> None:
        """Forget all."""
        with self.lock:
            self.screens.clear()
            self.used = 0

    def keep(self, tag: str, html: str) -> str:
        """Remember a screen, forgetting the ones unused for longest."""
        with self.lock:
            if tag not in self.screens and len(html) < self.room // 20:
                self.screens[tag] = html
                self.used += len(html)
            while self.used > self.room:
                self.used -= len(self.screens.popitem(last=False)[1])
        return html


drawn = _Drawn(room=8_000_000)
_statements: dict[tuple, object] = {}
_stamps: dict[tuple, object] = {}
_STAMPED = (
    Item.id, Item.group_id, Item.scope, Item.title, Item.revision_count, Item.updated_at,
    Group.title.label("group_title"), Group.colour.label("group_colour"),
    Group.pictogram.label("group_pictogram"), _Author.name.label("author_name"),
)  # fmt: skip


def _with_people(query):
    latest = and_(Revision.item_id == Item.id, Revision.number == Item.revision_count)
    return (
        query.select_from(Item.__table__)
        .join(Group, Group.id == Item.group_id)
        .outerjoin(_Author, _Author.id == Item.author_id)
        .outerjoin(Revision, latest)
        .outerjoin(_Last, _Last.id == Revision.actor_id)
    )


def _of_one(query, kind: str, user):
    here = (Item.id == bindparam("item_id"), Item.kind == kind)
    return query.where(*here, shape(shape_of(user)))


def _signs(user) -> tuple:
    """Flags that spare the questions whose answer is « none »."""
    last_event = select(func.max(Event.id)).scalar_subquery().label("last_event")
    commented = exists().where(Comment.item_id == Item.id).label("has_comments")
    children = exists().where(_Below.parent_id == Item.id).label("has_children")
    linked = exists().where(
        Reference.target_id == Item.id, Reference.role != "alias", Reference.source_id != Item.id
    )
    signed = exists().where(Signature.revision_id == Revision.id).correlate(Revision)
    watching = false()
    if not user.is_anonymous:
        watching = exists().where(Watch.item_id == Item.id, Watch.user_id == bindparam("me"))
    return (
        last_event, commented, children, linked.label("has_backlinks"), watching.label("watched"),
        signed.label("last_signed"),
    )  # fmt: skip


def _kept(response: Response, tag: str | None, user, public: bool) -> Response:
    if tag:
        response.set_etag(tag, weak=True)
    everyone = public and user.is_anonymous and tag is not None
    response.headers["Cache-Control"] = (
        "public, max-age=0, must-revalidate" if everyone else "private, no-cache"
    )
    response.vary.update(("Cookie", "Accept-Language"))
    return response


def _assets() -> str:
    url = current_app.extensions["assets"].url
    return url("app.css") + url("app.js")

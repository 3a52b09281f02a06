"""The one way to write: a change, its revision, its event and its references in one commit."""

from collections.abc import Callable

from sqlalchemy import delete, select, update

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.groups.journal import record
from wiki.groups.models import Group
from wiki.items import links
from wiki.items.access import can
from wiki.items.models import (
    Item,
    PublicationRequest,
    Rendering,
    Revision,
    Scope,
    Watch,
)
from wiki.markup import VERSION, Rendered, render_all
from wiki.markup.sanitize import clean_body, clean_text
from wiki.markup.text import slugify

TITLE_LENGTH = 200
TEXT_LENGTH = 500_000


_objections: list[Callable[[Item, Scope], list[str]]] = []


class Unpublishable(Exception):
    """The item may not go to that scope yet; `reasons` says why, in words for its writers."""

    def __init__(self, reasons: list[str]):
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def save(item: Item, actor: User | None, note: str = "", verb: str = "") -> Revision | None:
    """Keep what was changed on an item: new revision, event, index row, in one commit.

    Returns None, and writes nothing, when no versioned field changed. Raises
    sqlalchemy.orm.exc.StaleDataError when someone else saved since the item was read, and
    ValueError when a text is longer than TEXT_LENGTH characters.
    """
    revision = stage(item, actor, note, verb)
    db.session.commit()
    return revision


def stage(
    item: Item,
    actor: User | None,
    note: str = "",
    verb: str = "",
    *,
    rendered: dict[str, Rendered] | None = None,
    always: bool = False,
) -> Revision | None:
    """Do all that `save` does, short of the commit, so that imports may batch.

    `rendered` gives the HTML of a text, by the text itself, when it was made ahead. With `always`,
    a version is made even of what the last one says.
    """
    with db.session.no_autoflush:
        _clean(item)
        latest = _latest(item)
        snapshot = item.snapshot()
        if latest and latest.data == snapshot and not always:
            return None
        found = _render(item, rendered or {})
        item.slug = slugify(item.title)
        now = utcnow()
        item.updated_at = now
        item.revision_count = (item.revision_count or 0) + 1
        if item.created_at is None:
            item.created_at = now
        if _is_new(item) and item.author_id is None and actor is not None:
            item.author_id = actor.id
        renamed = latest is not None and latest.data.get("title") != item.title
        new = _is_new(item)
        revision = Revision(
            item=item,
            number=item.revision_count,
            actor_id=actor.id if actor else None,
            note=clean_text(note)[:300],
            data=snapshot,
            created_at=now,
        )
        db.session.add_all([item, revision])
    db.session.flush()
    if found or item.references() or (found is not None and not new):
        links.record(item, found or [])
    if new or renamed:
        links.adopt(item, new)
    if new and actor:
        db.session.add(Watch(user_id=actor.id, item_id=item.id))
    log(verb or ("created" if new else "updated"), item, actor, revision=revision.number)
    return revision


def log(verb: str, item: Item, actor: User | None, **data) -> None:
    """Record what was done to an item; the caller commits."""
    record(verb, actor, item.group_id, item.id, **data)


def trash(item: Item, actor: User) -> None:
    """Put an item away; it disappears everywhere at once and can be restored."""
    item.trashed_at = utcnow()
    log("trashed", item, actor)
    db.session.commit()


def restore(item: Item, actor: User) -> None:
    """Take an item out of the trash, never more visible than its group."""
    item.trashed_at = None
    if item.scope > Scope.GROUP and not can(actor, "publish", item):
        set_scope(item, Scope.GROUP, actor)
    log("restored", item, actor)
    db.session.commit()


def publish(item: Item, scope: Scope, actor: User, wide: bool = False, note: str = "") -> bool:
    """Change who may read an item; True when done, False when it became a request.

    `wide` says that this person may show things to everyone. Raises Unpublishable with the
    reasons when the kind finds something missing, and PermissionError when the actor may not ask.
    """
    if not can(actor, "share", item) or not may_narrow(item, actor, scope):
        raise PermissionError(scope)
    if scope > Scope.GROUP and scope > item.scope:
        if reasons := blockers(item, scope):
            raise Unpublishable(reasons)
        if not can(actor, "publish", item) and not (wide and scope == Scope.PUBLIC):
            raise PermissionError(scope)
        if scope == Scope.PUBLIC and not wide:
            request_publication(item, scope, actor, note)
            return False
    set_scope(item, scope, actor)
    db.session.commit()
    return True


def let_object(objections: Callable[[Item, Scope], list[str]]) -> None:
    """Let a feature say why any item may not be shown that widely, whatever its kind."""
    if objections not in _objections:
        _objections.append(objections)


def blockers(item: Item, scope: Scope) -> list[str]:
    """Why an item may not be shown that widely yet: what its kind misses, what others object."""
    others = [reason for objections in _objections for reason in objections(item, scope)]
    return [*item.publish_blockers(scope), *others]


def may_narrow(item: Item, actor: User, scope: Scope) -> bool:
    """Whether this person may hide an item that far: a draft leaves the sight of the members."""
    if scope > Scope.DRAFT or item.scope == Scope.DRAFT:
        return True
    return item.author_id == actor.id or can(actor, "publish", item)


def withdraw_requests(item: Item, actor: User) -> None:
    """The group no longer asks for a wider audience; site editors lose sight of the item."""
    if _close_requests(item, actor):
        log("withdrew the request", item, actor)
    db.session.commit()


def drop_requests(item: Item, beyond: Scope) -> None:
    """Nobody asks any more that an item be shown more widely than this. The caller commits."""
    db.session.execute(
        update(PublicationRequest)
        .where(
            PublicationRequest.item_id == item.id,
            PublicationRequest.answered_at.is_(None),
            PublicationRequest.scope > beyond,
        )
        .values(answered_at=utcnow(), accepted=False)
    )


def answer(request: PublicationRequest, editor: User, accepted: bool, words: str = "") -> None:
    """Settle a publication request; accepting shows the item."""
    if accepted and (reasons := blockers(request.item, request.scope)):
        raise Unpublishable(reasons)
    request.answered_by_id, request.answered_at = editor.id, utcnow()
    request.accepted, request.answer = accepted, words
    if accepted:
        set_scope(request.item, request.scope, editor)
    else:
        log("declined", request.item, editor, scope=int(request.scope))
    db.session.commit()


def move(item: Item, actor: User, parent: Item | None, position: int = 0) -> None:
    """Put an item under another of its group, or at the top.

    Raises ValueError when it would end up under itself or in another group.
    """
    ancestor, seen = parent, {item.id}
    while ancestor is not None:
        # Seen twice: two people moved things under one another at the same instant.
        if ancestor.id in seen or ancestor.group_id != item.group_id:
            raise ValueError("an item cannot be placed there")
        seen.add(ancestor.id)
        ancestor = ancestor.parent
    item.parent_id = parent.id if parent else None
    item.position = position
    log("moved", item, actor)
    db.session.commit()


def duplicate(item: Item, actor: User, group: Group) -> Item:
    """A copy in a group, as a draft of the person who copies."""
    copy = item.copy_to(group)
    copy.scope, copy.author_id = Scope.DRAFT, actor.id
    copy.source, copy.ceiling = None, item.ceiling
    copy.extra = {**(copy.extra or {}), "copied_from": item.id}
    save(copy, actor, verb="copied")
    return copy


def watch(item: Item, user: User) -> None:
    """Follow an item; doing it twice changes nothing. The caller commits."""
    if db.session.get(Watch, (user.id, item.id)) is None:
        db.session.add(Watch(user_id=user.id, item_id=item.id))


def unwatch(item: Item, user: User) -> None:
    """Stop following an item. The caller commits."""
    db.session.execute(delete(Watch).where(Watch.user_id == user.id, Watch.item_id == item.id))


def trash_group(group: Group, actor: User) -> None:
    """Delete a group with all it owns; restorable for as long as the trash is kept."""
    now = utcnow()
    group.trashed_at = now
    db.session.execute(
        update(Item).where(Item.group_id == group.id, Item.trashed_at.is_(None)).values(
            trashed_at=now
        )
    )  # fmt: skip
    record("group trashed", actor, group.id)
    db.session.commit()


def restore_group(group: Group, actor: User) -> None:
    """Bring a group back with what was in it when it was deleted."""
    db.session.execute(
        update(Item).where(Item.group_id == group.id, Item.trashed_at == group.trashed_at).values(
            trashed_at=None
        )
    )  # fmt: skip
    group.trashed_at = None
    record("group restored", actor, group.id)
    db.session.commit()


def prepare(texts: set[str], item: Item) -> dict[str, Rendered]:
    """The HTML of texts that an item is about to say, made before any lock is taken."""
    if len(item.texts()) > 1 or not texts:
        return {}
    cleaned = [clean_body(text) for text in texts]
    return dict(zip(cleaned, render_all(cleaned, lang=item.lang), strict=True))


def _clean(item: Item) -> None:
    item.title = clean_text(item.title or "")[:TITLE_LENGTH].strip()
    item.summary = clean_body(item.summary or "")
    if item.lang is None:
        item.lang = "fr"
    for field in item.texts():
        if hasattr(item, field):
            setattr(item, field, clean_body(getattr(item, field) or ""))
    if any(len(text) > TEXT_LENGTH for text in item.texts().values()):
        raise ValueError("text too long")


def _is_new(item: Item) -> bool:
    return item.id is None


def _latest(item: Item) -> Revision | None:
    if _is_new(item):
        return None
    return db.session.scalar(
        select(Revision)
        .where(Revision.item_id == item.id)
        .order_by(Revision.number.desc())
        .limit(1)
    )


def _render(item: Item, ready: dict[str, Rendered] | None = None) -> list | None:
    """Render the texts; the links found in them, or None for a kind without text."""
    texts = item.texts()
    if not texts and not item.renderings:
        return None
    found = []
    # Several texts of one item share a screen: their headings' ids must not meet.
    prefixes = ["" if len(texts) == 1 else field for field in texts]
    sources = list(texts.values())
    if len(sources) == 1 and ready and sources[0] in ready:
        made_ones = [ready[sources[0]]]
    else:
        made_ones = render_all(sources, prefixes=prefixes, lang=item.lang)
    for field, made in zip(texts, made_ones, strict=True):
        rendering = item.renderings.setdefault(field, Rendering(field=field))
        rendering.html, rendering.toc, rendering.plain = made.html, made.toc, made.plain
        rendering.headings, rendering.version = "\n".join(made.headings), VERSION
        found.extend(made.links)
        found.extend(links.embedded([*made.embeds, *links.pictured(made.html)]))
    for field in [name for name in item.renderings if name not in texts]:
        del item.renderings[field]
    return found


def request_publication(item: Item, scope: Scope, actor: User, note: str = "") -> None:
    """Ask that an item be shown more widely; asking twice changes nothing. Commits.

    A member asks the facilitators first: site editors see nothing of it until one of them asks.
    """
    inside = not can(actor, "publish", item)
    pending = db.session.scalar(
        select(PublicationRequest).where(
            PublicationRequest.item_id == item.id, PublicationRequest.answered_at.is_(None)
        )
    )
    if pending is None or (pending.for_group and not inside):
        if pending is None:
            pending = PublicationRequest(item_id=item.id, asked_by_id=actor.id, note=note)
            db.session.add(pending)
        pending.scope, pending.for_group, pending.note = scope, inside, note or pending.note
        log("asked the facilitators" if inside else "asked to publish", item, actor,
            scope=int(scope))  # fmt: skip
    db.session.commit()


def set_scope(item: Item, scope: Scope, actor: User | None) -> None:
    """Show an item that far, with the event that histories are cut by. The caller commits."""
    if scope == item.scope:
        return
    was, item.scope = item.scope, scope
    if scope == Scope.PUBLIC and item.published_at is None:
        item.published_at = utcnow()
    log("published" if scope > was else "narrowed", item, actor, scope=int(scope), was=int(was))
    # Narrowed, it asks for nothing any more; shown as widely as asked, it has its answer.
    if scope < was:
        _close_requests(item, actor)
    else:
        _close_requests(item, actor, accepted=True, up_to=scope)


def _close_requests(
    item: Item, actor: User | None, accepted: bool = False, up_to: Scope = Scope.PUBLIC
) -> int:
    return db.session.execute(
        update(PublicationRequest)
        .where(
            PublicationRequest.item_id == item.id,
            PublicationRequest.answered_at.is_(None),
            PublicationRequest.scope <= up_to,
        )
        .values(answered_at=utcnow(), accepted=accepted, answered_by_id=actor.id if actor else None)
    ).rowcount

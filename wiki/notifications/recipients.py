"""Who is told of an event, and why: one function per kind of event, the weightiest reason first.

A feature below may tell of its own events: `@when("verb")` above a function that gives people.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from sqlalchemy import select

from wiki.accounts.models import SiteRole, User
from wiki.db import db
from wiki.groups.journal import Event
from wiki.groups.models import Membership, Role
from wiki.items import authorship
from wiki.items.access import visible
from wiki.items.models import Comment, Item, PublicationRequest, Watch


class Told(NamedTuple):
    """One person to tell: the topic rules how often letters come, the reason says why."""

    user_id: int
    topic: str
    reason: str


Finder = Callable[[Event, Item], Iterable[Told]]
_finders: dict[str, list[Finder]] = {}
# Verbs that somebody waits for: their letters do not wait for the sweep.
prompt: set[str] = set()


def when(*verbs: str, at_once: bool = False):
    """Make a function say who is told of events with these verbs."""

    def register(find: Finder) -> Finder:
        for verb in verbs:
            _finders.setdefault(verb, []).append(find)
        if at_once:
            prompt.update(verbs)
        return find

    return register


def concerns(event: Event) -> bool:
    """Whether anybody is ever told of such an event."""
    return event.item_id is not None and event.verb in _finders


def recipients(event: Event, item: Item) -> list[Told]:
    """Who is told of an event: each once, never its author, only those who may read the item."""
    found: dict[int, Told] = {}
    doers = {event.actor_id, *(user.id for user in co_writers([event]).get(event.id, []))}
    for find in _finders.get(event.verb, ()):
        for told in find(event, item):
            if told.user_id is not None and told.user_id not in doers:
                found.setdefault(told.user_id, told)
    people = db.session.scalars(
        select(User).where(User.id.in_(found), User.deactivated_at.is_(None))
    )
    return [found[user.id] for user in people if may_read(user, item.id)]


def co_writers(events: list[Event]) -> dict[int, list[User]]:
    """By event, those who wrote together what it tells of; nothing where one person did."""
    places = {one.id: (one.item_id, (one.data or {}).get("revision")) for one in events}
    signed = authorship.also_signed({place for place in places.values() if all(place)})
    return {key: signed[place] for key, place in places.items() if place in signed}


def may_read(user: User, item_id: int) -> bool:
    """Whether a person may read an item now."""
    query = select(Item.id).where(Item.id == item_id, visible(user))
    return db.session.scalar(query) is not None


@when("commented", "approved a comment", at_once=True)
def _talkers(event: Event, item: Item) -> Iterable[Told]:
    """Those it answers, the author of the item, then who follows it; held, who may release it."""
    comment = db.session.get(Comment, (event.data or {}).get("comment"))
    if comment is None or comment.removed_at:
        return
    if comment.held:
        yield from leaders(item)
        return
    told = [Told(user_id, "mine", "answer") for user_id in _answered(comment)]
    told.append(Told(item.author_id, "mine", "comment"))
    told += watchers(item, "remark")
    yield from (one for one in told if one.user_id != comment.author_id)


@when("asked to publish", at_once=True)
def _editors(event: Event, item: Item) -> Iterable[Told]:
    editors = select(User.id).where(User.role >= SiteRole.EDITOR)
    for user_id in db.session.scalars(editors):
        yield Told(user_id, "asked", "request")


@when("asked the facilitators", at_once=True)
def _facilitators(event: Event, item: Item) -> Iterable[Told]:
    """A member asks for more readers: the group's facilitators decide first."""
    yield from (told._replace(reason="wish") for told in leaders(item))


@when("erased elsewhere", at_once=True)
def _keepers(event: Event, item: Item) -> Iterable[Told]:
    """A name was erased from what this comes from, or from what was made of it."""
    yield from (told._replace(reason="erasure") for told in leaders(item))


@when("published", "declined", at_once=True)
def _askers(event: Event, item: Item) -> Iterable[Told]:
    """Who asked to publish, when this is the answer."""
    request = db.session.scalar(
        select(PublicationRequest)
        .where(PublicationRequest.item_id == item.id, PublicationRequest.answered_at.is_not(None))
        .order_by(PublicationRequest.id.desc())
        .limit(1)
    )
    scope = (event.data or {}).get("scope")
    if request is not None and scope is not None and request.answered_by_id == event.actor_id:
        accepted = event.verb == "published"
        if bool(request.accepted) == accepted and int(request.scope) <= scope:
            yield Told(request.asked_by_id, "mine", "accepted" if accepted else "declined")


@when("accepted a suggestion", "refused a suggestion", at_once=True)
def _proposers(event: Event, item: Item) -> Iterable[Told]:
    """Who proposed other words, once somebody decided."""
    comment = db.session.get(Comment, (event.data or {}).get("comment"))
    if comment is not None and not comment.removed_at:
        accepted = event.verb == "accepted a suggestion"
        yield Told(comment.author_id, "mine", "words put" if accepted else "words left")


@when("adapted", at_once=True)
def _first_to_do_it(event: Event, item: Item) -> Iterable[Told]:
    """Who wrote what someone does again elsewhere."""
    yield Told(item.author_id, "mine", "adapted")


@when("gave feedback", at_once=True)
def _hearers(event: Event, item: Item) -> Iterable[Told]:
    """Who wrote what was judged; a stranger's words are first read by a facilitator."""
    if (event.data or {}).get("held"):
        yield from (told._replace(reason="feedback held") for told in leaders(item))
    else:
        yield Told(item.author_id, "mine", "feedback")


@when("updated", "reverted", "published", "restored")
def _followers(event: Event, item: Item) -> Iterable[Told]:
    yield from watchers(item, "shown" if event.verb == "published" else "change")


def watchers(item: Item, reason: str, topic: str = "watched") -> list[Told]:
    """Those who follow an item."""
    query = select(Watch.user_id).where(Watch.item_id == item.id)
    return [Told(user_id, topic, reason) for user_id in db.session.scalars(query)]


def _answered(comment: Comment) -> list[int]:
    """Those who wrote in the thread that a comment answers."""
    if comment.reply_to_id is None:
        return []
    query = select(Comment.author_id).where(
        (Comment.id == comment.reply_to_id) | (Comment.reply_to_id == comment.reply_to_id),
        Comment.author_id.is_not(None),
        Comment.removed_at.is_(None),
    )
    return list(db.session.scalars(query.distinct()))


def leaders(item: Item) -> list[Told]:
    """The facilitators of its group, who decide what the others may not."""
    query = select(Membership.user_id).where(
        Membership.group_id == item.group_id, Membership.role >= Role.FACILITATOR
    )
    return [Told(user_id, "asked", "held") for user_id in db.session.scalars(query)]

"""Who is told of questions: the professionals when one is asked, its author of what is proposed."""

from collections.abc import Iterable

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.items.models import Event, Item
from wiki.notifications.recipients import Told, watchers, when


@when("asked the network")
def _professionals(event: Event, item: Item) -> Iterable[Told]:
    for user_id in db.session.scalars(select(User.id).where(User.professional)):
        yield Told(user_id, "questions", "question")


@when("proposed an answer", at_once=True)
def _author(event: Event, item: Item) -> Iterable[Told]:
    yield Told(item.author_id, "mine", "proposal")
    yield from watchers(item, "proposal")


@when("found an answer")
def _those_who_helped(event: Event, item: Item) -> Iterable[Told]:
    yield from watchers(item, "solved")

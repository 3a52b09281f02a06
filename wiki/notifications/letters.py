"""The letter of what happened, written at the moment it leaves."""

from flask import current_app
from flask_babel import force_locale, ngettext
from itsdangerous import BadSignature, URLSafeSerializer

from wiki.accounts.models import User
from wiki.db import db
from wiki.mail import Letter, composer, link, write
from wiki.markup.text import shorten
from wiki.notifications.lines import Line, lines, notices_of
from wiki.notifications.models import TOPICS, Notice, cadences

SUBJECT = 110  # characters of the first sentence in the subject


@composer("notices")
def compose(to: str, user: int, notices: list[int]) -> Letter | None:
    """One letter of what a person was not told yet; None when nothing of it is left to tell.

    Left out: what they may no longer read, have read on the site, or want no letters about.
    """
    person = db.session.get(User, user)
    if person is None or not person.is_active or person.email != to:
        return None
    wanted = [topic for topic, cadence in cadences(user).items() if cadence != "never"]
    found = notices_of(
        person, Notice.id.in_(notices), Notice.read_at.is_(None), Notice.topic.in_(wanted)
    )
    lang = person.lang or current_app.config["LANGUAGE"]
    with force_locale(lang):
        told = lines(found[::-1], person)
        if not told:
            return None
        subject = _subject(told)
    topics = sorted({line.topic for line in told}, key=TOPICS.index)
    return write(
        "notices", lang, unsubscribe=link("notifications.stop", token=stop_token(user, topics)),
        person=person, lines=told, subject=subject, settings=link("notifications.settings"),
    )  # fmt: skip


def stop_token(user_id: int, topics: list[str]) -> str:
    """What a letter carries to stop the next ones, without signing in."""
    return _signer().dumps([user_id, topics])


def read_stop_token(token: str) -> tuple[User, list[str]] | None:
    """The person and the topics behind an unsubscribe link, or nothing."""
    try:
        user_id, topics = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    user = db.session.get(User, user_id) if isinstance(user_id, int) else None
    known = [topic for topic in topics if topic in TOPICS] if isinstance(topics, list) else []
    return (user, known) if user and known else None


def _subject(told: list[Line]) -> str:
    first, others = shorten(told[0].words, SUBJECT), len(told) - 1
    if not others:
        return first
    return ngettext("%(first)s, and %(num)s other thing", "%(first)s, and %(num)s other things",
                    others, first=first)  # fmt: skip


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="letters")

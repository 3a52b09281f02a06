"""Searches that found nothing: what people look for and nobody has written yet.

What a person types may be about a person: a name, a telephone number, an illness. So a search is
kept in three steps, and nothing is ever kept of who asked.

1. When a search finds nothing, only its fingerprint (keyed with the site's secret) and the week
   are written down. The words are not.
2. Who asks counts once a day: for that, a mark of their address, salted anew each day, stays in
   this process's memory, is never written, and dies with the day.
3. The words are written down only by the third asking, taken from that asking itself. A search with
   an address, a long number, or more than eight words never is.

Fingerprints without words go thirty days after the last asking, everything twelve months after it.
At most so many are written a day and kept at all, so that a robot can fill neither the disk nor the
page.
"""

import hashlib
import hmac
import re
import secrets
from datetime import date, timedelta

from flask import after_this_request, current_app, has_request_context
from sqlalchemy import JSON, Date, String, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from wiki.db import db, utcnow
from wiki.jobs import periodic
from wiki.markup.text import fold
from wiki.throttle import address

ASKED_TIMES = 3  # before the words are kept
MOST_WORDS, LONGEST = 8, 80
A_DAY, AT_ALL = 400, 5000  # searches noted by one process in a day, kept by the site
KEEP_UNKNOWN, KEEP = timedelta(days=30), timedelta(days=365)
_PERSONAL = re.compile(r"@|\d[\d .\-/]{4,}\d")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


class MissedSearch(db.Model):
    """A search that found nothing: how often, in which weeks; its words once several asked."""

    __tablename__ = "missed_search"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    words: Mapped[str | None] = mapped_column(String(120))
    times: Mapped[int] = mapped_column(default=0)
    weeks: Mapped[dict] = mapped_column(JSON, default=dict)
    last_day: Mapped[date] = mapped_column(Date, index=True)


class _Today:
    """Who asked what today, in memory only."""

    day: date | None = None
    salt = b""
    seen: set[bytes] = set()  # noqa: RUF012


def note(question, results) -> None:
    """Remember that a search found nothing, once it is answered: the answer does not wait for it.

    `question` is what was read of the words, `results` what `find` gave.
    """
    if results.total or not has_request_context():
        return
    words = folded(question.typed)
    if not words or not _first_today(words):
        return
    app = current_app._get_current_object()

    @after_this_request
    def write_once_answered(response):
        response.call_on_close(lambda: _in_own_context(app, words))
        return response


def folded(typed: str) -> str:
    """The words as they are counted together, folded and bare; '' for what is not kept."""
    if len(typed) > LONGEST or _PERSONAL.search(typed):
        return ""
    words = _WORD.findall(fold(typed))
    return " ".join(words) if len(words) <= MOST_WORDS and any(len(w) > 2 for w in words) else ""


def known(limit: int = 50) -> list[MissedSearch]:
    """The searches without result that were made several times, the most asked first."""
    query = select(MissedSearch).where(MissedSearch.words.is_not(None))
    order = (MissedSearch.times.desc(), MissedSearch.last_day.desc(), MissedSearch.words)
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def forget(digest: str) -> None:
    """Take a search off the list: it was answered, or should not be there. The caller commits."""
    db.session.execute(delete(MissedSearch).where(MissedSearch.digest == digest))


@periodic(hour="4", minute="40")
def forget_old_searches() -> None:
    """Delete what too few asked, and what is a year old."""
    today = utcnow().date()
    unknown = MissedSearch.words.is_(None) & (MissedSearch.last_day < today - KEEP_UNKNOWN)
    db.session.execute(delete(MissedSearch).where(unknown))
    db.session.execute(delete(MissedSearch).where(MissedSearch.last_day < today - KEEP))
    db.session.commit()


def write(words: str, today: date | None = None) -> None:
    """Count one asking of a search, and keep its words if it is the third."""
    today = today or utcnow().date()
    digest = _fingerprint(words)
    row = db.session.get(MissedSearch, digest)
    if row is None:
        if db.session.scalar(select(func.count()).select_from(MissedSearch)) >= AT_ALL:
            return
        db.session.add(
            MissedSearch(digest=digest, times=1, weeks={_week(today): 1}, last_day=today)
        )
    else:
        weeks = dict(row.weeks or {})
        weeks[_week(today)] = weeks.get(_week(today), 0) + 1
        row.weeks = dict(sorted(weeks.items())[-53:])
        row.times, row.last_day = row.times + 1, today
        if row.times >= ASKED_TIMES:
            row.words = words[:120]
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()  # asked twice at the same instant: once is enough


def _in_own_context(app, words: str) -> None:
    with app.app_context():
        try:
            write(words)
        except Exception:
            app.logger.warning("a search without result was not noted", exc_info=True)
            db.session.rollback()


def _first_today(words: str) -> bool:
    """Whether this asker asks this for the first time today, and there is room to note it."""
    today = utcnow().date()
    if _Today.day != today:
        _Today.day, _Today.salt, _Today.seen = today, secrets.token_bytes(32), set()
    mark = hmac.digest(_Today.salt, f"{address()}\n{words}".encode(), "sha256")[:16]
    if mark in _Today.seen or len(_Today.seen) >= A_DAY:
        return False
    _Today.seen.add(mark)
    return True


def _fingerprint(words: str) -> str:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, b"missed\n" + words.encode(), hashlib.sha256).hexdigest()


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-{week:02d}"

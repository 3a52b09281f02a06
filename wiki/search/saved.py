"""A search that someone keeps, and the letters that tell what is new in it."""

from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from flask import current_app
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin
from sqlalchemy import JSON, ForeignKey, String, Text, delete, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from werkzeug.datastructures import MultiDict

from wiki.accounts.models import User
from wiki.db import UTCDateTime, db, utcnow
from wiki.items.access import visible
from wiki.items.models import Event, Item
from wiki.items.terms import is_open
from wiki.jobs import job, periodic
from wiki.mail import Letter, base_url, composer, link, next_round, post, post_composed, write
from wiki.search import find, vocabularies
from wiki.search.filters import Filters
from wiki.search.signing import ending_token

CADENCES = ("none", "day", "week", "month")
SHOWN = 20  # results named in one letter; the others are counted
WATCHED = 1000  # best results among which something new is looked for
REMEMBERED = 5000  # results known already, by search
MOST = 50  # searches one person keeps
UNCONFIRMED = timedelta(days=3)
KEPT = timedelta(days=365)  # the address of a visitor, since they last said that they want letters
NOTICE = timedelta(days=30)  # before its end, in which they are asked
LONGEST = 2000
# What brings an item before new readers; a wide search is asked only about these.
_OPENING = ("created", "copied", "imported", "published", "restored")
_OF_THE_SCREEN = {"page", "more", "items", "back"}


class SavedSearch(db.Model):
    """A search as its address, whose it is, and how often a letter tells what is new in it."""

    __tablename__ = "saved_search"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    lang: Mapped[str] = mapped_column(String(5), default="fr")
    name: Mapped[str] = mapped_column(String(120))
    query: Mapped[str] = mapped_column(Text)
    cadence: Mapped[str] = mapped_column(String(10), default="none")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    known: Mapped[list] = mapped_column(JSON, default=list)

    user: Mapped[User | None] = relationship()

    @property
    def url(self) -> str:
        """The results today."""
        return f"/search?{self.query}" if self.query else "/search"

    @property
    def reader(self):
        """Who reads the results: the person, or anyone."""
        return self.user or AnonymousUserMixin()

    def results(self, limit: int = WATCHED):
        """What the search finds now for its reader, best first."""
        args = MultiDict(parse_qsl(self.query, keep_blank_values=True))
        return find(
            args.get("q"), self.reader, Filters.from_args(args), limit,
            facets=False, exact=args.get("exact") == "1",
        )  # fmt: skip

    @property
    def ends_at(self) -> datetime | None:
        """When the address of a visitor is erased, unless they want letters for another year."""
        return self.confirmed_at + KEPT if self.confirmed_at and not self.user_id else None

    def begin(self, now: datetime | None = None) -> None:
        """Take what is found today as known; letters tell of what comes after."""
        self.known, self.checked_at = self.results().ids, now or utcnow()
        self.confirmed_at = self.confirmed_at or self.checked_at
        self.plan_next(self.checked_at)

    def plan_next(self, now: datetime) -> None:
        """When the next letter may leave."""
        self.due_at = None if self.cadence == "none" else next_round(self.cadence, now)

    def take_new(self, now: datetime) -> list[int]:
        """The results that were not there at the last look, best first; they are known from now."""
        results, known = self.results(), set(self.known or ())
        new = [item_id for item_id in results.ids if item_id not in known]
        if new and (results.total > WATCHED or len(known) >= WATCHED):
            # Among so many, one may only have moved up: ask when it came before its readers.
            opened = select(Event.item_id).where(
                Event.item_id.in_(new),
                Event.verb.in_(_OPENING),
                Event.created_at > (self.checked_at or self.created_at),
            )
            recent = set(db.session.scalars(opened))
            new = [item_id for item_id in new if item_id in recent]
        self.known = [*(self.known or ()), *(i for i in results.ids if i not in known)][
            -REMEMBERED:
        ]
        self.checked_at = now
        return new


def canonical(query: str) -> str:
    """The parameters of a search's address that make the search, in their order, bounded."""
    pairs = parse_qsl(query[: 3 * LONGEST].lstrip("?"))[:200]
    kept: list[tuple[str, str]] = []
    for name, value in pairs:
        pair = (name[:40].replace("\x00", ""), value.replace("\x00", "").strip())
        if pair[0] not in _OF_THE_SCREEN and pair[1] and pair not in kept:
            if len(urlencode([*kept, pair])) > LONGEST:
                break
            kept.append(pair)
    return urlencode(kept)


def name_of(query: str) -> str:
    """What a search is called until its owner says otherwise: its words, then its filters."""
    args = MultiDict(parse_qsl(query))
    words = [args["q"]] if args.get("q") else []
    for vocabulary, slugs in Filters.from_args(args).terms.items():
        for slug in slugs:
            term = vocabularies.terms().get(vocabularies.by_slug().get((vocabulary, slug), -1))
            # The name of a word that only hidden items bear is not given away.
            words.append(term.label if term and is_open(vocabulary, slug) else slug)
    return ", ".join(words)[:120] or _("Everything")


def of_person(user: User) -> list[SavedSearch]:
    """The searches a person keeps, by name."""
    query = select(SavedSearch).where(SavedSearch.user_id == user.id)
    return list(db.session.scalars(query.order_by(SavedSearch.name, SavedSearch.id)))


@periodic(minute="*/15", sweep=True)
@job
def send_digests(now: str | None = None) -> None:
    """Look again at every search whose time has come; a letter leaves only with something new."""
    moment = datetime.fromisoformat(now) if now else utcnow()
    due = select(SavedSearch.id).where(
        SavedSearch.due_at <= moment, SavedSearch.confirmed_at.is_not(None)
    )
    for saved_id in db.session.scalars(due).all():
        _digest(saved_id, moment)


@periodic(hour="4", minute="30")
def forget_addresses() -> None:
    """Delete the addresses that nobody confirmed, and those of visitors whose year is over."""
    now = utcnow()
    asked = (SavedSearch.confirmed_at.is_(None), SavedSearch.created_at < now - UNCONFIRMED)
    db.session.execute(delete(SavedSearch).where(*asked))
    over = (SavedSearch.user_id.is_(None), SavedSearch.confirmed_at < now - KEPT)
    db.session.execute(delete(SavedSearch).where(*over))
    ending = SavedSearch.confirmed_at.between(
        now - KEPT + NOTICE - timedelta(days=1), now - KEPT + NOTICE
    )
    asked_now = select(SavedSearch).where(SavedSearch.user_id.is_(None), ending)
    for saved in db.session.scalars(asked_now):
        post(saved.email, "search_ending", saved.lang, name=saved.name, token=ending_token(saved))
    db.session.commit()


def _digest(saved_id: int, now: datetime) -> None:
    """Post one letter; what is known afterwards and the letter are one commit."""
    saved = db.session.get(SavedSearch, saved_id, populate_existing=True)
    if saved is None or saved.due_at is None:
        return
    mine = (SavedSearch.id == saved_id, SavedSearch.due_at == saved.due_at)
    saved_due = next_round(saved.cadence, now) if saved.cadence in CADENCES[1:] else None
    taken = db.session.execute(
        update(SavedSearch)
        .where(*mine)
        .values(due_at=saved_due)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:
        db.session.rollback()
        return
    to = saved.user.email if saved.user else saved.email
    if to and (saved.user is None or saved.user.is_active) and (new := saved.take_new(now)):
        subject = f"New results, {base_url()}"
        post_composed(to, "search digest", subject, search=saved_id, items=new)
    db.session.commit()


@composer("search digest")
def compose(to: str, search: int, items: list[int]) -> Letter | None:
    """The letter of what is new in a search, of what its reader may read at this moment."""
    saved = db.session.get(SavedSearch, search)
    if saved is None or saved.cadence == "none" or saved.confirmed_at is None:
        return None
    if saved.user is not None and (not saved.user.is_active or saved.user.email != to):
        return None
    query = select(Item).where(Item.id.in_(items), visible(saved.reader))
    found = {item.id: item for item in db.session.scalars(query.options(joinedload(Item.group)))}
    told = [found[item_id] for item_id in items if item_id in found]
    if not told:
        return None
    lang = (saved.user and saved.user.lang) or saved.lang or current_app.config["LANGUAGE"]
    return write(
        "search_digest", lang, unsubscribe=link("saved.end", token=ending_token(saved)),
        saved=saved, items=told[:SHOWN], total=len(told), others=max(len(told) - SHOWN, 0),
    )  # fmt: skip


def same(user: User | None, email: str | None, query: str) -> SavedSearch | None:
    """The same search, kept already by the same person or address."""
    whose = SavedSearch.user_id == user.id if user else SavedSearch.email == email
    return db.session.scalar(select(SavedSearch).where(whose, SavedSearch.query == query))


def count_of(user: User | None, email: str | None) -> int:
    """How many searches a person or an address keeps."""
    whose = SavedSearch.user_id == user.id if user else SavedSearch.email == email
    return len(db.session.scalars(select(SavedSearch.id).where(whose)).all())

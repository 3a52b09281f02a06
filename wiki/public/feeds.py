"""What one may follow without an account: the site, a word, a group, a collection, a search."""

from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, request
from flask_babel import gettext as _
from sqlalchemy import Select, case, exists, select

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.groups.models import Group
from wiki.items.access import shows_something, visible
from wiki.items.models import Item, Reference, Scope, Term
from wiki.items.terms import known_to, label_of
from wiki.programme import agenda, calendars
from wiki.public import contents
from wiki.public.feed_keys import holder
from wiki.public.feed_writing import MIMETYPES, Feed, write
from wiki.public.outlet import in_site_language, kept, page_asked
from wiki.public.records import VISITOR
from wiki.search import find
from wiki.search.filters import Filters
from wiki.search.question import read
from wiki.search.tables import search_facet
from wiki.throttle import address, throttle

A_PAGE = 50
MOST_FOUND = 200  # of the best results of a search, the newest are told

blueprint = Blueprint("feeds", __name__)
_MOMENT = case((Item.published_at > Item.updated_at, Item.published_at), else_=Item.updated_at)


@blueprint.get("/feed.<any(atom, json):format>")
@in_site_language
def site(format: str):
    """Everything that is public, the newest first."""
    title = current_app.config["SITE_NAME"]
    return _answer(_public(), (title, _("What is new and open to everyone."), "/"), format)


@blueprint.get("/feeds/<vocabulary>/<slug>.<any(atom, json):format>")
@in_site_language
def term(vocabulary: str, slug: str, format: str):
    """What is public under a word, or under one that it contains."""
    seen = exists().where(
        search_facet.c.term_id == Term.id, search_facet.c.item_id == Item.id, visible(VISITOR)
    )
    found = db.session.scalar(
        select(Term).where(
            Term.vocabulary == vocabulary[:20],
            Term.slug == slug[:100],
            known_to(VISITOR) | seen,
        )
    )
    if found is None:
        abort(404)
    inside = select(search_facet.c.item_id).where(search_facet.c.term_id == found.id)
    wanted = _public().where(Item.id.in_(inside))
    page = f"/search?{found.vocabulary}={found.slug}"
    return _answer(wanted, (label_of(found), "", page), format)


@blueprint.get("/groups/<id:group_id>/feed.<any(atom, json):format>")
@in_site_language
def group(group_id: int, format: str):
    """What a group shows to everyone."""
    found = db.session.get(Group, group_id)
    if found is None or found.trashed_at or not shows_something(found.id, VISITOR):
        abort(404)
    wanted = _public().where(Item.group_id == found.id)
    return _answer(wanted, (found.title, found.summary, found.url), format)


@blueprint.get("/items/<id:item_id>/feed.<any(atom, json):format>")
@in_site_language
def inside(item_id: int, format: str):
    """What is public of that which an item gathers: a collection, a page with others under it."""
    found = db.session.scalar(select(Item).where(Item.id == item_id, visible(VISITOR)))
    if found is None:
        abort(404)
    parts = select(Reference.target_id).where(
        Reference.source_id == found.id, Reference.role == "part"
    )
    wanted = _public().where((Item.parent_id == found.id) | Item.id.in_(parts))
    return _answer(wanted, (found.title, found.summary, found.url), format)


@blueprint.get("/search.atom", defaults={"format": "atom"})
@blueprint.get("/search.feed.json", defaults={"format": "json"})
@in_site_language
def search(format: str):
    """What is public that answers a search, the newest first."""
    throttle("240 per minute", "search feed", address())
    asked, filters = read(request.args.get("q", "")[:5_000]), Filters.from_args(request.args)
    exact = request.args.get("exact") == "1"
    results = find(asked, VISITOR, filters, MOST_FOUND, facets=False, exact=exact)
    wanted = _public().where(Item.id.in_(results.ids))
    title = _("%(site)s: %(words)s", site=current_app.config["SITE_NAME"], words=asked.typed[:200])
    query = request.query_string.decode("ascii", "ignore")
    return _answer(wanted, (title, "", f"/search?{query}" if query else "/search"), format)


@blueprint.get("/feeds/mine/<token>.<any(atom, json):format>")
@in_site_language
def mine(token: str, format: str):
    """What a member may read today in a group, for a program that holds their key."""
    throttle("120 per minute", "feed key", address())
    person, found = holder(token) or abort(404)
    wanted = select(Item.id).where(
        visible(person), Item.group_id == found.id, Item.scope > Scope.DRAFT
    )
    about = (found.title, found.summary, found.url)
    answer = _answer(wanted, about, format, person, f"{found.url}/feed.{format}")
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@blueprint.get("/feeds/mine/<token>/agenda.ics")
def my_agenda(token: str):
    """The sessions that a member may know of in a group, for a calendar that holds their key."""
    throttle("120 per minute", "feed key", address())
    person, found = holder(token) or abort(404)
    made = calendars.answer(agenda.lately(person, found.id), found.title)
    made.headers["Referrer-Policy"] = "no-referrer"
    return made


def _public() -> Select:
    return select(Item.id).where(visible(VISITOR))


def _answer(wanted: Select, about: tuple, format: str, reader=VISITOR, name: str = ""):
    """One page of a feed about (title, words, page), unless its reader has it already."""
    title, subtitle, page = about
    number = page_asked()
    rows = db.session.execute(
        wanted.add_columns(
            Item.revision_count, Item.title, _MOMENT.label("moment"), User.name, Group.title,
            Item.cover_id,
        )
        .join(Group, Group.id == Item.group_id)
        .outerjoin(User, User.id == Item.author_id)
        .order_by(_MOMENT.desc(), Item.id.desc())
        .limit(A_PAGE + 1)
        .offset((number - 1) * A_PAGE)
    ).all()  # fmt: skip
    feed = Feed(
        title, subtitle, page, current_app.config["LANGUAGE"],
        max((row.moment for row in rows), default=utcnow().replace(hour=0, minute=0, second=0)),
        reader, _page(number - 1) if number > 1 else None,
        _page(number + 1) if len(rows) > A_PAGE else None, name,
    )  # fmt: skip
    ids = [row[0] for row in rows[:A_PAGE]]
    parts = (feed[:5], [tuple(row) for row in rows])
    return kept(
        parts,
        MIMETYPES[format],
        lambda: write(feed, contents.load_items(ids, reader), format),
        private=reader is not VISITOR,
        cached=reader is VISITOR,
    )


def _page(number: int) -> str:
    kept_args = [(k, v) for k, v in request.args.items(multi=True) if k != "page"]
    return f"{request.path}?{urlencode([*kept_args, ('page', number)])}"

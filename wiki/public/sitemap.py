"""What search engines may look at, and where it is."""

from xml.sax.saxutils import escape as escaped

from flask import Blueprint, Response, abort
from sqlalchemy import func, select

from wiki.db import db
from wiki.groups.models import Group
from wiki.items.access import visible
from wiki.items.links import path_of
from wiki.items.models import Item, Term, item_term
from wiki.public.outlet import iso, whole
from wiki.public.records import VISITOR, PublicRecord

A_CHUNK = 10_000  # numbers of items; a standard file holds up to 50 000 addresses
DOORS = ("/", "/reports", "/portraits", "/maps", "/collections")
WORDS = ("themes", "publics", "territories", "needs")
CLOSED = (
    "/account", "/add", "/admin", "/api/", "/collections/choose", "/compare", "/embed/", "/export",
    "/feeds/mine/", "/i/", "/invitations/", "/items/", "/letters/", "/login", "/logout", "/notices",
    "/oai", "/oembed", "/portraits/slideshow", "/print", "/reset", "/search", "/setup",
    "/styleguide", "/*/new$", "/*/edit$",
)  # fmt: skip
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

blueprint = Blueprint("sitemap", __name__)


@blueprint.get("/robots.txt")
def robots():
    """Where robots have nothing to read, and the list of what they may."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "Allow: /"]
    text = "\n".join([*lines, "", f"Sitemap: {whole('/sitemap.xml')}", ""])
    return Response(text, mimetype="text/plain", headers={"Cache-Control": "public, max-age=3600"})


@blueprint.get("/sitemap.xml")
def index():
    """The list of lists: screens of the site, then items by number."""
    chunk = (PublicRecord.item_id // A_CHUNK).label("chunk")
    rows = db.session.execute(
        select(chunk, func.max(PublicRecord.changed_at).label("changed_at"))
        .join(Item, Item.id == PublicRecord.item_id)
        .where(visible(VISITOR))
        .group_by(chunk)
        .order_by(chunk)
    ).all()
    found = [("/sitemaps/site.xml", None)]
    found += [(f"/sitemaps/{row.chunk}.xml", row.changed_at) for row in rows]
    return _sent("sitemapindex", "sitemap", found)


@blueprint.get("/sitemaps/site.xml")
def site():
    """The doors of the site, and the groups that show something."""
    shown = select(Item.group_id).where(visible(VISITOR))
    groups = db.session.scalars(
        select(Group).where(Group.trashed_at.is_(None), Group.id.in_(shown)).order_by(Group.id)
    )
    borne = select(item_term.c.term_id).join(Item, Item.id == item_term.c.item_id)
    words = db.session.execute(
        select(Term.vocabulary, Term.slug)
        .where(Term.vocabulary.in_(WORDS), Term.id.in_(borne.where(visible(VISITOR))))
        .order_by(Term.vocabulary, Term.slug)
    ).all()
    found = [*DOORS, *(group.url for group in groups)]
    found += [f"/{name}" for name in WORDS if any(word.vocabulary == name for word in words)]
    found += [f"/{word.vocabulary}/{word.slug}" for word in words]
    return _sent("urlset", "url", [(path, None) for path in found])


@blueprint.get("/sitemaps/<int:chunk>.xml")
def items(chunk: int):
    """The public items whose numbers are in one span."""
    if chunk > 200_000:
        abort(404)
    rows = db.session.execute(
        select(Item.id, Item.kind, Item.slug, PublicRecord.changed_at)
        .join(PublicRecord, PublicRecord.item_id == Item.id)
        .where(Item.id >= chunk * A_CHUNK, Item.id < (chunk + 1) * A_CHUNK, visible(VISITOR))
        .order_by(Item.id)
    ).all()
    if not rows:
        abort(404)
    return _sent("urlset", "url", [(path_of(row), row.changed_at) for row in rows])


def _sent(root: str, element: str, found: list[tuple]) -> Response:
    """A list of addresses with the days they changed; as text, since there may be thousands."""
    lines = [f"{_HEAD}<{root} {_XMLNS}>"]
    base = escaped(whole("/"))
    for path, moment in found:
        changed = f"<lastmod>{iso(moment)}</lastmod>" if moment else ""
        lines.append(f"<{element}><loc>{base}{escaped(path[1:])}</loc>{changed}</{element}>")
    lines.append(f"</{root}>\n")
    response = Response("\n".join(lines), content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response

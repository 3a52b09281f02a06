"""What programs read: searches, items, their past."""

import base64
import binascii

from flask import abort, jsonify, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectin_polymorphic, selectinload

from wiki.collections.models import Collection, readable
from wiki.db import db
from wiki.files import downloads, muting
from wiki.files.models import File
from wiki.groups.models import role_in
from wiki.items import authorship, folding, history, live, terms
from wiki.items.access import load, load_group, visible
from wiki.items.models import Item, Revision
from wiki.portraits.models import Portrait
from wiki.public import portrait_fields
from wiki.public.fields import FIELDS, LARGEST_NUMBER, Refused
from wiki.search import find
from wiki.search.describing import describe
from wiki.search.filters import Filters
from wiki.templating import isodate

USUAL, MOST = 20, 100
FARTHEST = 10_000


def search():
    """Everything one may read that answers a question, best first, with facets."""
    limit, offset = limit_asked(), _number("offset", 0, 0, FARTHEST)
    question = request.args.get("q", "")[:5_000]
    results = find(question, current_user, Filters.from_args(request.args), limit, offset)
    return jsonify(describe(results))


def index():
    """The items one may read, in the order of their ids, a page at a time."""
    limit = limit_asked()
    query = select(Item).where(visible(current_user), Item.id > _after())
    if kind := request.args.get("kind"):
        if kind not in FIELDS:
            raise Refused(422, "invalid_parameter", _("kind: one of %(list)s.", list=_kinds()))
        query = query.where(Item.kind == kind)
    if "group" in request.args:
        group = load_group(_number("group", 0, 0, LARGEST_NUMBER))
        query = query.where(Item.group_id == group.id)
    query = query.options(
        selectin_polymorphic(Item, [mapper.class_ for mapper in _mappers()]),
        joinedload(Item.group), joinedload(Item.author), selectinload(Item.terms),
    )  # fmt: skip
    found = list(db.session.scalars(query.order_by(Item.id).limit(limit + 1)))
    following = _cursor(found[limit - 1].id) if len(found) > limit else None
    shown = found[:limit]
    being_written = live.unfolded([item.id for item in shown])
    fold_for_group([item for item in shown if item.id in being_written])
    return jsonify(results=[described(item) for item in shown], next=following)


def show(item_id: int):
    """One item."""
    item = load_item(item_id)
    fold_for_group([item])
    return jsonify(described(item))


def revisions(item_id: int):
    """The versions of an item that this reader may see, the newest first."""
    item = load_item(item_id)
    limit, before = limit_asked(), _after() or None
    first = history.first_shown(item, current_user)
    found = history.revisions(item, limit + 1, before, first)
    following = _cursor(found[limit - 1].number) if len(found) > limit else None
    signed = authorship.signers(found[:limit])
    results = [_revision(item, past, signed[past.id]) for past in found[:limit]]
    return jsonify(results=results, next=following)


def download(item_id: int):
    """The bytes of a file, for those whose key is only known here."""
    load_item(item_id)
    return downloads.download(item_id)


def load_item(item_id: int, action: str | None = None) -> Item:
    """An item as `load` finds it; a number that no item can have is one that nobody has."""
    if item_id > LARGEST_NUMBER:
        abort(404)
    return load(Item, item_id, action)


def described(item: Item) -> dict:
    """An item as the API gives it."""
    common = {
        "id": item.id,
        "kind": item.kind,
        "group": {"id": item.group.id, "title": item.group.title},
        "title": item.title,
        "url": item.url,
        "scope": item.scope.name.lower(),
        "revision": item.revision_count,
        "source": item.source,
        "author": _person(item.author),
        "created_at": isodate(item.created_at),
        "updated_at": isodate(item.updated_at),
        "terms": _terms(item),
    }
    own = {name: getattr(item, name) for name in item.versioned if name not in common}
    if isinstance(item, File):
        own["download_url"] = f"/api/v1{item.download_url}"
        own["sha256"] = muting.given(item, current_user).sha256
        own["filename"] = muting.named(item, current_user)
    if isinstance(item, Collection):
        own["entries"] = [entry.described() for entry, _item in readable(item, current_user)]
    if isinstance(item, Portrait):
        for name in ("words", "settings", "arrangement"):
            del own[name]
        own["blocks"] = portrait_fields.told(item)
    return common | own


def fold_for_group(items: list[Item]) -> None:
    """Make a version of what is being written, for those of the group: text and number agree."""
    for item in items:
        if item.shared and role_in(current_user, item.group_id) is not None:
            folding.fold(item)


def limit_asked() -> int:
    """How many results a page holds; more than the most gives the most."""
    return min(_number("limit", USUAL, 1, 10**9), MOST)


def _terms(item: Item) -> dict:
    found: dict[str, list] = {}
    for term in item.terms:
        label = terms.label_of(term)
        found.setdefault(term.vocabulary, []).append({"slug": term.slug, "label": label})
    return found


def _revision(item: Item, past: Revision, signers: list) -> dict:
    fields = {name: past.data.get(name) for name in ("title", *item.versioned)}
    if isinstance(item, File) and muting.bind(item, current_user):
        fields["sha256"] = None  # of bytes that this reader is not given
    return {
        "number": past.number,
        "author": _person(past.actor),
        "writers": [_person(user) for user in signers],
        "note": past.note,
        "created_at": isodate(past.created_at),
        "fields": fields,
    }


def _person(user) -> dict | None:
    return {"id": user.id, "name": user.name} if user else None


def _number(name: str, default: int, least: int, most: int) -> int:
    given = request.args.get(name, "")
    if not given:
        return default
    if not (given.isascii() and given.isdigit() and least <= int(given[:12]) <= most):
        message = _("%(name)s: a number between %(a)s and %(b)s.", name=name, a=least, b=most)
        raise Refused(422, "invalid_parameter", message, field=name)
    return int(given[:12])


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(b"after:%d" % position).decode().rstrip("=")


def _after() -> int:
    given = request.args.get("cursor", "")
    if not given:
        return 0
    try:
        padded = given[:100].encode() + b"=" * (-len(given) % 4)
        name, _colon, position = base64.urlsafe_b64decode(padded).partition(b":")
        if name == b"after" and position.isdigit() and len(position) < 11:
            return min(int(position), LARGEST_NUMBER)
    except (binascii.Error, ValueError):
        pass
    raise Refused(422, "invalid_cursor", _("cursor: take it from the answer before."))


def _kinds() -> str:
    return ", ".join(FIELDS)


def _mappers() -> list:
    return [mapper for mapper in Item.__mapper__.self_and_descendants if mapper.class_ is not Item]

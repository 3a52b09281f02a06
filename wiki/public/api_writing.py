"""What programs write: items, their scope, files."""

import json

from flask import abort, g, jsonify, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from wiki.collections.models import Collection
from wiki.db import db
from wiki.events.models import Meeting
from wiki.files import uploads
from wiki.groups.models import Group, Role
from wiki.items import firstnames, folding, history, publication, writing
from wiki.items.access import load_group
from wiki.items.models import Item, Scope
from wiki.maps.models import Map
from wiki.pages.models import Page
from wiki.portraits.models import Portrait
from wiki.public import dated_fields, portrait_fields
from wiki.public.api_reading import described, load_item
from wiki.public.fields import (
    FIELDS,
    LARGEST_NUMBER,
    Refused,
    line,
    number_of,
    scope_of,
    terms_of,
    values,
    wrong,
)
from wiki.reports.models import Report
from wiki.trainings.models import Training

MODELS = {"pages": Page, "reports": Report, "collections": Collection, "portraits": Portrait,
          "maps": Map, "events": Meeting, "trainings": Training}  # fmt: skip
LARGEST_BODY = 4_000_000
NOTE = line(300)


def create():
    """Add an item to a group, wider than it at once when one may."""
    data = _body()
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in MODELS:
        raise wrong("kind", _("kind: one of %(list)s.", list=", ".join(MODELS)))
    also = {"kind", "group", "scope", "terms", "parent", "note", "names_agreed"}
    given = portrait_fields.flat(values(kind, data, also))
    for name in ("group", "title"):
        if name not in data:
            raise wrong(name, _("%(name)s: is missing.", name=name), "missing_field")
    given = dated_fields.timed(kind, given)
    group = _group(number_of("group", data["group"]))
    scope = scope_of(data.get("scope", "group"))
    item = MODELS[kind](group_id=group.id, group=group, **_without_nulls(given))
    item.parent_id = _parent(group, data.get("parent"))
    item.scope, item.terms, item.extra = min(scope, Scope.GROUP), [], {}
    item.terms = terms_of(item, data.get("terms", {}))
    _refuse_blocked(item, scope)
    writing.save(item, current_user, _note(data))
    return _published(item, scope, 201)


def change(item_id: int):
    """Change the fields given on the version named, put together with what others saved since."""
    _ask_who()
    item = load_item(item_id, "edit")
    data = _body()
    if "revision" not in data:
        raise Refused(428, "revision_required", _("Say which version you changed."))
    folding.fold(item)
    base = data["revision"]
    if not isinstance(base, int) or isinstance(base, bool) or not 0 < base <= item.revision_count:
        raise wrong("revision", _("revision: the number of a version of this item."))
    also = {"revision", "scope", "terms", "note", "names_agreed"}
    changes = portrait_fields.flat(values(item.kind, data, also))
    changes = dated_fields.timed(item.kind, changes, item) if changes else changes
    if "cancelled" in changes and changes["cancelled"] != item.cancelled:
        load_item(item_id, "cancel")
    scope = scope_of(data["scope"]) if "scope" in data else item.scope
    for name in ("sections", "headings"):
        if name in changes:
            changes[name] = _merged(item, name, changes[name], base)
    if "terms" in data:
        changes["terms"] = terms_of(item, data["terms"])
    _refuse_blocked_change(item, changes, base, scope)
    clash = _edit(item, changes, base, _note(data))
    if clash:
        yours = {name: data[name] for name in changes if name in data}
        message = _("Someone else changed this in the meantime.")
        raise Refused(409, "conflict", message, theirs=described(item), yours=yours)
    return _published(item, scope, 200)


def remove(item_id: int):
    """Put an item in the trash."""
    _ask_who()
    writing.trash(load_item(item_id, "trash"), current_user)
    return "", 204


def upload():
    """Keep a file for a group."""
    _ask_who()
    unknown = sorted({*request.form, *request.files} - {"file", "group", "parent", "title"})
    if unknown:
        names = ", ".join(name[:80] for name in unknown[:20])
        raise Refused(422, "unknown_field", _("Unknown fields: %(names)s.", names=names))
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise wrong("file", _("%(name)s: is missing.", name="file"), "missing_field")
    group = _group(_form_number("group", needed=True))
    parent_id = _parent(group, _form_number("parent"))
    parent = db.session.get(Item, parent_id) if parent_id else None
    title = request.form.get("title")
    title = FIELDS["files"]["title"].read("title", title) if title else None
    try:
        file = uploads.receive(
            sent.stream, sent.filename, group, current_user, parent=parent, title=title
        )
    except uploads.Refused as refusal:
        db.session.rollback()
        raise Refused(refusal.status, refusal.code, refusal.reason) from refusal
    finally:
        sent.close()
    answer = jsonify(described(file))
    answer.headers["Location"] = f"/api/v1/items/{file.id}"
    return answer, 201


def _ask_who() -> None:
    if current_user.is_anonymous:
        abort(401)


def _body() -> dict:
    """The JSON object sent; 400 when it is no JSON, 415 when it does not say that it is."""
    _ask_who()
    if not request.is_json:
        abort(415)
    if (request.content_length or 0) > LARGEST_BODY:
        abort(413)
    raw = request.get_data(cache=False)
    if len(raw) > LARGEST_BODY:
        abort(413)
    try:
        data = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "invalid_json", _("The body is not valid JSON.")) from error
    if not isinstance(data, dict):
        raise Refused(422, "invalid_body", _("The body must be a JSON object."))
    g.names_agreed = data.get("names_agreed") is True
    return data


def _no_constant(name: str):
    raise ValueError(name)


def _group(group_id: int) -> Group:
    return load_group(group_id, Role.MEMBER)


def _parent(group: Group, given) -> int | None:
    """The item under which another is placed: one of the same group that this person may change."""
    if given is None:
        return None
    parent = load_item(number_of("parent", given), "edit")
    if parent.group_id != group.id:
        raise wrong("parent", _("parent: an item of the same group."))
    return parent.id


def _form_number(name: str, needed: bool = False) -> int | None:
    given = request.form.get(name, "")
    if not given:
        if needed:
            raise wrong(name, _("%(name)s: is missing.", name=name), "missing_field")
        return None
    if not (given.isascii() and given.isdigit()):
        raise wrong(name, _("%(name)s: a number.", name=name))
    return min(int(given[:12]), LARGEST_NUMBER)


def _note(data: dict) -> str:
    return NOTE.read("note", data["note"]) if data.get("note") is not None else ""


def _without_nulls(given: dict) -> dict:
    """Sections taken away before they existed are nothing."""
    for name in {"sections", "headings"} & set(given):
        given[name] = {k: v for k, v in given[name].items() if v is not None}
    return given


def _merged(item: Report, name: str, given: dict, base: int) -> dict:
    """The sections as this person wants them: those of the version they saw, with their changes."""
    past = history.revision(item, base)
    seen = (past.data.get(name) or {}) if past else (getattr(item, name) or {})
    return {k: v for k, v in {**seen, **given}.items() if v is not None}


def _edit(item: Item, changes: dict, base: int, note: str):
    """Save what differs; the clash that this person must settle, or None."""
    if not changes:
        return None
    try:
        clash = history.edit(item, changes, base, current_user, note)
    except StaleDataError:
        clash = True
    if clash:
        db.session.rollback()
        db.session.refresh(item)
    return clash


def _refuse_blocked(item: Item, scope: Scope) -> None:
    if scope <= max(item.scope or Scope.DRAFT, Scope.GROUP):
        return
    if reasons := writing.blockers(item, scope):
        message = _("This cannot be shown so widely yet.")
        raise Refused(422, "publish_blocked", message, blockers=reasons)
    if g.get("names_agreed"):
        return
    found = firstnames.passages(item, firstnames.people_of(item, current_user))
    if names := sorted({one.name for one in found}):
        message = _("People of the group are named: say names_agreed: true once they agree.")
        raise Refused(422, "names_found", message, names=names)


def _refuse_blocked_change(item: Item, changes: dict, base: int, scope: Scope) -> None:
    """Refuse before anything is saved: blockers change nothing."""
    if scope <= max(item.scope, Scope.GROUP):
        if not writing.may_narrow(item, current_user, scope):
            abort(403)
        return
    merged, clash = history.put_together(item, changes, base)
    if not clash:
        _refuse_blocked(_as_it_would_be(item, merged), scope)


def _as_it_would_be(item: Item, changes: dict) -> Item:
    """The item with changes on it, outside the session: looking at it changes nothing."""
    future = type(item)(id=item.id, group_id=item.group_id, extra=dict(item.extra or {}))
    future.scope, future.ceiling, future.author_id = item.scope, item.ceiling, item.author_id
    for name in item.versioned:
        setattr(future, name, changes.get(name, getattr(item, name)))
    future.terms = list(changes.get("terms", item.terms))
    return future


def _published(item: Item, scope: Scope, status: int):
    """The item at the scope asked for, or with the request that this became."""
    if scope != item.scope and not _publish(item, scope):
        pending = publication.open_request(item)
        answer = jsonify(described(item) | {"publication_request": _request(pending)})
        return answer, 202
    answer = jsonify(described(item))
    if status == 201:
        answer.headers["Location"] = f"/api/v1/items/{item.id}"
    return answer, status


def _publish(item: Item, scope: Scope) -> bool:
    wide = publication.wide(current_user, item)
    try:
        return writing.publish(item, scope, current_user, wide)
    except writing.Unpublishable as error:
        message = _("This cannot be shown so widely yet.")
        raise Refused(422, "publish_blocked", message, blockers=error.reasons) from error
    except PermissionError:
        if not publication.ask(item, scope, current_user):
            abort(403)
        return False


def _request(pending) -> dict | None:
    if pending is None:
        return None
    to = "facilitators" if pending.for_group else "editors"
    scope = pending.scope.name.lower()
    return {"id": pending.id, "scope": scope, "item": pending.item_id, "to": to}

"""The screens of portraits: the gallery, one to see and hear, a new one."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from wiki.consents import blockers
from wiki.db import db
from wiki.files import playing
from wiki.files.models import File
from wiki.items import alongside, reading, writing
from wiki.items.access import (
    group_to_write_in,
    groups_where,
    load,
    load_group,
    may_write_in,
    reaches,
    visible,
)
from wiki.items.models import Item, Scope
from wiki.items.publication import wide
from wiki.portraits import drawing, editing, leaving, lending, media, parts  # noqa: F401 (leaving registers)
from wiki.portraits.forms import NewPortraitForm
from wiki.portraits.kinds import MODELS, SUBJECTS
from wiki.portraits.models import Portrait
from wiki.portraits.opening import words
from wiki.portraits.routes import blueprint

for part in (editing, lending):
    assert part  # importing it is what adds its routes, or the words that recordings lend
A_PAGE = 24
# The gallery by faces, trades and places: what each door opens.
DOORS = {"faces": ("person", "group"), "trades": ("trade",), "places": ("place",)}


@blueprint.get("/portraits")
def index():
    """The gallery: portraits one may see, by faces, trades and places."""
    group, door, query = _chosen()
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 500))
    found = list(
        db.session.scalars(
            query.options(joinedload(Portrait.group)).limit(A_PAGE + 1).offset((page - 1) * A_PAGE)
        )
    )
    address = url_for(".index", group=group and group.id, door=door)
    address += "&" if group or door else "?"
    return render_template(
        "portraits/index.html", group=group, room="portraits", portraits=found[:A_PAGE],
        faces=_faces(found), door=door, counts=_counts(group), may_write=may_write_in(group),
        previous=f"{address}page={page - 1}" if page > 1 else None,
        next=f"{address}page={page + 1}" if len(found) > A_PAGE else None,
    )  # fmt: skip


@blueprint.get("/portraits/slideshow")
def slideshow():
    """The gallery for a public showing: one portrait at a time, as large as the screen.

    A room looks at it: no draft and nothing of who said no, even before those who may see them.
    """
    group, door, query = _chosen()
    query = query.where(reaches(Scope.GROUP))
    found = list(db.session.execute(query.with_only_columns(Item.id).limit(200)).scalars())
    at = max(1, min(request.args.get("n", 1, type=int) or 1, len(found) or 1))
    item = db.session.get(Portrait, found[at - 1]) if found else None
    shown = drawing.draw(item, current_user, in_a_room=True) if item else None
    with playing.before_others():
        return render_template(
            "portraits/slideshow.html", group=group, door=door, item=item, at=at, of=len(found),
            shown=shown, room="portraits",
            words=words(shown, shown.voice) if shown else None,
        )  # fmt: skip


@blueprint.route("/portraits/new", methods=["GET", "POST"])
def new():
    """Begin a portrait: a name and a model."""
    if current_user.is_anonymous:
        abort(401)
    group = group_to_write_in(request.values.get("group", type=int))
    if group is None:
        return render_template("portraits/choose.html", groups=groups_where(current_user))
    form = NewPortraitForm.of_request(model=request.args.get("model", "trade"))
    if not form.was_sent_well():
        page = render_template("portraits/new.html", form=form, group=group, models=MODELS,
                               room="portraits")  # fmt: skip
        return page, 422 if request.method == "POST" else 200
    model = form.model.data
    portrait = Portrait(
        group_id=group.id, group=group, title=form.title.data, scope=Scope.DRAFT,
        subject=MODELS[model].subject, **parts.begun(model),
    )  # fmt: skip
    writing.save(portrait, current_user)
    return redirect(url_for(".edit", item_id=portrait.id), 303)


@blueprint.get("/portraits/<id:item_id>")
def show(item_id: int):
    """One portrait: the face and the voice first, then the blocks."""
    if kept := reading.fresh("portraits", item_id, current_user):
        return kept
    found = reading.row("portraits", item_id, current_user)
    if found is None:
        abort(404)
    return reading.answer(found, current_user, lambda: _page(load(Portrait, item_id), found))


@blueprint.post("/portraits/<id:item_id>/media-scope")
def widen(item_id: int):
    """Show the files of a portrait as widely as the portrait, where that is allowed."""
    portrait = load(Portrait, item_id, "publish")
    shown = drawing.draw(portrait, current_user)
    if why := _objections(portrait, shown):
        flash(" ".join(why), "error")
        return redirect(portrait.url, 303)
    numbers = [one.id for one in shown.narrow]
    wanted = select(File).where(File.id.in_(numbers), visible(current_user)).order_by(File.id)
    alongside.widen(list(db.session.scalars(wanted)), portrait.scope, current_user, wide)
    return redirect(portrait.url, 303)


def _objections(portrait: Portrait, shown: drawing.Portrayed) -> list[str]:
    """Who in a portrait, or in a file that it shows to fewer people, does not agree to more."""
    files = db.session.scalars(select(Item).where(Item.id.in_([one.id for one in shown.narrow])))
    said = [blockers(one, portrait.scope) for one in [portrait, *files]] if shown.narrow else []
    return list(dict.fromkeys(reason for reasons in said for reason in reasons))


@blueprint.app_template_global("portrait_face")
def portrait_face(item_id: int) -> media.Shown | None:
    """The picture a card shows of a portrait, when this reader may see it."""
    if item_id not in g.get("portrait_faces", {}):
        _meet([item_id])
    return g.portrait_faces[item_id]


@blueprint.app_template_global("meet_faces")
def meet_faces(items) -> str:
    """Ask for the pictures of all the portraits of a list at once, before its cards are drawn."""
    _meet([one.id for one in items if one is not None and one.kind == "portraits"])
    return ""


def _meet(ids: list[int]) -> None:
    """Keep for this request what its reader sees of these portraits."""
    known = g.setdefault("portrait_faces", {})
    if new := [number for number in ids if number not in known]:
        known |= dict.fromkeys(new)
        known |= _faces(list(db.session.scalars(select(Portrait).where(Portrait.id.in_(new)))))


def _page(portrait: Portrait, found) -> str:
    may = reading.powers(current_user, found)
    shown = drawing.draw(portrait, current_user, "edit" in may)
    return render_template(
        "portraits/show.html", item=portrait, found=found, shown=shown, may=may,
        may_edit="edit" in may, room="portraits", group=reading.group_of(found, current_user),
        by_key=shown.by_key, voice=shown.voice and shown.voice.file,
        objections=_objections(portrait, shown) if "publish" in may else [],
    )  # fmt: skip


def _faces(found: list[Portrait]) -> dict[int, media.Shown]:
    """The picture of each portrait, of those this reader may see."""
    wanted = {one.id: one.face_id() for one in found}
    seen = media.seen([number for number in wanted.values() if number], current_user)
    return {
        one: seen[face] for one, face in wanted.items() if face in seen and seen[face].has_preview
    }


def _chosen():
    """The group and the door that the address names, and the portraits they lead to."""
    wanted = request.args.get("group", type=int)
    group = load_group(wanted) if wanted else None
    door = request.args.get("door", "")
    query = select(Portrait).where(Item.kind == "portraits", visible(current_user))
    if group:
        query = query.where(Item.group_id == group.id)
    if door in DOORS:
        query = query.where(Portrait.subject.in_(DOORS[door]))
    order = (Item.updated_at.desc(), Item.id.desc())
    return group, door if door in DOORS else None, query.order_by(*order)


def _counts(group) -> dict[str, int]:
    query = select(Portrait.subject, func.count()).where(
        Item.kind == "portraits", visible(current_user)
    )
    if group:
        query = query.where(Item.group_id == group.id)
    rows = dict(tuple(row) for row in db.session.execute(query.group_by(Portrait.subject)))
    return {door: sum(rows.get(one, 0) for one in among) for door, among in DOORS.items()}


assert SUBJECTS.keys() == {one for among in DOORS.values() for one in among}

"""The screens of maps: the list, a new one, one to read as a map, a list and a table."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from wiki.db import db
from wiki.files import uploads
from wiki.items import links, reading, writing
from wiki.items.access import (
    group_to_write_in,
    groups_where,
    load,
    load_group,
    may_write_in,
    visible,
)
from wiki.items.models import Item, Scope
from wiki.maps import (
    answers,
    change_views,
    comparing,
    data_views,
    double_views,
    export_views,
    feature_views,
    fields,
    gathered_views,
    grounds,
    hours,
    import_views,
    pinning_views,
    screen,
    settings_views,
    signs,
    sketching,
    tiles,
    trace_views,
    week,
)
from wiki.maps import reading as looking
from wiki.maps.filtering import Filters
from wiki.maps.formats import national
from wiki.maps.forms import GROUNDS, NewMapForm
from wiki.maps.models import Base, Feature, Layer, Map
from wiki.maps.routes import blueprint

assert answers
assert change_views
assert comparing
assert data_views
assert double_views
assert export_views
assert import_views
assert feature_views
assert gathered_views
assert pinning_views
assert settings_views
assert trace_views
assert tiles
assert week
A_PAGE, A_LIST = 24, 60


@blueprint.get("/maps")
def index():
    """Maps one may read, the latest first, of one group or of all."""
    wanted = request.args.get("group", type=int)
    group = load_group(wanted) if wanted else None
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 500))
    query = select(Map).where(Item.kind == "maps", visible(current_user))
    if group:
        query = query.where(Item.group_id == group.id)
    query = query.order_by(Item.updated_at.desc(), Item.id.desc()).options(joinedload(Map.group))
    maps = list(db.session.scalars(query.limit(A_PAGE + 1).offset((page - 1) * A_PAGE)))
    address = url_for(".index", group=group.id) + "&" if group else url_for(".index") + "?"
    return render_template(
        "maps/index.html", group=group, room="maps", maps=maps[:A_PAGE],
        counts=_counts([one.id for one in maps]), may_write=may_write_in(group),
        previous=f"{address}page={page - 1}" if page > 1 else None,
        next=f"{address}page={page + 1}" if len(maps) > A_PAGE else None,
    )  # fmt: skip


@blueprint.route("/maps/new", methods=["GET", "POST"])
def new():
    """Begin a map: a name, a kind, and what lies under it."""
    if current_user.is_anonymous:
        abort(401)
    group = group_to_write_in(request.values.get("group", type=int))
    if group is None:
        return render_template("maps/choose.html", groups=groups_where(current_user))
    form = NewMapForm.of_request(map_kind=request.args.get("kind", "sensitive"))
    found = _begin(form, group) if form.was_sent_well() else None
    if found is None:
        page = render_template("maps/new.html", form=form, group=group, kinds=fields.MAP_KINDS,
                               grounds=GROUNDS, room="maps")  # fmt: skip
        return page, 422 if request.method == "POST" else 200
    return redirect(found.url, 303)


@blueprint.get("/maps/<id:item_id>")
def show(item_id: int):
    """One map: the map itself, and the same features as a list and a table."""
    if kept := reading.fresh("maps", item_id, current_user):
        return kept
    found = reading.row("maps", item_id, current_user)
    if found is None:
        abort(404)
    return reading.answer(found, current_user, lambda: _page(load(Map, item_id), found))


@blueprint.app_template_global("map_sketch")
def map_sketch(item_id: int) -> sketching.Sketch | None:
    """The drawing of a map inside another text, as this reader may see it now."""
    return sketching.sketch(item_id)


@blueprint.app_template_global("map_signs")
def map_signs() -> tuple[dict, dict]:
    """The outlines of signs, and the faces of those that are feelings."""
    return signs.SHAPES, signs.FACES


def _page(item: Map, found) -> str:
    may = reading.powers(current_user, found)
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 500))
    start, count, wanted = (page - 1) * A_LIST, item.count(), Filters(item, request.args)
    everything = looking.rows(item) if wanted else None
    kept = [row for row in everything if wanted.keeps(row)] if wanted else None
    shown = len(kept) if wanted else count
    got = kept[start : start + A_LIST] if wanted else looking.rows(item, most=A_LIST, skip=start)
    told = looking.described(item, got, current_user)
    rendering = item.renderings.get("legend")
    legend = rendering and links.show(rendering.html, item, current_user, "edit" in may)
    as_table = request.args.get("view") == "table"

    def at(number: int) -> str:
        return item.url + wanted.query(view="table" if as_table else "", page=number)

    return render_template(
        "maps/show.html", item=item, found=found, may=may, may_edit="edit" in may, room="maps",
        group=reading.group_of(found, current_user), count=count, legend=legend,
        features=told["features"], media=told["media"], layers=item.layers,
        layer_names={one.id: one.title for one in item.layers}, shown=fields.shown,
        kind=fields.MAP_KINDS[item.map_kind], pointing=fields.POINTING, as_table=as_table,
        told=screen.told(item, "edit" in may, count, wanted), start=start, wanted=wanted,
        groups=wanted.groups(everything), sessions=looking.sessions(item), shown_count=shown,
        days=hours.DAYS if fields.is_timed(item.fields) else {},
        previous=at(page - 1) if page > 1 else None,
        next=at(page + 1) if shown > page * A_LIST else None, unplaced=item.count_unplaced(),
        is_national=national.suits(item.map_kind, item.crs, item.fields),
    )  # fmt: skip


def _begin(form: NewMapForm, group) -> Map | None:
    """The new map with its first layer and base; None when its picture was refused."""
    ground, sent = form.ground.data, request.files.get("picture")
    if sent and sent.filename:  # whoever gives a drawing wants it under the map
        ground = "picture"
    if ground == "picture" and not (sent and sent.filename):
        form.picture.errors = [_("Choose the drawing or the photo.")]
        return None
    kind = form.map_kind.data
    found = Map(
        group_id=group.id, group=group, title=form.title.data, question=form.question.data or "",
        map_kind=kind, scope=Scope.GROUP, crs="geo" if ground == "outline" else "simple",
        fields=fields.begun(kind),
    )  # fmt: skip
    base = Base(kind={"picture": "image"}.get(ground, ground),
                outline="france" if ground == "outline" else "")  # fmt: skip
    found.bases = [base]
    found.layers = [first_layer(found)]
    writing.stage(found, current_user)
    if ground == "picture":
        try:
            base.file_id = grounds.receive(found, sent).id
        except uploads.Refused as refusal:
            db.session.rollback()
            form.picture.errors = [refusal.reason]
            return None
    db.session.commit()
    return found


def first_layer(found: Map) -> Layer:
    """The layer that a map begins with; a sensitive one is drawn by what people feel."""
    if found.map_kind == "sensitive":
        return Layer(title=_("What we feel"), render="categories", render_field="feeling")
    return Layer(title=_("Places"), style={"colour": "lagune"})


def _counts(ids: list[int]) -> dict[int, int]:
    query = (
        select(Feature.map_id, func.count())
        .where(Feature.map_id.in_(ids), Feature.deleted_at.is_(None))
        .group_by(Feature.map_id)
    )
    return dict(tuple(row) for row in db.session.execute(query))

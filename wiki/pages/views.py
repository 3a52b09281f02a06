"""The screens of pages: the tree of a group, one page, writing."""

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import and_, select
from sqlalchemy.exc import IntegrityError

from wiki.db import db
from wiki.groups.models import Group, Role
from wiki.items import authorship, folding, history, links, live, reading, settling
from wiki.items.access import groups_where, load, load_group, role_in, visible
from wiki.items.arranging import flat, tree
from wiki.items.forms import number_or_none
from wiki.items.models import Item, Rendering, Scope
from wiki.items.versions import field_names
from wiki.items.writing import log, save
from wiki.markup.macros import toc_html
from wiki.pages import leaving, starters  # noqa: F401 (leaving registers)
from wiki.pages.forms import NewPageForm, PageForm
from wiki.pages.models import Page

blueprint = Blueprint("pages", __name__)
TREE_AT_MOST = 400
AT_A_TIME = 50
_TEXT = and_(Rendering.item_id == Item.id, Rendering.field == "body")
_JOIN = ((Rendering, _TEXT), (Page.__table__, Page.__table__.c.id == Item.id))
_MORE = (
    Rendering.html, Rendering.toc, Page.__table__.c.is_template, Page.__table__.c.is_easy,
)  # fmt: skip


@blueprint.get("/pages")
def index():
    """The pages of a group as a tree, or the latest ones of everywhere one may read."""
    wanted = request.args.get("group", type=int)
    group = load_group(wanted) if wanted else None
    offset = max(request.args.get("from", 0, type=int), 0)
    query = _listed(group)
    if group:
        rows = db.session.execute(
            query.order_by(Item.position, Item.title).limit(TREE_AT_MOST + 1)
        ).all()
        if len(rows) <= TREE_AT_MOST:
            return _tree_page(group, rows)
    query = query.order_by(Item.updated_at.desc(), Item.id.desc())
    rows = db.session.execute(query.offset(offset).limit(AT_A_TIME + 1)).all()
    address = f"/pages?{f'group={group.id}&' if group else ''}from="
    return render_template(
        "pages/index.html", group=group, room="pages", rows=rows[:AT_A_TIME],
        may_write=_may_write(group),
        previous=f"{address}{max(offset - AT_A_TIME, 0)}" if offset else None,
        next=f"{address}{offset + AT_A_TIME}" if len(rows) > AT_A_TIME else None,
    )  # fmt: skip


@blueprint.get("/pages/<id:item_id>")
def show(item_id: int):
    """One page to read."""
    user = current_user._get_current_object()  # asked a hundred times below: spare the proxy
    unchanged = reading.fresh("pages", item_id, user)
    if unchanged is not None:
        return unchanged
    found = reading.row("pages", item_id, user, *_MORE, join=_JOIN)
    if found is None:
        abort(404)
    if request.path != links.path_of(found):
        query = request.query_string.decode()
        return redirect(links.path_of(found) + (f"?{query}" if query else ""), 301)
    return reading.answer(found, user, lambda: _page(found, user))


@blueprint.route("/pages/new", methods=["GET", "POST"])
def new():
    """Begin a page, from nothing or from a template."""
    groups = groups_where(current_user, Role.MEMBER)
    if not groups:
        abort(401 if current_user.is_anonymous else 403)
    wanted = request.values.get("group", type=int)
    group = load_group(wanted, Role.MEMBER) if wanted else None
    form = _new_form(group or groups[0])
    form.group.choices = [(one.id, one.title) for one in groups]
    if form.was_sent_well():
        page = _create(form)
        if page is not None:
            flash(f"page-new-{form.group.data}", "draft-saved")
            return redirect(page.url, 303)
    html = render_template(
        "pages/new.html", form=form, group=group, room="pages", groups=groups,
        starters=starters.STARTERS, templates=_templates(group), parent=_parent(form, group),
        draft=f"page-new-{(group or groups[0]).id}", chosen=request.args.get("template", ""),
    )  # fmt: skip
    return html, 422 if form.errors else 200


@blueprint.route("/pages/<id:item_id>/edit", methods=["GET", "POST"])
def edit(item_id: int):
    """Write a page; what others saved meanwhile is put together with it."""
    page = load(Page, item_id, "edit")
    if request.method == "GET":
        folding.fold(page)  # the text of the form and the number it bears are of one version
    form = PageForm.of_request(page, revision=page.revision_count, note="")
    if not form.was_sent_well():
        return _edit_page(page, form), 422 if form.errors else 200
    before = page.revision_count
    if "live" in request.form:
        folding.fold(page, form.note.data or "", current_user)
    clash = settling.edit(
        page, form.changes(), form.revision.data or 0, current_user, form.note.data or ""
    )
    if clash:
        return settling.page(clash, field_names(page))
    for name, verb in (("is_template", "template changed"), ("is_easy", "easy version changed")):
        if form[name].data != getattr(page, name):
            setattr(page, name, form[name].data)
            log(verb, page, current_user)
            db.session.commit()
    flash(f"page-{page.id}", "draft-saved")
    flash(_("Recorded.") if page.revision_count > before else _("Nothing was changed."))
    return redirect(page.url, 303)


def _page(found, user) -> str:
    may = reading.powers(user, found)
    above, below = reading.family(found, user)
    pages = [one for one in below if one.kind == "pages"]
    toc = found.toc or []
    macros = {
        "toc": lambda: toc_html(toc, _("Contents")),
        "children": lambda: render_template("pages/_children.html", pages=pages),
    }
    html = links.show(found.html or "", found, user, "edit" in may, macros)
    easy = _easy(pages)
    if 'data-macro="children"' in (found.html or ""):
        pages = []
    return render_template(
        "pages/show.html",
        item=found,
        group=reading.group_of(found, user),
        room="pages",
        may=may,
        html=html,
        toc=[entry for entry in toc if entry["level"] <= 3],
        above=above,
        pages=[one for one in pages if one not in easy],
        easy=easy,
        files=[one for one in below if one.kind != "pages"],
        backlinks=links.backlinks(found.id, user) if found.has_backlinks else [],
    )


def _easy(pages: list) -> list:
    """Of the pages under one, those that say the same in words easy to read."""
    if not pages:
        return []
    table = Page.__table__
    query = select(table.c.id).where(table.c.id.in_([one.id for one in pages]), table.c.is_easy)
    found = set(db.session.scalars(query))
    return [one for one in pages if one.id in found]


def _listed(group):
    query = (
        select(
            Item.id, Item.kind, Item.title, Item.slug, Item.summary, Item.scope, Item.parent_id,
            Item.updated_at, Item.group_id, Page.__table__.c.is_template,
            Group.title.label("group_title"), Group.colour, Group.pictogram,
        )
        .join_from(Item.__table__, Page.__table__, Page.__table__.c.id == Item.id)
        .join(Group, Group.id == Item.group_id)
        .where(Item.kind == "pages", visible(current_user))
    )  # fmt: skip
    return query.where(Item.group_id == group.id) if group else query


def _tree_page(group, rows: list) -> str:
    may_write = _may_write(group)
    return render_template(
        "pages/tree.html",
        group=group,
        room="pages",
        lines=list(flat(tree([row for row in rows if not row.is_template]))),
        templates=[row for row in rows if row.is_template],
        may_write=may_write,
        arrange=may_write and "arrange" in request.args,
    )


def _may_write(group) -> bool:
    if group is None:
        return bool(groups_where(current_user, Role.MEMBER))
    return (role_in(current_user, group.id) or 0) >= Role.MEMBER


def _edit_page(page: Page, form: PageForm) -> str:
    latest = history.revisions(page, limit=4)
    return render_template(
        "pages/edit.html", item=page, form=form, group=page.group, room="pages",
        latest=latest, signed=authorship.signers(latest), draft=f"page-{page.id}",
        live=live.doorway(page, "body") if "essaim.live" in request.environ else None,
    )  # fmt: skip


def _new_form(group) -> NewPageForm:
    if request.method == "POST":
        return NewPageForm(request.form)
    body, is_from = "", request.args.get("template", "")
    if number := number_or_none(is_from):
        body = load(Page, number).body
    elif is_from:
        body = starters.body_of(is_from)
    return NewPageForm(
        title=request.args.get("title", "")[:200],
        body=body,
        group=group.id,
        parent=request.args.get("parent", ""),
        is_easy="easy" in request.args,
        once=secrets.token_urlsafe(12),
    )


def _create(form: NewPageForm) -> Page | None:
    """The new page; the one already made when the same form comes twice."""
    group = load_group(form.group.data, Role.MEMBER)
    above = _parent(form, group)
    page = Page(
        group_id=group.id,
        is_template=form.is_template.data,
        is_easy=bool(form.is_easy.data and above),
        parent_id=above.id if above else None,
        scope=Scope.DRAFT if "draft" in request.form else Scope.GROUP,
        **form.changes(),
    )
    if form.once.data:
        # Unique in the group, so that even two requests at the same instant make one page.
        page.origin, page.source = f"form-{current_user.id}", form.once.data[:100]
    try:
        save(page, current_user, form.note.data or "")
    except IntegrityError:
        db.session.rollback()
        page = db.session.scalar(
            select(Page).where(
                Page.group_id == group.id,
                Page.origin == f"form-{current_user.id}",
                Page.source == form.once.data[:100],
            )
        )
        if page is None:
            raise
    return page


def _parent(form: NewPageForm, group):
    """The page under which the new one goes, if it is one of the group."""
    if not form.parent.data or group is None:
        return None
    return db.session.execute(
        select(Item.id, Item.kind, Item.title, Item.slug).where(
            Item.id == form.parent.data, Item.group_id == group.id, visible(current_user)
        )
    ).first()


def _templates(group) -> list:
    """The group's own templates."""
    if group is None:
        return []
    return db.session.execute(
        _listed(group).where(Page.__table__.c.is_template).order_by(Item.title).limit(50)
    ).all()

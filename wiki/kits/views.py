"""The screens of kits: make one, look at it, choose what is in it, adapt it, carry it."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki import storage
from wiki.archive.opening import Damaged, largest_sent
from wiki.db import db
from wiki.files import uploads
from wiki.files.names import clean_filename
from wiki.groups.journal import record
from wiki.groups.models import Group
from wiki.groups.views import may_found
from wiki.items import links, settling
from wiki.items.access import can, group_to_write_in, groups_where, load, load_group, visible
from wiki.items.models import Scope
from wiki.items.versions import field_names
from wiki.items.writing import save
from wiki.kits import (  # noqa: F401 (leaving registers)
    choosing,
    dates,
    leaving,
    making,
    using,
    withdrawing,
    work,
)
from wiki.kits.dates import When
from wiki.kits.forms import AdaptForm, KitForm, NewKitForm, VersionForm
from wiki.kits.models import FACTS, Kit, KitVersion, fact_names, network_names, sheet_names
from wiki.programme import slots
from wiki.programme.forms import Plan
from wiki.programme.models import Dated
from wiki.search.views import kind_names
from wiki.templating import language, size
from wiki.throttle import address, throttle

blueprint = Blueprint("kits", __name__)
MANY = 200
PRIVATE = {"Cache-Control": "no-store"}


@blueprint.get("/kits")
def index():
    """The kits one may read."""
    wanted = request.args.get("group", type=int)
    group = load_group(wanted) if wanted else None
    query = select(Kit).where(visible(current_user)).options(joinedload(Kit.group))
    if group:
        query = query.where(Kit.group_id == group.id)
    found = db.session.scalars(query.order_by(Kit.updated_at.desc()).limit(MANY)).unique().all()
    return render_template(
        "kits/index.html", kits=found, group=group, room="kits",
        may_write=_makes_kits(), may_bring=_makes_kits() or _may_found(),
    )  # fmt: skip


@blueprint.route("/kits/new", methods=["GET", "POST"])
@login_required
def new():
    """« Make a kit » of an action."""
    group = group_to_write_in(request.values.get("group", type=int))
    if group is None:
        return render_template("kits/choose_group.html", groups=groups_where(current_user))
    form = NewKitForm.of_request(title=group.title)
    if form.was_sent_well():
        kit = Kit(group_id=group.id, title=form.title.data, scope=Scope.GROUP,
                  licence="CC BY-SA 4.0", programme=[])  # fmt: skip
        kit.group = group
        kit.programme = _led_by_nobody(_plan_of(group), making.veil_of(kit))
        save(kit, current_user._get_current_object())
        return redirect(f"/kits/{kit.id}/contents", 303)
    page = render_template("kits/new.html", form=form, group=group, room="kits")
    return page, 422 if form.errors else 200


@blueprint.get("/kits/<id:item_id>")
def show(item_id: int):
    """One kit: what it is for, what is in it, who did it again."""
    kit = load(Kit, item_id)
    if request.path != links.path_of(kit):
        return redirect(links.path_of(kit), 301)
    may_edit = can(current_user, "edit", kit)
    texts = {
        name: links.show(kit.renderings[name].html, kit, current_user, may_edit)
        for name in kit.texts() if name in kit.renderings
    }  # fmt: skip
    gone = {one.number: reason for one in kit.versions if (reason := withdrawing.why(one))}
    latest = kit.latest
    return render_template(
        "kits/show.html", item=kit, room="kits", texts=texts, titles=sheet_names(), gone=gone,
        gone_words=withdrawing.words(), latest=latest,
        version=None if latest is None or latest.number in gone else latest,
        facts=[(fact_names()[name], kit.facts[name]) for name in FACTS if kit.facts.get(name)],
        network=network_names().get(kit.facts.get("network")), tested=kit.is_tested(),
        kinds=kind_names(), why=choosing.reasons(), may_edit=may_edit,
        may_found=_may_found(),
    )  # fmt: skip


@blueprint.route("/kits/<id:item_id>/edit", methods=["GET", "POST"])
def edit(item_id: int):
    """Write the sheets of a kit; what others changed meanwhile is put together with it."""
    kit = load(Kit, item_id, "edit")
    sent = request.form if request.method == "POST" else None
    form, plan = KitForm.of(kit, sent), Plan(kit.programme, sent)
    at = plan.arrange(request.form["arrange"]) if "arrange" in request.form else ""
    if at or request.method == "GET" or not form.validate() or plan.errors:
        page = render_template("kits/edit.html", item=kit, form=form, plan=plan, group=kit.group,
                               room="kits", arranged=at)  # fmt: skip
        return page, 422 if request.method == "POST" and not at else 200
    changes = form.fields() | {"programme": plan.kept}
    clash = settling.edit(kit, changes, form.revision.data or 0, current_user)
    if clash:
        return settling.page(clash, field_names(kit))
    flash(_("Recorded."))
    return redirect(kit.url, 303)


@blueprint.route("/kits/<id:item_id>/contents", methods=["GET", "POST"])
def contents(item_id: int):
    """Choose what goes into the next version, with what stays and why; a job makes it."""
    kit = load(Kit, item_id, "edit")
    failed = _failed(kit)
    asked = failed.asked if failed else {}
    veil = making.veil_of(kit)
    found = choosing.choices(kit.group, current_user, veil)
    chosen = set(asked["ids"]) if failed else choosing.ticked(kit, found)
    form = VersionForm.of_request(
        also=", ".join((kit.extra or {}).get("also_hidden", [])), note=asked.get("note", "")
    )
    if form.was_sent_well():
        throttle("30 per hour", "kit", str(current_user.id))
        sent = request.form.getlist("items")[:5000]
        chosen = {int(n) for n in sent if n.isascii() and n.isdigit()}
        if also := [name for one in (form.also.data or "").split(",") if (name := one.strip())]:
            kit.extra = {**(kit.extra or {}), "also_hidden": also[:200]}
        made = work.ask("version", kit, current_user._get_current_object(), ids=sorted(chosen),
                        note=form.note.data or "", lang=language())  # fmt: skip
        return redirect(made.url, 303)
    page = render_template(
        "kits/contents.html", item=kit, group=kit.group, form=form, found=found, room="kits",
        chosen=chosen, why=choosing.reasons(), kinds=kind_names(),
        problem=failed.why if failed else "", first=kit.latest is None,
        to_check=choosing.to_check(found, veil),
    )  # fmt: skip
    return page, 422 if request.method == "POST" or failed else 200


def _failed(kit: Kit) -> work.KitWork | None:
    """What was asked for in vain, so that nobody types it twice."""
    made = db.session.get(work.KitWork, request.args.get("work", 0, type=int) or 0)
    is_mine = made and (made.kit_id, made.actor_id) == (kit.id, current_user.id)
    return made if is_mine and made.state == "failed" else None


@blueprint.get("/kits/work/<int:n>")
@login_required
def working(n: int):
    """How far it is; then what was made, or the form again with what was typed."""
    made = _work(n)
    if made.is_running:
        return render_template("kits/work.html", made=made, item=made.kit, room="kits")
    if made.sort == "version":
        if made.state == "failed":
            return redirect(f"/kits/{made.kit_id}/contents?work={made.id}", 303)
        flash(_("Version %(n)s is made: the names, addresses and telephone numbers that the "
                "group knows are dots in it. Read it again before you give it.",
                n=made.asked.get("number", "")))  # fmt: skip
        return redirect(made.kit.url, 303)
    after = made.asked.get("after", "")
    if made.state == "failed":
        return redirect(f"{after or f'/kits/{made.kit_id}/adaptation?'}&work={made.id}", 303)
    if made.made is None or made.made.trashed_at is not None:
        abort(404)
    if after:
        return redirect(f"{after}&model={made.made_id}&work={made.id}", 303)
    flash(_("Your group is ready: the pages, the maps and the sessions of the kit are in "
            "it. Change what you like, then say what you changed."))  # fmt: skip
    return redirect(made.made.url, 303)


@blueprint.get("/kits/work/<int:n>.json")
@login_required
def told(n: int):
    """How far it is, for the page that waits."""
    made = _work(n)
    words = render_template("kits/_step.html", made=made).strip()
    return {"running": made.is_running, "percent": made.percent, "step": words}, 200, PRIVATE


def _work(n: int) -> work.KitWork:
    made = db.session.get(work.KitWork, n) if n < 2**31 else None
    if made is None or made.actor_id != current_user.id:
        abort(404)
    return made


@blueprint.get("/kits/<id:item_id>/kit.zip")
def carry(item_id: int):
    """The kit as one file, that another site takes as it is; `?version=` names an older one."""
    kit = load(Kit, item_id)
    throttle("60 per hour", "kit-file", str(getattr(current_user, "id", "")) or address())
    version = _version(kit)
    name = f"{clean_filename(kit.title)} {version.number}.zip"
    answer = send_file(storage.path_of(version.sha256), "application/zip", as_attachment=True,
                       download_name=name, conditional=True, max_age=0)  # fmt: skip
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.route("/kits/<id:item_id>/adaptation", methods=["GET", "POST"])
def adapt(item_id: int):
    """Make a group of one's own of a kit."""
    if current_user.is_anonymous:
        abort(401)
    kit = load(Kit, item_id)
    if not may_found():
        abort(403)
    version = _version(kit)
    failed = _failed(kit)
    asked = failed.asked if failed else {}
    form = AdaptForm.of_request(
        title=asked.get("title", kit.title), **dates.asked(asked)._asdict()
    )  # fmt: skip
    good = form.was_sent_well()
    if good and request.form.get("step") != "dates":
        throttle("10 per hour", "adapt-kit", str(current_user.id))
        made = work.ask("adapt", kit, current_user._get_current_object(), lang=language(),
                        number=version.number, title=form.title.data, skip=form.skip.data,
                        first=form.first.data and form.first.data.isoformat())  # fmt: skip
        return redirect(made.url, 303)
    if failed:
        form.title.errors = [failed.why]
    held = dates.sessions(version, When(None) if form.first.errors else form.when())
    form.first.data = form.first.data or (held[0].day if held else None)
    page = render_template("kits/adapt.html", item=kit, version=version, form=form, room="kits",
                           kinds=kind_names(), held=held)  # fmt: skip
    return page, 422 if form.errors or failed else 200


@blueprint.route("/kits/import", methods=["GET", "POST"])
@login_required
def bring():
    """Bring a kit that came as a file from another site; the first one also makes its group."""
    group = group_to_write_in(request.values.get("group", type=int))
    if group is None and (groups_where(current_user) or not may_found()):
        return render_template("kits/choose_group.html", groups=groups_where(current_user),
                               bring=True)  # fmt: skip
    why = ""
    if request.method == "POST":
        throttle("20 per hour", "kit-import", str(current_user.id))
        sent = request.files.get("file")
        if not sent or not sent.filename:
            why = _("Choose a file.")
        else:
            why, kit = _brought(sent, group)
            if kit is not None:
                flash(_("The kit is here. Read it, then adapt it."))
                return redirect(kit.url, 303)
    page = render_template("kits/import.html", group=group, why=why, room="kits",
                           largest=size(largest_sent()))  # fmt: skip
    return page, 422 if why else 200


@blueprint.errorhandler(413)
def too_heavy(_error):
    """More than one form carries: said where a kit is brought, with what to do."""
    why = _("This kit is heavier than %(n)s, so it was not received; it is still on your device. "
            "Ask those who made it for a version with fewer pictures.",
            n=size(largest_sent()))  # fmt: skip
    page = render_template("kits/import.html", group=None, why=why, room="kits",
                           largest=size(largest_sent()))  # fmt: skip
    return page, 413


def _makes_kits() -> bool:
    """Whether this person has a group of which to make a kit; those with a card only take part."""
    if current_user.is_anonymous or current_user.is_participant:
        return False
    return bool(groups_where(current_user))


def _may_found() -> bool:
    return current_user.is_authenticated and may_found()


def _shelf() -> Group:
    """A group for the kits of somebody who has none yet; the caller commits."""
    shelf = Group.found(_("Kits from elsewhere"), current_user._get_current_object(),
                        pictogram="maison")  # fmt: skip
    record("group created", current_user, shelf.id)
    return shelf


def _brought(sent, group) -> tuple[str, Kit | None]:
    """Keep a file that was sent long enough to read it: why it is refused, or the kit."""
    with storage.temporary_file() as place:
        sent.save(place)
        try:
            return "", using.bring(place, group or _shelf(), current_user._get_current_object())
        except Damaged as damage:
            db.session.rollback()
            return str(damage), None
        except uploads.Refused as refusal:
            db.session.rollback()
            return refusal.reason, None


def _version(kit: Kit) -> KitVersion:
    """The version asked for; 410 when what it holds was withdrawn since."""
    wanted = request.args.get("version", type=int)
    found = next((one for one in kit.versions if wanted in (None, one.number)), None)
    if found is None:
        abort(404)
    if reason := withdrawing.why(found):
        page = render_template("kits/withdrawn.html", item=kit, room="kits",
                               reason=withdrawing.words()[reason],
                               may_edit=can(current_user, "edit", kit))  # fmt: skip
        abort(Response(page, 410))
    return found


def _plan_of(group) -> list[dict]:
    """The plans of the sessions one after the other, to begin with."""
    query = select(Dated).where(Dated.group_id == group.id, visible(current_user))
    rows = [row for one in db.session.scalars(query.order_by(Dated.starts_at))
            for row in one.programme or []]  # fmt: skip
    return [slots.tidy(row) for row in rows[: slots.MOST]]


def _led_by_nobody(rows: list[dict], veil) -> list[dict]:
    """A plan without who led it, when that is somebody of the group."""
    return [veil(row | {"who": "" if veil.shows(row["who"]) else row["who"]}) for row in rows]

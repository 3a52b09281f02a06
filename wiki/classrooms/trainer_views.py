"""The screens of a trainer: prepare the day, lead it from the room, see who is where."""

from flask import abort, flash, redirect, render_template, request, session
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required
from sqlalchemy import select, update

from wiki.classrooms import leading, preparing, seating
from wiki.classrooms.doorway import as_trainer
from wiki.classrooms.forms import WAYS, PreparationForm
from wiki.classrooms.models import Classroom
from wiki.classrooms.preparing import Plan
from wiki.classrooms.routes import PRIVATE, blueprint
from wiki.db import db, utcnow
from wiki.groups import joining
from wiki.groups.models import Group, Role, groups_of
from wiki.groups.views import may_found
from wiki.items.access import load_group, visible
from wiki.items.models import Item
from wiki.kits import withdrawing, work
from wiki.kits.models import Kit
from wiki.templating import language
from wiki.throttle import throttle

TYPED = ("title", "places", "firstnames")
MINUTES, SIZE = "room-minutes", "room-size"  # what was last asked for in this browser
WAYS_KNOWN = {code for code, _words in WAYS}


@blueprint.route("/groups/<id:group_id>/classrooms", methods=["GET", "POST"])
@login_required
def prepare(group_id: int):
    """« Prepare the day »: how many, who, with what; and the days prepared before."""
    group = load_group(group_id, Role.FACILITATOR)
    form = PreparationForm.of_request(training=request.args.get("training", ""))
    training = _training(group, form.training.data)
    if request.method == "GET":
        _typed(form, training)
    kit = _kit(training)
    if kit and "kit" in request.form:
        return redirect(_from_kit(group, kit, form).url, 303)
    model, items = _model(group)
    ways = {item.id: request.form.get(f"way-{item.id}", "") for item in items}
    looks = "look" in request.form
    if form.was_sent_well() and not looks:
        _hold(group)
        if twin := _prepared_just_now(group, form.title.data):
            return redirect(twin.url, 303)
        plan = Plan(
            form.title.data, form.places.data, form.names,
            each=[one for one, way in ways.items() if way == "each"],
            all=[one for one, way in ways.items() if way == "all"],
            training_id=training.id if training else None,
        )  # fmt: skip
        room = preparing.prepare(group, plan, items, current_user)
        flash(_("The room is ready. Print the cards, or open the door."))
        return redirect(room.url, 303)
    wrong = request.method == "POST" and not looks
    page = render_template(
        "classrooms/prepare.html", group=group, form=form, model=model, items=items, ways=ways,
        choices=WAYS, kit=kit, groups=groups_of(current_user), rooms=_rooms(group), room="members",
    )  # fmt: skip
    return page, 422 if wrong else 200


@blueprint.get("/classrooms/<id:room_id>")
@login_required
def lead(room_id: int):
    """« Room mode »: who is where, raised hands, the timer, what all screens show."""
    room = as_trainer(room_id)
    if room.is_reset:
        return render_template("classrooms/gone.html", seats=room, group=room.group), 200, PRIVATE
    page = render_template(
        "classrooms/lead.html", seats=room, group=room.sandbox,
        lines=leading.grid(room, current_user), door=joining.door_of(room.sandbox),
        shared=seating.items(room.shared),
        shown=leading.shown_to(room, current_user),
        minutes=session.get(MINUTES, 10), size=session.get(SIZE, 3),
    )  # fmt: skip
    return page, 200, PRIVATE


@blueprint.get("/classrooms/<id:room_id>/grid.json")
@login_required
def grid(room_id: int):
    """The grid, as the room shows it anew every few seconds."""
    room = as_trainer(room_id)
    if room.is_reset:
        return {"open": False}, 200, PRIVATE
    html = render_template(
        "classrooms/_grid.html", seats=room, lines=leading.grid(room, current_user)
    )
    return {"open": True, "html": html, "left": room.seconds_left}, 200, PRIVATE


@blueprint.post("/classrooms/<id:room_id>/timer")
@login_required
def timer(room_id: int):
    """Begin a count-down on all screens, or stop it."""
    room = as_trainer(room_id)
    leading.set_timer(room, _asked("minutes", MINUTES))
    db.session.commit()
    return redirect(room.url, 303)


@blueprint.post("/classrooms/<id:room_id>/screens")
@login_required
def screens(room_id: int):
    """Lead all screens to one page, or let them be."""
    room = as_trainer(room_id)
    wanted = request.form.get("show", "")
    path, title = "", ""
    if wanted in ("sheet", "evaluation"):
        where = {"sheet": "mine", "evaluation": "evaluation"}[wanted]
        path, title = f"{room.url}/{where}", _named(wanted)
    elif found := next((i for i in seating.items(room.shared) if str(i.id) == wanted), None):
        path, title = found.url, found.title
    elif wanted:
        abort(422)
    leading.show(room, path, title)
    db.session.commit()
    flash(_("All screens go there.") if path else _("The screens are free again."))
    return redirect(room.url, 303)


@blueprint.post("/classrooms/<id:room_id>/teams")
@login_required
def teams(room_id: int):
    """Draw lots for small groups, or undo them."""
    room = as_trainer(room_id)
    count = leading.make_teams(room, _asked("size", SIZE))
    db.session.commit()
    if count:
        flash(
            ngettext(
                "One small group: there are too few people for two.", "%(num)s small groups.", count
            )
        )
    return redirect(room.url, 303)


@blueprint.post("/classrooms/<id:room_id>/hands/<int:user_id>")
@login_required
def lower(room_id: int, user_id: int):
    """Somebody was helped: their hand goes down."""
    room = as_trainer(room_id)
    one = next((t for t in room.trainees() if t.user_id == user_id), None) or abort(404)
    one.hand_at = None
    db.session.commit()
    return redirect(room.url, 303)


def _asked(name: str, kept: str) -> int:
    """A number typed in a tool of the room; the field holds it when it is next shown."""
    number = request.form.get(name, 0, type=int) or 0
    if 0 < number <= leading.LONGEST:
        session[kept] = number
    return number


def _named(wanted: str) -> str:
    return _("My sheet") if wanted == "sheet" else _("What did you think of this day?")


def _training(group: Group, typed: str | None) -> Item | None:
    if not (typed and typed.isascii() and typed.isdigit() and len(typed) < 10):
        return None
    return db.session.scalar(
        select(Item).where(
            Item.id == int(typed), Item.group_id == group.id, Item.kind == "trainings",
            visible(current_user),
        )
    )  # fmt: skip


def _kit(training: Item | None) -> Kit | None:
    """The kit of the training, when it has a version that this person may take."""
    number = getattr(training, "kit_id", None)
    if number is None or not may_found():
        return None
    kit = db.session.scalar(select(Kit).where(Kit.id == number, visible(current_user)))
    is_there = kit and kit.latest and not withdrawing.why(kit.latest)
    return kit if is_there else None


def _from_kit(group: Group, kit: Kit, form: PreparationForm) -> work.KitWork:
    """Have the kit of the day adapted; what was typed meanwhile comes back with it."""
    throttle("10 per hour", "adapt-kit", str(current_user.id))
    after = f"/groups/{group.id}/classrooms?training={form.training.data or ''}"
    typed = {name: form[name].raw_data[0] if form[name].raw_data else "" for name in TYPED}
    return work.ask("adapt", kit, current_user._get_current_object(), lang=language(), after=after,
                    number=kit.latest.number, title=kit.title, typed=typed)  # fmt: skip


def _typed(form: PreparationForm, training: Item | None) -> None:
    """What the form begins with: the name of the training, or what was typed before the kit."""
    if training:
        form.title.data = training.title
    made = db.session.get(work.KitWork, request.args.get("work", 0, type=int) or 0)
    if made is None or made.actor_id != current_user.id:
        return
    if made.state == "failed":
        flash(made.why, "warning")
    typed = made.asked.get("typed", {})
    form.title.data = typed.get("title") or form.title.data
    form.firstnames.data = typed.get("firstnames", "")
    if (places := typed.get("places", "")).isdigit():
        form.places.data = int(places[:3])


def _model(group: Group) -> tuple[Group, list[Item]]:
    """The group whose things can be given, and those things: this one unless another is asked."""
    wanted = request.values.get("model", type=int)
    mine = {one.id for one in groups_of(current_user)}
    model = db.session.get(Group, wanted) if wanted in mine else group
    return model, preparing.offered(model, current_user)


def _rooms(group: Group) -> list[Classroom]:
    query = select(Classroom).where(Classroom.group_id == group.id)
    return list(db.session.scalars(query.order_by(Classroom.id.desc()).limit(20)))


def _hold(group: Group) -> None:
    """Let one person at a time prepare a day in a group: whoever comes next sees the room."""
    values = {"updated_at": Group.updated_at}  # taken by writing, which every database waits for
    db.session.execute(update(Group).where(Group.id == group.id).values(values))


def _prepared_just_now(group: Group, title: str) -> Classroom | None:
    """The room made a moment ago by a button pressed twice."""
    last = next(iter(_rooms(group)), None)
    just_now = last and (utcnow() - last.created_at).total_seconds() < 20
    return last if just_now and last.title == title and not last.is_reset else None

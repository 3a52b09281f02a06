"""The people of an item, one person, the register of a group."""

import csv
import io
from itertools import groupby

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user, login_required

from wiki.consents import (
    book,
    deciding,
    ending,
    erasing,
    links,
    people,
    register,
    releases,
    showing,
    tombstones,
    variants,
    wording,
)
from wiki.consents.deciding import Proof, Wish
from wiki.consents.forms import AppearanceForm, PersonForm
from wiki.consents.models import Appearance, Medium, Method, Person, Release
from wiki.consents.reckoning import allowances, standing
from wiki.db import db, utcnow
from wiki.files import media
from wiki.files.models import File
from wiki.groups.models import Role, role_in
from wiki.items.access import can, groups_where, load, load_group
from wiki.items.models import Item, Scope

blueprint = Blueprint("consents", __name__)
WHY = 300  # characters of a reason
BY_THE_CLOCK = (book.write, ending.end_late, erasing.erase_in_time)


@blueprint.before_app_request
def _each_day():
    ending.once_a_day()


blueprint.after_app_request(releases.watch)


@blueprint.route("/items/<id:item_id>/people", methods=["GET", "POST"])
def of_item(item_id: int):
    """Who is seen, heard or named in something, and what each agreed to."""
    item = load(Item, item_id, "edit")
    leads = can(current_user, "publish", item)
    form = AppearanceForm.of_request()
    known = people.of_group if leads else lambda group: people.known_to(group, current_user)
    form.prepare(known(item.group_id))
    if form.was_sent_well():
        _mark(item, form, leads)
        if leads:
            return redirect(f"/items/{item.id}/people", 303)
        return redirect(item.group.url, 303)
    if request.method == "GET":
        form.media.data = _usual(item)
    page = render_template(
        "consents/item.html", item=item, group=item.group, room=item.kind, form=form, leads=leads,
        found=people.people_in(item), refused=_refused, words=wording, own=item.group_id,
        family=_family(item),
        also=showing.files_of(item, current_user), because=showing.shown_in(item, current_user),
        versions=variants.made_from(item) if isinstance(item, File) else [],
    )  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.post("/items/<id:item_id>/people/<int:appearance_id>/removal")
def remove(item_id: int, appearance_id: int):
    """Somebody is not in it after all."""
    item = load(Item, item_id, "publish")
    one = db.session.get(Appearance, appearance_id)
    if one is None or one.item_id != item.id:
        abort(404)
    if isinstance(item, File) and people.refuses(one) and not people.was_marked_late(one):
        flash(_("This person said no: a picture or a recording stays hidden. Make another one "
                "without them, or put it in the trash."), "error")  # fmt: skip
        return redirect(f"/items/{item.id}/people", 303)
    name, refused = one.person.shown_name, people.refuses(one)
    why = request.form.get("why", "").strip()[:WHY]
    if refused and not why:
        flash(_("This person said no. Say why they are not in it: they will read it."), "error")
        return redirect(f"/items/{item.id}/people", 303)
    people.disappear(one, current_user, why)
    db.session.commit()
    flash(_("%(name)s is no longer marked here.", name=name))
    if refused:
        flash(_("As this person had said no, only the facilitators see it. Look at it again before "
                "you show it."))  # fmt: skip
    return redirect(f"/items/{item.id}/people", 303)


@blueprint.get("/people/<int:person_id>")
def person(person_id: int):
    """All that is known of somebody: where they appear, what they said, what left."""
    found = people.load(person_id)
    shown = people.shown_in(found)
    mine = [one for one in allowances([one.item_id for one in shown])
            if one.appearance.person_id == found.id]  # fmt: skip
    return render_template(
        "consents/person.html", person=found, group=found.group, room="agreements", shown=mine,
        lines=register.lines_of(found), words=wording, releases=releases.about(found.id),
        grants=[grant for grant, _who in standing([found.id])[found.id] if grant.item_id is None],
        farthest=people.farthest(found), titles=_titles(found), links=links.open_of(found),
        today=deciding.today(), ends=tombstones.ends_of(found.id),
    )  # fmt: skip


@blueprint.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
def edit(person_id: int):
    """Change a name, or say who answers for a minor."""
    found = people.load(person_id)
    form = PersonForm.of_request(found)
    if form.was_sent_well():
        answered_for = (found.minor, found.guardian)
        form.populate_obj(found)
        for name in ("real_name", "guardian", "contact"):
            setattr(found, name, getattr(found, name) or "")
        if answered_for != (found.minor, found.guardian):
            register.note(found, "changed", current_user)
        deciding.reckon_again(found, current_user)
        db.session.commit()
        flash(_("Saved."))
        return redirect(f"/people/{found.id}", 303)
    page = render_template(
        "consents/edit.html", person=found, group=found.group, room="agreements", form=form
    )
    return page, 422 if form.errors else 200


@blueprint.post("/people/<int:person_id>/withdrawal")
def withdraw(person_id: int):
    """Somebody called, or said it: less far, or no more at all; for one thing or for all."""
    found = people.load(person_id)
    number = request.form.get("item", "")
    items = [int(number)] if number.isascii() and number.isdigit() else None
    audience = Scope.GROUP if request.form.get("audience") == "1" else Scope.DRAFT
    if audience > Scope.DRAFT and people.farthest(found) <= audience:
        flash(_("Nothing was agreed to beyond the group: nothing changed."), "error")
        return redirect(f"/people/{found.id}", 303)
    effects = deciding.narrow(found, audience, current_user, item_ids=items, channel="phone")
    db.session.commit()
    _say(effects, audience)
    return redirect(f"/people/{found.id}", 303)


@blueprint.post("/people/<int:person_id>/renewal")
def renew(person_id: int):
    """Somebody says again what they had agreed to."""
    found = people.load(person_id)
    if people.farthest(found) == Scope.DRAFT:
        flash(_("There is no agreement to renew: ask for one first."), "error")
        return redirect(f"/people/{found.id}", 303)
    deciding.renew(found, current_user, channel="phone")
    db.session.commit()
    flash(_("Renewed for two years."))
    return redirect(f"/people/{found.id}", 303)


@blueprint.post("/people/<int:person_id>/erasure")
def erase(person_id: int):
    """Forget somebody whom nothing shows any more."""
    found = people.load(person_id)
    group, name = found.group_id, found.shown_name
    try:
        people.erase(found, current_user)
    except ValueError:
        flash(_("%(name)s is still shown somewhere: take that away first.", name=name), "error")
        return redirect(f"/people/{person_id}", 303)
    db.session.commit()
    flash(_("Nothing is left of %(name)s.", name=name))
    return redirect(f"/groups/{group}/agreements", 303)


@blueprint.post("/people/<int:person_id>/releases/<int:release_id>")
def recall(person_id: int, release_id: int):
    """What had left was asked back, or destroyed."""
    found = people.load(person_id)
    release = db.session.get(Release, release_id)
    known = {one.id for one, _item in releases.about(found.id)}
    if release is None or release.id not in known:
        abort(404)
    release.recalled_at = utcnow()
    db.session.commit()
    return redirect(f"/people/{found.id}#releases", 303)


@blueprint.get("/groups/<id:group_id>/agreements")
@login_required
def index(group_id: int):
    """The register of a group: every agreement, on the screen and on paper."""
    group = load_group(group_id, Role.FACILITATOR)
    rows = register.rows(group.id)
    return render_template(
        "consents/register.html", group=group, room="agreements", rows=rows,
        people=[list(own) for _id, own in groupby(rows, lambda row: row.person.id)],
        words=wording, today=deciding.today(), day_of=utcnow(),
    )  # fmt: skip


@blueprint.get("/groups/<id:group_id>/agreements.csv")
@login_required
def table(group_id: int):
    """The register as a table, for a spreadsheet."""
    group = load_group(group_id, Role.FACILITATOR)
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";")
    writer.writerow([_("Person"), _("In what"), _("What is shown"), _("Who may see it"),
                     _("Until"), _("How it was given"), _("Date"), _("Who asked")])  # fmt: skip
    for row in register.rows(group.id):
        writer.writerow([_cell(value) for value in _line(row)])
    answer = Response("\ufeff" + made.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="accords-{group.slug}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.app_template_global("agreement_of")
def agreement_of(item):
    """What those who appear in an item agreed to, for its reader; None when nobody does."""
    if getattr(item, "ceiling", None) is None:
        return None
    found = allowances([item.id])
    inside = role_in(current_user, item.group_id) is not None
    return {
        "sealed": item.ceiling == Scope.DRAFT,
        "names": [one.appearance.person.shown_name for one in found] if inside else [],
        "until": min((one.until for one in found if one.until), default=None),
        "reach": wording.reaches()[item.ceiling],
        "count": len(found),
    }


@blueprint.app_template_global("agreements_ending")
def agreements_ending() -> list:
    """The people to ask again, in the groups that the reader facilitates."""
    led = [group.id for group in groups_where(current_user, Role.FACILITATOR)]
    return ending.soon_of(led) if led else []


@blueprint.app_template_global("refusals_waiting")
def refusals_waiting() -> list:
    """Who said no to what is still kept, in the groups that the reader facilitates."""
    led = [group.id for group in groups_where(current_user, Role.FACILITATOR)]
    return tombstones.awaiting(led) if led else []


def _mark(item: Item, form: AppearanceForm, leads: bool) -> None:
    person = _chosen(item, form)
    people.appear(person, item, form.what(), current_user)
    if leads and form.agreed.data:
        wishes = [Wish(medium, Scope.GROUP, item.id) for medium in form.what()]
        proof = Proof(Method.WITNESS, witness=current_user.name, guardian=person.guardian)
        try:
            deciding.agree(person, wishes, proof, current_user)
        except deciding.NeedsGuardian:
            flash(_("For a minor, ask who answers for them: it stays hidden until then."), "error")
    db.session.commit()
    if item.ceiling == Scope.DRAFT:
        flash(_("%(name)s is marked here. It is hidden until this person agrees.",
                name=person.shown_name))  # fmt: skip
    else:
        flash(_("%(name)s is marked here.", name=person.shown_name))


def _chosen(item: Item, form: AppearanceForm) -> Person:
    if form.person.data:
        return db.session.get(Person, form.person.data)
    person = Person(
        group_id=item.group_id, shown_name=form.shown_name.data, minor=form.minor.data,
        created_by_id=current_user.id,
    )  # fmt: skip
    db.session.add(person)
    db.session.flush()
    return person


def _refused(one) -> bool:
    return any(scope == Scope.DRAFT for scope in one.by_medium.values())


def _family(item: Item) -> str | None:
    """image, audio, video or, for other files, nothing to be changed; None for a text."""
    return (media.family_of(item.blob.mime) or "other") if isinstance(item, File) else None


def _usual(item: Item) -> list[int]:
    """What an item can show of people, by its pictures, its sounds and its text."""
    found = showing.carried_by(item) & (Medium.IMAGE | Medium.VOICE)
    if not isinstance(item, File):
        found |= Medium.NAME
        if any(one.plain.strip() for one in item.renderings.values()):
            found |= Medium.WORDS
    return [int(medium) for medium in found]


def _say(effects: deciding.Effects, audience: Scope) -> None:
    if audience == Scope.DRAFT:
        flash(_("Done, everywhere and at once: nobody sees it any more. The group has thirty days "
                "to make a version without this person; then it is erased."))  # fmt: skip
    else:
        flash(_("Done: only the group sees it now."))


def _titles(person: Person) -> dict[int, str]:
    numbers = {number for one in register.lines_of(person) for number in wording.about(one)}
    rows = db.session.execute(db.select(Item.id, Item.title).where(Item.id.in_(numbers))).all()
    return {row.id: row.title for row in rows}


def _line(row: register.Row) -> list[str]:
    consent = row.consent
    who = wording.reaches()[row.audience] if row.is_asked else _("not asked yet")
    return [
        row.person.shown_name,
        row.item.title if row.item else _("Everything the group makes"),
        ", ".join(word.name for word in wording.said_of(row.media)),
        who,
        row.until.isoformat() if row.until else "",
        wording.methods().get(consent.method, "") if consent else "",
        consent.collected_at.date().isoformat() if consent else "",
        consent.collected_by.name if consent and consent.collected_by else "",
    ]


def _cell(value: str) -> str:
    """A text that a spreadsheet will not take for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value

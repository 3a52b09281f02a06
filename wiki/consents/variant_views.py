"""Making a version without somebody: boxes on a picture, or the voice of a film."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from wiki.consents import people, variants
from wiki.consents.models import Medium
from wiki.db import db
from wiki.files import media, previews
from wiki.files.models import File
from wiki.items import replacing
from wiki.items.access import can, load

blueprint = Blueprint("variants", __name__)


@blueprint.route("/items/<id:item_id>/without", methods=["GET", "POST"])
def picture(item_id: int):
    """Faces to blur on a photo, drawn with a finger or typed in numbers."""
    file = load(File, item_id, "edit")
    if media.family_of(file.blob.mime) != "image" or not previews.is_possible(file.blob):
        abort(404)
    seen = [one for one in people.people_in(file) if Medium.IMAGE in one.appearance.media]
    leads = can(current_user, "publish", file)
    boxes, wrong, words = variants.boxes_of(request.form), "", _words(file)
    if request.method == "POST":
        hidden = {int(n) for n in request.form.getlist("hidden") if n.isascii() and n.isdigit()}
        # That somebody is no longer recognised is for those to say who answer for the group.
        hidden &= {one.appearance.person_id for one in seen} if leads else set()
        if not boxes or len(boxes) < len(hidden):
            wrong = _("Draw a frame around each face to blur.")
        elif made := _made(lambda: variants.blurred(file, boxes, hidden, current_user, words)):
            if seen and not leads:
                flash(_("People are still marked in it: a facilitator says who is not any more."))
            return redirect(made.url, 303)
        else:
            wrong = _("This picture cannot be drawn.")
    page = render_template(
        "consents/without.html", file=file, group=file.group, room="files", seen=seen, wrong=wrong,
        boxes=boxes, most=variants.MOST, may_see=leads, words=words,
    )  # fmt: skip
    return page, 422 if wrong else 200


@blueprint.post("/items/<id:item_id>/without/voice")
def voice(item_id: int):
    """The voice of a film, without the picture."""
    file = load(File, item_id, "edit")
    if media.family_of(file.blob.mime) != "video":
        abort(404)
    made = _made(lambda: variants.voice_alone(file, current_user))
    if made is None:
        flash(_("The sound of this film is not ready yet: try again in a moment."), "error")
        return redirect(f"/items/{file.id}/people", 303)
    return redirect(made.url, 303)


@blueprint.post("/items/<id:item_id>/in-its-place")
def in_its_place(item_id: int):
    """Show this version wherever the first one was shown, as far as one may change it."""
    made = load(File, item_id, "edit")
    first = db.session.get(File, (made.extra or {}).get("made_from") or 0)
    if first is None or first.group_id != made.group_id:
        abort(404)
    note = _("“%(title)s” in the place of the first version", title=made.title)
    count = replacing.replace(first.id, made.id, current_user, note)
    flash(
        ngettext("It takes the place of the first one in one thing.",
                 "It takes the place of the first one in %(num)s things.", count)
        if count else _("The first one is shown nowhere that you may change.")
    )  # fmt: skip
    return redirect(made.url, 303)


def _words(file: File) -> variants.Words:
    """What the version is to be called, as it was typed."""
    known = variants.words_for(file)
    title = request.form.get("title", "").strip() or known.title
    return variants.Words(title, request.form.get("alt", known.alt).strip())


def _made(make) -> File | None:
    try:
        made = make()
    except variants.NotReady:
        return None
    flash(_("Here is the new version. The first one has not changed."))
    return made

"""The steps of a story: written, put in order, taken away."""

from flask import request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from wiki.db import db
from wiki.files import uploads
from wiki.items.forms import number_or_none
from wiki.maps import operations, pointing, reading
from wiki.maps.models import Feature, Map, Step
from wiki.markup import render
from wiki.markup.sanitize import clean_body, clean_text

MOST, ON_OFFER = 100, 500


def change(found: Map) -> None:
    """One step as the form says it, or a new one; its text, its place, its picture or sound."""
    number = number_or_none(request.form.get("step"))
    if number:
        step = reading.part_of(found, Step, number)
    else:
        if len(found.steps) >= MOST:
            raise operations.Refused(422, "many", _("At most %(n)s steps.", n=MOST))
        step = Step(map_id=found.id, rank=len(found.steps))
        db.session.add(step)
    step.title = clean_text(request.form.get("title", ""))[:200]
    step.text = clean_body(request.form.get("text", "")).strip()[: operations.STORY]
    if not (step.title or step.text):
        raise operations.Refused(422, "empty", _("Write what this step says."))
    step.html = render(step.text).html if step.text else ""
    wanted = request.form.get("feature", "")
    known = {uuid for uuid, _title in on_offer(found)}
    step.feature_uuid = wanted if wanted in known else ""
    sent = request.files.get("file")
    if request.form.get("no_file"):
        step.file_id = None
    if sent and sent.filename:
        step.file_id = uploads.receive(
            sent.stream, sent.filename, found.group, current_user, parent=found
        ).id
    if step.file_id and pointing.unknown({step.file_id}, current_user):
        step.file_id = None


def drop(found: Map) -> None:
    """Take a step away."""
    db.session.delete(reading.part_of(found, Step, number_or_none(request.form.get("step"))))


def move(found: Map) -> None:
    """Put a step one place earlier or later."""
    step = reading.part_of(found, Step, number_or_none(request.form.get("step")))
    order = list(found.steps)
    at = order.index(step)
    to = max(0, min(len(order) - 1, at + (-1 if request.form.get("way") == "up" else 1)))
    order.insert(to, order.pop(at))
    for rank, one in enumerate(order):
        one.rank = rank


def on_offer(found: Map) -> list[tuple[str, str]]:
    """The features that a step may show, by name."""
    query = select(Feature.uuid, Feature.title).where(
        Feature.map_id == found.id, Feature.deleted_at.is_(None)
    )
    rows = db.session.execute(query.order_by(Feature.created_at, Feature.seq).limit(ON_OFFER))
    return [(uuid, title or _("Without name")) for uuid, title in rows]

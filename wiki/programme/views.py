"""What sessions and training days show alike, for their own screens and for those of others."""

from flask import Blueprint

from wiki.items.access import load
from wiki.programme import agenda, slots, times
from wiki.programme.models import Dated, phase_words, span_words

blueprint = Blueprint("programme", __name__)
blueprint.add_app_template_filter(span_words, "span")
blueprint.add_app_template_filter(phase_words, "phase")
blueprint.add_app_template_filter(times.hour_words, "hour_words")
blueprint.add_app_template_filter(times.day_words, "day_words")
blueprint.add_app_template_global(agenda.next_for, "sessions_next")
blueprint.add_app_template_global(slots.total, "plan_minutes")


@blueprint.app_template_global("dated_of")
def dated_of(item) -> Dated | None:
    """The hours of an item that a list knows by its base columns only."""
    return item if isinstance(item, Dated) else load(Dated, item.id)

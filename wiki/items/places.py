"""Places of France, offered while one is typed."""

from flask import Blueprint, jsonify, request
from flask_babel import gettext as _
from flask_login import current_user, login_required

from wiki.items import gazetteer
from wiki.throttle import throttle

MOST = 8

blueprint = Blueprint("places", __name__)


@blueprint.get("/places")
@login_required
def index():
    """What a place that is being typed may be, for forms; JSON."""
    throttle("300 per minute", "places", str(current_user.id))
    found = gazetteer.beginning(request.args.get("q", "")[:80], MOST)
    return jsonify([{"title": gazetteer.label(one), "note": _where(one)} for one in found])


def _where(place: gazetteer.Place) -> str:
    """What a place is, and the department around it."""
    kind = {
        "c": _("Commune"), "e": _("Community of communes"), "d": _("Department"), "r": _("Region")
    }[place.level]  # fmt: skip
    around: gazetteer.Place | None = gazetteer.around(place)
    while around and around.level not in ("d", "r"):
        around = gazetteer.around(around)
    return ", ".join(filter(None, [kind, around and around.name]))

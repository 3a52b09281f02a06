"""The JSON API: its table of routes, and what every call goes through."""

from flask import Blueprint, jsonify, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from wiki.errors import api_error
from wiki.public import api_reading, api_writing, openapi
from wiki.public.fields import Refused
from wiki.throttle import address, throttle

LIMIT = "1200 per minute"

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
for rule, methods, view in (
    ("/search", ["GET"], api_reading.search),
    ("/items", ["GET"], api_reading.index),
    ("/items", ["POST"], api_writing.create),
    ("/items/<int:item_id>", ["GET"], api_reading.show),
    ("/items/<int:item_id>", ["PATCH"], api_writing.change),
    ("/items/<int:item_id>", ["DELETE"], api_writing.remove),
    ("/items/<int:item_id>/revisions", ["GET"], api_reading.revisions),
    ("/files", ["POST"], api_writing.upload),
    ("/files/<int:item_id>/download", ["GET"], api_reading.download),
):
    blueprint.add_url_rule(rule, view_func=view, methods=methods)


@blueprint.get("/openapi.json")
def description():
    """The description of this API for programs."""
    return jsonify(openapi.document(request.url_root.rstrip("/")))


@blueprint.before_request
def receive():
    """A key that opens nothing is an error, not a visitor; and nobody asks without end."""
    throttle(LIMIT, "api", address() if current_user.is_anonymous else str(current_user.id))
    if request.headers.get("Authorization") and current_user.is_anonymous:
        answer, _status = api_error(401, "invalid_token", _("This token is not known."))
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer, 401
    return None


@blueprint.after_request
def keep_private(response):
    """What a call answers depends on its key: no cache on the way may keep it."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Authorization", "Cookie", "Accept-Language"))
    return response


@blueprint.errorhandler(Refused)
def refuse(error: Refused):
    """A refusal in the shape of all errors."""
    return api_error(error.status, error.code, error.message, **error.more)


@blueprint.errorhandler(RequestEntityTooLarge)
def refuse_too_large(_error):
    """A body beyond what one call may carry."""
    return api_error(413, "too_large", _("This is too large."))

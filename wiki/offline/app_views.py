"""The site as an app of one's own device: what it is called, and what keeps its pages readable."""

import json
from hashlib import sha256

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from wiki.db import db
from wiki.export.folders import built
from wiki.groups.models import Group, role_in
from wiki.items.access import shows_something, visible
from wiki.items.models import Item
from wiki.templating import LANGUAGES, language

blueprint = Blueprint("app", __name__)
MOST = 500
ICONS = (("app-192.png", "192x192", "any"), ("app-512.png", "512x512", "any"),
         ("app-mask-512.png", "512x512", "maskable"))  # fmt: skip


@blueprint.get("/manifest.webmanifest")
def manifest():
    """What a phone shows of the site once it is put on its first screen."""
    address = current_app.extensions["assets"].url
    name = current_app.config["SITE_NAME"]
    told = {
        "id": "/", "name": name, "short_name": name[:12], "start_url": "/", "scope": "/",
        "display": "minimal-ui", "lang": language(), "background_color": "#fbf6eb",
        "theme_color": "#fbf6eb",
        "icons": [
            {"src": address(file), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for file, sizes, purpose in ICONS
        ],
    }  # fmt: skip
    answer = Response(json.dumps(told), mimetype="application/manifest+json")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@blueprint.get("/sw.js")
def worker():
    """The script that keeps opened pages readable; it stands at the root, which is its reach."""
    words = {}
    for lang in LANGUAGES:
        with force_locale(lang):
            words[lang] = {"version": _("No network. Version of {when}.")}
    told = json.dumps(words, ensure_ascii=False)
    script = f"self.essaimWords={told};\n{built('worker.js').read_text('utf-8')}"
    answer = Response(script, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.set_etag(sha256(script.encode()).hexdigest()[:24])
    return answer.make_conditional(request)


@blueprint.get("/offline")
def nothing():
    """What is shown without network in the place of a page that was never opened here."""
    return render_template("offline/nothing.html")


@blueprint.get("/offline/readable.json")
def readable():
    """Whether any of these items and groups may not be read any more by who asks."""
    if current_user.is_anonymous:
        return jsonify(gone=True)  # nobody is signed in any more
    items, groups = _numbers("items"), _numbers("groups")
    seen = set(db.session.scalars(select(Item.id).where(Item.id.in_(items), visible(current_user))))
    gone = bool(items - seen) or not all(_shows(number) for number in groups)
    return jsonify(gone=gone), 200, {"Cache-Control": "no-store"}


def _shows(group_id: int) -> bool:
    group = db.session.get(Group, group_id)
    if group is None or group.trashed_at:
        return False
    return role_in(current_user, group_id) is not None or shows_something(group_id, current_user)


def _numbers(name: str) -> set[int]:
    found = request.args.get(name, "").split(",")[:MOST]
    return {int(one) for one in found if one.isascii() and one.isdigit() and len(one) < 10}

"""What the page of a map tells the script that draws it: what lies under, what is asked, words."""

from flask import current_app
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from wiki.db import db
from wiki.files import previews, safety
from wiki.files.models import Blob, File
from wiki.groups.models import Role, role_in
from wiki.items import links
from wiki.items.access import visible
from wiki.items.models import Item
from wiki.maps import fields, hours, pinning, reading, tiles
from wiki.maps.forms import PRECISIONS
from wiki.maps.models import Map, Step

OUTLINES = ("france", "world")


def told(found: Map, may_edit: bool, count: int, wanted=None) -> dict:
    """All that the screen of a map needs before its features; only what this reader may see."""
    ids = {one.file_id for one in [*found.bases, *found.steps]} - {None}
    pictures = _pictures(ids)
    facilitates = not current_user.is_anonymous and role_in(current_user, found.group_id)
    return {
        "id": found.id, "url": f"/maps/{found.id}", "crs": found.crs, "kind": found.map_kind,
        "group": found.group_id, "view": found.view or {}, "fields": found.fields,
        "bases": [_base(one, pictures) for one in found.bases] or [{"kind": "blank"}],
        "outlines": outlines(),
        "steps": [_step(found, one, pictures, may_edit) for one in found.steps],
        "me": None if current_user.is_anonymous else current_user.id,
        "isWide": count > reading.MOST, "mayEdit": may_edit,
        "filters": wanted.told() if wanted else None,
        "days": {code: str(hours.DAYS[code]) for code in hours.WEEK}
        if fields.is_timed(found.fields) else {},
        "mayUnlock": bool(facilitates) and facilitates >= Role.FACILITATOR,
        "inside": reading.is_inside(found, current_user),
        "precisions": {name: str(words) for name, words in PRECISIONS.items()},
        "words": words() | (edit_words() if may_edit else {}),
    }  # fmt: skip


def outlines() -> dict[str, str]:
    """Where the outlines that a map may lie on are."""
    assets = current_app.extensions["assets"]
    return {name: assets.url(f"outline-{name}.json") for name in OUTLINES}


def _pictures(ids: set[int]) -> dict[int, dict]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(Item.id, Item.title, File.__table__.c.alt, Blob.width, Blob.height, Blob.mime)
        .join(File.__table__, File.__table__.c.id == Item.id)
        .join(Blob, Blob.sha256 == File.__table__.c.sha256)
        .where(Item.id.in_(ids), visible(current_user))
    )
    found = {}
    for row in rows:
        at = {size: f"/files/{row.id}/preview/{size}" for size in ("medium", "large")}
        found[row.id] = {
            "url": at["large"], "light": at["medium"], "alt": row.alt or row.title,
            "width": row.width, "height": row.height, "page": f"/files/{row.id}",
            "isPicture": row.mime in previews.SHOWN, "id": row.id, "title": row.title,
            "family": safety.family(row.mime),
        }  # fmt: skip
    return found


def _base(base, pictures: dict) -> dict:
    known = {
        "id": base.id, "kind": base.kind, "outline": base.outline, "pins": base.pins,
        "title": base.title or _base_words(base.kind),
    }  # fmt: skip
    if base.kind == "tiles":
        known |= {"url": tiles.address(), "attribution": tiles.attribution()}
    picture = pictures.get(base.file_id, {})
    if base.kind == "pmtiles" and picture:
        return known | {"url": f"/files/{base.file_id}/download"}
    if base.kind == "outline":
        return known | ({"url": f"/files/{base.file_id}/raw"} if picture else {})
    if bounds := pinning.corners(base.pins, picture.get("width"), picture.get("height")):
        known["bounds"] = bounds
    return picture | known


def _base_words(kind: str) -> str:
    return {
        "blank": _("Blank sheet"), "image": _("Drawing or photo"),
        "outline": _("Countries and departments"), "tiles": _("Online map"),
        "pmtiles": _("Packed tiles"),
    }.get(kind, _("Map"))  # fmt: skip


def _step(found: Map, step: Step, pictures: dict, may_edit: bool) -> dict:
    html = links.show_fresh(step.html, found.group_id, current_user, may_edit) if step.html else ""
    return {
        "title": step.title, "html": html, "feature": step.feature_uuid, "view": step.view,
        "file": pictures.get(step.file_id),
    }  # fmt: skip


def words() -> dict[str, str]:
    """What the screen says by itself to whoever reads a map; places in braces are filled there."""
    return {
        "noPoint": _("On the map"), "allPoints": _("On the map: {n}"),
        "somePoints": _("On the map: {n} of {total}"),
        "widePoints": _("{total} in this view: look closer to read them"),
        "untitled": _("Without name"),
        "toPlace": _("To be placed by hand"), "waiting": _("Not sent yet"), "colon": _(": "),
        "gathered": _("{count} points here"), "close": _("Close"), "list": _("List"),
        "go": _("Go there"), "voice": _("Listen"), "watch": _("Watch"), "yes": _("Yes"),
        "no": _("No"), "outOfFive": _("{n} out of 5"), "inSession": _("Session {session}"),
        "showFeelings": _("Show the points that say"), "search": _("Words in the points"),
        "session": _("Session"), "allSessions": _("All sessions"), "from": _("From"),
        "to": _("To"), "has": _("Only those that have it"), "openOn": _("Open on"),
        "anyDay": _("Any day"), "showAll": _("Show everything"), "layer": _("Layer"),
        "locked": _("locked"), "opacity": _("How strongly “{layer}” is drawn"),
        "noGround": _("What lies under the map cannot be read."),
        "unreachable": _("The points cannot be reached. This page tries again by itself."),
        "oneCame": _("A new point: {title}"), "manyCame": _("{count} new points"),
        "edit": _("Change"), "next": _("Next"), "previous": _("Previous"),
        "leave": _("Leave the story"), "tale": _("The story"), "stepOf": _("Step {n} of {total}"),
        "before": _("Before"), "after": _("After"),
        "slide": _("What is seen of before and after"), "stop": _("Stop comparing"),
    }  # fmt: skip


def edit_words() -> dict[str, str]:
    """What the screen says to whoever adds and changes."""
    return {
        "placePoint": _("Touch the map where the point goes."),
        "placeLine": _("Touch the map at each turn, or draw with your finger."),
        "placeArea": _("Touch the map at each corner, or draw around with your finger."),
        "byKeyboard": _("By keyboard: the arrows move the map, Enter puts a point at the cross."),
        "atCentre": _("At the cross"),
        "byName": _("By the name of a place"), "myPlace": _("Where I am"),
        "undoLast": _("Remove the last"),
        "done": _("Done"), "cancel": _("Cancel"), "newPoint": _("New point"),
        "newLine": _("New way"), "newArea": _("New area"), "changeIt": _("Change this point"),
        "title": _("Name"), "story": _("What is to be told"), "optional": _("if you wish"),
        "precision": _("How precisely others see it"),
        "sessionWhich": _("Session (its number or its day)"),
        "onLayer": _("Layer"), "save": _("Save"), "move": _("Move"),
        "trash": _("Put in the trash"),
        "trashed": _("“{title}” is in the trash."),
        "undo": _("Undo"), "required": _("Fill “{label}”, please."),
        "recordVoice": _("Record a voice"), "recordFilm": _("Shoot a film"),
        "choose": _("Choose"), "onePerLine": _("One a line"), "file": _("Choose a file"),
        "sendingFile": _("Sending: {part}"),
        "fileFailed": _("This file could not be sent. {why}"), "remove": _("Remove"),
        "sending": _("Being sent"),
        "offlineOne": _("1 change is kept here and will leave with the network"),
        "offlineMany": _("{count} changes are kept here and will leave with the network"),
        "memoryOnly": _("{count} changes not sent yet: keep this page open"),
        "signedOut": _("Sign in again to send what is kept here"),
        "refused": _("“{title}” was not accepted: {why}"), "again": _("Try again"),
        "forget": _("Forget it"),
        "merged": _("Somebody changed “{title}” meanwhile: both changes are kept."),
        "corner": _("Corner {n}: the arrows move it, Delete removes it"),
        "here": _("The cross is at {where}"), "noPlace": _("Your place cannot be known here."),
        "partOf": _("Part {n} of {total}"), "partHole": _("Part {n} of {total}, a hole"),
        "partBefore": _("Part before"), "partAfter": _("Next part"),
        "partDrop": _("Take this part away"),
        "moveHint": _("Drag the handles, or reach them with Tab and move them with the arrows."),
        "noTools": _("Without network, the drawing tools cannot come. They will be kept here the "
                     "next time you open this map with a network."),
        "added": _("“{title}” is on the map."), "savedOne": _("“{title}” is changed."),
        "corners": _("{n} points drawn"), "more": _("More"), "signIn": _("Sign in"),
        "stillSending": _("A file is still being sent: wait a moment."),
        "keptHere": _("Kept here, leaves with the network"),
        "stopVoice": _("I have finished speaking"), "voiceName": _("Voice"),
    }  # fmt: skip

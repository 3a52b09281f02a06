"""What plays: bytes made by us, how far their making is, the player that shows both."""

from flask import Blueprint, abort, jsonify, render_template, request
from flask_login import login_required

from wiki.db import db
from wiki.files import downloads, media, media_making, muting, playing, webvtt
from wiki.files.models import File
from wiki.items.access import load

blueprint = Blueprint("media", __name__)
SIZES = ("", "big", "small")


@blueprint.get("/<id:item_id>/media/<name>")
def made(item_id: int, name: str):
    """What was made of a sound, a film or a picture to be played or shown everywhere."""
    file = load(File, item_id)
    known = db.session.get(media.Media, file.sha256)
    if known is None or name not in media.NAMES[known.family]:
        abort(404)
    listener = playing.listener()
    path = muting.played(file, listener, name)
    if path is None or not path.exists():
        media_making.remake(known) if path else muting.remake(file, listener)
        abort(404)
    return downloads.send_made(path, file.sha256)


@blueprint.get("/<id:item_id>/media.json")
def media_state(item_id: int):
    """Whether a sound or a film can be played yet, for the page that waits for it."""
    file = load(File, item_id)
    known = playing.of(file.id) or abort(404)
    answer = jsonify(
        state=known.state, progress=known.progress, reason=known.why if known.reason else "",
        family=known.family, duration_ms=known.duration_ms, width=known.width,
        height=known.height, peaks=known.peaks,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/<id:item_id>/player")
def player(item_id: int):
    """The player alone, for the page that waited for what it plays."""
    file = load(File, item_id)
    size = request.args.get("size", "")
    return render_template("files/player.html", file=file, size=size if size in SIZES else "")


@blueprint.get("/recorder")
@login_required
def recorder():
    """The recorder in a sheet, for pages on which one speaks instead of writing."""
    return render_template("files/recorder.html")


@blueprint.app_template_filter("clock")
def clock(seconds: float) -> str:
    """A time in a recording: 1:12, or 1:02:03."""
    return webvtt.clock(int(seconds or 0) * 1000)


@blueprint.app_template_filter("columns")
def columns(peaks: list[int], count: int) -> list[float]:
    """Half heights of the columns of a drawn sound; level ones before it is known."""
    if not peaks:
        return [1.5] * count
    count = min(count, len(peaks))
    cut = [peaks[i * len(peaks) // count : (i + 1) * len(peaks) // count] for i in range(count)]
    return [max(1.5, round(max(part) * 0.2, 1)) for part in cut]

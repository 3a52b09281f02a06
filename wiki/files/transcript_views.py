"""Typing what is said in a recording, cutting it in chapters, bringing lines in and out."""

from hashlib import blake2b

from babel import Locale, UnknownLocaleError
from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy.exc import IntegrityError

from wiki.db import db
from wiki.errors import api_error
from wiki.files import captions, media, playing, replacing, transcripts, typing, webvtt
from wiki.files.models import File
from wiki.files.transcripts import Chapter, Track, TrackKind, TrackState
from wiki.groups.models import Role
from wiki.items.access import load, role_in
from wiki.items.models import Item
from wiki.markup.sanitize import clean_text

blueprint = Blueprint("transcripts", __name__)
LARGEST = 2_000_000  # bytes of lines brought in
MOST_CHAPTERS = 200


@blueprint.app_template_global("transcript_of")
def transcript_of(file_id: int, leaves: bool = False):
    """What is written of a recording that the reader was found to see; None when nothing is.

    With `leaves`, only what is checked: for what goes out of the site.
    """
    return transcripts.of(file_id, current_user, leaves)


@blueprint.app_template_global("is_unwritten")
def is_unwritten(file_id: int) -> bool:
    """Whether this reader could begin to write what is said in a recording: nobody has."""
    group_id = db.session.scalar(db.select(Item.group_id).where(Item.id == file_id))
    role = role_in(current_user, group_id) if group_id else None
    return role is not None and role >= Role.MEMBER and bool(transcripts.unwritten([file_id]))


@blueprint.app_template_global("moment_of")
def moment_of(file_id: int, place: str):
    """The lines of a moment such as « 83-95 », in seconds, as this reader has them."""
    start, _dash, end = place.partition("-")
    start_ms = int(start) * 1000
    return transcripts.between(
        file_id, start_ms, int(end) * 1000 if end else start_ms + 1, current_user
    )


@blueprint.app_template_filter("language")
def language(code: str) -> str:
    """A language by its name: « français »."""
    if code == "prs":  # the list of names that comes with the dates does not have it
        return _("Dari")
    try:
        return Locale.parse(code.replace("-", "_")).get_display_name(get_locale()) or code
    except (UnknownLocaleError, ValueError):
        return code


@blueprint.app_template_filter("track_kind")
def track_kind(kind: str) -> str:
    """What the lines of a track are, in words."""
    return {
        TrackKind.TRANSCRIPT: _("What is said"),
        TrackKind.TRANSLATION: _("Translation"),
        TrackKind.DESCRIPTION: _("What is seen"),
    }[TrackKind(kind)]


blueprint.add_app_template_filter(webvtt.clock, "clock_ms")


@blueprint.app_template_global("tracks_for")
def tracks_for(file_id: int, leaves: bool = False) -> list[dict]:
    """The tracks a player may show under a film or a sound, as this reader has them."""
    words = transcripts.of(file_id, current_user, leaves)
    return [
        {"src": f"{one.track.address}.vtt", "lang": one.track.lang,
         "label": language(one.track.lang),
         "kind": "descriptions" if one.track.kind == TrackKind.DESCRIPTION else "captions"}
        for one in (words.tracks if words else [])
    ]  # fmt: skip


@blueprint.app_template_global("tracks_of")
def tracks_of(file_id: int) -> list[Track]:
    """The tracks of a recording, for those who write them."""
    return transcripts.tracks_of(file_id)


@blueprint.app_template_global("track_languages")
def track_languages() -> list[tuple[str, str]]:
    """The languages lines may be written in, French and English first."""
    return [(code, language(code)) for code in transcripts.LANGUAGES]


@blueprint.post("/<id:item_id>/transcripts")
@login_required
def begin(item_id: int):
    """Begin to write what is said, in a language; the one that exists when there is one."""
    file = _recording(item_id)
    lang, kind = request.form.get("lang", ""), request.form.get("kind", TrackKind.TRANSCRIPT)
    if lang not in transcripts.LANGUAGES or kind not in list(TrackKind):
        abort(422)
    track = _named(file, lang, kind)
    if track is None:
        track = Track(file_id=file.id, lang=lang, kind=kind, author_id=current_user.id)
        db.session.add(track)
        try:
            db.session.commit()
        except IntegrityError:  # somebody began the same just now
            db.session.rollback()
            track = _named(file, lang, kind)
    if track.is_removed:
        track.state = TrackState.DRAFT
        transcripts.changed(file, current_user)
        db.session.commit()
        flash(_("The lines that were deleted in this language are back."))
    return redirect(track.address, 303)


@blueprint.get("/<id:item_id>/transcripts/<int:number>")
@login_required
def edit(item_id: int, number: int):
    """The screen on which lines are typed beside the sound."""
    file, track = _track(item_id, number)
    knows = transcripts.keeps_secrets(current_user, file)
    return render_template(
        "files/transcript.html", track=track, lines=typing.for_screen(track, knows),
        knows_secrets=knows, before=len(replacing.lines_before(track)), plain=_plain(track),
        most=webvtt.LONGEST, **_frame(file),
    )  # fmt: skip


@blueprint.post("/<id:item_id>/transcripts/<int:number>/lines")
@login_required
def lines(item_id: int, number: int):
    """Keep the lines that changed; the answer names those that are safe, and nothing else."""
    file, track = _track(item_id, number)
    sent = request.get_json(silent=True)
    sent = sent if isinstance(sent, dict) else {}
    try:
        kept, apart = typing.keep(
            track,
            sent.get("changed", []),
            sent.get("removed", []),
            current_user,
        )
    except typing.Wrong:
        db.session.rollback()
        return api_error(422, "refused", _("Something is missing or wrong."))
    knows = transcripts.keeps_secrets(current_user, file)
    return jsonify(kept=kept, apart=[typing.as_line(cue, knows) for cue in apart])


@blueprint.post("/<id:item_id>/transcripts/<int:number>/state")
@login_required
def state(item_id: int, number: int):
    """Say that the lines were heard again against the sound, or that they still must be."""
    file, track = _track(item_id, number)
    track.state = TrackState.CHECKED if request.form.get("checked") else TrackState.DRAFT
    transcripts.changed(file, current_user)
    db.session.commit()
    if track.is_checked:
        flash(_("These lines may now be read wherever the recording is heard, and searched."))
    else:
        flash(_("These lines are a draft again: only the group reads them."))
    return redirect(track.address, 303)


@blueprint.post("/<id:item_id>/transcripts/<int:number>/import")
@login_required
def bring_in(item_id: int, number: int):
    """Take the lines of a WebVTT or SubRip file, or of a text, into a track."""
    file, track = _track(item_id, number)
    if track.lines() and not request.form.get("replace"):
        flash(_("There are lines already. Tick the box if these must take their place."), "warning")
        return redirect(track.address, 303)
    if any(cue.masked for cue in track.lines()) and not transcripts.keeps_secrets(
        current_user, file
    ):
        abort(403)
    known = playing.of(file.id)
    try:
        found = webvtt.read(_sent(), known.duration_ms if known else None)
    except webvtt.Unreadable:
        flash(_("No line was found in it. Nothing was changed."), "warning")
        return redirect(track.address, 303)
    replacing.replace(track, found, lambda n: f"i{n}")
    transcripts.changed(file, current_user)
    db.session.commit()
    told = {"text": _("The lines are here. Listen to them again, then say that they are checked.")}
    if replacing.lines_before(track):
        told |= {"undo": f"{track.address}/undoing", "undo_label": _("Put back")}
    flash(told)
    return redirect(track.address, 303)


@blueprint.post("/<id:item_id>/transcripts/<int:number>/undoing")
@login_required
def undo_replacing(item_id: int, number: int):
    """Take back the lines that others took the place of; these are kept aside in their turn."""
    file, track = _track(item_id, number)
    before = replacing.lines_before(track) or abort(404)
    hides = any(cue.masked for cue in [*before, *track.lines()])
    if hides and not transcripts.keeps_secrets(current_user, file):
        abort(403)
    replacing.put_back(track)
    transcripts.changed(file, current_user)
    db.session.commit()
    flash(_("The lines are back."))
    return redirect(track.address, 303)


@blueprint.post("/<id:item_id>/transcripts/<int:number>/removal")
@login_required
def remove(item_id: int, number: int):
    """Put a track away with all its lines; begun again, it is back."""
    file, track = _track(item_id, number)
    track.state = TrackState.REMOVED
    transcripts.changed(file, current_user)
    db.session.commit()
    flash({"text": _("These lines are deleted."), "undo": f"{track.address}/restoration",
           "undo_label": _("Put back")})  # fmt: skip
    return redirect(file.url, 303)


@blueprint.post("/<id:item_id>/transcripts/<int:number>/restoration")
@login_required
def put_back(item_id: int, number: int):
    """Take back a track that was put away, as a draft."""
    file = load(File, item_id, "edit")
    track = db.session.get(Track, number)
    if track is None or track.file_id != file.id or not track.may_come_back:
        abort(404)
    track.state = TrackState.DRAFT
    transcripts.changed(file, current_user)
    db.session.commit()
    flash(_("The lines are back."))
    return redirect(track.address, 303)


@blueprint.get("/<id:item_id>/transcripts/<int:number>.vtt")
def leave(item_id: int, number: int):
    """The lines as WebVTT, for players and for other tools; what is masked says only that it is."""
    file = load(File, item_id)
    track = db.session.get(Track, number)
    inside = role_in(current_user, file.group_id) is not None
    may_read = track is not None and (track.is_checked or (inside and not track.is_removed))
    if not may_read or track.file_id != file.id:
        abort(404)
    return _vtt(captions.written(track, file.title))


@blueprint.get("/<id:item_id>/chapters.vtt")
def chapters_leave(item_id: int):
    """The chapters as WebVTT."""
    file = load(File, item_id)
    found = transcripts.chapters_of(file.id)
    ends = [one.start_ms for one in found[1:]] + [webvtt.LAST]
    return _vtt(webvtt.write(
        [webvtt.Line(one.start_ms, one.end_ms or end, one.title)
         for one, end in zip(found, ends, strict=True)],
        file.title,
    ))  # fmt: skip


@blueprint.route("/<id:item_id>/chapters", methods=["GET", "POST"])
@login_required
def chapters(item_id: int):
    """The chapters of a recording, all on one screen; a line without a title goes."""
    file = _recording(item_id)
    found = transcripts.chapters_of(file.id)
    if request.method == "GET":
        return render_template("files/chapters.html", rows=_rows(found), wrong=False,
                               playing=playing.of(file.id), shown=["", *(one.id for one in found)],
                               **_frame(file))  # fmt: skip
    rows, is_wrong = _sent_rows()
    if is_wrong:
        page = render_template("files/chapters.html", rows=rows, playing=playing.of(file.id),
                               wrong=True, shown=request.form.getlist("shown"),
                               **_frame(file))  # fmt: skip
        return page, 422
    shown = request.form.getlist("shown")
    _keep_chapters(file, rows, [one for one in found if not shown or str(one.id) in shown])
    transcripts.changed(file, current_user)
    db.session.commit()
    flash(_("The chapters are kept."))
    return redirect(file.url, 303)


def _plain(track: Track) -> str | None:
    """All the lines as one text, to be changed without scripts; none when one is masked."""
    found = track.lines()
    if any(cue.masked for cue in found):
        return None
    return webvtt.write([webvtt.Line(c.start_ms, c.end_ms, c.text, c.speaker) for c in found])


def _keep_chapters(file: File, rows: list[dict], shown: list[Chapter]) -> None:
    """Do what this person did to the chapters they were shown; what others did stays."""
    left = {str(one.id): one for one in shown}
    for row in rows:
        chapter = left.pop(row["key"], None)
        if chapter is not None and _digest(row) == row["was"]:
            continue
        if chapter is None:
            chapter = Chapter(file_id=file.id, end_ms=None)
            db.session.add(chapter)
        chapter.start_ms, chapter.title = webvtt.moment_of(row["start"]), row["title"][:200]
        chapter.summary, chapter.keywords = row["summary"][:2000], row["keywords"][:300]
    for one in left.values():
        db.session.delete(one)


def _rows(found: list[Chapter]) -> list[dict]:
    rows = [
        {"key": str(one.id), "start": webvtt.clock(one.start_ms), "title": one.title,
         "summary": one.summary, "keywords": one.keywords}
        for one in found
    ]  # fmt: skip
    return [row | {"was": _digest(row)} for row in rows]


def _digest(row: dict) -> str:
    """What tells a row that was changed from one that came back as it was shown."""
    said = [" ".join(row[name].split()) for name in ("start", "title", "summary", "keywords")]
    return blake2b(repr(said).encode(), digest_size=8).hexdigest()


def _sent_rows() -> tuple[list[dict], bool]:
    """The rows of the form, and whether one of them has a moment that cannot be read."""
    names = ("start", "title", "summary", "keywords")
    columns = [request.form.getlist(name)[:MOST_CHAPTERS] for name in names]
    rows = [
        {name: " ".join(clean_text(value).split()) for name, value in zip(names, row, strict=True)}
        for row in zip(*columns, strict=False)
    ]
    for name in ("key", "was"):
        given = request.form.getlist(name)
        for number, row in enumerate(rows):
            row[name] = given[number] if number < len(given) else ""
    rows = [row for row in rows if row["title"]]
    return rows, any(webvtt.moment_of(row["start"]) is None for row in rows)


def _sent() -> str:
    """The lines of the file that was sent, else those pasted."""
    part = request.files.get("file")
    if part is not None and part.filename:
        with part.stream as stream:
            data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            abort(413)
        return data.decode("utf-8-sig", errors="replace")
    return request.form.get("text", "")[:LARGEST]


def _vtt(text: str) -> Response:
    answer = Response(text, mimetype="text/vtt")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _recording(item_id: int) -> File:
    """A sound or a film that this person may work on."""
    file = load(File, item_id, "edit")
    if media.family_of(file.blob.mime) not in ("audio", "video"):
        abort(404)
    return file


def _track(item_id: int, number: int) -> tuple[File, Track]:
    file = load(File, item_id, "edit")
    track = db.session.get(Track, number)
    if track is None or track.file_id != file.id or track.is_removed:
        abort(404)
    return file, track


def _named(file: File, lang: str, kind: str) -> Track | None:
    return db.session.scalar(
        db.select(Track).where(Track.file_id == file.id, Track.lang == lang, Track.kind == kind)
    )


def _frame(file: File) -> dict:
    return {"item": file, "file": file, "group": file.group}

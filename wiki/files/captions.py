"""Lines as WebVTT: for players, for other tools, and inside what leaves the site."""

from base64 import b64encode

from flask_babel import gettext as _

from wiki.db import db
from wiki.files import transcripts, webvtt
from wiki.files.models import File
from wiki.files.transcripts import Track


def written(track: Track, title: str) -> str:
    """The lines of a track; what is masked says only that it is."""
    hidden = _("[masked passage]")
    found = [
        webvtt.Line(one.start_ms, one.end_ms, hidden if one.masked else one.text, one.speaker)
        for one in transcripts.said(track)
    ]
    return webvtt.write(found, title)


def carried(file: File, number: int) -> str:
    """An address that holds the lines of a track that may leave, or ''.

    A page opened from a disk may read no file beside it but what it plays.
    """
    track = db.session.get(Track, number)
    if track is None or track.file_id != file.id or not track.is_checked:
        return ""
    return "data:text/vtt;base64," + b64encode(written(track, file.title).encode()).decode()

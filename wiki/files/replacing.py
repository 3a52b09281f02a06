"""Lines that others took the place of: kept aside until the next time, so that it can be undone."""

from sqlalchemy import delete, insert, select, update

from wiki.db import db
from wiki.files import transcripts
from wiki.files.transcripts import ASIDE, Cue, Track, TrackState

_KEPT = ("key", "start_ms", "end_ms", "speaker", "text", "masked", "mask_reason")


def replace(track: Track, found, key_of) -> None:
    """Put lines in the place of all that a track has; these wait aside. The caller commits."""
    if track.lines():
        aside = _aside(track) or _put_aside(track)
        db.session.execute(delete(Cue).where(Cue.track_id == aside.id))
        aside.origin = track.origin
        db.session.execute(
            update(Cue).where(Cue.track_id == track.id).values(track_id=aside.id)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        db.session.expire_all()
    transcripts.fill(track, found, key_of)
    track.origin, track.state = "imported", TrackState.DRAFT  # nobody heard these against the sound


def lines_before(track: Track) -> list[Cue]:
    """The lines that the present ones took the place of; none when nothing can be undone."""
    aside = _aside(track)
    return aside.lines() if aside else []


def put_back(track: Track) -> None:
    """Let the lines before and those of now change places, as a draft. The caller commits."""
    aside = _aside(track)
    rows = {one.id: [_values(cue) for cue in one.lines()] for one in (track, aside)}
    db.session.execute(delete(Cue).where(Cue.track_id.in_(rows)))
    for one, other in ((track, aside), (aside, track)):
        if rows[other.id]:
            db.session.execute(insert(Cue), [row | {"track_id": one.id} for row in rows[other.id]])
    track.origin, aside.origin = aside.origin, track.origin
    track.state = TrackState.DRAFT
    db.session.expire_all()


def _aside(track: Track) -> Track | None:
    """What keeps the lines that those of a track took the place of: no track that anybody reads."""
    return db.session.scalar(
        select(Track).where(
            Track.file_id == track.file_id, Track.lang == track.lang,
            Track.kind == ASIDE + track.kind,
        )
    )  # fmt: skip


def _put_aside(track: Track) -> Track:
    made = Track(file_id=track.file_id, lang=track.lang, kind=ASIDE + track.kind,
                 state=TrackState.REMOVED, author_id=track.author_id)  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _values(cue: Cue) -> dict:
    return {name: getattr(cue, name) for name in _KEPT}

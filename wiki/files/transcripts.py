"""What is said in a sound or a film, line by line, and its chapters; who reads which of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import UTCDateTime, db, utcnow
from wiki.files import webvtt
from wiki.files.media import Media
from wiki.files.models import File
from wiki.groups.models import Role, role_in
from wiki.items.models import Event, Item, Reference
from wiki.items.searchable import Part
from wiki.items.writing import log
from wiki.markup.sanitize import clean_text
from wiki.search import hook

# Told of a recording whose lines, or masks, may have changed; before the commit.
followers: list[Callable[[File], None]] = []
WRITTEN = "wrote the lines"  # in the journal
MASKED_FOR_ALL = "masked_for_all"  # of a copy whose masks were set in another group
UNSAID_LENGTH = 2000  # ms: what the screen gives a line whose end nobody said
ASIDE = "~"  # begins the kind of lines kept aside, that others took the place of: nobody's track
WINDOW = 500  # characters of lines that search takes as one passage
LANGUAGES = (
    "fr", "en", "ar", "uk", "pt", "es", "de", "it", "tr", "ru", "ro", "pl", "sq", "so", "ti",
    "prs", "ps", "fa", "bm", "ff", "wo", "ln", "kab", "vi", "zh", "ta", "br",
)  # fmt: skip


class TrackState(StrEnum):
    """How sure the words are."""

    DRAFT = "draft"  # for the group alone
    CHECKED = "checked"  # heard again against the sound: it may leave
    REMOVED = "removed"  # put away: nobody reads it, and it comes back when it is begun again


class TrackKind(StrEnum):
    """What the lines are."""

    TRANSCRIPT = "transcript"
    TRANSLATION = "translation"
    DESCRIPTION = "description"  # what is seen in a film, for those who do not see it


class Track(db.Model):
    """The lines of a recording in one language."""

    __tablename__ = "track"
    __table_args__ = (UniqueConstraint("file_id", "lang", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"))
    lang: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12), default=TrackKind.TRANSCRIPT)
    origin: Mapped[str] = mapped_column(String(10), default="typed")  # or imported
    state: Mapped[str] = mapped_column(String(10), default=TrackState.DRAFT)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    file: Mapped[File] = relationship(backref=db.backref("tracks", passive_deletes=True))
    author: Mapped[User | None] = relationship()

    @property
    def is_checked(self) -> bool:
        """Whether it was heard again against the sound."""
        return self.state == TrackState.CHECKED

    @property
    def is_removed(self) -> bool:
        """Whether it was put away."""
        return self.state == TrackState.REMOVED

    @property
    def may_come_back(self) -> bool:
        """Whether it was put away; not what others took the place of."""
        return self.is_removed and not self.kind.startswith(ASIDE)

    @property
    def address(self) -> str:
        """Where it is typed."""
        return f"/files/{self.file_id}/transcripts/{self.id}"

    def lines(self) -> list["Cue"]:
        """All its lines, as they are heard."""
        query = select(Cue).where(Cue.track_id == self.id).order_by(Cue.start_ms, Cue.id)
        return list(db.session.scalars(query))


class Cue(db.Model):
    """One line: who says what from when to when. What is masked is read by the keepers alone."""

    __tablename__ = "cue"
    __table_args__ = (
        UniqueConstraint("track_id", "key"),
        Index("ix_cue_start", "track_id", "start_ms"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))  # given by the screen that made it
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    speaker: Mapped[str] = mapped_column(String(80), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    masked: Mapped[bool] = mapped_column(default=False)
    mask_reason: Mapped[str] = mapped_column(String(200), default="")

    track: Mapped[Track] = relationship(backref=db.backref("cues", passive_deletes=True))


class Chapter(db.Model):
    """A stretch of a recording with a title, so that nobody must hear it all to find a thing."""

    __tablename__ = "chapter"
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"), index=True)
    start_ms: Mapped[int]
    end_ms: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[str] = mapped_column(String(300), default="")

    file: Mapped[File] = relationship(backref=db.backref("chapters", passive_deletes=True))


@dataclass(frozen=True)
class Said:
    """A line as readers have it: what is masked has no words and no name any more."""

    start_ms: int
    end_ms: int
    speaker: str
    text: str
    masked: bool = False

    @property
    def place(self) -> str:
        """Its moment, as addresses name it, in seconds."""
        start, end = self.start_ms // 1000, -(-self.end_ms // 1000)
        return f"{start}-{end}" if end > start else str(start)


@dataclass(frozen=True)
class Shown:
    """One track as a reader has it."""

    track: Track
    lines: list[Said]


@dataclass(frozen=True)
class Words:
    """All that is written of a recording, as a reader has it."""

    file_id: int
    tracks: list[Shown]
    chapters: list[Chapter]


def of(file_id: int, user, leaves: bool = False) -> Words | None:
    """What this reader has of a recording already found to be readable; None when nothing is.

    What is not checked yet is shown to the group alone, and not at all in what `leaves` the site.
    """
    group_id = db.session.scalar(select(Item.group_id).where(Item.id == file_id))
    inside = not leaves and group_id is not None and role_in(user, group_id) is not None
    tracks = [one for one in tracks_of(file_id) if inside or one.is_checked]
    shown = [Shown(track, said(track)) for track in tracks]
    chapters = chapters_of(file_id)
    filled = [one for one in shown if one.lines]
    return Words(file_id, filled, chapters) if filled or chapters else None


def tracks_of(file_id: int) -> list[Track]:
    """The tracks of a recording: what was said first, then what it was turned into."""
    query = select(Track).where(Track.file_id == file_id, Track.state != TrackState.REMOVED)
    found = db.session.scalars(query).all()
    order = list(TrackKind)
    return sorted(found, key=lambda one: (order.index(TrackKind(one.kind)), one.id))


def chapters_of(file_id: int) -> list[Chapter]:
    """Its chapters, as they are heard."""
    query = select(Chapter).where(Chapter.file_id == file_id)
    return list(db.session.scalars(query.order_by(Chapter.start_ms, Chapter.id)))


def said(track: Track) -> list[Said]:
    """Its lines as they may leave: the one place where what is masked is taken away."""
    return [
        Said(one.start_ms, end, "", "", True)
        if one.masked
        else Said(one.start_ms, end, one.speaker, one.text)
        for one, end in ended(track.lines(), _length_of(track))
        if one.masked or one.text
    ]


def masked(track: Track) -> list[tuple[Cue, int]]:
    """The lines whose words are masked, with these words, and the moment each lasts to, in ms."""
    return [(one, end) for one, end in ended(track.lines(), _length_of(track)) if one.masked]


def ended(cues: list[Cue], length: int) -> list[tuple[Cue, int]]:
    """The lines of a track in their order, each with the moment it lasts to, in ms.

    One typed without listening has no length of its own: it lasts until the next one begins. When
    none does, what must not be heard lasts until the end of the recording (`length`, in ms).
    """
    found, follows, begins = [], None, None
    for one in reversed(cues):
        if begins is not None and one.start_ms < begins:
            follows = begins
        begins = one.start_ms
        end = one.end_ms
        if end <= one.start_ms or end - one.start_ms == UNSAID_LENGTH:
            end = max(end, follows or (length if one.masked else 0))
        found.append((one, end))
    return found[::-1]


def _length_of(track: Track) -> int:
    query = (
        select(Media.duration_ms)
        .join(File.__table__, File.__table__.c.sha256 == Media.sha256)
        .where(File.__table__.c.id == track.file_id)
    )
    return db.session.scalar(query) or webvtt.LAST


def unwritten(file_ids: list[int]) -> set[int]:
    """Those of these recordings in which nobody has begun to write what is said."""
    written = (
        select(Track.file_id)
        .join(Cue, Cue.track_id == Track.id)
        .where(Track.file_id.in_(file_ids), Track.state != TrackState.REMOVED,
               Track.kind == TrackKind.TRANSCRIPT)
    )  # fmt: skip
    return set(file_ids) - set(db.session.scalars(written)) if file_ids else set()


def between(file_id: int, start_ms: int, end_ms: int, user) -> list[Said]:
    """The lines of a moment in the language it was said in, as this reader has them."""
    words = of(file_id, user)
    if words is None or not words.tracks:
        return []
    lines = words.tracks[0].lines
    return [one for one in lines if one.end_ms > start_ms and one.start_ms < end_ms]


def parts_of(item: Item) -> list[Part]:
    """What search finds in a recording, with its moment: checked words, and chapters."""
    return parts(item) if isinstance(item, File) else []


def parts(file: File) -> list[Part]:
    """The same, for what a recording lends to what shows it. Nothing masked, nothing unchecked."""
    found: list[Part] = []
    if not file.blob.mime.startswith(("audio/", "video/")):
        return found
    for track in tracks_of(file.id):
        if track.is_checked:
            found += _windows(track, file)
    for chapter in chapters_of(file.id):
        text = ". ".join(filter(None, (chapter.title, chapter.summary, chapter.keywords)))
        found.append(Part("transcript", text, file.title, f"t={chapter.start_ms // 1000}", file.id))
    return found


def changed(file: File, actor: User | None = None, is_searched: bool = True) -> None:
    """Have search read a recording again, and what shows it be drawn anew; the caller commits.

    What is typed in a draft is in no search: it is not read again each second.
    """
    _leave_trace(file, actor)
    for follow in followers:
        follow(file)
    if not is_searched:
        return
    showing = select(Reference.source_id).where(Reference.target_id == file.id)
    for item_id in {file.id, file.parent_id, *db.session.scalars(showing)} - {None}:
        hook.mark(item_id)


def erase(file: File, replace) -> int:
    """Take words for good out of the lines and the chapters of a recording; how many fell."""
    count = 0
    for track in db.session.scalars(select(Track).where(Track.file_id == file.id)).all():
        count += sum(
            _erase(cue, ("text", "speaker", "mask_reason"), replace) for cue in track.lines()
        )
    for chapter in chapters_of(file.id):
        count += _erase(chapter, ("title", "summary", "keywords"), replace)
    return count


def copy(file: File, other: File) -> None:
    """Give a copy of a recording the same lines and chapters; it is saved with them.

    What is masked, or not checked yet, does not leave the group by way of a copy; the mask does,
    and nobody may lift it there: who did not read these words does not hear them either.
    """
    stays = other.group_id == file.group_id
    read = select(Track).where(Track.file_id == file.id, ~Track.kind.startswith(ASIDE))
    for track in db.session.scalars(read).all():
        whole = not track.is_removed and (stays or track.is_checked)
        lines = [one for one in track.lines() if whole or one.masked]
        if not whole and not lines:
            continue
        state = track.state if whole else TrackState.REMOVED
        if not stays and any(one.masked for one in lines):
            other.extra = {**(other.extra or {}), MASKED_FOR_ALL: True}
        twin = Track(lang=track.lang, kind=track.kind, origin=track.origin, state=state)
        twin.cues = [
            Cue(key=one.key, start_ms=one.start_ms, end_ms=one.end_ms, masked=one.masked,
                speaker=one.speaker if stays or not one.masked else "",
                text=one.text if stays or not one.masked else "",
                mask_reason=one.mask_reason if stays else "")
            for one in lines
        ]  # fmt: skip
        other.tracks.append(twin)
    for one in chapters_of(file.id):
        other.chapters.append(
            Chapter(start_ms=one.start_ms, end_ms=one.end_ms, title=one.title,
                    summary=one.summary, keywords=one.keywords)
        )  # fmt: skip


def keeps_secrets(user, file) -> bool:
    """Whether this person reads and lifts what is masked: those who answer for the group."""
    if (file.extra or {}).get(MASKED_FOR_ALL):
        return False
    role = role_in(user, file.group_id)
    return role is not None and role >= Role.FACILITATOR


def fill(track: Track, lines, key_of) -> None:
    """Put these lines in the place of all the track had; the caller commits."""
    db.session.execute(delete(Cue).where(Cue.track_id == track.id))
    for number, line in enumerate(lines):
        db.session.add(
            Cue(track_id=track.id, key=key_of(number), start_ms=line.start_ms, end_ms=line.end_ms,
                speaker=clean_text(line.speaker)[:80], text=clean_text(line.text))
        )  # fmt: skip
    track.updated_at = utcnow()


def _leave_trace(file: File, actor: User | None) -> None:
    """Screens are kept until something happens: without this, a masked line would stay on them.

    One line of the journal for each person stands for all the seconds in which they type.
    """
    log(WRITTEN, file, actor)
    db.session.flush()  # the new number first: it must be above all that were ever given
    mine = (Event.item_id == file.id, Event.verb == WRITTEN)
    mine += (Event.actor_id == (actor.id if actor else None),)
    latest = db.session.scalar(select(func.max(Event.id)).where(*mine))
    db.session.execute(delete(Event).where(*mine, Event.id < latest))


def _windows(track: Track, file: File) -> list[Part]:
    found: list[Part] = []
    start, words = 0, ""
    for line in said(track):
        if words and len(words) + len(line.text) > WINDOW:
            found.append(Part("transcript", words, file.title, f"t={start}", file.id))
            words = ""
        if line.text:
            start = start if words else line.start_ms // 1000
            words = f"{words} {line.text}".strip()
    if words:
        found.append(Part("transcript", words, file.title, f"t={start}", file.id))
    return found


def _erase(thing, names: tuple[str, ...], replace) -> int:
    count = 0
    for name in names:
        text, found = replace(getattr(thing, name) or "")
        if found:
            setattr(thing, name, text)
        count += found
    return count


File.erasers.append(erase)
File.copiers.append(copy)
hook.provide(parts_of)

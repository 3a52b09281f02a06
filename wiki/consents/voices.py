"""One's own voice: of a recording, which masked words stay silent for the person who made it.

Whoever recorded said the words, or heard them: they leave with their own voice whole. What somebody
else says there, and that is masked, stays silent, for whoever takes it away.
"""

from pathlib import Path

from sqlalchemy import select

from wiki import storage
from wiki.accounts.models import User
from wiki.consents.models import Appearance, Medium, Person
from wiki.db import db
from wiki.files import muting
from wiki.files.models import File, FileVersion
from wiki.files.muting import Spans
from wiki.files.transcripts import Cue
from wiki.items.lineage import Adaptation
from wiki.markup.text import fold

SPOKEN = Medium.VOICE | Medium.WORDS


def taken_away(file: File, user) -> tuple[Path | None, bool]:
    """The bytes of a file for somebody who leaves with what they made, and whether all is in them.

    None for the path: the silent copy is not made yet.
    """
    if spans := _kept_silent(file, user):
        return muting.with_silence(file, spans), False
    sent = select(FileVersion.original_sha256).where(
        FileVersion.file_id == file.id, FileVersion.sha256 == file.sha256,
        FileVersion.uploader_id == user.id, FileVersion.original_sha256.is_not(None),
    )  # fmt: skip
    return storage.path_of(db.session.scalar(sent) or file.sha256), True


def of_sender(file: File) -> Spans:
    """What stays silent for who made a recording, so that their copy is ready when they leave."""
    author = db.session.get(User, file.author_id) if file.author_id else None
    return _kept_silent(file, author) if author else ()


def _kept_silent(file: File, user) -> Spans:
    """The masked moments of a recording that are not the words of this person."""
    if not (spans := muting.spans_of(file)) or not _is_first_sent_by(file, user):
        return spans
    others = [name for name in _voices_in(file) if not _is_same(name, user.name)]

    def is_someone_elses(cue: Cue) -> bool:
        return not _is_same(cue.speaker, user.name) if cue.speaker else bool(others)

    return muting.spans_of(file, is_someone_elses)


def _is_first_sent_by(file: File, user) -> bool:
    """Whether nobody sent these bytes before this person did; a copy is nobody's voice."""
    copied = select(Adaptation.item_id).where(Adaptation.item_id == file.id)
    if (file.extra or {}).get("copied_from") or db.session.scalar(copied) is not None:
        return False
    first = db.session.scalar(
        select(FileVersion)
        .where(FileVersion.sha256 == file.sha256)
        .order_by(FileVersion.created_at, FileVersion.id)
        .limit(1)
    )
    return first is not None and first.uploader_id == user.id and first.file_id == file.id


def _voices_in(file: File) -> list[str]:
    """The names of those whose voice or words are said to be in a recording."""
    query = (
        select(Appearance.media, Person.shown_name)
        .join(Person, Person.id == Appearance.person_id)
        .where(Appearance.item_id == file.id)
    )
    return [name for media, name in db.session.execute(query) if media & SPOKEN]


def _is_same(name: str, other: str) -> bool:
    """Whether two names may be those of one person: « Fatou » and « Fatou Diallo »."""
    said, known = set(fold(name).split()), set(fold(other).split())
    return bool(said and known) and (said <= known or known <= said)


muting.choices.append(of_sender)

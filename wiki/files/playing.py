"""What a player needs to know of a sound or a film, for the person who is before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import g, request
from flask_login import current_user

from wiki.db import db
from wiki.files import media, muting, previews, safety
from wiki.files.media import Media, MediaState
from wiki.files.models import File
from wiki.files.muting import Masks

HEARD, OTHERS = "heard", "others"  # of an address: as those hear it who do not answer for the group


@dataclass(frozen=True)
class Playing:
    """What a player needs to know of a file."""

    file_id: int
    family: str
    state: str
    progress: int
    reason: str
    duration_ms: int | None
    width: int | None
    height: int | None
    peaks: list[int]
    mime: str
    size: int
    is_playable: bool  # as it was sent, by many browsers but not by all
    masks: Masks
    for_others: bool = False  # shown to a room, or handed on: what the others hear

    @property
    def is_ready(self) -> bool:
        """Whether every browser can play it."""
        return self.state == MediaState.READY

    @property
    def is_on_its_way(self) -> bool:
        """Whether it will soon be ready."""
        return self.state in (MediaState.WAITING, MediaState.WORKING)

    @property
    def poster(self) -> str:
        """The address of the picture that stands for a film."""
        return f"/files/{self.file_id}/media/poster.webp" if self.is_film and self.is_ready else ""

    @property
    def is_film(self) -> bool:
        """Whether there is something to see."""
        return self.family == "video"

    @property
    def sources(self) -> list[tuple[str, str]]:
        """The addresses to play, with their types, the surest first."""
        name = media.NAMES[self.family][0]
        if self.is_ready:
            at = f"/files/{self.file_id}/media/{name}"
            if self.for_others and self.masks.spans:
                at += f"?{HEARD}={OTHERS}"
            return [(at, previews.MIMES[Path(name).suffix])]
        if self.is_playable and self.state != MediaState.FAILED:
            return [(f"/files/{self.file_id}/raw", self.mime)]
        return []

    @property
    def is_silenced(self) -> bool:
        """Whether this reader hears silence where words are masked, once it is made."""
        return self.masks.bind

    @property
    def others_hear_less(self) -> bool:
        """Whether this reader hears words that most others do not."""
        return bool(self.masks.spans) and self.masks.hears_all

    @property
    def why(self) -> str:
        """Why it cannot be played, in words."""
        words = media.reasons()
        return words.get(self.reason, words["damaged"])


@contextmanager
def before_others() -> Iterator[None]:
    """Draw players for a room or a folder: who answers for the group hears what the others do."""
    g.before_others = True
    try:
        yield
    finally:
        g.pop("before_others", None)


def listener():
    """For whom a recording is asked: for the others, when the address says so."""
    return muting.EVERYONE if request.args.get(HEARD) == OTHERS else current_user


def of(file_id: int, user=None) -> Playing | None:
    """What a player needs of a sound or a film that the reader was already found to see."""
    file = db.session.get(File, file_id)
    family = media.family_of(file.blob.mime) if file else None
    if family not in ("audio", "video"):
        return None
    made = db.session.get(Media, file.sha256)
    made = made or Media(family=family, state=MediaState.WAITING, progress=0, reason="")
    for_others = bool(g.get("before_others"))
    masks = muting.masks(file, muting.EVERYONE if for_others else user or current_user)
    how = _silent_state(made, masks) if masks.bind else made
    return Playing(
        file_id, made.family, how.state, how.progress, how.reason, made.duration_ms,
        made.width, made.height, _peaks(made, masks), file.blob.mime, file.blob.size,
        file.blob.mime in safety.PLAYABLE and not masks.bind, masks,
        for_others,
    )  # fmt: skip


def _silent_state(made: Media, masks: Masks):
    """How far what this reader may hear is: it is made after what the others hear."""
    if made.state != MediaState.READY or masks.made is None:
        failed = made.state == MediaState.FAILED
        return made if failed else Media(state=MediaState.WAITING, progress=0, reason="")
    return masks.made


def _peaks(made: Media, masks: Masks) -> list[int]:
    """How loud it is, as far as this reader hears it."""
    peaks = made.peaks or []
    if not masks.bind or not made.duration_ms or not peaks:
        return peaks
    step = made.duration_ms / len(peaks)
    return [
        0 if any(start < (n + 1) * step and n * step < end for start, end in masks.spans) else peak
        for n, peak in enumerate(peaks)
    ]

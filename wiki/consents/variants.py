"""Versions that no longer show somebody: faces blurred, or the voice alone.

A version is a file of its own, with its own people: there is no second gate. What it is made from
stays as it is, sealed or not.
"""

import io
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.consents import register
from wiki.consents.models import Appearance, Medium
from wiki.consents.reckoning import settle
from wiki.db import db
from wiki.files import muting, previews, uploads
from wiki.files.models import File

MOST = 12  # boxes drawn on one picture
LEAST = 1.0  # hundredths of the picture: nobody's face is smaller, and recognised
GRAINS = 7  # squares across a blurred face: nothing of it can be found again
ROOM = 0.12  # around a box, so that hair and chin go too


class Box(NamedTuple):
    """A place on a picture, in hundredths of its width and height."""

    left: float
    top: float
    width: float
    height: float


class Words(NamedTuple):
    """What a version is called, and what it shows in words."""

    title: str
    alt: str


class NotReady(Exception):
    """What the version is made of is still being made, or cannot be."""


def boxes_of(values) -> list[Box]:
    """The boxes that a form holds; those that are empty or outside are left out."""
    found = []
    for number in range(1, MOST + 1):
        try:
            box = Box(*(float(values[f"box-{number}-{name}"] or 0) for name in Box._fields))
        except (KeyError, ValueError):
            continue
        inside = 0 <= box.left < 100 and 0 <= box.top < 100
        if inside and LEAST <= box.width <= 100 and LEAST <= box.height <= 100:
            found.append(box)
    return found


def words_for(file: File) -> Words:
    """What a picture without a face is called, until somebody says better."""
    return Words(_("%(title)s (face blurred)", title=file.title), file.alt or "")


def blurred(
    file: File, boxes: list[Box], hidden: set[int], actor: User, words: Words | None = None
) -> File:
    """A new picture with these places made of large squares; `hidden`: the people no longer in it.

    Only `words` go along: names of files and descriptions often say who is seen.

    Raises NotReady when the picture cannot be drawn. Commits.
    """
    from PIL import Image

    path = previews.path(file.sha256, "large")
    if path is None:
        raise NotReady
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    for box in boxes:
        _blur(picture, box)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=88)
    made.seek(0)
    left = _left(file, hidden, Medium.IMAGE)
    words = words or words_for(file)
    return _kept(file, made, words, name="photo-floue.jpg", actor=actor, shown=left)


def voice_alone(file: File, actor: User) -> File:
    """The sound of a film as a recording of its own: nobody is seen in it. Commits.

    What is masked in the film is silent for good in the recording.

    Raises NotReady while the film is not ready, or when it has no sound.
    """
    made = io.BytesIO()
    made.name = "voix.m4a"
    path = muting.played(file, muting.EVERYONE, "video.mp4")
    if path is None:
        raise NotReady
    _take_sound(path, made)
    made.seek(0)
    words = Words(_("%(title)s (voice only)", title=file.title), "")
    everyone = {one.person_id for one in _appearances(file)}
    left = _left(file, everyone, Medium.IMAGE)
    return _kept(file, made, words, name="voix.m4a", actor=actor, shown=left)


def made_from(file: File) -> list[File]:
    """The versions made of a file."""
    query = select(File).where(
        File.group_id == file.group_id, File.id > file.id, File.trashed_at.is_(None),
        File.extra["made_from"].as_integer() == file.id,
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(File.id).limit(20)))


def _blur(picture, box: Box) -> None:
    from PIL import Image, ImageFilter

    wide, high = picture.size
    more_x, more_y = box.width * ROOM, box.height * ROOM
    left = max(0, round((box.left - more_x) * wide / 100))
    top = max(0, round((box.top - more_y) * high / 100))
    right = min(wide, round((box.left + box.width + more_x) * wide / 100))
    bottom = min(high, round((box.top + box.height + more_y) * high / 100))
    if right <= left or bottom <= top:
        return
    part = picture.crop((left, top, right, bottom))
    grains = (min(GRAINS, part.width), min(GRAINS, part.height))
    coarse = part.resize(grains, Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST)
    soft = coarse.filter(ImageFilter.GaussianBlur(max(part.size) / GRAINS / 3))
    picture.paste(soft, (left, top))


def _take_sound(path, target) -> None:
    """Copy the sound that we made of a film, as it is, into a container of its own."""
    import av

    try:
        with av.open(str(path)) as film, av.open(target, "w", format="ipod") as out:
            if not film.streams.audio:
                raise NotReady
            voice = film.streams.audio[0]
            stream = out.add_stream_from_template(voice)
            for packet in film.demux(voice):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
    except (av.error.FFmpegError, FileNotFoundError) as error:
        raise NotReady from error


def _appearances(file: File) -> list[Appearance]:
    return list(db.session.scalars(select(Appearance).where(Appearance.item_id == file.id)))


def _left(file: File, hidden: set[int], medium: Medium) -> list[tuple[int, Medium, str]]:
    """Who is still in the version, and by what: all that was not taken out."""
    found = []
    for one in _appearances(file):
        media = one.media & ~medium if one.person_id in hidden else one.media
        if media:
            found.append((one.person_id, media, one.role))
    return found


def _kept(file: File, data, words: Words, *, name: str, actor: User, shown: list) -> File:
    made = uploads.stage_file(
        data, name, file.group, actor, parent=file.parent, folder=file.folder,
        title=words.title[:200], alt=words.alt[:1000], credit=file.credit,
    )  # fmt: skip
    made.extra = {**(made.extra or {}), "made_from": file.id}
    for person_id, media, role in shown:
        db.session.add(
            Appearance(
                person_id=person_id, item_id=made.id, media=media, role=role,
                marked_by_id=actor.id,
            )
        )  # fmt: skip
    kept = {person_id: media for person_id, media, _role in shown}
    for one in _appearances(file):
        if kept.get(one.person_id) != one.media:
            register.note(one.person, "version without", actor, item_id=made.id)
    db.session.flush()
    settle([made.id])
    db.session.commit()
    return made

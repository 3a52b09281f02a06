"""The few words that a poster and the big screen give beside a face."""

from dataclasses import dataclass
from textwrap import shorten

from flask_login import current_user
from markupsafe import Markup, escape

from wiki.files import transcripts
from wiki.portraits.drawing import Drawn, Portrayed

SHORTEST, LONGEST = 20, 160  # letters of a line heard that can be read standing up
LONGEST_TEXT = 240


@dataclass(frozen=True)
class Opening:
    """Words, as HTML; said by somebody, or written by the group."""

    html: Markup
    is_said: bool = True


def words(shown: Portrayed, voice: Drawn | None) -> Opening | None:
    """The quote of a portrait; else what its voice says first; else the beginning of its text."""
    for block in shown.blocks:
        if block.code == "quote" and "body" in block.html:
            return Opening(block.html["body"])
    is_narrow = voice is not None and voice.file in shown.narrow  # fewer hear it than look here
    return (None if is_narrow else _heard(voice)) or _written(shown)


def _heard(voice: Drawn | None) -> Opening | None:
    """A line of what is said, when somebody checked it: rooms and walls read it."""
    found = transcripts.of(voice.file.id, current_user, leaves=True) if voice else None
    for track in found.tracks if found else []:
        for line in track.lines:
            if SHORTEST <= len(line.text) <= LONGEST:
                return Opening(Markup("<p>") + escape(line.text) + Markup("</p>"))
    return None


def _written(shown: Portrayed) -> Opening | None:
    for block in shown.blocks:
        if block.code == "text" and "body" in block.html:
            text = shorten(block.html["body"].striptags(), LONGEST_TEXT, placeholder="…")
            return Opening(Markup("<p>") + escape(text) + Markup("</p>"), is_said=False)
    return None

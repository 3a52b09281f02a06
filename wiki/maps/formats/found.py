"""What was found in a file: layers, features, what was refused and why, whatever the format."""

import json
from dataclasses import dataclass, field

from flask_babel import gettext as _

LARGEST = 20_000_000  # bytes of a file, checked before anything is decoded
MOST_FEATURES = 50_000
MOST_REFUSED = 1_000
TITLES = ("name", "nom", "titre", "title", "libelle", "label", "intitule")
STORIES = ("description", "desc", "texte", "commentaire", "presentation_detail")


class Unreadable(ValueError):
    """A file of which nothing can be read, with why in words."""


@dataclass
class Row:
    """One feature of a file, not yet judged; `place` says where in the file."""

    place: str
    title: str = ""
    story: str = ""
    geometry: object = None
    props: dict = field(default_factory=dict)
    layer: str = ""
    precision: str = ""
    session: str = ""
    # What cannot be kept of it though the rest can.
    wrong: str = ""


@dataclass
class FoundLayer:
    """A layer that a file names, with the style it gives it."""

    title: str
    style: dict = field(default_factory=dict)
    render: str = "simple"


@dataclass
class Found:
    """All that a file gave."""

    rows: list[Row] = field(default_factory=list)
    layers: list[FoundLayer] = field(default_factory=list)
    title: str = ""
    summary: str = ""
    view: dict = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fields: list[dict] = field(default_factory=list)
    extra: dict = field(default_factory=dict)
    # Whether values are words whose type must be guessed, as in a table.
    is_words: bool = False

    def add(self, row: Row) -> None:
        """One more feature, as long as there is room."""
        if len(self.rows) < MOST_FEATURES:
            self.rows.append(row)
        elif len(self.rows) == MOST_FEATURES:
            self.refuse(row.place, _("at most %(n)s features are read.", n=MOST_FEATURES))

    def refuse(self, place: str, why: object) -> None:
        """A place of the file of which nothing is kept."""
        if len(self.refused) < MOST_REFUSED:
            self.refused.append(f"{place}\u00a0: {why}")

    def note(self, text: str) -> None:
        """Something that whoever brings the file must know."""
        if text not in self.notes and len(self.notes) < 50:
            self.notes.append(text)


def check_size(data: bytes) -> None:
    """Refuse a file that is too large before it is decoded."""
    if len(data) > LARGEST:
        raise Unreadable(_("This file is too large: at most %(n)s MB.", n=LARGEST // 1_000_000))
    if not data.strip():
        raise Unreadable(_("This file is empty."))


def read_json(data: bytes):
    """The JSON of a file; raises Unreadable."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        pass
    except (ValueError, RecursionError):
        raise Unreadable(_("This file is not JSON that can be read.")) from None
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise Unreadable(_("This file is not JSON that can be read.")) from None


def text_of(value: object) -> str:
    """A value as words, '' for none."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def words_of(value: object) -> str:
    """A value in a format that holds words only; several are held apart by bars."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        return "|".join(map(text_of, value))
    return text_of(value)

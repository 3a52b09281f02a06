"""The faces and voices of the demo, put together as their groups would."""

import io
from datetime import datetime, timedelta
from importlib.resources import files

from sqlalchemy import update

from wiki import consents
from wiki.consents.deciding import Proof, Wish, agree
from wiki.consents.models import (
    ALL_MEDIA,
    Appearance,
    Consent,
    ConsentEvent,
    Grant,
    Medium,
    Method,
    Person,
)
from wiki.consents.showing import carried_by
from wiki.db import db
from wiki.files.transcripts import Cue, Track, TrackState
from wiki.files.uploads import stage_file
from wiki.items.models import Scope
from wiki.items.writing import stage
from wiki.portraits.kinds import KINDS, Kind
from wiki.portraits.models import Portrait

CONTENT = files("wiki.demo").joinpath("content")
TERM = 730  # days for which an agreement was given
# What a row of the YAML says beside words and short values.
_MEDIA = {"file": "file", "before_file": "before", "after_file": "after"}


def add(loader, told: dict) -> None:
    """Bring the files, then the portraits that show them; `told` is what portraits.yaml says."""
    for row in told["media"]:
        add_file(loader, row)
    for row in told["portraits"]:
        _portrait(loader, row)
    for row in told["people"]:
        _agreement(loader, row)


def add_file(loader, row: dict) -> None:
    """A file of the demo, dated, in its group."""
    author, group = loader.people[row["author"]], loader.groups[row["group"]]
    content = CONTENT.joinpath("media", row["file"]).read_bytes()
    file = stage_file(io.BytesIO(content), row["name"], group, author, title=row["title"])
    file.alt, file.credit = row.get("alt", ""), row.get("credit", "")
    file.scope = Scope[row["scope"].upper()]
    loader.date(file, [loader.ago(row["days_ago"])])
    loader.files[row["key"]] = file
    if "said" in row:
        _write_down(file, row, author)


def _write_down(file, row: dict, author) -> None:
    """The lines of a recording, heard again by its group."""
    track = Track(file_id=file.id, lang="fr", state=TrackState.CHECKED, author_id=author.id)
    db.session.add(track)
    db.session.flush()
    for number, (start, end, words) in enumerate(row["said"], 1):
        db.session.add(
            Cue(track_id=track.id, key=f"l{number}", start_ms=round(start * 1000),
                end_ms=round(end * 1000), speaker=row["speaker"], text=words)
        )  # fmt: skip
    db.session.flush()


def _portrait(loader, row: dict) -> None:
    group = loader.groups[row["group"]]
    portrait = Portrait(
        group_id=group.id, group=group, title=row["title"], summary=row["summary"],
        subject=row["subject"], scope=Scope[row["scope"].upper()], **_blocks(loader, row["blocks"]),
    )  # fmt: skip
    portrait.author_id = loader.people[row["author"]].id
    stage(portrait, loader.people[row["author"]], row.get("note", ""))
    loader.items[f"portraits/{row['key']}"] = portrait
    loader.date(portrait, [loader.ago(row["days_ago"])])


def _agreement(loader, row: dict) -> None:
    """Who appears in what, and until when they agree that everyone sees and hears it."""
    actor = loader.people[row["collected_by"]]
    group = loader.groups[row["group"]]
    person = Person(group_id=group.id, shown_name=row["name"])
    db.session.add(person)
    db.session.flush()
    items = [loader.files[key] for key in row["files"]] + [loader.items[row["portrait"]]]
    for item in items:
        media = carried_by(item) if item.kind == "files" else ALL_MEDIA
        consents.appear(person, item, media, actor)
    wishes = [Wish(medium, Scope.PUBLIC, prints=True) for medium in Medium]
    until = (loader.now + timedelta(days=row["days_left"])).date()
    proof = Proof(Method.PAPER, witness=actor.name)
    consent = agree(person, wishes, proof, actor, purpose=row["purpose"], until=until)
    db.session.flush()
    _date(person, consent, loader.now + timedelta(days=row["days_left"] - TERM))


def _date(person: Person, consent: Consent, said_at: datetime) -> None:
    """It was said when the portrait was made, for two years; not on the day of this loading."""
    consent.collected_at = said_at
    for kind, values in (
        (Grant, {"starts_on": said_at.date(), "created_at": said_at}),
        (ConsentEvent, {"created_at": said_at}),
        (Appearance, {"created_at": said_at}),
    ):
        db.session.execute(update(kind).where(kind.person_id == person.id).values(values))


def _blocks(loader, rows: list[dict]) -> dict:
    """The flat fields of a portrait, from its blocks as a person would tell them."""
    words: dict[str, str] = {}
    settings: dict[str, str] = {}
    order: list[str] = []
    keys = [f"b{number:06x}" for number in range(1, len(rows) + 1)]
    for key, row in zip(keys, rows, strict=True):
        order.append(key)
        settings[f"{key}.kind"] = row["kind"]
        kind = KINDS[row["kind"]]
        _fill(loader, key, row, kind, (words, settings))
        for number, line in enumerate(row.get("lines", ()), 1):
            order.append(f"{key}-{number:06x}")
            given = line | ({"to": keys[line["to"] - 1]} if "to" in line else {})
            _fill(loader, order[-1], given, kind.child, (words, settings))
    return {"words": words, "settings": settings, "arrangement": order}


def _fill(loader, key: str, row: dict, kind: Kind, into: tuple[dict, dict]) -> None:
    words, settings = into
    for slot in kind.slots:
        if slot.name in row:
            words[f"{key}.{slot.name}"] = loader.filled(row[slot.name]).strip()
    for name, medium in _MEDIA.items():
        if name in row:
            settings[f"{key}.{medium}"] = str(loader.files[row[name]].id)
    for name in kind.settings:
        if name in row:
            value = loader.items[row[name]].id if name == "item" else row[name]
            settings[f"{key}.{name}"] = str(value)

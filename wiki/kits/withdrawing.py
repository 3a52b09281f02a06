"""Whether a version of a kit may still leave: what was refused or erased since leaves with none."""

import json
import zipfile

from sqlalchemy import or_, select

from wiki import storage
from wiki.archive.packing import MANIFEST
from wiki.consents.models import Appearance, Tombstone
from wiki.db import db
from wiki.files.models import FileVersion
from wiki.items.models import Event, Item
from wiki.kits.models import Kit, KitVersion


def is_withdrawn(kit: Kit, version: KitVersion) -> bool:
    """Whether somebody appears now in what it is made of, or words were erased from it."""
    inside = _inside(kit, version)
    return (
        _had_words_erased(kit, version, inside)
        or _somebody_is_in(inside)
        or _shows_somebody(kit, _media(version))
    )


def _inside(kit: Kit, version: KitVersion) -> set[int]:
    """The numbers of what a version is made of; of an older one, what the kit is made of now."""
    known = {one["item"] for one in version.contents or [] if one.get("item")}
    return known or set(kit.chosen or [])


def _somebody_is_in(ids: set[int]) -> bool:
    shown = select(Item.id).where(
        Item.id.in_(ids),
        or_(Item.ceiling.is_not(None), Item.id.in_(select(Appearance.item_id))),
    )
    return db.session.scalar(shown.limit(1)) is not None


def _media(version: KitVersion) -> set[str]:
    """The fingerprints of its files; it was checked whole when it was kept."""
    with zipfile.ZipFile(storage.path_of(version.sha256)) as archive:
        return set(json.loads(archive.read(MANIFEST))["media"])


def _shows_somebody(kit: Kit, hashes: set[str]) -> bool:
    refused = select(Tombstone.id).where(
        Tombstone.sha256.in_(hashes), Tombstone.lifted_at.is_(None)
    )
    shown = (
        select(Item.id)
        .join(FileVersion, FileVersion.file_id == Item.id)
        .where(
            Item.group_id == kit.group_id, FileVersion.sha256.in_(hashes),
            or_(Item.ceiling.is_not(None), Item.id.in_(select(Appearance.item_id))),
        )
    )  # fmt: skip
    return any(db.session.scalar(query.limit(1)) is not None for query in (refused, shown))


def _had_words_erased(kit: Kit, version: KitVersion, inside: set[int]) -> bool:
    erased = select(Event.item_id).where(
        Event.group_id == kit.group_id, Event.created_at >= version.created_at,
        Event.verb.in_(("erased", "erased elsewhere")),
    )  # fmt: skip
    return bool(set(db.session.scalars(erased)) & {kit.id, *inside})

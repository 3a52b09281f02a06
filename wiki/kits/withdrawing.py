"""Whether a version of a kit may still leave: what was refused or erased since leaves with none."""

import json
import zipfile

from flask_babel import gettext as _
from sqlalchemy import or_, select

from wiki import storage
from wiki.archive.packing import MANIFEST
from wiki.consents.models import Appearance, Tombstone
from wiki.db import db
from wiki.files.models import FileVersion
from wiki.items.models import Event, Item
from wiki.jobs import periodic
from wiki.kits.models import Kit, KitVersion


def why(version: KitVersion) -> str:
    """Why a version may not leave: people, erased, replaced; nothing while it may.

    The same bytes are the same version, in whatever group of this site they are kept.
    """
    if version.sha256 is None:
        return version.gone
    query = select(KitVersion, Kit.group_id).join(Kit, Kit.id == KitVersion.kit_id)
    same = db.session.execute(query.where(KitVersion.sha256 == version.sha256)).all()
    if any(_had_words_erased(one) for one, _group_id in same):
        return "erased"
    if any(_somebody_is_in(_inside(one)) for one, _group_id in same):
        return "people"
    groups = {group_id for _one, group_id in same}
    return "people" if _shows_somebody(groups, _media(version)) else ""


def _inside(version: KitVersion) -> list[int]:
    """The numbers of what a version is made of; of an older one, what the kit is made of now."""
    known = version.made_of
    if known or not version.contents:
        return known
    return list(db.session.scalar(select(Kit.chosen).where(Kit.id == version.kit_id)) or [])


def _somebody_is_in(ids: list[int]) -> bool:
    query = select(Item.id).where(
        or_(Item.ceiling.is_not(None), Item.id.in_(select(Appearance.item_id)))
    )
    return any(
        db.session.scalar(query.where(Item.id.in_(ids[at : at + 400])).limit(1)) is not None
        for at in range(0, len(ids), 400)
    )


def words() -> dict[str, str]:
    """Why a version is not there any more, in words."""
    return {
        "people": _("somebody appears in it now, or refused to"),
        "erased": _("words were erased since it was made"),
        "replaced": _("a newer one came in its place"),
    }


def came_back(sha256: str) -> bool:
    """Whether these bytes were let go here because somebody had something taken out of them."""
    query = select(KitVersion.id).where(
        KitVersion.was == sha256, KitVersion.gone.in_(("erased", "people"))
    )
    return db.session.scalar(query.limit(1)) is not None


@periodic(minute="40")
def let_go() -> None:
    """Give up the bytes of versions that hold what was erased: they never leave again."""
    query = select(KitVersion).where(KitVersion.sha256.is_not(None))
    for version in db.session.scalars(query).all():
        if version.sha256 is None:
            continue  # the same bytes as one of those before
        if _had_words_erased(version):
            _drop(version.sha256, "erased")
        elif _was_purged(_media(version)):
            _drop(version.sha256, "people")
        db.session.commit()


def _drop(sha256: str, reason: str) -> None:
    query = select(KitVersion).where(KitVersion.sha256 == sha256)
    for version in db.session.scalars(query).all():
        version.let_go(reason)


def _media(version: KitVersion) -> set[str]:
    """The fingerprints of its files; it was checked whole when it was kept."""
    with zipfile.ZipFile(storage.path_of(version.sha256)) as archive:
        return set(json.loads(archive.read(MANIFEST))["media"])


def _was_purged(hashes: set[str]) -> bool:
    """Whether the delay to change one's mind is over for somebody shown in it."""
    query = select(Tombstone.id).where(
        Tombstone.sha256.in_(hashes), Tombstone.lifted_at.is_(None),
        Tombstone.purged_at.is_not(None),
    )  # fmt: skip
    return db.session.scalar(query.limit(1)) is not None


def _shows_somebody(groups: set[int], hashes: set[str]) -> bool:
    refused = select(Tombstone.id).where(
        Tombstone.sha256.in_(hashes), Tombstone.lifted_at.is_(None)
    )
    shown = (
        select(Item.id)
        .join(FileVersion, FileVersion.file_id == Item.id)
        .where(
            Item.group_id.in_(groups), FileVersion.sha256.in_(hashes),
            or_(Item.ceiling.is_not(None), Item.id.in_(select(Appearance.item_id))),
        )
    )  # fmt: skip
    return any(db.session.scalar(query.limit(1)) is not None for query in (refused, shown))


def _had_words_erased(version: KitVersion) -> bool:
    mine = [version.kit_id, *_inside(version)]
    for start in range(0, len(mine), 400):
        erased = select(Event.id).where(
            Event.item_id.in_(mine[start : start + 400]), Event.created_at >= version.created_at,
            Event.verb.in_(("erased", "erased elsewhere")),
        )  # fmt: skip
        if db.session.scalar(erased.limit(1)) is not None:
            return True
    return False

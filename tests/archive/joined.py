"""Two sites in one database: a group and its copy, which names of things make the same group."""

from sqlalchemy import select, update

from wiki.accounts.models import User
from wiki.archive import joining, packing, unpacking
from wiki.archive.identities import Identity
from wiki.archive.opening import opened
from wiki.db import db
from wiki.groups.models import Group
from wiki.items.models import Item


def leave(group_id: int, path):
    """The archive of a group, written now."""
    packing.write(path, db.session.get(Group, group_id), None)
    return path


def away(world, tmp_path) -> int:
    """The group as it is taken to a laptop: another group of the same names."""
    with opened(leave(world.ours, tmp_path / "away.zip")) as archive:
        return unpacking.put_back(archive, title="Portable").group.id


def back(group_id: int, onto: int, path, actor=None) -> dict:
    """The archive of one brought onto the other, all of it."""
    with opened(leave(group_id, path)) as archive:
        return join(archive, onto, actor)


def join(archive, onto: int, actor=None) -> dict:
    group = db.session.get(Group, onto)
    actor = actor or next(
        (db.session.get(User, one.user_id) for one in group.memberships if one.role == 3), None
    )
    report = joining.Joining(archive, group, actor).join(lambda _report: None)
    joining.finish(report, actor, lambda *_: None)
    db.session.expire_all()
    return report


def twin(item_id: int, group_id: int) -> int:
    """The same thing in the other group."""
    uid = db.session.scalar(select(Identity.uid).where(Identity.item_id == item_id))
    return db.session.scalar(
        select(Identity.item_id).where(Identity.uid == uid, Identity.group_id == group_id)
    )


def item(number: int) -> Item:
    return db.session.get(Item, number, populate_existing=True)


def long_ago(group_id: int, moment) -> None:
    """Let both sides have been the same at another moment."""
    db.session.execute(update(Identity).where(Identity.group_id == group_id).values(met_at=moment))
    db.session.commit()

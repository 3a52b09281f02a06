"""Who has which first name in a group."""

from sqlalchemy import select

from wiki.accounts.forms import names_are_taken
from wiki.accounts.models import User
from wiki.accounts.names import key
from wiki.db import db
from wiki.groups.models import Membership


def is_taken(group_id: int, name: str, but: int | None = None) -> bool:
    """Whether someone in the group has this name or one that looks the same."""
    query = (
        select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.group_id == group_id)
    )
    if but is not None:
        query = query.where(User.id != but)
    wanted = key(name)
    return any(key(other) == wanted for other in db.session.scalars(query))


@names_are_taken
def is_taken_beside(user: User, name: str) -> bool:
    """Whether someone in one of a person's groups has this name already."""
    mine = select(Membership.group_id).where(Membership.user_id == user.id)
    return any(is_taken(group_id, name, but=user.id) for group_id in db.session.scalars(mine))

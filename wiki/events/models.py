"""A session of a group, or any event with a day and an hour."""

from datetime import datetime
from typing import ClassVar

from wiki.accounts.models import User
from wiki.groups.models import Group
from wiki.items.models import Scope
from wiki.items.writing import stage
from wiki.programme import slots, times
from wiki.programme.models import PHASES, Dated


class Meeting(Dated):
    """A half-day of an action, an outing, a meeting of the network: anything with an hour."""

    __mapper_args__: ClassVar = {"polymorphic_identity": "events"}


def new_meeting(
    group: Group,
    actor: User | None,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    zone: str = "",
    programme: list[dict] | None = None,
    scope: Scope = Scope.GROUP,
    **fields,
) -> Meeting:
    """A session written with its first version; the caller commits, so that twelve are one write.

    The moments bear their zone. `fields` are columns: place, address, lat, lng, phase, goal, body.
    Raises ValueError when it would end before it begins.
    """
    if ends_at < starts_at:
        raise ValueError("a session ends after it begins")
    if fields.get("phase", "") not in ("", *PHASES):
        raise ValueError(fields["phase"])
    made = Meeting(
        group_id=group.id, group=group, title=title, starts_at=starts_at, ends_at=ends_at,
        zone=zone or times.site_zone(), scope=scope,
        programme=[slots.tidy(row) for row in programme or []][: slots.MOST], **fields,
    )  # fmt: skip
    stage(made, actor)
    return made

"""How far each thing may be shown, given what the people in it agreed to: `Item.ceiling`."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from wiki.consents import showing, twins
from wiki.consents.models import (
    Appearance,
    Consent,
    Grant,
    Medium,
    Person,
    Tombstone,
)
from wiki.db import db, utcnow
from wiki.files.models import File, FileVersion
from wiki.items import writing
from wiki.items.models import Item, Reference, Scope
from wiki.search import hook

AT_ONCE = 400  # ids of one statement


class Change(NamedTuple):
    """What became of the ceiling of an item."""

    item_id: int
    was: Scope | None
    now: Scope | None


def settle(item_ids: Iterable[int]) -> list[Change]:
    """Make the ceilings of items, and of what is made of them, say what people agree to today.

    In the caller's transaction; the caller commits. Returns what changed.
    """
    wanted = sorted({number for number in item_ids if number})
    changes: list[Change] = []
    for start in range(0, len(wanted), AT_ONCE):
        changes += _settle(wanted[start : start + AT_ONCE])
    return changes


def _settle(ids: list[int]) -> list[Change]:
    db.session.flush()
    ids = sorted({*ids, *db.session.scalars(made_of(ids))})
    query = select(Item).where(Item.id.in_(ids)).order_by(Item.id).with_for_update(of=Item)
    items = list(db.session.scalars(query.execution_options(populate_existing=True)))
    files = [item for item in items if item.kind != "portraits"]
    # What is made of others comes last: it follows from what the others just became.
    changes = _write(files, own_ceilings(files))
    portraits = [item for item in items if item.kind == "portraits"]
    changes += _write(portraits, _of_portraits(portraits))
    db.session.flush()
    return changes


def _write(items: list[Item], ceilings: dict[int, Scope | None]) -> list[Change]:
    changes = []
    for item in items:
        was, now = item.ceiling, ceilings[item.id]
        if was != now:
            item.ceiling = now
            hook.mark(item.id)
            if item.parent_id:
                hook.mark(item.parent_id)  # the words of a file count for what it is attached to
            changes.append(Change(item.id, was, now))
    db.session.flush()
    return changes


def own_ceilings(items: list[Item]) -> dict[int, Scope | None]:
    """What those who appear in each item allow; None where nobody appears."""
    ids = [item.id for item in items]
    groups = {item.id: item.group_id for item in items}
    found: dict[int, Scope | None] = dict.fromkeys(ids)
    for one in allowances(ids):
        before = found[one.appearance.item_id]
        most = _elsewhere(one, groups[one.appearance.item_id])
        found[one.appearance.item_id] = most if before is None else min(before, most)
    for item_id in _sealed_for_good(items):
        found[item_id] = Scope.DRAFT
    return found


def refused(item_ids: Iterable[int]) -> set[int]:
    """Of these items, those to which somebody who appears there says no today, whole or in part."""
    return {
        one.appearance.item_id
        for one in allowances(sorted(set(item_ids)))
        if Scope.DRAFT in one.by_medium.values()
    }


def _elsewhere(one: "Allowance", group_id: int) -> Scope:
    """How far somebody lets a thing of that group go: « the group » is theirs, and no other."""
    is_theirs = one.appearance.person.group_id == group_id
    return one.audience if is_theirs or one.audience > Scope.GROUP else Scope.DRAFT


class Allowance(NamedTuple):
    """One person in one item: how far they let it be shown, medium by medium, and in all."""

    appearance: Appearance
    grants: dict[Medium, Grant | None]
    today: date

    @property
    def by_medium(self) -> dict[Medium, Scope | None]:
        """How far each medium may go today; None where nothing was asked."""
        return {
            medium: None if grant is None else reach(grant, self.today)
            for medium, grant in self.grants.items()
        }

    @property
    def until(self) -> date | None:
        """The last day of what they said yes to, the nearest one."""
        return min(
            (one.expires_on for one in self.grants.values() if one and one.audience > Scope.DRAFT),
            default=None,
        )

    @property
    def consent(self) -> Consent | None:
        """The agreement that counts, the latest of them."""
        found = [one.consent for one in self.grants.values() if one and one.consent]
        return max(found, key=lambda one: one.id, default=None)

    @property
    def audience(self) -> Scope:
        """The narrowest of all; what was never asked is for nobody yet."""
        return min((one or Scope.DRAFT) for one in self.by_medium.values())

    @property
    def is_asked(self) -> bool:
        """Whether they said yes or no to all of it."""
        return None not in self.by_medium.values()


def allowances(item_ids: list[int], today: date | None = None) -> list[Allowance]:
    """All who appear in these items, with what each allows today."""
    today = today or utcnow().date()
    query = (
        select(Appearance, Person, Item.kind)
        .join(Person, Person.id == Appearance.person_id)
        .join(Item, Item.id == Appearance.item_id)
        .where(Appearance.item_id.in_(item_ids))
        .order_by(Appearance.item_id, Appearance.id)
    )
    rows = db.session.execute(query).all()
    grants = standing({person.id for _one, person, _kind in rows})
    files = {one.item_id for one, _person, kind in rows if kind == "files"}
    through = showing.showers(files) if files else {}
    same = [twins.of_bytes(files) if files else {}, twins.originals(one for one, _p, _k in rows)]
    for those, others in (pair for found in same for pair in found.items()):
        through[those] = through.get(those, set()) | others
    return [
        Allowance(one, _by_medium(one, person, grants[person.id], through, today), today)
        for one, person, _kind in rows
    ]


def standing(person_ids: Iterable[int]) -> dict[int, list[tuple[Grant, str]]]:
    """The grants of people that no other took the place of, each with who stood for a minor."""
    query = (
        select(Grant, Consent.guardian)
        .outerjoin(Consent, Consent.id == Grant.consent_id)
        .options(contains_eager(Grant.consent))
        .where(Grant.person_id.in_(person_ids), Grant.ended_at.is_(None))
        .order_by(Grant.id)
    )
    found: dict[int, list] = defaultdict(list)
    for grant, guardian in db.session.execute(query):
        found[grant.person_id].append((grant, guardian or ""))
    return found


def reach(grant: Grant, today: date) -> Scope:
    """How far a grant lets a thing be shown today; past its end, no farther than the group."""
    if grant.starts_on > today:
        return Scope.DRAFT
    return grant.audience if grant.expires_on >= today else min(grant.audience, Scope.GROUP)


def _by_medium(
    one: Appearance, person: Person, grants: list, through: dict, today: date
) -> dict[Medium, Grant | None]:
    # For a minor, the yes of who answers for them; their no needs nobody.
    heard = [
        grant for grant, guardian in grants
        if not person.minor or guardian or grant.audience == Scope.DRAFT
    ]  # fmt: skip
    by = through.get((person.id, one.item_id), set())
    return {
        medium: _counts([grant for grant in heard if grant.medium == medium], one, by, today)
        for medium in one.media
    }


def _counts(said: list[Grant], one: Appearance, through: set[int], today: date) -> Grant | None:
    """Of what was said, in its order, what counts for an appearance.

    What was said of this very thing, and of what shows it, comes before what was said of
    everything; of these the narrowest: a yes to a portrait is no yes to a photo that was refused.
    """
    last = {grant.item_id: grant for grant in said}
    own = [last[number] for number in sorted({one.item_id, *through}) if number in last]
    if own:
        return min(own, key=lambda grant: (reach(grant, today), grant.prints, grant.expires_on))
    return last.get(None)


def blockers(item: Item, scope: Scope) -> list[str]:
    """Why those who appear in an item do not let it be shown that widely."""
    if item.id is None or scope <= Scope.DRAFT:
        return []
    reasons = []
    for one in allowances([item.id]):
        if one.audience < scope:
            name = one.appearance.person.shown_name
            reasons.append(
                _("%(name)s has not agreed to be shown so widely.", name=name)
                if one.is_asked
                else _("%(name)s appears here, and has not been asked yet.", name=name)
            )
    return reasons


def made_of(ids: list[int]):
    """SQL: the portraits that show these items."""
    query = select(Reference.source_id).join(Item.__table__, Item.id == Reference.source_id)
    return query.where(
        Reference.target_id.in_(ids), Reference.role != "alias", Item.kind == "portraits"
    )


def _of_portraits(portraits: list[Item]) -> dict[int, Scope | None]:
    """A portrait is shown no farther than its people let it, nor than the files it shows.

    Never below its group for a file that is sealed: that one is left out for each reader.
    """
    own = own_ceilings(portraits)
    query = (
        select(Reference.source_id, Item.ceiling)
        .join(Item, Item.id == Reference.target_id)
        .where(
            Reference.source_id.in_([one.id for one in portraits]), Reference.role != "alias",
            Item.kind == "files", Item.ceiling.is_not(None), Item.trashed_at.is_(None),
        )
    )  # fmt: skip
    for portrait_id, ceiling in db.session.execute(query):
        before = own[portrait_id]
        through = max(Scope.GROUP, ceiling)
        own[portrait_id] = through if before is None else min(before, through)
    return own


def _sealed_for_good(items: list[Item]) -> set[int]:
    """Proofs of agreements, and what was withdrawn before a backup was put back or bytes came."""
    ids = [item.id for item in items]
    proofs = select(Consent.evidence_id).where(Consent.evidence_id.in_(ids))
    found = set(db.session.scalars(proofs))
    stands = Tombstone.lifted_at.is_(None)
    found |= set(db.session.scalars(
        select(Tombstone.item_id).where(stands, Tombstone.item_id.in_(ids))
    ))  # fmt: skip
    same = or_(
        FileVersion.sha256 == Tombstone.sha256, FileVersion.original_sha256 == Tombstone.sha256
    )
    bytes_of = (
        select(File.id)
        .join(FileVersion, FileVersion.file_id == File.id)
        .join(Tombstone, same)
        .where(stands, Tombstone.group_id == File.group_id, File.id.in_(ids))
    )
    return found | set(db.session.scalars(bytes_of))


writing.let_object(blockers)

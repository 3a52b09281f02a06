"""Saying yes, less, or no: one transaction, which acts everywhere before it ends."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.consents import people, register, tombstones
from wiki.consents.models import (
    ALL_MEDIA,
    Appearance,
    Consent,
    Grant,
    Medium,
    Method,
    Person,
)
from wiki.consents.reckoning import Change, allowances, settle, standing
from wiki.db import db, utcnow
from wiki.items.models import Item, Scope
from wiki.items.writing import drop_requests, log

YEARS = 2  # unless they say less
after_less: list[Callable[[], None]] = []  # what must follow each « less », once committed


class NeedsGuardian(ValueError):
    """A minor cannot agree alone: who answers for them has to be named."""


@dataclass
class Wish:
    """One thing somebody says: this medium, that far; `item_id` None means everything."""

    medium: Medium
    audience: Scope
    item_id: int | None = None
    prints: bool = False


@dataclass
class Proof:
    """How an agreement was given, and what shows that it was."""

    method: Method
    evidence_id: int | None = None
    signature: list | None = None
    witness: str = ""
    guardian: str = ""
    language: str = ""


@dataclass
class Effects:
    """What a decision changed, for who made it and for who must still act by hand."""

    changes: list[Change] = field(default_factory=list)

    @property
    def sealed(self) -> list[int]:
        """The items nobody but the facilitators reads any more."""
        return [one.item_id for one in self.changes if one.now == Scope.DRAFT]


def agree(
    person: Person,
    wishes: list[Wish],
    proof: Proof,
    actor: User | None,
    *,
    purpose: str = "",
    until: date | None = None,
    channel: str = "screen",
) -> Consent:
    """Keep an agreement; what it says takes the place of what was said of the same things.

    Raises NeedsGuardian for a minor without anyone who answers for them. The caller commits.
    """
    if person.minor and not proof.guardian and any(one.audience > Scope.DRAFT for one in wishes):
        raise NeedsGuardian
    people.lock([person.id])
    consent = Consent(
        person_id=person.id, collected_by_id=actor.id if actor else None, method=proof.method,
        evidence_id=proof.evidence_id, signature=proof.signature, witness=proof.witness[:120],
        guardian=proof.guardian[:120], language=proof.language[:40],
    )  # fmt: skip
    db.session.add(consent)
    db.session.flush()
    last = until or end_of(today())
    for wish in wishes:
        _say(person, wish, consent, last, purpose)
    said = [[wish.item_id, int(wish.medium), int(wish.audience)] for wish in wishes]
    if any(one.item_id is None and one.audience > Scope.DRAFT for one in wishes):
        tombstones.lift_purged(person)
    register.note(person, "given", actor, channel, consent=consent.id, said=said,
                  until=last.isoformat(), method=str(proof.method))  # fmt: skip
    _act(person, actor)
    return consent


def narrow(
    person: Person,
    audience: Scope,
    actor: User | None,
    *,
    item_ids: Iterable[int] | None = None,
    media: Medium = ALL_MEDIA,
    channel: str = "screen",
    within: bool = False,
) -> Effects:
    """Let what was agreed reach no farther: for some items, or for everything.

    With DRAFT it is a withdrawal, which seals at once. Never widens; what narrows nothing leaves
    no line. `within`: the agreement that follows tells it, in a line that people read. The caller
    commits.
    """
    people.lock([person.id])
    grants = [grant for grant, _guardian in standing([person.id])[person.id]]
    if item_ids is None:
        wider = [g for g in grants if g.medium in media and g.audience > audience]
        less = bool(wider)
        for grant in wider:
            if audience == Scope.DRAFT and grant.item_id is not None:
                grant.ended_at = utcnow()  # the no to everything says it
            else:
                _replace(grant, audience)
        if audience == Scope.DRAFT:
            _refuse_everything(person, media, grants)
    else:
        less = _narrow_items(person, audience, sorted(item_ids), media, grants)
    if not less and audience > Scope.DRAFT:
        return Effects()
    verb = "withdrawn" if audience == Scope.DRAFT else "narrowed"
    effects = _act(person, actor)
    items = sorted(item_ids) if item_ids is not None else None
    register.note(
        person, verb, actor, channel, items=items, media=int(media), audience=int(audience),
        effects=[[one.item_id, _number(one.was), _number(one.now)] for one in effects.changes],
        within=within,
    )  # fmt: skip
    for wake_up in after_less:
        wake_up()
    return effects


def lessen(person: Person, wishes: list[Wish], actor: User | None) -> None:
    """Narrow what these wishes let reach less far than before: it ends what was said of one thing
    when everything is meant, and goes into the book of what no backup may bring back.

    Before `agree`, which keeps the wishes themselves. The caller commits.
    """
    grants = [grant for grant, _guardian in standing([person.id])[person.id]]
    for audience, item_id in sorted({(one.audience, one.item_id or 0) for one in wishes}):
        media = Medium(0)
        for wish in wishes:
            if (wish.audience, wish.item_id or 0) == (audience, item_id):
                media |= wish.medium
        if any(
            grant.medium in media
            and grant.audience > audience
            and (not item_id or grant.item_id in (None, item_id))
            for grant in grants
        ):
            where = [item_id] if item_id else None
            narrow(person, audience, actor, item_ids=where, media=media, within=True)


def withdraw(person: Person, actor: User | None, **where) -> Effects:
    """Take an agreement back, everywhere or for some items. The caller commits."""
    return narrow(person, Scope.DRAFT, actor, **where)


def renew(
    person: Person,
    actor: User | None,
    *,
    until: date | None = None,
    channel: str = "screen",
    within: bool = False,
) -> None:
    """Say again, for two more years or until then, all that was agreed; if anything was.

    `within`: as part of an agreement, whose line tells it. The caller commits.
    """
    people.lock([person.id])
    agreed = [one for one, _who in standing([person.id])[person.id] if one.audience > Scope.DRAFT]
    if not agreed:
        return
    last = until or end_of(today())
    for grant in agreed:
        _replace(grant, grant.audience, until=last)
    register.note(person, "renewed", actor, channel, until=last.isoformat(), within=within)
    _act(person, actor)


def reckon_again(person: Person, actor: User | None) -> Effects:
    """After something about the person changed (a minor, a guardian). The caller commits."""
    people.lock([person.id])
    return _act(person, actor)


def end_of(start: date, years: int = YEARS) -> date:
    """The last day of an agreement: two years later if nobody says otherwise."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:  # the 29th of February
        return start.replace(year=start.year + years, day=28)


def today() -> date:
    """The day agreements are counted from."""
    return utcnow().date()


def _say(person: Person, wish: Wish, consent: Consent, until: date, purpose: str) -> None:
    now = utcnow()
    same = select(Grant).where(
        Grant.person_id == person.id, Grant.ended_at.is_(None), Grant.medium == wish.medium
    )
    # What is said of everything leaves what was said of one thing: a « not this photo » stays.
    same = same.where(
        Grant.item_id.is_(None) if wish.item_id is None else Grant.item_id == wish.item_id
    )
    for grant in db.session.scalars(same):
        grant.ended_at = now
    db.session.add(
        Grant(
            consent_id=consent.id, person_id=person.id, item_id=wish.item_id, medium=wish.medium,
            audience=wish.audience, prints=wish.prints, purpose=purpose[:300], starts_on=today(),
            expires_on=until,
        )
    )  # fmt: skip


def _replace(grant: Grant, audience: Scope, until: date | None = None) -> None:
    grant.ended_at = utcnow()
    db.session.add(
        Grant(
            consent_id=grant.consent_id, person_id=grant.person_id, item_id=grant.item_id,
            medium=grant.medium, audience=audience, purpose=grant.purpose,
            prints=grant.prints and audience > Scope.DRAFT, starts_on=grant.starts_on,
            expires_on=until or grant.expires_on,
        )
    )  # fmt: skip


def _refuse_everything(person: Person, media: Medium, grants: list[Grant]) -> None:
    """A no to everything holds also for what was never asked, and for what will be made."""
    general = {grant.medium for grant in grants if grant.item_id is None}
    for medium in media:
        if medium not in general:
            db.session.add(_refusal(person, medium, None, Scope.DRAFT))


def _narrow_items(person, audience, item_ids: list[int], media: Medium, grants: list) -> bool:
    """Whether any of it reached farther, or was refused."""
    less = False
    allowed = {one.appearance.item_id: one for one in allowances(item_ids)
               if one.appearance.person_id == person.id}  # fmt: skip
    for item_id in set(item_ids) & allowed.keys():
        for medium, reach in allowed[item_id].by_medium.items():
            if medium not in media:
                continue
            own = [g for g in grants if g.item_id == item_id and g.medium == medium]
            whole = [g for g in grants if g.item_id is None and g.medium == medium]
            for grant in own:
                grant.ended_at = utcnow()
            counts = [] if own else [allowed[item_id].grants[medium]]
            model = next((grant for grant in [*own, *counts, *whole] if grant), None)
            if model is None and reach is None and audience > Scope.DRAFT:
                continue  # never asked: there is nothing to narrow
            less |= audience == Scope.DRAFT or model is None or model.audience > audience
            farthest = min(audience, model.audience if model else (reach or Scope.DRAFT))
            if model:
                again = Grant(
                    consent_id=model.consent_id, person_id=person.id, item_id=item_id,
                    medium=medium, audience=farthest, purpose=model.purpose,
                    prints=model.prints and farthest > Scope.DRAFT, starts_on=model.starts_on,
                    expires_on=model.expires_on,
                )  # fmt: skip
                db.session.add(again)
            else:
                db.session.add(_refusal(person, medium, item_id, farthest))
    return less


def _refusal(person: Person, medium: Medium, item_id: int | None, audience: Scope) -> Grant:
    return Grant(
        person_id=person.id, item_id=item_id, medium=medium, audience=audience,
        starts_on=today(), expires_on=today(),
    )  # fmt: skip


def _act(person: Person, actor: User | None) -> Effects:
    """Settle all that the person appears in, and leave its trace wherever screens are kept."""
    db.session.flush()
    ids = list(
        db.session.scalars(select(Appearance.item_id).where(Appearance.person_id == person.id))
    )
    tombstones.follow(person, ids)
    changes = settle(ids)
    reach = {one.item_id: one.now for one in changes}
    for item in _items(list(reach)):
        log("consent changed", item, actor)
        if reach[item.id] is not None:
            drop_requests(item, beyond=reach[item.id])
    return Effects(changes)


def _items(ids: list[int]) -> list[Item]:
    return list(db.session.scalars(select(Item).where(Item.id.in_(ids)))) if ids else []


def _number(scope: Scope | None) -> int | None:
    return None if scope is None else int(scope)

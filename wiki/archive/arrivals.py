"""The people an archive speaks of: who of them is known here, who comes in, who is only named."""

import re

from sqlalchemy import func, select

from wiki.accounts import names
from wiki.accounts.cards import AccessCard
from wiki.accounts.models import COLOURS, PICTOGRAMS, User, clean_email, is_email
from wiki.archive import identities
from wiki.archive.identities import KnownAs
from wiki.archive.opening import Damaged, Opened, broken
from wiki.db import db, utcnow
from wiki.groups.models import Group, Membership, Role
from wiki.markup.sanitize import clean_text

MOST = 20_000
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class People:
    """By the number a person has in the archive: who they are here.

    Only an operator lets an archive say who belongs to a group. For anybody else, the people in
    it are names under what they wrote: no account of this site is touched, none can be entered.
    Where an archive comes `back`, those whom this site named when it left are known again.
    """

    def __init__(self, opened: Opened, trusted: bool, back: bool = False):
        self.trusted, self.back = trusted, back
        self.told: dict[int, dict] = {}
        uids: set[str] = set()
        for row in opened.rows("people"):
            number = row.get("id")
            if not isinstance(number, int) or number in self.told or len(self.told) >= MOST:
                raise broken("data/people.jsonl")
            self.told[number] = _cleaned(row)
            if uids & set(self.told[number]["uids"]):
                raise broken("data/people.jsonl")
            uids |= set(self.told[number]["uids"])
        addresses = [one["email"] for one in self.told.values() if one["email"]]
        if len(set(addresses)) != len(addresses):
            raise Damaged(broken("data/people.jsonl"))
        self.here: dict[int, int] = {}
        self.known: set[int] = set()

    def arrive(self, members: dict[int, dict]) -> None:
        """Find or make everybody. The caller commits."""
        inhabited = db.session.scalar(select(func.count()).select_from(Membership))
        made, again = {}, self.known_again()
        for number, told in self.told.items():
            email = told["email"] if self.trusted and number in members else None
            known = User.by_email(email) if email else None
            if number in again or known is not None:
                self.here[number] = again.get(number) or known.id
                self.known.add(number)
                continue
            person = User(
                name=told["name"], email=email, pictogram=told["pictogram"], colour=told["colour"],
                # Who reads what the network shares is for this site to say, once it has people.
                professional=bool(email and told["professional"] and not inhabited),
            )  # fmt: skip
            if self.trusted and number in members:
                self.known.add(number)
            else:
                person.deactivated_at = utcnow()
            made[number] = person
        db.session.add_all(made.values())
        db.session.flush()
        self.here |= {number: person.id for number, person in made.items()}
        taken = identities.known_people({uid for one in self.told.values() for uid in one["uids"]})
        for number, told in self.told.items():
            new = [uid for uid in told["uids"] if uid not in taken]
            db.session.add_all(KnownAs(uid=uid, user_id=self.here[number]) for uid in new)
        db.session.flush()

    def known_again(self) -> dict[int, int]:
        """By number in the archive: those whom this site knows by the name they travel with."""
        if not (self.trusted or self.back):
            return {}
        here = identities.known_people({uid for one in self.told.values() for uid in one["uids"]})
        return {
            number: here[uid]
            for number, told in self.told.items() for uid in told["uids"] if uid in here
        }  # fmt: skip

    def admit(self, group: Group, members: dict[int, dict]) -> list[tuple[str, Role]]:
        """Give members their place again: who, in which role. The caller commits."""
        admitted = []
        for number, told in members.items():
            role = Role(told["role"])
            person = db.session.get(User, self.here.get(number, 0))
            if person is None or not person.is_active:
                continue
            if person.is_participant:
                role = min(role, Role.MEMBER)
                card = AccessCard(group_id=group.id, user_id=person.id)
                card.name_key = self._key(group, person.name)
                db.session.add(card)
            group.admit(person, role).joined_at = told["joined_at"]
            admitted.append((f"{person.name} <{person.email}>" if person.email else person.name,
                             role))  # fmt: skip
        db.session.flush()
        return admitted

    def _key(self, group: Group, name: str) -> str | None:
        key = names.key(name)
        taken = select(AccessCard.id).where(
            AccessCard.group_id == group.id, AccessCard.name_key == key
        )
        return None if db.session.scalar(taken) else key


def _cleaned(row: dict) -> dict:
    name, email = row.get("name"), row.get("email")
    if not isinstance(name, str) or not isinstance(email, str | None):
        raise broken("data/people.jsonl")
    email = clean_email(email) if email else None
    told = row.get("uids") if isinstance(row.get("uids"), list) else []
    uids = [uid for uid in told[:20] if isinstance(uid, str) and _UID.fullmatch(uid)]
    return {
        "uids": sorted(set(uids)),
        "name": clean_text(name)[:80] or "…",
        "email": email if email and is_email(email) else None,
        "pictogram": row["pictogram"] if row.get("pictogram") in PICTOGRAMS else "soleil",
        "colour": row["colour"] if row.get("colour") in COLOURS else "ardoise",
        "professional": row.get("professional") is True,
    }

"""What of a group may go to strangers: nobody's name, face, voice, address or number, no past.

Kinds say what of theirs may be in it, and how; whatever did not say so stays.
"""

import re
from collections.abc import Callable

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.archive import tables
from wiki.archive.gathering import Gathered, gather
from wiki.archive.numbers import ADDRESS, EMBED, LINK
from wiki.archive.tables import Sort
from wiki.consents.models import Person
from wiki.db import db, utcnow
from wiki.groups.models import Group, Membership
from wiki.items import firstnames
from wiki.items.models import Comment, Item, Revision, Scope
from wiki.templating import site_address

GONE = "…"
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)\d{1,3}[\s.-]?\(?0?\)?|0)[1-9](?:[\s.\u00a0\u202f-]?\d{2}){4}(?!\d)"
)
# Somebody whom the register does not know: « Mme Ollivro ».
TITLED = re.compile(
    r"\b(M\.|MM\.|Mr|Mme|Mmes|Mlle|Madame|Monsieur|Mademoiselle|Docteur|Dr|Ma\u00eetre)"
    r"([\s\u00a0\u202f]+)((?:[A-Z\u00c0-\u00dd][\w'’-]+[\s\u00a0]?)+)"
)
# « 12 rue du Canal », « 3 bis, avenue de l’Europe », « 29000 Quimper », « 12 Canal Street ».
_CAPITAL = r"[A-Z\u00c0-\u00dd0-9][\w'’-]*"
_STREET = re.compile(
    r"\b\d{1,4}(?:[\s\u00a0]?(?:bis|ter|quater|[A-D]))?,?[\s\u00a0]+(?:(?i:rue|avenue|av\.|boulevard|bd|"
    r"place|chemin|impasse|all\u00e9es?|quai|route|square|passage|ruelle|venelle|sentier|"
    r"faubourg|lotissement|r\u00e9sidence|villa|esplanade|cit\u00e9|hameau))"
    r"(?:[\s\u00a0]+(?:de|du|des|la|le|les|aux?|\u00e0|et|en))*"
    rf"(?:[\s\u00a0]+(?:(?:de|du|des|la|le|les|aux?|et|en)[\s\u00a0]+)*(?:[ld]['’])?{_CAPITAL})+"
    rf"|\b\d{{1,4}}[\s\u00a0]+(?:{_CAPITAL}[\s\u00a0]+){{1,3}}(?:Street|Road|Avenue|Lane|Square)\b"
    rf"|\b\d{{5}}[\s\u00a0]+{_CAPITAL}"
)
_LETTERS = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")
# A fingerprint, a number drawn by lot: nobody's; one in three hundred reads like a telephone's.
OF_CHANCE = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WEB = re.compile(r"(?:https?://|www\.)[^\s)>\]\"']+", re.IGNORECASE)
_MACRO = re.compile(r"\{\{\s*[^\W\d]+\s+(\d{1,9})[^{}]*\}\}")
_PICTURE = re.compile(r"!\[[^\]]*\]\(/files/(\d{1,9})[^)]*\)")

_may_go: dict[str, Callable] = {}


def may_go(table: str, change: Callable = lambda row: row) -> None:
    """Let rows of a table be in a kit, as `change(row)` leaves them; None leaves a row out."""
    _may_go[table] = change


def goes(table: str) -> bool:
    """Whether a kit may hold rows of a table."""
    return table in _may_go


class Veil:
    """What takes people out of words: everybody a group knows, mails, phones, streets."""

    def __init__(self, names: list[str]):
        known = {name.strip() for name in names if name and len(name.strip()) > 1}
        parts = {
            part for name in known for part in re.split(r"[\s,]+", name)
            if len(part) > 2 and part[0].isupper()
        }  # fmt: skip
        self.names = sorted(known | parts)
        self.find = firstnames.finder(self.names)
        self.alone = {firstnames.key(name) for name in self.names if " " not in name}
        self.count = 0

    def __call__(self, value):
        """A value without anybody in it."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self(one) for one in value]
        if isinstance(value, dict):
            return {self.text(key): self(one) for key, one in value.items()}
        return value

    def text(self, words: str) -> str:
        """A text without anybody in it."""
        if OF_CHANCE.fullmatch(words):
            return words
        words = _WEB.sub(self._web, words)
        for pattern, instead in ((_MAIL, GONE), (_PHONE, GONE), (_STREET, GONE), (TITLED, _titled)):
            words, found = pattern.subn(instead, words)
            self.count += found
        pieces, at = [], 0
        for start, end, _name in self.find(words):
            pieces += [words[at:start], GONE]
            at = end
            self.count += 1
        return _LETTERS.sub(self._alone, "".join([*pieces, words[at:]]))

    def shows(self, words: str) -> bool:
        """Whether somebody can be read in a text."""
        return self.text(words) != words

    def _alone(self, found: re.Match) -> str:
        """A name inside a longer word: an address, a name of a file."""
        if len(found[0]) < 3 or firstnames.key(found[0]) not in self.alone:
            return found[0]
        self.count += 1
        return GONE

    def _web(self, found: re.Match) -> str:
        address = found[0]
        bare = re.sub(r"[^\w]+|_", " ", address)
        if address.startswith(site_address()) or self.find(bare):
            self.count += 1
            return GONE
        return address


def _titled(found: re.Match) -> str:
    """« Mme … », with the space that followed the name."""
    after = found[3][len(found[3].rstrip()) :]
    return f"{found[1]}{found[2]}{GONE}{after}"


def names_of(group: Group) -> list[str]:
    """Everybody that a group knows: who is or was in it, wrote in it, appears in it."""
    here = select(Item.id).where(Item.group_id == group.id)
    users = select(User.name).where(
        User.id.in_(select(Membership.user_id).where(Membership.group_id == group.id))
        | User.id.in_(select(Revision.actor_id).where(Revision.item_id.in_(here)))
        | User.id.in_(select(Item.author_id).where(Item.group_id == group.id))
        | User.id.in_(select(Comment.author_id).where(Comment.item_id.in_(here)))
    )
    found = list(db.session.scalars(users))
    for row in db.session.execute(
        select(Person.shown_name, Person.real_name, Person.guardian).where(
            Person.group_id == group.id
        )
    ):
        found += list(row)
    found += list(db.session.scalars(
        select(Comment.author_name).where(Comment.item_id.in_(here))
    ))  # fmt: skip
    for gather_names in more_names:
        found += gather_names(group.id)
    return [name for name in dict.fromkeys(found) if name]


# Texts of a kind, by their names, that no kit takes.
never_taken: dict[str, set[str]] = {}

# Where kinds keep names of people beside the fields of others: `names(group_id)`.
more_names: list[Callable[[int], list[str]]] = []


def bare(group: Group, reader: User, ids: set[int], veil: Veil) -> Gathered:
    """The rows of some items, numbered from one, with nobody in them."""
    found = gather(group, reader)
    found.kept &= ids
    numbers = {old: at for at, old in enumerate(sorted(found.kept), 1)}
    rows: dict[str, list[dict]] = {}
    for name, sort in tables.sorts().items():
        rows[name] = []
        if name not in _may_go:
            continue
        for row in found.rows[name]:
            made = _may_go[name](dict(row))
            if made is not None and _is_of(sort, made, numbers):
                rows[name].append(_without(sort, made, numbers, veil))
    _number_again(rows)
    current = {row["id"]: row["sha256"] for row in rows["file"]}
    only = {row["file_id"]: row for row in rows["file_version"]
            if current.get(row["file_id"]) == row["sha256"]}  # fmt: skip
    rows["file_version"] = list(only.values())
    wanted = set(current.values())
    found.rows, found.people = rows, []
    found.numbers = {made: old for old, made in numbers.items()}
    found.terms = _terms(found, veil)
    found.media = {sha: about for sha, about in found.media.items() if sha in wanted}
    found.kept, found.left_out = set(numbers.values()), []
    return found


def _is_of(sort: Sort, row: dict, numbers: dict[int, int]) -> bool:
    """Whether a row belongs to what is taken, and needs nothing else."""
    if sort.name == "item":
        return row["id"] in numbers
    needed = [name for name, named in sort.names.items() if _bears_items(named)]
    if sort.name == "map_base":  # without its picture, it is a blank sheet
        needed = [sort.owner_column]
    return all(row[name] is None or row[name] in numbers for name in needed)


def _bears_items(table: str) -> bool:
    """Whether the rows of a table have the numbers of items."""
    sort = tables.sorts().get(table)
    if sort is None or sort.key is None:
        return False
    return table == "item" or _bears_items(sort.names.get(sort.key, ""))


def _terms(found: Gathered, veil: Veil) -> list[dict]:
    """The words of the items, numbered from one, but those that name somebody."""
    used = {row["term_id"] for row in found.rows["item_term"]}
    kept = [one for one in found.terms if one["id"] in used and not veil.shows(one["label"])]
    numbers = {one["id"]: at for at, one in enumerate(kept, 1)}
    found.rows["item_term"] = [
        row | {"term_id": numbers[row["term_id"]]}
        for row in found.rows["item_term"] if row["term_id"] in numbers
    ]  # fmt: skip
    return [one | {"id": numbers[one["id"]]} for one in kept]


def _without(sort, row: dict, numbers: dict[int, int], veil: Veil) -> dict:
    """A row without people, and with the numbers of the kit."""
    fixed = {*sort.names, *sort.people, sort.key, "kind", "lang", "sha256", "uid", "text_state"}
    made = {
        name: value if name in fixed else veil(_cut(value, numbers)) for name, value in row.items()
    }
    for name, named in sort.names.items():
        if _bears_items(named) and made[name] is not None:
            made[name] = numbers.get(made[name])
        elif named == "group":
            made[name] = 0
    for name in sort.people:
        made[name] = None
    if sort.name == "item":
        made["id"] = numbers[row["id"]]
    return made


def _cut(value, numbers: dict[int, int]):
    """Texts whose links lead to what is in the kit, and to nothing else of the group."""
    if isinstance(value, list):
        return [_cut(one, numbers) for one in value]
    if isinstance(value, dict):
        return {key: _cut(one, numbers) for key, one in value.items()}
    if not isinstance(value, str):
        return value
    for pattern in (_MACRO, _PICTURE):
        value = pattern.sub(lambda m: m[0] if int(m[1]) in numbers else "", value)
    for pattern, nothing in ((LINK, GONE), (EMBED, "0"), (ADDRESS, "0")):
        value = pattern.sub(lambda m, n=nothing: _led(m, numbers, n), value)
    return value


def _led(found: re.Match, numbers: dict[int, int], nothing: str) -> str:
    number = numbers.get(int(found[2]))
    if number is None:
        return found[1].removesuffix("#") + nothing
    return f"{found[1]}{number}"


def _number_again(rows: dict[str, list[dict]]) -> None:
    """Rows that are not items are numbered from one too: their numbers tell of the site."""
    for name, sort in tables.sorts().items():
        if name == "item" or sort.key != "id" or sort.table.columns["id"].foreign_keys:
            continue
        known = {row["id"]: at for at, row in enumerate(rows[name], 1)}
        for other in tables.sorts().values():  # who names them follows
            for column in [c for c, named in other.names.items() if named == name]:
                for row in rows[other.name]:
                    row[column] = known.get(row[column])
        for row in rows[name]:
            row["id"] = known[row["id"]]


def _item(row: dict) -> dict:
    now = utcnow().replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
    return row | {
        "scope": int(Scope.GROUP), "origin": None, "source": None, "extra": {},
        "slug": "", "revision_count": 0, "created_at": now, "updated_at": now,
        "published_at": None,
    }  # fmt: skip


def _file(row: dict) -> dict:
    return row | {"text": "", "credit": "", "text_tries": 0, "text_tried_at": None,
                  "text_state": "none" if row["text_state"] == "none" else "waiting"}  # fmt: skip


def _version(row: dict) -> dict:
    now = utcnow().replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
    return row | {"number": 1, "created_at": now}


may_go("item", _item)
may_go("item_term")
may_go("file", _file)
may_go("file_version", _version)

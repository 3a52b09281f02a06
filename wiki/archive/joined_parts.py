"""Rows that come back, table by table: known again and added to, or new."""

from collections import defaultdict
from hashlib import blake2b

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.archive import natural, placing, storing, tables
from wiki.archive import numbers as renumbering
from wiki.archive.gathering import plain
from wiki.archive.opening import broken
from wiki.archive.tables import Sort
from wiki.consents import deciding
from wiki.consents.models import Grant, Person
from wiki.db import db, utcnow
from wiki.groups.models import Group, Membership
from wiki.items.models import Item

# Rights are no archive's to give; names of things have their own place.
NEVER = {"archive_identity", placing.TABLE, "co_owner", "membership"}
# What a known thing has of its own, made from its text or given by hand here.
OF_HERE = {"item_term", "reference"}
# Once what they name is there.
AFTER = ("consent_event", "consent_release", "stretches", "signature", "event", "watch")
TOLD = {"created", "updated", "commented", "answered", "placed"}  # of a known thing's activity
SAID = {"comment", "attendance", "session_answer", "map_feature", "person", "consent_grant",
        "collection_entry", "cue", "file_version"}  # fmt: skip


def early(joining) -> None:
    """All tables up to the versions."""
    joining.matched, joining.pairs = {"map_feature": set()}, {}
    kinds = {table.name for one in Item.__mapper__.self_and_descendants for table in one.tables}
    for name, sort in tables.sorts().items():
        if name in NEVER or name in AFTER:
            continue
        if name in kinds:
            _things(joining, sort)
        elif name == "revision":
            _versions(joining, sort)
        elif name in natural.handlers():
            _handed(joining, sort)
        else:
            _table(joining, sort)
    for name, handler in natural.handlers().items():
        if handler is not None:
            handler(joining, joining.pairs.pop(name, []))


def late(joining) -> None:
    """What hangs from versions, what was done, who follows."""
    for line in joining.lines.values():
        if line.state == "forward" and line.fresh and not joining.dry:
            joining.numbers.known["revision"][line.fresh[-1]["id"]] = line.head["id_here"]
    for name in AFTER:
        _table(joining, tables.sorts()[name])
    if not joining.dry:
        _narrowest(joining)


def agree_again(persons: list[int], actor: User | None) -> None:
    """What was agreed to or refused acts at once, wherever it was said. The caller commits."""
    for number in persons:
        person = db.session.get(Person, number)
        if person is not None:
            deciding.reckon_again(person, actor)


def _things(joining, sort: Sort) -> None:
    """The things themselves: new ones come in whole; known ones by their text."""
    joining.matched[sort.name] = set(joining.here)
    joining.numbers.known[sort.name] = joining.numbers.known["item"]
    rows = [row for row in joining.rows[sort.name] if row["id"] in joining.new]
    _write(joining, sort, [made for row in rows if (made := _made(joining, sort, row))])


def _versions(joining, sort: Sort) -> None:
    """The versions of new things, and those that known things did not have."""
    own = [row for row in joining.rows["revision"] if row["item_id"] in joining.new]
    fresh = []
    for line in joining.lines.values():
        added = line.fresh[:-1] if line.state == "forward" else line.fresh
        fresh += [(row, line.last + place) for place, row in enumerate(added, 1)]
    olds = [row["id"] for row in own] + [row["id"] for row, _place in fresh]
    if len(set(olds)) != len(olds):
        raise broken("data/revision.jsonl")
    _number(joining, sort, olds)
    made = [_made(joining, sort, row) for row in own]
    made += [_made(joining, sort, row) | {"number": place} for row, place in fresh]
    _write(joining, sort, [row for row in made if row])


def _handed(joining, sort: Sort) -> None:
    """Rows that their kind puts together; new ones come in as any."""
    pairs, fresh = _paired(joining, sort)
    joining.pairs[sort.name] = pairs
    _write(joining, sort, fresh)
    joining.parts[sort.name] += len(fresh)


def _table(joining, sort: Sort) -> None:
    pairs, fresh = _paired(joining, sort)
    change = natural.rule_of(sort.name)
    for ours, theirs in pairs if change else ():
        item_id = _item_of(joining, sort, ours)
        made = change(ours, theirs, joining.met_at(item_id))
        if made is None:
            joining.clash(sort.name, item_id, _key(sort, theirs), **_both(sort, ours, theirs))
        elif made:
            joining.parts[sort.name] += 1
            _touch(joining, sort, ours)
            if not joining.dry:
                _update(sort, ours, made)
    fresh = [row for row in fresh if _may_come(joining, sort, row)]
    for row in fresh:
        _touch(joining, sort, row)
    if sort.name in SAID:
        joining.parts[sort.name] += sum(_item_is_known(joining, sort, row) for row in fresh)
    _write(joining, sort, fresh)


def _paired(joining, sort: Sort) -> tuple[list[tuple[dict, dict]], list[dict]]:
    """Rows that are here already with what is here, and those that are new."""
    rows = [row for row in joining.rows[sort.name] if _goes_on(joining, sort, row)]
    known = joining.matched.get(sort.owner, set())
    within = [row for row in rows if sort.owner == "group" or row[sort.owner_column] in known]
    here = _here(joining, sort, within)
    _number(joining, sort, [row[sort.key] for row in rows] if sort.key else [])
    pairs, fresh, taken = [], [], set()
    ordered = _parents_first(rows) if sort.name == "folder" else rows
    inside = {id(row) for row in within}
    for row in ordered:
        made = _made(joining, sort, row)
        if made is None:
            continue
        told = made | ({sort.key: row[sort.key]} if sort.name == "map_feature" else {})
        keys = natural.keys_of(sort, told) if id(row) in inside else []
        ours = next((here[key] for key in keys if key in here), None)
        if ours is None:
            if sort.key is None and (primary := _primary(sort, made)) in taken:
                raise broken(f"data/{sort.name}.jsonl ({primary})")
            taken.add(_primary(sort, made))
            fresh.append(made)
            continue
        if sort.key:
            joining.numbers.known[sort.name][row[sort.key]] = ours[sort.key]
            joining.matched.setdefault(sort.name, set()).add(row[sort.key])
            made[sort.key] = ours[sort.key]
        pairs.append((ours, made))
    return pairs, _counted(joining, sort, fresh)


def _goes_on(joining, sort: Sort, row: dict) -> bool:
    """Whether a row is looked at: what known things have of their own here stays as it is."""
    owner = row.get(sort.owner_column)
    if sort.name in OF_HERE and owner in joining.here:
        return False
    if natural.handlers().get(sort.name, ...) is None and owner in joining.matched[sort.owner]:
        return False
    if sort.name == "event":
        told = row["item_id"] in joining.here and row["verb"] in TOLD
        return told or (row["item_id"] in joining.new and row["verb"] not in
                        ("published", "narrowed"))  # fmt: skip
    return True


def _may_come(joining, sort: Sort, row: dict) -> bool:
    if sort.name == "folder":
        return placing.is_wanted(joining, row)
    if sort.name == "watch":
        if not hasattr(joining, "members"):
            inside = select(Membership.user_id).where(Membership.group_id == joining.group_id)
            joining.members = set(db.session.scalars(inside))
        return row["user_id"] in joining.members
    if sort.name == "event" and row["item_id"] not in joining.new.values():
        row["data"] = {k: v for k, v in (row["data"] or {}).items() if k != "revision"}
    return True


def _here(joining, sort: Sort, rows: list[dict]) -> dict[tuple, dict]:
    """The rows of this place that hang from what is known, by what makes them known again."""
    columns = list(sort.table.columns)
    owner = sort.table.columns[sort.owner_column]
    found: dict[tuple, dict] = {}
    if sort.owner == "group":
        above = [joining.group_id]
    else:
        above = sorted({joining.numbers.of(sort.owner, row[sort.owner_column]) for row in rows}
                       - {None})  # fmt: skip
    for start in range(0, len(above), 400):
        query = select(*columns).where(owner.in_(above[start : start + 400]))
        for values in db.session.execute(query):
            row = dict(zip([one.name for one in columns], values, strict=True))
            for key in natural.keys_of(sort, row):
                found.setdefault(key, row)
    return found


def _number(joining, sort: Sort, olds: list) -> None:
    """Numbers for rows, whether they turn out to be new or not."""
    if not sort.key or sort.table.columns[sort.key].foreign_keys:
        if sort.key:
            joining.numbers.known[sort.name] = joining.numbers.known[sort.names[sort.key]]
        return
    if len(set(olds)) != len(olds):
        raise broken(f"data/{sort.name}.jsonl")
    new = renumbering.free(sort.name, olds, always=True) if olds else []
    joining.numbers.known[sort.name] = dict(zip(olds, new, strict=True))


def _made(joining, sort: Sort, row: dict) -> dict | None:
    if not hasattr(joining, "group"):
        joining.group = db.session.get(Group, joining.group_id)
    return joining._row(sort, row, joining.group)


def _parents_first(rows: list[dict]) -> list[dict]:
    above = {row["id"]: row["parent_id"] for row in rows}

    def depth(number) -> int:
        steps, at = 0, above.get(number)
        while at is not None and steps < 50:
            steps, at = steps + 1, above.get(at)
        return steps

    return sorted(rows, key=lambda row: depth(row["id"]))


def _counted(joining, sort: Sort, fresh: list[dict]) -> list[dict]:
    """Versions of bytes come after those that are here."""
    column = natural.COUNTED.get(sort.name)
    if column is None:
        return fresh
    last: dict[int, int] = defaultdict(int)
    owner = sort.table.columns[column]
    above = sorted({row[column] for row in fresh})
    for start in range(0, len(above), 400):
        query = select(owner, db.func.max(sort.table.c.number)).group_by(owner)
        some = query.where(owner.in_(above[start : start + 400]))
        last |= dict(tuple(row) for row in db.session.execute(some))
    for row in sorted(fresh, key=lambda row: row["number"]):
        if row["number"] <= last[row[column]]:
            row["number"] = last[row[column]] + 1
        last[row[column]] = row["number"]
    return fresh


def _write(joining, sort: Sort, rows: list[dict]) -> None:
    if rows and not joining.dry:
        storing.write(sort, rows)
        renumbering.follow_sequences(sort.name)


def _update(sort: Sort, ours: dict, made: dict) -> None:
    table = sort.table
    which = [column == ours[column.name] for column in table.primary_key.columns]
    db.session.execute(table.update().where(*which).values(made))


def _primary(sort: Sort, row: dict) -> tuple:
    return tuple(row[column.name] for column in sort.table.primary_key.columns)


def _item_of(joining, sort: Sort, row: dict) -> int | None:
    """The thing that a row hangs from, here."""
    if "item_id" in row:
        return row["item_id"]
    if sort.owner in joining.matched and sort.owner not in ("track", "comment", "person"):
        return row[sort.owner_column]
    if sort.name == "cue":
        return db.session.scalar(
            select(tables.sorts()["track"].table.c.file_id).where(
                tables.sorts()["track"].table.c.id == row["track_id"]
            )
        )
    return None


def _item_is_known(joining, sort: Sort, row: dict) -> bool:
    item_id = _item_of(joining, sort, row)
    return item_id is None or item_id not in joining.new.values()


def _touch(joining, sort: Sort, row: dict) -> None:
    """What is made again of a thing is made again after this."""
    if sort.name == "person":
        joining.persons.add(row["id"])
    elif row.get("person_id"):
        joining.persons.add(row["person_id"])
    if sort.name in ("event", "watch"):
        return
    item_id = _item_of(joining, sort, row)
    if item_id is not None and item_id in joining.known.titles:
        joining.touched.add(item_id)


def _key(sort: Sort, theirs: dict) -> str:
    """Which change of a row this is, for not asking twice."""
    named = ":".join(str(one) for one in _primary(sort, theirs))
    moment = theirs.get("updated_at")
    return f"{sort.name}:{named}:{moment.isoformat() if moment else hash_of(theirs)}"[:120]


def hash_of(row: dict) -> str:
    """What tells what a row says from anything else."""
    return blake2b(repr(sorted(row.items(), key=str)).encode(), digest_size=8).hexdigest()


def _both(sort: Sort, ours: dict, theirs: dict) -> dict:
    """What both rows say, as JSON keeps it."""
    return {
        side: {name: plain(value) for name, value in row.items()}
        for side, row in (("ours", ours), ("theirs", theirs))
    }


def _narrowest(joining) -> None:
    """Of what one person says of one thing on both sides, the narrowest stands alone."""
    said: dict[tuple, list[Grant]] = defaultdict(list)
    persons = sorted(joining.persons)
    for start in range(0, len(persons), 400):
        query = select(Grant).where(
            Grant.person_id.in_(persons[start : start + 400]), Grant.ended_at.is_(None)
        )
        for grant in db.session.scalars(query.execution_options(populate_existing=True)):
            said[grant.person_id, int(grant.medium), grant.item_id].append(grant)
    for grants in said.values():
        kept = min(grants, key=lambda one: (one.audience, one.prints, one.expires_on, one.id))
        for grant in grants:
            if grant is not kept:
                grant.ended_at = utcnow()
                joining.parts["narrowed"] += 1
    db.session.flush()

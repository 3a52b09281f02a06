"""Whatever two sides write, once both archives were exchanged they say the same, each word once."""

import os
import random
import re
from collections import Counter

import pytest
from sqlalchemy import select

from tests.archive.joined import away, back
from wiki.accounts.models import User
from wiki.archive.identities import Identity
from wiki.archive.models import Unsettled
from wiki.db import db
from wiki.groups.models import Group
from wiki.items.models import Comment, Item, Revision
from wiki.items.writing import save, trash
from wiki.maps import operations
from wiki.maps.models import Feature, Layer, Map
from wiki.pages.models import Page

SEEDS = int(os.environ.get("ESSAIM_TEST_ROUNDS", "1"))  # more by hand; the suite plays one


class Side:
    """One of two sites: a group, what was written there."""

    def __init__(self, group_id: int, name: str, draw: random.Random):
        self.group_id, self.name, self.draw, self.count = group_id, name, draw, 0
        self.said: list[str] = []

    def word(self) -> str:
        """A word that nobody else writes."""
        self.count += 1
        self.said.append(f"{self.name}{self.count}mot")
        return self.said[-1]

    def pages(self) -> list[Page]:
        """Its pages, by title."""
        query = select(Page).where(Page.group_id == self.group_id, Page.trashed_at.is_(None))
        return list(db.session.scalars(query.order_by(Page.title)))

    def write(self) -> None:
        """Anything people do: a line in a page, a page, a remark, a point, one carried on."""
        page, what = self.draw.choice(self.pages()), self.draw.random()
        if what < 0.6:
            lines = page.body.split("\n")
            lines.insert(self.draw.randrange(len(lines)), self.word())
            page.body = "\n".join(lines)
            save(page, None)
        elif what < 0.7:
            save(Page(group_id=self.group_id, title=self.word(), body="début\nfin"), None)
        elif what < 0.8:
            db.session.add(Comment(item_id=page.id, body=self.word(), html="", author_name="A"))
            db.session.commit()
        elif what < 0.97:
            self.point()
        elif len(self.pages()) > 3:
            trash(page, None)

    def point(self) -> None:
        """A new point on the map, or more of the story of one."""
        found = db.session.scalar(select(Map).where(Map.group_id == self.group_id))
        points = list(db.session.scalars(select(Feature).where(Feature.map_id == found.id)))
        if points and self.draw.random() < 0.5:
            one = self.draw.choice(sorted(points, key=lambda point: point.uuid))
            story = f"{one.story}\n{self.word()}"
            operations.put(found, one.uuid, {"base": one.rev, "story": story}, None)
            return
        number = f"{self.draw.getrandbits(48):012x}"
        place = {"type": "Point", "coordinates": [-4.0, 48.0]}
        body = {"geometry": place, "title": self.word()}
        operations.put(found, f"6b1d5a3e-0000-4000-8000-{number}", body, None)

    def says(self) -> dict:
        """All it says, by the name of each thing."""
        named = select(Identity.item_id, Identity.uid).where(Identity.group_id == self.group_id)
        uids = dict(tuple(row) for row in db.session.execute(named))
        told: dict = {
            uids.get(one.id): (one.title, one.body, one.revision_count > 0) for one in self.pages()
        }
        remarks = select(Comment).join(Item).where(
            Item.group_id == self.group_id, Item.trashed_at.is_(None))  # fmt: skip
        told["remarks"] = sorted(one.body for one in db.session.scalars(remarks))
        points = select(Feature).join(Item, Item.id == Feature.map_id).where(
            Item.group_id == self.group_id)  # fmt: skip
        told["points"] = sorted((one.title, one.story) for one in db.session.scalars(points))
        return told

    def kept(self) -> str:
        """All the words it has anywhere: now, before, in the trash, waiting."""
        versions = select(Revision.data).join(Item).where(Item.group_id == self.group_id)
        waiting = select(Unsettled.data).where(Unsettled.group_id == self.group_id)
        remarks = select(Comment.body).join(Item).where(Item.group_id == self.group_id)
        points = select(Feature.title, Feature.story).join(Item, Item.id == Feature.map_id)
        rows = [*db.session.scalars(versions), *db.session.scalars(waiting),
                *db.session.scalars(remarks),
                *db.session.execute(points.where(Item.group_id == self.group_id))]  # fmt: skip
        return str(rows)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_word_once_and_both_sides_alike(app, world, tmp_path, client_of, seed):
    draw, nadia = random.Random(seed), client_of("nadia")
    with app.app_context():
        _begin(world)
        there = Side(away(world, tmp_path), "la", draw)
        here = Side(world.ours, "ici", draw)
        db.session.get(Group, there.group_id).admit(db.session.get(User, world.nadia), 3)
        db.session.commit()
    for turn in range(2 if SEEDS > 1 else 1):
        with app.app_context():
            for _n in range(14):
                draw.choice((here, there)).write()
        for again in range(3):
            for one, other in ((there, here), (here, there)):
                with app.app_context():
                    path = tmp_path / f"{seed}-{turn}-{again}-{one.name}.zip"
                    report = back(one.group_id, other.group_id, path)
                    shown, kept = str(one.says()), other.kept()
                    # What went into the trash of one side does not travel: it stays there.
                    lost = [word for word in one.said if word in shown and word not in kept]
                    assert not lost, (seed, lost)
                    waiting = _waiting(other)
                for number in waiting:
                    _settle(app, nadia, number)
        with app.app_context():
            assert here.says() == there.says(), seed
            told = {name: said for name, said in here.says().items() if name != "points"}
            counts = Counter(re.findall(r"\w+mot", str(told)))
            assert not [word for word, times in counts.items() if times > 1], seed
            assert set(report["counts"]) <= {"same"}, (seed, report["counts"])


def _waiting(side: Side) -> list[int]:
    query = select(Unsettled.id).where(
        Unsettled.group_id == side.group_id, Unsettled.settled_at.is_(None)
    )
    return list(db.session.scalars(query))


def _settle(app, nadia, number: int) -> None:
    """Somebody keeps both of a text, what is still there of a thing, the present point."""
    with app.app_context():
        one = db.session.get(Unsettled, number)
        sort, shown = one.sort, one.item.revision_count
    choice = {"deleted here": "theirs", "point": "both"}.get(sort, "ours")
    answer = nadia.post(f"/rereading/{number}", data={"settles": shown, "choice": choice})
    assert answer.status_code == 303, sort


def _begin(world) -> None:
    nadia = db.session.get(User, world.nadia)
    for number in range(4):
        body = f"début {number}\nmilieu\nfin"
        save(Page(group_id=world.ours, title=f"Page {number}", body=body), nadia)
    found = Map(group_id=world.ours, title="Nos coins", question="")
    found.layers.append(Layer(title="Lieux"))
    save(found, nadia)

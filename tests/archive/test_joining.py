"""A laptop's archive comes back to the group it left: nothing lost, nothing silently overwritten."""

from tests.archive.joined import away, back, item, leave, twin
from tests.archive.test_coming import fill
from wiki.accounts.models import User
from wiki.archive.models import Unsettled
from wiki.db import db
from wiki.items.models import Item, Revision
from wiki.items.writing import save
from wiki.pages.models import Page


def texts(group_id: int) -> dict[str, str]:
    found = db.session.scalars(db.select(Page).where(Page.group_id == group_id)).all()
    return {one.title: one.body for one in found if not one.is_trashed}


def wrote(number: int, actor, **fields):
    one = item(number)
    for name, value in fields.items():
        setattr(one, name, value)
    save(one, actor)


def test_what_only_one_side_changed_is_taken_with_its_past(app, world, tmp_path):
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        fill(world)
        there = away(world, tmp_path)
        page = twin(world.page, there)
        wrote(page, None, body="Ouvert le **mardi**.")
        wrote(page, None, body="Ouvert le **mercredi**.")
        new = Page(group_id=there, title="Née là-bas", body="Voir [[Espace emploi]].")
        save(new, None)
        report = back(there, world.ours, tmp_path / "back.zip")
        assert report["counts"]["updated"] == 1
        assert report["counts"]["new"] == 1
        assert "again" not in report["counts"]
        here = item(world.page)
        assert here.body == "Ouvert le **mercredi**."
        assert here.renderings["body"].plain.strip() == "Ouvert le mercredi."
        past = db.session.scalars(
            db.select(Revision).where(Revision.item_id == here.id).order_by(Revision.number)
        ).all()
        assert [one.data["body"] for one in past][-2:] == [
            "Ouvert le **mardi**.", "Ouvert le **mercredi**."
        ]  # fmt: skip
        assert here.revision_count == past[-1].number
        assert texts(world.ours)["Née là-bas"] == "Voir [[Espace emploi]]."
        again = back(there, world.ours, tmp_path / "again.zip")
        assert not {"new", "updated", "joined", "again", "deleted"} & set(again["counts"])
        assert not +__import__("collections").Counter(again["parts"])
        assert nadia

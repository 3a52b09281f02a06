"""What an agreement does, one case at a time."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.consents import scene
from wiki.accounts.models import User
from wiki.consents import blockers, deciding, people
from wiki.consents.deciding import NeedsGuardian, Proof, Wish
from wiki.consents.models import Appearance, ConsentEvent, Grant, Medium, Method, Person, Tombstone
from wiki.db import db
from wiki.groups.journal import Event
from wiki.groups.models import Group
from wiki.items import writing
from wiki.items.models import Item, Scope
from wiki.portraits.models import Portrait


@pytest.fixture
def person(app, world):
    """A person of the group; her number."""
    with app.app_context():
        made = Person(group_id=world.ours, shown_name="Fatou")
        db.session.add(made)
        db.session.commit()
        return made.id


@pytest.fixture
def photo(client_of, world):
    """A photo of the group; its number."""
    return scene.send(client_of("nadia"), world.ours, "atelier.jpg", scene.jpeg())


def ceiling(item_id: int) -> Scope | None:
    return db.session.scalar(select(Item.ceiling).where(Item.id == item_id))


def withdraw(person: int, **where):
    deciding.withdraw(db.session.get(Person, person), None, **where)
    db.session.commit()


def test_nobody_sees_who_has_not_been_asked_yet(app, client_of, person, photo):
    assert client_of("karim").get(f"/files/{photo}/preview/thumb", buffered=True).status_code == 200
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE)
    assert client_of("karim").get(f"/files/{photo}/preview/thumb", buffered=True).status_code == 404
    assert client_of("nadia").get(f"/files/{photo}/preview/thumb", buffered=True).status_code == 200
    with app.app_context():
        scene.agree(person, Scope.GROUP)
    assert client_of("karim").get(f"/files/{photo}/preview/thumb", buffered=True).status_code == 200


def test_each_thing_shown_of_someone_counts(app, person, photo):
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE | Medium.NAME)
        scene.agree(person, Scope.PUBLIC, media=Medium.IMAGE)
        assert ceiling(photo) == Scope.DRAFT
        scene.agree(person, Scope.NETWORK, media=Medium.NAME)
        assert ceiling(photo) == Scope.NETWORK


def test_the_one_who_agrees_least_decides_for_all(app, world, person, photo):
    with app.app_context():
        other = Person(group_id=world.ours, shown_name="Ali")
        db.session.add(other)
        db.session.flush()
        for one, audience in ((person, Scope.PUBLIC), (other.id, Scope.GROUP)):
            scene.appear(one, photo, Medium.IMAGE)
            scene.agree(one, audience)
        assert ceiling(photo) == Scope.GROUP


def test_a_no_to_one_thing_outlives_a_yes_to_everything(app, person, photo):
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE)
        scene.agree(person, Scope.PUBLIC)
        withdraw(person, item_ids=[photo])
        assert ceiling(photo) == Scope.DRAFT
        scene.agree(person, Scope.PUBLIC)
        assert ceiling(photo) == Scope.DRAFT
        scene.agree(person, Scope.PUBLIC, item_id=photo)
        assert ceiling(photo) == Scope.PUBLIC


def test_narrowing_never_widens(app, person, photo):
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE)
        scene.agree(person, Scope.GROUP)
        deciding.narrow(db.session.get(Person, person), Scope.NETWORK, None)
        db.session.commit()
        assert ceiling(photo) == Scope.GROUP


def test_a_no_to_everything_holds_for_what_is_made_later(app, client_of, world, person):
    with app.app_context():
        scene.agree(person, Scope.PUBLIC)
        withdraw(person)
    later = scene.send(client_of("nadia"), world.ours, "demain.jpg", scene.jpeg(40))
    with app.app_context():
        scene.appear(person, later, Medium.VOICE)
        assert ceiling(later) == Scope.DRAFT
        assert "not been asked" not in blockers(db.session.get(Item, later), Scope.GROUP)[0]


def test_past_its_end_an_agreement_reaches_the_group_only(app, person, photo):
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE)
        scene.agree(person, Scope.PUBLIC, until=deciding.today())
        assert ceiling(photo) == Scope.PUBLIC
        scene.agree(person, Scope.PUBLIC, until=deciding.today() - timedelta(days=1))
        assert ceiling(photo) == Scope.GROUP
        deciding.renew(db.session.get(Person, person), None)
        db.session.commit()
        assert ceiling(photo) == Scope.PUBLIC


def test_a_minor_needs_who_answers_for_them(app, person, photo):
    with app.app_context():
        one = db.session.get(Person, person)
        scene.appear(person, photo, Medium.IMAGE)
        scene.agree(person, Scope.GROUP)
        one.minor = True
        deciding.reckon_again(one, None)
        db.session.commit()
        assert ceiling(photo) == Scope.DRAFT
        wish = [Wish(Medium.IMAGE, Scope.GROUP)]
        with pytest.raises(NeedsGuardian):
            deciding.agree(one, wish, Proof(Method.SCREEN), None)
        deciding.agree(one, wish, Proof(Method.SCREEN, guardian="Aminata, sa mère"), None)
        db.session.commit()
        assert ceiling(photo) == Scope.GROUP
        withdraw(person)  # to say no, nobody has to answer for them
        assert ceiling(photo) == Scope.DRAFT


def test_publishing_wider_is_refused_with_the_reason(app, client_of, world, person, photo):
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE)
        scene.agree(person, Scope.GROUP)
        item, nadia = db.session.get(Item, photo), db.session.get(User, world.nadia)
        assert blockers(item, Scope.GROUP) == []
        with pytest.raises(writing.Unpublishable) as refused:
            writing.publish(item, Scope.NETWORK, nadia, wide=True)
        assert "Fatou" in refused.value.reasons[0]
    screen = client_of("nadia").post(f"/items/{photo}/publication", data={"scope": 3})
    assert screen.status_code == 422
    assert "Fatou" in screen.text
    with app.app_context():
        assert db.session.get(Item, photo).scope == Scope.GROUP


def test_the_same_bytes_sent_again_show_the_same_people(app, client_of, world, person, photo):
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE)
    again = client_of("karim").post(
        "/files/new",
        data={"group": world.ours, "file": (io.BytesIO(scene.jpeg()), "copie.jpg")},
        headers={"Accept": "application/json"},
        buffered=True,
    )
    copy = again.json["id"]
    assert client_of("karim").get(f"/files/{copy}/download", buffered=True).status_code == 404
    with app.app_context():
        assert ceiling(copy) == Scope.DRAFT
        scene.agree(person, Scope.GROUP)
        assert (ceiling(photo), ceiling(copy)) == (Scope.GROUP, Scope.GROUP)
        withdraw(person)
        assert (ceiling(photo), ceiling(copy)) == (Scope.DRAFT, Scope.DRAFT)


def test_a_copy_in_another_group_follows_the_person(app, world, person, photo):
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE)
        scene.agree(person, Scope.PUBLIC)
        source, nadia = db.session.get(Item, photo), db.session.get(User, world.nadia)
        copy = writing.duplicate(source, nadia, db.session.get(Group, world.theirs)).id
        assert ceiling(copy) == Scope.PUBLIC
        withdraw(person)
        assert ceiling(copy) == Scope.DRAFT


def test_what_was_there_twice_before_somebody_was_marked_follows_too(
    app, client_of, world, person, photo
):
    twin = scene.send(client_of("karim"), world.ours, "copie.jpg", scene.jpeg())
    with app.app_context():
        nadia, theirs = db.session.get(User, world.nadia), db.session.get(Group, world.theirs)
        away = writing.duplicate(db.session.get(Item, photo), nadia, theirs).id
        page = writing.duplicate(db.session.get(Item, world.public_page), nadia, theirs).id
        scene.appear(person, photo, Medium.IMAGE)
        scene.appear(person, world.public_page, Medium.NAME)
        assert [ceiling(one) for one in (photo, twin, away, page)] == [Scope.DRAFT] * 4
        scene.agree(person, Scope.PUBLIC)
        assert [ceiling(one) for one in (photo, twin, away, page)] == [Scope.PUBLIC] * 4
        withdraw(person, item_ids=[photo])  # a no to these bytes, wherever they are
        assert [ceiling(one) for one in (photo, twin, away, page)] == [Scope.DRAFT] * 3 + [
            Scope.PUBLIC
        ]


def test_who_is_not_in_a_photo_is_not_in_the_same_one_sent_twice(
    app, client_of, world, person, photo
):
    twin = scene.send(client_of("karim"), world.ours, "copie.jpg", scene.jpeg())
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE)
        one = db.session.scalar(select(Appearance).where(Appearance.item_id == photo))
        people.disappear(one, None)
        db.session.commit()
        assert (ceiling(photo), ceiling(twin)) == (None, None)


def test_what_a_portrait_shows_brings_its_twin_along(app, client_of, world, person, photo):
    twin = scene.send(client_of("karim"), world.ours, "copie.jpg", scene.jpeg())
    with app.app_context():
        shown = {"settings": {"b000001.kind": "photo", "b000001.file": str(photo)}}
        face = Portrait(group_id=world.ours, title="Elle", arrangement=["b000001"], **shown)
        writing.save(face, db.session.get(User, world.nadia))
        scene.appear(person, face.id, Medium.IMAGE)
        assert [ceiling(one) for one in (face.id, photo, twin)] == [Scope.DRAFT] * 3


def test_what_was_decided_is_written_for_good(app, person, photo):
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE)
        scene.agree(person, Scope.PUBLIC)
        withdraw(person)
        lines = db.session.scalars(select(ConsentEvent).order_by(ConsentEvent.id)).all()
        assert [line.verb for line in lines] == ["appears", "given", "withdrawn"]
        assert lines[-1].data["effects"] == [[photo, int(Scope.PUBLIC), int(Scope.DRAFT)]]
        lines[0].verb = "given"
        with pytest.raises(ValueError, match="register"):
            db.session.flush()
        db.session.rollback()


def test_a_decision_marks_the_screens_that_are_kept(app, person, photo):
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE)
        scene.agree(person, Scope.PUBLIC)
        before = db.session.scalar(select(Event.id).order_by(Event.id.desc()).limit(1))
        withdraw(person)
        after = db.session.scalar(select(Event).order_by(Event.id.desc()).limit(1))
        assert after.id > before
        assert after.item_id == photo


def test_a_withdrawal_leaves_numbers_and_hashes_only(app, person, photo):
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE)
        scene.agree(person, Scope.PUBLIC)
        assert db.session.scalar(select(Tombstone.id)) is None
        withdraw(person)
        stones = db.session.scalars(select(Tombstone)).all()
        file = scene.file_of(photo)
        assert {one.sha256 for one in stones} >= {file.sha256}
        assert {one.item_id for one in stones} == {photo}
        scene.agree(person, Scope.GROUP)
        assert ceiling(photo) == Scope.GROUP
        assert all(one.lifted_at for one in stones)


def test_a_grant_is_never_changed_only_replaced(app, person, photo):
    with app.app_context():
        scene.agree(person, Scope.PUBLIC, media=Medium.IMAGE)
        first = db.session.scalar(select(Grant))
        scene.agree(person, Scope.GROUP, media=Medium.IMAGE)
        assert first.audience == Scope.PUBLIC
        assert first.ended_at is not None


def test_a_photo_out_of_the_trash_counts_again_for_its_portrait(app, world, person, photo):
    with app.app_context():
        scene.appear(person, photo, Medium.IMAGE)
        scene.agree(person, Scope.GROUP)
        author = db.session.get(User, world.nadia)
        portrait = Portrait(
            group_id=world.ours, title="Le jardin", scope=Scope.PUBLIC, arrangement=["b000001"],
            settings={"b000001.kind": "photo", "b000001.file": str(photo)},
        )  # fmt: skip
        writing.save(portrait, author)
        assert ceiling(portrait.id) == Scope.GROUP
        writing.trash(db.session.get(Item, photo), author)
        portrait.summary = "Ce qui y pousse"
        writing.save(portrait, author)
        assert ceiling(portrait.id) is None
        writing.restore(db.session.get(Item, photo), author)
        assert ceiling(portrait.id) == Scope.GROUP

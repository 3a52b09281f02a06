"""Three months after something was taken up: asked, answered, shown under the original."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.export.test_adapting import made_by, published, source  # noqa: F401 a fixture
from wiki.db import db, utcnow
from wiki.export import asking
from wiki.items.lineage import Adaptation
from wiki.notifications.models import Notice
from wiki.notifications.telling import tell

ANSWERS = {
    "redone": "yes", "place": "Morlaix", "people": "9", "changes": "Canarichange",
    "outcome": "Canarisuite", "shared": "y",
}  # fmt: skip


@pytest.fixture
def taken(app, client_of, source, world):  # noqa: F811
    """The number of a draft that Sophie's group made of a public report, four months ago."""
    number = made_by(client_of("sophie"), source.id, title="Le nôtre", group=world.theirs,
                     text="outline")  # fmt: skip
    with app.app_context():
        db.session.get(Adaptation, number).created_at = utcnow() - timedelta(days=120)
        db.session.commit()
    return number


def asked(app, number, user_id) -> list[str]:
    with app.app_context():
        asking.ask()
        tell()
        found = select(Notice).where(Notice.item_id == number, Notice.user_id == user_id)
        return [one.reason for one in db.session.scalars(found)]


def test_who_took_it_up_is_asked_once_three_months_later(app, client_of, taken, world, letters):
    with app.app_context():
        db.session.get(Adaptation, taken).created_at = utcnow() - timedelta(days=80)
        db.session.commit()
    assert asked(app, taken, world.sophie) == []
    with app.app_context():
        db.session.get(Adaptation, taken).created_at = utcnow() - timedelta(days=92)
        db.session.commit()
    assert asked(app, taken, world.sophie) == ["redone"]
    assert asked(app, taken, world.sophie) == ["redone"]
    assert "Trois mois après" in client_of("sophie").get("/").text
    letter = next(one for one in letters() if one["To"] == "sophie@example.org")
    assert f"/items/{taken}/changes" in letter.get_body(["plain"]).get_content()


def test_who_said_already_is_not_asked_and_who_says_not_yet_is_asked_again(
    app, client_of, taken, world
):
    sophie = client_of("sophie")
    assert sophie.post(f"/items/{taken}/changes", data={"redone": "yes"}).status_code == 303
    assert asked(app, taken, world.sophie) == []
    sophie.post(f"/items/{taken}/changes", data={"redone": "later"})
    assert asked(app, taken, world.sophie) == []
    with app.app_context():
        db.session.get(Adaptation, taken).asked_at = utcnow() - timedelta(days=92)
        db.session.commit()
    assert asked(app, taken, world.sophie) == ["redone"]


def test_the_answers_stand_under_the_original_without_the_name_of_what_is_hidden(
    app,
    client,
    client_of,
    source,  # noqa: F811
    taken,
):
    sophie = client_of("sophie")
    assert sophie.post(f"/items/{taken}/changes", data=ANSWERS).status_code == 303
    said = client.get(f"/reports/{source.id}?1").text
    for words in ("Refait à Morlaix", "9 personnes", "Canarichange", "Canarisuite"):
        assert words in said
    assert "Le nôtre" not in said
    assert "Réseau des animateurs" not in said
    sophie.post(f"/items/{taken}/changes", data={k: v for k, v in ANSWERS.items() if k != "shared"})
    assert "Canarichange" not in client.get(f"/reports/{source.id}?2").text
    published(app, taken)
    said = client.get(f"/reports/{source.id}?3").text
    assert "Le nôtre" in said
    assert said.count("Canarisuite") == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"redone": "maybe", "people": ""}, 303),
        ({"people": "beaucoup"}, 422),
        ({"people": "99999999999"}, 422),
        ({"place": "x" * 300}, 422),
        ({"outcome": "x" * 3000}, 422),
    ],
)
def test_odd_answers_are_told_or_left(app, client_of, taken, sent, status):
    assert client_of("sophie").post(f"/items/{taken}/changes", data=sent).status_code == status
    with app.app_context():
        assert db.session.get(Adaptation, taken).redone == ""


def test_a_name_is_erased_from_the_answers(app, client_of, taken):
    sophie = client_of("sophie")
    sophie.post(f"/items/{taken}/changes", data=ANSWERS | {"outcome": "Fatou a osé."})
    sophie.post(f"/items/{taken}/erasure", data={"words": "Fatou", "instead": "Elle"})
    with app.app_context():
        assert db.session.get(Adaptation, taken).outcome == "Elle a osé."


def test_what_was_done_again_stands_once_on_the_home_of_visitors(app, client, source, taken):  # noqa: F811
    published(app, taken)
    home = client.get("/").text
    assert "Refaits ailleurs" in home
    assert home.count(f'href="/reports/{source.id}-') == 1
    assert home.count(f'href="/reports/{taken}-') == 1

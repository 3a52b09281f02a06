"""Several owners: people and groups from elsewhere look after one collection, and nothing else."""

import re

import pytest

from tests.conftest import PASSWORD
from wiki.collections.models import Collection
from wiki.db import db
from wiki.items.models import Item, Scope
from wiki.items.owners import CoOwner


def invited(client_of, collection) -> str:
    page = client_of("nadia").post(f"/collections/{collection}/owners/door").text
    return re.search(r"http://localhost(/collections/\d+/joining/[\w-]+)", page)[1]


@pytest.fixture
def private(app, collection) -> int:
    with app.app_context():
        db.session.get(Item, collection).scope = Scope.GROUP
        db.session.commit()
    return collection


def test_who_accepts_the_link_may_read_and_change_this_collection_only(
    app, client_of, private, world
):
    sophie = client_of("sophie")
    assert sophie.get(f"/collections/{private}").status_code == 404
    link = invited(client_of, private)
    assert "Pour commencer" in sophie.get(link).text
    assert sophie.post(link).status_code == 303
    page = sophie.get(f"/collections/{private}")
    assert page.status_code == 200
    assert "Sophie Le Bihan" in page.text
    # What is in it stays for those who may read it.
    assert "Canarinote" not in page.text
    assert sophie.get(f"/pages/{world.page}").status_code == 404
    base = f"/collections/{private}"
    assert sophie.post(f"{base}/entries", data={"heading": "Ajout"}).status_code == 303
    assert sophie.get(f"{base}/edit").status_code == 200
    assert sophie.post(f"/items/{private}/trash").status_code == 403
    assert sophie.post(f"/items/{private}/publication", data={"scope": "3"}).status_code == 403
    assert sophie.post(f"/items/{private}/erasure", data={"words": "Pour"}).status_code == 403
    assert sophie.post(f"{base}/owners/door").status_code == 403
    assert "Pour commencer" in sophie.get("/collections").text
    assert f"/collections/{private}" in sophie.get("/search?q=commencer").text


def test_a_reader_from_elsewhere_keeps_the_places_of_what_they_do_not_see(
    app, client_of, private, world
):
    sophie = client_of("sophie")
    sophie.post(invited(client_of, private))
    with app.app_context():
        before = db.session.get(Collection, private).entries()
        hidden = next(e.id for e in before if e.target_id == world.page)
        place = [e.id for e in before].index(hidden)
        seen = [e.id for e in before if e.id != hidden]
    page = sophie.get(f"/collections/{private}/entries").text
    assert f'data-entry="{hidden}"' not in page
    sophie.post(f"/collections/{private}/entries/order", data={"entry": seen[::-1]})
    with app.app_context():
        after = [e.id for e in db.session.get(Collection, private).entries()]
    assert after.index(hidden) == place
    assert [e for e in after if e != hidden] == seen[::-1]
    assert sophie.post(f"/collections/{private}/entries/{hidden}/removal").status_code == 404


def test_a_group_accepts_through_its_facilitator_and_its_members_follow(
    app, client_of, private, world
):
    sophie = client_of("sophie")
    link = invited(client_of, private)
    assert sophie.post(link, data={"group": world.ours}).status_code == 403
    assert sophie.post(link, data={"group": world.theirs}).status_code == 303
    assert "Réseau des animateurs" in client_of("karim").get(f"/collections/{private}").text
    assert sophie.get(f"/collections/{private}/entries").status_code == 200


def test_a_link_that_was_replaced_closed_or_made_up_opens_nothing(client_of, private):
    first = invited(client_of, private)
    second = invited(client_of, private)
    sophie = client_of("sophie")
    assert sophie.get(first).status_code == 404
    assert sophie.get(second).status_code == 200
    client_of("nadia").post(f"/collections/{private}/owners/door", data={"close": "yes"})
    assert sophie.get(second).status_code == 404
    assert sophie.post(second).status_code == 404
    assert sophie.get(f"/collections/{private}/joining/x").status_code == 404


def test_a_new_password_closes_the_links_of_who_made_them_last(client_of, private):
    link = invited(client_of, private)
    changed = {"current": PASSWORD, "password": "une autre phrase longue"}
    assert client_of("karim").post("/account/password", data=changed).status_code == 303
    assert client_of("sophie").get(link).status_code == 200
    assert client_of("nadia").post("/account/password", data=changed).status_code == 303
    assert client_of("sophie").get(link).status_code == 404


def test_who_leaves_or_is_removed_sees_nothing_any_more(app, client_of, private):
    sophie = client_of("sophie")
    sophie.post(invited(client_of, private))
    with app.app_context():
        number = db.session.scalar(db.select(CoOwner.id))
    assert (
        client_of("karim").post(f"/collections/{private}/owners/{number}/removal").status_code
        == 303
    )
    assert sophie.get(f"/collections/{private}").status_code == 404
    assert "Pour commencer" not in sophie.get("/collections").text
    assert f"/collections/{private}" not in sophie.get("/search?q=commencer").text


def test_a_visitor_signs_in_before_accepting(client, client_of, private):
    assert client.get(invited(client_of, private)).status_code in (302, 303, 401)

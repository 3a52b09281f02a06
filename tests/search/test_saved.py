"""A kept search writes only when something is new, and only of what its reader may read."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.items import writing
from wiki.items.models import Item, Scope
from wiki.mail import Mail, deliver
from wiki.pages.models import Page
from wiki.search.saved import SavedSearch, canonical, forget_addresses, send_digests


def plain(letter) -> str:
    return letter.get_body(["plain"]).get_content()


def page(world, title, scope=Scope.PUBLIC, group="ours", body="Du blaireau."):
    author = db.session.get(User, world.nadia)
    one = Page(group_id=getattr(world, group), title=title, body=body, scope=scope)
    writing.save(one, author)
    return one


def digest(**delta):
    send_digests((utcnow() + timedelta(**delta)).isoformat())


def keep(client, query="q=blaireau", cadence="day", **more):
    return client.post("/searches", data={"query": query, "cadence": cadence, **more})


def test_only_what_is_new_is_told_and_nothing_when_nothing_is(app, world, client_of, letters):
    with app.app_context():
        page(world, "Le blaireau d’avant")
    assert keep(client_of("sophie"), name="Mes blaireaux").status_code == 303
    with app.app_context():
        digest(days=2)
        assert letters() == []
        page(world, "Le blaireau nouveau")
        page(world, "Le blaireau du groupe", Scope.GROUP)
        digest(days=2)
        assert letters() == []  # the next morning has been looked at already
        digest(days=4)
        [letter] = letters()
        assert letter["To"] == "sophie@example.org"
        assert "Le blaireau nouveau" in plain(letter)
        assert "avant" not in plain(letter)
        assert "du groupe" not in letter.as_string()
        digest(days=6)
        assert letters() == []


def test_what_becomes_readable_is_new(app, world, client_of, letters):
    keep(client_of("sophie"))
    with app.app_context():
        one = page(world, "Le blaireau discret", Scope.GROUP)
        digest(days=2)
        assert letters() == []
        writing.set_scope(one, Scope.NETWORK, None)
        db.session.commit()
        digest(days=4)
        assert "Le blaireau discret" in plain(letters()[0])


def test_what_turned_private_before_the_letter_left_is_not_in_it(app, world, client_of, letters):
    keep(client_of("sophie"))
    with app.app_context():
        app.config["SMTP_URL"] = "smtp://127.0.0.1:1"
        stays, leaves = page(world, "Le blaireau reste"), page(world, "Le blaireau part")
        trashed = page(world, "Le blaireau jeté")
        digest(days=2)
        app.config["SMTP_URL"] = ""
        assert "blaireau" not in str([vars(m) for m in db.session.scalars(select(Mail))])
        writing.set_scope(leaves, Scope.GROUP, None)
        writing.trash(trashed, db.session.get(User, world.nadia))
        for mail in db.session.scalars(select(Mail).where(Mail.due_at.is_not(None))):
            mail.due_at = utcnow()
        db.session.commit()
        deliver()
        [letter] = [one for one in letters() if one["To"] == "sophie@example.org"]
        assert stays.title in plain(letter)
        assert "part" not in plain(letter)
        assert "jeté" not in plain(letter)


def test_twenty_are_named_and_the_others_counted(app, world, client_of, letters):
    keep(client_of("sophie"))
    with app.app_context():
        for number in range(23):
            page(world, f"Blaireau numéro {number}")
        digest(days=2)
        letter = letters()[-1]
        assert "23" in letter["Subject"]
        assert plain(letter).count("/pages/") == 20
        assert re.search(r"\b3\b", plain(letter))
        assert "/search?q=blaireau" in plain(letter)


def test_two_digests_at_once_write_one_letter(app, world, client_of):
    keep(client_of("sophie"))
    with app.app_context():
        page(world, "Le blaireau")
        digest(days=2)
        digest(days=2)
        sent = db.session.scalars(select(Mail).where(Mail.to == "sophie@example.org")).all()
        assert len(sent) == 1


def test_no_letter_without_a_cadence(app, world, client_of, letters):
    keep(client_of("sophie"), cadence="none")
    with app.app_context():
        page(world, "Le blaireau")
        digest(days=40)
        assert letters() == []


def test_the_list_renames_changes_and_lets_go(app, world, client_of):
    sophie = client_of("sophie")
    keep(sophie, name="Premier nom")
    keep(sophie, name="Deuxième nom")  # the same search: kept once
    with app.app_context():
        [saved] = db.session.scalars(select(SavedSearch)).all()
    assert "Deuxième nom" in sophie.get("/searches").text
    where = f"/searches/{saved.id}"
    assert sophie.get(where).status_code == 200
    assert sophie.post(where, data={"name": "Troisième", "cadence": "month"}).status_code == 303
    assert "Troisième" in sophie.get("/searches").text
    assert sophie.post(where, data={"name": "x", "cadence": "hourly"}).status_code == 422
    for other in ("karim", "stranger"):
        assert client_of(other).get(where).status_code == 404
        assert client_of(other).post(f"{where}/removal").status_code == 404
        assert "Troisième" not in client_of(other).get("/searches").text
    assert sophie.post(f"{where}/removal").status_code == 303
    assert "Troisième" not in sophie.get("/searches").text
    assert sophie.get("/searches/99999999999").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["", "x" * 9000, "q=" + "é" * 5000, "q=%00", "q=a&" * 900, "kind=nothing&group=x", "q=%ff%fe"],
)
def test_any_address_can_be_kept_and_run(app, world, client_of, query):
    sophie = client_of("sophie")
    assert keep(sophie, query=query).status_code in (303, 422)
    assert sophie.get("/searches").status_code == 200
    with app.app_context():
        digest(days=3)


def test_an_address_keeps_what_makes_the_search_only():
    assert canonical("?q=a&page=3&more=1&publics=seniors&q=a") == "q=a&publics=seniors"


def link_in(letter, part) -> str:
    return re.search(rf"http://localhost(/searches/{part}/\S+)", plain(letter))[1]


def test_a_visitor_confirms_then_reads_then_stops(app, world, client, letters):
    answer = keep(client, email="Jeanne@Example.org")
    assert answer.status_code == 200
    [letter] = letters()
    assert letter["To"] == "jeanne@example.org"
    assert "blaireau" not in plain(letter)
    with app.app_context():
        page(world, "Le blaireau d’avant")
        digest(days=2)
    assert letters() == []
    where = link_in(letter, "confirmation")
    assert "Le blaireau" not in client.get(where).text
    assert client.post(where).status_code == 200
    with app.app_context():
        page(world, "Le blaireau public")
        page(world, "Le blaireau du réseau", Scope.NETWORK)
        page(world, "Le blaireau du groupe", Scope.GROUP)
        digest(days=3)
    [letter] = letters()
    assert "Le blaireau public" in plain(letter)
    for hidden in ("réseau", "du groupe", "avant"):
        assert hidden not in plain(letter)
    where = link_in(letter, "ending")
    assert client.get(where).status_code == 200
    assert client.post(where, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with app.app_context():
        assert db.session.scalars(select(SavedSearch)).all() == []
    assert client.post(where).status_code == 410


def test_an_address_nobody_confirmed_is_forgotten(app, client):
    keep(client, email="jeanne@example.org")
    with app.app_context():
        saved = db.session.scalar(select(SavedSearch))
        saved.created_at = utcnow() - timedelta(days=4)
        db.session.commit()
        forget_addresses()
        assert db.session.scalar(select(SavedSearch)) is None


def test_the_address_of_a_visitor_is_kept_a_year_unless_they_want_another(app, client, letters):
    keep(client, email="jeanne@example.org")
    client.post(link_in(letters()[0], "confirmation"))

    def later(days: int) -> None:
        with app.app_context():
            saved = db.session.scalar(select(SavedSearch))
            saved.confirmed_at = utcnow() - timedelta(days=days)
            db.session.commit()
            forget_addresses()

    later(334)
    assert letters() == []
    later(335)
    [letter] = letters()
    assert letter["To"] == "jeanne@example.org"
    where = link_in(letter, "ending")
    later(364)
    assert "effacée" in client.get(where).text
    assert client.post(where, data={"longer": "1"}).status_code == 200
    with app.app_context():
        forget_addresses()
        assert db.session.scalar(select(SavedSearch)).confirmed_at > utcnow() - timedelta(days=1)
    later(366)
    with app.app_context():
        assert db.session.scalar(select(SavedSearch)) is None
    assert client.get(where).status_code == 410


def test_the_search_of_somebody_with_an_account_has_no_end(app, client_of, letters):
    keep(client_of("sophie"))
    with app.app_context():
        db.session.scalar(select(SavedSearch)).confirmed_at = utcnow() - timedelta(days=800)
        db.session.commit()
        forget_addresses()
        assert db.session.scalar(select(SavedSearch)).ends_at is None
    assert letters() == []


@pytest.mark.parametrize(
    "address", ["", "x", "a@b", "a@example.org\r\nBcc: b@example.org", "a" * 400]
)
def test_a_wrong_address_is_refused_in_words(client, address):
    assert keep(client, email=address).status_code == 422


def test_letters_of_confirmation_are_few(app, client):
    app.config["THROTTLE"] = True
    app.extensions["throttle"].storage.reset()  # other tests count here too
    try:
        answers = [keep(client, email="jeanne@example.org").status_code for _ in range(5)]
    finally:
        app.config["THROTTLE"] = False
    assert answers == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("part", ["confirmation", "ending"])
@pytest.mark.parametrize("token", ["x", "WzEsMV0.x.y", "a" * 2000])
def test_a_broken_link_says_so(client, part, token):
    assert client.get(f"/searches/{part}/{token}").status_code == 410
    assert client.post(f"/searches/{part}/{token}").status_code == 410


def test_a_closed_account_gets_nothing(app, world, client_of, letters):
    keep(client_of("sophie"))
    with app.app_context():
        page(world, "Le blaireau")
        db.session.get(User, world.sophie).deactivated_at = utcnow()
        db.session.commit()
        digest(days=2)
        assert letters() == []
        assert db.session.scalar(select(Item.id).where(Item.title == "Le blaireau"))

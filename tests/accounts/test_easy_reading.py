"""Easy reading: a choice that stays with the person, also from before they come in."""

from tests.conftest import PASSWORD
from wiki.accounts.models import User
from wiki.db import db
from wiki.pages.models import Page


def test_the_choice_stays_with_the_person(app, client_of, world):
    karim = client_of("karim")
    assert '<body class=""' in karim.get("/").text
    page = f"/pages/{world.page}"
    first = karim.get(page, follow_redirects=True)
    assert karim.post("/easy-reading", data={"easy": "yes"}).status_code == 303
    assert '<body class="easy ' in karim.get("/").text
    again = karim.get(first.request.path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200, "the same page, drawn otherwise"
    assert 'id="easy-listen"' in again.text
    with app.app_context():
        assert db.session.get(User, world.karim).easy
        assert not db.session.get(User, world.nadia).easy
    form = {"name": "Karim", "email": "karim@example.org", "pictogram": "soleil",
            "colour": "ardoise", "lang": ""}  # fmt: skip
    assert karim.post("/account", data=form).status_code == 303, "unticked in the account"
    assert '<body class=""' in karim.get("/").text


def test_what_is_chosen_before_coming_in_comes_along(app, client, world):
    client.post("/easy-reading", data={"easy": "yes"}, headers={"Referer": "http://localhost/join"})
    joining = client.get("/join").text
    assert '<body class="easy join-body"' in joining
    assert 'value="no"' in joining
    client.post("/login", data={"email": "rosa@example.org", "password": PASSWORD})
    assert '<body class="easy ' in client.get("/").text
    client.post("/logout")
    assert '<body class="easy ' not in client.get("/login").text, "the next one at this computer"
    with app.app_context():
        assert db.session.get(User, world.rosa).easy


def test_a_page_and_its_easy_version_lead_to_each_other(app, client_of, world):
    nadia = client_of("nadia")
    shown = nadia.get(f"/pages/{world.page}", follow_redirects=True).text
    assert f"parent={world.page}&amp;easy=1" in shown
    new = nadia.get(f"/pages/new?group={world.ours}&parent={world.page}&easy=1").text
    box = next(line for line in new.splitlines() if 'name="is_easy"' in line)
    assert "checked" in box
    form = {"group": str(world.ours), "parent": str(world.page), "title": "L’espace, en facile",
            "body": "C’est ouvert le lundi.", "is_easy": "y", "once": "1"}  # fmt: skip
    made = nadia.post("/pages/new", data=form)
    assert made.status_code == 303
    karim = client_of("karim")
    whole = karim.get(f"/pages/{world.page}", follow_redirects=True).text
    assert "Version facile à lire" in whole
    easy = karim.get(made.headers["Location"]).text
    assert "Facile à lire" in easy
    assert "Le texte entier" in easy
    with app.app_context():
        page = db.session.query(Page).filter_by(is_easy=True).one()
        form = {"title": page.title, "body": page.body, "revision": str(page.revision_count)}
        number = page.id
    assert nadia.post(f"/pages/{number}/edit", data=form).status_code == 303, "no longer easy"
    assert "Version facile à lire" not in karim.get(f"/pages/{world.page}",
                                                    follow_redirects=True).text  # fmt: skip


def test_what_people_write_says_its_own_direction(client_of, world):
    shown = client_of("karim").get(f"/pages/{world.page}", follow_redirects=True).text
    assert '<div class="prose" dir="auto"' in shown
    assert '<h1 dir="auto">' in shown
    assert 'dir="auto"' in client_of("karim").get(f"/pages/{world.page}/edit").text

"""A version that several people wrote bears all their names, wherever it is told of."""

import pytest

from tests.items.writers import typed
from wiki.accounts.models import ApiToken, User
from wiki.db import db
from wiki.items import folding, history
from wiki.items.models import Watch
from wiki.notifications import lines
from wiki.notifications.telling import tell
from wiki.pages.models import Page

SEVERAL = "Nadia Ferrec et Karim"


@pytest.fixture
def page(app, world):
    """A page whose second version Nadia and Karim wrote together; Rosa follows it."""
    with app.app_context():
        page = db.session.get(Page, world.page)
        db.session.add_all([Watch(user_id=u, item_id=page.id) for u in (world.rosa, world.karim)])
        db.session.commit()
        typed(page, 0, "À Karim. ", world.karim)
        typed(page, 9, "Nadia écrit plus long ici. ", world.nadia)
        assert folding.fold(page).number == 2
        yield page


def test_the_screens_of_the_past_name_them_all(page, client_of):
    client = client_of("karim")
    for path in ("history", "revisions/2", "diff?from=1&to=2"):
        assert SEVERAL in client.get(f"/items/{page.id}/{path}").text, path


def test_the_page_its_editing_and_the_activity_name_them_all(page, world, client_of):
    client = client_of("karim")
    for path in (page.url, f"/pages/{page.id}/edit", f"/groups/{world.ours}/activity"):
        answer = client.get(path, follow_redirects=True)
        assert SEVERAL in answer.text, path


def test_each_is_counted_among_the_writers(page):
    assert history.writers(page) == [("Nadia Ferrec", 2), ("Karim", 1)]


def test_the_api_gives_all_writers_of_a_version(page, world, client):
    key = ApiToken.issue(db.session.get(User, world.karim), "tests")
    db.session.commit()
    answer = client.get(
        f"/api/v1/items/{page.id}/revisions", headers={"Authorization": f"Bearer {key}"}
    ).json["results"]
    assert [one["name"] for one in answer[0]["writers"]] == ["Nadia Ferrec", "Karim"]
    assert answer[0]["author"]["name"] == "Nadia Ferrec"
    assert [one["name"] for one in answer[1]["writers"]] == ["Nadia Ferrec"]


def test_those_who_wrote_are_not_told_and_the_others_read_all_names(page, world):
    tell()
    assert lines.unread(db.session.get(User, world.karim)) == []
    told = lines.unread(db.session.get(User, world.rosa))
    assert [one.names for one in told] == [["Nadia Ferrec", "Karim"]]


def test_who_left_for_good_is_someone(page, world, client_of):
    db.session.execute(db.delete(User).where(User.id == world.karim))
    db.session.commit()
    said = client_of("nadia").get(f"/items/{page.id}/history").text
    assert "Karim" not in said
    assert history.writers(page) == [("Nadia Ferrec", 2)]


@pytest.mark.parametrize(
    ("most", "words"),
    [(0, "Ada, Léo, Mia et Noé"), (3, "Ada, Léo et 2 autres"), (4, "Ada, Léo, Mia et Noé")],
)
def test_names_in_a_sentence(app, most, words):
    from wiki.templating import together

    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert together(["Ada", "Léo", "Mia", "Noé"], most) == words
        assert together([]) == ""

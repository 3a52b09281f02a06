"""The public site: the door of a visitor and the pages of words; nothing hidden shows through."""

import pytest

from wiki.db import db
from wiki.items import terms
from wiki.items.models import Item, Scope, Term
from wiki.items.writing import save


@pytest.fixture
def give(app):
    """A function: gives an item words in a vocabulary, by slug."""

    def words(item_id: int, vocabulary: str, *slugs: str, **fields) -> None:
        with app.app_context():
            item = db.session.get(Item, item_id)
            for name, value in fields.items():
                setattr(item, name, value)
            found = terms.by_slugs(vocabulary, list(slugs)) or terms.named(vocabulary, list(slugs))
            terms.assign(item, vocabulary, found)
            save(item, item.author)

    return words


def test_a_visitor_finds_doors_reports_and_no_wall(client):
    said = client.get("/", headers={"Accept-Language": "fr"}).text
    assert "Faire mes papiers" in said
    assert "Cartographier son quartier à pied" in said
    assert 'role="search"' in said
    assert "Mon quartier, mes ressources" in said
    for canary in ("Idées en vrac", "Charte du réseau", "Réseau des animateurs"):
        assert canary not in said


def test_a_new_site_says_what_will_stand_here(app, client, world):
    with app.app_context():
        for item_id in (world.report, world.public_page):
            item = db.session.get(Item, item_id)
            item.scope = Scope.GROUP
            save(item, item.author)
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert "This place is new" in answer.text
    assert "Cartographier" not in answer.text


def test_a_door_leads_to_its_page_once_something_answers(client, world, give):
    assert "/search?needs=emploi" in client.get("/").text
    give(world.report, "needs", "emploi")
    assert 'href="/needs/emploi"' in client.get("/").text
    said = client.get("/needs/emploi").text
    assert "Cartographier son quartier à pied" in said
    assert '<link rel="canonical" href="http://localhost/needs/emploi">' in said
    assert "/feeds/needs/emploi.atom" in said
    assert "/search?needs=emploi" in said


@pytest.mark.parametrize("path", ["/themes", "/publics", "/territories", "/needs"])
def test_the_lists_of_words_count_what_a_visitor_may_read(client, client_of, world, give, path):
    name = path[1:]
    slug = {"themes": "sante", "publics": "seniors", "territories": "ville", "needs": "papiers"}
    give(world.page, name, slug[name])
    assert f"{path}/{slug[name]}" not in client.get(path).text
    assert client.get(f"{path}/{slug[name]}").status_code == 404
    assert client_of("nadia").get(f"{path}/{slug[name]}").status_code == 200
    give(world.report, name, slug[name])
    assert f"{path}/{slug[name]}" in client.get(path).text
    said = client.get(f"{path}/{slug[name]}").text
    assert "Cartographier" in said
    assert "Ouvert le" not in said


def test_a_word_made_for_hidden_things_does_not_show_itself(app, client, world, give):
    give(world.page, "territories", "Canarivallée")
    for path in ("/territories/canarivallee", "/territories/nulle-part"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "Canariv" not in answer.text
    assert "Canariv" not in client.get("/").text + client.get("/territories").text
    give(world.report, "territories", "Canarivallée")
    assert "Canarivallée" in client.get("/territories/canarivallee").text
    give(world.report, "territories", "Canarivallée", scope=Scope.GROUP)
    assert client.get("/territories/canarivallee").status_code == 404
    assert "Canariv" not in client.get("/").text + client.get("/territories").text


def test_a_territory_shows_those_inside_it_and_what_they_hold(app, client, world, give):
    with app.app_context():
        land = Term(vocabulary="territories", slug="pays", label="Grand pays", synonyms=[])
        db.session.add(land)
        db.session.flush()
        inside = Term(
            vocabulary="territories", slug="bourg", label="Petit bourg", synonyms=[],
            parent_id=land.id,
        )  # fmt: skip
        db.session.add(inside)
        db.session.commit()
    give(world.report, "territories", "bourg")
    said = client.get("/territories/pays").text
    assert "Cartographier" in said
    assert "/territories/bourg" in said
    assert "Grand pays" in client.get("/territories/bourg").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/themes/nope", 404), ("/themes/%00", 404), ("/themes/" + "a" * 3000, 404),
        ("/themes/sante?page=2", 404), ("/themes/sante?page=zz", 200),
        ("/themes/sante?page=-3", 200),
        ("/themes/sante?page=99999999999", 200), ("/tools/telephone", 404),
        ("/themes/%F0%9F%8E%89", 404),
    ],
)  # fmt: skip
def test_odd_addresses_are_answered_sensibly(client, world, give, path, status):
    give(world.report, "themes", "sante")
    assert client.get(path).status_code == status


def test_a_visitor_meets_one_search_field_on_the_list_of_reports(client):
    assert client.get("/reports").text.count('role="search"') == 1

"""What is printed: one item, a selection, the results of a search; never what may not be read."""

import re

import pytest

from wiki.accounts.models import User
from wiki.collections.models import Collection
from wiki.db import db
from wiki.export.sheets import in_order
from wiki.items import terms
from wiki.items.models import Item, Scope
from wiki.items.writing import save


def turn(app, item_id: int, scope: Scope) -> None:
    with app.app_context():
        item = db.session.get(Item, item_id)
        item.scope = scope
        save(item, item.author)


def test_one_report_is_printed_whole(client, world):
    said = client.get(f"/print?items={world.report}").text
    assert "Cartographier son quartier à pied" in said
    assert "Fatou a pris la parole" in said
    assert "Le wifi de la salle" in said
    assert f"/i/{world.report}/qr.svg" in said
    assert "paper-cover" not in said


def test_a_selection_has_a_cover_and_contents_in_the_order_chosen(client, world):
    said = client.get(f"/print?items={world.public_page}&items={world.report}").text
    assert "paper-cover" in said
    places = [int(n) for n in re.findall(r'href="#item-(\d+)"', said)]
    assert places == [world.public_page, world.report]


def test_what_may_not_be_read_is_left_out_without_a_word(client, client_of, world):
    every = "&".join(
        f"items={n}" for n in (world.page, world.draft, world.network_page, world.report)
    )
    for visitor in (client, client_of("stranger")):
        said = visitor.get(f"/print?{every}").text
        assert "Cartographier" in said
        for canary in ("Ouvert le", "Idées en vrac", "Secret.", "Charte du réseau", "Entre nous"):
            assert canary not in said
    assert "Entre nous" in client_of("nadia").get(f"/print?{every}").text


def test_nothing_readable_chosen_is_not_found(client, world):
    assert client.get(f"/print?items={world.draft}").status_code == 404
    assert client.get("/print").status_code == 404


def test_the_results_of_a_search_are_printed_and_none_are_hidden_ones(client, client_of):
    said = client.get("/print?q=quartier").text
    assert "Cartographier son quartier" in said
    assert "Idées en vrac" not in client.get("/print?q=idées").text
    assert "Idées en vrac" in client_of("nadia").get("/print?q=idées").text


def test_an_item_that_turned_private_leaves_at_once(app, client, world):
    address = f"/print?items={world.report}&items={world.public_page}"
    assert "Fatou" in client.get(address).text
    turn(app, world.report, Scope.GROUP)
    assert "Fatou" not in client.get(address).text
    assert "Cartographier" not in client.get("/print?q=cartographier").text


@pytest.mark.parametrize(
    "query",
    [
        "items=", "items=x", "items=-1", "items=99999999999999999999", "items=%00",
        "items=" + ",".join(map(str, range(1, 1001))), "&".join(f"items={n}" for n in range(1000)),
        "q=", "q=%22%22%22", "q=" + "a" * 5000, "themes=nulle-part", "nothing=1",
        "q=quartier&themes=nulle-part&kind=x&group=y&scope=z", "items=1&q=quartier",
    ],
)  # fmt: skip
def test_odd_addresses_never_break(client, query):
    for path in ("/print", "/search.csv"):
        assert client.get(f"{path}?{query}").status_code in (200, 404)


def test_headings_follow_each_other_without_a_gap():
    raw = "<h2>a</h2><h5>b</h5><h6>c</h6><h3>d</h3><h2>e</h2>"
    expected = "<h3>a</h3><h4>b</h4><h5>c</h5><h4>d</h4><h3>e</h3>"
    assert in_order(raw, 2) == expected


def test_addresses_of_links_are_notes_at_the_end(app, client, client_of, world):
    with app.app_context():
        page = db.session.get(Item, world.public_page)
        page.body = "Voir [le guide](https://guide.example/long/chemin) et https://nu.example."
        save(page, page.author)
    said = client.get(f"/print?items={world.public_page}").text
    assert '<sup class="note">1</sup>' in said
    assert said.count("guide.example/long/chemin") == 3  # the link, the note and its own link
    assert '<sup class="note">2</sup>' not in said


def test_a_collection_is_printed_with_what_its_reader_may_read_of_it(app, client, client_of, world):
    with app.app_context():
        made = Collection(group_id=world.ours, title="Pour bien commencer", scope=Scope.PUBLIC)
        made.author_id = world.nadia
        save(made, db.session.get(User, world.nadia))
        made.put(title="D’abord")
        made.put(target_id=world.report, note="À lire en premier")
        made.put(target_id=world.network_page, note="Canari du réseau")
        made.put(title="Ailleurs", address="https://ailleurs.example/guide")
        db.session.commit()
        address = f"/print?items={made.id}"
    said = client.get(address).text
    assert "<h1>Pour bien commencer</h1>" in said
    assert "À lire en premier" in said
    assert "Fatou a pris la parole" in said
    assert "ailleurs.example/guide" in said
    for canary in ("Charte du réseau", "Entre nous", "Canari"):
        assert canary not in said
    assert "Entre nous" in client_of("nadia").get(address).text


def test_the_filters_are_said_in_words_but_never_a_word_of_hidden_things(app, client, world):
    with app.app_context():
        for item_id, word in ((world.report, "Montreuve"), (world.page, "Canarivallée")):
            item = db.session.get(Item, item_id)
            terms.assign(item, "territories", terms.named("territories", [word]))
            save(item, item.author)
    for query in ("montreuve,canarivallee", "canarivallee"):
        for path in ("/print", "/search.csv"):
            said = client.get(f"{path}?territories={query}").get_data(as_text=True)
            assert "Canariv" not in said
    assert "<b>Montreuve</b>" in client.get("/print?territories=montreuve,canarivallee").text

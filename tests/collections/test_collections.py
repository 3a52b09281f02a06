"""Collections through their screens: reading, putting in, putting in order."""

import io
import re

import pytest
from sqlalchemy import event

from tests.files.samples import png
from wiki.collections.models import Collection, Entry
from wiki.db import db
from wiki.files.uploads import receive
from wiki.items.models import Event, Item, Reference, Scope

ENGLISH = {"Accept-Language": "en"}


def entries(app, collection) -> list[Entry]:
    with app.app_context():
        return db.session.get(Collection, collection, populate_existing=True).entries()


def test_anyone_reads_the_public_entries_in_order_with_the_words_about_them(client, collection):
    page = client.get(f"/collections/{collection}").text
    page = page[page.index('class="entries"') :]
    assert page.index("Dehors") < page.index("Cartographier son quartier") < page.index("Ailleurs")
    assert "Le plus simple à refaire." in page
    assert "https://example.org/ailleurs" in page


@pytest.mark.parametrize("name", ["anonymous", "stranger", "sophie"])
def test_what_a_reader_may_not_read_leaves_no_title_note_heading_or_count(
    client, client_of, collection, name
):
    visitor = client if name == "anonymous" else client_of(name)
    urls = [
        f"/collections/{collection}", "/collections", f"/api/v1/items/{collection}",
        f"/items/{collection}/history", f"/items/{collection}/revisions/1",
        f"/compare?items={collection}", "/search?q=Canarinote", "/search?q=pour+commencer",
    ]  # fmt: skip
    for url in urls:
        said = visitor.get(url, follow_redirects=True).text
        for word in ("Canarinote du groupe", "Canariheading", "Ouvert le"):
            assert word not in said, f"{url} says {word}"
    assert "2 things" in visitor.get(f"/collections/{collection}", headers=ENGLISH).text


def test_members_see_all_and_are_told_what_others_do_not_see(client_of, collection):
    page = client_of("karim").get(f"/collections/{collection}").text
    assert "Canarinote du groupe." in page
    assert "Canariheading" in page


def test_a_page_that_turns_private_leaves_the_collection_at_once(
    app, client, client_of, collection, world
):
    assert "Cartographier son quartier" in client.get(f"/collections/{collection}").text
    client_of("nadia").post(f"/items/{world.report}/publication", data={"scope": "1"})
    page = client.get(f"/collections/{collection}").text
    assert "Cartographier son quartier" not in page
    assert "Le plus simple à refaire" not in page


def test_what_is_in_the_trash_leaves_the_collection(client, client_of, collection, world):
    client_of("nadia").post(f"/items/{world.report}/trash")
    assert (
        "Cartographier son quartier"
        not in client_of("nadia").get(f"/collections/{collection}").text
    )
    assert "Cartographier son quartier" not in client.get(f"/collections/{collection}").text


def test_a_new_collection_then_pasted_addresses_become_entries_and_links(app, client_of, world):
    client = client_of("karim")
    answer = client.post("/collections/new", data={"title": "Sortir", "group": world.ours})
    assert answer.status_code == 303
    address = answer.headers["Location"]
    number = int(re.search(r"/collections/(\d+)", address)[1])
    pasted = "\n".join([
        f"Le rapport : http://localhost/reports/{world.report}-bla",
        f"http://localhost/items/{world.report}",
        "Le site voisin — https://example.org/a?b=1",
        "https://www.example.org/autre/",
        f"http://localhost/pages/{world.network_page}",
        "javascript:alert(1)", "http://[oups", "rien du tout",
    ])  # fmt: skip
    answer = client.post(f"/collections/{number}/entries", data={"links": pasted})
    assert answer.status_code == 303
    found = entries(app, number)
    assert [(entry.target_id, entry.title, entry.address) for entry in found] == [
        (world.report, "", ""),
        (None, "Le site voisin", "https://example.org/a?b=1"),
        (None, "example.org/autre", "https://www.example.org/autre/"),
    ]
    client.post(f"/collections/{number}/entries", data={"links": pasted})
    assert len(entries(app, number)) == 3
    with app.app_context():
        there = db.session.scalars(
            db.select(Reference.target_id).where(
                Reference.source_id == number, Reference.role == "part"
            )
        ).all()
    assert there == [world.report]


def test_entries_move_up_and_down_and_by_a_whole_order(app, client_of, collection):
    client = client_of("karim")
    before = [entry.id for entry in entries(app, collection)]
    client.post(f"/collections/{collection}/entries/order", data={"move": before[1], "by": "up"})
    assert [e.id for e in entries(app, collection)] == [before[1], before[0], *before[2:]]
    answer = client.post(
        f"/collections/{collection}/entries/order", data={"entry": before[::-1], "quiet": "yes"}
    )
    assert answer.status_code == 204
    assert [e.id for e in entries(app, collection)] == before[::-1]


def test_a_removed_entry_comes_back_where_it_was_with_its_words(app, client_of, collection):
    client = client_of("karim")
    entry = entries(app, collection)[1]
    client.post(f"/collections/{collection}/entries/{entry.id}/removal")
    assert entry.id not in [one.id for one in entries(app, collection)]
    page = client.get(f"/collections/{collection}").text
    assert f"/collections/{collection}/entries/{entry.id}/restoration" in page
    client.post(f"/collections/{collection}/entries/{entry.id}/restoration")
    assert entries(app, collection)[1].note == "Le plus simple à refaire."


def test_a_word_about_an_entry_is_written_and_a_heading_renamed(app, client_of, collection):
    client = client_of("karim")
    heading, report, *_rest = entries(app, collection)
    client.post(f"/collections/{collection}/entries/{report.id}", data={"note": "À lire debout."})
    client.post(f"/collections/{collection}/entries/{heading.id}", data={"title": "Au dehors"})
    page = client.get(f"/collections/{collection}").text
    assert "À lire debout." in page
    assert "Au dehors" in page


def test_things_picked_go_into_a_collection_of_mine_or_a_new_one(app, client_of, collection, world):
    client = client_of("karim")
    page = client.get(f"/collections/choose?items={world.public_page}&items={world.report}").text
    assert "Où trouver un ordinateur" in page
    assert "Pour commencer" in page
    client.post(
        "/collections/choose",
        data={"items": [world.public_page, world.report], "collection": collection},
    )
    assert [e.target_id for e in entries(app, collection)].count(world.report) == 1
    assert world.public_page in [e.target_id for e in entries(app, collection)]
    answer = client.post(
        "/collections/choose",
        data={"items": [world.report], "title": "Autre", "group": world.ours},
    )
    assert answer.status_code == 303
    assert "Cartographier" in client.get(answer.headers["Location"]).text


def test_what_was_there_already_changes_nothing(app, client_of, collection, world):
    def state():
        with app.app_context():
            found = db.session.get(Collection, collection)
            return found.updated_at, db.session.query(Event).count()

    before = state()
    address = f"/collections/{collection}/entries"
    for sent in ({"items": world.report}, {"links": "https://example.org/ailleurs"}):
        assert client_of("nadia").post(address, data=sent).status_code == 303
    assert state() == before


def test_unreadable_things_are_silently_left_out_of_what_is_picked(client_of, world):
    page = (
        client_of("stranger")
        .get(
            f"/collections/choose?items={world.page}&items={world.network_page}&items=x&items=99999"
        )
        .text
    )
    assert "Charte du réseau" not in page
    assert "Espace emploi" not in page


@pytest.mark.parametrize("name", ["rosa", "stranger", "sophie"])
def test_who_is_not_a_member_changes_nothing(app, client_of, collection, name):
    client = client_of(name)
    entry = entries(app, collection)[1]
    base = f"/collections/{collection}"
    for url in (
        f"{base}/entries", f"{base}/entries/order", f"{base}/entries/{entry.id}",
        f"{base}/entries/{entry.id}/removal", f"{base}/edit", f"{base}/owners/door",
    ):  # fmt: skip
        assert client.post(url, data={"heading": "x"}).status_code == 403, url


def test_an_empty_collection_is_not_published_without_a_reason(app, client_of, world):
    client = client_of("nadia")
    answer = client.post("/collections/new", data={"title": "Vide", "group": world.ours})
    number = int(re.search(r"/collections/(\d+)", answer.headers["Location"])[1])
    answer = client.post(f"/items/{number}/publication", data={"scope": "2"})
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.get(Item, number).scope == Scope.GROUP


def test_bad_input_is_answered_in_words(client_of, collection, world):
    client = client_of("karim")
    base = f"/collections/{collection}"
    assert client.post(f"{base}/entries", data={}).status_code == 422
    assert client.post(f"{base}/entries/order", data={"move": "x", "by": "y"}).status_code == 303
    assert client.post(f"{base}/entries/999999").status_code == 404
    assert client.post(f"{base}/entries", data={"links": "x" * 70_000}).status_code == 422
    long = client.post(f"{base}/entries", data={"links": "[[[((( " * 5_000})
    assert long.status_code == 303
    assert client.post("/collections/new", data={"title": ""}).status_code == 422
    assert client.get("/collections?group=abc&page=-4").status_code == 200
    assert client.post("/collections/choose", data={"items": "1e9"}).status_code == 200


def test_programs_read_the_entries_their_owner_may_read(client, client_of, collection, world):
    anonymous = client.get(f"/api/v1/items/{collection}").json
    assert [entry.get("item") for entry in anonymous["entries"]] == [None, world.report, None]
    member = client_of("karim").get(f"/api/v1/items/{collection}").json
    assert world.page in [entry.get("item") for entry in member["entries"]]
    assert anonymous["summary"] == "Trois choses à lire d’abord."


def test_erasing_a_name_reaches_the_words_about_entries(app, client_of, collection):
    client = client_of("nadia")
    entry = entries(app, collection)[1]
    client.post(f"/collections/{collection}/entries/{entry.id}", data={"note": "Dit par Fatou."})
    client.post(f"/items/{collection}/erasure", data={"words": "Fatou", "instead": "une personne"})
    assert "Fatou" not in client.get(f"/collections/{collection}").text


def test_a_cover_is_shown_to_those_who_may_read_the_picture(app, client, client_of, collection):
    nadia = client_of("nadia")
    with app.app_context():
        group = db.session.get(Item, collection).group
        author = db.session.get(Item, collection).author
        picture = receive(io.BytesIO(png()), "place.png", group, author)
        number = picture.id
    form = {"title": "Pour commencer", "summary": "x", "body": "", "cover": number, "revision": 1}
    assert nadia.post(f"/collections/{collection}/edit", data=form).status_code == 303
    shown = f"/files/{number}/preview"
    assert shown in nadia.get(f"/collections/{collection}").text
    assert shown not in client.get(f"/collections/{collection}").text
    stolen = form | {"cover": 1, "revision": 2}
    assert nadia.post(f"/collections/{collection}/edit", data=stolen).status_code == 422


def test_a_copy_holds_what_its_maker_may_read(app, client_of, collection, world):
    sophie = client_of("sophie")
    answer = sophie.post(f"/items/{collection}/copy", data={"group": world.theirs})
    assert answer.status_code == 303
    number = int(re.search(r"/collections/(\d+)", answer.headers["Location"])[1])
    found = [(entry.target_id, entry.title, entry.note) for entry in entries(app, number)]
    assert found == [
        (None, "Dehors", ""),
        (world.report, "", "Le plus simple à refaire."),
        (None, "Ailleurs", ""),
    ]
    assert len(entries(app, collection)) == 5


def test_what_a_collection_holds_is_loaded_once_for_its_page(app, client, collection):
    said = []

    def note(_connection, _cursor, statement, *_more):
        said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(f"/collections/{collection}").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    entries = [one for one in said if "FROM collection_entry JOIN item" in one]
    assert len(entries) == 1

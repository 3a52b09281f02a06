"""The screens: marking people, asking them, the register, the private page."""

import io
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import event, select

from tests.consents import scene
from wiki.consents import book
from wiki.consents.models import Appearance, Consent, ConsentLink, Grant, Medium, Person
from wiki.db import db
from wiki.files.models import File
from wiki.items.models import Item, Scope
from wiki.items.writing import save
from wiki.pages.models import Page

STROKES = json.dumps([[[10, 10], [200, 100], [400, 50], [700, 300]]])
YES = {"medium-1": "3", "term": "730", "prints": "no", "which": "0"}


@pytest.fixture
def nadia(client_of):
    return client_of("nadia")


@pytest.fixture
def photo(nadia, world):
    return scene.send(nadia, world.ours, "atelier.jpg", scene.jpeg())


@pytest.fixture
def fatou(app, nadia, photo):
    """Fatou, marked in the photo, who has not been asked; her number."""
    sent = nadia.post(f"/items/{photo}/people", data={"shown_name": "Fatou", "media": "1"})
    assert sent.status_code == 303
    with app.app_context():
        return db.session.scalar(select(Person.id))


def ceiling(app, number: int) -> Scope | None:
    with app.app_context():
        return db.session.scalar(select(Item.ceiling).where(Item.id == number))


def paper(nadia, person: int) -> str:
    """The private address printed on a new paper."""
    nadia.post(f"/people/{person}/link")
    page = nadia.get(f"/people/{person}/paper").text
    assert "<svg" in page.partition("accord-square")[2]
    return re.search(r'data-text="http://localhost(/accord/[^"]+)"', page)[1]


def sign(nadia, person: int, **fields):
    data = {**YES, "method": "screen", "signature": STROKES, **fields}
    return nadia.post(f"/people/{person}/agreement", data=data)


def test_marking_somebody_hides_it_until_they_agree(app, client_of, nadia, photo, fatou):
    page = nadia.get(f"/items/{photo}/people").text
    assert "Fatou" in page
    assert ceiling(app, photo) == Scope.DRAFT
    assert client_of("karim").get(f"/files/{photo}").status_code == 404


def test_a_facilitator_may_be_witness_for_the_group_in_the_same_gesture(app, nadia, photo):
    data = {"shown_name": "Ali", "media": ["1", "2"], "agreed": "y"}
    nadia.post(f"/items/{photo}/people", data=data)
    assert ceiling(app, photo) == Scope.GROUP
    with app.app_context():
        assert db.session.scalar(select(Consent)).witness == "Nadia Ferrec"


def test_a_member_marks_but_agrees_for_nobody(app, client_of, photo):
    karim = client_of("karim")
    data = {"shown_name": "Ali", "media": "1", "agreed": "y"}
    sent = karim.post(f"/items/{photo}/people", data=data)
    assert sent.status_code == 303
    assert sent.location.startswith("/groups/")
    assert ceiling(app, photo) == Scope.DRAFT


def test_a_person_of_another_group_cannot_be_marked(app, world, nadia, photo):
    with app.app_context():
        other = Person(group_id=world.theirs, shown_name="Ailleurs")
        db.session.add(other)
        db.session.commit()
        number = other.id
    sent = nadia.post(f"/items/{photo}/people", data={"person": number, "media": "1"})
    assert sent.status_code == 422
    assert nadia.get(f"/people/{number}").status_code == 404


@pytest.mark.parametrize("name", ["karim", "rosa", "sophie", "stranger", "admin"])
def test_only_the_facilitators_open_the_file_of_a_person(client_of, world, fatou, name):
    for end in ("", "/edit", "/agreement", "/paper"):
        assert client_of(name).get(f"/people/{fatou}{end}").status_code == 404
    assert client_of(name).get(f"/groups/{world.ours}/agreements").status_code in (403, 404)


def test_an_agreement_signed_with_a_finger(app, client_of, nadia, photo, fatou):
    assert sign(nadia, fatou).status_code == 303
    assert ceiling(app, photo) == Scope.PUBLIC
    assert client_of("karim").get(f"/files/{photo}").status_code == 200
    register = nadia.get(f"/groups/{1}/agreements").text
    assert "<polyline" in register
    assert 'scope="rowgroup" rowspan="1"' in register, (
        "a person is named once for all that shows them"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": ""},
        {"signature": "[[[1,2]]]"},
        {"signature": '[[["<script>",2],[1,2],[1,2],[1,2]]]'},
        {"signature": "[[[1,2],[1,2],[1,2],[5000,2]]]"},
        {"method": "paper"},
        {"method": "oral"},
        {"method": "witness"},
        {"term": "99999"},
        {"medium-1": ""},
        {"medium-1": "9"},
        {"which": "777"},
    ],
)
def test_a_yes_without_what_proves_it_is_refused(app, nadia, photo, fatou, wrong):
    assert sign(nadia, fatou, **wrong).status_code == 422
    assert ceiling(app, photo) == Scope.DRAFT
    with app.app_context():
        assert db.session.scalar(select(Grant.id)) is None


def test_a_no_needs_no_proof(app, nadia, photo, fatou):
    assert sign(nadia, fatou, **{"medium-1": "0", "signature": ""}).status_code == 303
    assert ceiling(app, photo) == Scope.DRAFT


def test_a_no_to_everything_ends_a_yes_to_one_thing(app, nadia, photo, fatou):
    nadia.post(
        f"/people/{fatou}/agreement?item={photo}",
        data={**YES, "method": "screen", "signature": STROKES, "which": photo},
    )
    assert ceiling(app, photo) == Scope.PUBLIC
    nadia.post(f"/people/{fatou}/agreement", data={**YES, "medium-1": "0"})
    assert ceiling(app, photo) == Scope.DRAFT


@pytest.mark.parametrize("which", [True, False])
def test_a_no_said_face_to_face_is_in_the_book(app, nadia, photo, fatou, which):
    sign(nadia, fatou)
    no = {**YES, "medium-1": "0", "which": photo if which else 0}
    lines = Path(app.config["DATA"]) / book.NAME
    lines.unlink(missing_ok=True)  # other tests gave the same numbers
    nadia.post(f"/people/{fatou}/agreement?item={photo}", data=no)
    assert ceiling(app, photo) == Scope.DRAFT
    [line] = book.read(lines)
    assert (line["audience"], line["items"]) == (0, [photo] if which else None)


def test_the_scanned_paper_is_for_the_facilitators_alone(app, client_of, nadia, fatou):
    sent = sign(nadia, fatou, method="paper", proof=(io.BytesIO(scene.jpeg(30)), "papier.jpg"))
    assert sent.status_code == 303
    with app.app_context():
        proof = db.session.scalar(select(Consent)).evidence_id
        assert db.session.get(File, proof).ceiling == Scope.DRAFT
    assert client_of("karim").get(f"/files/{proof}/download", buffered=True).status_code == 404
    assert nadia.get(f"/files/{proof}/download", buffered=True).status_code == 200


def test_a_minor_needs_a_guardian_on_the_screen_too(app, nadia, photo, fatou):
    nadia.post(f"/people/{fatou}/edit", data={"shown_name": "Fatou", "minor": "y"})
    assert sign(nadia, fatou).status_code == 422
    assert sign(nadia, fatou, guardian="Aminata").status_code == 303
    assert ceiling(app, photo) == Scope.PUBLIC


def test_the_private_link_is_shown_once_and_only_its_hash_is_kept(app, nadia, fatou):
    address = paper(nadia, fatou)
    assert address not in nadia.get(f"/people/{fatou}/paper").text
    with app.app_context():
        assert address.rpartition("/")[2] not in str(db.session.scalar(
            select(ConsentLink.token_hash)
        ))  # fmt: skip


def test_the_person_looks_agrees_narrows_and_takes_back_without_account(
    app, client_of, nadia, photo, fatou
):
    address, client = paper(nadia, fatou), app.test_client()
    page = client.get(address)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert f"{address}/{photo}/picture" in page.text
    assert client.get(f"{address}/{photo}/picture", buffered=True).status_code == 200
    for audience, found in (("3", Scope.PUBLIC), ("1", Scope.GROUP), ("0", Scope.DRAFT),
                            ("2", Scope.NETWORK)):  # fmt: skip
        assert client.post(address, data={"audience": audience}).status_code == 303
        assert ceiling(app, photo) == found
    client.post(address, data={"audience": "0", "item": photo})
    assert ceiling(app, photo) == Scope.DRAFT
    assert client.get(f"{address}/{photo}/picture", buffered=True).status_code == 404
    assert client_of("karim").get(f"/files/{photo}").status_code == 404


def test_the_private_page_shows_nothing_that_someone_else_refused(app, client, nadia, photo, fatou):
    nadia.post(f"/items/{photo}/people", data={"person": 0, "shown_name": "Ali", "media": "1"})
    address = paper(nadia, fatou)
    assert client.get(f"{address}/{photo}/picture", buffered=True).status_code == 404
    with app.app_context():
        ali = db.session.scalar(select(Person.id).where(Person.shown_name == "Ali"))
        scene.agree(ali, Scope.GROUP)
    assert client.get(f"{address}/{photo}/picture", buffered=True).status_code == 200


def test_the_private_page_leads_to_nothing_of_others(app, client, nadia, world, fatou):
    other = scene.send(nadia, world.ours, "autre.jpg", scene.jpeg(20))
    address = paper(nadia, fatou)
    assert client.get(f"{address}/{other}/picture", buffered=True).status_code == 404
    assert client.post(address, data={"audience": "3", "item": other}).status_code == 404
    assert client.get("/accord/nimportequoi").status_code == 404
    nadia.post(f"/people/{fatou}/link/closing")
    assert client.get(address).status_code == 404


def test_a_minor_alone_says_no_but_not_yes(app, client, nadia, photo, fatou):
    nadia.post(f"/people/{fatou}/edit", data={"shown_name": "Fatou", "minor": "y"})
    address = paper(nadia, fatou)
    assert client.post(address, data={"audience": "1"}).status_code == 422
    assert client.post(address, data={"audience": "1", "guardian": "Aminata"}).status_code == 303
    assert ceiling(app, photo) == Scope.GROUP
    assert client.post(address, data={"audience": "0"}).status_code == 303
    assert ceiling(app, photo) == Scope.DRAFT


def test_a_minor_alone_says_less(app, client, nadia, photo, fatou):
    nadia.post(f"/people/{fatou}/edit", data={"shown_name": "Fatou", "minor": "y"})
    sign(nadia, fatou, guardian="Aminata")
    assert ceiling(app, photo) == Scope.PUBLIC
    address = paper(nadia, fatou)
    assert client.post(address, data={"audience": "1"}).status_code == 303
    assert ceiling(app, photo) == Scope.GROUP
    assert client.post(address, data={"audience": "3"}).status_code == 422
    assert ceiling(app, photo) == Scope.GROUP


def test_less_is_done_even_when_the_rest_lacks_a_yes(app, nadia, world, photo, fatou):
    nadia.post(f"/people/{fatou}/edit", data={"shown_name": "Fatou", "minor": "y"})
    sign(nadia, fatou, guardian="Aminata")
    other = {"person": fatou, "media": "2"}  # a voice, about which nobody was asked
    nadia.post(f"/items/{world.page}/people", data=other)
    answer = app.test_client().post(paper(nadia, fatou), data={"audience": "1"})
    assert answer.status_code == 422
    assert ceiling(app, photo) == Scope.GROUP


def test_a_call_to_a_facilitator_acts_as_well(app, nadia, photo, fatou):
    sign(nadia, fatou)
    nadia.post(f"/people/{fatou}/withdrawal", data={"audience": "1"})
    assert ceiling(app, photo) == Scope.GROUP
    nadia.post(f"/people/{fatou}/withdrawal", data={"item": photo})
    assert ceiling(app, photo) == Scope.DRAFT
    assert "dit à une personne" in nadia.get(
        f"/people/{fatou}", headers={"Accept-Language": "fr"}
    ).text  # fmt: skip


def test_a_withdrawn_picture_cannot_be_unmarked(app, nadia, photo, fatou):
    sign(nadia, fatou)
    nadia.post(f"/people/{fatou}/withdrawal", data={})
    with app.app_context():
        number = db.session.scalar(select(Appearance.id))
    nadia.post(f"/items/{photo}/people/{number}/removal")
    assert ceiling(app, photo) == Scope.DRAFT


def test_a_mistake_about_someone_who_had_said_no_is_unmarked(app, nadia, world, photo, fatou):
    sign(nadia, fatou)
    nadia.post(f"/people/{fatou}/withdrawal", data={})
    other = scene.send(nadia, world.ours, "autre.jpg", scene.jpeg(20))
    nadia.post(f"/items/{other}/people", data={"person": fatou, "media": "1"})
    assert ceiling(app, other) == Scope.DRAFT
    with app.app_context():
        marks = dict(tuple(row) for row in db.session.execute(
            select(Appearance.item_id, Appearance.id)
        ))  # fmt: skip
    nadia.post(f"/items/{other}/people/{marks[other]}/removal")
    assert ceiling(app, other) == Scope.DRAFT  # without a reason, nothing
    nadia.post(f"/items/{other}/people/{marks[other]}/removal", data={"why": "Une autre"})
    assert ceiling(app, other) is None
    nadia.post(f"/items/{photo}/people/{marks[photo]}/removal", data={"why": "Une autre"})
    assert ceiling(app, photo) == Scope.DRAFT


def test_what_was_taken_out_of_a_text_is_not_found_in_its_past(app, client_of, nadia, world, fatou):
    page, secret = f"/items/{world.public_page}", "zorbafatou"
    with app.app_context():
        write(world.public_page, f"Elle dit {secret}.")
    nadia.post(f"{page}/people", data={"person": fatou, "media": "8"})
    sign(nadia, fatou)
    nadia.post(f"/people/{fatou}/withdrawal", data={})
    with app.app_context():
        write(world.public_page, "Sans elle.")
        number = db.session.scalar(
            select(Appearance.id).where(Appearance.item_id == world.public_page)
        )
    nadia.post(f"{page}/people/{number}/removal", data={"why": "Ses mots n’y sont plus"})
    assert ceiling(app, world.public_page) is None
    nadia.post(f"{page}/publication", data={"scope": "1"})
    readers = [app.test_client(), *map(client_of, ("karim", "sophie"))]
    ways = ("revisions/2", "diff?from=2&to=3", "diff", "history", "writers", "timeline")
    for way in ways:
        for reader in readers:
            assert secret not in reader.get(f"{page}/{way}").text, way
    assert secret in nadia.get(f"{page}/revisions/2").text
    assert client_of("karim").post(f"{page}/revisions/2/restoration").status_code == 404


def write(number: int, body: str) -> None:
    """Give a page another text, as its author."""
    page = db.session.get(Page, number)
    page.body = body
    save(page, page.author)


def test_a_mistake_is_unmarked(app, nadia, photo, fatou):
    with app.app_context():
        number = db.session.scalar(select(Appearance.id))
    assert nadia.post(f"/items/{photo}/people/{number}/removal").status_code == 303
    assert ceiling(app, photo) is None


def test_the_register_is_also_a_table_without_formulas(app, nadia, world, photo, fatou):
    nadia.post(f"/people/{fatou}/edit", data={"shown_name": "=2+3"})
    sign(nadia, fatou)
    table = nadia.get(f"/groups/{world.ours}/agreements.csv").text
    assert "'=2+3;" in table
    assert table.startswith("\ufeff")


def test_the_register_asks_as_little_for_many_as_for_few(app, nadia, world):
    address, counts = f"/groups/{world.ours}/agreements", []
    with app.app_context():
        engine = db.engine
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    for name in ("Ada", "Bea", "Cloé", "Dalila", "Eva"):
        with app.app_context():
            person = Person(group_id=world.ours, shown_name=name)
            db.session.add(person)
            db.session.commit()
            scene.appear(person.id, world.page, Medium.NAME | Medium.WORDS)
            scene.agree(person.id, Scope.GROUP)
        nadia.get(address)
        seen.clear()
        event.listen(engine, "before_cursor_execute", note)
        assert name in nadia.get(address).text
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[-1] == counts[0], counts


@pytest.mark.parametrize("sent", [[1], "x", None, {"file": "x"}, {"file": [1]}])
def test_what_is_no_evidence_is_refused(nadia, fatou, sent):
    assert nadia.post(f"/people/{fatou}/evidence", json=sent).status_code == 404


def test_those_who_may_read_it_see_that_it_was_agreed_to(app, client, nadia, photo, fatou):
    sign(nadia, fatou)
    with app.app_context():
        item = db.session.get(Item, photo)
        item.scope = Scope.PUBLIC
        db.session.commit()
    french = {"Accept-Language": "fr"}
    outside = client.get(f"/files/{photo}", headers=french).text
    assert "Avec l’accord de la personne montrée" in outside
    assert "Fatou" not in outside  # her name was not agreed to be shown
    assert "Fatou" in nadia.get(f"/files/{photo}", headers=french).text


def test_what_is_shown_of_someone_is_asked_medium_by_medium(app, nadia, world, fatou):
    page = nadia.get(f"/people/{fatou}/agreement").text
    assert 'name="medium-1"' in page
    assert 'name="medium-2"' not in page  # only what of her is shown
    with app.app_context():
        person = Person(group_id=world.ours, shown_name="Nouvelle")
        db.session.add(person)
        db.session.commit()
        number = person.id
    asked = nadia.get(f"/people/{number}/agreement").text
    for medium in (Medium.IMAGE, Medium.VOICE, Medium.NAME, Medium.WORDS):
        assert f'name="medium-{int(medium)}"' in asked


def test_what_was_said_into_the_page_is_put_away_at_once(app, client_of, nadia, world, fatou):
    voice = scene.send(nadia, world.ours, "voix.ogg", scene.tone())
    assert client_of("karim").get(f"/files/{voice}").status_code == 200
    put = f"/people/{fatou}/evidence"
    assert client_of("karim").post(put, json={"file": voice}).status_code == 404
    assert nadia.post(put, json={"file": "x"}).status_code == 404
    assert nadia.post(put, json={"file": voice}).status_code == 200
    assert client_of("karim").get(f"/files/{voice}").status_code == 404
    sent = sign(nadia, fatou, method="oral", recorded=voice)
    assert sent.status_code == 303
    with app.app_context():
        assert db.session.scalar(select(Consent)).evidence_id == voice
    assert client_of("karim").get(f"/files/{voice}").status_code == 404


def test_somebody_elses_recording_proves_nothing(app, client_of, nadia, photo, fatou):
    voice = scene.send(client_of("karim"), 1, "voix.ogg", scene.tone())
    assert nadia.post(f"/people/{fatou}/evidence", json={"file": voice}).status_code == 404
    assert sign(nadia, fatou, method="oral", recorded=voice).status_code == 422
    assert ceiling(app, photo) == Scope.DRAFT


def test_who_is_shown_nowhere_any_more_can_be_forgotten(app, nadia, world, photo, fatou):
    sign(nadia, fatou, method="paper", proof=(io.BytesIO(scene.jpeg(31)), "papier.jpg"))
    assert nadia.post(f"/people/{fatou}/erasure").status_code == 303
    with app.app_context():
        assert db.session.get(Person, fatou) is not None
        proof = db.session.scalar(select(Consent)).evidence_id
        db.session.delete(db.session.get(Item, photo))
        db.session.commit()
    assert nadia.post(f"/people/{fatou}/erasure").location == f"/groups/{world.ours}/agreements"
    with app.app_context():
        assert db.session.get(Person, fatou) is None
        assert db.session.get(Item, proof) is None
        assert db.session.scalar(select(Grant.id)) is None
    assert nadia.get(f"/people/{fatou}").status_code == 404


def test_a_member_is_offered_only_the_people_they_have_met(app, client_of, nadia, world, fatou):
    other = scene.send(nadia, world.ours, "autre.jpg", scene.jpeg(70))
    assert "Fatou" in nadia.get(f"/items/{other}/people").text
    assert "Fatou" not in client_of("karim").get(f"/items/{other}/people").text
    with app.app_context():
        scene.agree(fatou, Scope.GROUP)
    assert "Fatou" in client_of("karim").get(f"/items/{other}/people").text


@pytest.mark.parametrize("name", ["public_page", "report"])
def test_a_text_says_that_it_is_hidden_or_agreed_to(app, nadia, client, world, name):
    number, french = getattr(world, name), {"Accept-Language": "fr"}
    with app.app_context():
        address = db.session.get(Item, number).url
        person = Person(group_id=world.ours, shown_name="Fatou")
        db.session.add(person)
        db.session.commit()
        scene.appear(person.id, number, Medium.WORDS)
        one = person.id
    assert "Caché pour l’instant" in nadia.get(address, headers=french).text
    with app.app_context():
        scene.agree(one, Scope.PUBLIC)
    assert "Avec l’accord de la personne montrée" in client.get(address, headers=french).text

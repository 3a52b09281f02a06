"""« May it also be printed? »: a no keeps off paper, on every way to paper."""

import io

import pytest
from pypdf import PdfReader

from tests.consents import outlets, scene
from wiki.consents import deciding, links
from wiki.consents.deciding import Proof, Wish
from wiki.consents.models import Medium, Method, Person
from wiki.db import db
from wiki.items.models import Scope
from wiki.maps.models import Base, Map

WAYS = ("/portraits/{0}/poster", "/portraits/{0}/poster.pdf", "/print?items={0}", "/items/{0}.pdf",
        "/export.pdf?items={0}")  # fmt: skip


def agree(person: int, prints: bool, item: int | None = None) -> None:
    """Let a person say yes to everybody, on paper too or not."""
    wishes = [Wish(one, Scope.PUBLIC, item, prints) for one in Medium(63)]
    proof = Proof(Method.WITNESS, witness="Nadia")
    deciding.agree(db.session.get(Person, person), wishes, proof, None)
    db.session.commit()


@pytest.fixture
def made(app, world, client_of):
    found = scene.build(app, world, client_of)
    with app.app_context():
        scene.appear(found.people["Fatou"], found.portrait, Medium.STORY)
        scene.appear(found.people["Fatou"], found.photo, Medium.IMAGE)
        agree(found.people["Fatou"], prints=False)
    return found


def test_who_did_not_agree_to_paper_is_on_none(app, client, client_of, made):
    page = client.get(f"/portraits/{made.portrait}")
    assert page.status_code == 200
    for reader in (client, client_of("nadia")):
        for way in WAYS:
            answer = reader.get(way.format(made.portrait), buffered=True)
            assert answer.status_code == 403, way
            assert "Fatou" in answer.text
    with app.app_context():
        agree(made.people["Fatou"], prints=True)
    for way in (WAYS[0], WAYS[2]):
        answer = client.get(way.format(made.portrait), buffered=True)
        assert answer.status_code == 200
        assert f"/files/{made.photo}/preview" in answer.text


def test_a_photo_alone_leaves_its_place_to_words(app, client, made):
    with app.app_context():
        agree(made.people["Fatou"], prints=True, item=made.portrait)
        agree(made.people["Fatou"], prints=False, item=made.photo)
    for way in (WAYS[0], WAYS[2], f"/print?items={made.around}"):
        answer = client.get(way.format(made.portrait), buffered=True)
        assert answer.status_code == 200
        assert f"/files/{made.photo}/preview" not in answer.text, way
        assert "ne s’imprime pas" in answer.text


def test_of_a_choice_only_what_may_be_printed_is(client, made):
    page = client.get(f"/print?items={made.page},{made.portrait},{made.report}").text
    assert "zorbareport" in page
    assert "Elle vit ici" not in page
    assert "Laissé de côté" in page


def test_a_yes_by_the_private_page_says_whether_on_paper(app, client, made):
    with app.app_context():
        key = links.make(db.session.get(Person, made.people["Fatou"]), None)
        db.session.commit()
    for prints, status in (("yes", 200), ("", 403)):
        client.post(f"/accord/{key}", data={"audience": int(Scope.PUBLIC), "prints": prints})
        answer = client.get(f"/print?items={made.portrait}")
        assert answer.status_code == status


def of_map(made) -> list[str]:
    """All the papers of the map that shows the photo."""
    at = f"/maps/{made.map}"
    return [f"{at}/print", f"{at}/print?as=story", f"{at}/features/{outlets.SPOT}/poster"]


def test_maps_and_posters_of_doors_leave_out_what_may_not_be_printed(app, client, made):
    picture = f"/files/{made.photo}/preview"
    for way in of_map(made):
        page = client.get(way).text
        assert picture not in page, way
        assert "ne s’imprime pas" in page
    on_screen = client.get(f"/maps/{made.map}/features.json?id={outlets.SPOT}").text
    assert picture in on_screen
    with app.app_context():
        scene.appear(made.people["Fatou"], made.map, Medium.STORY)
    at = f"/maps/{made.map}"
    for way in (*of_map(made), f"{at}.pdf", f"{at}/features/{outlets.SPOT}/poster.pdf"):
        answer = client.get(way, buffered=True)
        assert answer.status_code == 403, way
        assert "Fatou" in answer.text
    with app.app_context():
        agree(made.people["Fatou"], prints=True)
    for way in of_map(made):
        assert picture in client.get(way).text, way


def test_a_photo_under_a_map_is_on_no_paper(app, client, client_of, made):
    with app.app_context():
        found = db.session.get(Map, made.map)
        found.crs, found.bases = "simple", [Base(kind="picture", file_id=made.photo)]
        db.session.commit()
    assert f"/files/{made.photo}/preview" in client.get(f"/maps/{made.map}").text
    for way in (*of_map(made)[:2], f"/maps/{made.map}/paper/sheet"):
        page = client_of("nadia").get(way).text
        assert f"/files/{made.photo}/preview" not in page, way


def test_the_booklet_of_a_folder_leaves_out_what_may_not_be_printed(app, client_of, made):
    nadia = client_of("nadia")
    with app.app_context():
        agree(made.people["Fatou"], prints=True)
    told = {"reach": "1", "level": "words", "what": "some", "booklet": "1",
            "items": [str(made.portrait), str(made.page)]}  # fmt: skip

    def booklet() -> tuple[str, str]:
        at = nadia.post(f"/groups/{made.ours}/offline", data=told).headers["Location"]
        answer = nadia.get(f"{at}.pdf", buffered=True)
        assert answer.status_code == 200, answer.text
        reader = PdfReader(io.BytesIO(answer.data))
        return at, "".join(page.extract_text() for page in reader.pages)

    at, words = booklet()
    assert "Elle vit ici" in words
    with app.app_context():
        agree(made.people["Fatou"], prints=False)
    assert nadia.get(f"{at}.pdf", buffered=True).status_code == 410  # made while she agreed
    at, words = booklet()
    assert "Elle vit ici" not in words
    assert "Elle dit" in words  # of the page, in which nobody is
    assert nadia.get(f"{at}.zip", buffered=True).status_code == 200
    with app.app_context():
        agree(made.people["Fatou"], prints=True)
    at, _words = booklet()
    nadia.post(f"/people/{made.people['Fatou']}/edit", data={"shown_name": "Fatou", "minor": "y"})
    assert nadia.get(f"{at}.pdf", buffered=True).status_code == 410

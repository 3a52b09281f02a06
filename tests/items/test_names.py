"""Before many may read a text: first names of the group, and who decides."""

import random
import unicodedata

import pytest

from wiki.accounts.models import SiteRole, User
from wiki.db import db
from wiki.groups.models import Role
from wiki.items import firstnames
from wiki.items.models import Event, Item, PublicationRequest, Scope
from wiki.items.writing import save
from wiki.pages.models import Page

ENGLISH = {"Accept-Language": "en"}
NAMES = ["Jean-Pierre Le Gall", "Awa", "Marie Claire Dupont", "N'Golo", "Éric", "Zoë Ó Briain"]


def found(text: str, names=NAMES) -> list[str]:
    return [text[start:end] for start, end, _name in firstnames.finder(names)(text)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("avec Jean Pierre et jean‑pierre, et Jean.", ["Jean Pierre", "jean‑pierre"]),
        ("l’Awa d'awa AWA Awane", ["Awa", "awa", "AWA"]),
        ("Marie-Claire et Marie", ["Marie-Claire", "Marie"]),
        ("N’Golo vient", ["N’Golo"]),
        ("E\u0301ric ERIC éric Érica", ["E\u0301ric", "ERIC", "éric"]),
        ("zoe o briain et Zoé", ["zoe o briain", "Zoé"]),
        ("/files/3-awa et awa@x.fr et https://x.fr/awa", []),
        ("Le Gall Jean-Pierre Le Gall", ["Jean-Pierre Le Gall"]),
        ("Jean, Pierre", []),
        ("", []),
    ],
)
def test_names_are_found_as_people_write_them(text, places):
    assert found(text) == places


def test_whatever_the_name_and_the_text_around_it_is_found_and_only_there():
    chance = random.Random(7)
    letters = "abcdeéèêëfghiïjklmnoôœpqrsßtuùvwxyzçñ"
    for _ in range(300):
        parts = ["".join(chance.choices(letters, k=chance.randint(2, 8))).capitalize()
                 for _ in range(chance.randint(1, 2))]  # fmt: skip
        name = "-".join(parts)
        written = chance.choice("- \u2011\u00a0").join(parts)
        written = chance.choice([str.upper, str.lower, str.title, bare])(written)
        before = chance.choice(["Avec ", "(", "« ", "l’", "d'", "\n", "…"])
        after = chance.choice([" vient", ")", " »", ", puis", ".", "\n", "’s", "!"])
        text = f"12 {before}{written}{after}"
        spans = firstnames.finder([name])(text)
        assert [text[a:b] for a, b, _name in spans] == [written], (name, text)
        assert found(f"x{written}x", [name]) == []


def bare(text: str) -> str:
    plain = unicodedata.normalize("NFD", text)
    return "".join(c for c in plain if not unicodedata.combining(c))


@pytest.fixture
def named(app, world):
    """A page of the group in which Karim and Rosa are named."""
    with app.app_context():
        author = db.session.get(User, world.nadia)
        page = Page(group_id=world.ours, title="Avec Karim",
                    body="Karim a parlé. Puis ROSA, et karim. Nadia aussi.")  # fmt: skip
        save(page, author)
        return page.id


def scope_of(app, item_id) -> Scope:
    with app.app_context():
        return db.session.get(Item, item_id).scope


def test_names_are_shown_with_their_places_before_others_read(app, client_of, named):
    nadia = client_of("nadia")
    address = f"/items/{named}/publication"
    step = nadia.post(address, data={"scope": "2"}, headers=ENGLISH)
    assert step.status_code == 200
    assert step.text.count('name="replace"') == 4
    # Written as a name: ticked. « karim » may be another word.
    assert step.text.count(" checked") == 3
    assert "<mark>ROSA</mark>" in step.text
    assert scope_of(app, named) == Scope.GROUP
    half = nadia.post(address, data={"scope": "2", "names_of": "1", "replace": ["0"]})
    assert half.status_code == 422
    assert scope_of(app, named) == Scope.GROUP


def test_initials_take_the_places_that_were_ticked(app, client, client_of, named):
    sent = {"scope": "2", "names_of": "1", "replace": ["0", "1", "2"], "agreed": "yes"}
    assert client_of("nadia").post(f"/items/{named}/publication", data=sent).status_code == 303
    with app.app_context():
        page = db.session.get(Page, named)
        assert (page.title, page.scope) == ("Avec K.", Scope.NETWORK)
        assert page.body == "K. a parlé. Puis R., et karim. Nadia aussi."
        checked = db.session.query(Event).filter_by(verb="checked the names").one()
        assert checked.data == {"kept": 1}
    # Who reads from outside never sees the version with the names.
    history = client_of("sophie").get(f"/items/{named}/history").text
    assert "/revisions/1" not in history


def test_a_text_changed_meanwhile_is_shown_again(app, client_of, named):
    with app.app_context():
        page = db.session.get(Page, named)
        page.body = "Rosa, " + page.body
        save(page, None)
    sent = {"scope": "2", "names_of": "1", "replace": ["0"], "agreed": "yes"}
    answer = client_of("nadia").post(f"/items/{named}/publication", data=sent)
    assert answer.status_code == 200
    assert scope_of(app, named) == Scope.GROUP


def test_a_text_that_names_nobody_goes_on_at_once(app, client_of, world):
    answer = client_of("nadia").post(f"/items/{world.page}/publication", data={"scope": "2"})
    assert answer.status_code == 303
    assert scope_of(app, world.page) == Scope.NETWORK


def test_a_member_asks_the_facilitators_and_no_editor_sees_it(app, client_of, world):
    with app.app_context():
        db.session.get(User, world.stranger).role = SiteRole.EDITOR
        db.session.commit()
    karim, nadia, editor = client_of("karim"), client_of("nadia"), client_of("stranger")
    address = f"/items/{world.page}/publication"
    karim.post(address, data={"scope": "3", "note": "Pour tous."})
    with app.app_context():
        asked = db.session.query(PublicationRequest).one()
        assert (asked.for_group, asked.scope) == (True, Scope.PUBLIC)
    assert editor.get(f"/items/{world.page}").status_code == 404
    assert editor.post(f"{address}/answer", data={"answer": "yes"}).status_code == 404
    assert "Espace emploi" not in editor.get("/admin/requests").text
    assert "Espace emploi" in nadia.get("/", headers=ENGLISH).text
    assert "Pour tous." in nadia.get(address).text
    # A facilitator passes it on: now the editors read it.
    nadia.post(address, data={"scope": "3"})
    assert editor.get(f"/items/{world.page}").status_code == 302
    with app.app_context():
        assert db.session.query(PublicationRequest).one().for_group is False


def test_a_facilitator_declines_a_member_who_reads_why(app, client_of, world):
    karim, nadia = client_of("karim"), client_of("nadia")
    address = f"/items/{world.page}/publication"
    karim.post(address, data={"scope": "2"})
    assert karim.post(f"{address}/answer", data={"answer": "no"}).status_code == 403
    nadia.post(f"{address}/answer", data={"answer": "no", "words": "Encore un mois."})
    assert "Encore un mois." in karim.get(address).text
    assert scope_of(app, world.page) == Scope.GROUP


def test_showing_it_answers_the_member(app, client_of, world):
    address = f"/items/{world.page}/publication"
    client_of("karim").post(address, data={"scope": "2"})
    client_of("nadia").post(address, data={"scope": "2"})
    with app.app_context():
        assert db.session.query(PublicationRequest).one().accepted is True
        assert db.session.get(Item, world.page).scope == Scope.NETWORK


def test_a_reader_asks_nothing(client_of, world):
    answer = client_of("rosa").post(f"/items/{world.page}/publication", data={"scope": "2"})
    assert answer.status_code == 403
    assert Role.READER < Role.MEMBER


def test_the_places_after_the_first_three_hundred_are_counted_and_replaced_together(
    app, world, client_of
):
    with app.app_context():
        body = "Karim et karim. " * 150 + "Puis Karim, puis Rosa, puis karim."
        page = Page(group_id=world.ours, title="Long", body=body)
        save(page, db.session.get(User, world.nadia))
        number, version = page.id, page.revision_count
    nadia = client_of("nadia")
    asked = {"scope": int(Scope.NETWORK)}
    shown = nadia.post(f"/items/{number}/publication", data=asked).text
    assert shown.count('name="replace"') == 300
    assert 'name="everywhere" value="Karim"' in shown
    assert 'name="everywhere" value="Rosa"' in shown
    chosen = {"replace": [str(n) for n in range(300)], "everywhere": ["Karim"]}
    again = nadia.post(
        f"/items/{number}/publication", data=asked | chosen | {"names_of": str(version)}
    )
    assert again.status_code == 422  # Rosa stays: somebody must say that she agrees
    chosen["everywhere"].append("Rosa")
    done = nadia.post(
        f"/items/{number}/publication", data=asked | chosen | {"names_of": str(version)}
    )
    assert done.status_code == 303
    with app.app_context():
        page = db.session.get(Page, number)
        assert "Karim" not in page.body
        assert "Rosa" not in page.body
        assert page.body.endswith("Puis K., puis R., puis karim.")
        assert page.scope == Scope.NETWORK

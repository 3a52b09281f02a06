"""What one may not read changes nothing in what one gets (I11)."""

import pytest

from wiki.db import db
from wiki.items.models import Scope
from wiki.search import find, spelling
from wiki.search.describing import describe

CANARIES = {
    Scope.DRAFT: "zibeltrux",
    Scope.GROUP: "quolfimard",
    Scope.NETWORK: "brandivole",
}
READERS = {
    None: set(),
    "stranger": set(),
    "karim": {Scope.GROUP, Scope.NETWORK},
    "rosa": {Scope.GROUP, Scope.NETWORK},
    "sophie": {Scope.NETWORK},
    "nadia": {Scope.DRAFT, Scope.GROUP, Scope.NETWORK},
    "admin": set(),
}


@pytest.fixture
def canaries(write):
    write("Au vu de tous", "Le héron cendré pêche.")
    return {
        scope: write(f"Mot {word}", f"Le héron et le {word}.", scope=scope)
        for scope, word in CANARIES.items()
    }


def answer(results):
    """All that leaves the search, ids aside."""
    told = describe(results)
    return told | {"kinds": results.kinds, "corrected": results.corrected}


@pytest.mark.parametrize("name", list(READERS))
@pytest.mark.parametrize("scope", list(CANARIES))
def test_a_hidden_word_is_answered_as_one_never_written(canaries, ask, name, scope):
    word, never = CANARIES[scope], "xuqibelor"
    shapes = ["{}", "titre:{}", '"le {}"', "{}*", "héron {}", "-{}", "héron -{}", "{} pêche héron"]
    if scope in READERS[name]:
        assert ask(word, name).ids == [canaries[scope].id]
        return
    for shape in shapes:
        assert answer(ask(shape.format(word), name)) == answer(ask(shape.format(never), name)) | {
            "suggestion": answer(ask(shape.format(never), name))["suggestion"]
        }, shape


@pytest.mark.parametrize("name", list(READERS))
@pytest.mark.parametrize("scope", list(CANARIES))
def test_a_hidden_word_is_never_suggested(canaries, ask, name, scope):
    word = CANARIES[scope]
    slip = word[:-1] + "z"
    told = ask(slip, name)
    if scope in READERS[name]:
        assert told.suggestion == word
    else:
        assert told.suggestion is None
        assert told.total == 0


def test_a_hidden_form_of_a_visible_word_is_never_suggested(write, ask):
    write("Visible", "Le troubadour chante.")
    write("Caché", "Les troubadouresses chantent, les troubadours aussi.", scope=Scope.GROUP)
    assert ask("troubadourx").suggestion == "troubadour"


def test_it_holds_in_the_first_request_after_a_change(write, ask):
    page = write("Pluie", "Le mot est zibeltrux.")
    assert ask("zibeltruz").suggestion == "zibeltrux"
    page.scope = Scope.GROUP
    db.session.commit()
    told = ask("zibeltruz")
    assert (told.suggestion, told.total, told.ids) == (None, 0, [])
    assert ask("zibeltrux").total == 0


def test_consent_narrows_what_is_found(write, ask):
    page = write("Portrait", "Le visage de zibeltrux.")
    page.ceiling = Scope.GROUP
    db.session.commit()
    assert ask("zibeltrux").total == 0


def test_counts_know_nothing_of_hidden_items(write, ask, world):
    from wiki.items import terms

    (term,) = terms.named("tags", ["zibeltag"])
    write("Caché", "Le héron.", scope=Scope.DRAFT, terms=[term])
    write("Visible", "Le héron.")
    told = ask("héron")
    assert "tags" not in told.facets
    assert told.kinds == {"pages": 1}


def test_variants_are_one_mistake_away():
    near = spelling.variants("mot")
    assert {"mt", "omt", "pot", "moto", "mo"} <= near
    assert "mot" not in near
    assert find is not None


def test_a_word_made_for_a_private_item_is_told_to_nobody_else(client_of, client, world):
    nadia, sophie = client_of("nadia"), client_of("sophie")
    words = {"new-tags": "Projet Zorglub", "new-territories": "Val Zorglub"}
    assert nadia.post(f"/items/{world.draft}/terms", data=words).status_code == 303
    for reader in (client, sophie, client_of("karim")):
        for search in ("/search", "/search.json", "/api/v1/search"):
            told = reader.get(f"{search}?tags=projet-zorglub&territories=val-zorglub").text
            assert "Zorglub" not in told
    assert "Zorglub" not in sophie.get(f"/items/{world.network_page}/terms").text
    assert "Zorglub" not in client_of("karim").get(f"/reports/{world.report}/edit").text
    assert "Projet Zorglub" in nadia.get("/search?tags=projet-zorglub").text
    assert "Val Zorglub" in nadia.get(f"/items/{world.page}/terms").text


def test_a_shipped_word_that_finds_nothing_keeps_its_name(client):
    assert "Tous publics" in client.get("/search?publics=tous-publics&q=introuvable").text

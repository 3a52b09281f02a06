"""The words of an item's terms are searched: label, places around, changes, rights."""

import pytest

from wiki.db import db
from wiki.items.models import Scope, Term
from wiki.items.terms import named
from wiki.search import hook, index


@pytest.fixture
def bear(write):
    """A function: a page that bears words of a vocabulary and never writes them."""

    def make(title, vocabulary, *labels, scope=Scope.PUBLIC):
        page = write(title, "Un atelier du mardi.", scope=scope)
        page.terms = [*page.terms, *named(vocabulary, list(labels))]
        db.session.commit()
        return page

    return make


def test_a_word_of_a_term_finds_what_bears_it_after_what_writes_it(write, bear, ask):
    borne = bear("Carnet", "tags", "Zibeltrux")
    written = write("Autre carnet", "On parle du zibeltrux.")
    assert ask("zibeltrux").ids == [written.id, borne.id]


def test_a_result_says_in_which_words_it_was_found(bear, ask):
    page = bear("Carnet", "tags", "Zibeltrux", "Quolfimard")
    told = ask("quolfimard")
    passage = told.passages()[page.id]
    assert (passage.found_in, passage.kind, passage.label) == ("terms", "term", "tags")
    assert passage.html == "Zibeltrux. <mark>Quolfimard</mark>"
    assert told.reasons(page.id) == {"terms": ["quolfimard"]}


def test_the_screen_says_so_too(client, bear):
    bear("Carnet", "tags", "Zibeltrux")
    db.session.remove()
    said = client.get("/search?q=zibeltrux").get_data(as_text=True)
    assert "trouvé parmi ses mots" in said
    assert "Mots-clés" in said


def test_a_place_is_found_by_those_around_it(bear, ask):
    page = bear("Carnet", "territories", "Morlaix (29)")
    assert ask("finistère").ids == [page.id]
    assert ask("bretagne").ids == [page.id]


def test_a_word_taken_off_finds_no_more_at_once(bear, ask):
    page = bear("Carnet", "tags", "Zibeltrux")
    page.terms = []
    db.session.commit()
    assert ask("zibeltrux").total == 0


@pytest.mark.parametrize("at_once", [200, 0])
def test_another_label_is_searched_once_it_is_said(bear, ask, monkeypatch, at_once):
    monkeypatch.setattr(hook, "MOST_AT_ONCE", at_once)
    page = bear("Carnet", "tags", "Zibeltrux")
    page.terms[0].label = "Quolfimard"
    db.session.commit()
    assert ask("quolfimard").ids == [page.id]
    assert ask("zibeltrux").total == 0


def test_what_waited_for_a_lost_wake_up_is_read_again(bear, ask, monkeypatch):
    page = bear("Carnet", "tags", "Zibeltrux")
    term = page.terms[0].id
    monkeypatch.setattr(hook, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(index.read_again, "later", lambda _term_id: None)
    page.terms[0].label = "Quolfimard"
    db.session.commit()
    assert ask("quolfimard").total == 0
    index.read_again_what_waits()
    assert ask("quolfimard").total == 1
    assert db.session.get(Term, term).label == "Quolfimard"


@pytest.mark.parametrize("name", [None, "stranger", "sophie"])
def test_the_words_of_hidden_things_are_answered_as_never_written(bear, ask, name):
    bear("Carnet", "tags", "Zibeltrux", scope=Scope.GROUP)
    for shape in ("{}", "{}*", "carnet {}", "{}z"):
        hidden, never = ask(shape.format("zibeltrux"), name), ask(shape.format("xuqibelor"), name)
        assert (hidden.ids, hidden.total, hidden.facets) == (never.ids, never.total, never.facets)
        assert hidden.suggestion is None
    assert ask("zibeltrux", "nadia").total == 1


def test_a_thing_turned_private_takes_its_words_along(bear, ask):
    page = bear("Carnet", "tags", "Zibeltrux")
    assert ask("zibeltrux").total == 1
    page.scope = Scope.GROUP
    db.session.commit()
    assert ask("zibeltrux").total == 0

"""Passages: the best stretch of a text, its words marked as written."""

import re

import pytest

from wiki.search import ranking, snippets, synonyms
from wiki.search.plan import prepare
from wiki.search.question import read


@pytest.fixture
def passage(write, inside):
    def best(question, title="Titre", body="", **fields):
        page = write(title, body, **fields)
        plan = prepare(read(question), synonyms.shipped())
        marks = snippets.expression(plan)
        if marks is None:
            return snippets.beginnings(snippets.texts([page.id]))[page.id]
        texts = snippets.texts([page.id])[page.id]
        reading = ranking.Reading(texts, marks, [1.0] * len(plan.groups))
        return snippets.snippets({page.id: reading}, marks)[page.id]

    return best


def test_accents_plurals_and_verbs_are_marked_as_written(passage):
    found = passage("numerique aide", body="Les AIDÉES numériques aident, l’aidé remercie.")
    assert re.findall("<mark>(.*?)</mark>", str(found.html)) == [
        "AIDÉES",
        "numériques",
        "aident",
        "aidé",
    ]


def test_the_passage_where_the_words_stand_together_wins(passage):
    body = (
        "Un héron seul. "
        + "Rien à dire ici. " * 60
        + "Le héron cendré pêche le gardon. "
        + "Fin. " * 50
    )
    found = passage("héron gardon", body=body)
    assert "<mark>héron</mark> cendré" in found.html
    assert found.html.startswith("…")
    assert len(re.sub("<.*?>", "", str(found.html))) < 260


def test_compounds_and_acronyms_are_marked(passage):
    assert "<mark>co-voiturage</mark>" in passage("covoiturage", body="Le co-voiturage.").html
    assert "<mark>C.A.F</mark>" in passage("caf", body="La C.A.F. ouvre.").html


def test_a_synonym_of_several_words_is_marked_whole(passage):
    found = passage("EPN", body="Un espace, public, et l’espace public numérique.")
    assert re.findall("<mark>(.*?)</mark>", str(found.html)) == ["espace public numérique"]


def test_a_word_of_the_title_alone_is_said_so(passage):
    found = passage("girafe", title="La girafe", body="Rien.")
    assert (found.found_in, str(found.html)) == ("title", "La <mark>girafe</mark>")


def test_the_summary_is_named(passage):
    assert passage("girafe", body="Rien.", summary="Une girafe.").found_in == "summary"


def test_html_is_escaped(passage):
    found = passage("girafe", body="`<b>` girafe & <i>zèbre</i>")
    assert "<b>" not in found.html
    assert "<mark>girafe</mark> &amp;" in found.html


def test_without_words_the_beginning_is_shown(passage):
    assert passage("", body="Il était une fois.").html == "Il était une fois."


def test_the_name_of_a_file_is_no_passage(write, inside):
    write("Plan du quartier", "Le plan du quartier.")
    fields = dict.fromkeys(("lead", "body", "attachments", "comments"), "")
    fields |= {"title": "Plan du quartier", "headings": "plan_quartier-v2.pdf"}
    marks = snippets.expression(prepare(read("plan quartier"), synonyms.shipped()))
    reading = ranking.Reading(fields, marks, [1.0, 1.0])
    (shown,) = snippets.snippets({1: reading}, marks).values()
    assert shown.found_in == "title"

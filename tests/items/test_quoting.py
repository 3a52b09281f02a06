"""Words that a reader selects are found in the Markdown, and come back with its marks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.items.quoting import found_again, located, same_words, with_marks, words_of
from wiki.markup import render
from wiki.markup.text import html_to_text

TEXT = """# Les *horaires*

Ouvert le **lundi** et le [mardi](https://exemple.fr/mardi), voir [[Espace emploi|la page]].

- à **9 h**, sauf `jeudi`
- [x] fermé en août

Ouvert le **lundi** aussi l’après-midi &amp; le soir. « Venez ! »
"""


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        (
            "Ouvert le lundi et le mardi",
            "Ouvert le **lundi** et le [mardi](https://exemple.fr/mardi)",
        ),
        ("lundi et", "lundi** et"),
        ("voir la page.", "voir [[Espace emploi|la page]]."),
        ("9 h, sauf jeudi fermé", "9 h**, sauf `jeudi`\n- [x] fermé"),
        ("« Venez ! »", "« Venez ! »"),
        ("après-midi & le soir", "après-midi &amp; le soir"),
        ("Les horaires", "Les *horaires*"),
        ("mardi", "mardi"),
    ],
)
def test_a_selection_is_found_in_the_source(quote, found):
    start, end = located(TEXT, quote)
    said = TEXT[start:end]
    assert words_of(said) == words_of(found)
    assert said.count("**") % 2 == 0 or found.count("**") % 2 == 1


def test_what_is_around_tells_which_of_two():
    first = located(TEXT, "Ouvert le lundi", after=" et le mardi")
    second = located(TEXT, "Ouvert le lundi", before="août", after=" aussi l’après-midi")
    assert first[0] < second[0]
    assert TEXT[slice(*second)] == "Ouvert le **lundi**"


def test_words_that_are_not_there_are_not_found():
    assert located(TEXT, "fermé le dimanche toute la journée") is None
    assert located("", "x") is None
    assert located(TEXT, "   ") is None


def test_a_pair_of_marks_is_taken_whole():
    assert TEXT[slice(*located(TEXT, "le lundi"))] == "le **lundi**"
    assert TEXT[slice(*located(TEXT, "lundi et", after="le mardi"))] == "**lundi** et"


WORDS = st.lists(
    st.sampled_from(
        ["un", "**deux**", "*trois*", "[quatre](u)", "[[Cinq]]", "six,", "`sept`", "huit."]
    ),
    min_size=3,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.data())
def test_any_run_of_rendered_words_is_found(written, data):
    source = " ".join(written)
    shown = html_to_text(render(source).html).split()
    start = data.draw(st.integers(0, len(shown) - 1))
    end = data.draw(st.integers(start + 1, len(shown)))
    quote = " ".join(shown[start:end])
    place = located(source, quote, " ".join(shown[:start]), " ".join(shown[end:]))
    assert place is not None
    assert words_of(source[slice(*place)]).rstrip(".,") == quote.rstrip(".,")


@pytest.mark.parametrize(
    ("source", "wording", "made"),
    [
        ("Ouvert le **lundi** matin", "Ouvert le mardi matin", "Ouvert le **mardi** matin"),
        ("Ouvert le **lundi** matin", "Ouvert le lundi soir", "Ouvert le **lundi** soir"),
        ("Ouvert le **lundi** matin", "Ouvert matin", "Ouvert matin"),
        ("voir [ici](u) vite", "voir là vite", "voir [là](u) vite"),
        ("sans marque", "autre chose", "autre chose"),
        ("le **lundi**", "", ""),
    ],
)
def test_another_wording_keeps_the_marks(source, wording, made):
    assert " ".join(with_marks(source, wording).split()) == made


def test_a_passage_is_found_again_in_another_state_of_the_text():
    now = TEXT.replace("# Les", "# Tous les").replace("9 h", "10 h")
    assert now[slice(*found_again(now, "à **9 h**, sauf `jeudi`", "- ", "\n- [x]"))].startswith("à")
    assert same_words("le **lundi**", "le lundi")

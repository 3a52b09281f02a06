"""Words of one family, expressions taken as one thing, and what a wider word is worth."""

import pytest

from wiki.search import french, kin


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("chômeurs", "chômage"),
        ("précaires", "précarité"),
        ("décider", "décision"),
        ("agriculteurs", "agriculture"),
        ("gaspiller", "gaspillage"),
        ("accessibilité", "accessible"),
        ("autiste", "autisme"),
        ("formatrices", "formation"),
    ],
)
def test_words_of_a_family_know_each_other(typed, other):
    assert french.stem(french.fold(other)) in kin.of(typed)


@pytest.mark.parametrize(("typed", "other"), [("village", "ville"), ("publicité", "public")])
def test_words_that_only_look_alike_do_not(typed, other):
    assert french.stem(french.fold(other)) not in kin.of(typed)


def test_no_line_of_the_list_holds_a_word_twice_or_alone():
    for line in kin.lines():
        assert len(set(line)) == len(line) > 1, line


def test_what_a_text_is_about_answers_in_another_word_of_the_family(write, ask):
    about = write("La décision sans vote", "Un atelier par semaine.")
    beside = write("Atelier", "Un débat, des échanges, et la décision du jour.")
    assert about.id in ask("décider ensemble").ids
    assert beside.id not in ask("décider").ids
    assert ask("décider", exact=True).total == 0


def test_an_expression_comes_before_its_words_apart(write, ask):
    apart = write("Zone d'affichage", "Une zone. La carte blanche du mois, blanche encore.")
    whole = write("Carnet", "Un bourg en zone blanche.")
    assert ask("zone blanche").ids == [whole.id, apart.id]


def test_a_wider_word_counts_less_than_what_was_typed(write, ask):
    for n in range(8):
        write(f"Le jardin {n}", "Un jardin, le jardin.")
    shared = write("Terrain du bas", "Un jardin partagé entre voisins.")
    assert ask("potager collectif").ids[0] == shared.id

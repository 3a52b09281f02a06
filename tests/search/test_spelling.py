"""Mistakes of every kind, corrected with the words of what the reader may read."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.items.models import Scope
from wiki.search.spelling_distance import SLIP, TOO_FAR, distance, halves, variants

BODY = (
    "L’atelier d’accompagnement aux démarches administratives réunit des personnes en situation "
    "d’illettrisme. Le covoiturage, la médiation numérique, la bibliothèque, le smartphone, la "
    "connexion et l’inclusion numérique. Un téléphone, le chômage, un logement, l’accueil."
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("acompagnement", "accompagnement"),  # one letter for two
        ("accompagnemment", "accompagnement"),
        ("accompagnemnet", "accompagnement"),  # two letters swapped
        ("demrches", "démarches"),  # a letter missing
        ("demzrches", "démarches"),  # the key beside
        ("ilettrisme", "illettrisme"),
        ("iletrisme", "illettrisme"),  # two mistakes
        ("smartfone", "smartphone"),  # what is heard
        ("biblioteque", "bibliothèque"),
        ("acceuil", "accueil"),
        ("conection", "connexion"),
        ("shomage", "chômage"),
        ("telefonne", "téléphone"),
        ("lojement", "logement"),
        ("covoitturage", "covoiturage"),
        ("inclusionnumerique", "inclusion numérique"),  # a space missing
        ("mediationnumerique", "médiation numérique"),
    ],
)
def test_a_mistake_is_corrected_and_shown_with_its_accents(write, ask, typed, meant):
    page = write("Atelier", BODY)
    told = ask(f"{typed} atelier")
    assert told.suggestion == f"{meant} atelier"
    assert told.corrected == ((typed, meant),)
    assert told.ids[0] == page.id


def test_a_space_too_many_needs_no_correction(write, ask):
    page = write("Transport", "Le covoiturage.")
    told = ask("co voiturage")
    assert (told.ids, told.suggestion) == ([page.id], None)


def test_one_part_of_a_compound_may_be_mistyped(write, ask):
    page = write("Transport", "Le porte-parole du quartier.")
    told = ask("porte-parolle")
    assert told.suggestion == "porte-parole"
    assert told.ids == [page.id]


def test_the_more_frequent_of_two_neighbours_is_chosen(write, ask):
    write("Une", "Le canton.")
    for n in range(8):
        write(f"Autre {n}", "Le carton.")
    assert ask("caston").suggestion == "carton"


def test_accents_are_those_of_most_texts(write, ask):
    write("Une", "Les DEMARCHES.")
    write("Deux", "Les démarches.")
    assert ask("demarchhes").suggestion == "démarches"


def test_what_was_perhaps_meant_by_a_rare_word_is_looked_for_besides(write, ask):
    rare = write("Coquille", "Le covoiturrage du mardi.")
    for n in range(25):
        write(f"Feuille {n}", "Le covoiturage du mardi.")
    told = ask("covoiturrage")
    assert told.suggestion == "covoiturage"
    assert told.corrected == ()
    assert told.ids[0] == rare.id
    assert told.total == 26
    assert ("covoiturrage", "covoiturage") in told.plan.used


def test_a_form_nobody_wrote_is_a_slip_even_when_its_family_exists(write, ask):
    write("Une", "Un résidant du quartier.")
    for n in range(5):
        write(f"Feuille {n}", "Une résidence au village.")
    assert ask("résidance").corrected == (("résidance", "résidence"),)
    hidden = write("Cachée", "La résidance.", scope=Scope.GROUP)
    assert ask("résidance").corrected == (("résidance", "résidence"),)
    assert ask("résidance", "nadia").corrected == ()
    assert hidden.id in ask("résidance", "nadia").ids


def test_a_hidden_frequent_word_is_no_reason_to_doubt(write, ask):
    write("Coquille", "Le zibeltruxx du mardi.")
    for n in range(25):
        write(f"Feuille {n}", "Le zibeltrux du mardi.", scope=Scope.GROUP)
    assert ask("zibeltruxx").suggestion is None
    assert ask("zibeltruxx", "nadia").suggestion == "zibeltrux"


def test_hidden_words_do_not_hide_the_visible_one(write, ask):
    near = [f"{start}oumtagle" for start in "bcdfghjklmnpqrstvwxz"]
    write("Caché", " ".join(near + [f"zoumt{x}gle" for x in "bcdefhijklmnopqrstuvwxyz"]),
          scope=Scope.GROUP)  # fmt: skip
    write("Visible", "Le zoumtagel.")
    assert ask("zoumtagle").suggestion == "zoumtagel"


def test_two_glued_words_are_split_only_where_the_reader_sees_them(write, ask):
    write("Caché", "Le zibel trux.", scope=Scope.GROUP)
    assert ask("zibeltrux").suggestion is None
    assert ask("zibeltrux", "nadia").suggestion == "zibel trux"


def test_accents_of_hidden_texts_are_not_shown(write, ask):
    write("Caché", "Un zibéltrùx.", scope=Scope.GROUP)
    write("Visible", "Un zibeltrux.")
    assert ask("zibeltruxy").suggestion == "zibeltrux"


def test_codes_and_short_words_are_left_alone(write, ask):
    write("Atelier", "Le pain et la CAF, salle B12.")
    for typed in ("caff", "b13", "pian", "37001"):
        assert ask(typed).corrected in ((), (("pian", "pain"),), (("caff", "caf"),)), typed


def test_a_pasted_page_of_unknown_words_takes_no_time(write, ask):
    write("Atelier", BODY)
    start = time.perf_counter()
    ask(" ".join(f"zbrgl{n}xqwv" for n in range(60)))
    assert time.perf_counter() - start < 1


def test_a_slip_is_nearer_than_another_word():
    assert distance("acompagner", "accompagner") < distance("accompaqner", "accompagner")
    assert distance("travial", "travail") <= SLIP < distance("ferme", "forte")
    assert distance("smartfone", "smartphone") < 2
    assert distance("maison", "raisin") == TOO_FAR
    assert distance("chat", "chien") == TOO_FAR


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12))
def test_every_variant_of_a_word_is_near_it(word):
    assert all(distance(word, other) < TOO_FAR for other in list(variants(word))[:40] if other)
    assert distance(word, word) == 0
    assert all(a + b == word for a, b in halves(word))

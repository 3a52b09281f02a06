"""What people type becomes a question, whatever they type."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.search import plan, synonyms
from wiki.search.question import LONGEST, MOST_CLAUSES, read


def content(typed):
    return [clause.terms for clause in read(typed).content]


def test_function_words_fade_from_a_whole_question():
    assert content("Comment aider des personnes qui n'ont pas d'ordinateur ?") == [
        ("ordin",),
    ]  # fmt: skip


def test_a_question_of_small_words_alone_searches_them():
    assert content("où est-ce") == [("ou",), ("est", "ce")]


def test_quotes_of_every_kind_make_a_phrase():
    for typed in ('"accès aux droits"', "« accès aux droits »", "“accès aux droits”"):
        (clause,) = read(typed).content
        assert clause.kind == "phrase"
        assert clause.terms == ("acces", "aux", "droit")


def test_a_minus_before_a_word_excludes_it_but_inside_a_word_does_not():
    question = read("formation-action -numérique")
    assert [clause.terms for clause in question.excluded] == [("numer",)]
    assert question.content[0].terms == ("formation", "action")


def test_a_field_and_a_beginning():
    question = read("titre:mobilité numér*")
    assert question.content[0].field == "title"
    assert question.content[1].kind == "prefix"
    assert question.content[1].terms == ("numer",)


def test_operators_of_other_languages_are_plain_words():
    assert content("Qui aide ? [numérique] l'ordinateur^2 (et) ~") != []
    assert read("l'atelier d'été").excluded == ()


@pytest.mark.parametrize(
    "typed",
    ["", None, " ", "-", "+", '"', '""', "*", "**", "titre:", "-titre:", "😀", "?!…", "\x00",
     "\u202e", "((((", '-"', "~", "’"],
)  # fmt: skip
def test_odd_questions_are_empty_or_harmless(typed):
    assert len(read(typed).clauses) <= 1


def test_a_pasted_page_is_bounded():
    question = read("mot numérique " * 2000)
    assert len(question.typed) <= LONGEST
    assert len(question.clauses) <= MOST_CLAUSES


@given(
    st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from(" \"-+*:()[]^~«»’'titre")), max_size=120
    )
)
def test_reading_never_fails(typed):
    plan.prepare(read(typed), synonyms.shipped())


def test_a_word_may_be_replaced_in_what_was_typed():
    assert read('un smartfone "smartfones"').with_word("smartfone", "smartphone").typed == (
        'un smartphone "smartfones"'
    )


def test_the_shipped_list_has_its_groups_both_ways():
    book = synonyms.shipped()
    assert len(book) > 300
    for typed, other in [
        ("Pôle emploi", "france travail"),
        ("france travail", "pole emploi"),
        ("EPN", "espace public numerique"),
        ("RSA", "revenu de solidarite active"),
        ("seniors", "personnes agees"),
        ("FLE", "francais langue etrangere"),
    ]:
        planned = plan.prepare(read(typed), book)
        wanted = {wanted.terms for group in planned.groups for wanted in group}
        assert tuple(plan.french.terms(other)) in wanted, typed


def test_no_synonym_is_made_of_small_words_alone():
    book = synonyms.shipped()
    for others in book._others.values():
        assert ("son",) not in others
        assert ("car",) not in others


def test_neighbours_are_also_sought_together():
    planned = plan.prepare(read("accès aux droits"), synonyms.Book())
    assert [wanted.terms for wanted in planned.pairs] == [("acces", "aux", "droit")]


def test_the_name_of_a_vocabulary_makes_a_filter_of_the_words_after_it():
    known = {("publics", ("gen", "du", "voyag")): "gens-du-voyage", ("themes", ("velo",)): "velo"}

    def lookup(vocabulary, terms):
        return known.get((vocabulary, terms))

    question = read("public:gens du voyage carte Thème:vélo").resolved(lookup)
    assert question.named == (("publics", "gens-du-voyage"), ("themes", "velo"))
    assert [clause.text for clause in question.content] == ["carte"]
    quoted = read('public:"gens du voyage" carte').resolved(lookup)
    assert quoted.named == (("publics", "gens-du-voyage"),)
    again = question.with_word("carte", "cartes")
    assert again.named == question.named
    unknown = read("public:martiens outil:marteau").resolved(lookup)
    assert unknown.named == ()
    assert [clause.terms for clause in unknown.content] == [("martien",), ("marteau",)]


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("Quels sont les outils pour des gens qui ont peur ?", ["outils", "peur"]),
        ("s'il vous plaît, un exemple d'atelier cuisine", ["d'atelier", "cuisine"]),
        ("j'ai besoin d'aide pour mon CV", ["d'aide", "CV"]),
        ("recueil des besoins", ["recueil", "besoins"]),
        ("comment mettre en place un café ?", ["café"]),
        ("Je cherche comment s'y prendre pour mobiliser", ["mobiliser"]),
        ("les savoir-être", ["savoir-être"]),
        ("le pouvoir d'agir", ["pouvoir", "d'agir"]),
        ("sans abri", ["sans", "abri"]),
        ("aider", ["aider"]),
    ],
)  # fmt: skip
def test_fillers_and_politeness_fade_but_not_what_is_sought(typed, left):
    assert [clause.text for clause in read(typed).content] == left


BOMBS = {
    "quotes": '"' * 5000,
    "minuses": "-" * 5000,
    "excluded": "-a " * 2000,
    "fields": "titre:" * 1000,
    "named": "public:a " * 600,
    "beginnings": "abc* " * 1300,
    "stars": "a*" * 2500,
    "required": "+a " * 2000,
    "brackets": "([{" * 2000,
    "emoji": "😀" * 5000,
    "bidirectional": "\u202e\u202dabc" * 1000,
    "one letter": "a" * 5000,
    "hyphens": "a-" * 2500,
    "points": "a." * 2500,
    "apostrophes": "l'" * 2500,
    "phrases": '"a" ' * 1200,
    "mixed": '-"a titre:"b' * 500,
    "accents": "e" + "\u0301" * 4999,
    "inclusive": "abc·e" * 1000,
    "slashes": "abcd/e" * 800,
    "thousands": "1 234 " * 800,
    "words": "mot numérique " * 400,
}


@pytest.mark.parametrize("typed", BOMBS.values(), ids=BOMBS.keys())
def test_no_question_takes_long_or_grows_without_end(typed):
    start = time.perf_counter()
    question = read(typed)
    planned = plan.prepare(question, synonyms.shipped())
    assert time.perf_counter() - start < 0.5  # a tenth of it on a quiet machine
    assert len(question.clauses) <= MOST_CLAUSES
    assert len(question.excluded) <= MOST_CLAUSES
    assert sum(clause.kind == "prefix" for clause in question.clauses) <= 3
    assert len(planned.synonyms) < 200


@given(
    st.lists(st.sampled_from(["est", "ce", "qui", "d'", "l'", "?", "cv", "public:", "-", '"', "*"]))
)
def test_any_mixture_of_small_words_and_signs_is_read(words):
    question = read(" ".join(words))
    assert all(clause.terms for clause in question.clauses + question.excluded)
    assert not question.clauses or question.content

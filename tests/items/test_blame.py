"""Who wrote which words: every character has one hand, and it is the right one."""

import time
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.items.blame import Stretch, Version, kept, traced

WORDS = st.lists(
    st.sampled_from(["lundi", "mardi", "é🌞", ".", "\n", "\n\n", " ", "le ", "un deux trois\n"]),
    max_size=14,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(WORDS, WORDS)
def test_what_stays_of_a_text_is_in_both_and_in_order(old, new):
    at = at_new = 0
    for place, place_new, size in kept(old, new):
        assert place >= at
        assert place_new >= at_new
        assert size > 0
        assert old[place : place + size] == new[place_new : place_new + size]
        at, at_new = place + size, place_new + size


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6), st.data())
def test_every_character_is_in_one_stretch(texts, data):
    versions = []
    for number, text in enumerate(texts, 1):
        cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
        edges = [0, *cuts, len(text)]
        runs = tuple([b - a, data.draw(st.integers(0, 3))] for a, b in pairwise(edges) if b > a)
        versions.append(Version(number, text, (1, 2, 3), data.draw(st.sampled_from([(), runs]))))
    found = traced(versions[::-1])
    assert "".join(one.words for one in found) == texts[-1]
    assert all(one.words and one.writer in (1, 2, 3) for one in found)


def test_words_keep_their_hand_when_others_write_around_them():
    found = traced([
        Version(3, "Ouvert le lundi matin.\n\nFermé en août.", (3,)),
        Version(2, "Ouvert le lundi matin.", (2,)),
        Version(1, "Ouvert le lundi.", (1,)),
    ])  # fmt: skip
    assert found == [
        Stretch("Ouvert le lundi", 1, 1),
        Stretch(" matin", 2, 2),
        Stretch(".", 1, 1),
        Stretch("\n\nFermé en août.", 3, 3),
    ]


def test_a_version_of_several_hands_says_who_wrote_which_part():
    found = traced([
        Version(2, "À Karim. Nadia ici. Ouvert.", (1, 2), ([9, 2], [11, 1], [7, 0])),
        Version(1, "Ouvert.", (1,)),
    ])  # fmt: skip
    assert found == [
        Stretch("À Karim. ", 2, 2), Stretch("Nadia ici. ", 2, 1), Stretch("Ouvert.", 1, 1),
    ]  # fmt: skip


def test_who_is_not_known_any_more_is_nobody():
    gone = Version(2, "Encore. Ouvert.", (1,), ([8, 2], [7, 0]))
    assert traced([gone, Version(1, "Ouvert.", ())]) == [
        Stretch("Encore. ", 2, None), Stretch("Ouvert.", 1, None),
    ]  # fmt: skip


def test_what_the_walk_does_not_reach_is_older():
    found = traced([Version(9, "Un deux", (1,)), Version(8, "Un", (2,))])
    assert found == [Stretch("Un", None, None), Stretch(" deux", 9, 1)]


def test_the_size_of_a_book_with_many_versions_is_quick():
    lines = [
        f"Ligne {n} de ce long texte, avec assez de mots pour une phrase.\n" for n in range(1500)
    ]
    versions = []
    for number in range(1, 201):
        lines[number * 7 % 1500] = f"Changée à la version {number} par quelqu’un.\n"
        versions.append(Version(number, "".join(lines), (number % 5,)))
    begun = time.process_time()
    found = traced(versions[::-1])
    assert "".join(one.words for one in found) == versions[-1].text
    assert time.process_time() - begun < 3

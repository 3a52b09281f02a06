"""Putting two people's changes together: nothing lost, nothing invented."""

from hypothesis import given
from hypothesis import strategies as st

from wiki.items.merging import Conflict, is_clean, merge, settle

LINES = st.lists(
    st.sampled_from(["un", "deux mots", "trois", "", "quatre, cinq", "six"]), max_size=7
)
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n"]))


def words(text: str) -> set[str]:
    return set(text.split())


@given(TEXTS, TEXTS)
def test_a_change_by_one_side_alone_is_taken_as_it_is(base, changed):
    assert settle(merge(base, changed, base), []) == changed
    assert settle(merge(base, base, changed), []) == changed
    assert merge(base, changed, changed) == [changed]


@given(TEXTS, TEXTS, TEXTS)
def test_keeping_both_loses_no_new_word_of_either_side(base, mine, theirs):
    both = words(settle(merge(base, mine, theirs), []))
    new = (words(mine) | words(theirs)) - words(base)
    assert new <= both


@given(TEXTS, TEXTS, TEXTS)
def test_no_word_comes_from_nowhere(base, mine, theirs):
    parts = merge(base, mine, theirs)
    for choice in ("mine", "theirs", "both"):
        settled = settle(parts, [choice] * len(parts))
        assert words(settled) <= words(base) | words(mine) | words(theirs)


@given(TEXTS, TEXTS, TEXTS)
def test_who_is_called_mine_does_not_change_what_is_agreed(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert is_clean(one) == is_clean(other)
    if is_clean(one):
        assert one == other


@given(TEXTS, TEXTS, TEXTS)
def test_a_conflict_shows_two_sides_that_differ_from_each_other_and_from_the_base(
    base, mine, theirs
):
    for part in merge(base, mine, theirs):
        if isinstance(part, Conflict):
            assert part.mine != part.theirs
            assert part.base not in (part.mine, part.theirs)


def test_changes_in_different_paragraphs_are_put_together():
    base = "Un.\n\nDeux.\n\nTrois.\n"
    assert merge(base, base.replace("Un", "1"), base.replace("Trois", "3")) == [
        "1.\n\nDeux.\n\n3.\n"
    ]


def test_changes_to_different_words_of_a_line_are_put_together():
    base = "Le lundi matin, à neuf heures, salle bleue.\n"
    mine, theirs = base.replace("lundi", "mardi"), base.replace("bleue", "verte")
    assert merge(base, mine, theirs) == ["Le mardi matin, à neuf heures, salle verte.\n"]


def test_the_same_word_changed_twice_leaves_the_whole_line_to_choose():
    base = "Avant.\nLe lundi.\nAprès.\n"
    parts = merge(base, base.replace("lundi", "mardi"), base.replace("lundi", "jeudi"))
    assert parts == ["Avant.\n", Conflict("Le lundi.\n", "Le mardi.\n", "Le jeudi.\n"), "Après.\n"]
    assert settle(parts, ["theirs"]) == "Avant.\nLe jeudi.\nAprès.\n"


def test_two_insertions_at_one_place_are_both_kept():
    parts = merge("A\nB\n", "A\nmoi\nB\n", "A\nelle\nB\n")
    assert settle(parts, []) == "A\nelle\nmoi\nB\n"


def test_long_texts_are_merged_in_reasonable_time():
    import time

    base = "\n\n".join(f"Paragraphe {n}, avec quelques mots ordinaires." for n in range(4000))
    mine = base.replace("Paragraphe 17,", "Mon paragraphe 17,")
    theirs = base + "\n\nFin.\n"
    started = time.perf_counter()
    assert is_clean(merge(base, mine, theirs))
    one_line = "mot " * 60_000
    merge(one_line, one_line + "moi", "elle " + one_line)
    assert time.perf_counter() - started < 5

"""Covers and signs: the same for ever, and safe to put in a page."""

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from wiki.covers import SHAPES, cover_svg
from wiki.icons import Signs, initials

signs = Signs(lambda: "/static/icons-12345678.svg")


@pytest.mark.parametrize("shape", SHAPES)
def test_a_cover_is_well_formed_and_light_in_every_shape(shape):
    for seed in range(1, 60):
        svg = cover_svg(seed, shape, '<use href="#p-arbre"/>')
        ElementTree.fromstring(svg)
        assert "c-pict" in svg
        assert len(svg) < 3600


def test_the_same_number_gives_the_same_drawing_and_another_another():
    first = cover_svg(12)
    cover_svg.cache_clear()
    assert cover_svg(12) == first
    assert len({cover_svg(seed) for seed in range(100)}) == 100


def test_an_open_cover_always_has_its_honey_cell():
    assert all("c-honey" in cover_svg(seed, "group") for seed in range(1, 200))


def test_an_icon_is_silent_unless_it_stands_alone():
    assert 'aria-hidden="true"' in signs.icon("page")
    assert 'aria-label="&lt;b&gt;"' in signs.icon("page", "<b>")
    assert "/static/icons-12345678.svg#i-page" in signs.icon("page")


def test_a_person_without_pictogram_is_known_by_initials():
    assert ">NF<" in signs.avatar(SimpleNamespace(name="Nadia Ferrec", pictogram="", colour=None))
    assert '"><b>' not in signs.avatar(SimpleNamespace(name="A", pictogram="", colour='"><b>'))
    assert initials("Nadia Ferrec") == "NF"
    assert initials("Anne-Marie") == "AM"
    assert initials("  ") == "?"
    assert initials("Zoé") == "Z"

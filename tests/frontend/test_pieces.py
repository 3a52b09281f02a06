"""Pieces kept in memory: quick, and never someone else's."""

from types import SimpleNamespace

import jinja2
import pytest

from wiki.pieces import piece


@pytest.fixture
def environment():
    texts = {
        "rail": "<a href='{{ group.url }}'>{{ group.title }}</a>{{ groups | length }}{{ room }}"
    }
    return jinja2.Environment(loader=jinja2.DictLoader(texts), autoescape=True, auto_reload=False)


def group(title="A", number=1):
    return SimpleNamespace(id=number, title=title, url=f"/groups/{number}", colour="", pictogram="")


def test_the_same_context_is_rendered_once(environment):
    first = piece(environment, "rail", group=group(), groups=[], room="once")
    assert piece(environment, "rail", group=group(), groups=[], room="once") is first


def test_whatever_is_drawn_makes_a_new_piece(environment):
    def drawn(**changes):
        context = {"group": group(), "groups": [group()], "room": "new"} | changes
        return piece(environment, "rail", **context)

    kept = {
        drawn(),
        drawn(group=group("B")),
        drawn(group=group(number=2)),
        drawn(groups=[]),
        drawn(room="other"),
    }
    assert len(kept) == 5
    assert "&lt;b&gt;" in drawn(group=group("<b>"))

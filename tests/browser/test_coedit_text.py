"""The shared text is the Markdown a person would have typed, and nothing else changes it."""

import pytest

from tests.browser.dialect import DOCUMENTS
from tests.browser.live import caret, new_page, open_live, recorded, revision, saved, shown

PENDING = "document.querySelector('co-editor').editor.room.pending"
HERE = "document.querySelector('co-editor').editor.view.state.selection.main.head"


@pytest.fixture(scope="module")
def writer(people):
    """A window of Nadia's, kept for the whole module."""
    page = people.window("nadia")
    yield page
    page.context.close()


def units(text: str) -> int:
    """How long a text is for a browser."""
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_opens_unchanged_and_differs_by_the_character_typed(writer, name):
    before, marked, after = DOCUMENTS[name].partition("¦")
    if not marked:
        before, after = before[: len(before) // 2], before[len(before) // 2 :]
    number = new_page(writer, f"Dialecte {name}", before + after)
    text = recorded(writer, number)
    open_live(writer, number)
    assert shown(writer) == text
    assert writer.evaluate(PENDING) == 0
    assert revision(writer, number) == 1
    caret(writer, units(before))
    at = writer.evaluate(HERE)
    writer.keyboard.insert_text("x")
    saved(writer)
    left = next(n for n in range(len(text) + 1) if units(text[:n]) >= at)
    assert recorded(writer, number) == text[:left] + "x" + text[left:]


TABLE = "Avant.\n\n| Qui | Quoi |\n| --- | --- |\n| Jo | du pain |\n"


def test_a_press_on_a_table_of_a_text_leaves_the_hands_in_the_text(writer):
    number = new_page(writer, "Un tableau", TABLE)
    open_live(writer, number)
    writer.click(".co-table td >> text=du pain")
    assert writer.evaluate("document.activeElement.matches('.cm-content')")
    writer.keyboard.type("Mot ")
    saved(writer)
    assert "Mot" in recorded(writer, number)
    assert writer.locator(".co-table .table-scroll[tabindex='0']").count() == 1, "Tab reaches it"

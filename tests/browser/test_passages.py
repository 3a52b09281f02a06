"""Words of a text, selected to be commented on or written otherwise, by hand and by keyboard."""

import pytest

from tests.browser.gestures import arrive, number, write_page
from tests.browser.people import DESKTOP, PHONE
from tests.browser.test_accessible import AXE, violations

SELECT = """(words) => {
  const text = document.querySelector('[data-text]')
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const { currentNode: node } = walker
    const at = node.data.indexOf(words)
    if (at < 0) continue
    node.parentElement.scrollIntoView({ block: 'center' })
    getSelection().setBaseAndExtent(node, at, node, at + words.length)
    return
  }
}"""
CHOSEN = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
DRAWN = "[...(CSS.highlights.get('passage') ?? [])].map(String)"
TEXT = "Ouvert le **lundi** et le mardi.\n\nFermé en août, sauf le samedi."


@pytest.fixture
def address(window):
    page = window("nadia")
    return write_page(page, 1, "Horaires à relire", TEXT)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_passage_is_commented_and_found_again(window, address, size):
    page = window("karim", size=size)
    page.goto(address)
    page.evaluate(SELECT, "sauf le samedi")
    page.click(".passage-bar .btn >> nth=0")
    assert page.text_content(".passage-sheet .about-words") == "sauf le samedi"
    page.keyboard.type("Tous les samedis ?")
    page.click(".passage-sheet .form-end .btn")
    page.wait_for_selector("[data-passage]")
    page.wait_for_function(f"() => ({DRAWN}).length")  # drawn by a script that comes after
    assert page.evaluate(DRAWN) == ["sauf le samedi"]
    page.click("[data-reveal]")
    assert page.evaluate("[...CSS.highlights.get('passage-now')].map(String)") == ["sauf le samedi"]
    assert "Fermé en août" in page.evaluate("document.activeElement.textContent")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_another_wording_is_proposed_and_put_in_the_text(window, address):
    karim, nadia = window("karim", size=PHONE), window("nadia")
    karim.goto(address)
    karim.evaluate(SELECT, "lundi")
    karim.click(".passage-bar .btn >> nth=1")
    karim.fill(".passage-sheet [name=replacement]", "jeudi")
    karim.click(".passage-sheet .form-end .btn")
    karim.wait_for_selector(".about-words ins")
    assert karim.text_content(".about-words ins") == "jeudi"
    nadia.goto(address)
    nadia.click("[name=act][value=accept]")
    arrive(nadia, "/pages/[0-9]+-")
    assert "Ouvert le jeudi et le mardi." in nadia.text_content("[data-text]")
    assert nadia.inner_html("[data-text]").count("<strong>jeudi</strong>") == 1
    nadia.goto(f"/items/{number(address)}/history")
    assert "Formulation proposée par Karim" in nadia.text_content("main")


def test_the_keyboard_leads_from_the_words_to_the_buttons(window, address):
    page = window("karim")
    page.goto(address)
    page.dblclick("[data-text] strong")
    page.wait_for_selector(".passage-bar")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.passage-bar') !== null")
    page.keyboard.press("Escape")
    page.evaluate(SELECT, "août")
    page.keyboard.press("Control+Alt+KeyM")
    page.wait_for_selector(".passage-sheet[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector(".passage-sheet", state="detached")
    assert page.locator("#comments #comment-form").count() == 1
    assert page.input_value("[name=passage]") == ""


def test_without_script_the_form_asks_for_the_passage(window, address):
    page = window("karim", java_script_enabled=False)
    page.goto(address)
    page.fill("#comment-form [name=body]", "Et en juillet ?")
    page.click(".passage-fields summary")
    page.fill("[name=passage]", "fermé en août")
    page.click("#comment-form .form-end .btn")
    assert "Fermé en août" in page.text_content(".about-words")


def test_the_sheet_and_a_passage_have_no_violation(window, address):
    page = window("karim", size=PHONE, bypass_csp=True)
    page.add_init_script(AXE.read_text())
    page.goto(address)
    page.evaluate(SELECT, "mardi")
    page.wait_for_selector(".passage-bar")
    assert not violations(page)
    page.click(".passage-bar .btn >> nth=1")
    page.fill(".passage-sheet [name=replacement]", "mercredi")
    assert not violations(page)
    page.click(".passage-sheet .form-end .btn")
    page.wait_for_selector("[data-passage]")
    assert not violations(page)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark")
    assert not violations(page)


def test_beside_the_text_being_written_remarks_are_made_and_answered(window, address):
    karim, nadia = window("karim"), window("nadia", size=PHONE, bypass_csp=True)
    edit = f"/pages/{number(address)}/edit"
    karim.goto(edit)
    karim.wait_for_selector(".cm-content[contenteditable=true]")
    karim.locator(".cm-content >> text=Fermé").dblclick(position={"x": 20, "y": 12})
    karim.click("passage-list [data-ask=suggest]")
    karim.fill("passage-list [name=replacement]", "Clos")
    karim.click("passage-list form .form-end .btn >> nth=0")
    karim.wait_for_selector(".note .about-words ins")
    assert karim.text_content(".cm-content .co-passage--suggestion") == "Fermé"
    nadia.goto(edit)
    nadia.wait_for_selector(".cm-content[contenteditable=true]")
    nadia.wait_for_function(
        "document.querySelector('[data-notes-open]').textContent.includes('(1)')"
    )
    nadia.click("[data-notes-open]")
    nadia.evaluate(AXE.read_text())
    assert not violations(nadia)
    nadia.click(".notes-sheet .note >> text=Mettre dans le texte")
    nadia.wait_for_selector(".note--settled")
    karim.wait_for_function(
        "document.querySelector('.cm-content').textContent.includes('Clos en août')"
    )
    assert nadia.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_in_the_plain_field_too(window, address):
    page = window("karim")
    page.goto(f"/pages/{number(address)}/edit")
    page.wait_for_selector(".cm-content[contenteditable=true]")
    page.click("[data-mode=plain]")
    page.wait_for_selector("[name=body]:enabled")
    page.evaluate("""() => {
      const area = document.querySelector('.edit-form [name=body]')
      const at = area.value.indexOf('**lundi**')
      area.focus()
      area.setSelectionRange(at, at + 9)
    }""")
    page.click("passage-list [data-ask=comment]")
    page.fill("passage-list [name=body]", "Pourquoi ce jour ?")
    page.click("passage-list form .form-end .btn >> nth=0")
    page.wait_for_selector(".note")
    assert page.text_content(".note .about-words") == "lundi"
    page.click(".note >> text=Voir")
    assert page.eval_on_selector(".edit-form [name=body]", CHOSEN) == "lundi"

"""A text being written, closed and opened again without network: nothing waits for the server."""

import contextlib
import time

from playwright.sync_api import Error

from tests.browser.gestures import tab_to
from tests.browser.live import LIMIT, alike, caret, new_page, open_live, saved, shown
from tests.browser.policy import OVERFLOW
from tests.browser.test_accessible import AXE, violations
from tests.browser.test_maps import READY as MAP_READY
from tests.browser.test_maps import author, made, put, titles  # noqa: F401
from tests.browser.test_offline import KEPT, until

TEXT = "Premier.\n\nDeuxième.\n\nTroisième."
ADDED = " Un mot du car. Puis un autre."
READY = "() => document.querySelector('co-editor').editor?.room.isSynced"
WAITS = """async () => {
  const base = await new Promise((done) => {
    const asked = indexedDB.open(`essaim-texts-${document.body.dataset.user}`)
    asked.onsuccess = () => done(asked.result)
  })
  const asked = base.transaction('texts').objectStore('texts').getAll()
  await new Promise((done) => { asked.onsuccess = done })
  base.close()
  return asked.result.map(({ waits }) => waits).sort().join()
}"""


def opened(phone, path: str) -> None:
    """Open what is written there, until this device has it."""
    phone.goto(path)
    until(phone, lambda kept: path in kept)


def again(page, path: str):
    """The same phone, its tab closed and the page asked for in another."""
    later = page.context.new_page()
    later.add_init_script(path=AXE)
    page.close()
    later.goto(path)
    assert "version de" in later.inner_text(".kept-page")
    return later


def test_a_text_opened_again_without_network_goes_on_and_leaves_once(leaving_phone, window):
    phone = leaving_phone
    nadia = window("nadia")
    number = new_page(nadia, "Dans le car", TEXT)
    path = f"/pages/{number}/edit"
    opened(phone, path)
    saved(phone)
    open_live(nadia, number)
    _holds(phone, "false")
    phone.context.set_offline(True)
    phone = again(phone, path)  # nothing was typed yet: the text is there, and can be gone on with
    phone.wait_for_function(READY)
    caret(phone, len(TEXT))
    phone.keyboard.type(" Un mot du car.")
    phone.wait_for_selector("[data-light-place] >> text=Gardé sur cet appareil")
    caret(nadia, len("Premier."))
    nadia.keyboard.type(" Et de la salle.")
    saved(nadia)
    phone = again(phone, path)
    phone.wait_for_function(READY)
    assert shown(phone) == TEXT + " Un mot du car."
    assert not phone.evaluate(OVERFLOW)
    assert not violations(phone)
    caret(phone, len(shown(phone)))
    phone.keyboard.type(" Puis un autre.")
    phone.context.set_offline(False)
    text = alike(number, nadia, phone, has="Puis un autre.")
    assert text == TEXT.replace("Premier.", "Premier. Et de la salle.") + ADDED
    phone.wait_for_selector(".kept-page", state="detached")
    _holds(phone, "false")
    _without_a_record(phone, path)
    _after_leaving(phone, path)


def _holds(page, told: str) -> None:
    """Wait until the texts of this device say so of themselves, whether they wait to leave."""
    limit = time.monotonic() + LIMIT
    while page.evaluate(WAITS) != told:
        assert time.monotonic() < limit, page.evaluate(WAITS)
        page.wait_for_timeout(50)


def _without_a_record(phone, path: str) -> None:
    """A browser that keeps no texts: the plain field, at once, and its words are offered again."""
    phone.goto("/groups")
    phone.evaluate("indexedDB.deleteDatabase(`essaim-texts-${document.body.dataset.user}`)")
    phone.context.set_offline(True)
    phone.goto(path)
    phone.fill("textarea[name=body]", "En simple.\n\n" + TEXT)
    phone.wait_for_timeout(700)  # the pause before a draft is kept
    phone.goto(path)
    phone.click(".draft-offer .btn >> nth=0")
    assert phone.input_value("textarea[name=body]").startswith("En simple.")
    phone.context.set_offline(False)
    phone.click(".edit-top .btn--main:visible")
    phone.wait_for_url("**/pages/*-*")
    said = phone.inner_text("main")
    assert said.index("En simple.") < said.index("Et de la salle"), "joined to the others' words"
    assert "Puis un autre." in said


def _after_leaving(phone, path: str) -> None:
    """Once its person left, this phone gives nothing back."""
    opened(phone, path)
    phone.goto("/account/sessions")
    phone.evaluate("document.querySelector('form[action=\"/logout\"]').requestSubmit()")
    phone.wait_for_url(lambda url: "account" not in url)
    assert phone.evaluate(KEPT) == []
    phone.context.set_offline(True)
    with contextlib.suppress(Error):  # the browser's own words
        phone.goto(path)
    assert "car" not in phone.inner_text("body")


def test_a_part_of_a_report_opened_again_without_network_shows_its_words(phone, window, site):
    path = f"/reports/{site.number('Aller à pied')}/edit"
    part = "#part-what_failed co-editor"
    opened(phone, path)
    phone.focus("[name=section_what_failed]")
    phone.wait_for_selector(f"{part}[data-now=live]")
    phone.wait_for_selector(f"{part} .savelight--ok")
    phone.context.set_offline(True)
    phone.keyboard.type("Sans réseau : la pluie. ")
    phone.wait_for_selector(f"{part} [data-light-place] >> text=Gardé sur cet appareil")
    phone = again(phone, path)
    phone.wait_for_selector(f"{part} .cm-line >> text=la pluie")
    phone.click(f"{part} .cm-content")
    phone.keyboard.press("Control+End")
    phone.keyboard.type(" Et le vent.")
    assert not phone.evaluate(OVERFLOW)
    phone.context.set_offline(False)
    phone.wait_for_selector(f"{part} .savelight--ok")
    _holds(phone, "false")
    nadia = window("nadia")
    nadia.goto(path)
    nadia.focus("[name=section_what_failed]")
    nadia.wait_for_selector(f"{part} .cm-line >> text=Et le vent")
    assert nadia.inner_text(f"{part} .cm-content").count("la pluie") == 1


def test_a_map_opened_again_without_network_shows_its_marks_and_takes_a_point(phone, author):  # noqa: F811
    address = made(author, "Le quartier à pied")
    put(author, address, "Le banc", (500, 350))
    opened(phone, address)
    phone.wait_for_selector(MAP_READY)
    phone.reload()  # what the map asks for passes by this device from now on
    phone.wait_for_selector(MAP_READY)
    phone.context.set_offline(True)
    phone = again(phone, address)
    phone.wait_for_selector(MAP_READY)
    phone.wait_for_selector(".map-mark")
    foot = """() => document.querySelector('.map-bar').getBoundingClientRect().bottom
      <= document.querySelector('.bottombar').getBoundingClientRect().top"""
    assert phone.evaluate(foot), "what one does with a map stays in sight"
    assert "Le banc" in phone.locator(".points").text_content()
    tab_to(phone, "[data-act=add-Point]")
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".map-hint:not([hidden])")
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".map-form")
    phone.fill(".map-form [name=title]", "Le puits")
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".peek h2:has-text('Le puits')")
    phone.context.set_offline(False)
    phone.wait_for_function("() => !document.querySelector('.map-mark.is-waiting')")
    assert sorted(titles(author, address)) == ["Le banc", "Le puits"]
    phone.wait_for_selector(".kept-page", state="detached")

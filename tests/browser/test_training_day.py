"""A training day in real windows: three trainees at once, and their trainer (scenario 13)."""

import contextlib
import itertools
import re
import sqlite3
import time

import pytest
from playwright.sync_api import TimeoutError

from tests.browser.gestures import tab_to
from tests.browser.live import alike, new_page, open_live, recorded, saved, shown
from tests.browser.people import PHONE
from tests.browser.policy import OVERFLOW
from tests.browser.test_accessible import AXE, violations
from tests.browser.test_entering import PHONES, code_on, come_in, press

DAYS = itertools.count(1)
NAMES = {"Jo": "bateau", "Fatou": "oiseau", "Moussa": "poisson"}
# A telephone, a computer that others use, a computer of one's own: what each says without network.
WAITS = {"Jo": "Gardé sur cet appareil", "Fatou": "Pas encore envoyé, ne fermez pas",
         "Moussa": "Gardé sur cet appareil"}  # fmt: skip
BEFORE, AFTER = "{name}-va-", "vient-{name}."  # the network drops in the middle
WORDS = "document.querySelector('.room-grid')?.innerText.includes(words)"


@pytest.fixture
def trainer(window):
    """The screen of the room, just prepared for twelve."""
    page = window("nadia")
    page.goto("/groups/1/classrooms")
    page.fill("[name=title]", f"Journée cartes sensibles {next(DAYS)}")  # else the room just made
    page.select_option(".give-list select >> nth=1", "all")
    page.click("main form .btn--main")
    page.wait_for_url("**/classrooms/*")
    return page


def sees(page, words: str) -> None:
    page.wait_for_function("words => " + WORDS, arg=words)


def axe(page) -> str:
    page.evaluate(AXE.read_text("utf-8"))
    return violations(page)


def seated(window, trainer, names=tuple(NAMES)) -> dict:
    """A telephone, a shared computer and another, come in by the door, each with its sheet open."""
    door = window("nadia")
    door.goto(trainer.locator("a[href$='/door']").first.get_attribute("href"))
    door.click("button:has-text('Ouvrir la porte')")
    door.wait_for_selector(".door-code")
    phones = {}
    for name in names:
        phones[name] = window(None, size=PHONE, **PHONES) if name == "Jo" else window(None)
        is_own = name == "Moussa"  # he says that nobody else uses it
        come_in(phones[name], code_on(door), name, NAMES[name], "journee", is_own=is_own)
    phones["Jo"].wait_for_function("() => navigator.serviceWorker.controller")
    for phone in phones.values():
        phone.click(".room-bar .btn--main", no_wait_after=True)
    for phone in phones.values():
        phone.wait_for_url("**/edit")
    return phones


def emptied(trainer, room: str) -> None:
    """The room is reset, from the page that closes it."""
    trainer.click("button:has-text('Remettre à zéro')")
    if trainer.locator("[name=anyway]").count():
        trainer.click("[name=anyway]")
    trainer.wait_for_url(room)


def type_in(page, text: str) -> None:
    page.wait_for_selector(".cm-content")
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def test_a_day_from_the_first_card_to_the_empty_room(window, trainer, site):
    began = time.monotonic()
    assert not axe(trainer)
    room = trainer.url
    phones = seated(window, trainer)
    for name, phone in phones.items():
        type_in(phone, f" Une marche de {name}.")
    sees(trainer, "Fatou")
    sees(trainer, "4 mots")
    assert time.monotonic() - began < 300
    _without_network(trainer, phones, site)
    phones["Fatou"].click("[data-hand]")
    sees(trainer, "Aidé·e")
    assert not axe(trainer)
    _lead(trainer, phones)
    _close(trainer, phones, room)
    answer = trainer.request.get(room + "/sheets.zip")
    assert answer.ok
    emptied(trainer, room)
    assert "La salle a été vidée" in trainer.inner_text("main")
    _let_out(phones, room)
    trainer.click("main button:has-text('Tout faire revenir')")
    sees(trainer, "Fatou")


def _without_network(trainer, phones, site) -> None:
    """It drops in the middle of a word, on each sheet and on a page of all; then it is back."""
    group = int(re.search(r"/groups/(\d+)", trainer.content())[1])
    number = new_page(trainer, "Ce que nous retenons", "Chacun une ligne.", group)
    tabs = {name: phone.context.new_page() for name, phone in phones.items()}
    tabs["Yann"] = trainer.context.new_page()
    for tab in tabs.values():
        open_live(tab, number)
    for pages in (phones, tabs):
        for name in NAMES:
            type_in(pages[name], " " + BEFORE.format(name=name))
    for name in NAMES:  # else two words typed at one place have no order of their own
        alike(number, *tabs.values(), has=BEFORE.format(name=name))
    for phone in phones.values():
        phone.context.set_offline(True)
    for pages in (phones, tabs):
        for name in NAMES:
            pages[name].keyboard.type(AFTER.format(name=name))
            _says(pages[name], WAITS[name])
    _a_while_later(site)
    trainer.wait_for_function("() => document.querySelectorAll('.seat--away').length === 3")
    assert "vu" in trainer.inner_text(".room-grid")
    phones["Jo"] = _closed_and_opened(phones["Jo"])
    for phone in phones.values():
        phone.context.set_offline(False)
    _every_word_once(alike(number, tabs["Yann"], *(tabs[name] for name in NAMES), has="-Moussa."))
    for name, phone in phones.items():
        saved(phone)
        text = recorded(trainer, int(re.search(r"/pages/(\d+)", phone.url)[1]))
        assert text == shown(phone)
        assert text.count(f"{BEFORE}{AFTER}".format(name=name)) == 1
    trainer.wait_for_function("() => !document.querySelector('.seat--away')")
    for tab in tabs.values():
        tab.close()


def _says(page, words: str) -> None:
    """Wait for the light to say so; else tell what it says instead, and of what text."""
    try:
        page.wait_for_selector(f"[data-light-place] >> text={words}")
    except TimeoutError:
        said = [one.inner_text() for one in page.locator("[data-light-place]").all()]
        raise AssertionError((page.url, said, shown(page)[-80:])) from None


def _a_while_later(site) -> None:
    """Nobody was heard of for two minutes: said to the room, instead of waited for."""
    with contextlib.closing(sqlite3.connect(site.data / "essaim.sqlite", timeout=20)) as base:
        base.execute("UPDATE trainee SET here_at = datetime(here_at, '-2 minutes')")
        base.commit()


def _closed_and_opened(phone):
    """A telephone whose window was closed without network: its words are there."""
    text, again = shown(phone), phone.context.new_page()
    phone.close()
    again.goto(phone.url)
    again.wait_for_function("() => document.querySelector('co-editor').editor?.room.isSynced")
    assert shown(again) == text
    return again


def _every_word_once(text: str) -> None:
    for name in NAMES:
        assert text.count(f"{BEFORE}{AFTER}".format(name=name)) == 1, text


def _let_out(phones, room) -> None:
    """Each screen says by itself that the day is over; who writes keeps their words to copy."""
    jo, fatou, moussa = phones["Jo"], phones["Fatou"], phones["Moussa"]
    fatou.wait_for_url(room + "/end")
    assert "La journée est finie" in fatou.inner_text("main")
    assert not axe(fatou)
    assert not fatou.evaluate(OVERFLOW)
    moussa.wait_for_selector("[data-told] a[href$='/end']")
    assert moussa.inner_text("[data-light-place]") == "Écriture arrêtée"
    assert moussa.locator("[data-alert] copy-button").is_visible()
    assert "Copiez votre texte" in moussa.inner_text("[data-alert]")
    assert moussa.inner_text("body").count("Copiez votre texte") == 1, "it is said once"
    assert "phrase" in moussa.inner_text(".cm-content")
    jo.goto("/groups")
    assert "La journée est finie" in jo.inner_text("main"), "no password is asked"


def _lead(trainer, phones) -> None:
    """The timer runs on all screens; who writes is not torn away, the others are led."""
    jo = phones["Jo"]
    jo.goto(trainer.url + "/desk")
    trainer.click("button:has-text('Lancer')")
    trainer.click("button:has-text('Montrer')")
    trainer.wait_for_selector("button:has-text('Libérer')")
    jo.wait_for_url("**/edit")  # « their sheet »
    phones["Moussa"].wait_for_function(
        "() => /9:\\d\\d/.test(document.querySelector('[data-time]').textContent)"
    )
    tab_to(trainer, "button", "Libérer")
    trainer.keyboard.press("Enter")
    trainer.wait_for_selector("button:has-text('Libérer')", state="detached")


def _close(trainer, phones, room) -> None:
    """The day is closed while Moussa types: the words are there, on his screen and in his sheet."""
    moussa = phones["Moussa"]
    trainer.goto(room + "/closing")
    assert not axe(trainer)
    trainer.fill("input[type=email] >> nth=2", "moussa@exemple.fr")
    trainer.click("button:has-text('Clore et envoyer')")
    trainer.wait_for_selector("button:has-text('Envoyer ce qui est nouveau')")
    type_in(moussa, " Encore une phrase.")
    moussa.wait_for_selector("[data-told]:not([hidden])")
    assert "close" in moussa.inner_text("[data-told]")
    phones["Fatou"].goto(room + "/evaluation")
    assert not axe(phones["Fatou"])
    phones["Fatou"].click("label:has-text('Oui, tout à fait') >> nth=0")
    phones["Fatou"].click("main form .btn--main")
    phones["Fatou"].wait_for_url("**/desk")
    assert not axe(phones["Fatou"])
    text = moussa.request.get(room + "/mine.md").text()
    assert "Une marche de Moussa." in text
    assert "Encore une phrase." in text
    assert re.search(r"^# Mon action, Moussa", text)


def test_words_that_had_not_left_when_the_room_was_emptied_stay_to_be_copied(window, trainer):
    """On a device of one's own and on a computer that others use; nothing is promised any more."""
    room, phones = trainer.url, seated(window, trainer, ("Jo", "Fatou"))
    for name, phone in phones.items():
        type_in(phone, " Une marche.")
        saved(phone)
        phone.context.set_offline(True)
        phone.keyboard.type(" Puis un détour.")
        phone.wait_for_selector(f"[data-light-place] >> text={WAITS[name]}")
    trainer.goto(room + "/closing")
    emptied(trainer, room)
    for phone in phones.values():
        phone.context.set_offline(False)
    for phone in phones.values():
        phone.wait_for_selector("[data-light-place] >> text=Écriture arrêtée")
        phone.wait_for_selector("[data-told] a[href$='/end']")
        assert phone.locator("[data-alert] copy-button").is_visible()
        assert "Puis un détour." in phone.inner_text(".cm-content")
        assert not phone.evaluate(OVERFLOW)
    jo = phones["Jo"]
    other = """localStorage[`draft:${document.body.dataset.user}:page-1`] = JSON.stringify(
      { text: 'Écrit ailleurs', revision: '', sent: false, at: Date.now() })"""
    jo.evaluate(other)
    jo.click("[data-told] a[href$='/end']")
    jo.wait_for_selector("left-words textarea")
    assert jo.locator("left-words textarea").count() == 1, "of that room only"
    assert "Puis un détour." in jo.input_value("left-words textarea")
    assert jo.locator("left-words copy-button button").is_visible()
    assert not axe(jo)
    assert not jo.evaluate(OVERFLOW)
    jo.click("[data-erase]")
    jo.click("dialog[open] button:has-text('Effacer')")
    jo.wait_for_selector("left-words >> text=ne sont plus sur cet appareil")
    jo.reload()
    jo.wait_for_load_state("networkidle")
    assert not jo.locator("left-words").is_visible(), "nothing of it stays"


CUT = """() => [...document.querySelectorAll('.co-table :is(th, td)')].flatMap((cell) => {
  const [text] = cell.childNodes
  return [...(text?.data ?? '').matchAll(/\\p{L}+/gu)].filter(({ 0: word, index }) => {
    const range = new Range()
    range.setStart(text, index)
    range.setEnd(text, index + word.length)
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1
  }).map(([word]) => word)
})"""
ROWS = """() => new Set([...document.querySelectorAll('.room-bar .btn')]
  .map((one) => Math.round(one.getBoundingClientRect().top))).size"""
READ_WHOLE = """() => {
  const light = document.querySelector('.edit-light')
  const range = new Range()
  range.selectNodeContents(light)
  const { right, bottom } = range.getBoundingClientRect()
  const button = light.closest('.edit-top').querySelector('.btn--main:not([hidden])')
  const { left, bottom: foot } = button.getBoundingClientRect()
  return right <= Math.min(left, innerWidth) || (bottom > foot && right <= innerWidth)
}"""
ON_TOP = """(words) => {
  const buttons = [...document.querySelectorAll('.edit-top .btn')]
  const one = buttons.find((btn) => btn.innerText.includes(words))
  const { left, top, width, height } = one.getBoundingClientRect()
  return document.elementFromPoint(left + width / 2, top + height / 2).closest('.btn') === one
}"""


def test_on_a_phone_a_sheet_can_be_finished_wherever_it_is_and_no_word_is_cut(window, trainer):
    """Opened again without network and scrolled, then in easy reading: one row of buttons."""
    jo = seated(window, trainer, ("Jo",))["Jo"]
    type_in(jo, " Une marche.")
    saved(jo)
    jo.wait_for_selector(".co-table td")
    assert jo.evaluate(CUT) == []
    assert not jo.evaluate(OVERFLOW)
    jo.reload()
    saved(jo)
    jo.context.set_offline(True)
    jo = _closed_and_opened(jo)
    assert "version de" in jo.inner_text(".kept-page")
    jo.mouse.wheel(0, 600)
    jo.wait_for_function("() => scrollY > 300")
    assert jo.evaluate(ON_TOP, "Terminer")
    assert jo.evaluate(ON_TOP, "Fermer")
    jo.context.set_offline(False)
    saved(jo)
    assert jo.context.request.post("/easy-reading", form={"easy": "yes"}).ok
    jo.reload()
    saved(jo)
    assert jo.evaluate(ROWS) == 1
    assert jo.evaluate(CUT) == []
    assert not jo.evaluate(OVERFLOW)
    assert not axe(jo)
    assert jo.evaluate(READ_WHOLE), "what the light says"
    assert jo.context.request.post("/easy-reading", form={"easy": ""}).ok
    for width in (320, 360):
        jo.set_viewport_size({"width": width, "height": 800})
        jo.reload()
        saved(jo)
        assert jo.evaluate(READ_WHOLE), width
        assert not jo.evaluate(OVERFLOW), width


def test_after_a_room_came_back_a_sheet_is_written_live_with_the_words_that_had_not_left(
    window, trainer
):
    """What was typed without network while the room was emptied joins the sheet, once."""
    room, door, moussa = trainer.url, window("nadia"), window(None)
    door.goto(trainer.locator("a[href$='/door']").first.get_attribute("href"))
    door.click("button:has-text('Ouvrir la porte')")
    door.wait_for_selector(".door-code")
    digits = come_in(moussa, code_on(door), "Moussa", "poisson", "journee", is_own=True)
    moussa.goto(room + "/mine")
    type_in(moussa, " Une marche.")
    saved(moussa)
    moussa.context.set_offline(True)
    moussa.keyboard.type(" Puis un détour.")
    moussa.wait_for_selector(f"[data-light-place] >> text={WAITS['Moussa']}")
    trainer.goto(room + "/closing")
    emptied(trainer, room)
    moussa.context.set_offline(False)
    moussa.wait_for_selector("[data-light-place] >> text=Écriture arrêtée")
    moussa.wait_for_selector("[data-told] a[href$='/end']")
    trainer.click("main button:has-text('Tout faire revenir')")
    sees(trainer, "Moussa")
    assert "écrit" not in trainer.inner_text(".seat"), "nobody is signed in any more"
    door.reload()
    door.click("button:has-text('Ouvrir la porte')")
    moussa.goto("/join")
    moussa.fill("#code", code_on(door))
    moussa.click(".code-form .btn--main")
    moussa.click("main .tile:has-text('Moussa')")
    press(moussa, digits)
    moussa.wait_for_url("**/groups/*")
    moussa.goto(room + "/mine")
    saved(moussa)
    assert moussa.get_attribute("co-editor", "data-now") == "live"
    assert shown(moussa).count("Puis un détour.") == 1
    number = int(re.search(r"/pages/(\d+)", moussa.url)[1])
    assert recorded(trainer, number) == shown(moussa)

"""A training day in real windows: three trainees at once, and their trainer (scenario 13)."""

import re
import time

import pytest

from tests.browser.gestures import tab_to
from tests.browser.people import PHONE
from tests.browser.policy import OVERFLOW
from tests.browser.test_accessible import AXE, violations
from tests.browser.test_entering import PHONES, code_on, come_in

NAMES = {"Jo": "bateau", "Fatou": "oiseau", "Moussa": "poisson"}
WORDS = "document.querySelector('.room-grid')?.innerText.includes(words)"


@pytest.fixture
def trainer(window):
    """The screen of the room, just prepared for twelve."""
    page = window("nadia")
    page.goto("/groups/1/classrooms")
    page.fill("[name=title]", "Journée cartes sensibles")
    page.select_option(".give-list select >> nth=1", "all")
    page.click("main form .btn--main")
    page.wait_for_url("**/classrooms/*")
    return page


def sees(page, words: str) -> None:
    page.wait_for_function("words => " + WORDS, arg=words)


def axe(page) -> str:
    page.evaluate(AXE.read_text("utf-8"))
    return violations(page)


def seated(window, trainer) -> dict:
    """Three phones that came in by the door, each with their sheet open."""
    door = window("nadia")
    door.goto(trainer.locator("a[href$='/door']").first.get_attribute("href"))
    door.click("button:has-text('Ouvrir la porte')")
    door.wait_for_selector(".door-code")
    phones = {}
    for name, picto in NAMES.items():
        phones[name] = window(None, size=PHONE, **PHONES)
        come_in(phones[name], code_on(door), name, picto, "journee")
    for phone in phones.values():
        phone.click(".room-bar .btn--main", no_wait_after=True)
    for phone in phones.values():
        phone.wait_for_url("**/edit")
    return phones


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
    phones["Fatou"].click("[data-hand]")
    sees(trainer, "Aidé·e")
    assert not axe(trainer)
    _lead(trainer, phones)
    _close(trainer, phones, room)
    answer = trainer.request.get(room + "/sheets.zip")
    assert answer.ok
    trainer.click("button:has-text('Remettre à zéro')")
    if trainer.locator("[name=anyway]").count():
        trainer.click("[name=anyway]")
    trainer.wait_for_url(room)
    assert "La salle a été vidée" in trainer.inner_text("main")
    _let_out(phones, room)
    trainer.click("main button:has-text('Tout faire revenir')")
    sees(trainer, "Fatou")


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
    assert not moussa.locator("[data-alert] p").is_visible(), "it is said once"
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

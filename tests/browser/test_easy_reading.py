"""Moussa reads with difficulty: from his card to his voice, with a keyboard and his digits only."""

import re

import pytest

from tests.browser.gestures import tab_to
from tests.browser.people import DESKTOP, PHONE
from tests.browser.policy import OVERFLOW
from tests.browser.screens import JOURNAL, REPORT
from tests.browser.test_accessible import AXE, violations

SPEAKS = """() => {
  window.said = []
  speechSynthesis.speak = (one) => {
    window.said.push(one.text)
    setTimeout(() => one.onend?.(), 5)
  }
}"""


@pytest.fixture
def moussa(window):
    """His window; what the device would say aloud is noted instead."""
    page = window(None, size=DESKTOP, permissions=["microphone"])
    page.add_init_script(path=AXE)
    page.add_init_script(f"({SPEAKS})()")
    return page


def press(page, selector: str, words: str = "") -> None:
    tab_to(page, selector, words)
    page.keyboard.press("Enter")


def test_with_a_card_a_keyboard_and_four_digits_to_a_voice(moussa, window, site):
    nadia = window("nadia")
    nadia.goto("/groups/1/cards")
    nadia.fill("[name=firstnames]", "Moussa")
    nadia.click("form:has([name=blank]) .btn--main")
    nadia.wait_for_selector("text=Moussa")
    named = "SELECT code FROM access_card JOIN user ON user.id = user_id WHERE name = ?"
    (card,) = site._row(named, "Moussa")
    page = moussa
    page.goto(f"/c/{card}")
    press(page, "[name=easy]", "Lecture facile")
    page.wait_for_selector("body.easy")
    assert not violations(page), "the card"
    press(page, "read-aloud button", "Écouter")
    page.wait_for_function("() => window.said.length > 2")
    tab_to(page, "[name=digits]")
    page.keyboard.type("4827")
    press(page, "button.btn--main")
    page.wait_for_url("**/groups/1-*")
    assert page.locator("body.easy").count(), "the choice came in with him"
    assert not violations(page), "the home of the group"
    press(page, ".rail a[href^='/add']")
    press(page, "a[href$='#record']")
    page.wait_for_selector("media-recorder .recorder-go")
    press(page, "media-recorder button", "Enregistrer une voix")
    page.wait_for_function("() => document.querySelector('[data-clock]').textContent >= '0:02'")
    press(page, "media-recorder button", "Arrêter")
    page.locator("[data-listen] audio").wait_for()
    press(page, "media-recorder button", "Garder")
    page.locator("[data-sent] a").wait_for()


def test_easy_screens_fit_and_have_no_violation(window, site):
    page = window("karim", size=PHONE)
    page.add_init_script(path=AXE)
    page.context.request.post("/easy-reading", form={"easy": "yes"})
    try:
        for address in ("/groups/1", site.path(JOURNAL), site.path(REPORT), "/events?group=1"):
            page.goto(address)
            page.wait_for_selector(".easy-listen")
            for size in (PHONE, DESKTOP):
                page.set_viewport_size(size)
                assert not page.evaluate(OVERFLOW), address
                assert not violations(page), address
        assert re.search("Écouter", page.inner_text(".easy-bar"))
        _less_to_choose_from(page)
    finally:
        page.context.request.post("/easy-reading", form={"easy": "no"})


def _less_to_choose_from(page) -> None:
    """One thing per screen: what comes next, then few rooms; the rest waits behind one press."""
    page.set_viewport_size(PHONE)
    page.goto("/groups/1")
    page.wait_for_selector(".easy-listen")
    tall = "() => document.documentElement.scrollHeight"
    assert page.evaluate(tall) < 4000, "it was 7 800 pixels"
    assert page.locator(".easy-listen:visible").count() <= 3
    assert page.locator(".room:visible").count() <= 5
    next_one, bar = page.locator("main section.next"), page.locator(".easy-bar")
    assert next_one.bounding_box()["y"] < 500, "it is on the first screen"
    assert bar.bounding_box()["y"] < 30, "on the first line"
    page.click("main .next-text a")
    page.wait_for_selector(".coming")
    assert page.evaluate(tall) < 3200, "it was 5 800 pixels"
    assert not page.locator("#comments").is_visible()
    page.click(".easy-more > summary")
    assert page.locator("#comments .comment-voice button").is_visible()
    assert not page.locator("#comments .easy-dictate").count(), "one way to speak is enough"
    assert not page.evaluate(OVERFLOW)
    assert not violations(page), "the rest of a session"

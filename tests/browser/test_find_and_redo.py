"""Sophie looks for experiences close to hers with the keyboard alone, judges one, and redoes it."""

import re

import pytest

from tests.browser.gestures import arrive, number, path, tab_to
from tests.browser.people import DESKTOP, PHONE
from wiki.demo.loader import PASSWORD

QUESTION = "atelier smartfone senior isolé"  # as she types it, mistake included
CAFE = "Ouvrir un atelier téléphone"
SOON = 300  # milliseconds
FASTEST = """async () => {
  const times = []
  for (let i = 0; i < 5; i += 1) {
    const start = performance.now()
    await (await fetch(location, { cache: 'reload' })).text()
    times.push(performance.now() - start)
  }
  return Math.min(...times)
}"""
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


@SIZES
def test_reports_close_to_hers_are_found_and_opened_with_the_keyboard_alone(size, window, site):
    page = window(size=size)
    search(page, QUESTION)
    assert "smartphone" in page.inner_text(".typo")
    assert page.evaluate(FASTEST) < SOON
    narrow(page, "settings", "Campagne avec du réseau")
    narrow(page, "formats", "Action collective")
    first = page.locator(".results > li").first
    assert CAFE in first.locator("h3").inner_text()
    judge_a_card(page, first)
    tab_to(page, ".results > li:first-child h3 a")
    page.keyboard.press("Enter")
    arrive(page, site.path(CAFE))


def search(page, words: str) -> None:
    page.goto("/")
    tab_to(page, "main #q")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    arrive(page, "/search")


def narrow(page, vocabulary: str, value: str) -> None:
    """Choose a value of a facet: it then counts what it promised."""
    if page.viewport_size == PHONE:
        tab_to(page, "a[href='#filters']")
        page.keyboard.press("Enter")
    chip = page.locator(f"[aria-labelledby=facet-{vocabulary}] a", has_text=value)
    promised = chip.locator("b").inner_text()
    tab_to(page, f"[aria-labelledby=facet-{vocabulary}] a", value)
    page.keyboard.press("Enter")
    arrive(page, rf"/search\?.*{vocabulary}=")
    assert page.inner_text("#found").split()[0] == promised
    assert page.locator(f"#filters [aria-current]:has-text('{value}')").count() == 1


def judge_a_card(page, card) -> None:
    """Public, duration, people, cost, place, year; trust; the sentence; and why it is there."""
    assert card.locator(".facts-line li").count() == 6
    assert "Mesuré" in card.locator(".signs").inner_text()
    assert card.locator("mark").count() >= 2
    tab_to(page, ".results > li:first-child .why summary")
    page.keyboard.press("Enter")
    assert "smartphone" in card.locator(".why ul").inner_text()


@SIZES
def test_nothing_found_is_no_dead_end_for_the_keyboard(size, window):
    page = window(size=size)
    page.goto("/search?q=vélo&settings=ville&formats=individuel")
    assert not page.locator("ol.results > li").count()
    tab_to(page, ".ways > li:first-child a")
    page.keyboard.press("Enter")
    page.wait_for_selector("ol.results > li")
    page.goto("/search?q=xylophoniquement")
    tab_to(page, ".ways a", "Demander au réseau")
    page.keyboard.press("Enter")
    arrive(page, "/searches/questions")
    assert page.locator("main a, main input:not([type=hidden])").count()


@pytest.mark.parametrize(
    ("size", "group"),
    [(PHONE, "Bouger en vallée"), (DESKTOP, "La gare de Morlaix")],
    ids=["phone", "desktop, for a new group"],
)
def test_a_report_is_judged_adapted_for_a_group_and_tells_who_redid_it(size, group, window, site):
    page, visitor, author = window(size=size), window(size=size), window("nadia", size=size)
    original = site.path(CAFE)
    title = f"Une table devant la gare, {size['width']}"
    judge(page, original)
    draft = adapt(page, original, title, group)
    say_what_changed(page, draft, "À Morlaix, on s’assoit devant le kiosque.")
    page.goto(original)
    told = page.inner_text("#redo")
    assert title in told
    assert "devant le kiosque" in told
    visitor.goto(original)
    assert title not in visitor.content(), "a draft is nobody else's"
    assert "Sophie" in told_of(author, CAFE)


def told_of(page, title: str) -> str:
    """The notice about an item, waited for: it is written by a job."""
    notice = page.locator("main .notices li", has_text=title)
    for _ in range(40):
        page.goto("/notices")
        if notice.count():
            break
        page.wait_for_timeout(250)
    return notice.first.inner_text()


def judge(page, report: str) -> None:
    """The minute, then the facts, what failed and what it takes, before whom to call."""
    page.goto(report)
    order = [".minute", ".facts", ".adapt", ".trust", "#what_failed", "#conditions", "#talk"]
    tops = [page.locator(part).first.bounding_box()["y"] for part in order]
    assert tops == sorted(tops)
    page.click(".trust a[href='#what_failed']")
    assert page.locator("#what_failed").is_visible()


def adapt(page, original: str, title: str, group: str) -> str:
    page.click(".adapt a")
    arrive(page, "/login")
    page.fill("[name=email]", "sophie@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main form:has([name=password]) .btn--main")
    arrive(page, "/items/[0-9]+/adaptation")
    choose_group(page, group)
    page.fill("[name=title]", title)
    page.click(".adapt-form .btn--main")
    arrive(page, "/reports/[0-9]+.*/edit")
    draft = f"/reports/{number(path(page))}"
    page.goto(draft)
    assert page.locator(f".credit a[href='{original}']").count()
    assert "CC BY-SA" in page.inner_text(".credit")
    assert "Huit cartes" in page.inner_text("[aria-labelledby=files]")
    return draft


def choose_group(page, group: str) -> None:
    """One of hers, else a new one."""
    known = page.locator("[name=group] option", has_text=group).count()
    page.select_option("[name=group]", label=group if known else "Un nouveau groupe")
    if not known:
        page.fill("[name=new_group]", group)


def say_what_changed(page, draft: str, words: str) -> None:
    page.click(".credit a[href$='/changes']")
    page.fill("[name=changes]", words)
    page.click("main form:has([name=changes]) .btn--main")
    arrive(page, re.escape(draft))
    assert words in page.inner_text(".credit")

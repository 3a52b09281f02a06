"""Sliding through the versions of a text, with a finger, with the keyboard, without script."""

import pytest

from tests.browser import screens
from tests.browser.people import DESKTOP, PHONE


@pytest.fixture
def address(site):
    return f"/items/{site.number(screens.JOURNAL)}/timeline"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_versions_slide_under_the_hand(window, address, size):
    page = window("nadia", size=size)
    page.goto(address)
    asked = []
    page.on("request", lambda one: "/timeline/" in one.url and asked.append(one.url))
    page.locator("#version-range").focus()
    page.keyboard.press("Home")
    page.wait_for_selector(".slide[data-number='1']")
    assert page.locator(".slide ins").count() == 0
    assert page.get_attribute("#version-range", "aria-valuetext").startswith("Version 1, ")
    page.click("[data-step=next]")
    page.wait_for_selector(".slide[data-number='2']")
    assert page.locator(".slide ins").count()
    assert "Version 2, " in page.text_content("[data-status]")
    assert page.url.endswith("?at=2")
    before = len(asked)
    page.click("[data-step=prev]")
    page.wait_for_selector(".slide[data-number='1']")
    assert len(asked) == before, "what was fetched once is not fetched again"
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_versions_play_by_themselves_and_stop(window, address):
    page = window("nadia")
    page.goto(f"{address}?at=1")
    page.click("button[data-play]")
    page.wait_for_selector(".slide[data-number='2']")
    page.click("button[data-play]")
    assert page.text_content("button[data-play]").strip() == "Dérouler"


def test_without_script_links_lead_from_one_version_to_the_next(window, address):
    page = window("nadia", java_script_enabled=False)
    page.goto(address)
    assert not page.is_visible("#version-range")
    page.click("[data-step=prev]")
    assert page.get_attribute(".slide", "data-number") == "3"


def test_a_version_that_cannot_be_fetched_is_said(window, address):
    page = window("nadia")
    page.goto(address)
    page.context.set_offline(True)
    page.click("[data-step=prev]")
    page.wait_for_function(
        "document.querySelector('[data-status]').textContent.includes('Réessayez')"
    )
    assert page.get_attribute(".slide", "data-number") == "4"
    page.context.set_offline(False)
    page.click("[data-step=prev]")
    page.wait_for_selector(".slide[data-number='3']")

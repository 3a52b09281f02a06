"""Nadia opens a collective action: from a few answers to cards on two pages (scenario 1)."""

import re

from tests.browser.gestures import tab_to
from tests.browser.people import PHONE
from tests.browser.test_accessible import AXE, violations


def answer(page, title: str) -> None:
    page.goto("/actions/new")
    page.fill("[name=title]", title)
    page.fill("[name=structure]", "Maison des Tilleuls")
    page.check("[name=publics][value=demandeurs-emploi-longue-duree]", force=True)
    page.fill("[name=place]", "Salle Kerlann")
    page.fill("[name=first]", "2027-01-12")


def test_an_action_opens_with_its_sessions_pages_map_report_and_cards(window):
    page = window("nadia")
    answer(page, "Un jardin pour douze")
    page.fill("[name=ends]", "08:00")
    page.click("button[value=dates]")
    page.wait_for_selector(".form-errors")
    assert page.input_value("[name=structure]") == "Maison des Tilleuls"
    page.fill("[name=ends]", "12:00")
    page.click("button[value=dates]")
    page.wait_for_selector(".action-dates")
    assert page.locator("[name=kept]:checked").count() == 12
    page.uncheck("[name=kept] >> nth=4")
    page.click("button[value=again]")
    page.wait_for_selector(".action-dates small")
    assert page.locator("[name=kept]").count() == 13
    page.evaluate(AXE.read_text("utf-8"))
    assert not violations(page)
    page.click("button[value=make]")
    page.wait_for_url("**/ready")
    group = re.search(r"/groups/(\d+)/", page.url)[1]
    cards = page.request.get(f"/groups/{group}/cards/print").text()
    assert (cards.count("access-front"), cards.count("cards-page")) == (10, 2)
    page.click("text=12 séances dans l’agenda")
    page.wait_for_url("**/events?group=*")
    assert page.locator("text=Séance 1").first.is_visible()
    page.goto(f"/reports?group={group}")
    page.click("a:has-text('Bilan : Un jardin pour douze')")
    page.wait_for_url("**/reports/*")
    assert "Maison des Tilleuls" in page.inner_text("main")


def test_the_same_is_done_with_the_keyboard_on_a_phone(window):
    page = window("nadia", size=PHONE)
    answer(page, "Le potager du clavier")
    tab_to(page, "button[value=dates]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".action-dates")
    tab_to(page, "button[value=make]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ready")
    tab_to(page, ".toast button", "Annuler")
    page.keyboard.press("Enter")
    page.wait_for_url("**/groups")
    assert "Le potager du clavier" in page.inner_text(".rows")

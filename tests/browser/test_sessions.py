"""A session from end to end: without scripts and by keyboard, then on a phone, by voice."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import PHONE
from tests.browser.screens import GROUP

LAST = "Séance 8"


@pytest.fixture
def bare(people):
    """Nadia's window in which no script runs."""
    page = people.window("nadia", java_script_enabled=False)
    yield page
    page.context.close()


def test_the_agenda_is_walked_through_and_written_without_scripts_by_keyboard(bare, site):
    past = site.path(LAST)
    bare.goto("/events?group=1&view=month")
    before, month = bare.locator("[rel=prev]"), bare.inner_text("#month")
    before.focus()
    bare.keyboard.press("Enter")
    assert bare.inner_text("#month") != month
    link = bare.locator("table.month a").first
    link.focus()
    bare.keyboard.press("Enter")
    bare.wait_for_url("**/events/*-seance-*")
    bare.goto(f"/events/new?group=1&like={site.number(LAST)}")
    assert bare.input_value("#title") == "Séance 9"
    day = bare.input_value("#day")
    bare.fill("#title", "Séance 13 : au clavier")
    bare.fill("[name=plan_minutes] >> nth=0", "20")
    bare.fill("[name=plan_activity] >> nth=0", "Se dire bonjour")
    bare.locator("button[value=more]").press("Enter")
    assert bare.locator("[name=plan_activity]").count() == 2
    assert bare.input_value("#day") == day
    bare.focus("#title")
    bare.keyboard.press("Enter")
    bare.wait_for_url("**/events/*-seance-13-au-clavier")
    assert "Se dire bonjour" in bare.inner_text(".plan")
    assert bare.goto(past).status == 200
    # Nothing of it stays for the tests that look at the next session.
    bare.goto("/search?q=clavier&kind=events")
    bare.locator(".result a[href*='seance-13']").first.click()
    bare.locator("details.menu summary").last.click()
    bare.click("button.danger")
    assert "corbeille" in bare.inner_text("main")


def test_a_voice_said_at_the_end_reaches_the_report(window, site):
    phone = window("karim", size=PHONE, permissions=["microphone"])
    phone.goto(GROUP)
    phone.click("section.next button:has-text('Je viens')")
    phone.wait_for_selector("#coming:has-text('vous venez')")
    phone.goto(site.path(LAST))
    stuck = phone.locator(".end-question").nth(2)
    stuck.locator("summary").click()
    stuck.locator("button[data-record]").click()
    sheet = phone.locator("dialog:has(media-recorder)")
    sheet.get_by_role("button", name=re.compile("Enregistrer une voix")).click()
    phone.wait_for_timeout(900)
    sheet.get_by_role("button", name="Arrêter").click()
    sheet.get_by_role("button", name=re.compile("Garder")).click()
    expect(stuck.get_by_role("button", name=re.compile("Enlever|Retirer|Ôter"))).to_be_visible()
    expect(stuck.locator("textarea")).to_have_value("")  # no mark to read among one's words
    stuck.get_by_role("button", name="Le dire").click()
    phone.locator(".end-answers media-player").first.wait_for()
    writer = window("nadia")
    writer.goto(f"/reports/{site.number('Faire la carte de notre quartier')}/edit")
    told = writer.locator("#part-what_failed details.original")
    told.locator("summary").click()
    assert told.locator(".end-answers > li").count() == 2
    assert told.locator("media-player, audio").count() >= 1
    assert "{{fichier" not in writer.input_value("[name=section_what_failed]")

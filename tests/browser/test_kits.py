"""From an action to a second one: Nadia makes a kit by keyboard, it travels, Sophie adapts it."""

import re

from tests.browser.gestures import tab_to
from tests.browser.people import PHONE
from tests.browser.policy import OVERFLOW
from tests.browser.test_accessible import AXE, violations


def well(page) -> None:
    """The screen fits, and everybody can use it."""
    assert page.evaluate(OVERFLOW) == ""
    page.evaluate(AXE.read_text("utf-8"))
    assert not violations(page)


def test_an_action_becomes_a_kit_that_another_site_could_take(window, tmp_path):
    page = window("nadia", size=PHONE)
    page.goto("/kits/new?group=1")
    page.fill("[name=title]", "Cartographier à pied")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contents")
    well(page)
    page.fill("[name=also]", "Ollivro")
    tab_to(page, "button.btn--main", "Faire le kit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kits/*-cartographier-a-pied")
    kit = re.search(r"/kits/(\d+)", page.url)[1]
    well(page)
    assert "Ce qui a été laissé de côté" in page.inner_text("main")
    page.goto(f"/kits/{kit}/edit")
    well(page)
    page.fill("[name=summary]", "Se repérer dans son quartier, à plusieurs.")
    page.click(".form-end button:has-text('Enregistrer')")
    page.wait_for_url("**/kits/*-cartographier-a-pied")
    with page.expect_download() as leaving:
        page.click("a:has-text('Emporter le kit')")
    leaving.value.save_as(tmp_path / "kit.zip")
    other = window("sophie")
    other.goto("/kits/import")
    if other.locator(".group-choice a").count():
        other.click(".group-choice a >> nth=0")
    other.set_input_files("#file", tmp_path / "kit.zip")
    other.click("button:has-text('L’apporter')")
    other.wait_for_url("**/kits/*-cartographier-a-pied")
    brought = re.search(r"/kits/(\d+)", other.url)[1]
    other.click("a:has-text('Adapter pour mon groupe')")
    well(other)
    other.fill("[name=title]", "À pied dans Morlaix")
    other.click("button:has-text('Créer mon groupe')")
    other.wait_for_url("**/groups/*-a-pied-dans-morlaix")
    assert "Séance 1" in other.inner_text("main")
    group = re.search(r"/groups/(\d+)", other.url)[1]
    # Nothing of it stays for the tests that count groups and things.
    assert other.request.post(f"/groups/{group}/trash").ok
    assert other.request.post(f"/items/{brought}/trash").ok
    assert page.request.post(f"/items/{kit}/trash").ok

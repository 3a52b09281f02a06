"""Files sorted in folders: with a pointer, with the keyboard alone, several at once."""

from playwright.sync_api import expect

from tests.browser.gestures import tab_to
from tests.browser.test_accessible import AXE, EVERYTHING, RUN


def folder(page, name: str) -> None:
    page.goto("/files/folders/new?group=1")
    page.fill("[name=name]", name)
    page.click("main form .btn--main")
    page.wait_for_selector(f"h1:has-text('{name}')")


def test_a_file_is_dragged_into_a_folder_and_moved_back_with_the_keyboard(window):
    page = window("nadia", bypass_csp=True)
    page.add_init_script(AXE.read_text())
    folder(page, "Affiches")
    page.goto("/files?group=1")
    page.wait_for_selector("[data-file][draggable]")
    row = page.locator("[data-file]", has_text="Invitation à porter")
    with page.expect_navigation():
        row.drag_to(page.locator(".file-tree a", has_text="Affiches"))
    expect(page.locator("[data-file]", has_text="Invitation à porter")).to_have_count(0)
    page.wait_for_selector("[data-file][draggable]")
    page.focus(".file-tree a")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Affiches')")
    tab_to(page, "[name=file]")
    page.keyboard.press("Space")
    expect(page.locator(".file-selection [data-count]")).to_have_text("Cochés\u00a0: 1")
    box = page.locator(".file-selection").bounding_box()
    assert box["y"] + box["height"] <= page.viewport_size["height"]
    assert box["height"] < 120
    page.locator(".file-selection summary").press("Enter")
    assert not page.evaluate(RUN, EVERYTHING)
    page.select_option("#selection-folder", "")
    with page.expect_navigation():
        page.get_by_role("button", name="Déplacer").press("Enter")
    page.goto("/files?group=1")
    expect(page.locator("[data-file]", has_text="Invitation à porter")).to_have_count(1)


def test_a_folder_is_taken_away_as_a_zip(window):
    page = window("nadia")
    page.goto("/files?group=1")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tout télécharger").click()
    assert taken.value.suggested_filename.endswith(".zip")
    assert taken.value.path().read_bytes()[:4] == b"PK\x03\x04"

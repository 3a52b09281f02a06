"""Ticking reports over several pages, comparing them, putting a collection in order."""

import re

from tests.browser.people import PHONE


def test_what_is_ticked_is_kept_from_page_to_page_and_compared_with_the_keyboard(window):
    page = window("sophie", size=PHONE)
    page.goto("/reports")
    boxes = page.locator("input[name=items]")
    boxes.nth(0).focus()
    page.keyboard.press("Space")
    page.goto("/reports?page=1")
    second = page.locator("input[name=items]").nth(1)
    second.focus()
    page.keyboard.press("Space")
    assert boxes.nth(0).is_checked()
    assert "2" in page.inner_text(".selection-count")
    page.locator("[formaction='/compare']").press("Enter")
    page.wait_for_url(re.compile(r"/compare\?items=\d+&items=\d+$"))
    assert page.locator(".compare-table").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_unticking_all_forgets_what_was_ticked_elsewhere(window):
    page = window("sophie")
    page.goto("/reports")
    page.locator("input[name=items]").nth(0).check()
    page.goto("/reports?page=1")
    page.locator("[data-clear]").click()
    page.reload()
    assert not page.locator("input[name=items]").nth(0).is_checked()


def test_a_line_dragged_by_its_handle_stays_where_it_was_dropped(window):
    page = window("sophie")
    page.goto("/collections/new")
    page.fill("input[name=title]", "À ranger")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/collections/\d+.*/entries"))
    for words in ("Un", "Deux", "Trois"):
        page.fill("#heading", words)
        page.locator("#heading + button").click()
        page.wait_for_load_state()
    titles = "[...document.querySelectorAll('[data-entry]')].map((line) => line.dataset.title)"
    grip = page.locator(".grip").nth(0)
    grip.scroll_into_view_if_needed()
    start, end = grip.bounding_box(), page.locator("[data-entry]").nth(2).bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 20, end["y"] + end["height"] - 4, steps=15)
    with page.expect_response(re.compile(r"/entries/order$")):
        page.mouse.up()
    page.reload()
    assert page.evaluate(titles) == ["Deux", "Trois", "Un"]

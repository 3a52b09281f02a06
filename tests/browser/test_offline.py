"""Without network: a folder taken away, opened from the disk with nothing behind it."""

import io
import zipfile

from tests.browser.people import DESKTOP, PHONE
from tests.browser.policy import OVERFLOW
from tests.browser.test_accessible import AXE, violations

GROUP = "/groups/1/offline"
SEARCH_LIMIT = 100  # milliseconds


def test_a_folder_is_made_then_opens_from_the_disk(window, browser, tmp_path):
    page = window("nadia", size=PHONE)
    page.add_init_script(path=AXE)
    page.goto(GROUP)
    assert not violations(page), "the form"
    page.uncheck("[name=booklet]", force=True)
    page.click("main .btn--main")
    page.wait_for_selector("job-progress, .banner--yes")
    if page.query_selector("job-progress"):
        assert not violations(page), "while it is made"
    page.wait_for_selector(".banner--yes")
    assert not violations(page), "ready"
    address = page.get_attribute("main .btn--main", "href")
    data = page.context.request.get(address).body()
    zipfile.ZipFile(io.BytesIO(data)).extractall(tmp_path)
    top = next(tmp_path.iterdir())
    alone = browser.new_context(offline=True, viewport=PHONE, locale="fr-FR")
    try:
        _read(alone.new_page(), top)
    finally:
        alone.close()


def _read(page, top) -> None:
    page.add_init_script(path=AXE)
    complaints = []
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    left = "net::ERR_ABORTED"  # a sound that was playing when we went on
    page.on("requestfailed", lambda one: one.failure != left and complaints.append(one.url))
    page.goto(f"file://{top}/ouvrir.html")
    assert not page.evaluate(OVERFLOW)
    assert not violations(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("telephones")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-results] mark")
    assert "chercher.html?q=telephones" in page.url
    assert float(page.get_attribute("carried-search", "data-took")) < SEARCH_LIMIT
    assert not violations(page), "results"
    page.fill("#q", "quartié")
    assert page.locator("[data-results] a").count() > 3, "a slip, without accent"
    page.fill("#q", "Kervalo")
    page.click("[data-results] a:text-is('Annick Kervalo')")
    page.wait_for_selector(".portrait .play")
    assert page.evaluate("document.querySelector('.face img').naturalWidth") > 100
    assert not violations(page), "a portrait"
    page.set_viewport_size(DESKTOP)
    page.click("media-player .play")
    page.wait_for_selector(".player.is-playing")
    for found in sorted((top / "pages").iterdir()):
        page.goto(f"file://{found}")
        page.set_viewport_size(PHONE)
        assert not page.evaluate(OVERFLOW), found.name
    # axe reads sheets again by itself, which the policy of these pages refuses.
    assert not [one for one in complaints if "style/" not in one]

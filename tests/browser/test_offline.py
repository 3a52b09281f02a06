"""Without network: a folder taken away, opened from the disk with nothing behind it."""

import contextlib
import io
import re
import time
import zipfile

from playwright.sync_api import Error

from tests.browser.apart import write_apart
from tests.browser.live import LIMIT, new_page
from tests.browser.people import DESKTOP, PHONE, on_a_shared_computer
from tests.browser.policy import OVERFLOW
from tests.browser.screens import JOURNAL
from tests.browser.test_accessible import AXE, violations
from wiki.demo.loader import PASSWORD

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


KEPT = """async () => {
  const found = []
  for (const name of await caches.keys()) {
    if (!name.endsWith('parts')) for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname)
  }
  return found
}"""  # noqa: E501


def test_opened_pages_stay_readable_without_network_and_go_with_their_reader(window, people, site):
    page = window(None, size=PHONE)  # signed in here: this session is ended below
    form = {"email": "karim@demo.example", "password": PASSWORD}
    assert page.context.request.post("/login", form=form).ok
    page.add_init_script(path=AXE)
    first, second = site.path(JOURNAL), site.path("La ligne H")
    _on_its_own_device(page, first)
    page.goto(second)
    until(page, lambda kept: bare(second) in kept)
    page.context.set_offline(True)
    page.goto(first)
    assert "version de" in page.inner_text(".kept-page")
    assert "Onze prénoms" in page.inner_text("main")
    assert not page.evaluate(OVERFLOW)
    assert not violations(page), "a page kept"
    page.goto(bare(first))  # as a link of before its title changed
    assert "Onze prénoms" in page.inner_text("main"), "a page is kept under its number"
    page.goto("/collections")
    page.click(".kept-list a:has-text('La ligne H')")
    assert "version de" in page.inner_text(".kept-page")
    page.goto("/files/1/edit")
    assert not violations(page), "a page never opened"
    page.context.set_offline(False)
    page.goto(first)
    assert not page.query_selector(".kept-page"), "what the server answers is never kept back"
    _empties_when_something_is_gone(page, window("nadia"))
    _empties_when_the_session_ends(page, site, first)


def bare(address: str) -> str:
    """An address without the words of the title: what a thing is kept under."""
    return re.sub(r"^(/\w+/\d+)-[^/]*", r"\1", address)


def until(page, told) -> None:
    """Wait until what the device keeps is as told."""
    limit = time.monotonic() + LIMIT
    while not told(page.evaluate(KEPT)):
        assert time.monotonic() < limit, page.evaluate(KEPT)
        page.wait_for_timeout(50)


def _on_its_own_device(page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.goto(address)
    until(page, lambda kept: bare(address) in kept)


def _empties_when_something_is_gone(page, other) -> None:
    number = new_page(other, "À retirer", "Ce que Fatou n’a pas voulu.")
    page.goto(f"/pages/{number}")
    until(page, lambda kept: any(str(number) in one for one in kept))
    address = page.url
    assert other.context.request.post(f"/items/{number}/trash").ok
    assert page.goto(address).status == 404
    until(page, lambda kept: not any("pages" in one for one in kept))


def _empties_when_the_session_ends(page, site, address: str) -> None:
    page.goto(address)
    until(page, lambda kept: bare(address) in kept)
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.goto("/")
    until(page, lambda kept: not kept)
    page.context.add_cookies(kept)
    page.goto(address)
    until(page, lambda kept: bare(address) in kept)
    page.set_viewport_size(DESKTOP)
    page.goto("/account/sessions")
    page.click(".rail form[action='/logout'] button")
    page.wait_for_url(lambda url: "account" not in url)
    assert page.evaluate(KEPT) == []
    page.context.set_offline(True)
    with contextlib.suppress(Error):
        page.goto(address)
    assert "Onze prénoms" not in page.inner_text("body"), "nobody reads what was kept"


def test_a_computer_that_others_use_keeps_nothing(window, site):
    page = on_a_shared_computer(window, "nadia@demo.example")
    for _ in range(2):
        page.goto(site.path(JOURNAL))
    page.wait_for_timeout(300)
    assert page.evaluate(KEPT) == []
    assert page.evaluate("navigator.serviceWorker.getRegistration('/')") is None
    page.context.set_offline(True)
    with contextlib.suppress(Error):  # the browser's own words
        page.goto(site.path(JOURNAL))
    assert "Onze prénoms" not in page.inner_text("body")


def test_what_three_devices_typed_without_network_is_there_once(window):
    pages = [window("nadia"), window("karim"), window("nadia", size=PHONE)]
    write_apart(pages, 30, closes=True)

"""The strict policy of pages holds, what is printed, and the weight of a first visit on a phone.

That every key screen lives under its policy is asked in test_accessible.py, in the same visit."""

import pytest

from tests.browser.people import PHONE
from tests.browser.policy import watched
from tests.browser.screens import REPORT

MOST_BYTES = 150_000
MOST_SCRIPT = 60_000


@pytest.fixture(scope="module")
def looking(people, site):
    """A function giving one watched page per person, on a phone."""
    pages = {}

    def page_of(who):
        if who not in pages:
            pages[who] = watched(people.window(who, size=PHONE), site)
        pages[who].complaints.clear()
        return pages[who]

    yield page_of
    for seen in pages.values():
        seen.page.context.close()


def test_a_report_prints_without_what_is_only_for_the_screen(window, site):
    page = window("nadia")
    page.goto(site.path(REPORT))
    page.emulate_media(media="print")
    for part in (".rail", ".topbar", ".bottombar", ".btn", ".talk", ".foot"):
        assert not any(one.is_visible() for one in page.locator(part).all()), part
    assert page.is_visible(".print-only svg"), "the way back to the page"


def test_a_script_put_into_a_page_does_not_run(looking, site):
    seen = looking(None)
    seen.page.goto("/")
    seen.page.evaluate("""() => {
      const script = document.createElement('script')
      script.textContent = 'window.intruded = true'
      document.body.append(script)
    }""")
    assert seen.page.evaluate("window.intruded") is None
    assert any("Content Security Policy" in words for words in seen.complaints)


def test_the_first_visit_of_a_phone_is_light(window, site):
    page = window(size=PHONE)
    network = page.context.new_cdp_session(page)
    kinds, weights = {}, {}
    network.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    network.on(
        "Network.loadingFinished",
        lambda e: weights.update({e["requestId"]: e["encodedDataLength"]}),
    )
    network.send("Network.enable")
    page.goto(site.path(REPORT))
    page.wait_for_load_state("networkidle")
    script = sum(weights[one] for one, kind in kinds.items() if kind == "Script")
    assert 0 < script <= MOST_SCRIPT
    assert sum(weights.values()) <= MOST_BYTES, {kinds[k]: w for k, w in weights.items()}

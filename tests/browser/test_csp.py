"""Every key screen under its own strict policy: no complaint, nothing from elsewhere, no sideways
scroll; and the weight of a first visit on a phone."""

from types import SimpleNamespace

import pytest

from tests.browser.people import PHONE
from tests.browser.screens import ALL, REPORT

NARROWEST = {"width": 320, "height": 700}  # WCAG 1.4.10
MOST_BYTES = 150_000
MOST_SCRIPT = 60_000
OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth
  if (wide <= innerWidth) return ''
  const over = [...document.body.querySelectorAll('*')].filter((e) =>
    e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('[hidden], svg, .cover'))
  return `${wide}: ` + over.slice(0, 5).map((e) => e.outerHTML.slice(0, 120)).join(' | ')
}"""


def watched(page, site) -> SimpleNamespace:
    """Note whatever the browser complains of, and what it asks for."""
    complaints, asked_for = [], [""]

    def asked(request):
        if request.is_navigation_request():
            asked_for[:] = [request.url]
        if not request.url.startswith((site.address, "data:", "blob:")):
            complaints.append(f"asked elsewhere: {request.url}")

    def answered(response):
        if response.status >= 400 and not response.request.is_navigation_request():
            complaints.append(f"{response.status}: {response.url}")

    def said(message):
        # The page itself may be a 404: the browser says so, and so does the test.
        if message.type in ("error", "warning") and message.location.get("url") != asked_for[0]:
            complaints.append(f"{message.type}: {message.text}")

    def failed(request):
        if request.failure != "net::ERR_ABORTED":  # we left the page before it came
            complaints.append(f"failed: {request.url} {request.failure}")

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("request", asked)
    page.on("response", answered)
    page.on("requestfailed", failed)
    return SimpleNamespace(page=page, complaints=complaints)


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


@pytest.mark.parametrize("screen", ALL, ids=lambda screen: screen.name)
def test_a_screen_obeys_its_policy_and_fits_a_phone(screen, looking, site):
    seen = looking(screen.who)
    answer = seen.page.goto(screen.at(site))
    assert answer.status == screen.status
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    for size in (PHONE, NARROWEST):
        seen.page.set_viewport_size(size)
        assert not seen.page.evaluate(OVERFLOW), size
    seen.page.set_viewport_size(PHONE)
    assert not seen.complaints


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

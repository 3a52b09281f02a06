"""A real Chromium in front of the real server, which serves the demo."""

import pytest

from tests.browser import chromium
from tests.browser.people import PHONE, People
from tests.browser.policy import AXE
from tests.browser.site import served
from wiki.demo.loader import PASSWORD

LIMIT = 20_000  # milliseconds a step may take on a busy machine


@pytest.fixture(scope="package")
def playwright():
    """Playwright, until the last browser test: other tests want the event loop back."""
    with chromium.driven() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright):
    """One Chromium for all browser tests."""
    started = chromium.launched(playwright)
    yield started
    started.close()


@pytest.fixture(scope="package")
def site(browser, tmp_path_factory):
    """The demo, served; only when there is a browser to look at it."""
    with served(tmp_path_factory.mktemp("demo") / "data") as site:
        yield site


@pytest.fixture(scope="package")
def people(browser, site):
    """Who can open a window: `people.window("nadia")`, or nobody known: `people.window()`."""
    return People(browser, site, LIMIT)


@pytest.fixture
def window(people):
    """A function that opens a page for somebody; all are closed at the end of the test."""
    opened = []

    def open_(name: str | None = None, **options):
        page = people.window(name, **options)
        opened.append(page.context)
        return page

    yield open_
    for context in opened:
        context.close()


@pytest.fixture
def phone(window):
    """Karim's own phone, which keeps what it opens."""
    return _of_their_own(window("karim", size=PHONE))


@pytest.fixture
def leaving_phone(window):
    """The same, for who signs out: of a session that no other test has."""
    page = window(None, size=PHONE)
    form = {"email": "karim@demo.example", "password": PASSWORD}
    assert page.context.request.post("/login", form=form).ok
    return _of_their_own(page)


def _of_their_own(page):
    page.goto("/groups")
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.add_init_script(path=AXE)
    return page


def pytest_terminal_summary(terminalreporter):
    """Say plainly, at the end, that browser tests did not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(chromium.MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.write_sep("=", "BROWSER TESTS DID NOT RUN", yellow=True)
        terminalreporter.write_line(chromium.MISSING)

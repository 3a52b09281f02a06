"""Cards in pages of other sites, and what public pages say to machines, in a real browser."""

import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class _Elsewhere(BaseHTTPRequestHandler):
    """Another site: one page, which shows a card of ours."""

    def __init__(self, card: str, *arguments):
        self.card = card
        super().__init__(*arguments)

    def do_GET(self):
        page = f'<!doctype html><iframe src="{self.card}" width="600" height="260"></iframe>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def elsewhere():
    """A function: the address of a page of another site that shows this card."""
    servers = []

    def serve(card: str) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Elsewhere, card))
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("dark", [False, True])
def test_a_card_shows_on_another_site_without_script_and_leads_here(window, site, elsewhere, dark):
    report = site.path("Prendre le bus")
    page = window(color_scheme="dark" if dark else "light")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto(elsewhere(f"{site.address}/embed/{site.number('Prendre le bus')}"))
    card = page.frame_locator("iframe")
    link = card.get_by_role("link", name="Prendre le bus")
    assert link.get_attribute("href") == site.address + report
    fits = "() => document.documentElement.scrollHeight <= innerHeight"
    assert page.frames[1].evaluate(fits)
    with page.context.expect_page() as opened:
        link.click()
    assert opened.value.url == site.address + report
    said = [text for text in complaints if "favicon" not in text and "404" not in text]
    assert said == []


def test_what_a_page_says_to_machines_troubles_no_browser(window, site):
    page = window()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(site.address + site.path("Prendre le bus"))
    assert page.locator('script[type="application/ld+json"]').count() == 1
    assert page.evaluate(
        """() => JSON.parse(document.querySelector('script[type="application/ld+json"]').text)
            ['@graph'].length"""
    )
    assert complaints == []

"""Opening the writing of a long page on a slow phone, and what the editor weighs on the line.

A real Chromium, its processor slowed four times, empty cache each time: from the navigation to the
moment when a key that is pressed shows in the text. The floor, in the same run: a page made of
nothing but a <textarea> with a text of that size.
"""

import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from threading import Thread
from time import sleep

from tests.browser import chromium

SLOWER = 4
AFTER = 2  # seconds: what a writer leaves makes a version, which is no part of the next opening
SIZE = 79_000  # bytes of the page's Markdown
TYPED = "() => document.querySelector('co-editor').editor.text.toString()"
READY = "() => document.querySelector('co-editor')?.editor?.room.isSynced"
# The page itself says when it can be written in and when the letter is on the screen: what a test
# tool asks meanwhile would be counted, four times slower.
WATCH = """
addEventListener('co-ready', ({ target }) => {
  target.editor.view.contentDOM.focus()
  console.log('ready')
})
addEventListener('DOMContentLoaded', () => {
  const only = document.querySelector('body > textarea')
  only?.focus()
  if (only) console.log('ready')
})
addEventListener('input', () => requestAnimationFrame(() => setTimeout(() => {
  console.log(`written ${performance.now()}`)
})))
"""


def opened(address: str, page: int, cookie: str, times: int = 7) -> tuple[list, list]:
    """Milliseconds of each opening, the fastest first; and of the bare page."""
    name, _, value = cookie.partition("=")
    found, bare = [], []
    with chromium.driven() as playwright, _bare_page() as floor:
        browser = chromium.launched(playwright)
        for _ in range(times):
            context = browser.new_context(base_url=address, viewport={"width": 360, "height": 800})
            context.add_cookies([{"name": name, "value": value, "url": address}])
            window = context.new_page()
            found.append(_until_a_letter(context, window, f"/pages/{page}/edit"))
            assert window.evaluate(TYPED).startswith("w")
            context.close()
            sleep(AFTER)
            context = browser.new_context(viewport={"width": 360, "height": 800})
            bare.append(_until_a_letter(context, context.new_page(), floor))
            context.close()
        browser.close()
    return sorted(found), sorted(bare)


def _until_a_letter(context, window, address: str) -> float:
    talk = context.new_cdp_session(window)
    talk.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    window.add_init_script(WATCH)
    with window.expect_console_message(lambda said: said.text == "ready"):
        window.goto(address, wait_until="commit")
    with window.expect_console_message(lambda said: said.text.startswith("written")) as written:
        window.keyboard.press("w")
    return float(written.value.text.removeprefix("written "))


@contextmanager
def _bare_page():
    text = "un mot de plus dans la page\n" * (SIZE // 28)
    body = f"<!doctype html><title>-</title><textarea rows=20>{text}</textarea>".encode()

    class Only(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Only) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def weighed(address: str, page: int, cookie: str) -> int:
    """Bytes of script that travel when the writing of a page is opened for the first time."""
    with chromium.driven() as playwright:
        browser = chromium.launched(playwright)
        context = browser.new_context(base_url=address)
        name, _, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": address}])
        window = context.new_page()
        scripts = []
        window.on("response", lambda r: r.url.endswith(".js") and scripts.append(r.url))
        window.goto(f"/pages/{page}/edit")
        window.wait_for_function(READY)
        browser.close()
    return sum(_bytes(url) for url in scripts)


def _bytes(url: str) -> int:
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "br, gzip"})
    with urllib.request.urlopen(asked) as answer:
        return len(answer.read())


def line(address: str, page: int, cookie: str) -> str:
    """Both, in words."""
    times, bare = opened(address, page, cookie)
    weight = weighed(address, page, cookie) / 1000
    return (
        f"opening a page of {SIZE // 1000} kB on a processor {SLOWER} times slower: "
        f"{median(times):.0f} ms, at most {times[-1]:.0f}   [≤ 1000]\n"
        f"the same for a page with nothing but a field (floor): {median(bare):.0f} ms\n"
        f"script of the writing screen, as it travels: {weight:.0f} kB   [≤ 150]"
    )

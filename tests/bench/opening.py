"""Opening the writing of a long page on a slow phone, and what the editor weighs on the line.

A real Chromium, its processor slowed four times, empty cache each time: from the navigation to the
moment when a key that is pressed shows in the text.
"""

import urllib.request
from statistics import median

from tests.browser import chromium

SLOWER = 4
SIZE = 79_000  # bytes of the page's Markdown
TEXT = "document.querySelector('co-editor').editor.view.contentDOM"
READY = "() => document.querySelector('co-editor')?.editor?.room.isSynced"


def opened(address: str, page: int, cookie: str, times: int = 5) -> list[float]:
    """Milliseconds of each opening, the fastest first."""
    name, _, value = cookie.partition("=")
    found = []
    with chromium.driven() as playwright:
        browser = chromium.launched(playwright)
        for _ in range(times):
            context = browser.new_context(base_url=address, viewport={"width": 360, "height": 800})
            context.add_cookies([{"name": name, "value": value, "url": address}])
            window = context.new_page()
            talk = context.new_cdp_session(window)
            talk.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            window.goto(f"/pages/{page}/edit", wait_until="commit")
            window.wait_for_function(READY)
            window.evaluate(f"() => {TEXT}.focus()")
            window.keyboard.press("w")
            window.wait_for_function(f"() => {TEXT}.textContent.includes('w')")
            found.append(window.evaluate("() => performance.now()"))
            context.close()
        browser.close()
    return sorted(found)


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
    times = opened(address, page, cookie)
    weight = weighed(address, page, cookie) / 1000
    return (
        f"opening a page of {SIZE // 1000} kB on a processor {SLOWER} times slower: "
        f"{median(times):.0f} ms, at most {times[-1]:.0f}   [≤ 1000]\n"
        f"script of the writing screen, as it travels: {weight:.0f} kB   [≤ 150]"
    )

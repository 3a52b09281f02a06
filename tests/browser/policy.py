"""A page that is watched: what the browser complains of, what it asks for, what sticks out."""

from pathlib import Path
from types import SimpleNamespace

AXE = Path(__file__).parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
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

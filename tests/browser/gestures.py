"""What people do on the screens, named as they would say it."""

import re

SEND = "main form:has({}) .btn--main"
MOST_TABS = 120
FOCUSED = """([selector, words]) => {
  const { activeElement: one } = document
  return one.matches(selector) && one.checkVisibility() && one.textContent.includes(words)
}"""
DROP = """(zone, { name, text }) => {
  const dataTransfer = new DataTransfer()
  dataTransfer.items.add(new File([text], name, { type: 'text/plain' }))
  for (const type of ['dragover', 'drop']) {
    zone.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
  }
}"""


def found_group(page, title: str) -> str:
    """Found a group; returns its address."""
    page.goto("/groups/new")
    page.fill("[name=title]", title)
    page.fill("[name=summary]", "Sept personnes plantent et racontent.")
    page.check("[name=pictogram][value=arbre]", force=True)
    page.click(SEND.format("[name=title]"))
    arrive(page, "/groups/[0-9]")
    return path(page)


def write_page(page, group: int, title: str, text: str) -> str:
    """Write a new page; returns its address."""
    page.goto(f"/pages/new?group={group}")
    page.fill("[name=title]", title)
    type_text(page, text)
    page.click(SEND.format("[name=body]"))
    arrive(page, "/pages/[0-9]+-")
    return path(page)


def type_text(page, text: str) -> None:
    """Type as a hand does; a link that is begun is completed with Enter."""
    page.click("[name=body]")
    page.keyboard.press("Control+End")
    head, begun, tail = text.partition("[[")
    page.keyboard.type(head)
    if begun:
        page.keyboard.type(begun + tail)
        page.wait_for_selector(".completion:not([hidden]) li")
        page.keyboard.press("Enter")


def change_page(page, address: str, text: str, note: str = "") -> None:
    """Replace the text of a page."""
    open_plain(page, number(address))
    page.fill("[name=body]", text)
    if note:
        page.click(".more-fields summary")
        page.fill("[name=note]", note)
    save(page)


def open_plain(page, item: int) -> None:
    """Open the writing of a page in the plain field, which is remembered."""
    page.goto(f"/pages/{item}/edit")
    if page.locator("[data-mode=plain]").is_visible():
        with page.expect_navigation():
            page.click("[data-mode=plain]")
    page.wait_for_selector("textarea[name=body]:visible")


def tab_to(page, selector: str, words: str = "") -> None:
    """Press Tab until what has the focus answers to the selector and holds these words."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, [selector, words]):
            return
    raise AssertionError(f"{selector} {words} is not reached with Tab")


def save(page) -> None:
    """Press the button at the end of the text being written."""
    with page.expect_navigation():
        page.click(SEND.format("[name=body]"))


def drop_file(page, name: str, text: str) -> None:
    """Drop a file on the place for it, and wait until it has arrived."""
    page.eval_on_selector("file-drop", DROP, {"name": name, "text": text})
    page.wait_for_selector(".file--done")


def arrive(page, address: str) -> None:
    """Wait until the page is the one at an address that begins so (a pattern)."""
    page.wait_for_url(re.compile(r"https?://[^/]+" + address))


def path(page) -> str:
    """The address of the page, without its host."""
    return "/" + page.url.split("/", 3)[3].split("#")[0]


def number(address: str) -> int:
    """The number in an address."""
    return int(address.split("/")[2].partition("-")[0])

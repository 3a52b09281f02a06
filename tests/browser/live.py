"""A text written by several, as tests meet it: opened, typed in, compared with the server's."""

import time

LIMIT = 20  # seconds
SAVED = "() => document.querySelector('co-editor').editor?.room.isSaved"
TEXT = "() => document.querySelector('co-editor').editor.view.state.doc.toString()"


def new_page(page, title: str, text: str, group: int = 1) -> int:
    """A new page of the group with exactly that text; its number."""
    form = {"title": title, "body": text, "group": str(group), "once": title}
    answer = page.context.request.post(f"/pages/new?group={group}", form=form)
    assert answer.ok
    return int(answer.url.rsplit("/", 1)[1].split("-")[0])


def open_live(page, number: int) -> None:
    """Open the writing of a page, and wait until all of it is there."""
    page.goto(f"/pages/{number}/edit")
    saved(page)


def saved(page) -> None:
    """Wait until the server has everything."""
    page.wait_for_function(SAVED)


def shown(page) -> str:
    """The text of the window, marks included."""
    return page.evaluate(TEXT)


def recorded(page, number: int) -> str:
    """The text that the server has, as the programs' interface gives it."""
    return page.context.request.get(f"/api/v1/items/{number}").json()["body"]


def revision(page, number: int) -> int:
    """The number of the last version."""
    return page.context.request.get(f"/api/v1/items/{number}").json()["revision"]


def caret(page, at: int, to: int | None = None) -> None:
    """Put the caret there, or select up to there."""
    page.evaluate(
        """([anchor, head]) => {
          const { view } = document.querySelector('co-editor').editor
          view.focus()
          view.dispatch({ selection: { anchor, head } })
        }""",
        [at, at if to is None else to],
    )


def alike(number: int, *pages, has: str = "") -> str:
    """Wait until every window shows what the server has, these words included; gives that text."""
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit:
        text = recorded(pages[0], number)
        if has in text and all(page.evaluate(SAVED) and shown(page) == text for page in pages):
            return text
        pages[0].wait_for_timeout(50)
    raise AssertionError([text, *(shown(page) for page in pages)])

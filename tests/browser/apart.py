"""Several devices that write the same text without network, then come back."""

import time

from tests.browser.live import alike, caret, new_page, open_live

# Whether the words of the light and the buttons beside it are apart, and how tall their bar is.
LIGHT = """() => {
  const bar = document.querySelector('.edit-top'), said = bar.querySelector('.savelight span')
  const words = document.createRange()
  words.selectNodeContents(said)
  const boxes = [...bar.querySelectorAll('.btn')].filter((one) => one.offsetParent).map((one) => one.getBoundingClientRect())
  const isOver = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
  const lines = [...words.getClientRects()]
  return [!boxes.some((box) => lines.some((line) => isOver(box, line))), lines.length, said.innerText]
}"""  # noqa: E501
START = "Premier.\n\nDeuxième.\n\nTroisième."


def write_apart(pages: list, words: int, closes: bool = False) -> float:
    """Each types its own words offline; back online, each stands once. Seconds to agree again.

    With `closes`, the last device is closed before the network is back: what it kept must leave
    when the text is opened again there.
    """
    number = new_page(pages[0], f"Sans réseau, à {len(pages)}", START)
    for page in pages:
        open_live(page, number)
    for page in pages:
        page.context.set_offline(True)
    said = [[f"{chr(97 + who)}{n}" for n in range(words)] for who in range(len(pages))]
    places = [len("Premier."), len("Premier.\n\nDeuxième."), len(START)]
    for page, place in zip(pages, places, strict=False):
        caret(page, place)
    for at in range(0, words, 10):  # in turn, as if at the same time
        for page, mine in zip(pages, said, strict=True):
            page.keyboard.type(" " + " ".join(mine[at : at + 10]))
    if closes:
        pages[-1].wait_for_timeout(1500)  # kept each second
        is_apart, lines, told = pages[-1].evaluate(LIGHT)
        assert "Gardé sur cet appareil" in told
        assert is_apart, "no button covers it"
        assert lines <= 3, lines
        assert "{count}" not in pages[-1].inner_text("main")
        gone = pages[-1]
        pages[-1] = gone.context.new_page()
        gone.close()
    for page in pages:
        page.context.set_offline(False)
    begun = time.monotonic()
    if closes:
        open_live(pages[-1], number)
    text = alike(number, *pages, has=said[-1][-1])
    took = time.monotonic() - begun
    found = text.replace(".", ". ").split()
    for mine in said:
        for word in mine:
            assert found.count(word) == 1, (word, found.count(word))
    return took

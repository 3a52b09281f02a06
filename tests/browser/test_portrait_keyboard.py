"""A whole portrait made with the keyboard alone: no pointer, no field filled from outside."""

from playwright.sync_api import expect

from tests.browser.gestures import FOCUSED, tab_to
from tests.browser.test_media import MAY
from tests.browser.test_portraits import photo

NAME = "Awa, relieuse"
FILE = {"name": "awa.jpg", "mimeType": "image/jpeg", "buffer": photo(11)}


def press(page, selector: str, words: str = "", key: str = "Enter") -> None:
    """Go to something with Tab, and press it."""
    tab_to(page, selector, words)
    page.keyboard.press(key)


def back_to(page, selector: str, words: str = "") -> None:
    """The same, backwards."""
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(FOCUSED, [selector, words]):
            return
    raise AssertionError(f"{selector} {words} is not reached with Shift and Tab")


def spoken(page) -> None:
    """A few words into the microphone."""
    page.wait_for_selector("dialog[open] media-recorder button:visible")
    press(page, "dialog[open] button", "Enregistrer une voix")
    page.wait_for_function("() => document.querySelector('[data-clock]').textContent >= '0:02'")
    press(page, "dialog[open] button", "Arrêter")
    page.locator("dialog[open] [data-listen] audio").wait_for()
    press(page, "dialog[open] button", "Garder")


def test_all_of_a_portrait_is_made_with_keys(window):
    page = window("nadia", **MAY)
    keys = page.keyboard
    # Listened to from the beginning: a choice that opens first would be the one of the system.
    page.on("filechooser", lambda asked: asked.set_files(FILE))
    page.goto("/portraits/new?group=1&model=free")
    tab_to(page, "[name=title]")
    keys.type(NAME)
    keys.press("Enter")
    page.wait_for_url("**/edit")
    tab_to(page, "[name=summary]")
    keys.type("Rue du Four")
    # A face, a voice.
    press(page, ".portrait-part [type=file]")
    page.wait_for_selector(".medium-seen")
    press(page, "[data-unfold]", "Son")
    press(page, "[data-capture]")
    spoken(page)
    page.wait_for_selector(".medium-heard")
    press(page, "[data-unfold]", "Texte")
    keys.type("Sa farine")
    number, picture = explored(page)
    back_to(page, "a", "Texte à compléter")
    keys.press("Enter")
    typed_while_heard(page)
    blurred(page, picture)
    asked_for_everyone(page, number)


def explored(page) -> tuple[str, str]:
    """A picture to explore, chosen in the list, a place moved on it; the numbers of both."""
    keys = page.keyboard
    with page.expect_navigation():
        press(page, "button[value=spots]")
    spots = page.evaluate("location.hash")
    tab_to(page, f"{spots} select")
    keys.type("awa")
    press(page, f"{spots} [name=keep]")
    page.wait_for_selector(f"{spots} spot-placer img")
    press(page, f"{spots} [data-add-line]")
    page.wait_for_selector(f"{spots} .spot-handle")
    back_to(page, ".spot-handle")
    for key in ("ArrowRight", "Shift+ArrowDown"):
        keys.press(key)
    tab_to(page, f"{spots} .part-line input[name$=_title]")
    keys.type("La presse")
    keys.press("Enter")
    page.wait_for_selector(f"h1:has-text('{NAME}')")
    number = page.url.split("/portraits/")[1].split("-")[0]
    picture = page.locator(".stage img").get_attribute("src").split("/")[2]
    circle = page.locator(".spot circle")
    assert [circle.get_attribute(one) for one in ("cx", "cy")] == ["51%", "60%"]
    press(page, ".spots-over a")
    assert page.evaluate("document.querySelector('.spots li:target h3').innerText") == "La presse"
    return number, picture


def typed_while_heard(page) -> None:
    """What is said, checked, and a chapter."""
    keys = page.keyboard
    page.wait_for_url("**/files/**")
    press(page, "#write button", "Écrire")
    page.wait_for_url("**/transcripts/*")
    assert page.evaluate("document.activeElement.name") == "words"
    keys.type("On presse les livres la nuit")
    keys.press("Escape")
    is_playing = "() => !document.querySelector('media-player').own.paused"
    page.wait_for_function(is_playing)
    keys.press("Escape")
    page.wait_for_function(f"() => !({is_playing})()")
    keys.press("F3")
    assert page.evaluate("document.querySelector('media-player').own.playbackRate") == 0.75
    keys.press("F1")
    keys.press("Enter")
    keys.type("et le jour on coud")
    page.wait_for_function("() => document.querySelector('transcript-editor').keeping.isSafe")
    expect(page.locator("[data-light]")).to_have_text("Enregistré")
    press(page, "main button", "Ces lignes sont relues")
    page.locator(".tag", has_text="relu").wait_for()
    press(page, ".crumbs a", key="Enter")
    page.wait_for_url("**/files/**")
    assert "et le jour on coud" in page.inner_text("main")
    press(page, "main a", "Chapitres")
    page.wait_for_url("**/chapters")
    for field, words in (("start", "0:00"), ("title", "La nuit")):
        tab_to(page, f"[name={field}]")
        keys.type(words)
    keys.press("Enter")
    page.wait_for_selector(".chapters:has-text('La nuit')")


def blurred(page, picture: str) -> None:
    """A face blurred: the frame goes where the arrows take it."""
    page.goto(f"/items/{picture}/without")
    press(page, "main button", "Ajouter un cadre")
    for key in ("Shift+ArrowUp", "Tab", "Shift+ArrowRight"):
        page.keyboard.press(key)
    frame = page.locator(".face-row").first.locator("input")
    assert [float(one.input_value()) for one in frame.all()] == [40, 25, 23, 18]
    press(page, "main button", "Faire l’image")
    page.wait_for_selector("h1:has-text('(visage flouté)')")


def asked_for_everyone(page, number: str) -> None:
    """The editors are asked to show it, and its files."""
    page.goto(f"/portraits/{number}")
    press(page, "main a", "Choisir qui le voit")
    page.wait_for_url("**/publication")
    tab_to(page, "[name=scope]")
    page.keyboard.press("ArrowUp")
    tab_to(page, "[name=note]")
    page.keyboard.type("Un métier que l’on ne voit plus")
    press(page, "main .form-end button", "Enregistrer")
    page.wait_for_url(f"**/portraits/{number}-*")
    page.goto(f"/items/{number}/publication")
    expect(page.locator("blockquote")).to_have_text("Un métier que l’on ne voit plus")

"""A recording is written down, read along, quoted: with keys, and kept as one types."""

from playwright.sync_api import expect

from tests.browser.people import PHONE
from tests.browser.test_accessible import AXE, EVERYTHING, RUN
from tests.files import recordings

VOICE = recordings.sound("mp4", "aac", 12.0, metadata={})


def recorded(page) -> str:
    """A recording of the group; its address."""
    sent = {"name": "veillee.m4a", "mimeType": "audio/mp4", "buffer": VOICE}
    answer = page.context.request.post(
        "/files/new", multipart={"group": "1", "file": sent}, headers={"Accept": "application/json"}
    )
    assert answer.ok, answer.text()
    return answer.json()["url"]


def test_one_writes_what_is_heard_with_the_keyboard_alone(window):
    page = window("nadia", bypass_csp=True)
    page.add_init_script(AXE.read_text())
    address = recorded(page)
    page.goto(address)
    page.get_by_role("button", name="Écrire", exact=True).click()
    words = page.locator("[name=words]")
    words.first.focus()
    page.keyboard.type("La première fois que je suis venue")
    page.evaluate("document.querySelector('media-player').currentTime = 5")
    page.keyboard.press("Enter")
    page.keyboard.type("il pleuvait sur le jardin")
    page.keyboard.press("F1")
    assert page.evaluate("document.querySelector('media-player').currentTime") == 2
    light = page.locator("[data-light]")
    expect(light).to_have_text("Enregistré")
    page.context.set_offline(True)
    page.keyboard.type(" partagé")
    expect(light).to_contain_text("Pas encore enregistré")
    assert not page.evaluate(RUN, EVERYTHING)
    page.context.set_offline(False)
    expect(light).to_have_text("Enregistré")
    page.reload()
    expect(words).to_have_count(2)
    assert words.nth(1).input_value() == "il pleuvait sur le jardin partagé"
    assert page.locator(".typing-line").nth(1).get_attribute("data-start") == "5000"


def test_what_could_not_leave_leaves_at_the_next_visit(window):
    page = window("nadia")
    address = recorded(page)
    page.goto(address)
    page.get_by_role("button", name="Écrire", exact=True).click()
    page.wait_for_selector("[name=words]")
    screen = page.url
    page.context.set_offline(True)
    page.locator("[name=words]").fill("Une parole sans réseau")
    expect(page.locator("[data-light]")).to_contain_text("Pas encore enregistré")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(screen)
    expect(page.locator("[data-light]")).to_have_text("Enregistré")
    page.reload()
    words = page.locator("[name=words]")
    assert words.input_value() == "Une parole sans réseau"
    # What others wrote in the same line meanwhile stays, and mine comes beside it.
    page.context.set_offline(True)
    words.fill("Une parole à moi")
    expect(page.locator("[data-light]")).to_contain_text("Pas encore enregistré")
    key = page.locator(".typing-line").get_attribute("data-key")
    page.goto("about:blank")
    page.context.set_offline(False)
    theirs = {"key": key, "start": 0, "end": 2000, "text": "Une parole des autres"}
    sent = page.context.request.post(f"{screen}/lines", data={"changed": [theirs], "removed": []})
    assert sent.ok, sent.text()
    page.goto(screen)
    expect(words).to_have_count(2)
    expect(page.locator("[data-light]")).to_have_text("Enregistré")
    page.reload()
    found = [words.nth(0).input_value(), words.nth(1).input_value()]
    assert sorted(found) == ["Une parole des autres", "Une parole à moi"]


def test_on_a_phone_a_line_is_heard_and_quoted(window):
    page = window("nadia", size=PHONE, has_touch=True, bypass_csp=True)
    page.add_init_script(AXE.read_text())
    address = recorded(page)
    number = address.split("/")[2].partition("-")[0]
    begun = page.context.request.post(f"/files/{number}/transcripts", form={"lang": "fr"})
    lines = [
        {"key": "a", "start": 1000, "end": 4000, "speaker": "Samira", "text": "Le four est chaud."},
        {"key": "b", "start": 4000, "end": 9000, "speaker": "Samira", "text": "On met le pain."},
        {"key": "c", "start": 9000, "end": 9900, "text": "Un nom", "masked": True},
    ]
    page.context.request.post(f"{begun.url}/lines", data={"changed": lines, "removed": []})
    page.goto(begun.url)
    expect(page.locator(".line-masked:visible")).to_contain_text("n’entendent rien, de 0:09")
    page.goto(address)
    assert "Un nom" not in page.content()
    page.locator(".said p", has_text="On met le pain").tap()
    page.wait_for_selector(".said .is-heard:has-text('On met le pain')")
    page.evaluate("document.querySelector('media-player').own.pause()")
    assert not page.evaluate(RUN, EVERYTHING)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.said p'))")
    page.get_by_role("button", name="Citer ce moment", exact=True).click()
    expect(page.locator(".quote-bar code")).to_have_text(f"{{{{moment {number} 1-4}}}}")
    page.get_by_role("button", name="Citer ce moment, 0:04").tap()
    expect(page.locator(".quote-bar code")).to_have_text(f"{{{{moment {number} 4-9}}}}")

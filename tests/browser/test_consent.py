"""An agreement from beginning to end: marked, signed with a finger, taken back from a phone."""

import io
import random

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.people import PHONE
from tests.browser.test_accessible import AXE, EVERYTHING, RUN, UNFOLD


def photo(title: str) -> bytes:
    """A photo that no other test sends: the same bytes would show the same people."""
    made = io.BytesIO()
    noise = Image.frombytes("RGB", (640, 480), random.Random(title).randbytes(640 * 480 * 3))
    noise.resize((1280, 960)).save(made, "JPEG", quality=70)
    return made.getvalue()


def send(page, title: str) -> int:
    """A photo sent by whoever holds the window, open to everyone; its number."""
    sent = page.context.request.post(
        "/files/new",
        multipart={
            "group": "1",
            "file": {"name": f"{title}.jpg", "mimeType": "image/jpeg", "buffer": photo(title)},
        },
        headers={"Accept": "application/json"},
    )
    assert sent.status == 201, sent.text()
    return sent.json()["id"]


def publish(page, editor, number: int) -> None:
    """Show something to everyone, from its screen; an editor of the site accepts it."""
    page.goto(f"/items/{number}/publication")
    page.get_by_role("radio", name="Tout le monde").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(f"**/files/{number}-*")
    answer = f"/items/{number}/publication/answer"
    assert editor.context.request.post(answer, form={"answer": "yes"}).ok


def mark(page, number: int, name: str) -> None:
    """Say who is in it."""
    page.goto(f"/items/{number}/people")
    other = page.get_by_role("radio", name="Une nouvelle personne")
    if other.count():
        other.check()
    page.get_by_label("Prénom, ou nom").fill(name)
    page.get_by_role("button", name="Ajouter", exact=True).click()
    page.wait_for_selector(f"text={name} est noté")


def sign(page) -> None:
    """A yes to everyone, signed with a finger."""
    page.get_by_role("group", name="Mon visage").get_by_text("Tout le monde").click()
    frame = page.locator("signature-pad canvas")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 40 + 25 * step, box["y"] + 60 + (20 if step % 2 else -20))
    page.mouse.up()
    page.get_by_role("button", name="C’est mon choix").click()
    page.wait_for_selector("text=C’est noté. Merci.")


def clean(page, where: str) -> None:
    """Nothing that axe finds, folded parts unfolded; nothing wider than the screen."""
    page.evaluate(UNFOLD)
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(RUN, EVERYTHING) == [], where
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{where}: {wide} px too wide"


def addresses(number: int) -> list[str]:
    """Where the photo could still be had."""
    at = f"/files/{number}"
    return [at, f"{at}/download", f"{at}/raw", f"{at}/versions/1", f"/embed/{number}",
            f"/items/{number}", f"/api/v1/items/{number}", f"/i/{number}",
            *(f"{at}/preview/{size}" for size in ("thumb", "medium", "large"))]  # fmt: skip


def test_taken_back_from_a_phone_it_is_gone_at_the_next_request(window):
    nadia = window("nadia", size=PHONE)
    number = send(nadia, "Zinnia au marché")
    mark(nadia, number, "Zinnia")
    clean(nadia, "people of an item")
    nadia.get_by_role("link", name="Demander l’accord Zinnia").click()
    clean(nadia, "agreement")
    sign(nadia)
    publish(nadia, window("claire"), number)
    visitor = window(size=PHONE)
    found = visitor.goto("/search?q=zinnia")
    assert "Zinnia au marché" in visitor.inner_text("main")
    tags = {}
    for address in addresses(number):
        answer = visitor.context.request.get(address, max_redirects=5)
        assert answer.status == 200, address
        tags[address] = answer.headers.get("etag", "")
    assert "Zinnia" in visitor.context.request.get("/feed.atom").text()

    nadia.goto(f"/items/{number}/people")
    nadia.get_by_role("link", name="Tout sur cette personne Zinnia").click()
    clean(nadia, "a person")
    nadia.get_by_role("button", name="Papier et lien privé").click()
    nadia.wait_for_url("**/paper")
    clean(nadia, "the paper")
    link = nadia.locator("copy-button").get_attribute("data-text")

    zinnia = window(size=PHONE)
    zinnia.goto(link)
    picture = zinnia.locator(".door-thing img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("(one) => one.naturalWidth") > 100
    clean(zinnia, "the private page")
    zinnia.get_by_role("button", name="Je veux que cela disparaisse").click()
    zinnia.wait_for_selector("text=Plus personne ne le voit")

    for address, tag in tags.items():
        for headers in ({}, {"Range": "bytes=0-99"}, {"If-None-Match": tag or "*"}):
            answer = visitor.context.request.get(address, headers=headers)
            assert answer.status == 404, (address, headers, answer.status)
    assert visitor.goto(f"/files/{number}").status == 404
    visitor.goto("/search?q=zinnia")
    assert "Zinnia au marché" not in visitor.inner_text("main")
    assert "Zinnia" not in visitor.context.request.get("/feed.atom").text()
    assert "Zinnia" not in visitor.context.request.get("/sitemap.xml").text()
    assert found.ok
    clean(zinnia, "the private page afterwards")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_register_reads_well(window, scheme):
    nadia = window("nadia", color_scheme=scheme)
    number = send(nadia, f"Registre {scheme}")
    mark(nadia, number, f"Registre {scheme}")
    nadia.goto("/groups/1/agreements")
    nadia.get_by_role("link", name=f"Registre {scheme}").first.wait_for()
    clean(nadia, "the register")


def test_a_face_is_blurred_with_a_finger_or_with_the_keyboard(window):
    nadia = window("nadia", size=PHONE)
    number = send(nadia, "Visage à flouter")
    mark(nadia, number, "Capucine")
    nadia.goto(f"/items/{number}/without")
    picture = nadia.locator(".blur-place img")
    expect(picture).to_have_js_property("complete", True)
    box = picture.bounding_box()
    nadia.mouse.move(box["x"] + 50, box["y"] + 30)
    nadia.mouse.down()
    nadia.mouse.move(box["x"] + 120, box["y"] + 110, steps=4)
    nadia.mouse.up()
    expect(nadia.locator(".face-frame")).to_have_count(1)
    first = nadia.get_by_role("group", name="Cadre 1")
    assert 10 < float(first.get_by_label("Depuis la gauche").input_value()) < 20
    nadia.get_by_role("button", name="Ajouter un cadre").press("Enter")
    second = nadia.get_by_role("group", name="Cadre 2")
    left, wide = second.get_by_label("Depuis la gauche"), second.get_by_label("Largeur")
    was = float(left.input_value()), float(wide.input_value())
    for key in ("ArrowRight", "Shift+ArrowRight", "Tab", "ArrowRight", "Shift+ArrowDown"):
        nadia.keyboard.press(key)
    assert (float(left.input_value()), float(wide.input_value())) == (was[0] + 6, was[1] + 1)
    expect(nadia.locator(".face-frame")).to_have_count(2)
    clean(nadia, "faces to blur")
    nadia.get_by_role("checkbox", name="Capucine").check()
    nadia.get_by_role("button", name="Faire l’image").click()
    nadia.wait_for_selector("text=Voici la nouvelle version", timeout=60_000)
    assert "(visage flouté)" in nadia.inner_text("h1")

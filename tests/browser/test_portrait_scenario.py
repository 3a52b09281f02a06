"""A portrait with its agreement, from the recording to « I want it to disappear », on phones."""

from playwright.sync_api import expect

from tests.browser.people import PHONE
from tests.browser.test_media import MAY
from tests.browser.test_portraits import photo

NAME = "Madeleine Le Goff"


def recorded(page, block: str) -> None:
    """A voice spoken inside a block, the network cut in the middle."""
    page.locator(f"#part-{block} [data-capture]").click()
    sheet = page.locator("dialog:has(media-recorder)")
    sheet.get_by_role("button", name="Enregistrer une voix").click()
    sheet.get_by_role("button", name="Arrêter").wait_for()
    line = page.context.new_cdp_session(page)
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", network | {"offline": True})
    expect(sheet.locator("[data-said]")).to_contain_text("gardé sur cet appareil")
    line.send("Network.emulateNetworkConditions", network | {"offline": False})
    page.wait_for_timeout(1500)
    sheet.get_by_role("button", name="Arrêter").click()
    sheet.get_by_role("button", name="Garder").click()
    page.wait_for_selector(f"#part-{block} .medium-heard")


def made(page) -> int:
    """The portrait: a face, a voice recorded here, a sentence; its number."""
    page.goto("/portraits/new?group=1&model=free")
    page.fill("[name=title]", NAME)
    page.get_by_role("button", name="Commencer").click()
    page.wait_for_url("**/edit")
    face, voice, words = page.evaluate(
        "() => [...document.querySelectorAll('.portrait-part')].map((part) => part.dataset.part)"
    )
    page.fill("[name=summary]", "Boulangère rue du Four")
    file = {"name": "madeleine.jpg", "mimeType": "image/jpeg", "buffer": photo(7)}
    page.set_input_files(f"#f_{face}_file", file)
    page.wait_for_selector(f"#part-{face} .medium-seen")
    page.locator(f"#part-{voice} [data-unfold]").click()
    recorded(page, voice)
    page.locator(f"#part-{words} [data-unfold]").click()
    page.locator(f"#w_{words}_title").fill("Sa farine")
    page.get_by_role("button", name="Enregistrer et voir").click()
    page.wait_for_selector(f"h1:has-text('{NAME}')")
    return int(page.url.split("/portraits/")[1].split("-")[0])


def mark(page, number: int) -> None:
    """Say that she is in it."""
    page.goto(f"/items/{number}/people")
    known = page.get_by_role("radio", name=NAME)
    if known.count():
        known.check(force=True)
    else:
        other = page.get_by_role("radio", name="Une nouvelle personne")
        if other.count():
            other.check(force=True)
        page.get_by_label("Prénom, ou nom").fill(NAME)
    page.get_by_role("button", name="Ajouter", exact=True).click()
    page.wait_for_selector(f"text={NAME} est noté")


def published(page, editor, number: int) -> None:
    page.goto(f"/items/{number}/publication")
    page.get_by_role("radio", name="Tout le monde").check(force=True)
    page.get_by_role("button", name="Enregistrer").click()
    if page.locator("input[name=agreed], button[name=agreed]").count():
        page.locator("[name=agreed]").first.click()
    page.wait_for_url(f"**/{number}-*")
    assert editor.context.request.post(
        f"/items/{number}/publication/answer", form={"answer": "yes"}
    ).ok


def test_a_portrait_is_agreed_to_shown_and_taken_back(window):
    nadia = window("nadia", size=PHONE, has_touch=True, **MAY)
    number = made(nadia)
    media = nadia.evaluate(
        "() => [...document.querySelectorAll('.stage img, .stage media-player')].map((one) =>"
        " Number(one.dataset.media ?? one.getAttribute('src').split('/')[2]))"
    )
    mark(nadia, number)
    for file in media:
        mark(nadia, file)
    visitor = window(size=PHONE)
    assert visitor.goto(f"/portraits/{number}").status == 404, "nobody asked her yet"

    nadia.goto(f"/items/{number}/people")
    nadia.get_by_role("link", name=f"Tout sur cette personne {NAME}").click()
    nadia.get_by_role("button", name="Papier et lien privé").click()
    nadia.wait_for_url("**/paper")
    link = nadia.locator("copy-button").get_attribute("data-text")
    herself = window(size=PHONE)
    herself.goto(link)
    assert herself.locator(".door-thing audio").count() >= 1, "she listens before she says yes"
    herself.locator(".door-all .choice", has_text="Tout le monde").click()
    herself.locator(".door-all").get_by_label("On peut aussi l’imprimer").check()
    herself.locator(".door-all").get_by_role("button", name="C’est mon choix").click()
    herself.wait_for_selector(".door-stop")

    editor = window("claire")
    for one in (*media, number):
        published(nadia, editor, one)
    seen = visitor.goto(f"/portraits/{number}")
    assert seen.status == 200
    assert visitor.locator("media-player").count() == 1
    assert visitor.locator(".consent").is_visible(), "with her agreement, in words"
    outlets = [f"/portraits/{number}", f"/portraits/{number}/poster", f"/api/v1/items/{number}",
               f"/portraits/{number}/folder.zip", f"/embed/{number}", f"/items/{number}.pdf",
               *(f"/files/{file}/download" for file in media)]  # fmt: skip
    for address in outlets:
        assert visitor.context.request.get(address).ok, address

    karim = window("karim")
    karim.goto(f"/portraits/{number}/edit")
    herself.get_by_role("button", name="Je veux que cela disparaisse").click()
    herself.wait_for_selector("text=Plus personne ne le voit")
    karim.locator("draft-sender form [name=summary]").first.fill("Je continue d’écrire ceci.")
    karim.wait_for_selector("#kept-state :text('n’est plus ouvert pour vous')")
    kept = "() => Object.values(localStorage).some((one) => one.includes('continue'))"
    assert not karim.evaluate(kept), "it stays in no browser"
    for address in outlets:
        assert visitor.context.request.get(address).status == 404, address
    visitor.goto("/search?q=madeleine")
    assert "Le Goff" not in visitor.inner_text("main")
    visitor.goto("/portraits")
    assert NAME not in visitor.inner_text("main")

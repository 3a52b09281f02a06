"""Files sent from a browser: several at once, through a cut, a pause, a reload."""

import hashlib
import random

from playwright.sync_api import expect

from tests.browser.people import PHONE
from tests.browser.test_accessible import AXE, EVERYTHING, RUN
from tests.files import samples

DATA = random.Random(7).randbytes(4_500_000)
SLOW = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 1_500_000}


def file(name: str, data: bytes, mime: str = "application/octet-stream") -> dict:
    return {"name": name, "mimeType": mime, "buffer": data}


def slow(page):
    """The network of a village."""
    line = page.context.new_cdp_session(page)
    line.send("Network.emulateNetworkConditions", SLOW)
    return line


def begun(page) -> None:
    """Wait until more than one piece has left and less than all."""
    bar = page.locator(".file progress")
    bar.wait_for()
    while bar.evaluate("(one) => one.value") < 0.3:
        page.wait_for_timeout(20)


def sent(page, name: str) -> bytes:
    """The bytes that the server has of a file of the list."""
    address = page.locator(".file--done a", has_text=name).first.get_attribute("href")
    number = address.split("/")[2].partition("-")[0]
    return page.context.request.get(f"/files/{number}/download").body()


def test_a_sending_survives_a_cut_and_a_pause(window):
    page = window("nadia")
    page.goto("/files/new?group=1")
    line = slow(page)
    page.set_input_files("[type=file]", file("entretien.bin", DATA))
    begun(page)
    line.send("Network.emulateNetworkConditions", SLOW | {"offline": True})
    page.wait_for_selector("text=Pas de réseau")
    line.send("Network.emulateNetworkConditions", SLOW)
    page.get_by_role("button", name="Faire une pause").click()
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_selector(".file--done")
    assert hashlib.sha256(sent(page, "entretien.bin")).digest() == hashlib.sha256(DATA).digest()


def test_a_sending_goes_on_by_itself_after_a_reload_and_is_there_once(window):
    page = window("nadia")
    page.goto("/files/new?group=1")
    slow(page)
    page.set_input_files("[type=file]", file("veillee.bin", DATA[::-1]))
    begun(page)
    offsets = []
    page.on("dialog", lambda dialog: dialog.accept())
    page.on(
        "request",
        lambda asked: asked.method == "PATCH" and offsets.append(asked.headers["upload-offset"]),
    )
    page.reload()
    page.wait_for_selector(".file--done")
    assert int(offsets[0]) > 1_000_000  # what had left was not sent again
    assert sent(page, "veillee.bin") == DATA[::-1]
    page.reload()
    page.wait_for_timeout(300)
    assert page.locator(".file").count() == 0
    page.goto("/files?group=1")
    assert page.locator(".file-name a", has_text="Veillee").count() == 1


def test_on_a_phone_what_photos_show_is_asked_while_they_leave(window):
    page = window("nadia", size=PHONE, has_touch=True, bypass_csp=True)
    page.add_init_script(AXE.read_text())
    page.goto("/files/new?group=1")
    photos = [file(f"IMG_00{n}.jpg", samples.photo(n + 1), "image/jpeg") for n in range(3)]
    page.fill("[name=credit]", "Samira")
    page.set_input_files("[type=file]", photos)
    expect(page.locator(".file--done")).to_have_count(3)
    assert page.inner_text("#sent-files > [role=status]") == "3 sur 3 envoyés"
    first = page.locator(".file--done").first
    first.get_by_label("Ce que montre l’image").fill("Trois personnes plantent un arbre")
    first.get_by_label("Ce que montre l’image").press("Tab")
    first.get_by_text("Gardé").wait_for()
    page.set_input_files("[type=file]", file("page.jpg", b"<!doctype html><p>non", "image/jpeg"))
    no_picture = page.locator(".file--done", has_text="ce n’en est pas une")
    expect(no_picture.get_by_label("Ce que montre l’image")).to_have_count(0)
    assert not page.evaluate(RUN, EVERYTHING)
    page.goto(first.locator("a").first.get_attribute("href"))
    shown = page.locator(".file-preview img")
    assert shown.get_attribute("alt") == "Trois personnes plantent un arbre"
    assert "Samira" in page.inner_text(".file-preview")


def test_what_is_refused_says_why_and_what_is_stopped_goes_away(window):
    page = window("nadia")
    page.goto("/files/new?group=1")
    slow(page)
    page.set_input_files("[type=file]", [file("vide.txt", b""), file("long.bin", DATA)])
    page.wait_for_selector(".file .failed")
    assert "vide" in page.inner_text(".file .failed").lower()
    page.locator(".file", has_text="long.bin").get_by_role("button", name="Arrêter").click()
    expect(page.locator(".file")).to_have_count(1)


def test_a_newer_state_is_sent_in_pieces_and_the_page_shows_it(window):
    page = window("nadia")
    page.goto("/files/new?group=1")
    page.set_input_files("[type=file]", file("horaires.bin", DATA[:1000]))
    page.locator(".file--done a").click()
    page.click("summary:has-text('Ajouter une version')")
    page.fill(".file-again [name=note]", "Le mardi aussi")
    with page.expect_navigation():
        page.set_input_files(".file-again [type=file]", file("horaires-2.bin", DATA[:2_500_000]))
    expect(page.locator(".file-versions .now")).to_contain_text("Version 2")
    address = page.locator("a[href$='/download']").first.get_attribute("href")
    assert page.context.request.get(address).body() == DATA[:2_500_000]

"""Portraits under the finger and the keyboard: seen, explored, put together, light on a phone."""

import io
import random
import time

import pytest
from PIL import Image, ImageEnhance, ImageFilter

from tests.browser.people import PHONE
from tests.browser.screens import GARDEN, PORTRAIT
from tests.portraits.conftest import tone

MOST = 400_000  # bytes of a portrait on a phone before anything is played
STATE = "(id) => { const s = document.getElementById(id); return s && !s.hidden }"
PLACES = "() => [...document.querySelectorAll('.spots-over a')].map((a) => a.getAttribute('href'))"


@pytest.fixture
def address(site):
    return f"/portraits/{site.number(PORTRAIT)}"


def photo(seed: int) -> bytes:
    """A picture with the grain and the shapes of a photo, of two million points."""
    rng = random.Random(seed)
    sheet = Image.effect_noise((200, 150), 90).resize((1600, 1200), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((1600, 1200), 12).filter(ImageFilter.GaussianBlur(0.8))
    both = Image.blend(sheet, grain, 0.5)
    shades = [ImageEnhance.Brightness(both).enhance(rng.uniform(0.6, 1.1)) for _ in range(3)]
    made = io.BytesIO()
    Image.merge("RGB", shades).save(made, "JPEG", quality=88)
    return made.getvalue()


def test_a_whole_portrait_by_keyboard_alone(window, address):
    page = window(size=PHONE)
    page.goto(address)
    places = page.evaluate(PLACES)
    assert len(places) == 3
    page.locator(".spots-over a").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == places[0]
    assert page.locator(f"{places[0]} h3").is_visible()
    led = page.locator("a[data-leads]").first
    block = led.get_attribute("href")[1:]
    assert not page.evaluate(STATE, block)
    led.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(STATE, block)
    assert page.evaluate("document.activeElement.id") == block
    page.locator("summary", has_text="Peut-on aller la voir").focus()
    page.keyboard.press("Enter")
    assert page.locator("text=c’est le jour des comptes").is_visible()


def test_the_words_follow_the_voice(window, address):
    page = window()
    page.goto(address)
    assert not page.is_visible("spoken-now")
    page.locator(".spots a.moment").first.click()
    page.wait_for_selector("spoken-now:has-text('1962')")
    assert page.locator(".said .is-heard").count() <= 1
    assert page.is_visible("spoken-now")


def test_a_slider_shows_more_of_before_or_after(window, site):
    page = window(size=PHONE)
    page.goto(f"/portraits/{site.number(GARDEN)}")
    slider = page.get_by_role("slider", name="Ce qu’on voit de « Aujourd’hui »")
    slider.focus()
    page.keyboard.press("End")
    seen = "getComputedStyle(document.querySelector('before-after')).getPropertyValue('--seen')"
    assert page.evaluate(seen) == "0%"
    page.keyboard.press("Home")
    assert page.evaluate(seen) == "100%"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_script_everything_is_in_the_page(window, address, site):
    page = window(size=PHONE, java_script_enabled=False)
    page.goto(address)
    assert page.locator("a[data-leads]").count()
    block = page.locator("a[data-leads]").first.get_attribute("href")
    assert page.locator(block).is_visible()
    assert page.locator("audio").first.is_visible()
    page.goto(f"/portraits/{site.number(GARDEN)}")
    assert page.locator(".compared img").count() == 2


def test_the_big_screen_turns_with_the_arrows(window, site):
    page = window()
    page.goto(f"/portraits/{site.number(GARDEN)}")
    heights = (
        "() => ['.stage', '.stage img'].map((one) => document.querySelector(one).clientHeight)"
    )
    stage, face = page.evaluate(heights)
    assert stage - face <= 4, "a long name leaves the picture its whole half"
    page.goto("/portraits/slideshow")
    first = page.text_content("h1")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**n=2*")
    assert page.text_content("h1") != first
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**n=1*")
    assert page.text_content("h1") == first


def test_a_press_on_the_picture_puts_a_place_there(window, address):
    page = window("nadia")
    page.goto(f"{address}/edit")
    block = page.locator("spot-placer").first.get_attribute("data-block")
    before = page.locator(f"#part-{block} .part-line").count()
    page.locator("spot-placer .pictured").first.click(position={"x": 120, "y": 200})
    page.wait_for_function(
        "([id, n]) => document.querySelectorAll(`#part-${id} .spot-handle`).length === n",
        arg=[block, before + 1],
    )
    page.locator(f"#part-{block} .part-line").last.scroll_into_view_if_needed()
    last = page.locator(f"#part-{block} .part-line").last
    assert float(last.locator("[data-axis=x]").input_value()) > 0
    assert not page.locator(".draft-found").count(), "no alarm in the middle of a gesture"
    assert page.inner_text("#kept-state").startswith("Gardé sur le site")
    page.reload()
    page.click(".draft-found button")
    page.locator("dialog[open] .btn--main, dialog[open] button[value=yes]").first.click()
    page.wait_for_selector(".draft-found", state="detached")


def test_blocks_and_their_lines_move_apart(window, address):
    page = window("nadia")
    page.goto(f"{address}/edit")
    order = "() => document.querySelector('[name=arrangement]').value"
    was = page.evaluate(order).split(",")
    lines = [key for key in was if "-" in key]
    page.locator(f"button[value='{lines[1]}:up']").click()
    now = page.evaluate(order).split(",")
    assert now.index(lines[1]) < now.index(lines[0])
    assert [key for key in now if "-" not in key] == [key for key in was if "-" not in key]
    blocks = [key for key in now if "-" not in key]
    page.locator(f"button[value='{blocks[0]}:down']").click()
    moved = [key for key in page.evaluate(order).split(",") if "-" not in key]
    assert moved[:2] == [blocks[1], blocks[0]]


def test_twenty_photos_and_two_voices_are_light_on_a_phone(window, site):
    page = window("karim", size=PHONE, device_scale_factor=3)
    send = page.context.request
    edit = send.post("/portraits/new?group=1", form={"title": "Vingt photos", "model": "free"}).url
    keys = [f"b{number:06x}" for number in range(1, 23)]
    sent = {"title": "Vingt photos", "subject": "person", "revision": "1"}
    sent["arrangement"] = ",".join(keys)
    for number, key in enumerate(keys):
        sent[f"s_{key}_kind"] = "photo" if number < 20 else "sound"
        name, data = (f"{key}.jpg", photo(number)) if number < 20 else (f"{key}.ogg", tone())
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        sent[f"f_{key}_file"] = file
    shown = send.post(edit, multipart=sent).url
    limit = time.monotonic() + 60
    while len(list(site.data.glob("previews/*/*-small.avif"))) < 20:  # a job makes them
        assert time.monotonic() < limit
        time.sleep(0.2)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    weights = []
    cdp.on("Network.loadingFinished", lambda done: weights.append(done["encodedDataLength"]))
    page.goto(shown)
    page.wait_for_load_state("networkidle")
    assert page.locator("main img").count() == 20
    assert page.locator("main audio").count() == 2
    assert sum(weights) <= MOST, f"{sum(weights)} bytes in {len(weights)} answers"
    print(f"{sum(weights)} bytes in {len(weights)} answers")

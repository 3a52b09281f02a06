"""A map under the finger and the keyboard: seen, filtered, added to, changed, without network."""

import re
from uuid import uuid4

import pytest

from tests.browser.gestures import tab_to
from tests.browser.people import DESKTOP, PHONE
from tests.browser.test_accessible import AXE, EVERYTHING, RUN
from tests.files import samples
from tests.maps import packed

READY = "map-view[data-ready]"
PHOTO = {"name": "banc.png", "mimeType": "image/png", "buffer": samples.png()}
SEEN = "[data-sending]"
PLACES = [
    ("Le banc du marché", 500, 350, "p2"),
    ("Le grand chêne", 420, 420, "p2"),
    ("Le passage", 560, 280, "m1"),
]
SHOWN = """() => ({
  rows: [...document.querySelectorAll('.points b')].map((one) => one.textContent),
  marks: [...document.querySelectorAll('.map-mark')].map((one) => one.getAttribute('aria-label')),
})"""


@pytest.fixture(scope="module")
def author(people):
    """Requests of Nadia, to prepare maps without a screen."""
    page = people.window("nadia")
    yield page.context.request
    page.context.close()


def made(author, title: str, kind="sensitive", ground="blank") -> str:
    """The address of a new map."""
    form = {"title": title, "map_kind": kind, "ground": ground, "question": "Où est-on bien ?"}
    return re.match(r"https?://[^/]+(/maps/\d+)", author.post("/maps/new?group=1", form=form).url)[
        1
    ]


def put(author, address: str, title: str, at: tuple, feeling="p1", **more) -> str:
    """A new point there; its number."""
    layer = author.get(f"{address}/features.json").json()["layers"][0]["id"]
    uuid = str(uuid4())
    body = {
        "base": 0, "layer": layer, "geometry": {"type": "Point", "coordinates": at},
        "props": {"feeling": feeling}, "title": title, "story": "", "precision": "exact",
        "session": "",
    } | more  # fmt: skip
    answer = author.put(f"{address}/features/{uuid}", data=body)
    assert answer.status == 201, answer.text()
    return uuid


@pytest.fixture
def drawn(author):
    """The address of a sheet with three feelings on it."""
    address = made(author, "Notre quartier")
    for title, x, y, feeling in PLACES:
        put(author, address, title, (x, y), feeling)
    return address


def opened(page, address: str):
    page.goto(address)
    page.wait_for_selector(READY)
    return page


def titles(author, address: str) -> list[str]:
    return [one["title"] for one in author.get(f"{address}/features.json").json()["features"]]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_map_and_its_list_show_the_same(window, drawn, size):
    page = opened(window("karim", size=size), drawn)
    shown = page.evaluate(SHOWN)
    assert shown["rows"] == [title for title, *_ in PLACES]
    assert len(shown["marks"]) == 3
    assert any("Le banc du marché" in name and "bien" in name for name in shown["marks"])
    # The legend is the filter: without those that do a lot of good, one is left, on both.
    page.locator(".feel input").first.uncheck(force=True)
    page.wait_for_function("() => document.querySelectorAll('.map-mark').length === 1")
    assert page.evaluate(SHOWN)["rows"] == ["Le passage"]
    page.locator("[data-narrowed]").click()
    page.wait_for_function("() => document.querySelectorAll('.map-mark').length === 3")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_finger_opens_a_point_then_the_list(window, drawn):
    page = opened(window("karim", size=PHONE, has_touch=True), drawn)
    page.locator(".map-mark[aria-label*='banc']").tap()
    assert page.locator(".peek h2").text_content() == "Le banc du marché"
    assert "#feature-" in page.url
    page.locator(".peek [data-act=list]").tap()
    assert page.locator(".map-list").is_visible()
    page.locator(".points a", has_text="Le passage").tap()
    assert not page.locator(".map-list").is_visible()
    assert page.locator(".peek h2").text_content() == "Le passage"


def test_a_finger_puts_a_point_that_others_see(window, drawn, author):
    page = opened(window("karim", size=PHONE, has_touch=True), drawn)
    other = opened(window("nadia"), drawn)
    page.locator(".map-bar [data-act=add-Point]").tap()
    page.wait_for_selector(".map-hint:not([hidden])")
    page.touchscreen.tap(180, 500)
    page.locator(".face-choice").nth(3).tap()
    page.fill(".map-form [name=title]", "Le trottoir cassé")
    page.locator(".map-form .btn--main").tap()
    page.wait_for_selector(".peek h2:has-text('Le trottoir cassé')")
    other.wait_for_selector(".points b:has-text('Le trottoir cassé')", timeout=6000)
    found = [
        one for one in author.get(f"{drawn}/features.json").json()["features"]
        if one["title"] == "Le trottoir cassé"
    ]  # fmt: skip
    assert found[0]["props"]["feeling"] == "m1"
    # And it can be taken back at once.
    page.locator("[data-note=undo]").tap()
    other.wait_for_function(
        "() => !/cassé/.test(document.querySelector('.points').textContent)",
        timeout=6000,
    )


def test_a_point_by_keyboard_alone(window, drawn, author):
    page = opened(window("karim"), drawn)
    tab_to(page, "[data-act=add-Point]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".map-hint:not([hidden])")
    assert page.evaluate("document.activeElement.matches('.map-ground')")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_selector(".map-form")
    tab_to(page, ".face-choice input")
    page.keyboard.press("Space")
    tab_to(page, ".map-form [name=title]")
    page.keyboard.type("Le lavoir")
    page.keyboard.press("Enter")
    page.wait_for_selector(".peek h2:has-text('Le lavoir')")
    page.wait_for_function("() => document.activeElement.textContent === 'Le lavoir'")
    # Moved with the arrows, then put away, then back.
    page.wait_for_function("() => !document.querySelector('.map-mark.is-waiting')")
    before = place(author, drawn, "Le lavoir")
    tab_to(page, "[data-act=edit]")
    page.keyboard.press("Enter")
    tab_to(page, "[data-form=move]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".map-handle:focus")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector(".map-form")
    page.locator(".map-form [name=title]").press("Enter")
    page.wait_for_selector(".peek:not(.is-form) h2:has-text('Le lavoir')")
    page.wait_for_function("() => !document.querySelector('.map-mark.is-waiting')")
    after = place(author, drawn, "Le lavoir")
    assert after[0] > before[0]
    assert after[1] == pytest.approx(before[1], abs=0.2)
    page.keyboard.press("Escape")
    assert not page.locator(".peek").is_visible()
    assert page.evaluate("document.activeElement.matches('.map-mark')")


def place(author, address: str, title: str):
    told = author.get(f"{address}/features.json").json()["features"]
    return next(one for one in told if one["title"] == title)["geometry"]["coordinates"]


def test_a_way_is_drawn_with_one_finger(window, drawn, author):
    page = opened(window("karim", size=DESKTOP), drawn)
    page.locator("[data-act=add-LineString]").click()
    page.wait_for_selector(".map-hint:not([hidden])")
    page.mouse.move(420, 600)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(420 + step * 8, 600 + (step % 6) * 4)
    page.mouse.up()
    page.locator("[data-draw=done]").click()
    page.fill(".map-form [name=title]", "Mon trajet")
    page.locator(".map-form .btn--main").click()
    page.wait_for_selector(".peek h2:has-text('Mon trajet')")
    page.wait_for_function("() => !document.querySelector('.map-mark.is-waiting')")
    told = author.get(f"{drawn}/features.json").json()["features"]
    way = next(one for one in told if one["title"] == "Mon trajet")["geometry"]
    assert way["type"] == "LineString"
    assert 2 < len(way["coordinates"]) < 30


TOLD_OF = """() => {
  const mark = document.querySelector('.map-mark.is-open')?.getBoundingClientRect()
  return mark && mark.top >= 0 && mark.bottom <= document.querySelector('.map-story').getBoundingClientRect().top
}"""  # noqa: E501


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_story_shows_what_it_tells_of_above_its_card(window, author, size):
    address = made(author, "Au bord")
    for title, at in (("En haut", (500, 20)), ("Tout en bas", (500, 680))):
        put(author, address, title, at)
    page = opened(window("karim", size=size), address)
    page.evaluate("document.querySelector('[data-act=story]').click()")
    page.wait_for_function(TOLD_OF)
    page.locator("[data-step=next]").click()
    page.wait_for_selector(".map-story h2:has-text('Tout en bas')")
    page.wait_for_function(TOLD_OF)


def test_the_first_corner_of_an_area_stays_in_sight_on_a_phone(window, drawn):
    page = opened(window("karim", size=PHONE, has_touch=True), drawn)
    page.locator(".map-bar [data-act=list]").tap()
    page.locator(".map-list [data-act=add-Polygon]").tap()
    page.wait_for_selector(".map-hint:not([hidden])")
    hint = page.locator(".map-hint").bounding_box()
    assert hint["y"] + hint["height"] < 240, "the tools leave most of the map"
    for x, y in ((80, 250), (280, 300), (200, 500)):
        page.touchscreen.tap(x, y)
        page.wait_for_timeout(350)  # two at once would be a double tap
    corners = page.locator("path.map-corner")
    assert corners.count() == 3
    assert corners.first.bounding_box()["y"] > hint["y"] + hint["height"]


def test_without_network_points_wait_and_leave_once(window, drawn, author):
    page = opened(window("karim"), drawn)
    page.wait_for_load_state("networkidle")  # the tools come by themselves to who may write
    page.context.set_offline(True)
    for number in (1, 2):
        page.locator(".map-list [data-act=add-Point]").click()
        page.locator("[data-draw=centre]").click()
        page.fill(".map-form [name=title]", f"Hors réseau {number}")
        if number == 1:  # with a photo, and a voice recorded here
            page.set_input_files("#f-photo", [PHOTO])
            page.wait_for_selector("[data-field=photo] [data-file^=held]")
            page.locator("[data-field=voice] .btn--wide").click()
            page.wait_for_selector("[data-recording]")
            page.wait_for_timeout(600)
            page.locator("[data-recording]").click()
            page.wait_for_selector("[data-field=voice] [data-file^=held]")
        page.locator(".map-form .btn--main").click()
        page.wait_for_selector(f".points b:has-text('Hors réseau {number}')")
    assert "sur la carte" not in page.locator(SEEN).text_content()  # it is not there yet
    page.wait_for_selector(f"{SEEN}:has-text('2 changements')")
    assert page.locator(f"{SEEN} .map-note").count() == 1, "it is said once"
    assert "Pas encore envoyé" in page.inner_text(".peek")
    assert "Hors réseau 1" not in titles(author, drawn)
    page.context.set_offline(False)
    page.reload()  # what waits outlives the page
    page.wait_for_selector(READY)
    page.wait_for_function("() => !document.querySelector('.map-mark.is-waiting')")
    page.wait_for_selector(".points b:has-text('Hors réseau 2')")
    assert sorted(titles(author, drawn))[:2] == ["Hors réseau 1", "Hors réseau 2"]
    assert len(titles(author, drawn)) == 5
    told = author.get(f"{drawn}/features.json").json()
    first = next(one for one in told["features"] if one["title"] == "Hors réseau 1")
    families = [told["media"][str(first["props"][key][0])]["family"] for key in ("photo", "voice")]
    assert families == ["picture", "sound"]
    page.reload()
    page.wait_for_selector(READY)
    assert page.locator(".points li").count() == 5


def test_without_scripts_the_list_is_the_page(window, drawn):
    page = window("karim", size=PHONE, java_script_enabled=False)
    page.goto(drawn)
    assert page.get_by_role("link", name="Le banc du marché", exact=True).is_visible()
    assert page.locator("a:has-text('Poser un point')").is_visible()
    assert not page.locator(".map-ground").is_visible()
    # The drawing has the same points; a form adds one; a form narrows both.
    drawing = page.locator("img.map-sketch")
    assert drawing.is_visible()
    page.locator("a:has-text('Poser un point')").first.click()
    page.get_by_label("Nom de ce lieu").fill("La fontaine")
    page.get_by_label("Ça fait beaucoup de bien").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_load_state()
    assert page.get_by_role("link", name="La fontaine", exact=True).is_visible()
    page.goto(f"{drawn}?f.feeling=p2&words=fontaine")
    assert page.locator(".point-entry").count() == 1
    assert "words=fontaine" in drawing.get_attribute("src")


def test_a_map_has_no_violation_in_any_of_its_states(window, drawn):
    page = window("karim", size=PHONE, bypass_csp=True)
    page.add_init_script(AXE.read_text())
    opened(page, drawn)
    said = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            said[f"{scheme} {size['width']}"] = page.evaluate(RUN, EVERYTHING)
    page.emulate_media(color_scheme="light")
    page.locator(".map-list summary").first.click()
    page.locator(".points a").first.click()
    said["card"] = page.evaluate(RUN, EVERYTHING)
    page.locator(".peek [data-act=edit]").click()
    page.wait_for_selector(".map-form")
    said["form"] = page.evaluate(RUN, EVERYTHING)
    page.locator("[data-form=move]").click()
    page.wait_for_selector(".map-handle")
    said["handles"] = page.evaluate(RUN, EVERYTHING)
    assert not {name: found for name, found in said.items() if found}


def test_a_story_is_told_on_the_whole_screen_with_the_arrows(window, drawn):
    page = opened(window("karim"), drawn)
    page.locator("[data-act=story]").click()
    page.wait_for_selector(".map-story h2")
    assert page.locator(".map-story h2").text_content() == "Le banc du marché"
    assert not page.locator(".map-list").is_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator(".map-story h2").text_content() == "Le grand chêne"
    page.keyboard.press("ArrowLeft")
    assert page.locator(".map-story h2").text_content() == "Le banc du marché"
    page.keyboard.press("Escape")
    assert page.locator(".map-list").is_visible()


def test_two_sessions_are_compared_along_a_line(window, author):
    address = made(author, "Avant et après")
    left = put(author, address, "À gauche, avant", (100, 300), session="1")
    right = put(author, address, "À droite, avant", (900, 300), session="1")
    after = put(author, address, "À droite, après", (880, 400), "m1", session="2")
    page = opened(window("karim"), address)
    page.locator("[data-act=whole]").click()
    page.locator("[data-act=compare]").click()
    page.wait_for_selector(".map-compare")
    seen = f"""() => ['{left}', '{right}', '{after}'].map(
      (key) => !document.querySelector(`[data-key="${{key}}"]`).classList.contains('is-apart'))"""
    assert page.evaluate(seen) == [True, False, True]
    page.get_by_role("slider", name="Ce qu’on voit d’avant et d’après").press("End")
    assert page.evaluate(seen) == [True, True, False]
    page.get_by_role("button", name="Ne plus comparer").click()
    assert page.evaluate(seen) == [True, True, True]


def test_on_paper_each_mark_has_its_number_in_the_list(window, drawn):
    page = opened(window("karim", size=PHONE), drawn)
    page.emulate_media(media="print")
    size = "() => ['.map-ground', '.map-bar'].map((one) => document.querySelector(one).clientWidth)"
    page.emulate_media(media="screen")
    before = page.evaluate(size)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    numbers = "() => [...document.querySelectorAll('.map-mark b')].map((one) => one.textContent)"
    assert sorted(page.evaluate(numbers)) == ["1", "2", "3"]
    assert page.locator(".map-list").is_visible()
    assert not page.locator(".map-zoom").is_visible()
    # Some browsers never say that paper is over: the first touch does.
    page.emulate_media(media="screen")
    page.keyboard.press("Shift")
    page.wait_for_selector("map-view:not([data-printing])")
    page.locator(".map-list [data-act=print]").evaluate("(one) => one.click()")
    page.wait_for_selector("map-view:not([data-printing])")
    assert page.evaluate(size) == before


def test_a_map_is_light_with_its_tools_and_says_when_they_lack(window, drawn):
    page = window("karim", size=PHONE, device_scale_factor=3)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    weights = []
    cdp.on("Network.loadingFinished", lambda done: weights.append(done["encodedDataLength"]))
    opened(page, drawn)
    page.wait_for_load_state("networkidle")
    assert sum(weights) <= 250_000, f"{sum(weights)} bytes"
    # Where they could not come, the button says why nothing happens.
    page = window("karim", size=PHONE)
    page.add_init_script("window.requestIdleCallback = () => {}")
    opened(page, drawn)
    page.context.set_offline(True)
    page.locator(".map-bar [data-act=add-Point]").click()
    page.wait_for_selector(f"{SEEN}:has-text('les outils pour dessiner')")


def test_packed_tiles_are_painted_without_webgl_and_thanked_for(window, author):
    address = made(author, "Sur des tuiles", "thematic", "outline")
    put(author, address, "Ici", (2.0, 48.0))
    sent = {"name": "coin.pmtiles", "mimeType": "application/octet-stream",
            "buffer": packed.archive('© <b onclick="x()">les gens</b> du coin')}  # fmt: skip
    author.post(f"{address}/settings", multipart={"act": "base", "kind": "pmtiles", "file": sent})
    page = opened(window("karim"), address)
    page.locator("[name=base]").select_option("1")
    page.wait_for_selector(".map-packed canvas.leaflet-tile-loaded")
    painted = page.locator(".map-packed canvas").first.evaluate(
        "(one) => [...one.getContext('2d').getImageData(20, 20, 1, 1).data]")  # fmt: skip
    assert painted[3] == 255
    assert page.locator("[data-credit]").text_content() == "© les gens du coin"
    assert page.locator(".map-mark").count() == 1
    # What lies under may be out of reach: the points stay.
    page.context.set_offline(True)
    page.locator("[name=base]").select_option("0")
    page.wait_for_function("() => document.querySelector('[data-credit]').hidden")
    page.context.set_offline(False)

"""Shapes of several parts, one's own layer and one's own outline, under hands and keys."""

import json

from tests.browser.gestures import tab_to
from tests.browser.people import DESKTOP, PHONE
from tests.browser.test_accessible import AXE, EVERYTHING, RUN
from tests.browser.test_maps import author, made, opened, put

assert author  # the fixture of requests that needs no screen


def square(x: float, y: float, side: float) -> list:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def shape_of(author, address: str) -> dict:  # noqa: F811
    return author.get(f"{address}/features.json").json()["features"][0]["geometry"]


def begin_moving(page, opener) -> None:
    opener()
    page.locator(".peek [data-act=edit]").click()
    page.locator("[data-form=move]").click()
    page.wait_for_selector(".map-handle:focus")


def finish(page) -> None:
    page.locator(".map-form [name=title]").press("Enter")
    page.wait_for_selector(".peek:not(.is-form) h2")
    page.wait_for_function("() => !document.querySelector('[data-sending] .map-note--wait')")


def test_a_shape_of_several_parts_is_moved_part_by_part(window, author):  # noqa: F811
    address = made(author, "Trois jardins")
    areas = [[square(100, 100, 150)], [square(400, 100, 150), square(440, 140, 40)],
             [square(700, 400, 150)]]  # fmt: skip
    put(author, address, "Les jardins", (0, 0),
        geometry={"type": "MultiPolygon", "coordinates": areas})  # fmt: skip
    page = window("karim", size=DESKTOP)
    page.add_init_script(AXE.read_text())
    opened(page, address)
    begin_moving(page, page.locator(".points a").first.click)
    assert page.locator(".map-part").text_content() == "Partie 1 sur 4"
    assert page.locator(".map-handle").count() == 4
    tab_to(page, "[data-move=next]")  # by keyboard: the area with a hole, its hole, the last
    for words in ("Partie 2 sur 4", "Partie 3 sur 4, un trou", "Partie 4 sur 4"):
        page.keyboard.press("Enter")
        assert page.locator(".map-part").text_content() == words
    assert not page.evaluate(RUN, EVERYTHING)
    page.locator(".map-handle").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector(".map-form")
    finish(page)
    page.wait_for_function("() => !document.querySelector('.is-waiting')")
    now = shape_of(author, address)
    assert now["type"] == "MultiPolygon"
    assert now["coordinates"][:2] == areas[:2]
    assert now["coordinates"][2][0][0][0] > 700
    assert now["coordinates"][2][0][0] == now["coordinates"][2][0][-1]
    # By mouse: a touch on another part takes its handles out; the part goes with its hole.
    begin_moving(page, page.locator(".peek h2").click)
    assert page.locator(".map-part").text_content() == "Partie 1 sur 4"
    page.locator("path.map-draft").nth(1).click(position={"x": 5, "y": 5}, force=True)
    assert page.locator(".map-part").text_content() == "Partie 2 sur 4"
    page.locator("[data-move=drop]").click()
    assert page.locator(".map-part").text_content() == "Partie 2 sur 2"
    page.locator("[data-move=done]").click()
    finish(page)
    page.wait_for_function("() => !document.querySelector('.is-waiting')")
    kept = shape_of(author, address)["coordinates"]
    assert [len(area) for area in kept] == [1, 1]
    assert kept[0] == areas[0]


def test_ones_own_layer_is_locked_to_others(window, author):  # noqa: F811
    address = made(author, "Chacun son calque")
    karim = opened(window("karim", size=PHONE), address)
    karim.click(".map-bar [data-act=list]")
    karim.get_by_role("button", name="Mon propre calque").click()
    karim.wait_for_selector("map-view[data-ready]")
    layers = author.get(f"{address}/features.json").json()["layers"]
    own = next(one for one in layers if one["locked"])
    uuid = put(karim.context.request, address, "Mon banc", (500, 350), layer=own["id"])
    place = f"{address}/features/{uuid}"
    fatou = opened(window("fatou"), address)
    fatou.locator(".points a", has_text="Mon banc").click()
    fatou.wait_for_selector(".peek h2:has-text('Mon banc')")
    assert fatou.locator(".peek [data-act=edit]").count() == 0
    refused = fatou.context.request.put(place, data={"base": 1, "title": "À moi"})
    assert refused.status == 403
    karim.reload()
    karim.wait_for_selector("map-view[data-ready]")
    karim.locator(".map-mark").first.click()
    karim.locator(".peek [data-act=edit]").click()
    karim.locator(".map-form [name=title]").fill("Mon banc bleu")
    karim.locator(".map-form [name=title]").press("Enter")
    fatou.wait_for_selector(".points b:has-text('Mon banc bleu')")
    assert author.put(place, data={"base": 2, "title": "Le banc de Karim"}).status == 200


def test_an_outline_of_ones_own_is_drawn(window, author):  # noqa: F811
    address = made(author, "Notre canton", kind="resources", ground="outline")
    parts = [[square(-1.7, 48, 0.2)], [square(-1.5, 48, 0.2)]]
    data = json.dumps({"type": "MultiPolygon", "coordinates": parts}).encode()
    file = {"name": "canton.geojson", "mimeType": "application/geo+json", "buffer": data}
    asked = {"act": "base", "kind": "outline", "file": file}
    sent = author.post(f"{address}/settings", multipart=asked)
    assert sent.ok
    page = opened(window("nadia"), address)
    page.select_option("[name=base]", label="Canton")
    page.wait_for_selector("path.map-outline--own")

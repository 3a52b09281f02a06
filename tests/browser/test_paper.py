"""A drawing on paper comes back by phone, keyboard and plain form; a map opens from a folder."""

import io
import zipfile

from tests.browser.gestures import tab_to
from tests.browser.people import PHONE
from tests.browser.test_accessible import AXE, EVERYTHING, RUN
from tests.browser.test_maps import author, made, put
from tests.maps.test_paper_loop import drawn, jpeg, photographed
from wiki.maps.tracing.sheets import Sheet

assert author  # the fixture of requests that needs no screen


def sent(page, address: str, photo: bytes) -> None:
    page.goto(f"{address}/paper")
    file = {"name": "feuille.jpg", "mimeType": "image/jpeg", "buffer": photo}
    page.set_input_files("[name=photo]", file)
    page.click("main .btn--main")
    page.wait_for_selector(".corner-numbers")  # once the job has looked at it


def test_a_drawing_comes_back_under_the_map(window, author, tmp_path):  # noqa: F811
    address = made(author, "Notre cour")
    put(author, address, "Le banc", (250, 175))
    sheet = Sheet(int(address.rpartition("/")[2]), "simple", (1000, 700, 0))
    photo = jpeg(photographed(drawn(sheet), 180))
    page = window("nadia", size=PHONE)
    page.add_init_script(AXE.read_text())
    sent(page, address, photo)
    assert page.locator(".banner--yes").count() == 1
    assert not page.evaluate(RUN, EVERYTHING)
    before = page.input_value("[name=x0]")
    tab_to(page, ".corner-handle", "1")
    page.keyboard.press("ArrowRight")
    assert float(page.input_value("[name=x0]")) > float(before)
    assert before not in page.locator(".corner-handle").first.get_attribute("aria-label")
    page.keyboard.press("ArrowLeft")
    box = page.locator(".corner-handle").nth(2).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    corner = page.input_value("[name=y2]")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 40)
    assert float(page.input_value("[name=y2]")) < float(corner) - 5
    page.mouse.move(x, y)
    page.mouse.up()
    page.click(".form-end .btn--main")
    page.wait_for_selector("img.map-picture--pinned")  # the map opens, on the drawing
    assert address in page.url
    assert page.input_value("[name=base]") == "1"


def test_without_scripts_numbers_are_enough(window, author):  # noqa: F811
    address = made(author, "Notre rue")
    page = window("nadia", java_script_enabled=False)
    sent(
        page, address, jpeg(photographed(drawn(Sheet(1, "simple", (10, 7, 0)), hide=(0, 1, 2, 3))))
    )
    assert page.locator(".banner--care").count() == 1
    for name, value in {"x0": "8", "y0": "7", "x1": "90", "y1": "4"}.items():
        page.fill(f"[name={name}]", value)
    page.check("[value=drawing]")
    page.click(".form-end .btn--main")
    page.wait_for_selector(".map-list")
    assert len(author.get(f"{address}/features.json").json()["layers"]) == 1


def test_a_map_opens_from_a_folder_and_asks_for_nothing(window, author, tmp_path):  # noqa: F811
    address = made(author, "À emporter")
    put(author, address, "Le banc", (250, 175), story="On s’y **pose**.")
    with zipfile.ZipFile(io.BytesIO(author.get(f"{address}/folder.zip").body())) as folder:
        folder.extractall(tmp_path)
    page, asked = window(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(next(tmp_path.rglob("ouvrir.html")).as_uri())
    assert page.locator(".map-kept svg").is_visible()
    assert page.locator("strong", has_text="pose").is_visible()
    assert all(one.startswith(("file:", "data:")) for one in asked), asked

"""Two half-days on maps: what is felt, by finger then without scripts; where help is found."""

from tests.browser.gestures import tab_to
from tests.browser.people import PHONE
from tests.browser.test_accessible import AXE, violations
from tests.browser.test_maps import PHOTO, READY, author, opened  # noqa: F401
from tests.files.samples import picture, saved

TABLE = (
    "Nom;Adresse;Latitude;Longitude;Horaires;Services\r\n"
    "Numébus;12 rue du Four;48,10;-3,20;Mardi côté mer, vendredi côté bois;Internet\r\n"
    "Mission locale;4 place Verte;48,05;-3,25;Du lundi au jeudi, 9 h à 12 h;Emploi\r\n"
    "Épicerie;;;;Tous les matins;Repas\r\n"
).encode("cp1252")
WIDE = "document.documentElement.scrollWidth <= innerWidth"


def test_a_sensitive_map_by_finger_then_without_scripts(window, author):  # noqa: F811
    page = window("karim", size=PHONE, has_touch=True)
    page.goto("/maps/new?group=1")
    page.fill("[name=title]", "Notre cour")
    drawing = {"name": "cour.png", "mimeType": "image/png", "buffer": saved(picture(), "PNG")}
    page.set_input_files("[name=picture]", [drawing])
    assert page.is_checked("[name=ground][value=picture]")  # « A blank sheet » was ticked
    page.locator("#map-form .btn--main").tap()
    page.wait_for_selector(READY)
    page.wait_for_selector("img.map-picture")
    address = page.url.partition("#")[0]
    page.locator(".map-bar [data-act=add-Point]").tap()
    page.wait_for_selector(".map-hint:not([hidden])")
    page.touchscreen.tap(180, 420)
    page.locator(".face-choice").first.tap()
    page.fill(".map-form [name=title]", "Le banc")
    page.set_input_files("#f-photo", [PHOTO])
    page.wait_for_selector("[data-field=photo] [data-file]")
    page.locator(".map-form .btn--main").tap()
    page.wait_for_selector(".peek h2:has-text('Le banc')")
    page.wait_for_function("() => !document.querySelector('.map-mark.is-waiting')")
    # The same map, read and extended with JavaScript off.
    plain = window("nadia", size=PHONE, java_script_enabled=False)
    plain.goto(address)
    photo = plain.locator(".point-entry img").first.bounding_box()
    assert photo["width"] <= 330
    assert photo["height"] < photo["width"] * 1.3  # its own shape
    plain.locator("a:has-text('Poser un point')").first.click()
    plain.get_by_label("Nom de ce lieu").fill("Mon chemin")
    plain.get_by_label("Le long de ces endroits").check()
    plain.get_by_label("Trajet ou zone, endroit par endroit").fill("10 10\n120 240\n300 400")
    plain.get_by_label("C’est un peu dur").check()
    plain.get_by_role("button", name="Enregistrer").click()
    assert plain.get_by_role("link", name="Mon chemin", exact=True).is_visible()
    # It comes to the first screen by itself, where feelings narrow the list.
    page.wait_for_selector(".points b:has-text('Mon chemin')", state="attached", timeout=9000)
    page.locator(".feelings label, .feelings button").first.tap()
    page.locator(".peek [data-act=list]").tap()
    assert page.evaluate(WIDE)
    assert author.get(f"{address}.svg").status in (200, 404)


def shape_by_keys(page, kind: str, corners: int, title: str) -> None:
    """A way or an area drawn with the arrows, then said to be « a bit hard »."""
    tab_to(page, f"[data-act=add-{kind}]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".map-hint:not([hidden])")
    for corner in range(corners):
        page.keyboard.press(("ArrowRight", "ArrowDown", "ArrowLeft")[corner % 3])
        page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".map-form")
    tab_to(page, ".face-choice input")
    page.keyboard.press("ArrowRight")
    tab_to(page, ".map-form [name=title]")
    page.keyboard.type(title)
    page.keyboard.press("Enter")
    page.wait_for_selector(f".peek h2:has-text('{title}')")
    page.wait_for_function("() => !document.querySelector('.map-mark.is-waiting')")


def test_a_sensitive_map_by_keyboard_alone(window, author):  # noqa: F811
    page = window("karim")
    page.add_init_script(
        "addEventListener('pointerdown', () => { window.wasPointed = true }, true)"
    )
    page.goto("/maps/new?group=1")
    tab_to(page, "[name=title]")
    page.keyboard.type("Nos abords")
    tab_to(page, "[name=picture]")  # Enter opens the chooser of the system
    drawing = {"name": "abords.png", "mimeType": "image/png", "buffer": saved(picture(), "PNG")}
    page.set_input_files("[name=picture]", [drawing])
    tab_to(page, "#map-form .btn--main")
    page.keyboard.press("Enter")
    page.wait_for_selector(READY)
    address = page.url.partition("#")[0]
    shape_by_keys(page, "LineString", 3, "Mon chemin")
    page.keyboard.press("Escape")
    shape_by_keys(page, "Polygon", 3, "La cour")
    page.keyboard.press("Escape")
    # Read as a list, narrowed to one feeling, opened, changed, put away and taken back.
    tab_to(page, ".feelings input, .feelings button")
    page.keyboard.press("Space")
    tab_to(page, "[data-act=list]")
    page.keyboard.press("Enter")
    tab_to(page, ".points a", "La cour")
    page.keyboard.press("Enter")
    page.wait_for_selector(".peek h2:has-text('La cour')")
    kinds = {
        one["geometry"]["type"] for one in author.get(f"{address}/features.json").json()["features"]
    }
    assert kinds == {"LineString", "Polygon"}
    for way in ("geojson", "umap", "svg"):
        tab_to(page, f"a[href$='.{way}']")
        assert author.get(page.evaluate("document.activeElement.href")).ok
    assert not page.evaluate("window.wasPointed")


def test_a_map_of_resources_by_keyboard_on_a_small_screen(window, author):  # noqa: F811
    page = window("nadia", size=PHONE, bypass_csp=True)
    page.add_init_script(path=AXE)
    page.goto("/maps/new?group=1&kind=resources")
    page.fill("[name=title]", "Qui aide où")
    page.check("[name=ground][value=outline]", force=True)
    page.locator("[name=title]").press("Enter")
    page.wait_for_selector(READY)
    number = page.url.split("/maps/")[1].split("-")[0]
    page.goto(f"/maps/{number}/import")
    page.set_input_files("#file", [{"name": "lieux.csv", "mimeType": "text/csv", "buffer": TABLE}])
    tab_to(page, "form .btn--main", "ce qu’il contient")
    page.keyboard.press("Enter")
    page.wait_for_selector(".column-choices")
    assert page.evaluate(WIDE)
    assert not violations(page)
    assert page.locator(".column-choices select").first.bounding_box()["width"] > 200
    assert page.get_by_text("à placer à la main").first.is_visible()
    page.select_option("[name=precision]", "town")
    tab_to(page, "form .btn--main", "Mettre sur la carte")
    page.keyboard.press("Enter")
    page.wait_for_selector(".banner--yes:has-text('2 points')")
    assert not violations(page)
    page.goto(f"/maps/{number}/week")
    days = page.locator("main h2").all_text_contents()
    assert days[:5] == ["Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi"]
    assert page.locator("section:has(h2:has-text('Mardi'))").get_by_text("côté mer").is_visible()
    opened(page, f"/maps/{number}")
    page.locator(".map-bar [data-act=list]").press("Enter")
    tab_to(page, ".points a", "Numébus")
    page.keyboard.press("Enter")
    assert page.locator(".peek h2").text_content() == "Numébus"
    uuid = page.url.split("#feature-")[1]
    assert author.get(f"/maps/{number}/features/{uuid}/poster").status in (200, 501)

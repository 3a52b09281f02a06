"""A group goes away on a laptop and comes back: both sides wrote, and Nadia reads again."""

import re

from tests.browser.gestures import tab_to
from tests.browser.people import PHONE
from tests.browser.test_kits import well


def test_a_group_goes_away_and_comes_back(window, tmp_path):
    page = window("nadia", size=PHONE)
    page.goto("/groups/new")
    page.fill("[name=title]", "Salle prêtée")
    page.click(".form-end button.btn--main, form button:has-text('Créer')")
    page.wait_for_url("**/groups/*-salle-pretee")
    office = re.search(r"/groups/(\d+)", page.url)[1]
    for title in ("Programme", "Recettes"):
        write(page, "/pages/new", group=office, title=title, body="Le matin.\n\nLe soir.")
    away = carried(page, office, tmp_path / "away.zip")

    # On the laptop: the archive becomes a group, in which people write.
    page.goto("/archives/new")
    page.set_input_files("#file", away)
    page.click("button:has-text('Lire cette archive')")
    page.wait_for_selector("h2:has-text('Ce qui va se passer')")
    well(page)
    page.fill("#title", "Salle portable")
    page.click("button:has-text('La faire entrer')")
    page.wait_for_selector("text=Le groupe est ici")
    page.click("a:has-text('Voir le groupe')")
    page.wait_for_url("**/groups/*-salle-portable")
    laptop = re.search(r"/groups/(\d+)", page.url)[1]
    change(page, laptop, "Programme", "Le matin, au calme.\n\nLe soir.")
    change(page, laptop, "Recettes", "Le matin, une soupe.\n\nLe soir.")
    write(page, "/pages/new", group=laptop, title="Née là-bas", body="Un mot.")
    change(page, office, "Programme", "Le matin, au jardin.\n\nLe soir.")
    back = carried(page, laptop, tmp_path / "back.zip")

    read_again(page, office, back, tmp_path)
    # Nothing of it stays for the tests that count groups and things.
    for number in (office, laptop):
        assert page.request.post(f"/groups/{number}/trash").ok


def read_again(page, office: str, back, tmp_path) -> None:
    """What will happen is read first, with the keyboard alone; then both sides of a text."""
    page.goto(f"/archives/new?group={office}")
    page.set_input_files("#file", back)
    tab_to(page, "button.btn--main", "Lire cette archive")
    page.keyboard.press("Enter")
    page.wait_for_selector("h2:has-text('Ce qui va se passer')")
    said = page.inner_text("main").replace("\u00a0", " ")
    for words in ("1 nouvelle chose", "1 mise à jour", "1 à relire"):
        assert words in said
    well(page)
    page.screenshot(path=tmp_path / "asking.png", full_page=True)
    tab_to(page, "button.btn--main", "La faire entrer")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=L’archive est entrée")
    well(page)
    page.screenshot(path=tmp_path / "done.png", full_page=True)
    page.click("a:has-text('Relire ce qui a changé')")
    well(page)
    page.screenshot(path=tmp_path / "list.png", full_page=True)
    page.click(".rows a:has-text('Programme')")
    well(page)
    page.screenshot(path=tmp_path / "choosing.png", full_page=True)
    page.check("input[value=mine]", force=True)
    page.click("button:has-text('Enregistrer')")
    page.wait_for_selector("text=plus rien n’est à relire")
    page.goto(f"/pages?group={office}")
    page.click("main a:has-text('Programme')")
    page.wait_for_selector("main h1:has-text('Programme')")
    assert "au calme" in page.inner_text("main")
    assert page.locator("text=Changé ici et sur un autre").count() == 0


def write(page, place: str, **fields) -> None:
    """A text, written by its plain form."""
    answer = page.request.post(place, form=fields)
    assert answer.ok, answer.text()[:500]


def change(page, group: str, title: str, body: str) -> None:
    """Other words for a page of a group."""
    page.goto(f"/pages?group={group}")
    address = page.locator(f"main a:has-text('{title}')").first.get_attribute("href")
    number = re.search(r"/pages/(\d+)", address)[1]
    write(page, f"/pages/{number}/edit", title=title, body=body, revision="1")


def carried(page, group: str, path):
    """The archive of a group, taken from its screen."""
    page.goto(f"/groups/{group}/archive")
    page.click("button:has-text('archive')")
    page.wait_for_selector("a[download]", timeout=30_000)
    with page.expect_download() as leaving:
        page.click("a[download]")
    leaving.value.save_as(path)
    return path

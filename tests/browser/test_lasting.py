"""A person goes, then the structure stops; all of the group stands elsewhere (scenario 15)."""

import json
import re
import zipfile

from tests.browser.gestures import found_group
from tests.browser.live import new_page
from tests.browser.people import PHONE, People
from tests.browser.policy import OVERFLOW
from tests.browser.site import served
from tests.browser.test_archives import carried, write
from tests.browser.test_entering import PHONES, code_on, come_in

WHO = "Zélie"
THERE = ("title", "body", "scope", "revision")


def test_a_person_goes_then_the_group_stands_on_another_site(
    window, browser, tmp_path_factory, tmp_path
):
    nadia = window("nadia")
    home = found_group(nadia, "La halle aux graines")
    group = re.search(r"/groups/(\d+)", home)[1]
    zelie, digits = _comes_in(window, nadia, home)
    pages = _write_together(nadia, zelie, group)
    _takes_hers_away(zelie)
    _closes(zelie, digits)
    _nobody_says_who(nadia, home, pages)
    archive = carried(nadia, group, tmp_path / "halle.zip")
    with zipfile.ZipFile(archive) as inside:
        for name in inside.namelist():
            assert WHO.encode() not in inside.read(name), name
        assert any(name.endswith(".md") for name in inside.namelist())
    before = _told(nadia, group)
    with served(tmp_path_factory.mktemp("other") / "data", "serve") as other:
        page = People(browser, other, 20_000).window(size=PHONE)
        try:
            _comes_first(page, other)
            _brings(page, archive)
            _is_the_same(page, before)
        finally:
            page.context.close()
    assert nadia.request.post(f"/groups/{group}/trash").ok


def _comes_in(window, nadia, home: str):
    """By the spoken code, on her telephone: her window and her digits."""
    nadia.goto(f"{home}/door")
    nadia.click("button:has-text('Ouvrir la porte')", no_wait_after=True)
    nadia.wait_for_selector(".door-code")
    phone = window(None, size=PHONE, **PHONES)
    return phone, come_in(phone, code_on(nadia), WHO, "oiseau", "la-halle")


def _write_together(nadia, zelie, group: str) -> dict:
    """Hers alone, one with Nadia that leads to it, her remark: {title: number}."""
    numbers = {}
    for who, title, body in (
        (zelie, "Mon carnet de graines", "Des fèves, du lin."),
        (zelie, "Le semis", "Au matin. Voir [[Mon carnet de graines]]."),
        (nadia, "Ce que Nadia garde", "Un secret de semeuse."),
    ):
        numbers[title] = new_page(who, title, body, group)
    number = numbers["Le semis"]
    words = "Au matin, sous la lune. Voir [[Mon carnet de graines]]."
    write(nadia, f"/pages/{number}/edit", title="Le semis", body=words, revision="1")
    write(zelie, f"/items/{number}/comments", body="J’ai semé hier.")
    write(nadia, f"/items/{numbers['Mon carnet de graines']}/comments", body="Bravo !")
    return numbers


def _takes_hers_away(zelie) -> None:
    """What leaves is hers: her words and what the site keeps of her, nothing of Nadia's."""
    zelie.goto("/account/production")
    assert not zelie.evaluate(OVERFLOW)
    with zelie.expect_download() as leaving:
        zelie.click("button:has-text('Tout emporter')")
    with zipfile.ZipFile(leaving.value.path()) as taken:
        assert not taken.testzip()
        said = b"".join(taken.read(name) for name in taken.namelist()).decode("utf-8", "replace")
        kept = json.loads(taken.read("donnees.json"))
    assert "Des fèves, du lin." in said
    assert "J’ai semé hier." in said
    for word in ("secret de semeuse", "Bravo", "nadia@demo.example"):
        assert word not in said, word
    assert kept["user"][0]["name"] == WHO
    assert len(kept["membership"]) == 1


def _closes(zelie, digits: str) -> None:
    zelie.fill("#current", digits)
    zelie.click("form[action$='/closing'] button:has-text('Fermer mon compte')")
    zelie.click("dialog[open] button:has-text('Fermer mon compte')")
    zelie.wait_for_selector("text=Votre compte est fermé")
    zelie.goto("/account")
    assert "/login" in zelie.url, "nobody is signed in"


def _nobody_says_who(nadia, home: str, pages: dict) -> None:
    """Everywhere her name was, « ancien membre » is; her words stay."""
    both, hers = pages["Le semis"], pages["Mon carnet de graines"]
    signed = (
        f"/pages/{both}", f"/pages/{hers}", f"/items/{both}/history", f"/items/{hers}/history",
        f"/items/{both}/diff", f"/items/{hers}/revisions/1", f"{home}/activity",
    )  # fmt: skip
    silent = (home, f"{home}/members", "/search?q=semis")
    for address in (*signed, *silent):
        said = nadia.request.get(address).text()
        assert WHO not in said, address
        if address in signed:
            assert re.search("ancien membre", said, re.IGNORECASE), address
    for address in (f"/pages/{both}", f"/items/{both}/history"):
        nadia.goto(address)
        assert WHO not in nadia.content()
        assert re.search("ancien membre", nadia.inner_text("body"), re.IGNORECASE), address
    assert nadia.request.get(f"/api/v1/search?q={WHO}").json()["total"] == 0
    for address in (f"/print?items={both}", f"/api/v1/items/{both}"):
        answer = nadia.request.get(address)
        assert answer.ok, address
        assert WHO.encode() not in answer.body(), address


def _told(page, group: str) -> dict:
    """What the programs' interface says of all that a group has, by title."""
    listed = page.request.get(f"/api/v1/items?group={group}&limit=100").json()["results"]
    told = {}
    for one in listed:
        whole = page.request.get(f"/api/v1/items/{one['id']}").json()
        past = page.request.get(f"/api/v1/items/{one['id']}/revisions").json()
        told[one["kind"], one["title"]] = [
            {name: whole.get(name) for name in THERE}, [_version(row) for row in past["results"]],
        ]  # fmt: skip
    return told


def _version(row: dict) -> dict:
    """One version, its people by name: their numbers are those of a site."""
    writers = [one["name"] for one in row["writers"]]
    return {**row, "author": row["author"]["name"], "writers": writers}


def _comes_first(page, other) -> None:
    """The one who looks after the new, empty site."""
    page.goto("/setup")
    page.fill("[name=code]", other.first_code())
    page.fill("[name=name]", "Sacha Le Bihan")
    page.fill("[name=email]", "sacha@exemple.fr")
    page.fill("[name=password]", "une-phrase-assez-longue")
    page.click("main form .btn--main")
    page.wait_for_url(lambda url: "/setup" not in url)


def _brings(page, archive) -> None:
    page.goto("/archives/new")
    page.set_input_files("#file", archive)
    page.click("button:has-text('Lire cette archive')")
    page.wait_for_selector("h2:has-text('Ce qui va se passer')")
    page.click("button:has-text('La faire entrer')")
    page.wait_for_selector("text=Le groupe est ici")
    page.click("a:has-text('Voir le groupe')")
    page.wait_for_url("**/groups/*-la-halle-aux-graines")


def _is_the_same(page, before: dict) -> None:
    """The same texts, pasts and links; her hand is nobody's there too."""
    after = _told(page, re.search(r"/groups/(\d+)", page.url)[1])
    assert after == before
    page.click("main a[href^='/pages?group=']:visible >> nth=0")
    page.click("main a:has-text('Le semis')")
    page.wait_for_selector("main h1:has-text('Le semis')")
    assert "J’ai semé hier." in page.inner_text("main")
    assert re.search("ancien membre", page.inner_text("main"), re.IGNORECASE)
    page.click("main a:has-text('Mon carnet de graines')")
    page.wait_for_selector("main h1:has-text('Mon carnet de graines')")
    assert "Bravo !" in page.inner_text("main")
    assert not page.evaluate(OVERFLOW)

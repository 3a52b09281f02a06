"""The main story: a group is founded, writes, publishes; a visitor finds, a stranger does not."""

import re

from tests.browser.gestures import (
    arrive,
    change_page,
    drop_file,
    found_group,
    number,
    path,
    write_page,
)

CANARY = "tournevisoulinet"  # a word that stands only in what is private
COLLEAGUE = "ines@voisins.example"
TITLE = "Fabriquer des nichoirs à mésanges avec des collégiens"
SECTIONS = {
    "audience": "Des collégiens de cinquième, venus avec leurs cousins.",
    "key_moments": "Le matin où la première mésange est entrée.",
    "what_failed": "La colle à bois ne sèche pas sous la pluie.",
}


def test_a_group_works_publishes_and_is_found_while_the_rest_stays_private(window, site):
    nadia = window("nadia")
    group = found_group(nadia, "Les nichoirs de la rue haute")
    ines = accept_invitation(nadia, window(), group, site)
    first, second = write_linked_pages(nadia, ines, number(group))
    compare_and_restore(ines, first)
    file = attach(ines, number(group), first)
    report = tell(ines, number(group))
    refuse(window("josiane"), [group, report, f"/items/{number(report)}/publication"])
    publish(ines, nadia, window("sophie"), report)
    find_as_a_visitor(window(), report)
    private = everything_private(group, first, second, file)
    for stranger in (window(), window("josiane")):
        refuse(stranger, private)
        see_what_is_public_only(stranger, group)


def accept_invitation(facilitator, colleague, group: str, site):
    facilitator.goto(f"{group}/members")
    facilitator.fill("[name=emails]", COLLEAGUE)
    facilitator.click("main form:has([name=emails]) .btn--main")
    facilitator.wait_for_selector(f"main >> text={COLLEAGUE}")
    link = re.search(rf"{site.address}/invitations/\S+", site.letter_to(COLLEAGUE))
    colleague.goto(link[0])
    colleague.fill("[name=name]", "Inès Kervran")
    colleague.fill("[name=password]", "trois mésanges au balcon")
    colleague.click("main form .btn--main")
    arrive(colleague, group)
    assert "Les nichoirs" in colleague.inner_text("h1")
    return colleague


def write_linked_pages(facilitator, colleague, group: int) -> tuple[str, str]:
    first = write_page(facilitator, group, "Plan du nichoir", f"Une planche, un {CANARY}.")
    second = write_page(colleague, group, "Journal du samedi", "On a suivi le [[plan du n")
    colleague.click(".prose a")
    arrive(colleague, first)
    assert "Journal du samedi" in colleague.inner_text("aside")
    return first, second


def compare_and_restore(page, address: str) -> None:
    change_page(page, address, "Deux planches, un marteau.", note="il en faut deux")
    page.goto(f"/items/{number(address)}/history")
    assert "il en faut deux" in page.inner_text(".versions")
    page.click(".versions-end .btn--main")
    arrive(page, "/items/[0-9]+/diff")
    assert CANARY in page.inner_text(".diff .removed")
    assert "marteau" in page.inner_text(".diff .added")
    page.click("main form[action$='/revisions/1/restoration'] button")
    arrive(page, address)
    assert CANARY in page.inner_text(".prose")


def attach(page, group: int, address: str) -> str:
    page.goto(address)
    page.click(f"a[href^='/files/new?group={group}&parent=']")
    drop_file(page, "mesures.txt", f"18 cm de haut. {CANARY}.")
    page.goto(address)
    page.click(".cards a.whole")
    arrive(page, "/files/[0-9]")
    assert "18 cm" in page.inner_text("main")
    return path(page)


def tell(page, group: int) -> str:
    page.goto(f"/reports/new?group={group}")
    page.fill("[name=title]", TITLE)
    page.check("[name=outline][value=story]", force=True)
    page.click("main form:has([name=outline]) .btn--main")
    arrive(page, "/reports/[0-9]+/edit")
    for key, text in SECTIONS.items():
        page.fill(f"[name=section_{key}]", text)
    page.click("#report-form .form-end .btn--main")
    arrive(page, "/reports/[0-9]+-")
    return path(page)


def publish(author, facilitator, editor, report: str) -> None:
    item = number(report)
    facilitator.goto(f"/items/{item}/publication")
    assert facilitator.is_disabled("[name=scope][value='3']")
    assert facilitator.locator(".reason").count() >= 4
    meet_what_is_missing(author, item)
    facilitator.goto(f"/items/{item}/publication")
    facilitator.check("[name=scope][value='3']", force=True)
    facilitator.fill("[name=note]", "D’autres collèges nous le demandent.")
    facilitator.click("main form:has([name=scope]) .btn--main")
    facilitator.wait_for_load_state()
    editor.goto("/admin/requests")
    request = editor.locator("section", has_text=TITLE)
    assert "D’autres collèges" in request.inner_text()
    request.locator("[name=accept]").click()
    editor.wait_for_load_state()
    assert not editor.locator("section", has_text=TITLE).count()


def meet_what_is_missing(page, item: int) -> None:
    page.goto(f"/reports/{item}/edit")
    page.fill("[name=summary]", "Onze nichoirs posés en deux matinées, neuf habités au printemps.")
    page.fill("[name=people]", "11")
    page.select_option("[name=licence]", "CC BY 4.0")
    page.check("[name=terms_publics] >> nth=0", force=True)
    page.click("#report-form .form-end .btn--main")
    arrive(page, "/reports/[0-9]+-")


def find_as_a_visitor(page, report: str) -> None:
    page.goto("/")
    page.fill("#q", "nichoir mesange")
    page.keyboard.press("Enter")
    arrive(page, "/search")
    page.click(f".results a:has-text('{TITLE[:20]}')")
    arrive(page, report)
    assert "première mésange" in page.inner_text("article")
    page.goto(f"/search?q={CANARY}")
    assert not page.locator("ol.results > li").count()


def everything_private(group: str, first: str, second: str, file: str) -> list[str]:
    pages = [number(one) for one in (first, second, file)]
    return [
        f"{group}/members", f"{group}/settings", f"{group}/trash",
        first, second, file, f"/pages/{number(first)}/edit",
        *(f"/items/{one}{end}" for one in pages
          for end in ("", "/history", "/revisions/1", "/publication", "/terms")),
        f"/items/{number(first)}/diff?from=1&to=2",
        *(f"/files/{number(file)}/{end}"
          for end in ("download", "raw", "original", "versions/1", "edit")),
        *(f"/api/v1/items/{one}{end}" for one in pages for end in ("", "/revisions")),
    ]  # fmt: skip


def refuse(page, addresses: list[str]) -> None:
    """404 on each, or the way to sign in for who is not known; never the words."""
    ask = page.context.request
    for address in addresses:
        answer = ask.get(address, max_redirects=0)
        told = answer.text()
        assert answer.status in (404, 303, 401), (address, answer.status)
        assert answer.status == 404 or "/login" in answer.headers.get("location", ""), address
        assert CANARY not in told, address
    for address in (f"/search.json?q={CANARY}", f"/api/v1/search?q={CANARY}"):
        assert ask.get(address).json()["total"] == 0, address


def see_what_is_public_only(page, group: str) -> None:
    """The group shows that it published, and nothing else."""
    page.goto(group)
    assert TITLE in page.inner_text("main")
    for end in ("", "/activity", "/titles.json?q=plan"):
        told = page.context.request.get(group + end).text()
        assert "Plan du nichoir" not in told, end
        assert CANARY not in told, end

"""People come in without e-mail, in real windows: phones at a door, and a computer they share."""

import itertools
import re
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from tests.browser.gestures import found_group
from tests.browser.people import PHONE
from tests.browser.test_accessible import AXE, COLOURS, violations

PHONES = {"user_agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile Safari/537.36",
          "has_touch": True, "is_mobile": True}  # fmt: skip


class _Stay(urllib.request.HTTPRedirectHandler):
    """Tells of a redirection instead of following it."""

    def redirect_request(self, *_args):
        return None


DIRECT = urllib.request.build_opener(_Stay)
UNCOVERED = """() => {
  const [cover, said, listen] = ['.group-cover', '.my-digits', '.topbar read-aloud button'].map((one) => document.querySelector(one))
  const bar = getComputedStyle(listen.closest('.topbar')), isClear = getComputedStyle(listen).backgroundColor === 'rgba(0, 0, 0, 0)'
  return [said.getBoundingClientRect().bottom <= cover.getBoundingClientRect().top, bar.zIndex > 0 && !isClear]
}"""  # noqa: E501
GARDENS = itertools.count(1)
NAMES = {"Jo": "bateau", "Fatou": "oiseau", "Moussa": "poisson"}


@pytest.fixture
def door(window):
    """The screen of a door held open, in a new group: its page, its code, its square."""
    page = window("nadia")
    home = found_group(page, f"Le jardin des pas perdus {next(GARDENS)}")
    page.goto(f"{home}/door")
    page.fill("[name=places]", "8")
    page.click("button:has-text('Ouvrir la porte')")
    page.wait_for_selector(".door-code")
    return page


def code_on(page) -> str:
    return re.sub(r"\W", "", page.inner_text(".door-code"))


def come_in(page, code, name, picto, place="le-jardin", *, is_own=False) -> str:
    """Come in for the first time by the spoken code; the digits that were offered."""
    page.goto("/join")
    page.fill("#code", code)
    page.click(".code-form .btn--main")
    page.wait_for_selector("[name=who], [name=name]")
    if page.locator("[name=who]").count():
        page.click("a.tile--other")
    page.fill("[name=name]", name)
    page.check(f"[name=pictogram][value={picto}]", force=True)
    if is_own:
        page.check("[name=shared][value='']", force=True)
    digits = page.input_value("[name=digits]")
    page.locator(".join-steps .btn--main:visible").first.click()
    page.wait_for_url(f"**/groups/*-{place}-*")
    return digits


def press(page, digits: str) -> None:
    for digit in digits:
        page.click(f".pad [data-digit='{digit}']")


def test_three_phones_come_in_at_once_and_the_door_shows_them(door, window):
    code, phones = code_on(door), {}
    for name in NAMES:
        phones[name] = window(None, size=PHONE, **PHONES)
        phones[name].goto("/join")
    for phone in phones.values():
        phone.fill("#code", code)
        phone.click(".code-form .btn--main", no_wait_after=True)
    for phone in phones.values():
        phone.wait_for_selector("[name=name]")
    for name, phone in phones.items():
        phone.fill("[name=name]", name)
        phone.check(f"[name=pictogram][value={NAMES[name]}]", force=True)
    for phone in phones.values():
        phone.locator(".join-steps .btn--main:visible").first.click(no_wait_after=True)
    for name, phone in phones.items():
        phone.wait_for_selector(".my-digits")
        assert name in phone.inner_text(".my-digits")
        assert phone.locator(".mine button").is_visible()
    door.wait_for_function(
        "all => all.every((a) => document.querySelector('.arrived')?.innerText.includes(a))",
        arg=list(NAMES),
    )
    assert "3 sur 8" in re.sub(r"\s+", " ", door.inner_text(".door-count"))


def test_after_the_square_a_new_person_is_in_with_three_taps_and_six_signs(door, window, site):
    """Counted: taps on the screen and signs typed, from the page that the square opens."""
    come_in(window(None, size=PHONE, **PHONES), code_on(door), "Fatou", "oiseau")  # tiles exist
    (token,) = site._row("SELECT token FROM join_code WHERE spoken = ?", code_on(door))
    phone, taps = window(None, size=PHONE, **PHONES), 0
    phone.goto(f"/j/{token}")
    phone.tap("a.tile--other")
    taps += 1
    phone.tap("[name=name]")
    taps += 1
    phone.keyboard.type("Karim")
    phone.locator(".join-steps .btn--main:visible").first.tap()
    taps += 1
    phone.wait_for_selector(".my-digits")
    assert (taps, len("Karim")) <= (3, 6)
    digits = re.search(r"\d{4}", phone.inner_text(".my-digits"))[0]
    (card,) = site._row("SELECT code FROM access_card ORDER BY id DESC LIMIT 1")
    other = window(None, size=PHONE, **PHONES)
    other.goto(f"/c/{card}")  # the square of the card: no tap at all, four digits
    press(other, digits)
    other.wait_for_url("**/groups/*")


def test_one_comes_back_by_a_tile_and_four_digits_on_the_pad(door, window):
    code = code_on(door)
    first = window(None, size=PHONE, **PHONES)
    digits = come_in(first, code, "Jo", "bateau")
    first.click(".mine button")
    first.wait_for_url("**/join")
    first.click(".tile a")  # the phone remembers whose it is
    first.wait_for_selector(".pad")
    assert first.inner_text("[data-heading]") == "Jo, vos chiffres"
    press(first, "00")
    first.click(".pad [data-clear]")
    first.click(".pad [data-clear]")
    press(first, "0000" if digits != "0000" else "1111")
    first.wait_for_selector("#digits-error >> text=4 essais")
    first.click(".step--digits .btn--main")  # it is there to be touched: nothing is sent
    assert "4 essais" in first.inner_text("#digits-error")
    press(first, digits)
    first.wait_for_url("**/groups/*")
    desk = window(None)
    desk.goto("/join")
    desk.fill("#code", code)
    desk.click(".code-form .btn--main")
    desk.check("[name=who]", force=True)
    desk.focus("#digits")
    desk.keyboard.type(digits)  # a keyboard works as the pad does
    desk.wait_for_url("**/groups/*")


def test_on_a_shared_computer_nothing_is_behind_back(door, window):
    desk = window(None)
    come_in(desk, code_on(door), "Moussa", "poisson")  # the box is ticked: no telephone
    assert desk.locator("shared-computer").count()
    # At 1280 pixels the comb of the home hides neither the digits told nor what is in the bar.
    assert desk.evaluate(UNCOVERED) == [True, True]
    desk.goto("/account")
    assert desk.input_value("[name=name]") == "Moussa"
    desk.click(".mine button")
    desk.wait_for_url("**/join")
    assert "Moussa" not in desk.inner_text("body")
    for _ in range(3):
        desk.go_back()
        desk.wait_for_load_state()
        assert "Moussa" not in desk.content()
    stored = "async () => [localStorage.length, (await indexedDB.databases()).length]"
    assert desk.evaluate(stored) == [0, 0]


def test_a_shared_computer_that_nobody_uses_lets_go_by_itself(door, window):
    desk = window(None)
    desk.clock.install()
    come_in(desk, code_on(door), "Moussa", "poisson")
    desk.wait_for_selector("shared-computer:defined", state="attached")
    desk.clock.fast_forward("14:10")
    desk.wait_for_selector("shared-computer dialog[open]")
    desk.mouse.move(200, 300)  # somebody is there
    desk.wait_for_selector("shared-computer dialog", state="hidden")
    desk.clock.fast_forward("13:00")
    assert not desk.locator("shared-computer dialog[open]").count()
    desk.clock.fast_forward("03:00")
    desk.wait_for_url("**/join")
    desk.goto("/account")
    assert "/login" in desk.url


def test_of_what_happens_at_the_same_instant_nothing_counts_twice(door, people, site):
    """The last place, one name wanted by several, and guesses: each is settled in the database."""
    code = code_on(door)
    for _ in range(2):
        door.click("[name=more]")  # eighteen places: no one is refused for want of one
    visitors = [people.browser.new_context(base_url=site.address) for _ in range(6)]
    cookies = []
    for visitor in visitors:
        visitor.request.post("/join", form={"code": code})
        cookies.append("; ".join(f"{c['name']}={c['value']}" for c in visitor.cookies()))
        visitor.close()
    new = {"pictogram": "velo", "digits": "4827"}
    with ThreadPoolExecutor(6) as pool:
        same = list(pool.map(lambda c: posted(site, "/join/new", c, new | {"name": "Jo"}), cookies))
        assert sorted(same) == [303] + [422] * 5
        (jo,) = site._row("SELECT id FROM user WHERE name = 'Jo' ORDER BY id DESC LIMIT 1")
        guess = {"who": jo, "digits": "0001"}
        list(pool.map(lambda c: posted(site, "/join/digits", c, guess), cookies * 3))
        query = "SELECT tries, paused_at IS NOT NULL FROM access_card WHERE user_id = ?"
        tries, rests = site._row(query, jo)
        assert tries <= 5
        assert rests
        assert posted(site, "/join/digits", cookies[0], guess | {"digits": "4827"}) == 422
        (number,) = site._row("SELECT id FROM join_code WHERE spoken = ?", code)
        used, places = site._row("SELECT used, places FROM join_code WHERE id = ?", number)
        many = [(c, f"Personne {chr(97 + n) * 2}") for n, c in enumerate(cookies * 4)]
        each = list(
            pool.map(lambda one: posted(site, "/join/new", one[0], new | {"name": one[1]}), many)
        )
    assert each.count(303) == places - used
    assert set(each) == {303, 409}


def posted(site, path: str, cookie: str, fields: dict) -> int:
    """The status of a form sent by a visitor with those cookies."""
    asked = urllib.request.Request(site.address + path, urlencode(fields).encode())
    asked.add_header("Cookie", cookie)
    try:
        return DIRECT.open(asked, timeout=60).status
    except urllib.error.HTTPError as answer:
        return answer.code


def test_the_screens_of_coming_in_have_no_violation(door, window):
    code = code_on(door)
    come_in(window(None, size=PHONE, **PHONES), code, "Jo", "bateau")
    axe = AXE.read_text()
    visitor, nadia = (window(who, bypass_csp=True) for who in (None, "nadia"))
    for page in (visitor, nadia):
        page.add_init_script(axe)
    home = door.url.removesuffix("/door")
    nadia.goto(f"{home}/cards")
    nadia.fill("[name=firstnames]", "Annie")
    nadia.click("form:has([name=blank]) .btn--main")
    visitor.goto("/join")
    looked_at(visitor, "the code")
    visitor.fill("#code", "MIEL 000")
    visitor.click(".code-form .btn--main")
    visitor.wait_for_selector("#code-error")
    looked_at(visitor, "a wrong code")
    visitor.fill("#code", code)
    visitor.click(".code-form .btn--main")
    visitor.wait_for_selector("[name=who]")
    looked_at(visitor, "the tiles")
    visitor.click("a.tile:has-text('Annie')")
    looked_at(visitor, "a card made for somebody")
    visitor.click("a[href='/join/who']")
    visitor.check("[name=who] >> nth=0", force=True)
    looked_at(visitor, "the digits")
    visitor.goto("/join/new")
    looked_at(visitor, "a new person")
    visitor.goto("/j/never")
    looked_at(visitor, "a dead link")
    for tool in ("door", "cards", "cards/print"):
        nadia.goto(f"{home}/{tool}")
        looked_at(nadia, tool)
    nadia.goto(f"{home}/door")
    nadia.click("[name=close]")
    nadia.wait_for_selector("[name=link-days]")
    looked_at(nadia, "a closed door")
    nadia.click("form:has([name=link-days]) .btn--main")
    nadia.wait_for_selector(".door-square")
    looked_at(nadia, "a link")


def looked_at(page, name: str) -> None:
    for size in (PHONE, {"width": 1280, "height": 900}):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")
        assert not violations(page), f"{name}, {size['width']}"
    page.emulate_media(color_scheme="dark")
    assert not violations(page, COLOURS), f"{name}, in the dark"

"""What a browser keeps: nothing to read once its person left or may not; no word lost unsaid."""

import contextlib
import itertools
import re
import sqlite3
import time

import pytest

from tests.browser.gestures import found_group
from tests.browser.live import LIMIT, caret, new_page, open_live, saved, shown
from tests.browser.people import on_a_shared_computer
from tests.browser.policy import OVERFLOW
from tests.browser.test_accessible import violations
from wiki.groups.models import Role

GROUPS = itertools.count(1)
SECRET, UNSENT = "bergamote", "mandarine"  # in the text of all; typed without network
# Every place of a browser where words may lie: the names of those in which these are found.
PLACES = """async (word) => {
  const bytes = (data) => new TextDecoder('latin1').decode(data)
  const plain = (one) => one instanceof Uint8Array || one instanceof ArrayBuffer ? bytes(one)
    : Array.isArray(one) ? one.map(plain).join(' ')
    : one && typeof one === 'object' ? Object.values(one).map(plain).join(' ') : String(one)
  const found = []
  for (const storage of ['localStorage', 'sessionStorage']) {
    if (JSON.stringify({ ...globalThis[storage] }).includes(word)) found.push(storage)
  }
  if (document.cookie.includes(word)) found.push('cookie')
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      if ((await (await cache.match(request)).text()).includes(word)) found.push(name)
    }
  }
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((done) => { indexedDB.open(name).onsuccess = ({ target }) => done(target.result) })
    for (const store of base.objectStoreNames) {
      const asked = base.transaction(store).objectStore(store).getAll()
      await new Promise((done) => { asked.onsuccess = done })
      if (plain(asked.result).includes(word)) found.push(name)
    }
    base.close()
  }
  return [...new Set(found)]
}"""  # noqa: E501


@pytest.fixture
def group(window, site):
    """Nadia's window, the address of a new group of hers in which Karim is too, his number."""
    nadia = window("nadia")
    home = found_group(nadia, f"Les agrumes {next(GROUPS)}")
    number = int(re.search(r"/groups/(\d+)", home)[1])
    with contextlib.closing(sqlite3.connect(site.data / "essaim.sqlite", timeout=20)) as base:
        (karim,) = base.execute("SELECT id FROM user WHERE email LIKE 'karim@%'").fetchone()
        into = "INSERT INTO membership (user_id, group_id, role, joined_at)"
        base.execute(f"{into} VALUES (?, ?, ?, datetime())", (karim, number, Role.MEMBER))
        base.commit()
    return nadia, number, karim


def holds(page, word: str, is_held: bool) -> None:
    """Wait until the browser holds that word somewhere, or nowhere any more."""
    limit = time.monotonic() + LIMIT
    while bool(found := page.evaluate(PLACES, word)) is not is_held:
        assert time.monotonic() < limit, (word, found)
        page.wait_for_timeout(100)


def put_out(nadia, number: int, karim: int) -> None:
    """Nadia takes Karim out of the group."""
    form = {"remove": "yes"}
    answer = nadia.context.request.post(f"/groups/{number}/members/{karim}", form=form)
    assert answer.ok, answer.status


def read_and_written(phone, page: int) -> None:
    """The phone keeps the page and its text, to be gone on with without network."""
    for _ in range(2):
        phone.goto(f"/pages/{page}")
        phone.wait_for_selector(f".prose >> text={SECRET}")
    open_live(phone, page)
    phone.reload()
    saved(phone)
    limit = time.monotonic() + LIMIT
    while len(found := phone.evaluate(PLACES, SECRET)) < 2:  # pages, and texts
        assert time.monotonic() < limit, found
        phone.wait_for_timeout(100)


def type_unsent(phone) -> None:
    phone.context.set_offline(True)
    caret(phone, len(shown(phone)))
    phone.keyboard.type(f" Et une {UNSENT}.")
    phone.wait_for_selector("[data-light-place] >> text=Gardé sur cet appareil")


def test_who_is_taken_out_of_a_group_keeps_only_words_that_never_left(leaving_phone, group):
    """Offline meanwhile, with unsent words on screen: told, able to copy them, nothing is lost."""
    phone = leaving_phone
    nadia, number, karim = group
    page = new_page(nadia, "La recette", f"Une {SECRET} pelée.", number)
    other = new_page(nadia, "Une autre recette", "Du kumquat confit.", number)
    read_and_written(phone, page)
    open_live(phone, other)
    holds(phone, "kumquat", True)
    open_live(phone, page)
    type_unsent(phone)
    put_out(nadia, number, karim)
    phone.context.set_offline(False)
    phone.wait_for_selector("[data-light-place] >> text=Écriture arrêtée")
    assert phone.locator("[data-alert] copy-button").is_visible()
    assert not phone.evaluate(OVERFLOW)
    assert not violations(phone)
    holds(phone, "kumquat", False)
    assert phone.evaluate(PLACES, UNSENT), "they are kept until he says that they may go"
    phone.goto("/account/sessions")
    phone.evaluate("document.querySelector('form[action=\"/logout\"]').requestSubmit()")
    phone.wait_for_selector("#unsent[open]")
    phone.click("#unsent [value=yes]")
    phone.wait_for_url(lambda url: "account" not in url)
    for word in (SECRET, UNSENT, "kumquat"):
        assert phone.evaluate(PLACES, word) == []


@pytest.mark.parametrize("why", ["taken out", "somebody in it has not agreed"])
def test_who_comes_back_to_the_network_without_a_right_gives_nothing_back(phone, group, why):
    """What is on screen is a page given without network, and nothing was typed."""
    nadia, number, karim = group
    page = new_page(nadia, "La recette", f"Une {SECRET} pelée.", number)
    read_and_written(phone, page)
    phone.context.set_offline(True)
    phone.goto(f"/pages/{page}")
    assert SECRET in phone.inner_text("main")
    if why == "taken out":
        put_out(nadia, number, karim)
    else:
        form = {"shown_name": "Fatou", "media": "1"}
        assert nadia.context.request.post(f"/items/{page}/people", form=form).ok
    phone.context.set_offline(False)
    holds(phone, SECRET, False)
    assert phone.goto(f"/pages/{page}").status == 404


def test_a_text_put_away_is_nowhere_in_the_browser_of_who_had_opened_it(phone, group):
    nadia, number, _karim = group
    page = new_page(nadia, "La recette", f"Une {SECRET} pelée.", number)
    read_and_written(phone, page)
    assert nadia.context.request.post(f"/items/{page}/trash").ok
    phone.goto(f"/pages/{page}")
    holds(phone, SECRET, False)


def test_who_leaves_leaves_nothing_and_is_asked_about_unsent_words(leaving_phone, group):
    phone = leaving_phone
    nadia, number, _karim = group
    page = new_page(nadia, "La recette", f"Une {SECRET} pelée.", number)
    read_and_written(phone, page)
    type_unsent(phone)
    leave = "document.querySelector('form[action=\"/logout\"]').requestSubmit()"
    phone.evaluate(leave)
    phone.click("#unsent [value='']")
    holds(phone, UNSENT, True)
    phone.context.set_offline(False)
    saved(phone)
    phone.goto("/account/sessions")
    phone.evaluate(leave)
    phone.wait_for_url(lambda url: "account" not in url)
    for word in (SECRET, UNSENT):
        assert phone.evaluate(PLACES, word) == []


def test_a_computer_that_others_use_holds_no_word(window, group):
    nadia, number, _karim = group
    page = new_page(nadia, "La recette", f"Une {SECRET} pelée.", number)
    shared = on_a_shared_computer(window, "karim@demo.example")
    shared.goto(f"/pages/{page}")
    open_live(shared, page)
    shared.context.set_offline(True)
    caret(shared, len(shown(shared)))
    shared.keyboard.type(f" Et une {UNSENT}.")
    shared.wait_for_selector("[data-light-place] >> text=ne fermez pas")
    shared.wait_for_timeout(1000)
    for word in (SECRET, UNSENT):
        assert shared.evaluate(PLACES, word) == []

"""Every key screen in one visit: under its own strict policy without a complaint, nothing from
elsewhere, no sideways scroll, and read by axe: no violation, on a phone and on a desktop, light
and dark."""

import pytest

from tests.browser.gestures import number, open_plain, save, write_page
from tests.browser.live import caret, new_page, open_live
from tests.browser.people import DESKTOP, PHONE
from tests.browser.policy import AXE, OVERFLOW, watched
from tests.browser.screens import ALL, PORTRAIT, REPORT

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]
NARROWEST = {"width": 320, "height": 700}  # WCAG 1.4.10
EVERY_PIECE = """## Titre

Des **mots**, [un lien](https://exemple.fr), [[Charte du groupe]], `code`[^1].

- [x] fait
- [ ] à faire

> Une parole

| Quoi | Qui |
|---|---|
| Sono | Bernard |

!!! note "À savoir"
    La cour ferme.

{{page 10}}

![](/rien.png)

[^1]: Une note.
"""
RUN = """async (options) => {
  const found = await axe.run(document, options)
  return found.violations.map(({ id, help, nodes }) =>
    `${id} (${help}):\\n` + nodes.map(({ html, failureSummary }) =>
      `  ${html.slice(0, 300)}\\n    ${failureSummary.replace(/\\s+/g, ' ')}`).join('\\n'))
}"""
UNFOLD = """() => {
  const folded = [...document.querySelectorAll('main details')]
  for (const one of folded) one.open = true
  return folded.length
}"""
EVERYTHING = {"runOnly": RULES, "resultTypes": ["violations"]}
# Contrast takes half of the time, and colours are the same whatever the width.
ALL_BUT_COLOURS = EVERYTHING | {"rules": {"color-contrast": {"enabled": False}}}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


@pytest.fixture(scope="module")
def watching(people, site):
    """A function giving one watched page per person, with axe in it."""
    assert AXE.exists(), "axe-core is missing: run `npm ci` in static/"
    axe, pages = AXE.read_text(), {}

    def seen_by(who):
        if who not in pages:
            pages[who] = watched(people.window(who, size=PHONE), site)
            pages[who].page.add_init_script(axe)
        pages[who].page.emulate_media(color_scheme="light")
        pages[who].page.set_viewport_size(PHONE)
        pages[who].complaints.clear()
        return pages[who]

    yield seen_by
    for seen in pages.values():
        seen.page.context.close()


@pytest.fixture
def looking(watching):
    """A function giving the page of somebody on a phone, in the light."""
    return lambda who: watching(who).page


def violations(page, options=EVERYTHING) -> str:
    return "\n".join(page.evaluate(RUN, options))


@pytest.mark.parametrize("screen", ALL, ids=lambda screen: screen.name)
def test_a_screen_obeys_its_policy_fits_a_phone_and_has_no_violation(screen, watching, site):
    seen = watching(screen.who)
    page = seen.page
    answer = page.goto(screen.at(site))
    assert answer.status == screen.status
    assert "unsafe" not in answer.headers["content-security-policy"]
    for size in (NARROWEST, PHONE):
        page.set_viewport_size(size)
        assert not page.evaluate(OVERFLOW), size
    assert not seen.complaints
    assert not violations(page), "on a phone"
    page.set_viewport_size(DESKTOP)
    assert not violations(page, ALL_BUT_COLOURS), "on a desktop"
    page.emulate_media(color_scheme="dark")
    assert not violations(page, COLOURS), "in the dark"


def test_the_sheet_to_add_something_has_no_violation(looking):
    page = looking("nadia")
    page.goto("/")
    page.click(".bottombar [data-opens]")
    page.wait_for_selector("#add-sheet[open]")
    assert not violations(page)
    page.emulate_media(color_scheme="dark")
    assert not violations(page, COLOURS), "in the dark"


def test_screens_met_in_trouble_have_no_violation(looking):
    page = looking("karim")
    address = write_page(page, 1, "Une clé pour deux", "La clé est chez Fatou, à l’étage.")
    edit = f"/pages/{number(address)}/edit"
    open_plain(page, number(address))
    meanwhile = {"title": "Une clé pour deux", "body": "La clé est à la mairie.", "revision": "1"}
    assert page.context.request.post(edit, form=meanwhile).ok
    page.fill("[name=body]", "La clé est chez Yolande, au fond de la cour.")
    save(page)
    page.wait_for_selector(".conflict")
    assert not violations(page), "two texts for one passage"
    page.context.clear_cookies()
    page.click(".conflict .form-end .btn--main")
    page.wait_for_selector("#kept")
    assert not violations(page), "a text given back"


TWO_SCREENS = """async () => {
  const form = document.getElementById('portrait-form')
  const phone = new FormData(form)
  const typed = { title: 'Écrit dans le bus', screen: 'other', add: 'text' }
  for (const [name, value] of Object.entries(typed)) phone.set(name, value)
  await fetch(form.action, { method: 'POST', body: phone })
  form.elements.title.value = 'Écrit au bureau'
  const add = document.createElement('input')
  Object.assign(add, { type: 'hidden', name: 'add', value: 'quote' })
  form.append(add)
  HTMLFormElement.prototype.submit.call(form)
}"""


def test_choosing_between_two_screens_of_ones_own_has_no_violation(looking, site):
    page = looking("nadia")
    at = f"/portraits/{site.number(PORTRAIT)}"
    page.goto(f"{at}/edit")
    page.evaluate(TWO_SCREENS)
    page.wait_for_selector("#draft-conflict")
    for words in ("Écrit dans le bus", "Écrit au bureau"):
        assert words in page.content()
    assert not page.evaluate(OVERFLOW)
    assert not violations(page)
    page.emulate_media(color_scheme="dark")
    assert not violations(page, COLOURS), "in the dark"
    assert page.context.request.post(f"{at}/draft/removal").ok


def test_writing_with_someone_has_no_violation_in_any_of_its_forms(looking, window):
    page, other = looking("nadia"), window("karim")
    number = new_page(page, "À deux, lu par axe", EVERY_PIECE)
    open_live(page, number)
    open_live(other, number)
    caret(other, 8)
    other.keyboard.type("a")
    page.wait_for_selector(".peer-name")
    page.wait_for_selector(".embed-card")
    assert not violations(page), "on a phone"
    page.set_viewport_size(DESKTOP)
    assert not violations(page), "on a desktop"
    page.emulate_media(color_scheme="dark")
    assert not violations(page, COLOURS), "in the dark"
    for tool in ("more", "link", "page", "table"):
        page.click(f".toolbar--live [data-tool={tool}]")
        page.wait_for_selector("dialog[open]")
        assert not violations(page), tool
        page.keyboard.press("Escape")
    page.keyboard.press("Control+f")
    page.wait_for_selector(".co-find:not([hidden])")
    assert not violations(page), "finding"
    open_plain(page, number)
    assert not violations(page), "plain writing"
    page.click("[data-mode=live]")


def test_the_first_names_shown_before_others_read_have_no_violation(looking, site):
    page = looking("nadia")
    address = write_page(page, 1, "Ce que Karim a dit", "Karim a dit : on y retourne jeudi.")
    page.goto(f"/items/{number(address)}/publication")
    page.check("[name=scope][value='2']", force=True)
    page.click("main form:has([name=scope]) .btn--main")
    page.wait_for_selector(".names")
    assert not violations(page)
    page.emulate_media(color_scheme="dark")
    assert not violations(page, COLOURS), "in the dark"


def test_what_is_folded_on_a_report_has_no_violation_once_open(looking, site):
    page = looking(None)
    for address in (site.path(REPORT), "/search?q=atelier+smartfone+senior"):
        page.goto(address)
        assert page.evaluate(UNFOLD) > 1
        assert not violations(page), address

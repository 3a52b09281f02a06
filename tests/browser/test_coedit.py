"""Several people write one text: in two windows, without a network, on a phone, to the end."""

import pytest

from tests.browser.gestures import arrive, open_plain, save
from tests.browser.live import (
    alike,
    caret,
    new_page,
    open_live,
    recorded,
    revision,
    saved,
    shown,
)
from tests.browser.people import PHONE

TEXT = "## Les horaires\n\nDu lundi au vendredi.\n\n## À ne pas oublier\n\nLa carte d’identité.\n"
MONDAY, CARD = TEXT.index("vendredi") + 8, TEXT.index("identité") + 8
LIGHT = ".edit-light"
KEPT = """async () => {
  const bases = await indexedDB.databases()
  const counts = await Promise.all(bases.map(({ name }) => new Promise((resolve) => {
    const opening = indexedDB.open(name)
    opening.onsuccess = () => {
      const base = opening.result
      const all = base.transaction("texts").objectStore("texts").getAll()
      all.onsuccess = () => {
        resolve(all.result.filter(({ waits }) => waits !== false).length)
        base.close()
      }
    }
  })))
  return counts.reduce((sum, count) => sum + count, 0)
}"""


@pytest.fixture
def two(window):
    """Nadia's and Karim's windows on a new page: (nadia, karim, number)."""

    def open_(title: str, text: str = TEXT, **options):
        nadia, karim = window("nadia"), window("karim", **options)
        number = new_page(nadia, title, text)
        open_live(nadia, number)
        open_live(karim, number)
        return nadia, karim, number

    return open_


def test_two_people_write_one_page_and_see_each_other(two):
    nadia, karim, number = two("À quatre mains")
    caret(karim, CARD)
    karim.keyboard.type(" et les lunettes", delay=15)
    caret(nadia, MONDAY)
    nadia.keyboard.type(", de 9 h à 12 h", delay=15)
    nadia.wait_for_selector(".presence >> text=/Karim écrit dans «.À ne pas oublier.»/")
    karim.wait_for_selector(".presence >> text=/Nadia écrit dans «.Les horaires.»/")
    assert nadia.inner_text(".peer-name") == "Karim"
    assert "La carte d’identité et les lunettes" in nadia.inner_text(".theirs")
    text = alike(number, nadia, karim, has="vendredi, de 9 h à 12 h.")
    assert "identité et les lunettes." in text
    nadia.wait_for_selector(f"{LIGHT} .savelight--ok >> text=/Enregistré, \\d+.h.\\d\\d/")
    karim.close()
    nadia.wait_for_selector(".presence", state="hidden")


def test_what_is_written_without_a_network_comes_back_once(two):
    nadia, karim, number = two("Le réseau a coupé")
    caret(nadia, MONDAY)
    nadia.context.set_offline(True)
    nadia.keyboard.type(", sans réseau", delay=10)
    nadia.wait_for_selector(f"{LIGHT} >> text=/Gardé sur cet appareil. Reconnexion… \\d+ modif/")
    caret(karim, CARD)
    karim.keyboard.type(", avec réseau", delay=10)
    saved(karim)
    nadia.wait_for_timeout(3000)
    assert "Enregistré" not in nadia.inner_text(LIGHT)
    assert "sans réseau" not in recorded(karim, number)
    nadia.context.set_offline(False)
    text = alike(number, nadia, karim, has="vendredi, sans réseau.")
    assert text.count("sans réseau") == 1
    assert text.count("identité, avec réseau.") == 1
    assert nadia.evaluate(KEPT) == 0, "nothing stays once the server has it"


def test_a_window_closed_without_a_network_gives_its_words_back(two, window):
    nadia, karim, number = two("Fermée trop tôt")
    nadia.context.set_offline(True)
    caret(nadia, MONDAY)
    nadia.keyboard.type(", puis plus rien")
    nadia.wait_for_selector(f"{LIGHT} >> text=Gardé sur cet appareil")
    while not nadia.evaluate(KEPT):
        nadia.wait_for_timeout(50)
    nadia.wait_for_timeout(300)
    nadia.close()
    caret(karim, CARD)
    karim.keyboard.type(" neuve")
    saved(karim)
    again = nadia.context.new_page()
    nadia.context.set_offline(False)
    open_live(again, number)
    text = alike(number, again, karim, has=", puis plus rien")
    assert text.count(", puis plus rien") == 1
    assert "identité neuve" in text
    assert again.evaluate(KEPT) == 0


def test_words_that_never_left_are_offered_to_who_comes_back_in_plain_writing(two):
    nadia, karim, number = two("Revenue en simple")
    nadia.context.set_offline(True)
    caret(nadia, MONDAY)
    nadia.keyboard.type(", gardé")
    nadia.wait_for_selector(f"{LIGHT} >> text=Gardé sur cet appareil")
    nadia.evaluate("localStorage.setItem('plain-writing:' + document.body.dataset.user, 'yes')")
    again = nadia.context.new_page()
    nadia.close()
    again.context.set_offline(False)
    again.goto(f"/pages/{number}/edit")
    again.click(".draft-offer .btn >> nth=0")
    assert "vendredi, gardé." in again.input_value("[name=body]")
    assert again.evaluate(KEPT) == 0
    save(again)
    alike(number, karim, has="vendredi, gardé.")


def test_a_long_page_draws_only_what_is_seen_and_is_soon_ready(window):
    nadia = window("nadia")
    part = "## Partie\n\n" + "La **ligne H** passe [ici](/a).\n\n" * 8 + "- [ ] tâche\n\n"
    number = new_page(nadia, "Une longue page", part * 280)
    slow = nadia.context.new_cdp_session(nadia)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    open_live(nadia, number)
    taken = nadia.evaluate("performance.now()")
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    assert len(shown(nadia)) > 79_000
    assert nadia.locator(".cm-line").count() < 300
    assert taken < 8_000, "a second on a quiet machine"


def test_on_a_phone_the_tools_stand_below_and_the_texts_are_equal(two):
    nadia, karim, number = two("Sur un téléphone", size=PHONE, has_touch=True, is_mobile=True)
    karim.tap(".cm-line >> text=La carte")
    caret(karim, CARD)
    karim.keyboard.type(" bleue")
    tools = karim.locator(".toolbar--live")
    box = tools.bounding_box()
    assert box["y"] + box["height"] == PHONE["height"]
    seen = [one.bounding_box() for one in tools.locator("button").all() if one.is_visible()]
    assert len(seen) >= 5
    assert all(one["width"] >= 44 and one["height"] >= 44 for one in seen)
    assert all(one["x"] + one["width"] <= PHONE["width"] for one in seen)
    karim.tap(".toolbar--live [data-tool=more]")
    karim.tap(".co-more [value=tasks]")
    alike(number, nadia, karim, has="- [ ] La carte d’identité bleue.")
    karim.tap(".co-tick")
    alike(number, nadia, karim, has="- [x] La carte")


def test_undo_takes_back_only_what_i_did(two):
    nadia, karim, number = two("Chacun son annuler")
    caret(nadia, MONDAY)
    nadia.keyboard.type(" (Nadia)")
    saved(nadia)
    caret(karim, CARD)
    karim.keyboard.type(" (Karim)")
    alike(number, nadia, karim)
    nadia.keyboard.press("Control+z")
    text = alike(number, nadia, karim)
    assert "(Nadia)" not in text
    assert "(Karim)" in text
    nadia.keyboard.press("Control+Shift+Z")
    assert "(Nadia)" in alike(number, nadia, karim)


def test_plain_writing_is_remembered_and_joins_the_same_text(two):
    nadia, karim, number = two("L’un écrit simple")
    open_plain(nadia, number)
    caret(karim, CARD)
    karim.keyboard.type(" neuve")
    saved(karim)
    text = nadia.input_value("[name=body]")
    nadia.fill("[name=body]", text.replace("vendredi", "samedi"))
    save(nadia)
    joined = alike(number, karim)
    assert "samedi" in joined
    assert "identité neuve" in joined
    nadia.goto(f"/pages/{number}/edit")
    assert nadia.is_visible("textarea[name=body]")
    with nadia.expect_navigation():
        nadia.click("[data-mode=live]")
    saved(nadia)
    assert shown(nadia) == joined


def test_finishing_makes_a_version_with_its_word_and_opening_makes_none(two):
    nadia, karim, number = two("Finir")
    assert revision(nadia, number) == 1
    caret(nadia, MONDAY)
    nadia.keyboard.type(", sauf fêtes")
    nadia.click(".more-fields summary")
    nadia.fill("[name=note]", "Les jours de fête")
    nadia.click(".edit-top .btn--main:visible")
    arrive(nadia, f"/pages/{number}-")
    assert "vendredi, sauf fêtes" in nadia.inner_text(".prose")
    assert revision(nadia, number) == 2
    nadia.goto(f"/items/{number}/history")
    assert "Les jours de fête" in nadia.inner_text("main")


def test_a_page_thrown_away_while_open_says_so_and_gives_the_text(two):
    nadia, karim, number = two("Jetée pendant")
    assert nadia.context.request.post(f"/items/{number}/trash").ok
    karim.wait_for_selector("[data-alert] >> text=corbeille")
    assert karim.is_visible("[data-alert] copy-button button")
    assert shown(karim) == TEXT
    caret(karim, CARD)
    karim.keyboard.type("perdu")
    assert shown(karim) == TEXT, "nothing can be typed where it would not be kept"


def test_a_computer_that_others_use_keeps_nothing_and_warns(two):
    nadia, karim, number = two("Ordinateur du centre")
    nadia.check("[data-shared]")
    nadia.context.set_offline(True)
    caret(nadia, MONDAY)
    nadia.keyboard.type(", en attente")
    nadia.wait_for_selector(f"{LIGHT} >> text=/Pas encore envoyé, ne fermez pas/")
    asked = []
    nadia.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    nadia.close(run_before_unload=True)
    nadia.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert nadia.evaluate(KEPT) == 0
    nadia.context.set_offline(False)
    assert ", en attente" in alike(number, nadia, karim)


def test_who_is_no_longer_signed_in_or_allowed_is_told_and_keeps_the_text(two):
    nadia, karim, number = two("Porte fermée")
    kept = karim.context.cookies()
    karim.context.clear_cookies()
    drop = "document.querySelector('co-editor').editor.room.line.drop()"
    karim.evaluate(drop)
    caret(karim, CARD)
    karim.keyboard.type(" neuve")
    karim.wait_for_selector(f"{LIGHT} >> text=/Vous n’êtes plus connecté/")
    karim.context.add_cookies(kept)
    alike(number, nadia, karim, has="identité neuve")


def test_passages_are_drawn_move_along_and_are_pressed(two):
    nadia, karim, number = two("Des passages")
    told = nadia.evaluate_handle(
        """() => {
          const told = []
          addEventListener('co-mark', ({ detail }) => told.push(detail.id))
          addEventListener('co-change', () => told.push('change'))
          return told
        }"""
    )
    caret(nadia, MONDAY - 8, MONDAY)
    nadia.wait_for_load_state("networkidle")  # its own passages were asked for, and are there
    found = nadia.evaluate("document.querySelector('co-editor').passage()")
    assert found == {"start": MONDAY - 8, "end": MONDAY, "quote": "vendredi"}
    nadia.evaluate(
        "(one) => document.querySelector('co-editor').mark([{ id: 7, kind: 'comment', ...one }])",
        found,
    )
    caret(karim, TEXT.index("Du lundi"))
    karim.keyboard.type("Enfin. ")
    alike(number, nadia, karim, has="Enfin. Du lundi")
    assert nadia.inner_text(".co-passage") == "vendredi"
    nadia.click(".co-passage")
    nadia.wait_for_function("(told) => told.includes('7') && told.includes('change')", arg=told)


def test_a_part_of_a_report_is_shared_once_someone_is_in_it(window, site):
    nadia, karim = window("nadia"), window("karim")
    number = site.number("Aller à pied")
    part, area = "#part-what_failed co-editor", "[name=section_what_failed]"
    for page in (nadia, karim):
        page.goto(f"/reports/{number}/edit")
        assert page.locator("co-editor[data-now=live]").count() == 0, "nothing is asked before"
        page.focus(area)
        page.wait_for_selector(f"{part}[data-now=live]")
    nadia.keyboard.type("Nadia : la carte au sol. ")
    karim.wait_for_selector(f"{part} .presence >> text=Nadia")
    karim.wait_for_selector(f"{part} .cm-line >> text=la carte au sol")
    karim.keyboard.press("Control+End")
    karim.keyboard.type(" Karim : les photos.")
    nadia.wait_for_selector(f"{part} .cm-line >> text=les photos")
    nadia.wait_for_selector(f"{part} [data-light-place] .savelight--ok")
    nadia.fill("[name=summary]", "Une carte faite à plusieurs mains, en douze jeudis.")
    nadia.click(".edit-top .btn--main")
    arrive(nadia, f"/reports/{number}-")
    text = nadia.inner_text("main")
    assert "la carte au sol" in text
    assert "les photos" in text
    assert "à plusieurs mains" in text


def test_who_is_in_which_part_of_a_report_is_seen_without_going_into_it(window, site):
    nadia, karim = window("nadia"), window("karim")
    number = site.number("Aller à pied")
    for page in (nadia, karim):
        page.goto(f"/reports/{number}/edit")
    karim.focus("[name=section_what_failed]")
    karim.wait_for_selector("#part-what_failed co-editor[data-now=live]")
    nadia.wait_for_selector("#part-what_failed .part-company:not([hidden]) >> text=Karim")
    assert nadia.locator(".part-company:not([hidden])").count() == 3, "its part, and both lists"
    assert "Karim vient d’arriver" in nadia.text_content("part-company [role=status]")
    assert karim.locator(".part-company:not([hidden])").count() == 0, "nobody is told of themselves"
    karim.goto("about:blank")
    nadia.wait_for_function(
        "() => !document.querySelector('.part-company:not([hidden])')", timeout=15_000
    )


def test_the_text_of_a_block_of_a_portrait_is_written_by_two_at_once(window):
    nadia, karim = window("nadia"), window("karim")
    form = {"title": "La boulangère", "model": "trade"}
    made = karim.context.request.post("/portraits/new?group=1", form=form)
    assert made.ok, made.status
    number = made.url.split("/portraits/")[1].split("-")[0].split("/")[0]
    for page in (nadia, karim):
        page.goto(f"/portraits/{number}/edit")
        page.locator("co-editor textarea").first.focus()
        page.wait_for_selector("co-editor[data-now=live]")
    nadia.keyboard.type("Elle se lève à deux heures.")
    karim.wait_for_selector("co-editor .cm-line >> text=deux heures.")
    karim.keyboard.press("Control+End")
    karim.keyboard.type(" Elle rit.")
    nadia.wait_for_selector("co-editor .cm-line >> text=Elle rit")
    nadia.wait_for_selector("co-editor [data-light-place] .savelight--ok")
    nadia.fill("[name=summary]", "Boulangère depuis 1989")
    nadia.click(".edit-top .btn--main")
    arrive(nadia, f"/portraits/{number}-")
    text = nadia.inner_text("main")
    assert "deux heures. Elle rit." in text
    assert "depuis 1989" in text


def test_an_image_pasted_in_a_part_of_a_report_takes_its_place(window, site):
    nadia = window("nadia")
    number = site.number("Aller à pied")
    nadia.goto(f"/reports/{number}/edit")
    nadia.focus("[name=section_what_failed]")
    part = "#part-what_failed co-editor[data-now=live]"
    nadia.wait_for_selector(part)
    assert nadia.locator(f"{part} [data-tool=photo]").is_visible()
    nadia.keyboard.press("Control+End")
    nadia.evaluate(
        """async (part) => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 })
          const blob = await new Promise((resolve) => canvas.toBlob(resolve))
          const data = new DataTransfer()
          data.items.add(new File([blob], 'la carte.png', { type: 'image/png' }))
          document.querySelector(part + ' .cm-content').dispatchEvent(
            new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
        }""",
        part,
    )
    nadia.wait_for_selector(f"{part} .co-picture img")
    nadia.wait_for_selector(f"{part} [data-light-place] .savelight--ok")
    nadia.fill("[name=summary]", "Une carte faite à plusieurs mains, en douze jeudis.")
    nadia.click(".edit-top .btn--main")
    arrive(nadia, f"/reports/{number}-")
    assert nadia.locator("main img[src*='/preview/']").count() >= 1


def test_a_text_rewritten_meanwhile_is_loaded_again_and_unsent_words_are_offered(two):
    nadia, karim, number = two("Un nom effacé", TEXT + "\nZorglub était là.\n")
    karim.context.set_offline(True)
    caret(karim, CARD)
    karim.keyboard.type(" (à Karim)")
    karim.wait_for_selector(f"{LIGHT} >> text=Gardé sur cet appareil")
    form = {"words": "Zorglub", "instead": "quelqu’un"}
    assert nadia.context.request.post(f"/items/{number}/erasure", form=form).ok
    nadia.wait_for_selector(".cm-line >> text=quelqu’un était là")
    with karim.expect_navigation():
        karim.context.set_offline(False)
    karim.click(".draft-offer .btn >> nth=0")
    assert "identité (à Karim)" in karim.input_value("[name=body]")
    save(karim)
    # The words erased meanwhile do not come back unseen: both texts are shown.
    assert "identité (à Karim)" in karim.inner_text(".sides")
    assert "quelqu’un était là" in karim.inner_text(".sides")
    assert karim.evaluate(KEPT) == 0


def test_signing_out_with_words_that_never_left_asks_first(two):
    nadia, karim, number = two("Partir trop vite")
    nadia.route("**/ws/**", lambda route: route.abort())
    nadia.context.set_offline(True)
    caret(nadia, MONDAY)
    nadia.keyboard.type(", en l’air")
    nadia.wait_for_selector(f"{LIGHT} >> text=Gardé sur cet appareil")
    nadia.click(".rail [action='/logout'] button")
    nadia.click("#unsent[open] [value='']")
    assert nadia.evaluate(KEPT) == 1
    nadia.context.set_offline(False)
    alike(number, nadia, karim, has=", en l’air")


def test_a_form_changes_what_it_was_opened_on_though_others_write_before_it(two):
    nadia, karim, number = two("Une fiche ouverte")
    caret(nadia, MONDAY - 8, MONDAY)
    nadia.keyboard.press("Control+k")
    nadia.fill("#co-link-to", "exemple.fr")
    caret(karim, 0)
    karim.keyboard.type("Avant. ")
    saved(karim)
    nadia.wait_for_selector(".cm-line >> text=Avant.")
    nadia.keyboard.press("Enter")
    alike(number, nadia, karim, has="Du lundi au [vendredi](https://exemple.fr).")


def test_who_writes_is_told_of_a_version_brought_back(two):
    nadia, karim, number = two("À rétablir", "Le texte du début.")
    caret(karim, 0)
    karim.keyboard.type("Autre chose. ")
    alike(number, nadia, karim, has="Autre chose. ")
    assert nadia.context.request.post(f"/items/{number}/revisions/1/restoration").ok
    karim.wait_for_selector("toast-note >> text=/Nadia a enregistré ce texte de son côté/")
    assert alike(number, nadia, karim, has="Le texte du début.") == "Le texte du début."

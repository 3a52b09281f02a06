"""Writing when things are not ideal: by keyboard, at the same time, signed out, without scripts."""

import re

import pytest

from tests.browser.gestures import (
    SEND,
    arrive,
    change_page,
    number,
    open_plain,
    path,
    save,
    type_text,
    write_page,
)
from tests.browser.people import PHONE
from tests.browser.screens import PAGE
from wiki.demo.loader import PASSWORD

TWO = "Le banc est au soleil.\n\nLa clé est chez Yolande."


def test_a_page_is_made_and_saved_by_keyboard_alone(window):
    page = window("nadia")
    page.goto("/pages?group=1")
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    tab_to(page, "main a[href='/pages/new?group=1']")
    page.keyboard.press("Enter")
    arrive(page, "/pages/new")
    tab_to(page, "[name=title]")
    page.keyboard.type("Le banc du marché, au clavier")
    tab_to(page, "[name=body]")
    page.keyboard.type("On s’y **assoit**.")
    tab_to(page, ".edit-form .form-end .btn--main")
    page.keyboard.press("Enter")
    arrive(page, "/pages/[0-9]+-le-banc")
    assert page.inner_text(".prose strong") == "assoit"


def test_a_commune_is_chosen_while_it_is_typed_by_keyboard_alone(window):
    page = window("nadia", size=PHONE)
    page.goto("/reports/new?group=1")
    page.fill("[name=title]", "Le lieu du marché")
    page.click(SEND.format("[name=title]"))
    arrive(page, "/reports/[0-9]+.*/edit")
    page.focus("[name=place]")
    page.keyboard.type("morlai")
    page.wait_for_selector("field-completion .completion:not([hidden]) li")
    field = page.locator("[name=place]")
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert chosen.inner_text().startswith("Morlaix")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Enter")
    assert page.input_value("[name=place]") == "Morlaix"
    page.locator("[name=territories]").evaluate("one => { one.closest('details').open = true }")
    page.focus("[name=territories]")
    page.keyboard.type("Brest, quimpe")
    page.wait_for_selector("field-completion[data-many] .completion:not([hidden]) li")
    page.keyboard.press("Escape")
    assert page.input_value("[name=territories]") == "Brest, quimpe"
    page.keyboard.type("r")
    page.wait_for_selector("field-completion[data-many] .completion:not([hidden]) li")
    page.locator("field-completion[data-many] .completion li").first.click()
    assert page.input_value("[name=territories]") == "Brest, Quimper"


def tab_to(page, selector: str) -> None:
    """Press Tab until that is reached, as one who has no mouse does; its outline is seen."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    pytest.fail(f"Tab never reaches {selector}")


def test_two_people_in_two_places_are_put_together(window):
    nadia, karim = window("nadia"), window("karim")
    address = write_page(nadia, 1, "Deux mains, deux endroits", TWO)
    open_plain(karim, number(address))
    change_page(nadia, address, TWO.replace("soleil", "soleil du matin"))
    karim.fill("[name=body]", TWO.replace("Yolande", "Yolande ou Fatou"))
    save(karim)
    text = karim.inner_text(".prose")
    assert "soleil du matin" in text
    assert "Yolande ou Fatou" in text


def test_two_people_in_one_place_choose_and_may_keep_both(window):
    nadia, karim = window("nadia"), window("karim")
    address = write_page(nadia, 1, "Deux mains, une phrase", TWO)
    open_plain(karim, number(address))
    change_page(nadia, address, TWO.replace("au soleil", "à l’ombre du tilleul"))
    karim.fill("[name=body]", TWO.replace("au soleil", "devant la mairie"))
    save(karim)
    assert "à l’ombre du tilleul" in karim.inner_text(".sides")
    assert "devant la mairie" in karim.inner_text(".sides")
    karim.check("[name^='choice:body'][value=both]", force=True)
    karim.click(".conflict .form-end .btn--main")
    arrive(karim, address)
    text = karim.inner_text(".prose")
    assert "tilleul" in text
    assert "mairie" in text


def test_a_session_that_ended_while_typing_costs_no_text(window):
    page = window("nadia")
    page.goto("/pages/new?group=1")
    page.fill("[name=title]", "Écrit pendant la panne")
    type_text(page, "Une heure de travail. Le car passe à huit heures devant la mairie.")
    page.context.clear_cookies()
    page.click(SEND.format("[name=body]"))
    page.wait_for_selector("textarea#kept")
    assert "Une heure de travail." in page.input_value("textarea#kept")
    sign_in_elsewhere(page)
    page.click("main form .btn--main")
    arrive(page, "/pages/[0-9]+-ecrit-pendant")
    assert "Une heure de travail." in page.inner_text(".prose")


def sign_in_elsewhere(page) -> None:
    with page.expect_popup() as opened:
        page.click("a[href^='/login'][target=_blank]")
    tab = opened.value
    tab.fill("[name=email]", "nadia@demo.example")
    tab.fill("[name=password]", PASSWORD)
    tab.click("main form .btn--main")
    tab.wait_for_selector("[data-user]")
    tab.close()


def test_a_text_left_behind_is_offered_again(window):
    page = window("nadia")
    address = write_page(page, 1, "Brouillon oublié", "Première phrase.")
    page.on("dialog", lambda dialog: dialog.accept())
    open_plain(page, number(address))
    type_text(page, " Deuxième phrase.")
    page.wait_for_selector("text-editor .savelight--kept")
    page.reload()
    assert page.input_value("[name=body]").strip() == "Première phrase."
    page.click(".draft-offer .btn >> nth=0")
    assert "Deuxième phrase." in page.input_value("[name=body]")
    save(page)
    page.goto(f"/pages/{number(address)}/edit")
    assert not page.locator(".draft-offer").count()


def test_without_scripts_one_writes_changes_attaches_and_comments(window):
    page = window("nadia", java_script_enabled=False)
    page.goto("/add?group=1")
    page.click("main a[href^='/pages/new']")
    page.fill("[name=title]", "Sans script")
    page.fill("[name=body]", "Un texte tout simple.")
    page.click(SEND.format("[name=body]"))
    arrive(page, "/pages/[0-9]+-sans-script")
    address = path(page)
    change_page(page, address, "Un texte **plus fort**.")
    assert page.inner_text(".prose strong") == "plus fort"
    page.click("a[href^='/files/new?group=1&parent=']")
    sent = {"name": "liste.txt", "mimeType": "text/plain", "buffer": b"pain, lait"}
    page.set_input_files("[type=file]", sent)
    page.click("main form[enctype] .btn--main")
    page.goto(address)
    assert "liste" in page.inner_text(".cards").lower()
    page.fill(".comment-form [name=body]", "Bien vu.")
    page.click(".comment-form .btn:not([data-record])")
    page.goto(address)
    assert "Bien vu." in page.inner_text(".comments")


def test_on_a_phone_one_adds_from_a_sheet_of_big_tiles(window):
    page = window("nadia", size=PHONE, has_touch=True)
    page.goto("/groups/1-mon-quartier-mes-ressources")
    page.tap(".bottombar [data-opens]")
    sheet = page.locator("#add-sheet")
    assert all(box["height"] >= 44 for box in boxes(sheet.locator("a")))
    page.keyboard.press("Escape")
    assert not sheet.is_visible()
    page.tap(".bottombar [data-opens]")
    sheet.locator("a[href^='/pages/new']").tap()
    arrive(page, "/pages/new\\?group=1")
    assert all(box["height"] >= 44 for box in boxes(page.locator(".topbar .btn")))


def boxes(found) -> list[dict]:
    return [one.bounding_box() for one in found.all()]


def test_the_first_comment_of_a_visitor_waits_to_be_read(window, site):
    visitor, other, sophie = window(), window(), window("sophie")
    address, words = site.path(PAGE), "Et le dimanche, il passe à quelle heure ?"
    visitor.goto(address)
    visitor.click(".talk summary")
    visitor.fill(".comment-form [name=body]", words)
    visitor.fill(".comment-form [name=name]", "Une voisine")
    visitor.fill(".comment-form [name=email]", "voisine@example.org")
    visitor.wait_for_timeout(3_100)  # nobody writes in less than three seconds
    with visitor.expect_navigation():
        visitor.click(".comment-form .btn:not([data-record])")
    other.goto(address)
    assert words not in other.content()
    sophie.goto(address)
    held = sophie.locator(".comment--held", has_text="Une voisine")
    held.locator("form[action$='/approval'] button").click()
    sophie.wait_for_load_state()
    other.reload()
    assert words in other.inner_text(".comments")


def test_an_image_pasted_in_the_plain_text_goes_on_after_a_cut(window):
    page = window("karim")
    address = write_page(page, 1, "Une image dans le texte", "Avant.")
    open_plain(page, number(address))
    asked = []

    def cut_once(route):
        asked.append(route.request.method)
        return route.abort() if len(asked) == 2 else route.continue_()

    page.route(re.compile("/uploads"), cut_once)
    page.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 })
          const blob = await new Promise((resolve) => canvas.toBlob(resolve))
          const data = new DataTransfer()
          data.items.add(new File([blob], 'porte.png', { type: 'image/png' }))
          document.querySelector('[name=body]').dispatchEvent(
            new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
        }"""
    )
    save(page)  # at once: the words wait for the image
    page.wait_for_selector("main img[src*='/preview/']")
    assert "PATCH" in asked

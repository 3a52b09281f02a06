"""The editor in a real Chromium, without a server: every answer comes from this file."""

import json
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest
import wtforms
from markupsafe import Markup

from tests.browser.chromium import driven, launched
from wiki.icons import Signs

ROOT = Path(__file__).parents[2]
DIST = ROOT / "static" / "dist"
HERE = "http://essaim.test"
CSP = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'"


class TextForm(wtforms.Form):
    body = wtforms.TextAreaField("Texte")
    revision = wtforms.HiddenField()


def names():
    return json.loads((DIST / "manifest.json").read_text())


def page_of(text, revision="1", **options):
    """A page holding the macro of the editor, as the app would send it."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        trim_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)
    environment.globals.update(Signs(lambda: f"/static/{names()['icons.svg']}").globals)
    form = TextForm(data={"body": text, "revision": revision})
    given = {"upload": "/up", "complete": "/titles", "preview": "/preview", "key": "page-1"}
    editor = environment.get_template("_editor.html").module.editor(
        form.body, revision=revision, **(given | options)
    )
    return Markup(
        '<!doctype html><html lang="fr"><title>x</title><link rel="stylesheet" href="{}">'
        '<script type="module" src="{}"></script><script type="module" src="{}"></script>'
        '<body data-user="7"><main><form method="post" action="/save">{}{}<button>Save</button>'
        "</form></main></body></html>"
    ).format(*(f"/static/{names()[n]}" for n in ("app.css", "app.js", "editor.js")),
             form.revision(), editor)  # fmt: skip


class World:
    """What the pretended server knows and was asked."""

    def __init__(self):
        self.pages = {"/edit": page_of("Bonjour")}
        self.status = {}
        self.saved = []

    def answer(self, route):
        path = route.request.url.removeprefix(HERE).split("?")[0]
        if path.startswith("/static/"):
            return route.fulfill(path=DIST / path.removeprefix("/static/"))
        if status := self.status.get(path):
            return route.fulfill(status=status, json={"error": {"message": "non"}})
        if path == "/titles":
            if "nulle" in route.request.url:
                return route.fulfill(json=[])
            return route.fulfill(json=[{"id": 1, "title": "Espace emploi", "ambiguous": False,
                                        "insert": "[[Espace emploi]]"}])  # fmt: skip
        if path.startswith("/uploads"):
            return self.receive(route, path)
        if path == "/preview":
            return route.fulfill(content_type="text/html", body="<h2>Vu</h2>")
        if path == "/save":
            self.saved.append(route.request.post_data)
            return route.fulfill(content_type="text/html", body=self.pages["/saved"])
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": CSP}
        return route.fulfill(headers=headers, body=self.pages[path])

    def receive(self, route, path):
        """An upload in pieces (tus), which arrives whole at once."""
        known = {"Tus-Resumable": "1.0.0", "Location": "/uploads/one"}
        if path == "/uploads":
            return route.fulfill(status=201, headers=known)
        if route.request.method == "PATCH":
            sent = len(route.request.post_data_buffer or b"")
            return route.fulfill(status=204, headers=known | {"Upload-Offset": str(sent)})
        return route.fulfill(json={"markdown": "![Porte](/files/1)", "url": "/files/1"})


@pytest.fixture(scope="module")
def chromium():
    with driven() as started:
        browser = launched(started)
        yield browser
        browser.close()


@pytest.fixture
def there(chromium):
    world = World()
    context = chromium.new_context(locale="fr-FR")
    context.route(f"{HERE}/**", world.answer)
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{HERE}/edit")
    yield SimpleNamespace(page=page, world=world, area=page.locator("textarea#body"))
    assert not complaints
    context.close()


def type_at_end(there, words):
    there.area.click()
    there.page.keyboard.press("Control+End")
    there.page.keyboard.type(words)


def test_a_tool_changes_the_text_and_the_browsers_undo_goes_back(there):
    there.area.evaluate("area => area.setSelectionRange(0, 7)")
    there.page.click("[data-tool=bold]")
    assert there.area.input_value() == "**Bonjour**"
    there.page.keyboard.press("Control+z")
    assert there.area.input_value() == "Bonjour"


def test_a_list_goes_on_and_a_link_is_completed_by_keyboard(there):
    type_at_end(there, "\n\n- voir [[esp")
    there.page.wait_for_selector(".completion:not([hidden]) li")
    assert there.area.get_attribute("aria-activedescendant")
    there.page.keyboard.press("Enter")
    there.page.keyboard.press("Enter")
    assert there.area.input_value() == "Bonjour\n\n- voir [[Espace emploi]]\n- "


def test_a_link_to_a_page_that_is_yet_to_be_written_is_closed_too(there):
    type_at_end(there, " [[nulle part")
    there.page.wait_for_selector(".completion small >> text=offer to create it")
    there.page.keyboard.press("Enter")
    assert there.area.input_value() == "Bonjour [[nulle part]]"


def test_a_pasted_image_leaves_and_its_markdown_takes_its_place(there):
    type_at_end(there, " ")
    paste(there)
    there.page.wait_for_selector("[data-status] >> text=is in the text")
    assert there.area.input_value() == "Bonjour\n\n![Porte](/files/1)\n"


def test_an_image_refused_or_a_session_that_ended_leaves_the_text_as_it_was(there):
    for status, words in ((413, "non"), (401, "no longer signed in")):
        there.world.status["/uploads"] = status
        paste(there)
        there.page.wait_for_selector(f"[data-status] >> text={words}")
        assert there.area.input_value().strip() == "Bonjour"


def paste(there):
    there.area.evaluate("""area => {
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File([new Uint8Array(99)], 'porte.png', { type: 'image/png' }))
      const options = { clipboardData, bubbles: true, cancelable: true }
      area.dispatchEvent(new ClipboardEvent('paste', options))
    }""")


def test_the_preview_is_what_the_server_makes_of_the_text(there):
    there.page.click("[data-tool=preview]")
    there.page.wait_for_selector(".preview h2 >> text=Vu")
    there.page.click("[data-tool=preview]")
    assert there.area.is_visible()


def test_an_unrecorded_text_is_offered_back_with_the_version_it_started_from(there):
    type_at_end(there, " à tous")
    there.page.wait_for_selector("[data-status] >> text=Kept")
    there.world.pages["/edit"] = page_of("Bonjour, dit Karim", revision="2")
    there.page.goto(f"{HERE}/edit")
    assert "changed since" in there.page.inner_text(".draft-offer")
    there.page.click(".draft-offer .btn >> nth=0")
    assert there.area.input_value() == "Bonjour à tous"
    assert there.page.input_value("[name=revision]") == "1"


def test_what_is_typed_beside_an_unanswered_offer_is_kept_too(there):
    type_at_end(there, " un")
    there.page.wait_for_selector("[data-status] >> text=Kept")
    there.page.goto(f"{HERE}/edit")
    type_at_end(there, " deux")
    there.page.wait_for_selector("[data-status] >> text=Kept")
    there.page.goto(f"{HERE}/edit")
    there.page.click(".draft-offer .btn >> nth=0")
    assert there.area.input_value() == "Bonjour deux"
    there.page.click(".draft-offer .btn >> nth=0")
    assert there.area.input_value() == "Bonjour un"


def test_a_draft_is_forgotten_only_once_the_server_says_it_has_the_text(there):
    kept = "Object.keys(localStorage).length"
    there.world.pages["/saved"] = page_of("", key="login")
    type_at_end(there, " à tous")
    there.page.click("text=Save")
    there.page.wait_for_url(f"{HERE}/save")
    assert there.page.evaluate(kept) == 1  # this was not the page of a save that succeeded
    confirmed = str(page_of("Bonjour à tous", key="other")).replace(
        "<main>", '<main><i hidden data-draft-saved="page-1"></i>'
    )
    there.world.pages["/saved"] = confirmed
    there.page.goto(f"{HERE}/edit")
    there.page.click(".draft-offer .btn >> nth=0")
    there.page.click("text=Save")
    there.page.wait_for_selector("[data-draft-saved]", state="attached")
    there.page.wait_for_load_state()
    assert there.page.evaluate(kept) == 0


def test_without_scripts_the_form_is_still_a_form(chromium):
    world = World()
    context = chromium.new_context(java_script_enabled=False)
    context.route(f"{HERE}/**", world.answer)
    page = context.new_page()
    world.pages["/saved"] = "fait"
    page.goto(f"{HERE}/edit")
    assert not page.is_visible(".toolbar")
    page.fill("textarea#body", "Sans script")
    page.click("text=Save")
    assert "Sans+script" in world.saved[0]
    context.close()

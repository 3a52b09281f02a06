"""What the fingers do in the shared text: keys, tools, forms, paste, the signs of French."""

import re

import pytest

from tests.browser.live import alike, caret, new_page, open_live, recorded, saved, shown

PASTE = """([html, text]) => {
  const data = new DataTransfer()
  if (html) data.setData('text/html', html)
  data.setData('text/plain', text)
  document.querySelector('.cm-content').dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
}"""
PUT = """(insert) => {
  const { view } = document.querySelector('co-editor').editor
  const changes = { from: 0, to: view.state.doc.length, insert }
  view.dispatch({ changes, userEvent: 'input.tool' })
}"""
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office">
<head><style>p{mso:1}</style></head>
<body><!--StartFragment--><h1><span style='mso-fareast-language:FR'>Le <b>plan</b></span></h1>
<p class=MsoNormal>On se voit <b style='mso-bidi-font-weight:normal'>jeudi </b>
à 10&nbsp;h.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·
<span>&nbsp;&nbsp;</span></span>du pain</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o
</span>bien cuit</p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal>Quoi</p></td><td><p>Qui</p></td></tr>
<tr><td><p>Sono</p></td><td><p>Bernard | Yolande</p></td></tr></table>
<p>&nbsp;</p><script>alert(1)</script><p>Voir <a href="https://exemple.fr/a b" onclick="x()">le
site</a>, 2 * 3 * 4 et [[rien]].</p><img src="file:///C:/x.png"><!--EndFragment--></body></html>"""
WORD_READ = """## Le plan

On se voit **jeudi** à 10 h.

- du pain
  - bien cuit

| Quoi | Qui |
| --- | --- |
| Sono | Bernard \\| Yolande |

Voir [le site](https://exemple.fr/a%20b), 2 \\* 3 \\* 4 et \\[[rien]]."""


NASTY = {
    '<meta charset="utf-8"><b style="font-weight:normal" id="docs-internal-guid-1"><p dir="ltr">'
    '<span style="font-weight:700">Gras</span><span style="font-style:italic"> penché</span></p>'
    '<ul><li dir="ltr"><p dir="ltr"><span>un</span></p></li><ul><li><p><span>deux</span></p></li>'
    "</ul></ul></b><br>": "**Gras** *penché*\n\n- un\n  - deux",
    "<div><div>Une</div><div>Deux</div></div><div><br></div>Trois": "Une\n\nDeux\n\nTrois",
    "<ol start=3><li>a<ul><li>b</li></ul></li><li>c</li></ol>": "3. a\n   - b\n4. c",
    '<ul><li><input type="checkbox" checked> fait</li><li><input type="checkbox"> non</li></ul>': (
        "- [x] fait\n- [ ] non"
    ),
    "<blockquote><p>Dit</p><p>Redit</p></blockquote><hr>": "> Dit\n>\n> Redit\n\n---",
    "<p># pas un titre</p><p>- pas une liste</p><p>1. non plus</p><p>a_b _c_</p>": (
        "\\# pas un titre\n\n\\- pas une liste\n\n1\\. non plus\n\na_b \\_c\\_"
    ),
    "<pre>a * b\n&lt;x&gt;</pre><p><code>c`d</code></p>": "```\na * b\n<x>\n```\n\n`cˋd`",
    '<p>a<img src="https://x.fr/p.png" alt="Photo"><img src="data:image/png;base64,xx"></p>': (
        "a[Photo](https://x.fr/p.png)"
    ),
    '<p style="display:none">caché</p><p>vu<a href="javascript:alert(1)">clic</a></p>': "vuclic",
    "<h1>Un</h1><h6>Six</h6><p>&lt;b&gt; ==x==</p>": "## Un\n\n#### Six\n\n&lt;b> \\==x\\==",
    "<span>" * 300 + "profond" + "</span>" * 300: "profond",
}


@pytest.fixture(scope="module")
def nadia(people):
    """A window of Nadia's, kept for the whole module."""
    page = people.window("nadia")
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def opened(nadia):
    """The number of a page that is open in that window."""
    number = new_page(nadia, "Une feuille", "")
    open_live(nadia, number)
    return number


@pytest.fixture
def sheet(nadia, opened):
    """A function: put that text in the page, the caret at its « ¦ » or its end."""

    def put(text: str = "") -> int:
        before, _mark, after = text.partition("¦")
        nadia.evaluate(PUT, before + after)
        caret(nadia, len(before))
        return opened

    yield put
    if nadia.evaluate("document.querySelector('co-editor').editor.isCode"):
        open_live(nadia, opened)


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_typing_gives_the_markdown_that_a_person_would_have_typed(nadia, sheet):
    number = sheet()
    type_ = nadia.keyboard.type
    nadia.click(".toolbar--live [data-tool=heading]")
    type_("Le samedi")
    press(nadia, "Enter", "Enter")
    type_("On apporte :")
    press(nadia, "Enter")
    nadia.click(".toolbar--live [data-tool=bullets]")
    type_("du pain")
    press(nadia, "Enter", "Control+]")
    type_("bien cuit")
    press(nadia, "Enter", "Enter")
    type_("de l’eau")
    press(nadia, "Enter", "Enter")
    type_("Et **surtout** du temps")
    expected = "## Le samedi\n\nOn apporte\u00a0:\n- du pain\n  - bien cuit\n- de l’eau\n\n"
    assert alike(number, nadia, has="surtout") == expected + "Et **surtout** du temps"
    assert "**" not in nadia.inner_text(".cm-content")
    assert "##" not in nadia.inner_text(".cm-content")


@pytest.mark.parametrize(
    ("text", "keys", "expected"),
    [
        ("Un **gras¦** mot", ["Backspace"], "Un **gra** mot"),
        ("Un **gras**¦ mot", ["Backspace"], "Un **gra** mot"),
        ("Un **g**¦ mot", ["Backspace"], "Un  mot"),
        ("Un ¦**gras** mot", ["Delete"], "Un **ras** mot"),
        ("Un **gras¦**", ["Enter"], "Un **gras**\n"),
        ("## ¦Titre", ["Backspace"], "Titre"),
        ("- ¦point", ["Backspace"], "point"),
        ("- [ ] ¦tâche", ["Backspace"], "tâche"),
        ("> ¦dit", ["Backspace"], "dit"),
        ("- a\n  - ¦b", ["Backspace"], "- a\n- b"),
        ("1. un¦", ["Enter", "x"], "1. un\n2. x"),
        ("- [x] fait¦", ["Enter", "x"], "- [x] fait\n- [ ] x"),
        ("> dit¦", ["Enter", "x"], "> dit\n> x"),
        ('!!! note "Bon"\n    dedans¦', ["Enter", "x"], '!!! note "Bon"\n    dedans\n    x'),
        ("```\ncode¦\n```", ["Enter", "x"], "```\ncode\nx\n```"),
        ("a\n\n## ¦Titre", ["ArrowLeft", "x"], "a\nx\n## Titre"),
        ("- point¦", ["Home", "x"], "- xpoint"),
        ("un mo¦t", ["Control+b"], "un **mot**"),
        ("un **mo¦t**", ["Control+b"], "un mot"),
        ("- [ ] tâ¦che", ["Alt+Enter"], "- [x] tâche"),
        ("mot [[Charte du groupe]]¦", ["Backspace"], "mot "),
        ("mot¦", ["Tab", "x"], "mot"),
    ],
)  # fmt: skip
def test_a_key_does_what_is_seen(nadia, sheet, text, keys, expected):
    number = sheet(text)
    press(nadia, *keys)
    assert alike(number, nadia, has=expected) == expected


def test_french_signs_are_helped_and_one_backspace_gives_mine_back(nadia, sheet):
    number = sheet()
    nadia.keyboard.type('Il dit : "oui" !')
    assert shown(nadia) == "Il dit\u00a0: «\u00a0oui\u00a0»\u202f!"
    press(nadia, "Backspace")
    assert shown(nadia) == "Il dit\u00a0: «\u00a0oui\u00a0» !"
    press(nadia, "Backspace")
    nadia.keyboard.type("https://exemple.fr/?a=1")
    assert alike(number, nadia, has="a=1").endswith("»\u202fhttps://exemple.fr/?a=1") is False


def test_letters_composed_by_a_keyboard_are_not_doubled(nadia, sheet):
    number = sheet("Une ¦")
    keys = nadia.context.new_cdp_session(nadia)
    for text in ("f", "fe", "fen", "fenê", "fenêt"):
        keys.send(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
        )
    keys.send("Input.insertText", {"text": "fenêtre"})
    nadia.keyboard.type(" ouverte")
    assert alike(number, nadia, has="ouverte") == "Une fenêtre ouverte"


def test_others_write_while_one_composes(nadia, sheet, window):
    number = sheet("Une ¦\n\nfin")
    karim = window("karim")
    open_live(karim, number)
    alike(number, nadia, karim, has="Une")
    keys = nadia.context.new_cdp_session(nadia)
    keys.send("Input.imeSetComposition", {"text": "fe", "selectionStart": 2, "selectionEnd": 2})
    karim.click(".cm-content")
    press(karim, "Control+End")
    karim.keyboard.type(" de Karim")
    keys.send("Input.imeSetComposition", {"text": "fen", "selectionStart": 3, "selectionEnd": 3})
    nadia.wait_for_function(
        "() => document.querySelector('.cm-content').textContent.includes('Karim')"
    )
    keys.send("Input.insertText", {"text": "fenêtre"})
    assert alike(number, nadia, karim, has="fenêtre") == "Une fenêtre\n\nfin de Karim"


def test_a_letter_of_two_halves_is_never_cut(nadia, sheet):
    number = sheet("a😀b")
    nadia.evaluate(
        """() => document.querySelector('co-editor').editor.view.dispatch(
             { changes: { from: 2, to: 3 }, userEvent: 'delete' })"""
    )
    assert alike(number, nadia) == "a😀b"


def test_what_a_word_processor_gives_becomes_clean_markdown(nadia, sheet):
    number = sheet()
    nadia.evaluate(PASTE, [WORD, "Le plan…"])
    assert alike(number, nadia, has="Voir") == WORD_READ
    press(nadia, "Control+z")
    assert shown(nadia) == ""


def test_nasty_html_from_anywhere_becomes_what_one_would_have_typed(nadia, sheet):
    sheet()
    for html, expected in NASTY.items():
        press(nadia, "Control+a", "Delete")
        nadia.evaluate(PASTE, [html, "autrement"])
        assert shown(nadia) == expected, html[:80]


def test_an_address_pasted_over_words_makes_them_a_link(nadia, sheet):
    sheet("Voir le site ici")
    caret(nadia, 5, 12)
    nadia.evaluate(PASTE, ["", "https://exemple.fr/a_(b)"])
    assert shown(nadia) == "Voir [le site](https://exemple.fr/a_%28b%29) ici"


def test_a_paste_that_is_too_long_is_refused_with_words_and_a_long_one_is_not(nadia, sheet):
    number = sheet("court")
    nadia.evaluate(PASTE, ["", "é" * 1_000_000])
    nadia.wait_for_selector("[data-alert] >> text=500")
    assert shown(nadia) == "court"
    nadia.evaluate(PASTE, ["", " mot de la fin.\n" * 20_000])
    saved(nadia)
    assert len(recorded(nadia, number)) == 5 + 16 * 20_000


def test_a_link_a_page_and_a_card_go_through_their_forms(nadia, sheet):
    number = sheet("Voir le site. ¦")
    caret(nadia, 5, 12)
    press(nadia, "Control+k")
    nadia.fill("#co-link-to", "exemple.fr/a (b)")
    press(nadia, "Enter")
    alike(number, nadia, has="Voir [le site](https://exemple.fr/a%20%28b%29). ")
    nadia.click(".co-link-end")
    nadia.fill("#co-link-words", "leur site")
    press(nadia, "Enter")
    alike(number, nadia, has="[leur site](https://exemple.fr/a%20%28b%29)")
    press(nadia, "Control+End")
    nadia.click(".toolbar--live [data-tool=page]")
    nadia.fill("#co-query", "charte")
    nadia.click("[data-found] button >> text=Charte du groupe")
    alike(number, nadia, has=". [[Charte du groupe]]")
    nadia.click(".toolbar--live [data-tool=page]")
    nadia.fill("#co-query", "jardin")
    nadia.check("[name=as][value=card]")
    nadia.click("[data-found] button >> text=Le jardin des Quatre")
    text = alike(number, nadia, has="{{page ")
    assert "]]\n\n{{page 14}}" in text
    nadia.wait_for_selector(".co-embed .embed-card >> text=jardin")


def test_enter_takes_the_first_page_found_and_arrows_choose(nadia, sheet):
    number = sheet("Voir ¦")
    nadia.click(".toolbar--live [data-tool=page]")
    nadia.check("[name=as][value=link]")
    nadia.fill("#co-query", "charte")
    press(nadia, "Enter")
    alike(number, nadia, has="Voir [[Charte du groupe]]")
    nadia.click(".toolbar--live [data-tool=page]")
    nadia.wait_for_selector("dialog[open] [data-found] button")
    nadia.keyboard.press("ArrowDown")
    assert nadia.evaluate("document.activeElement.closest('[data-found]') !== null")
    nadia.keyboard.press("ArrowUp")
    assert nadia.evaluate("document.activeElement.name") == "query"
    nadia.keyboard.press("Escape")


def test_a_slash_on_an_empty_line_offers_the_tools_by_keyboard_alone(nadia, sheet):
    number = sheet("Avant\n\n¦\n\nAprès")
    nadia.keyboard.type("/")
    offered = nadia.wait_for_selector(".completion:not([hidden])")
    assert "Tableau" in offered.inner_text()
    assert nadia.get_attribute(".cm-content", "aria-activedescendant")
    nadia.keyboard.type("par")
    assert nadia.inner_text(".completion:not([hidden]) li") == "Parole"
    press(nadia, "Enter")
    nadia.keyboard.type("dit")
    alike(number, nadia, has="Avant\n\n> dit\n\nAprès")
    press(nadia, "Control+End", "Enter", "Enter")
    nadia.keyboard.type("/tab")
    press(nadia, "Escape")
    assert nadia.locator(".completion:not([hidden])").count() == 0
    alike(number, nadia, has="Après\n\n/tab")


def test_a_slash_within_words_offers_nothing(nadia, sheet):
    sheet("3/¦")
    nadia.keyboard.type("4 et/ou /")
    assert nadia.locator(".completion:not([hidden])").count() == 0


def test_a_recording_dropped_takes_its_place_as_a_card(nadia, sheet):
    number = sheet("Avant¦")
    nadia.evaluate(
        """() => {
          const head = 'RIFF$\\x00\\x00\\x00WAVEfmt \\x10\\x00\\x00\\x00\\x01\\x00\\x01\\x00' +
            '@\\x1f\\x00\\x00@\\x1f\\x00\\x00\\x01\\x00\\x08\\x00data\\x00\\x00\\x00\\x00'
          const data = new DataTransfer()
          const bytes = Uint8Array.from(head, (one) => one.charCodeAt(0))
          data.items.add(new File([bytes], 'la boulangère.wav', { type: 'audio/wav' }))
          document.querySelector('.cm-content').dispatchEvent(
            new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
        }"""
    )
    text = alike(number, nadia, has="{{fichier ")
    assert text.startswith("Avant\n\n{{fichier ")
    nadia.wait_for_selector(".co-embed >> text=la boulangère")


def test_a_table_pasted_in_a_line_stands_apart_from_its_words(nadia, sheet):
    sheet("Avant ¦après")
    table = "<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>"
    nadia.evaluate(PASTE, [table, "a b 1 2"])
    assert shown(nadia) == "Avant \n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\naprès"


def test_a_table_is_made_and_changed_in_its_form(nadia, sheet):
    number = sheet("Avant¦")
    nadia.click(".toolbar--live [data-tool=table]")
    nadia.fill("[data-cell='0-0']", "Quoi")
    nadia.fill("[data-cell='0-1']", "Qui")
    nadia.fill("[data-cell='1-0']", "Sono | son")
    nadia.click("[data-table=lessRow]")
    nadia.click("dialog[open] .btn--main")
    made = "Avant\n\n| Quoi | Qui |\n| --- | --- |\n| Sono \\| son |  |"
    alike(number, nadia, has=made)
    nadia.click(".co-table .btn")
    nadia.fill("[data-cell='1-1']", "Bernard")
    nadia.click("[data-table=row]")
    nadia.keyboard.type("Crêpes")
    press(nadia, "Enter")
    alike(number, nadia, has="| --- | --- |\n| Sono \\| son | Bernard |\n| Crêpes |  |")
    assert nadia.inner_text(".co-table td >> nth=0") == "Sono | son"


def test_a_table_and_a_card_may_be_typed_by_hand(nadia, sheet):
    number = sheet()
    typed = ["| Quoi | Qui |", "|---|---|", "| Sono | Bernard |"]
    for line in typed:
        nadia.keyboard.type(line)
        press(nadia, "Enter")
    press(nadia, "Enter")
    nadia.keyboard.type("{{page 14}}")
    press(nadia, "Enter")
    nadia.keyboard.type("fin")
    expected = "\n".join(typed) + "\n\n{{page 14}}\nfin"
    assert alike(number, nadia, has="fin") == expected
    assert nadia.inner_text(".co-table td >> nth=1") == "Bernard"
    nadia.wait_for_selector(".co-embed .embed-card")


def test_words_are_found_and_replaced_whatever_their_accents(nadia, sheet):
    number = sheet("Été comme hiver, l’ete est là.\n\nETE¦")
    press(nadia, "Control+f")
    nadia.keyboard.type("ete")
    nadia.wait_for_selector(".co-find >> text=/\\d sur 3/")
    nadia.fill("[name=replace]", "printemps")
    nadia.click("[data-find=all]")
    alike(number, nadia, has="printemps comme hiver, l’printemps est là.\n\nprintemps")
    press(nadia, "Escape")
    press(nadia, "Control+z")
    alike(number, nadia, has="Été comme hiver, l’ete est là.\n\nETE")


def test_an_image_pasted_takes_its_place_when_it_has_arrived(nadia, sheet):
    number = sheet("Avant\n\nAprès¦")
    asked = []

    def cut_twice(route):
        asked.append(route.request.method)
        return route.abort() if len(asked) in (1, 3) else route.continue_()

    nadia.route(re.compile("/uploads"), cut_twice)  # it goes on where it stopped
    nadia.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 })
          const blob = await new Promise((resolve) => canvas.toBlob(resolve))
          const data = new DataTransfer()
          data.items.add(new File([blob], 'porte verte.png', { type: 'image/png' }))
          document.querySelector('.cm-content').dispatchEvent(
            new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
        }"""
    )
    text = alike(number, nadia, has="![")
    assert "PATCH" in asked
    assert len(asked) >= 4
    nadia.unroute(re.compile("/uploads"))
    assert text.startswith("Avant\n\nAprès\n\n![")
    assert nadia.locator(".co-picture img").count() == 1
    nadia.click(".co-picture")
    nadia.fill("#co-alt", "La porte verte")
    press(nadia, "Enter")
    alike(number, nadia, has="![La porte verte](/files/")


def test_the_code_is_seen_when_asked_for(nadia, sheet):
    sheet("Un **mot** et [[Charte du groupe]]¦")
    assert "**" not in nadia.inner_text(".cm-content")
    nadia.click(".toolbar--live [data-tool=more]")
    nadia.click(".co-more [value=code]")
    nadia.wait_for_selector(".cm-line >> text=Un **mot** et [[Charte du groupe]]")
    press(nadia, "Control+End")
    nadia.keyboard.type(" fin")
    assert shown(nadia).endswith("]] fin")


def test_what_is_being_written_prints_without_its_tools(nadia, sheet):
    sheet("## Titre\n\n- un point¦")
    nadia.emulate_media(media="print")
    assert nadia.is_visible(".cm-line >> text=un point")
    for part in (".toolbar--live", ".co-modes", "[data-mode=plain]", ".more-fields"):
        assert not any(one.is_visible() for one in nadia.locator(part).all()), part
    nadia.emulate_media(media="screen")

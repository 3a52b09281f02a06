"""What a page may hold, rendered in this process."""

import pytest

from wiki.markup.macros import toc_html
from wiki.markup.rendering import render_here


def shown(source, **options):
    return render_here(source, **options).html


def test_a_line_end_is_a_line_break():
    assert shown("Bonjour,\nà demain") == "<p>Bonjour,<br>\nà demain</p>"


def test_typography_is_left_alone():
    text = '« L’été\u00a0! » – 1er… "droit" (c) -- oui\u202f?'
    assert render_here(text).plain == text


def test_headings_leave_the_first_level_to_the_page():
    rendered = render_here("# Un\n\n## Deux\n\n###### Six")
    assert [entry["level"] for entry in rendered.toc] == [2, 3, 6]
    assert "<h1" not in rendered.html
    assert render_here("## Deux").toc[0]["level"] == 2


def test_heading_ids_are_folded_unique_and_prefixed():
    rendered = render_here("## Été à Œuvrer\n\n## Été à œuvrer\n\n## !!!\n\n## location")
    assert [entry["id"] for entry in rendered.toc] == [
        "t-ete-a-oeuvrer",
        "t-ete-a-oeuvrer--2",
        "t-section",
        "t-location",
    ]
    assert rendered.headings == ["Été à Œuvrer", "Été à œuvrer", "!!!", "location"]


def test_a_prefix_keeps_the_ids_of_two_texts_apart():
    text = "## Bilan\n\nMot[^1], [[#Bilan]]\n\n[^1]: note"
    html = shown(text, prefix="contexte")
    assert 'id="t-contexte-bilan"' in html
    assert 'href="#t-contexte-bilan"' in html
    assert 'id="t-fn-contexte-1"' in html
    assert 'href="#t-fn-contexte-1"' in html


def test_headings_hold_marks_and_the_contents_their_words():
    rendered = render_here("## Le **plan** `x` & [lien](/a) <b>")
    assert rendered.toc[0]["text"] == "Le plan x & lien"
    assert "<strong>plan</strong>" in rendered.html


def test_the_contents_nest_and_escape():
    toc = render_here("## A\n\n#### B <i\n\n## C").toc
    html = toc_html(toc)
    assert html.count("<ol>") == html.count("</ol>") == 2
    assert html.count("<li>") == html.count("</li>") == 3
    assert "B &lt;i" in html
    assert toc_html([]) == ""


def test_footnotes_lead_there_and_back():
    html = shown("Mot[^n] et mot[^n], non[^x].\n\n[^n]: La **note**\n    - et sa liste")
    assert '<a class="footnote-ref" href="#t-fn-1">1</a>' in html
    assert '<li id="t-fn-1">' in html
    assert 'title="Revenir au texte"' in html
    assert "<li>et sa liste</li>" in html
    assert "[^x]" in html


def test_tables_follow_a_sentence_and_hold_links():
    html = shown("Voici :\n| A | B |\n|:-:|--:|\n| [[Page|ici]] | `a` |\nAprès")
    assert '<div class="table-scroll" tabindex="0"><table>' in html
    assert '<td align="center"><a class="wikilink" data-ref="Page" href="#">ici</a></td>' in html
    assert "<p>Après</p>" in html


@pytest.mark.parametrize(
    ("typed", "css", "title"),
    [
        ("!!! attention", "warning", "Attention"),
        ("!!! warning", "warning", "Attention"),
        ("!!! Astuce", "tip", "Astuce"),
        ("!!! à-retenir", "important", "Important"),
        ("!!! inconnu", "note", "Inconnu"),
        ('!!! note "Mon titre"', "note", "Mon titre"),
        ("!!! note « Mon titre »", "note", "Mon titre"),
        ("!!! danger Sans guillemets", "danger", "Sans guillemets"),
    ],
)
def test_boxes_have_french_and_english_names(typed, css, title):
    html = shown(f"{typed}\n    Corps\n\n    Fin\n\nDehors")
    assert f'<div class="admonition {css}">\n<p class="admonition-title">{title}</p>' in html
    assert html.endswith("</div>\n<p>Dehors</p>")


def test_boxes_speak_english_on_english_pages():
    assert "Warning</p>" in shown("!!! attention\n    x", lang="en")
    assert "Warning</p>" in shown("> [!WARNING]\n> x", lang="en")


def test_a_folded_box_is_a_details_element():
    html = shown("??? exemple\n    Caché\n\n???+ note\n    Ouvert")
    assert '<details class="admonition example">' in html
    assert '<summary class="admonition-title">Exemple</summary>' in html
    assert '<details class="admonition note" open="">' in html


def test_definitions_abbreviations_and_marks():
    html = shown("ESS\n: Économie\n\n~~non~~ ==oui== H<sub>2</sub>O\n\n*[ESS]: Économie sociale")
    assert "<dd>Économie</dd>" in html
    assert "<del>non</del> <mark>oui</mark> H<sub>2</sub>O" in html
    assert '<abbr title="Économie sociale">ESS</abbr>' in html


def test_code_is_shown_as_typed():
    html = shown("```python\nif a < b & c: [[x]]\n    {{carte 1}}\n```\n\n~~~\n```\n~~~")
    assert '<pre tabindex="0"><code class="language-python">if a &lt; b &amp; c: [[x]]' in html
    assert "<code>```\n</code>" in html


def test_an_unfinished_fence_stays_text():
    assert "<pre" not in shown("```\nencore en train d’écrire")


def test_hash_words_are_not_titles():
    assert shown("#inclusion et #12") == "<p>#inclusion et #12</p>"


def test_unknown_tags_stay_readable_and_known_ones_work():
    html = shown("Bonjour <prénom> <script>x</script> a < b <kbd>Entrée</kbd> <!-- caché -->fin")
    assert "&lt;prénom&gt;" in html
    assert "&lt;script&gt;" in html
    assert "<kbd>Entrée</kbd>" in html
    assert "caché" not in html


def test_raw_blocks_pass_through_the_cleaner():
    html = shown('<div onclick="x" style="color:red">\n<p>Oui</p>\n</div>\n\n<!--\n\nnon\n-->\nfin')
    assert html == "<div>\n<p>Oui</p>\n</div>\n<p>fin</p>"


def test_details_hold_markdown():
    html = shown("<details>\n<summary>Voir</summary>\n\n**gras**\n\n</details>")
    assert "<summary>Voir</summary>" in html
    assert "<strong>gras</strong>" in html


def test_own_pictures_load_lazily_and_remote_ones_become_links():
    html = shown("![Un plan](/files/3/plan.webp) ![Photo](https://ailleurs.fr/p.png) ![](x.png)")
    assert '<img alt="Un plan" src="/files/3/plan.webp" loading="lazy" decoding="async">' in html
    assert 'href="https://ailleurs.fr/p.png"' in html
    assert "image distante\u00a0: Photo" in html.replace("&nbsp;", "\u00a0")
    assert html.count("<img") == 1


def test_a_remote_picture_in_a_link_leaves_the_link():
    html = shown("[![Badge](https://a.fr/b.svg)](https://a.fr)")
    assert html.count("<a ") == 1
    assert '<span class="remote-image">' in html


def test_raw_pictures_ask_nothing_of_third_parties():
    html = shown('<img src="https://a.fr/x.png" alt="X > y" srcset="https://a.fr/2.png 2x">')
    assert "<img" not in html
    assert "srcset" not in html


def test_links_to_other_sites_say_so():
    html = shown("[a](https://a.fr) [b](/pages/1) [c](#ici) [d](//a.fr)")
    assert html.count('rel="nofollow noopener noreferrer"') == 2
    assert '<a href="/pages/1">b</a> <a href="#t-ici">c</a>' in html


@pytest.mark.parametrize(
    ("typed", "address", "after"),
    [
        ("« https://a.fr/b »", "https://a.fr/b", " »"),
        ("(https://a.fr/b).", "https://a.fr/b", ")."),
        ("https://a.fr/b_(c), oui", "https://a.fr/b_(c)", ", oui"),
        ("https://a.fr/b… oui", "https://a.fr/b", "… oui"),
        ("https://a.fr ; oui", "https://a.fr", " ; oui"),
        ("https://a.fr\u00a0: oui", "https://a.fr", "&nbsp;: oui"),
        ("https://a.fr/?q=é&amp;r=1!", "https://a.fr/?q=é&amp;r=1", "!"),
        ("https://a.fr> oui", "https://a.fr", "&gt; oui"),
        ("https://a.fr\u202f! oui", "https://a.fr", "\u202f! oui"),
        ("www.a.fr, oui", "http://www.a.fr", ", oui"),
        ("jean.d_x@a-b.fr.", "mailto:jean.d_x@a-b.fr", "."),
    ],
)
def test_bare_addresses_become_links_without_the_punctuation(typed, address, after):
    html = shown(typed)
    assert f'<a href="{address}" class="bare' in html
    assert f"</a>{after}" in html


def test_no_link_inside_code_or_links():
    html = shown("`https://a.fr` [https://a.fr/x](/y)\n\n    https://a.fr\n\nfichier.py note.md")
    assert html.count("<a ") == 1


def test_text_survives_whatever_it_holds():
    text = "a\x00b\r\nc\ud800d\x02wzxhzdk:0\x03 \x02essaim:0\x03 klzzwxh:0001"
    rendered = render_here(text)
    assert "klzzwxh:0001" in rendered.plain
    assert render_here("").html == ""
    assert render_here("\n \n\t\n").html == ""


def test_a_byte_order_mark_hides_no_title():
    assert render_here("\ufeff# Titre").toc[0]["text"] == "Titre"


@pytest.mark.parametrize("source", ["_oui_", "(_oui_)", "*oui*", "un mot _oui_ là"])
def test_stars_and_underscores_both_stress(source):
    assert "<em>oui</em>" in shown(source)


def test_underscores_inside_a_name_stay():
    assert "<em>" not in shown("un_nom_de_fichier")

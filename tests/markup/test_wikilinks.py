"""[[Links]] and {{macros}}: written, kept as placeholders, filled for each reader, rewritten."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.markup import fill, links
from wiki.markup.links import Link, extract, key, rewrite
from wiki.markup.macros import MACROS, placeholder
from wiki.markup.rendering import render_here

SOURCE = """Voir [[Accueil]], [[Le plan|le *plan*]], [[#12]], [[#12|ici]]
et [[Accueil#Les horaires]].

`[[Non]]` et \\[[Non plus]]

```
[[Encore non]]
```

> - [[Dans une liste]]

| A |
|---|
| [[Tableau|texte]] |
"""


def test_links_are_found_in_the_text_but_not_in_code():
    rendered = render_here(SOURCE)
    assert rendered.links == [
        Link("Accueil", "Accueil"),
        Link("Le plan", "le plan"),
        Link("#12", "#12"),
        Link("#12", "ici"),
        Link("Accueil", "Accueil § Les horaires", "Les horaires"),
        Link("Dans une liste", "Dans une liste"),
        Link("Tableau", "texte"),
    ]
    assert rendered.links[2].item_id == 12
    assert rendered.links[0].item_id is None


def test_a_cheap_reading_finds_the_same_targets():
    assert [link.target for link in extract(SOURCE)] == [
        link.target for link in render_here(SOURCE).links
    ]
    assert extract("rien") == []


def test_each_reader_gets_links_of_their_own():
    known = {
        "Accueil": ("/pages/1-accueil", "", "Accueil"),
        "#12": ("/reports/12-x", "reports", ""),
    }
    html = fill(render_here(SOURCE).html, known.get, lambda number: None)
    assert '<a class="wikilink" href="/pages/1-accueil" title="Accueil">Accueil</a>' in html
    assert '<a class="wikilink reports" href="/reports/12-x">ici</a>' in html
    assert 'href="/pages/1-accueil#t-les-horaires"' in html
    assert '<span class="wikilink missing">le <em>plan</em></span>' in html
    assert "data-ref" not in html


def test_a_target_reaches_the_caller_as_typed():
    asked = []
    title = 'L’été & <b>"l\'hiver"</b> été'
    fill(render_here(f"[[{title}|x]]").html, asked.append, lambda n: None)
    assert asked == [title]


def test_what_the_caller_gives_is_escaped():
    html = fill(
        render_here("[[Page]]").html,
        lambda target: ('/x"onclick="y', 'c"d', "<i>t</i>"),
        lambda number: None,
    )
    assert 'href="/x&quot;onclick=&quot;y"' in html
    assert 'title="&lt;i&gt;t&lt;/i&gt;"' in html
    unsafe = fill(
        render_here("[[Page]]").html, lambda target: ("javascript:x", "", ""), lambda number: None
    )
    assert 'href="#"' in unsafe


def test_cards_are_filled_or_left_out():
    rendered = render_here("Avant\n{{carte 12}}\n{{page 7}}\n{{carte 12}}\nAprès {{page 9}}")
    assert rendered.embeds == [12, 7]
    html = fill(rendered.html, lambda t: None, {12: "<b>carte</b>"}.get)
    assert html.count("<b>carte</b>") == 2
    assert "data-embed" not in html
    assert "{{page 9}}" in html


@pytest.mark.parametrize("macro", MACROS, ids=lambda macro: macro.name)
def test_every_macro_works_by_all_its_names(macro):
    for name in (macro.name, *macro.aliases, macro.name.upper()):
        typed = macro.example.replace(macro.name, name)
        html = render_here(f"Avant\n{typed}\nAprès").html
        if macro.key:
            assert f'<div class="macro" data-macro="{macro.key}"></div>' in html
        else:
            moment = ' data-moment="83-95"' if macro.timed else ""
            held = f'<div class="embed" data-embed="12" data-kind="{macro.kind}"{moment}></div>'
            assert held in html
    assert macro.purpose.endswith(".")


def test_macros_have_distinct_names():
    names = [name for macro in MACROS for name in (macro.name, *macro.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "typed",
    ["{{inconnu 3}}", "{{page}}", "{{sommaire 3}}", "{{page 0x1}}", "{{}}", "{{ }}", "{{12}}"],
)
def test_what_is_no_macro_stays_text(typed):
    assert placeholder(typed) is None
    assert render_here(typed).plain == typed


def test_macros_in_code_stay_text():
    html = render_here("```\n{{page 1}}\n```\n\n    {{page 1}}\n\n`{{page 1}}`").html
    assert "data-embed" not in html


def test_contents_and_children_are_filled_by_key():
    html = render_here("{{sommaire}}\n\n{{pages}}").html
    full = fill(html, lambda t: None, lambda n: None, {"toc": "<nav></nav>", "children": str})
    assert full == "<nav></nav>\n"
    assert fill(html, lambda t: None, lambda n: None) == html


def test_pages_without_placeholders_cost_nothing():
    html = render_here("Une phrase **ordinaire**.\n\n" * 300).html
    start = time.process_time()
    for _ in range(50):
        assert fill(html, lambda t: None, lambda n: None) is html
    assert (time.process_time() - start) / 50 < 0.002  # 0.01 ms on a quiet machine


@pytest.mark.parametrize(
    ("before", "old", "new", "after"),
    [
        ("[[Accueil]]", "accueil", "#12", "[[#12|Accueil]]"),
        ("[[Accueil|ici]]", "Accueil", "#12", "[[#12|ici]]"),
        ("[[Accueil#Quand]]", "Accueil", "#12", "[[#12#Quand|Accueil § Quand]]"),
        ("[[Accueil]]", "Accueil", "Entrée", "[[Entrée]]"),
        ("[[Accueil#Quand|q]]", "Accueil", "Entrée", "[[Entrée#Quand|q]]"),
        ("[[L'été]] [[L’hiver]]", "L’été", "X", "[[X]] [[L’hiver]]"),
        ("| [[A\\|b]] |", "A", "C", "| [[C\\|b]] |"),
        ("`[[A]]` [[A]] ``x`[[A]]``", "A", "C", "`[[A]]` [[C]] ``x`[[A]]``"),
        ("```\n[[A]]\n```\n[[A]]\n", "A", "C", "```\n[[A]]\n```\n[[C]]\n"),
        ("- ~~~\n  [[A]]\n  ~~~\n- [[A]]", "A", "C", "- ~~~\n  [[A]]\n  ~~~\n- [[C]]"),
        ("```\n[[A]] sans fin", "A", "C", "```\n[[C]] sans fin"),
        ("un ` seul [[A]]\n\nautre ` ici", "A", "C", "un ` seul [[C]]\n\nautre ` ici"),
        ("\\[[A]]", "A", "C", "\\[[A]]"),
        ("[[A]]", "A", "B ] ou | C", "[[A]]"),
        ("[[A]]\r\n\u2028[[A]]\x0b", "A", "C", "[[C]]\r\n\u2028[[C]]\x0b"),
    ],
)
def test_a_target_is_rewritten_outside_code(before, old, new, after):
    assert rewrite(before, old, new) == after


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("ab `~\n[]|#>-\\"), max_size=80))
def test_rewriting_another_target_changes_nothing(text):
    assert rewrite(text + "[[a]]", "jamais", "#1") == text + "[[a]]"


def test_titles_meet_whatever_their_case_spaces_and_apostrophes():
    assert key("  L’Été   à Œuvrer ") == key("l'été à œuvrer")
    assert key("été") != key("ete")


def test_links_are_placed_by_heading():
    assert links.heading_id("Les horaires d’été") == "t-les-horaires-d-ete"


def test_hostile_sources_are_read_quickly():
    from .hostile import TEXTS

    start = time.process_time()
    for text in TEXTS.values():
        rewrite(text * 3 + "[[", "a", "b")
        extract(text * 3 + "[[")
    assert time.process_time() - start < 4

"""Nothing a person types becomes executable, restyles the screen or reaches out."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.markup import links, sanitize
from wiki.markup.fallback import as_typed
from wiki.markup.rendering import render_here
from wiki.markup.sanitize import clean_body, clean_text

from .payloads import ADDRESSES, HTML, PLACES

VOID = {"br", "hr", "img"}
LINKS = {"href", "src"}
ALLOWED_ATTRIBUTES = {
    *("id", "class", "title", "lang", "dir", "href", "rel", "data-ref", "src", "alt", "width"),
    *("height", "loading", "decoding", "start", "type", "align", "colspan", "rowspan", "scope"),
    *("open", "data-embed", "data-kind", "data-macro", "tabindex", "role", "aria-label"),
}


class Inspector(HTMLParser):
    """Reads HTML as a browser would and objects to anything not on the list."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.faults = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in sanitize.TAGS:
            self.faults.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag, name, value):
        if name not in ALLOWED_ATTRIBUTES:
            self.faults.append(f"{tag} {name}={value}")
        if name == "id" and not value.startswith("t-"):
            self.faults.append(f"id={value}")
        if name == "class":
            ours = (c in sanitize.CLASSES or c.startswith("language-") for c in value.split())
            self.faults += [] if all(ours) else [f"class={value}"]
        if name in LINKS:
            bare = re.sub(r"[\s\x00-\x20\u00ad\u200b-\u200f\u2060-\u206f]", "", value)
            scheme = re.match(r"([^/?#]*?):", bare)
            if scheme and scheme[1].lower() not in {"http", "https", "mailto", "tel"}:
                self.faults.append(f"{name}={value}")
            if value.replace("/", "\\").startswith("\\\\") and "\\" in value[:2]:
                self.faults.append(f"{name}={value}")
        if name == "src" and not value.startswith("/files/"):
            self.faults.append(f"src={value}")

    def handle_endtag(self, tag):
        if tag in VOID or not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_comment(self, data):
        self.faults.append(f"<!--{data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def faults(html):
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.faults + inspector.open


def filled(html):
    return links.fill(
        html,
        lambda target: ("/pages/1-x", "", f'"><script>alert("{target}")</script>'),
        lambda number: f'<div class="embed" data-embed="{number}"></div>',
        {"toc": "", "children": ""},
    )


def check(html):
    assert faults(html) == [], html
    assert sanitize.sanitize(html).replace("\n", "") == html.replace("\n", "")
    assert [fault for fault in faults(filled(html)) if "missing" not in fault] == []


@pytest.mark.parametrize("payload", HTML)
def test_hostile_html_is_harmless(payload):
    for source in (
        payload,
        f"Du texte {payload} en ligne",
        f"<div>\n{payload}\n</div>",
        f"- {payload}",
    ):
        check(render_here(source).html)
    assert faults(sanitize.sanitize(payload)) == []
    assert faults(as_typed(payload).html) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_hostile_addresses_are_harmless_wherever_they_stand(address):
    for place in PLACES:
        check(render_here(place.format(address, address)).html)


@pytest.mark.parametrize("place", PLACES)
def test_hostile_html_is_harmless_wherever_it_stands(place):
    for payload in HTML[::4]:
        check(render_here(place.format(payload, payload)).html)


def test_the_inspector_objects():
    assert faults("<script>x</script>") == ["script"]
    assert faults('<a href="java\nscript:x">x</a>')
    assert faults('<p onclick="x">x</p>')
    assert faults("<p>x")
    assert faults('<img src="https://a.fr/x.png">')


QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
PIECES = st.sampled_from(
    [*HTML, *ADDRESSES, *"[]()<>!\"'`*_~=|#-:.\\&{}\n\t /", "[[", "]]", "](", "![", "\n\n", "```\n"]
    + ["    ", "- ", "1. ", "> ", "!!! note\n", "[^1]", "[^1]: ", "|--|\n", "<div>", "</div>", "é"]
)


@QUICK
@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_mixture_is_harmless(source):
    html = render_here(source).html
    assert faults(html) == []


@QUICK
@given(st.lists(PIECES, max_size=12).map("".join))
def test_cleaning_twice_is_cleaning_once(source):
    once = sanitize.sanitize(source)
    assert faults(once) == []
    assert sanitize.sanitize(once) == once


CHARACTERS = st.sampled_from(
    "abéŒß’«»\u00a0\u202f\u200b\u200d\u202e\u2066\u2028\x00\x02\x03\x0b\x1f\x7f\x85\xad\ud800\udfff"
    "e\u0301\ufeff\ufe0f👩🏫 \t\r\n<>&\"'`*_[](){}|#-+!:;.,\\/=~^1"
)
TEXT = st.text(CHARACTERS, max_size=200)


@QUICK
@given(TEXT)
def test_any_text_is_harmless_and_no_word_is_lost(source):
    rendered = render_here(source)
    assert faults(rendered.html) == []
    assert faults(as_typed(source).html) == []


@QUICK
@given(st.lists(st.sampled_from(["abc", "été", "l’an", "12", "(oui)", "«", "»", ";"]), max_size=30))
def test_prose_keeps_every_word(words):
    assert render_here(" ".join(words)).plain.split() == " ".join(words).split()


@QUICK
@given(TEXT)
def test_clean_titles_are_stable_and_on_one_line(text):
    once = clean_text(text)
    assert clean_text(once) == once
    assert once == once.strip()
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", once)
    once.encode()


@QUICK
@given(TEXT)
def test_bodies_change_only_where_they_must(text):
    assert clean_body(text) == re.sub("[\x00\ud800-\udfff]", "", text.replace("\r\n", "\n"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Un \t titre\n sur deux  lignes ", "Un titre sur deux lignes"),
        ("Pourquoi\u00a0?", "Pourquoi\u00a0?"),
        ("Quoi\u202f! \u00a0non", "Quoi\u202f! non"),
        ("e\u0301te\u0301", "été"),
        ("a\u202eb\u2066c\u200bd\u0000e\ufefff\u00adg\ud800h", "abcdefgh"),
        ("👩\u200d🏫 Léa", "👩\u200d🏫 Léa"),
        ("a\u200db", "ab"),
        ("\u3164\u2800\u115f", ""),
        ("Ligne\u2028suivante\x85fin", "Ligne suivante fin"),
        ("<b>Titre</b> & co", "<b>Titre</b> & co"),
    ],
)
def test_titles_are_cleaned(typed, kept):
    assert clean_text(typed) == kept


def test_links_keep_their_good_schemes():
    html = render_here("[a](tel:+33123456789) [b](mailto:a@b.fr) [c](../x?y=1:2#z) [d](#été)").html
    for address in ("tel:+33123456789", "mailto:a@b.fr", "../x?y=1:2#z", "#t-été"):
        assert f'href="{address}"' in html

"""Slugs, summaries and plain text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.markup.text import (
    first_sentences,
    html_to_text,
    shorten,
    slugify,
    strip_markdown,
    summary,
)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("L’été à Brétigny-sur-Orge", "l-ete-a-bretigny-sur-orge"),
        ("Cœur d'Œuvre & Ægir", "coeur-d-oeuvre-aegir"),
        ("  Qui ? Quoi… « ça » !  ", "qui-quoi-ca"),
        ("ÉÀÜÇ ñ ß", "eauc-n-ss"),
        ("e\u0301te\u0301", "ete"),
        ("10 000 €", "10-000"),
        ("…", ""),
        ("", ""),
        ("🎉", ""),
        ("Привет", "привет"),
        ("a_b/c\\d", "a-b-c-d"),
    ],
)
def test_slugs(title, slug):
    assert slugify(title) == slug


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("abcÉœ’ -_/…12\u00a0"), max_size=200))
def test_slugs_are_short_and_stable(title):
    slug = slugify(title)
    assert len(slug) <= 80
    assert slugify(slug) == slug
    assert "--" not in slug
    assert slug == slug.strip("-")


def test_slugs_are_cut_between_words():
    assert slugify("comment accompagner " * 9) == "-".join(["comment", "accompagner"] * 4)
    assert slugify("a" * 200) == "a" * 80


def test_blocks_are_separated_in_plain_text():
    html = "<h2>Titre</h2><p>Un <b>mot</b>.<br>Deux&nbsp;!</p><ul><li>a</li><li>b &lt; c</li></ul>"
    assert html_to_text(html) == "Titre\nUn mot.\nDeux\u00a0!\na\nb < c"
    assert html_to_text("<table><tr><td>1</td><td>2</td></tr></table>").split() == ["1", "2"]
    assert html_to_text('<p title="a > b">c</p>') == "c"


SOURCE = """# Un titre

!!! note
Le **lundi**, nous avons reçu [douze personnes](https://a.fr/b) à l’[[Accueil|accueil]][^1].
La suite est `moins` ~~bien~~ claire.

- [ ] appeler
- écrire à ![Photo](x.png) Léa

| a | b |
|---|---|

```
code
```

{{carte 12}}

[^1]: note
"""


def test_a_summary_is_prose():
    assert strip_markdown(SOURCE) == (
        "Le lundi, nous avons reçu douze personnes à l’accueil.\n"
        "La suite est moins bien claire.\nappeler\nécrire à Léa"
    )
    assert summary(SOURCE, 60) == "Le lundi, nous avons reçu douze personnes à l’accueil."
    assert summary("") == ""


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [
        ("Un mot.", 40, "Un mot."),
        ("Première phrase. Seconde phrase bien plus longue.", 30, "Première phrase."),
        ("M. Martin arrive. Puis il repart avec Léa", 30, "M. Martin arrive."),
        ("Une phrase sans fin qui continue encore", 20, "Une phrase sans fin…"),
        ("Quoi\u00a0? Rien. Et puis la suite de tout", 20, "Quoi\u00a0? Rien."),
        ("anticonstitutionnellement", 10, "anticonst…"),
    ],
)
def test_sentences_are_kept_whole(text, longest, short):
    assert first_sentences(text, longest) == short


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("abé .,!?\u00a0\n"), max_size=200), st.integers(5, 60))
def test_short_texts_are_never_longer_than_asked(text, longest):
    assert len(shorten(text, longest)) <= longest
    assert len(first_sentences(text, longest)) <= longest


def test_hostile_texts_are_summed_up_quickly():
    from .hostile import TEXTS

    start = time.process_time()
    for text in TEXTS.values():
        summary(text)
        html_to_text(text)
    assert time.process_time() - start < 4

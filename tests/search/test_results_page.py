"""The search page and what it shows."""

import pytest

from wiki.items.models import Scope


def test_the_page_marks_words_and_says_where(client, write):
    write(
        "Le jardin",
        "Un potager partagé derrière la gare. <script>alert(1)</script>",
        summary="Semer.",
    )
    html = client.get("/search?q=potagers").get_data(as_text=True)
    assert "<mark>potager</mark>" in html
    assert "<script>alert" not in html
    assert 'href="/pages/' in html


def test_typed_words_are_escaped(client):
    html = client.get('/search?q="><script>alert(1)</script>').get_data(as_text=True)
    assert "<script>alert" not in html


def test_a_correction_is_said_and_can_be_undone(client, write):
    write("Musique", "La clarinette du dimanche.")
    html = client.get("/search?q=clairnette").get_data(as_text=True)
    assert "<b>clarinette</b>" in html
    assert "exact=1" in html
    exact = client.get("/search?q=clairnette&exact=1").get_data(as_text=True)
    assert "<mark>" not in exact
    assert "q=clarinette" in exact


@pytest.mark.parametrize(
    "query",
    [
        "", "q=", "q=%00", "q=" + "a" * 5000, "q=%F0%9F%98%80", "q=%22", "q=-", "q=*",
        "q=%E2%80%AE", "page=0", "page=-3", "page=99999", "page=x", "needs=nope", "kind=nope",
        "group=x", "group=99999999999999", "scope=x", "author=x", "q=a&themes=a,b,c&themes=d",
        "q=%FF", "q=titre:", "q=" + "mot*+" * 500, "q=a&more=1",
    ],
)  # fmt: skip
def test_any_address_gives_a_page(client, query):
    assert client.get(f"/search?{query}").status_code == 200
    assert client.get(f"/search.json?{query}").status_code == 200


@pytest.mark.parametrize("typed", ["%F0%9F%9A%B2", "%22", "%22%22", "*", "%C2%AB+%C2%BB"])
def test_a_question_without_a_word_says_so(client, write, typed):
    write("Le jardin", "Un potager.")
    html = client.get(f"/search?q={typed}").get_data(as_text=True)
    assert "Le jardin" in html
    said = "Il n’y a aucun mot à chercher"
    assert said in html
    assert "1 résultat" not in html
    assert said not in client.get("/search?q=potager").get_data(as_text=True)
    assert said not in client.get("/search").get_data(as_text=True)


def test_what_is_pasted_is_not_repeated_whole_in_every_link(client, write):
    write("Le jardin", "Un potager.")
    html = client.get("/search?q=potager" + "%22" * 5000).get_data(as_text=True)
    assert "%22" * 900 in html
    assert len(html) < 200_000


def test_nothing_found_offers_ways_out(client, write):
    write("Le jardin", "Un potager.")
    html = client.get("/search?q=potager&kind=reports&needs=papiers").get_data(as_text=True)
    assert 'href="/search"' in html
    assert '<a href="/search?q=potager">' in html
    only = client.get("/search?q=potager&kind=reports").get_data(as_text=True)
    assert '<a href="/search?q=potager">' in only


def test_the_answer_for_programs_has_its_shape(client, write, world):
    page = write("Le jardin", "Un potager partagé derrière la gare.", summary="Semer.")
    told = client.get("/search.json?q=potager").get_json()
    assert told["total"] == 1
    (result,) = told["results"]
    assert result | {"updated_at": ""} == {
        "id": page.id, "kind": "pages", "title": "Le jardin", "url": page.url, "summary": "Semer.",
        "highlight": "Un <mark>potager</mark> partagé derrière la gare.", "found_in": "body",
        "scope": "public", "group": {"id": world.ours, "title": "Mon quartier, mes ressources"},
        "source": None, "updated_at": "", "found_at": None,
    }  # fmt: skip
    assert result["updated_at"].endswith("Z")
    assert told["suggestion"] is None


def test_a_stranger_sees_nothing_private(client, write):
    write("Zibeltrux", "Caché.", scope=Scope.GROUP)
    html = client.get("/search?q=caché").get_data(as_text=True)
    assert "ibeltrux" not in html

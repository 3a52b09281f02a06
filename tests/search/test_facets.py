"""Facets: what they count, for whom, and what each value leads to."""

import re

import pytest
from werkzeug.datastructures import MultiDict

from wiki.accounts.models import User
from wiki.db import db
from wiki.items import terms
from wiki.items.lineage import Adaptation
from wiki.items.models import Scope, Term
from wiki.items.writing import save
from wiki.reports import cards
from wiki.reports.models import Report
from wiki.search import vocabularies
from wiki.search.filters import Filters


@pytest.fixture
def report(inside, world):
    """A function that saves a report and gives it."""

    def make(title, places=(), scope=Scope.PUBLIC, **facts):
        made = Report(group_id=world.ours, title=title, scope=scope, **facts)
        made.terms = terms.named("territories", list(places))
        save(made, db.session.get(User, world.nadia))
        return made

    return make


def counts(results, vocabulary):
    return {value.slug: value.count for value in results.facets.get(vocabulary, [])}


def chosen(**values):
    return Filters.from_args(MultiDict(values))


def test_a_commune_counts_in_its_community_department_and_region(report, ask):
    report("Jardin à Tours", ["Tours"])
    report("Jardin à Joué", ["Joué-lès-Tours"])
    report("Jardin à Brest", ["Brest"])
    found = counts(ask("jardin"), "territories")
    assert found["tours"] == 1
    assert found["tours-metropole-val-de-loire"] == 2
    assert found["indre-et-loire"] == 2
    assert found["finistere"] == 1
    assert ask("jardin", filters=chosen(territories="centre-val-de-loire")).total == 2


def test_the_figures_of_a_report_are_counted_in_steps(report, ask):
    report("Atelier long", sessions=12, people=9, cost=0, year=2024, licence="CC BY-SA 4.0")
    report("Atelier court", sessions=1, people=40, cost=300, year=2025)
    found = ask("atelier")
    assert counts(found, "durations") == {"6-a-12-seances": 1, "en-une-fois": 1}
    assert counts(found, "sizes") == {"6-a-12": 1, "plus-de-30": 1}
    assert counts(found, "costs") == {"gratuit": 1, "201-a-1000": 1}
    assert counts(found, "years") == {"2024": 1, "2025": 1}
    assert counts(found, "licences") == {"cc-by-sa-4-0": 1}
    assert ask("atelier", filters=chosen(costs="gratuit", years="2024")).total == 1
    assert ask("atelier", filters=chosen(costs="gratuit", years="2025")).total == 0


def test_a_kind_of_place_is_narrowed_by_apart_from_the_place(report, ask):
    report("Bus au village", ["Brest", "Rural, zone blanche"])
    report("Bus en ville", ["Brest"])
    kinds = counts(ask("bus"), "settings")
    assert sum(kinds.values()) == 1
    (slug,) = kinds
    assert ask("bus", filters=chosen(territories="brest", settings=slug)).total == 1


def test_a_facet_counts_what_choosing_it_shows_and_nothing_hidden(report, ask, world):
    report("Couture à Tours", ["Tours"])
    report("Couture cachée", ["Loches"], scope=Scope.GROUP)
    stranger, member = ask("couture"), ask("couture", "karim")
    assert "loches" not in counts(stranger, "territories")
    assert counts(member, "territories")["loches"] == 1
    for slug, n in counts(member, "territories").items():
        assert ask("couture", "karim", filters=chosen(territories=slug)).total == n


def test_a_place_that_turns_private_leaves_the_facets_at_once(report, ask, world):
    made = report("Couture à Loches", ["Loches"])
    assert counts(ask("couture"), "territories")["loches"] == 1
    made.scope = Scope.GROUP
    db.session.commit()
    assert counts(ask("couture"), "territories") == {}


def test_moving_a_place_under_another_moves_what_it_counts(report, ask):
    report("Couture au Bas-Pays", ["Bas-Pays"])
    place = terms.by_slugs("territories", ["bas-pays"])[0]
    place.parent_id = terms.named("territories", ["Finistère"])[0].id
    db.session.commit()
    assert counts(ask("couture"), "territories")["finistere"] == 1


def test_places_named_before_are_put_where_they_lie(report, ask):
    db.session.add(Term(vocabulary="territories", slug="loches", label="Loches", position=1))
    db.session.commit()
    report("Couture à Loches", ["Loches"])
    assert "indre-et-loire" not in counts(ask("couture"), "territories")
    assert terms.place_territories() == 1
    db.session.commit()
    assert counts(ask("couture"), "territories")["indre-et-loire"] == 1


def test_a_year_is_narrowed_by_from_its_address(client, report):
    report("Atelier de 2024", year=2024)
    report("Atelier de 2025", year=2025)
    db.session.remove()
    page = client.get("/search?q=atelier&years=2024&more=1").get_data(as_text=True)
    assert "Atelier</mark> de 2024" in page
    assert "Atelier</mark> de 2025" not in page


def test_a_result_says_which_words_stand_where(client, report):
    report("Le tricot", summary="Tricoter au chaud.", body="Des aiguilles et de la laine.")
    db.session.remove()
    page = client.get("/search?q=tricot+aiguilles+zébulon").get_data(as_text=True)
    assert "Pourquoi ce résultat" in page or "Why this result" in page


def test_nothing_found_still_shows_something_near(client, report):
    report("Le tricot", year=2024)
    db.session.remove()
    page = client.get("/search?q=tricot&years=1999").get_data(as_text=True)
    assert "tricot</h" in page.lower() or "tricot</a>" in page.lower()


def test_a_licence_or_year_of_something_hidden_is_no_word_that_others_know(client, report):
    report("Atelier caché", scope=Scope.GROUP, licence="Accord Canariville", year=1987)
    db.session.remove()
    for words in ("licences/accord-canariville", "years/1987", "licences/rien", "years/1986"):
        assert client.get(f"/feeds/{words}.atom").status_code == 404
    for asked in ("licences=accord-canariville", "q=licence:accord-canariville", "years=1987"):
        assert client.get(f"/search.json?{asked}").json["facets"].get("licences", []) == []


def test_a_year_named_elsewhere_at_the_same_moment_is_no_conflict(report, ask, monkeypatch):
    report("Atelier de 2031", year=2031)
    with monkeypatch.context() as stale:
        stale.setattr(vocabularies, "by_slug", dict)  # as a process that did not look again yet
        report("Un autre atelier", year=2031)
    assert counts(ask("atelier"), "years") == {"2031": 2}


def test_a_card_says_how_proven_a_report_is_and_how_often_it_was_redone(client, report, world):
    effects = [{"text": "Ils écrivent.", "whom": "people", "evidence": "measured", "n": 9}]
    source = report("Atelier de lecture", effects=effects, year=2025)
    hidden = report("Copie xylophone", scope=Scope.GROUP)
    db.session.add(Adaptation(item_id=hidden.id, source_id=source.id))
    db.session.commit()
    page = client.get("/search?q=atelier+lecture").get_data(as_text=True)
    assert re.search(r'class="tag tag--yes">.*?, n\s=\s9</span>', page)
    assert "1 fois" not in page, "what the reader may not read is not counted"
    nadia = db.session.get(User, world.nadia)
    assert [tag.icon for tag in cards.cards([source.id], nadia)[source.id].tags][-1] == "essaimer"


def test_the_kind_of_place_is_among_the_six_filters_shown_at_once(client, report):
    report("Atelier au village", ["Tours", "rural-equipe"], sessions=3, year=2024, cost=0)
    page = client.get("/search?q=atelier").get_data(as_text=True)
    shown = re.findall(r'id="facet-(\w+)"', page)
    assert "settings" in shown
    assert len(shown) <= 6
    assert "years" in re.findall(
        r'id="facet-(\w+)"', client.get("/search?q=atelier&more=1").get_data(as_text=True)
    )

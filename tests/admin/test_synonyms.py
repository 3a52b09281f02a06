"""The synonyms of the search: a site admin adds, changes, takes out, brings back, and tries."""

import pytest

from wiki.accounts.models import User
from wiki.db import db
from wiki.items.models import Scope
from wiki.items.writing import save
from wiki.pages.models import Page
from wiki.search import synonym_groups, synonyms, vocabularies

HERE = "/admin/synonyms"


@pytest.fixture
def told(app, world, client):
    """Two public pages, and a function that gives the titles a visitor finds."""
    with app.app_context():
        for title, body in (
            ("Une", "Le zibeltrux du mardi."),
            ("Deux", "Un vélo à la CAF."),
        ):
            page = Page(group_id=world.ours, title=title, body=body, scope=Scope.PUBLIC)
            save(page, db.session.get(User, world.nadia))

    def ask(question):
        answer = client.get("/search.json", query_string={"q": question}).get_json()
        return {result["title"] for result in answer["results"]}

    return ask


def key_of(word):
    return next(g.key for g in synonym_groups.shipped().values() if word in g.words)


@pytest.mark.parametrize("name", [None, "nadia", "sophie", "stranger"])
def test_only_admins_see_it(client, client_of, name):
    visitor = client_of(name) if name else client
    for path in (HERE, f"{HERE}/new", f"{HERE}/{key_of('CAF')}"):
        assert visitor.get(path).status_code in (303, 302, 401, 404)
    for path in (f"{HERE}/restoration", f"{HERE}/{key_of('CAF')}/removal", f"{HERE}/try"):
        assert visitor.post(path).status_code in (303, 302, 401, 404)


def test_an_added_group_acts_on_the_next_search_without_reading_texts_again(told, client_of):
    assert told("machin bleu") == set()
    sent = {"words": "machin bleu\nzibeltrux\n"}
    assert client_of("admin").post(f"{HERE}/new", data=sent).status_code == 303
    assert told("machin bleu") == {"Une"}
    assert told("les Machins bleus") == {"Une"}
    shown = client_of("admin").get(HERE).text
    assert "machin bleu" in shown
    assert "Added by the site" in shown or "Ajouté" in shown


def test_one_way_means_one_way(told, client_of, app, world):
    client_of("admin").post(f"{HERE}/new", data={"words": "truc\nzibeltrux", "one_way": "1"})
    assert told("truc") == {"Une"}
    with app.app_context():
        group = synonym_groups.groups()[0]
        assert group.line == "truc => zibeltrux"
        assert synonyms.book().longest(("zibeltrux",)) is None


def test_a_shipped_group_is_changed_taken_out_and_brought_back(told, client_of):
    admin, key = client_of("admin"), key_of("bicyclette")
    assert told("bicyclette") == {"Deux"}
    assert admin.post(f"{HERE}/{key}/removal").status_code == 303
    assert told("bicyclette") == set()
    assert admin.get(f"{HERE}/{key}").status_code == 200
    assert admin.post(f"{HERE}/{key}/restoration").status_code == 303
    assert told("bicyclette") == {"Deux"}
    admin.post(f"{HERE}/{key}", data={"words": "bicyclette\nzibeltrux"})
    assert told("bicyclette") == {"Une"}
    assert admin.post(f"{HERE}/restoration").status_code == 303
    assert told("bicyclette") == {"Deux"}


def test_taking_out_an_own_group_forgets_it(told, client_of, app):
    admin = client_of("admin")
    admin.post(f"{HERE}/new", data={"words": "machin\nzibeltrux"})
    with app.app_context():
        key = synonym_groups.groups()[0].key
    admin.post(f"{HERE}/{key}/removal")
    assert told("machin") == set()
    assert admin.get(f"{HERE}/{key}").status_code == 404


def test_restoring_all_keeps_what_the_site_added(told, client_of):
    admin = client_of("admin")
    admin.post(f"{HERE}/new", data={"words": "machin\nzibeltrux"})
    admin.post(f"{HERE}/restoration")
    assert told("machin") == {"Une"}


def test_saving_a_shipped_group_unchanged_changes_nothing(client_of, app):
    group = synonym_groups.shipped()[key_of("CAF")]
    client_of("admin").post(f"{HERE}/{group.key}", data={"words": "\n".join(group.words)})
    with app.app_context():
        assert synonym_groups.group(group.key) == group


@pytest.mark.parametrize(
    "words",
    ["", "seul", "seul\nSEULS", "le\nla", "a" * 90 + "\nb", "\n".join(f"mot{n}" for n in range(20)),
     ",,,\n=>", "\x00\n\u202e", "😀\n🙂"],
)  # fmt: skip
def test_what_is_no_group_is_refused_with_a_reason(client_of, words):
    answer = client_of("admin").post(f"{HERE}/new", data={"words": words})
    assert answer.status_code == 422
    assert 'class="error"' in answer.text


def test_signs_of_the_list_are_taken_out_of_the_words(client_of, app):
    client_of("admin").post(f"{HERE}/new", data={"words": "un, deux\n# trois => quatre"})
    with app.app_context():
        assert synonym_groups.groups()[0].words == ("un deux", "trois quatre")


def test_the_list_can_be_searched_and_paged(client_of):
    admin = client_of("admin")
    assert "caisse d&#39;allocations familiales" in admin.get(f"{HERE}?q=CAF").text
    assert 'class="empty"' in admin.get(f"{HERE}?q=zibeltrux").text
    assert admin.get(f"{HERE}?page=99999999").status_code == 200
    assert admin.get(f"{HERE}?q={'%' * 300}&page=-3").status_code == 200


def test_trying_shows_what_a_search_becomes(client_of):
    admin = client_of("admin")
    page = admin.get(HERE, query_string={"try": "comment aider les seniors"}).text
    assert "personne âgée" in page
    piece = admin.post(f"{HERE}/try", data={"try": "comment aider les seniors"}).text
    assert "personne âgée" in piece
    assert "comment" in piece
    assert "<html" not in piece
    for odd in ("", '"', "-" * 300, "<b>", "public:jeunes", "a* b*"):
        assert admin.post(f"{HERE}/try", data={"try": odd}).status_code == 200


def test_another_process_learns_of_a_change(told, client_of, app):
    with app.app_context():
        before = vocabularies.version()
        client_before = synonyms.book()
    client_of("admin").post(f"{HERE}/new", data={"words": "machin\nzibeltrux"})
    with app.app_context():
        vocabularies.forget()
        changed = vocabularies.version()
        assert changed != before
        assert synonyms.book() is not client_before
        synonym_groups.keep(["machin", "zibeltrax"], False, synonym_groups.groups()[0].key)
        db.session.commit()
        vocabularies.forget()
        assert vocabularies.version() != changed  # words of the same length


def test_every_shipped_group_can_be_kept_as_it_is():
    groups = synonym_groups.shipped().values()
    assert len(groups) >= 150
    for group in groups:
        assert 2 <= len(group.words) <= synonym_groups.MOST_WORDS, group.line
        assert len(synonym_groups.checked(list(group.words))) >= 1, group.line

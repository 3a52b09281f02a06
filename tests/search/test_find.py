"""Finding: what matches, in which order, for whom; on both databases."""

import pytest
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from wiki.accounts.models import User
from wiki.db import db
from wiki.items import terms
from wiki.items.models import Item, Scope
from wiki.items.writing import save, trash
from wiki.pages.models import Page
from wiki.search import index
from wiki.search.filters import Filters


def filters(**values):
    return Filters.from_args(MultiDict(values))


@pytest.mark.parametrize(
    "question",
    [
        "tricoter",
        "tricots",
        "le TRICOT ?",
        "l'atelier de tricot",
        "« atelier tricot »",
        "tric*",
        "titre:tricot",
        "tricot -football",
        "tricott",
        "trico",
        "comment tricoter avec des gens ?",
    ],
)
def test_many_ways_to_ask_find_the_page(write, ask, question):
    page = write("Atelier tricot", "On se retrouve le mardi pour tricoter des écharpes.")
    assert ask(question).ids[0] == page.id


@pytest.mark.parametrize("question", ["tricot -écharpes", "titre:écharpes", '"tricot atelier"'])
def test_what_is_excluded_or_elsewhere_is_not_found(write, ask, question):
    page = write("Atelier tricot", "On se retrouve le mardi pour faire des écharpes.")
    assert page.id not in ask(question).ids


def test_compounds_meet_however_they_are_written(write, ask):
    joined = write("Sans trait", "Le covoiturage du village.")
    split = write("Avec trait", "Le co-voiturage du bourg.")
    for question in ("covoiturage", "co-voiturage", "co voiturage"):
        assert set(ask(question).ids) == {joined.id, split.id}, question


def test_synonyms_find_but_rank_below_the_word_itself(write, ask):
    other = write("Rendez-vous", "Un entretien à France Travail.")
    own = write("Rencontre", "Un entretien à Pôle emploi.")
    assert ask("pole emploi").ids[:2] == [own.id, other.id]
    assert other.id not in ask("pole emploi", exact=True).ids


def test_the_title_weighs_more_than_the_body(write, ask):
    body = write("Autre chose", "On parle de poterie une fois, et de mille autres choses.")
    title = write("Poterie", "De la terre et des mains.")
    assert ask("poterie").ids == [title.id, body.id]


def test_a_word_of_nearly_every_page_still_finds(write, ask):
    for n in range(30):
        write(f"Feuille {n}", "Toujours le même tournesol.")
    assert ask("tournesol").total == 30
    last = ask("tournesol", limit=20, offset=20)
    assert len(last.ids) == 10
    assert not set(last.ids) & set(ask("tournesol", limit=20).ids)


def test_common_words_alone_fill_the_end_of_the_list(write, ask):
    for n in range(40):
        write(f"Feuille {n}", "Toujours le même tournesol.")
    rare = write("Graine", "Un tournesol géant.")
    found = [
        *ask("tournesol géant", limit=20).ids,
        *ask("tournesol géant", offset=20, limit=40).ids,
    ]
    assert found[0] == rare.id
    assert len(found) == len(set(found)) == 41


def test_the_next_search_sees_a_save_and_never_the_words_it_removed(write, ask, world):
    page = write("Vergers", "Des pommes et des quetsches.")
    assert ask("quetsches").ids == [page.id]
    page.body = "Des pommes et des mirabelles."
    save(page, db.session.get(User, world.nadia))
    assert ask("mirabelles").ids == [page.id]
    assert ask("quetsches").total == 0
    left = "SELECT count(*) FROM search_word WHERE folded = 'quetsches'"
    assert db.session.scalar(text(left)) == 0


def test_a_rollback_leaves_no_trace(write, ask):
    page = write("Vergers", "Des pommes.")
    page.title = "Quetschier"
    db.session.flush()
    db.session.rollback()
    page = db.session.get(Item, page.id)
    page.position = 3
    db.session.commit()
    assert ask("quetschier").total == 0
    assert ask("quetschié").suggestion is None
    assert ask("vergers").ids == [page.id]


def test_what_turns_private_or_goes_to_the_trash_disappears_at_once(write, ask, world):
    page = write("Girouette", "Elle tourne.")
    assert ask("girouette").total == 1
    page.scope = Scope.GROUP
    db.session.commit()
    assert ask("girouette").total == 0
    assert ask("girouette", "karim").total == 1
    trash(page, db.session.get(User, world.nadia))
    assert ask("girouette", "karim").total == 0


def test_an_erased_item_leaves_neither_row_nor_word(write, ask):
    page = write("Zarzuela", "Opérette espagnole.")
    db.session.delete(page)
    db.session.commit()
    assert index.doctor() == []
    assert (
        db.session.scalar(text("SELECT count(*) FROM search_word WHERE folded = 'zarzuela'")) == 0
    )


def test_facets_count_what_choosing_them_gives(write, ask):
    rural, town = terms.by_slugs("territories", ["rural-equipe", "ville"])
    write("Un", "Le potager.", terms=[rural])
    write("Deux", "Le potager.", terms=[town])
    write("Trois", "Le potager.", terms=[rural, town])
    write("Secret", "Le potager.", terms=[rural], scope=Scope.GROUP)
    counts = {v.slug: v.count for v in ask("potager").facets["territories"]}
    assert counts == {"rural-equipe": 2, "ville": 2}
    chosen = ask("potager", filters=filters(territories="ville"))
    assert chosen.total == 2
    assert {v.slug: (v.count, v.chosen) for v in chosen.facets["territories"]} == {
        "rural-equipe": (2, False), "ville": (2, True),
    }  # fmt: skip
    assert ask("potager", filters=filters(territories="ville,rural-equipe")).total == 3
    assert ask("potager", filters=filters(territories="nulle-part")).total == 0
    assert ask("potager", filters=filters(territories="ville", publics="jeunes")).total == 0


def test_filters_of_kind_group_and_scope(write, ask, world):
    page = write("Marelle", "On saute.")
    assert ask("marelle", filters=filters(kind="pages")).ids == [page.id]
    assert ask("marelle", filters=filters(kind="reports")).total == 0
    assert ask("marelle", filters=filters(kind="reports")).kinds == {"pages": 1}
    assert ask("marelle", filters=filters(group=str(world.ours))).total == 1
    assert ask("marelle", filters=filters(group=str(world.theirs))).total == 0
    assert ask("marelle", filters=filters(group="n'importe quoi")).total == 0
    assert ask("marelle", filters=filters(scope="public")).total == 1
    assert ask("marelle", filters=filters(scope="draft", author="x")).total == 0


def test_without_question_the_newest_come_first(write, ask):
    pages = [write(f"Numéro {n}", "…") for n in range(3)]
    assert ask("").ids[:3] == [page.id for page in reversed(pages)]
    assert ask("", filters=filters(kind="reports")).total == 1


def test_a_long_question_still_finds_the_page_it_half_covers(write, ask):
    page = write("Laine", "Filer la laine des moutons du causse avec une quenouille.")
    question = (
        "je cherche quelqu'un pour filer laine mouton causse quenouille rouet teinture garance"
    )
    assert ask(question).ids[0] == page.id


def test_half_of_the_words_make_a_result_when_enough_do(write, ask):
    for n in range(12):
        write(f"Fiche {n}", "Le hibou chante la nuit.")
    weak = write("Autre", "La nuit seulement.")
    found = ask("hibou chante nuit", limit=50)
    assert found.total == 12
    assert weak.id not in found.ids


def test_reindex_gives_the_same_answers(write, ask):
    page = write("Campanule", "Fleur bleue des murs.")
    connection = db.session.connection()
    index.store(connection).empty(connection)
    db.session.commit()
    assert ask("campanule").total == 0
    assert index.doctor() != []
    seen = []
    assert index.reindex(lambda done, total: seen.append((done, total))) > 0
    assert seen[-1][0] == seen[-1][1]
    assert index.doctor() == []
    assert ask("campanule").ids == [page.id]


def test_synonyms_of_a_term_act_without_reindexing(write, ask):
    page = write("Brico", "La ludothèque du quartier.")
    (term,) = terms.named("tags", ["Ludothèque"])
    assert ask("prêt de joujoux", exact=False).total == 0
    term.synonyms = ["joujouthèque"]
    db.session.commit()
    assert ask("joujouthèque").ids == [page.id]


def test_an_index_made_by_another_analysis_is_made_again_and_leaves_no_word_behind(
    write, ask, world
):
    page = write("Campanule", "Fleur bleue des murs.")
    assert index.is_outdated()
    index.catch_up()
    assert not index.is_outdated()
    db.session.execute(text("UPDATE search_state SET value = 'older'"))
    db.session.execute(text("UPDATE search_text SET analysis = 'older'"))
    db.session.commit()
    page = db.session.get(Page, page.id)
    page.body = "Fleur jaune."
    save(page, db.session.get(User, world.nadia))
    assert index.is_outdated()
    index.catch_up()
    assert not index.is_outdated()
    assert ask("jaune").ids == [page.id]
    assert ask("bleue", exact=True).total == 0


def test_a_group_deleted_in_the_database_leaves_nothing_in_the_index(write, ask, world):
    write("Campanule", "Fleur zinzoline.")
    db.session.execute(text("DELETE FROM item"))
    db.session.commit()
    assert ask("zinzoline").total == 0
    assert not index.store(db.session.connection()).stored_ids(db.session.connection())

"""Links between texts: resolved once, kept through renames, shown to each reader as allowed."""

import pytest
from flask_login import AnonymousUserMixin
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.items import links, writing
from wiki.items.models import Reference, Scope
from wiki.pages.models import Page


@pytest.fixture
def people(app, world):
    with app.test_request_context():
        yield {name: db.session.get(User, getattr(world, name)) for name in ("nadia", "karim")}


def write(world, author, title, body="x", **fields) -> Page:
    page = Page(group_id=world.ours, title=title, body=body, **fields)
    writing.save(page, author)
    return page


def target(source) -> list[int | None]:
    query = select(Reference.target_id).where(
        Reference.source_id == source.id, Reference.role != "alias"
    )
    return list(db.session.scalars(query))


def shown(page, user, may_edit=True) -> str:
    return str(links.show(page.renderings["body"].html, page, user, may_edit))


def test_a_link_survives_the_renaming_of_its_target(people, world):
    garden = write(world, people["nadia"], "Le jardin")
    source = write(world, people["nadia"], "Source", "Voir [[Le jardin]].")
    garden.title = "Le verger"
    writing.save(garden, people["nadia"])
    source.body += "\nEncore."
    writing.save(source, people["nadia"])
    assert target(source) == [garden.id]
    assert f'href="{garden.url}"' in shown(source, people["karim"])
    later = write(world, people["karim"], "Tard", "[[le JARDIN]]")
    assert target(later) == [garden.id]


def test_a_link_waits_for_the_page_that_will_bear_its_title(people, world):
    source = write(world, people["nadia"], "Source", "Voir [[Pas encore & plus]].")
    assert target(source) == [None]
    page = shown(source, people["karim"])
    assert f"/pages/new?group={world.ours}&amp;title=Pas%20encore%20%26%20plus" in page
    assert "wikilink--new" in page
    assert "/pages/new" not in shown(source, people["karim"], may_edit=False)
    made = write(world, people["karim"], "Pas encore & plus")
    assert target(source) == [made.id]


def test_a_title_borne_twice_is_asked(people, world):
    for _ in range(2):
        write(world, people["nadia"], "Séance")
    source = write(world, people["nadia"], "Source", "[[Séance]]")
    assert target(source) == [None]
    asked = f"/groups/{world.ours}/titles/seance"
    assert f'href="{asked}?from={source.id}"' in shown(source, people["karim"])
    assert f'href="{asked}"' in shown(source, people["karim"], may_edit=False)


def test_what_a_reader_may_not_see_is_not_even_named_by_its_new_title(people, world):
    draft = write(world, people["nadia"], "Brouillon", scope=Scope.DRAFT)
    source = write(world, people["nadia"], "Source", "[[Brouillon]]", scope=Scope.PUBLIC)
    draft.title = "Licenciement"
    writing.save(draft, people["nadia"])
    for reader in (people["karim"], AnonymousUserMixin()):
        page = shown(source, reader, may_edit=False)
        assert "icenciement" not in page
        assert f"/pages/{draft.id}" not in page


def test_an_embed_shows_only_to_those_who_may_read_it(people, world):
    inner = write(world, people["nadia"], "Dedans")
    outer = write(world, people["nadia"], "Dehors", f"{{{{page {inner.id}}}}}", scope=Scope.PUBLIC)
    assert "Dedans" in shown(outer, people["karim"])
    assert "Dedans" not in shown(outer, AnonymousUserMixin())


def test_a_text_that_embeds_itself_does_not_turn_in_circles(people, world):
    page = write(world, people["nadia"], "Miroir")
    page.body = f"{{{{page {page.id}}}}}"
    writing.save(page, people["nadia"])
    assert "embed-card" not in shown(page, people["nadia"])


def test_back_links_are_those_one_may_read(people, world):
    goal = write(world, people["nadia"], "But", scope=Scope.PUBLIC)
    write(world, people["nadia"], "Privé", "[[But]]", scope=Scope.DRAFT)
    write(world, people["nadia"], "Ouvert", "[[But]]")
    names = {name: [row.title for row in links.backlinks(goal.id, user)]
             for name, user in (*people.items(), ("nobody", AnonymousUserMixin()))}  # fmt: skip
    assert names == {"nadia": ["Ouvert", "Privé"], "karim": ["Ouvert"], "nobody": []}


def test_a_link_to_a_page_in_the_trash_offers_to_write_it_again(people, world):
    goal = write(world, people["nadia"], "But")
    source = write(world, people["nadia"], "Source", "[[But]]")
    writing.trash(goal, people["nadia"])
    assert "wikilink--new" in shown(source, people["karim"])
    writing.restore(goal, people["nadia"])
    assert f'href="{goal.url}"' in shown(source, people["karim"])


def test_a_number_that_names_nothing_leads_nowhere(people, world):
    source = write(world, people["nadia"], "Source", "[[#999999]] et [[#12x]]")
    assert "999999" in shown(source, people["karim"])
    assert "/pages/999999" not in shown(source, people["karim"])


def test_a_preview_finds_links_by_title_for_the_person_who_writes(people, world):
    from wiki.markup import render

    made = render(f"[[Espace emploi]] [[Rien]] [[#{world.network_page}]]")
    page = str(links.show_fresh(made.html, world.ours, people["karim"], may_edit=False))
    assert f"/pages/{world.page}-espace-emploi" in page
    assert "Charte" not in page
    assert "/pages/new" not in page

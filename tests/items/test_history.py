"""The past of an item: compared, brought back, put together, erased."""

import time

import pytest
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.items import history, writing
from wiki.items.models import Event, Reference, Rendering, Revision, Scope
from wiki.pages.models import Page


@pytest.fixture
def people(app, world):
    with app.app_context():
        yield db.session.get(User, world.nadia), db.session.get(User, world.karim)


def write(world, people, *bodies) -> Page:
    page = Page(group_id=world.ours, title="Une page", body=bodies[0])
    for body in bodies:
        page.body = body
        writing.save(page, people[0])
    return page


def test_changes_made_on_an_older_version_are_put_together(world, people):
    page = write(world, people, "Un.\n\nDeux.\n", "Un.\n\nDeux et demi.\n")
    assert history.edit(page, {"body": "Un, ou une.\n\nDeux.\n"}, 1, people[1]) is None
    assert page.body == "Un, ou une.\n\nDeux et demi.\n"
    assert page.revision_count == 3


def test_a_clash_writes_nothing_and_shows_both_sides(world, people):
    page = write(world, people, "Le lundi.\n", "Le mardi.\n")
    clash = history.edit(page, {"body": "Le jeudi.\n", "title": "Autre titre"}, 1, people[1])
    (passage,) = clash.fields["body"]
    assert (passage.mine, passage.theirs) == ("Le jeudi.\n", "Le mardi.\n")
    assert clash.merged["title"] == "Autre titre"
    db.session.expire_all()
    assert (page.body, page.title, page.revision_count) == ("Le mardi.\n", "Une page", 2)


def test_an_unknown_base_never_overwrites_what_is_there(world, people):
    page = write(world, people, "Le lundi.\n")
    for base in (0, 99):
        clash = history.edit(page, {"body": "Autre chose.\n"}, base, people[1])
        assert "body" in clash.fields
    assert history.edit(page, {"body": "Le lundi.\n"}, 99, people[1]) is None


def test_a_version_brought_back_is_a_new_version(world, people):
    page = write(world, people, "Un.", "Deux.")
    history.revert(page, history.revision(page, 1), people[1], "Retour")
    assert (page.body, page.revision_count) == ("Un.", 3)
    verbs = db.session.scalars(select(Event.verb).filter_by(item_id=page.id)).all()
    assert verbs[-1] == "reverted"
    assert history.writers(page) == [("Nadia Ferrec", 2), ("Karim", 1)]


def test_erased_words_are_nowhere_any_more(world, people):
    page = write(world, people, "Bernard est venu.", "BERNARD Le Goff est venu.", "Il est venu.")
    page.title, page.extra = "Portrait de Bernard", {"authors": ["Bernard Le Goff"]}
    writing.save(page, people[0], "Avec Bernard")
    page.title = "Portrait"
    writing.save(page, people[0])
    assert history.erase(page, "bernard", "B.", people[0]) >= 4
    everything = [
        *db.session.scalars(select(Revision.data).filter_by(item_id=page.id)),
        *db.session.scalars(select(Revision.note).filter_by(item_id=page.id)),
        *db.session.scalars(select(Rendering.html).filter_by(item_id=page.id)),
        *db.session.scalars(select(Rendering.plain).filter_by(item_id=page.id)),
        *db.session.execute(select(Reference.slug, Reference.label).filter_by(source_id=page.id)),
        *db.session.scalars(select(Event.data).filter_by(item_id=page.id)),
        page.title, page.slug, page.body, page.extra,
    ]  # fmt: skip
    assert "bernard" not in repr(everything).lower()


def test_an_erased_name_does_not_come_back_with_a_text_begun_before(world, people):
    page = write(world, people, "Avec Fatoumata.\n\nLe lundi.\n")
    history.erase(page, "Fatoumata", "F", people[0])
    mine = {"body": "Avec Fatoumata.\n\nLe lundi et le mardi.\n"}
    clash = history.edit(page, mine, 1, people[1])
    assert clash is not None, "a person decides, and sees what they bring back"
    assert "Fatoumata" not in page.body
    base = page.revision_count
    page.body += "Autre ligne.\n"
    writing.save(page, people[0])
    assert history.edit(page, {"body": "Avec F.\n\nLe jeudi.\n"}, base, people[1]) is None
    assert page.body == "Avec F.\n\nLe jeudi.\nAutre ligne.\n"


def test_words_erased_from_the_current_title_leave_its_address(world, people):
    page = Page(group_id=world.ours, title="Chez Bernard", body="Ici.")
    writing.save(page, people[0])
    history.erase(page, "Bernard", "B.", people[0])
    assert (page.title, page.slug) == ("Chez B.", "chez-b")


def test_people_outside_see_only_what_was_shown_to_them(app, world, client, client_of):
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        page = write(world, [nadia], "Secret de famille.", "Encore secret.", "Présentable.")
        writing.publish(page, Scope.PUBLIC, nadia, wide=True)
        page.body = "Présentable et relu."
        writing.save(page, nadia)
        assert history.first_shown(page, nadia) == 1
        number = page.id
    for version, status in ((1, 404), (2, 404), (3, 200), (4, 200)):
        assert client.get(f"/items/{number}/revisions/{version}").status_code == status
    assert client.get(f"/items/{number}/diff?from=2&to=3").status_code == 404
    seen = client.get(f"/items/{number}/history").text
    assert f"/items/{number}/revisions/3" in seen
    assert f"/items/{number}/revisions/2" not in seen
    assert client_of("karim").get(f"/items/{number}/revisions/1").status_code == 200


def test_a_text_compared_line_by_line_gives_both_texts_back():
    old, new = "Un.\nDeux mots.\nTrois.", "Un.\nDeux autres mots.\nTrois.\nQuatre."
    lines = list(history.changed_lines(old, new))
    assert [kind for kind, _pieces in lines] == ["same", "changed", "same", "added"]
    assert lines[1][1] == [("same", "Deux "), ("added", "autres "), ("same", "mots.")]


def test_comparing_hostile_texts_takes_bounded_time():
    started = time.perf_counter()
    list(history.changed_lines("mot " * 100_000, "un mot " * 70_000))
    list(history.changed_lines("\n".join("ab" * 20_000), "\n".join("ba" * 20_000)))
    assert time.perf_counter() - started < 5

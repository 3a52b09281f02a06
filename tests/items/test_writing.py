"""Saving, publishing, placing, copying, throwing away: one way, one commit, nothing lost."""

from datetime import timedelta

import pytest
from flask_login import AnonymousUserMixin
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from wiki.accounts.models import SiteRole, User
from wiki.db import db, utcnow
from wiki.groups.models import Group
from wiki.items import emptying, history, terms, writing
from wiki.items.models import Event, Item, PublicationRequest, Revision, Scope, Watch
from wiki.pages.models import Page
from wiki.reports.models import Report


@pytest.fixture
def nadia(app, world):
    with app.app_context():
        yield db.session.get(User, world.nadia)


def page(world, **fields) -> Page:
    return Page(group_id=world.ours, **{"title": "Une page", "body": "Texte.", **fields})


def verbs(item) -> list[str]:
    query = select(Event.verb).where(Event.item_id == item.id).order_by(Event.id)
    return list(db.session.scalars(query))


def test_a_save_makes_a_revision_an_event_a_rendering_and_a_watch(nadia, world):
    made = page(world, title=" Été à  Brest ", body="**Oui**\r\n")
    revision = writing.save(made, nadia, "pour voir")
    assert (revision.number, revision.note, made.revision_count) == (1, "pour voir", 1)
    assert (made.title, made.slug, made.author_id) == ("Été à Brest", "ete-a-brest", nadia.id)
    assert made.body == "**Oui**\n"
    assert "<strong>Oui</strong>" in made.renderings["body"].html
    assert verbs(made) == ["created"]
    assert db.session.get(Watch, (nadia.id, made.id))


def test_saving_the_same_again_writes_nothing(nadia, world):
    made = page(world)
    writing.save(made, nadia)
    changed = made.updated_at
    made.body = "Texte."
    assert writing.save(made, nadia) is None
    assert (made.revision_count, made.updated_at, verbs(made)) == (1, changed, ["created"])


def test_two_saves_from_one_base_cannot_both_pass(nadia, world):
    made = page(world)
    writing.save(made, nadia)
    db.session.execute(Item.__table__.update().where(Item.id == made.id).values(revision_count=2))
    made.body = "Autre."
    with pytest.raises(StaleDataError):
        writing.save(made, nadia)
    db.session.rollback()


def test_a_text_that_is_too_long_is_refused_and_nothing_is_written(nadia, world):
    made = page(world, body="x" * (writing.TEXT_LENGTH + 1))
    with pytest.raises(ValueError, match="too long"):
        writing.save(made, nadia)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(Item.title == "Une page")) == 0


def test_terms_are_part_of_the_versions(nadia, world):
    made = page(world)
    writing.save(made, nadia)
    terms.assign(made, "tags", terms.named("tags", ["Café", "vélo"]))
    assert writing.save(made, nadia).data["terms"] == ["tags:cafe", "tags:velo"]
    terms.assign(made, "tags", [])
    writing.save(made, nadia)
    history.revert(made, history.revision(made, 2), nadia, "retour")
    assert [term.slug for term in made.terms_of("tags")] == ["cafe", "velo"]


def test_a_report_sections_are_versioned_one_by_one(nadia, world):
    report = Report(group_id=world.ours, title="R", sections={"audience": "a", "changes": "b"})
    writing.save(report, nadia)
    clash = history.edit(
        report, {"sections": {"audience": "a2", "changes": "b"}}, 1, nadia
    ) or history.edit(report, {"sections": {"audience": "a", "changes": "b2"}}, 1, nadia)
    assert clash is None
    assert report.sections == {"audience": "a2", "changes": "b2"}


def test_publishing_to_the_network_needs_a_facilitator(nadia, world):
    made = page(world)
    karim = db.session.get(User, world.karim)
    writing.save(made, karim)
    with pytest.raises(PermissionError):
        writing.publish(made, Scope.NETWORK, karim)
    assert writing.publish(made, Scope.NETWORK, nadia)
    assert made.scope == Scope.NETWORK


def test_publishing_to_everyone_becomes_a_request_once(nadia, world):
    made = page(world)
    writing.save(made, nadia)
    assert not writing.publish(made, Scope.PUBLIC, nadia, note="S’il vous plaît")
    assert not writing.publish(made, Scope.PUBLIC, nadia)
    waiting = db.session.scalars(select(PublicationRequest).filter_by(item_id=made.id)).all()
    assert [(one.scope, one.note) for one in waiting] == [(Scope.PUBLIC, "S’il vous plaît")]
    assert made.scope == Scope.GROUP
    ada = db.session.get(User, world.admin)
    writing.answer(waiting[0], ada, accepted=True)
    assert made.scope == Scope.PUBLIC
    assert made.published_at
    assert waiting[0].accepted


def test_narrowing_an_item_ends_what_it_asked_for(nadia, world):
    made = page(world, scope=Scope.NETWORK)
    writing.save(made, nadia)
    writing.publish(made, Scope.PUBLIC, nadia)
    writing.publish(made, Scope.DRAFT, nadia)
    waiting = db.session.scalar(select(PublicationRequest).filter_by(item_id=made.id))
    assert waiting.answered_at
    assert not waiting.accepted


def test_a_site_editor_who_is_a_member_publishes_to_everyone(nadia, world):
    karim = db.session.get(User, world.karim)
    karim.role = SiteRole.EDITOR
    made = page(world)
    writing.save(made, nadia)
    assert writing.publish(made, Scope.PUBLIC, karim, wide=True)
    with pytest.raises(PermissionError):
        writing.publish(made, Scope.DRAFT, karim)


def test_blockers_hold_even_when_a_request_is_accepted(nadia, world):
    report = Report(group_id=world.ours, title="Vide")
    writing.save(report, nadia)
    with pytest.raises(writing.Unpublishable) as refusal:
        writing.publish(report, Scope.PUBLIC, nadia, wide=True)
    assert refusal.value.reasons
    asked = PublicationRequest(item_id=report.id, scope=Scope.PUBLIC)
    db.session.add(asked)
    db.session.commit()
    with pytest.raises(writing.Unpublishable):
        writing.answer(asked, db.session.get(User, world.admin), accepted=True)
    assert report.scope == Scope.GROUP


def test_restoring_from_the_trash_never_shows_more_than_the_group(nadia, world):
    karim = db.session.get(User, world.karim)
    made = page(world, scope=Scope.PUBLIC)
    writing.save(made, nadia)
    writing.trash(made, karim)
    writing.restore(made, karim)
    assert made.scope == Scope.GROUP
    assert verbs(made)[-3:] == ["trashed", "narrowed", "restored"]


def test_an_item_cannot_be_placed_under_itself_or_in_another_group(nadia, world):
    above, below = page(world), page(world, title="Dessous")
    writing.save(above, nadia)
    writing.save(below, nadia)
    writing.move(below, nadia, above)
    for wrong in (below, db.session.get(Item, world.network_page)):
        with pytest.raises(ValueError, match="placed"):
            writing.move(above, nadia, wrong)
    assert above.parent_id is None


def test_a_copy_is_a_draft_of_the_person_who_copies(nadia, world):
    made = page(world, body="Voir [[Espace emploi]].", scope=Scope.PUBLIC)
    writing.save(made, db.session.get(User, world.karim))
    other = Group.found("Ailleurs", nadia)
    copy = writing.duplicate(made, nadia, other)
    assert (copy.group_id, copy.scope, copy.author_id) == (other.id, Scope.DRAFT, nadia.id)
    assert (copy.body, copy.extra["copied_from"]) == (made.body, made.id)
    assert db.session.scalars(select(Revision.number).filter_by(item_id=copy.id)).all() == [1]


def test_what_was_put_away_long_ago_is_erased_with_its_past(nadia, world, app):
    long_ago = utcnow() - timedelta(days=app.config["TRASH_DAYS"], seconds=1)
    old, recent, kept = page(world), page(world), page(world)
    for made in (old, recent, kept):
        writing.save(made, nadia)
    number = old.id
    writing.trash(old, nadia)
    writing.trash(recent, nadia)
    old.trashed_at = long_ago
    db.session.commit()
    emptying.empty_in_time()
    left = select(Item.id).where(Item.id.in_([number, recent.id, kept.id]))
    assert set(db.session.scalars(left)) == {recent.id, kept.id}
    assert db.session.scalar(select(func.count()).where(Revision.item_id == number)) == 0
    event = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert (event.verb, event.group_id, event.data) == ("trash emptied", world.ours, {"count": 1})


def test_a_group_deleted_long_ago_is_erased_with_all_it_owned(nadia, world, app):
    group = db.session.get(Group, world.ours)
    writing.trash_group(group, nadia)
    emptying.empty_in_time()
    assert db.session.get(Group, world.ours) is not None
    group.trashed_at = utcnow() - timedelta(days=app.config["TRASH_DAYS"], seconds=1)
    db.session.commit()
    emptying.empty_in_time()
    assert db.session.get(Group, world.ours) is None
    assert db.session.scalar(select(func.count()).where(Item.group_id == world.ours)) == 0
    assert db.session.scalar(select(func.count()).where(Item.group_id == world.theirs)) == 1


def test_emptying_the_trash_is_done_by_the_clock(app):
    from wiki.jobs import _jobs

    assert _jobs["items.emptying.empty_in_time"].schedule


def test_things_under_one_another_in_a_circle_stop_no_one(nadia, world):
    first, second, third = page(world), page(world), page(world)
    for made in (first, second, third):
        writing.save(made, nadia)
    first.parent_id, second.parent_id = second.id, first.id
    db.session.commit()
    with pytest.raises(ValueError):
        writing.move(third, nadia, first)


def test_what_was_written_between_a_restoration_and_a_publication_stays_inside(nadia, world):
    made = page(world, body="Publié.", scope=Scope.GROUP)
    writing.save(made, nadia)
    writing.publish(made, Scope.PUBLIC, nadia, wide=True)
    writing.trash(made, nadia)
    writing.restore(made, db.session.get(User, world.karim))
    assert made.scope == Scope.GROUP
    assert verbs(made)[-2:] == ["narrowed", "restored"]
    made.body = "Avec le nom de Fatou."
    writing.save(made, nadia)
    made.body = "Sans nom."
    writing.save(made, nadia)
    writing.publish(made, Scope.PUBLIC, nadia, wide=True)
    assert history.first_shown(made, AnonymousUserMixin()) == 3

"""Who reads, changes and publishes what: every scope against every reader."""

import pytest
from flask_login import AnonymousUserMixin
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from wiki.accounts.models import SiteRole, User
from wiki.db import db, utcnow
from wiki.groups.models import Group, Membership, Role
from wiki.items import owners
from wiki.items.access import NEEDS, can, visible
from wiki.items.models import Item, PublicationRequest, Scope
from wiki.items.writing import save
from wiki.pages.models import Page

READERS = ("anonymous", "stranger", "editor", "professional", "reader", "member", "author", "lead")
# Who reads at each scope.
READ = {
    Scope.DRAFT: {"author", "lead"},
    Scope.GROUP: {"reader", "member", "author", "lead"},
    Scope.NETWORK: {"professional", "reader", "member", "author", "lead"},
    Scope.PUBLIC: set(READERS),
}
EDIT = {
    Scope.DRAFT: {"author", "lead"},
    Scope.GROUP: {"member", "author", "lead"},
    Scope.NETWORK: {"member", "author", "lead"},
    Scope.PUBLIC: {"member", "author", "lead"},
}


def build(scope: Scope, **fields):
    """A group with one page, and one reader of each sort."""
    people = {name: User(name=name, email=f"{name}@x.example") for name in READERS[1:]}
    people["professional"].professional = True
    people["editor"].role = SiteRole.EDITOR
    db.session.add_all(people.values())
    db.session.flush()
    group = Group.found("G", people["lead"])
    for name in ("reader", "member", "author"):
        group.admit(people[name], Role.READER if name == "reader" else Role.MEMBER)
    page = Page(group_id=group.id, title="P", body="x", scope=scope, **fields)
    page.author_id = people["author"].id
    save(page, people["author"])
    return {"anonymous": AnonymousUserMixin(), **people}, page


def readers(people, page) -> set[str]:
    return {
        name
        for name, user in people.items()
        if db.session.scalar(select(Item.id).where(Item.id == page.id, visible(user)))
    }


def doers(people, page, action) -> set[str]:
    return {name for name, user in people.items() if can(user, action, page)}


@pytest.mark.parametrize("scope", list(Scope))
def test_each_scope_is_read_and_changed_by_those_it_names(app, scope):
    with app.app_context():
        people, page = build(scope)
        assert readers(people, page) == READ[scope]
        assert doers(people, page, "edit") == EDIT[scope]
        assert doers(people, page, "publish") == {"lead"}
        assert doers(people, page, "erase") == {"lead"}


@pytest.mark.parametrize("scope", list(Scope))
def test_the_trash_shows_nothing_to_anyone(app, scope):
    with app.app_context():
        people, page = build(scope)
        page.trashed_at = utcnow()
        db.session.commit()
        assert readers(people, page) == set()


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("ceiling", list(Scope))
def test_consent_lowers_who_reads_outside_the_group(app, scope, ceiling):
    with app.app_context():
        people, page = build(scope, ceiling=ceiling)
        outside = set(READERS) - {"reader", "member", "author", "lead"}
        assert readers(people, page) & outside == READ[min(scope, ceiling)] & outside
        inside = READ[scope] - outside if ceiling > Scope.DRAFT else {"lead"}
        assert readers(people, page) - outside == inside


@pytest.mark.parametrize("scope", list(Scope))
def test_what_is_sealed_is_read_and_kept_by_the_facilitators_alone(app, scope):
    with app.app_context():
        people, page = build(scope, ceiling=Scope.DRAFT)
        helper = User(name="helper", email="helper@x.example")
        db.session.add_all([helper, PublicationRequest(item_id=page.id, scope=Scope.PUBLIC)])
        db.session.flush()
        owners.add(page.id, user=helper)
        db.session.commit()
        people["helper"] = helper
        assert readers(people, page) == {"lead"}
        for action in NEEDS:
            assert doers(people, page, action) == {"lead"}


def test_those_who_help_from_outside_are_not_the_group_that_was_agreed_to(app):
    with app.app_context():
        people, page = build(Scope.GROUP, ceiling=Scope.GROUP)
        helper = User(name="helper", email="helper@x.example")
        db.session.add_all([helper, PublicationRequest(item_id=page.id, scope=Scope.PUBLIC)])
        db.session.flush()
        owners.add(page.id, user=helper)
        db.session.commit()
        people["helper"] = helper
        assert readers(people, page) == READ[Scope.GROUP]
        assert "helper" not in doers(people, page, "edit")
        page.ceiling = Scope.NETWORK
        db.session.commit()
        assert readers(people, page) == READ[Scope.GROUP] | {"helper", "editor"}


def test_rights_come_from_the_role_held_today(app):
    with app.app_context():
        people, page = build(Scope.DRAFT)
        db.session.delete(db.session.get(Membership, (people["author"].id, page.group_id)))
        db.session.commit()
        assert readers(people, page) == {"lead"}
        assert doers(people, page, "edit") == {"lead"}


def test_a_draft_is_read_by_its_author_even_as_a_reader_who_cannot_change_it(app):
    with app.app_context():
        people, page = build(Scope.DRAFT)
        held = db.session.get(Membership, (people["author"].id, page.group_id))
        held.role = Role.READER
        db.session.commit()
        assert readers(people, page) == {"author", "lead"}
        assert doers(people, page, "edit") == {"lead"}


def test_an_open_request_shows_the_item_to_site_editors_only_while_open(app):
    with app.app_context():
        people, page = build(Scope.GROUP)
        request = PublicationRequest(item_id=page.id, scope=Scope.PUBLIC)
        db.session.add(request)
        db.session.commit()
        assert readers(people, page) == READ[Scope.GROUP] | {"editor"}
        assert "editor" not in doers(people, page, "edit")
        request.answered_at = utcnow()
        db.session.commit()
        assert readers(people, page) == READ[Scope.GROUP]


def test_a_site_admin_has_no_reading_right_of_their_own(app):
    with app.app_context():
        people, page = build(Scope.GROUP)
        admin = User(name="root", email="root@x.example", role=SiteRole.ADMIN)
        db.session.add(admin)
        db.session.commit()
        people["admin"] = admin
        assert "admin" not in readers(people, page)
        assert "admin" not in doers(people, page, "edit")


def test_a_deleted_group_hides_everything(app):
    from wiki.items.writing import restore_group, trash_group

    with app.app_context():
        people, page = build(Scope.PUBLIC)
        trash_group(page.group, people["lead"])
        db.session.expire_all()
        assert readers(people, page) == set()
        assert doers(people, page, "edit") == set()
        restore_group(page.group, people["lead"])
        db.session.expire_all()
        assert readers(people, page) == READ[Scope.PUBLIC]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    scope=st.sampled_from(list(Scope)),
    ceiling=st.one_of(st.none(), st.sampled_from(list(Scope))),
    role=st.one_of(st.none(), st.sampled_from(list(Role))),
    professional=st.booleans(),
    site=st.sampled_from(list(SiteRole)),
    is_author=st.booleans(),
)
def test_whoever_may_do_something_may_read_and_wider_scopes_hide_nothing(app, **drawn):
    scope, ceiling, role = drawn["scope"], drawn["ceiling"], drawn["role"]
    with app.app_context():
        user = User(name="u", professional=drawn["professional"], role=drawn["site"])
        db.session.add(user)
        db.session.flush()
        group = Group.found("G", None)
        if role:
            group.admit(user, role)
        page = Page(group_id=group.id, title="P", body="x", scope=scope, ceiling=ceiling)
        page.author_id = user.id if drawn["is_author"] else None
        db.session.add(page)
        db.session.flush()
        reads = db.session.scalar(select(Item.id).where(Item.id == page.id, visible(user)))
        for action in ("edit", "trash", "share", "publish", "erase", "moderate"):
            assert reads or not can(user, action, page)
        if reads and scope < Scope.PUBLIC and (ceiling is None or ceiling > scope):
            page.scope = Scope(scope + 1)
            db.session.flush()
            assert db.session.scalar(select(Item.id).where(Item.id == page.id, visible(user)))
        db.session.rollback()

"""A name that is erased does not live on in copies: erased where one may, told elsewhere."""

import pytest
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.groups.models import Group, Membership, Role
from wiki.items import copies, terms, writing
from wiki.items.lineage import Adaptation
from wiki.items.models import Item, Revision, Scope, Term
from wiki.notifications import lines
from wiki.notifications.models import Notice
from wiki.notifications.telling import tell
from wiki.pages.models import Page

BODY = "Bernard Le Goff est venu."


@pytest.fixture
def family(app, world):
    """A text, its copy in a second group of Nadia, and the adaptation by a group of Sophie."""
    with app.app_context():
        nadia, sophie = (db.session.get(User, number) for number in (world.nadia, world.sophie))
        text = Page(group_id=world.ours, title="Le portrait", body=BODY, scope=Scope.NETWORK)
        writing.save(text, nadia)
        second, other = (
            Group(title="Second", slug="second"),
            Group(title="Ailleurs", slug="ailleurs"),
        )
        db.session.add_all([second, other])
        db.session.flush()
        db.session.add_all([
            Membership(user_id=nadia.id, group_id=second.id, role=Role.FACILITATOR),
            Membership(user_id=sophie.id, group_id=other.id, role=Role.FACILITATOR),
        ])  # fmt: skip
        copy = writing.duplicate(text, nadia, second)
        made = Page(group_id=other.id, title="Le nôtre", body=BODY, scope=Scope.NETWORK)
        writing.save(made, sophie)
        db.session.add(Adaptation(item_id=made.id, source_id=copy.id))
        db.session.commit()
        return text.id, copy.id, made.id


def words_of(app, number) -> str:
    with app.app_context():
        kept = db.session.scalars(select(Revision.data).where(Revision.item_id == number))
        return repr([*kept, db.session.get(Page, number).body])


def test_the_screen_says_where_else_the_words_may_stand(client_of, family):
    text, copy, made = family
    page = client_of("nadia").get(f"/items/{text}/erasure").text
    assert f'name="also" value="{copy}" checked' in page
    assert f'name="also" value="{made}"' not in page
    assert f"/pages/{made}-le-notre" in page


def test_a_name_is_erased_where_one_may_and_told_where_one_may_not(app, client_of, family, world):
    text, copy, made = family
    sent = {"words": "Bernard Le Goff", "instead": "B.", "also": [str(copy), str(made)]}
    assert client_of("nadia").post(f"/items/{text}/erasure", data=sent).status_code == 303
    assert "Bernard" not in words_of(app, text)
    assert "Bernard" not in words_of(app, copy)
    assert "Bernard" in words_of(app, made)  # nobody changes what another group keeps
    with app.app_context():
        tell()
        told = db.session.scalars(select(Notice).where(Notice.item_id == made)).all()
        assert [(one.user_id, one.reason) for one in told] == [(world.sophie, "erasure")]
        assert "Bernard" not in repr([one.event.data for one in told])
        [line] = lines.unread(db.session.get(User, world.sophie))
        assert line.href == f"/items/{made}/erasure"
    assert "voyez s’il y est aussi" in client_of("sophie").get("/").text


def test_what_is_not_ticked_stays_and_what_never_held_the_words_tells_nobody(
    app, client_of, family
):
    text, copy, made = family
    with app.app_context():
        page = db.session.get(Page, made)
        page.title = "Sans"
        db.session.execute(select(Item.id))
        for revision in db.session.scalars(select(Revision).where(Revision.item_id == made)):
            revision.data = {"title": "Sans", "summary": "", "body": "Rien."}
        page.body = "Rien."
        db.session.commit()
    sent = {"words": "Bernard", "instead": "B."}
    assert client_of("nadia").post(f"/items/{text}/erasure", data=sent).status_code == 303
    assert "Bernard" in words_of(app, copy)
    with app.app_context():
        tell()
        assert db.session.scalars(select(Notice).where(Notice.item_id == made)).all() == []


def test_relatives_are_found_however_far_and_a_circle_ends(app, family):
    text, copy, made = family
    with app.app_context():
        assert copies.relatives(text) == [copy, made]
        assert copies.relatives(made) == [text, copy]
        db.session.add(Adaptation(item_id=text, source_id=made))
        db.session.commit()
        assert copies.relatives(copy) == [text, made]


def test_a_name_in_a_word_of_ones_own_goes_with_the_others(app, client_of, world):
    with app.app_context():
        page = db.session.get(Item, world.page)
        page.terms = terms.named("tags", ["Bernard Le Goff", "Boulangerie"])
        db.session.commit()
    sent = {"words": "Le Goff", "instead": ""}
    assert client_of("nadia").post(f"/items/{world.page}/erasure", data=sent).status_code == 303
    with app.app_context():
        kept = [term.label for term in db.session.get(Item, world.page).terms]
        assert kept == ["Boulangerie"]
        assert db.session.scalar(select(Term).where(Term.label == "Bernard Le Goff")) is None

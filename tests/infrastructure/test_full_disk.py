"""A full disk: 507, nothing half written, the text given back; all is well once there is room."""

import pytest
from sqlalchemy import event, select

from tests.conftest import build_world
from wiki.accounts.models import User
from wiki.db import db
from wiki.items.models import Item, Revision

TEXT = "Un texte auquel on tient. " * 4000


@pytest.fixture
def site(on_disk):
    """An inhabited app, a signed-in client, the page it writes: and a way to fill the disk."""
    with on_disk.app_context():
        ids = build_world()
        engine = db.engine
        db.session.remove()
    client = on_disk.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = ids["devices"]["nadia"]
    return client, ids["page"], engine


@pytest.fixture
def full(site):
    """A function that lets the database grow no further, or again."""
    _client, _page, engine = site
    limit = []

    def limited(connection, _record, _proxy):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages if limit else 1 << 30}")

    event.listen(engine, "checkout", limited)
    return lambda value=True: limit.append(1) if value else limit.clear()


def form(client, page, body):
    revision = 1
    return client.post(
        f"/pages/{page}/edit",
        data={"title": "Espace emploi", "summary": "Mot", "body": body, "revision": revision},
    )


def state(on_disk, page):
    with on_disk.app_context():
        item = db.session.get(Item, page)
        texts = db.session.scalars(select(Revision.data).where(Revision.item_id == page)).all()
        return item.body, item.revision_count, len(texts)


def test_a_save_without_room_says_so_and_keeps_the_text(on_disk, site, full):
    client, page, _engine = site
    before = state(on_disk, page)
    full()
    answer = form(client, page, TEXT)
    assert answer.status_code == 507
    assert TEXT.strip() in answer.text
    assert client.get(f"/pages/{page}", follow_redirects=True).status_code == 200
    full(False)
    assert state(on_disk, page) == before
    assert form(client, page, TEXT).status_code == 303
    assert state(on_disk, page)[1] == before[1] + 1


def test_nobody_is_signed_out_by_a_full_disk(on_disk, site, full):
    client, page, _engine = site
    full()
    form(client, page, TEXT)
    assert client.get("/account").status_code == 200
    with on_disk.app_context():
        assert db.session.scalar(select(User.name).where(User.email == "nadia@example.org"))

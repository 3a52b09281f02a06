"""Words of an attached file count for the page only when all its readers may read the file."""

import threading
import time

import pytest
from flask_login import AnonymousUserMixin

from tests.conftest import SERVER
from tests.files import documents as made
from wiki.accounts.models import User
from wiki.db import db
from wiki.files.models import File
from wiki.items import history, owners, writing
from wiki.items.models import Item, Scope
from wiki.pages.models import Page
from wiki.search import find, parts

CANARY = "zibeltrux"


@pytest.fixture
def attach(karim, nadia, app, world):
    """A function: a page and a document attached to it, shown as asked; their ids."""

    def make(page: Scope, file: Scope, data: bytes = b"", **fields) -> tuple[int, int]:
        sent = karim.send("notice.pdf", data or made.pdf("", f"Le mot {CANARY} ici"))
        with app.app_context():
            boss = db.session.get(User, world.nadia)
            parent = Page(group_id=world.ours, title="Le rucher", body="Des abeilles.", scope=page,
                          author_id=boss.id)  # fmt: skip
            writing.save(parent, boss)
            child = db.session.get(File, sent.id)
            child.scope, child.parent_id = file, parent.id
            for name, value in fields.items():
                setattr(child, name, value)
            db.session.commit()
            return parent.id, child.id

    return make


@pytest.fixture
def change(app, world):
    """A function: change an item, by its id, as the facilitator does."""

    def apply(item_id: int, act):
        with app.app_context():
            item = db.session.get(Item, item_id)
            act(item, db.session.get(User, world.nadia))
            db.session.commit()

    return apply


@pytest.fixture
def everyone(others, karim, nadia):
    """A visitor first, then people signed in, those of the group last."""
    return [*others, karim, nadia]


def found(sender, words: str = CANARY) -> set[int]:
    """The ids of what a search finds, and nothing of the words anywhere else."""
    answer = sender.get("/search.json?q=" + words)
    return {one["id"] for one in answer.json["results"]}


@pytest.mark.parametrize("page", list(Scope))
@pytest.mark.parametrize("file", list(Scope))
def test_the_page_is_found_by_the_file_only_when_its_readers_may_read_both(
    attach, nadia, everyone, page, file
):
    parent, child = attach(page, file)
    lent = file >= page if page > Scope.DRAFT else file > Scope.DRAFT  # another author's draft
    for reader in everyone:
        ids = found(reader)
        if not lent:
            assert parent not in ids
        if parent in ids:
            assert child in ids
    assert (parent in found(nadia)) == lent


def test_two_drafts_of_one_person_go_together(attach, nadia, world):
    parent, _child = attach(Scope.DRAFT, Scope.DRAFT, author_id=world.nadia)
    assert parent in found(nadia)


def test_the_result_names_the_page_of_the_file(attach, client):
    parent, child = attach(Scope.PUBLIC, Scope.PUBLIC)
    results = client.get(f"/search.json?q={CANARY}").json["results"]
    one = next(one for one in results if one["id"] == parent)
    assert one["found_at"] == {"kind": "attachment", "title": "Notice", "place": "page=2"}
    assert child in {one["id"] for one in results}


def _scope(scope):
    return lambda item, actor: writing.set_scope(item, scope, actor)


TRANSITIONS = {
    "the file turns private": ("file", _scope(Scope.GROUP)),
    "the file becomes a draft": ("file", _scope(Scope.DRAFT)),
    "the file is put away": ("file", writing.trash),
    "the file is erased": ("file", lambda item, _actor: db.session.delete(item)),
    "the words are erased": ("file", lambda item, actor: history.erase(item, CANARY, "…", actor)),
    "the file is detached": ("file", lambda item, actor: writing.move(item, actor, None)),
    "somebody in it limits it": (
        "file", lambda item, _actor: setattr(item, "ceiling", Scope.GROUP)
    ),
    "the file leaves the group": (
        "file", lambda item, _actor: setattr(item, "group_id", item.group_id + 1)
    ),
    "the bytes change": ("bytes", None),
}  # fmt: skip


@pytest.mark.parametrize("name", TRANSITIONS)
def test_words_leave_the_page_at_once(attach, change, karim, everyone, name):
    parent, child = attach(Scope.PUBLIC, Scope.PUBLIC)
    assert found(everyone[0]) == {parent, child}
    what, act = TRANSITIONS[name]
    if what == "bytes":
        karim.upload(f"/files/{child}/versions", "notice.pdf", made.pdf("autre chose"))
    else:
        change(child, act)
    for reader in everyone:
        assert parent not in found(reader)


def test_words_leave_and_come_back_with_the_page(attach, change, nadia, others):
    parent, child = attach(Scope.NETWORK, Scope.NETWORK)
    sophie = others[2]
    assert found(nadia) == {parent, child}
    change(parent, _scope(Scope.PUBLIC))
    for reader in (nadia, *others):
        assert parent not in found(reader)
    change(parent, _scope(Scope.NETWORK))
    assert parent in found(nadia)
    change(child, writing.trash)
    assert found(nadia) == found(sophie) == set()
    change(child, writing.restore)
    assert parent in found(nadia)


def test_a_page_that_waits_before_editors_shows_them_no_word_of_the_group(
    attach, change, nadia, others
):
    parent, _child = attach(Scope.NETWORK, Scope.NETWORK)
    admin = others[2]
    change(parent, lambda item, actor: writing.request_publication(item, Scope.PUBLIC, actor))
    assert parent in found(admin, "rucher")
    assert parent not in found(admin)
    assert parent not in found(nadia)
    change(parent, writing.withdraw_requests)
    assert parent not in found(admin)


def test_a_page_that_others_look_after_shows_them_no_word_of_the_group(
    attach, change, nadia, others, world
):
    parent, _child = attach(Scope.GROUP, Scope.GROUP)
    sophie = others[2]
    assert parent in found(nadia)
    change(
        parent,
        lambda item, _actor: owners.add(item.id, user=db.session.get(User, world.sophie)),
    )
    assert parent in found(sophie, "rucher")
    assert parent not in found(sophie)


def test_captions_are_found_through_the_page(attach, change, client, nadia):
    parent, child = attach(Scope.PUBLIC, Scope.PUBLIC)
    change(child, lambda item, _actor: setattr(item, "alt", "Une butineuse sur un bleuet"))
    assert found(client, "bleuet") == {parent, child}
    change(child, lambda item, _actor: setattr(item, "alt", ""))
    assert found(client, "bleuet") == set()


def test_a_file_that_moves_tells_both_pages(attach, change, karim, world):
    parent, child = attach(Scope.GROUP, Scope.GROUP)
    change(child, lambda item, actor: writing.move(item, actor, db.session.get(Item, world.page)))
    assert found(karim) == {world.page, child}
    assert parent not in found(karim)


@pytest.mark.skipif(not SERVER, reason="in SQLite, whoever writes is alone")
def test_words_taken_out_while_the_page_is_saved_do_not_come_back(app, world, attach, monkeypatch):
    parent, child = attach(Scope.PUBLIC, Scope.PUBLIC)
    reading, texts = threading.Event(), parts.texts

    def slowly(item, connection):
        found = texts(item, connection)
        if item.id == parent and not reading.is_set():
            reading.set()
            time.sleep(0.5)  # long enough for the other to erase, if it may
        return found

    def save_the_page():
        with app.app_context():
            page = db.session.get(Page, parent)
            page.body = "Des abeilles noires."
            writing.save(page, db.session.get(User, world.nadia))
            db.session.remove()

    monkeypatch.setattr(parts, "texts", slowly)
    saving = threading.Thread(target=save_the_page)
    saving.start()
    assert reading.wait(10)
    with app.app_context():
        file = db.session.get(File, child)
        file.text = "Le mot est parti"
        db.session.commit()
    saving.join(10)
    with app.app_context():
        found = find(CANARY, AnonymousUserMixin()).ids
        assert parent not in found

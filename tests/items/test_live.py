"""Texts written together: their log, how it becomes revisions, and what is saved beside it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text

from wiki.accounts.models import User
from wiki.db import db
from wiki.items import authorship, documents, emptying, folding, history, live, writing
from wiki.items.models import Item, Revision
from wiki.pages.models import Page
from wiki.reports.models import Report


@pytest.fixture
def page(app, world):
    with app.app_context():
        yield db.session.get(Page, world.page)


def typed(item, at: int, words: str, writer: int | None, field: str = "body") -> None:
    """Somebody writes at a place of the text (in characters), by the log as the server does."""
    state = folding.enter(item, field)
    doc = documents.made_of(state.updates)
    before = doc.get_state()
    text = documents.text_of(doc)
    doc["content"].insert(len(text[:at].encode()), words)
    with db.engine.begin() as connection:
        live.append(connection, state.room_id, state.epoch, [(doc.get_update(before), writer)])


def said(item, field: str = "body") -> str:
    return documents.text_of(documents.made_of(folding.enter(item, field).updates))


def test_a_fresh_room_says_what_the_item_says_and_makes_no_revision(page):
    before = page.revision_count
    assert said(page) == page.body
    assert folding.fold(page) is None
    assert page.revision_count == before


def test_two_who_enter_find_the_same_document(page):
    first, second = folding.enter(page, "body"), folding.enter(page, "body")
    assert first.updates == second.updates


def test_a_field_that_is_no_text_is_no_room(page):
    for field in ("title", "nothing", "sections", "__class__"):
        with pytest.raises(live.Gone):
            folding.enter(page, field)


def test_what_was_written_becomes_a_revision_signed_by_its_writer(page, world):
    typed(page, 0, "Été 🌞 ", world.karim)
    revision = folding.fold(page)
    assert page.body == "Été 🌞 Ouvert le **lundi**."
    assert (revision.actor_id, revision.number) == (world.karim, page.revision_count)
    assert "Été" in page.renderings["body"].html
    assert folding.fold(page) is None


def test_several_writers_all_sign_and_each_stretch_has_its_writer(page, world):
    typed(page, 0, "À Karim. ", world.karim)
    typed(page, 9, "Nadia écrit plus long ici. ", world.nadia)
    revision = folding.fold(page)
    assert revision.actor_id == world.nadia
    signed = authorship.signatures([revision.id])[revision.id]
    assert [user.id for user in signed] == [world.nadia, world.karim]
    runs = db.session.get(authorship.Stretches, (revision.id, "body")).runs
    assert runs == [[9, world.karim], [27, world.nadia], [20, authorship.NOBODY]]


def test_a_form_saved_meanwhile_is_put_together_with_what_is_written(page, world):
    base = page.revision_count
    typed(page, len(page.body), " Fermé en août.", world.karim)
    nadia = db.session.get(User, world.nadia)
    assert history.edit(page, {"body": "Ouvert le **mardi**."}, base, nadia) is None
    assert page.body == "Ouvert le **mardi**. Fermé en août."
    assert said(page) == page.body
    writers = db.session.scalars(
        db.select(Revision.actor_id).where(Revision.item_id == page.id, Revision.number > base)
    )
    assert list(writers) == [world.karim, world.nadia]


def test_a_save_that_did_not_know_of_the_room_enters_it(page, world):
    typed(page, 0, "Karim : ", world.karim)
    page.body = page.body.replace("lundi", "jeudi")
    db.session.commit()  # past every door, as a program would
    page.revision_count += 1
    db.session.add(
        Revision(item=page, number=page.revision_count, data=page.snapshot(), actor_id=world.nadia)
    )
    db.session.commit()
    assert said(page) == "Karim : Ouvert le **jeudi**."
    folding.fold(page)
    assert page.body == "Karim : Ouvert le **jeudi**."


def test_bringing_back_an_old_version_is_a_change_of_the_room(page, world):
    nadia = db.session.get(User, world.nadia)
    first = history.revision(page, page.revision_count)
    typed(page, 0, "Sottises. ", world.karim)
    history.revert(page, first, nadia, "")
    assert page.body == said(page) == "Ouvert le **lundi**."
    kept = [past.number for past in history.revisions(page)]
    assert len(kept) == 3, "what Karim wrote is in the history"


def test_an_erased_name_leaves_the_log_and_the_epoch_rises(page, world):
    nadia = db.session.get(User, world.nadia)
    typed(page, 0, "Avec Fatoumata. ", world.karim)
    before = folding.enter(page, "body")
    history.erase(page, "Fatoumata", "F", nadia)
    after = folding.enter(page, "body")
    assert after.epoch == before.epoch + 1
    assert said(page) == page.body == "Avec F. Ouvert le **lundi**."
    for data in db.session.scalars(db.select(live.Update.data)):
        assert b"Fatoumata" not in data
    with pytest.raises(live.Gone), db.engine.begin() as connection:
        live.append(connection, before.room_id, before.epoch, [(b"\x00\x00", world.karim)])


def test_a_long_log_becomes_one_update_once_folded(page, world):
    for _ in range(folding.ROWS_AT_MOST + 5):
        typed(page, 0, "a", world.karim)
    folding.fold(page)
    count = db.session.scalar(db.select(db.func.count()).select_from(live.Update))
    assert count == 1
    assert said(page) == page.body
    typed(page, 0, "b", world.nadia)
    folding.fold(page)
    assert page.body.startswith("ba")


def test_the_number_of_an_erased_page_given_again_is_another_room(page, world):
    number, epoch = page.id, folding.enter(page, "body").epoch
    page.trashed_at = live.utcnow()
    db.session.commit()
    emptying.empty_trash(live.utcnow())
    again = Page(id=number, group_id=world.ours, title="Une autre", body="Autre chose.")
    writing.save(again, None)
    assert folding.enter(again, "body").epoch != epoch


def test_line_ends_and_lost_bytes_are_mended_in_the_room_too(page, world):
    typed(page, 0, "a\r\nb\x00c ", world.karim)
    folding.fold(page)
    assert page.body == said(page)
    assert page.body.startswith("a\nbc ")


def test_what_a_dead_server_left_is_folded_by_the_sweep(page, world):
    typed(page, 0, "Gardé. ", world.karim)
    db.session.execute(db.update(live.Room).values(changed_at=live.utcnow() - folding.QUIET * 2))
    db.session.commit()
    folding.fold_forgotten()
    db.session.expire_all()
    assert db.session.get(Page, page.id).body.startswith("Gardé. ")


def test_sections_of_a_report_are_written_together_too(app, world):
    with app.app_context():
        report = db.session.get(Report, world.report)
        typed(report, 0, "D’abord, ", world.karim, "what_failed")
        typed(report, 0, "Douze personnes.", world.nadia, "key_moments")
        folding.fold(report)
        assert report.sections["what_failed"] == "D’abord, Le wifi de la salle."


def test_the_api_gives_the_group_the_text_being_written_and_others_the_last_version(
    app, world, client_of, client
):
    with app.app_context():
        page = db.session.get(Page, world.public_page)
        typed(page, 0, "Tout frais. ", world.karim)
    address = f"/api/v1/items/{world.public_page}"
    for other in (client, client_of("sophie")):
        assert "Tout frais" not in other.get(address).text
        assert "Tout frais" not in other.get("/api/v1/items").text
    listed = client_of("karim").get("/api/v1/items").json["results"]
    item = next(one for one in listed if one["id"] == world.public_page)
    assert item["body"].startswith("Tout frais. ")
    assert item["revision"] == 2, "text and number are of one version"
    assert client_of("karim").get(address).json["body"] == item["body"]


WORDS = st.text(alphabet="ab é😀\n", max_size=12)


@settings(max_examples=200, deadline=None)
@given(before=WORDS, after=WORDS)
def test_any_text_becomes_any_other_by_an_update(before, after):
    doc = documents.made_of([documents.seed(before)])
    other = documents.made_of([documents.seed(before)])
    state = documents.made_of([doc.get_update()])
    change = documents.rewrite(doc, after)
    assert documents.text_of(doc) == after
    if change:
        state.apply_update(change)
    assert documents.text_of(state) == after
    assert documents.text_of(other) == before


@settings(max_examples=200, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 40), WORDS, st.integers(0, 3))))
def test_stretches_always_cover_the_text_they_tell_of(steps):
    doc = Doc({"content": Text("début é")})
    rows, before = [(1, doc.get_update(), None)], doc.get_state()
    for number, (writer, place, words, gone) in enumerate(steps, 2):
        text = str(doc["content"])
        at = len(text[:place].encode())
        if gone and place < len(text):
            del doc["content"][at : at + len(text[place : place + gone].encode())]
        doc["content"].insert(at, words)
        rows.append((number, doc.get_update(before), writer))
        before = doc.get_state()
    half = 1 + len(rows) // 2
    replay = documents.Replay(1).play(rows[:half]).play(rows)
    text, runs = replay.text, replay.runs()
    assert text == str(doc["content"])
    assert sum(size for size, _writer in runs) == len(text)
    for size, writer in runs:
        assert size > 0
        assert writer in (0, 1, 2, 3)


def test_an_item_in_the_trash_keeps_what_was_written(page, world):
    typed(page, 0, "Avant. ", world.karim)
    page.trashed_at = live.utcnow()
    db.session.commit()
    folding.fold(page)
    assert db.session.get(Item, page.id).body.startswith("Avant. ")

"""People are told of what they follow, wrote or were asked; never of what they may not read."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.items import comments, writing
from wiki.items.forms import CommentForm
from wiki.items.models import Comment, Item, Scope
from wiki.mail import Mail, deliver, next_round
from wiki.notifications.models import Notice, Pending
from wiki.notifications.telling import send_letters, tell


def watch(world, name, item):
    writing.watch(db.session.get(Item, getattr(world, item)), user(world, name))
    db.session.commit()


def user(world, name) -> User:
    return db.session.get(User, getattr(world, name))


def later(**delta):
    """The letters due some time from now."""
    tell()
    send_letters(utcnow() + timedelta(**delta))


def comment(client, world, item="public_page", body="Merci, le canarilium marche.", **more):
    answer = client.post(f"/items/{getattr(world, item)}/comments", data={"body": body, **more})
    assert answer.status_code == 303
    return answer


def plain(letter) -> str:
    return letter.get_body(["plain"]).get_content()


def test_the_author_is_told_of_a_remark_at_once_and_in_their_language(
    app, world, client_of, letters
):
    comment(client_of("sophie"), world)
    [letter] = letters()
    assert letter["To"] == "nadia@example.org"
    assert "canarilium" in plain(letter)
    assert f"http://localhost/pages/{world.public_page}-" in plain(letter)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nobody_is_told_of_their_own_acts(app, world, client_of, letters):
    comment(client_of("nadia"), world)
    with app.app_context():
        assert db.session.scalars(select(Notice).where(Notice.user_id == world.nadia)).all() == []
    assert letters() == []


def test_the_event_leaves_its_row_in_the_same_transaction(app, world):
    with app.app_context():
        item = db.session.get(Item, world.public_page)
        item.title = "Autre titre"
        writing.stage(item, user(world, "karim"))
        assert db.session.scalar(select(Pending.event_id))
        db.session.rollback()
        assert db.session.scalar(select(Pending.event_id)) is None


def test_many_changes_make_one_letter_the_next_morning(app, world, letters):
    with app.app_context():
        watch(world, "sophie", "public_page")
        for number in range(4):
            item = db.session.get(Item, world.public_page)
            item.title = f"Où trouver un ordinateur, {number}"
            writing.save(item, user(world, "karim"))
        later(minutes=11)
        assert letters() == []
        later(days=1)
        sent = [one for one in letters() if one["To"] == "sophie@example.org"]
    assert len(sent) == 1
    assert "4" in sent[0]["Subject"]
    assert "Où trouver un ordinateur, 3" in plain(sent[0])


@pytest.mark.parametrize("hide", ["narrow", "trash", "erase"])
def test_what_was_hidden_between_the_event_and_the_letter_never_leaves(app, world, letters, hide):
    with app.app_context():
        watch(world, "sophie", "public_page")
        item = db.session.get(Item, world.public_page)
        item.title = "Canarilium"
        writing.save(item, user(world, "karim"))
        tell()
        if hide == "narrow":
            writing.publish(item, Scope.GROUP, user(world, "nadia"))
        elif hide == "trash":
            writing.trash(item, user(world, "nadia"))
        else:
            db.session.delete(item)
            db.session.commit()
        later(days=8)
        assert all("sophie" not in one["To"] for one in letters())


def test_a_letter_that_waits_for_the_server_is_written_when_it_leaves(app, world, letters):
    app.config["SMTP_URL"] = "smtp://127.0.0.1:1"
    try:
        with app.app_context():
            watch(world, "sophie", "public_page")
            item = db.session.get(Item, world.public_page)
            item.title = "Canarilium"
            writing.save(item, user(world, "karim"))
            later(days=1)
            waiting = db.session.scalars(select(Mail).where(Mail.sent_at.is_(None))).all()
            assert waiting
            assert "anarilium" not in str([vars(one) for one in waiting])
            writing.publish(db.session.get(Item, world.public_page), Scope.GROUP,
                            user(world, "nadia"))  # fmt: skip
            app.config["SMTP_URL"] = ""
            for one in waiting:
                one.due_at = utcnow()
            db.session.commit()
            deliver()
            assert all(one["To"] != "sophie@example.org" for one in letters())
    finally:
        app.config["SMTP_URL"] = ""


def test_a_removed_remark_is_not_quoted(app, world, client_of, letters, monkeypatch):
    with app.app_context():
        watch(world, "sophie", "public_page")
    comment(client_of("karim"), world)
    letters()
    with app.app_context():
        one = db.session.scalar(select(Comment))
        comments.remove(one, user(world, "nadia"))
        later(days=1)
        assert letters() == []


def test_a_held_remark_is_told_to_facilitators_only(app, world, client, letters):
    with app.app_context():
        watch(world, "sophie", "public_page")
        form = CommentForm(data={"body": "Voir https://spam.example canarilium", "name": "Inconnu"})
        from flask_login import AnonymousUserMixin

        item = db.session.get(Item, world.public_page)
        comments.post(item, AnonymousUserMixin(), form)
        later(days=8)
        assert {one["To"] for one in letters()} == {"nadia@example.org"}


def test_the_whole_way_of_a_publication_request(app, world, client_of, letters):
    app.config["FACILITATORS_PUBLISH"] = False
    with app.app_context():
        page = db.session.get(Item, world.page)
        writing.request_publication(page, Scope.PUBLIC, user(world, "nadia"), "S’il vous plaît")
    [asked] = letters()
    assert asked["To"] == "admin@example.org"
    client_of("admin").post(
        f"/items/{world.page}/publication/answer", data={"answer": "no", "words": "Il manque l’an."}
    )
    [told] = letters()
    assert told["To"] == "nadia@example.org"
    assert "Il manque l’an." in plain(told)


def test_a_preference_rules_the_letters_and_the_list_stays(app, world, client_of, letters):
    nadia = client_of("nadia")
    choice = {"mine": "never", "asked": "now", "watched": "day", "questions": "week"}
    assert nadia.post("/account/letters", data=choice).status_code == 303
    comment(client_of("sophie"), world)
    assert letters() == []
    assert "canarilium" in nadia.get("/notices").text
    assert "canarilium" in nadia.get("/").text


def test_a_wrong_preference_is_refused_in_words(client_of):
    assert client_of("nadia").post("/account/letters", data={"mine": "x"}).status_code == 422


def test_one_click_stops_the_letters_without_signing_in(app, world, client, client_of, letters):
    comment(client_of("sophie"), world)
    [letter] = letters()
    address = letter["List-Unsubscribe"].strip(" <>").removeprefix("http://localhost")
    assert client.get(address).status_code == 200  # a mail scanner follows links: nothing changes
    comment(client_of("karim"), world, body="Encore un mot.")
    comment(client_of("karim"), world, body="Encore deux mots.")
    assert letters() == []  # soon after the first, they travel together
    with app.app_context():
        later(minutes=11)
    [letter] = letters()
    assert "deux mots" in plain(letter)
    answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    comment(client_of("rosa"), world, body="Et un autre.")
    with app.app_context():
        later(days=8)
    assert letters() == []


@pytest.mark.parametrize("token", ["x", "W10.x", "é", "a" * 3000])
def test_a_broken_link_says_so(client, token):
    assert client.get(f"/letters/{token}").status_code == 410
    assert client.post(f"/letters/{token}").status_code == 410


def test_notices_are_read_one_by_one_or_all(app, world, client_of):
    comment(client_of("sophie"), world)
    nadia = client_of("nadia")
    with app.app_context():
        [notice] = db.session.scalars(select(Notice).where(Notice.user_id == world.nadia)).all()
        number = notice.id
    assert client_of("karim").get(f"/notices/{number}").status_code == 404
    answer = nadia.get(f"/notices/{number}")
    assert answer.status_code == 303
    assert answer.location.endswith("#comments")
    assert "canarilium" not in nadia.get("/").text
    comment(client_of("sophie"), world, body="Deuxième canarilium")
    nadia.post("/notices/reading", data={"latest": "x"})
    assert "canarilium" not in nadia.get("/").text
    assert nadia.get("/notices/99999999999").status_code == 404


def test_the_list_forgets_what_turned_private(app, world, client_of):
    with app.app_context():
        watch(world, "sophie", "public_page")
    comment(client_of("karim"), world)
    sophie = client_of("sophie")
    assert "canarilium" in sophie.get("/notices").text
    with app.app_context():
        item = db.session.get(Item, world.public_page)
        writing.publish(item, Scope.GROUP, user(world, "nadia"))
    page = sophie.get("/notices").text
    assert "canarilium" not in page
    assert "Où trouver un ordinateur" not in page


def test_two_drains_tell_once(app, world):
    with app.app_context():
        watch(world, "sophie", "public_page")
        item = db.session.get(Item, world.public_page)
        item.title = "Autre"
        writing.save(item, user(world, "karim"))
        tell()
        tell()
        notices = db.session.scalars(select(Notice).where(Notice.user_id == world.sophie)).all()
        assert len(notices) == 1
        send_letters(utcnow() + timedelta(days=1))
        send_letters(utcnow() + timedelta(days=1))
        query = select(Mail).where(Mail.to == "sophie@example.org")
        assert len(db.session.scalars(query).all()) == 1


def test_people_are_looked_for_before_anything_is_written(app, world):
    """A write keeps all other writers waiting: it begins when nothing is left to look up."""
    with app.app_context():
        watch(world, "sophie", "public_page")
        item = db.session.get(Item, world.public_page)
        item.title = "Autre"
        writing.save(item, user(world, "karim"))
        said = []

        def note(_connection, _cursor, statement, *_more):
            said.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            tell()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        first = next(i for i, one in enumerate(said) if one.startswith("DELETE FROM notif"))
        assert any("watch" in one for one in said[:first])
        last = next(i for i, one in enumerate(said) if one.startswith("INSERT INTO notice"))
        assert not any("watch" in one or "membership" in one for one in said[first:last])


def test_letters_leave_in_the_morning_of_the_place(app):
    from datetime import UTC, datetime

    with app.app_context():
        now = datetime(2026, 7, 1, 12, tzinfo=UTC)  # a Wednesday
        assert next_round("day", now) == datetime(2026, 7, 2, 5, tzinfo=UTC)
        assert next_round("week", now) == datetime(2026, 7, 6, 5, tzinfo=UTC)
        assert next_round("month", now) == datetime(2026, 8, 1, 5, tzinfo=UTC)


def test_an_event_whose_telling_died_is_told_by_the_next_sweep_and_once(app, world, monkeypatch):
    from wiki.notifications import telling

    def die(_event):
        raise RuntimeError("killed")

    with app.app_context():
        watch(world, "sophie", "public_page")
        item = db.session.get(Item, world.public_page)
        item.title = "Autre"
        writing.save(item, user(world, "karim"))
        with monkeypatch.context() as patch:
            patch.setattr(telling, "_notices", die)
            tell()
        assert db.session.scalar(select(Pending.event_id))
        tell()
        assert db.session.scalar(select(Pending.event_id)) is None
        query = select(Notice).where(Notice.user_id == world.sophie)
        assert len(db.session.scalars(query).all()) == 1


def test_a_letter_that_could_not_be_posted_leaves_its_notices_waiting(app, world, monkeypatch):
    from wiki.notifications import telling

    def die(*_args, **_more):
        raise RuntimeError("killed")

    with app.app_context():
        watch(world, "sophie", "public_page")
        item = db.session.get(Item, world.public_page)
        item.title = "Autre"
        writing.save(item, user(world, "karim"))
        tell()
        with monkeypatch.context() as patch:
            patch.setattr(telling, "post_composed", die)
            with pytest.raises(RuntimeError):
                send_letters(utcnow() + timedelta(days=1))
            db.session.rollback()
        send_letters(utcnow() + timedelta(days=1))
        sent = db.session.scalars(select(Mail).where(Mail.to == "sophie@example.org")).all()
        assert len(sent) == 1


def test_a_changed_address_gets_nothing_meant_for_the_old_one(app, world, letters):
    app.config["SMTP_URL"] = "smtp://127.0.0.1:1"
    try:
        with app.app_context():
            watch(world, "sophie", "public_page")
            item = db.session.get(Item, world.public_page)
            item.title = "Autre"
            writing.save(item, user(world, "karim"))
            later(days=1)
            user(world, "sophie").email = "new@example.org"
            db.session.commit()
            app.config["SMTP_URL"] = ""
            for one in db.session.scalars(select(Mail).where(Mail.due_at.is_not(None))):
                one.due_at = utcnow()
            db.session.commit()
            deliver()
    finally:
        app.config["SMTP_URL"] = ""
    told = {one["To"] for one in letters()}
    assert not told & {"sophie@example.org", "new@example.org"}


def test_what_an_import_brings_is_no_news(app, world):
    from wiki.groups.journal import Event

    with app.app_context():
        watch(world, "sophie", "public_page")
        old = Event(verb="updated", actor_id=world.karim, item_id=world.public_page)
        old.created_at = utcnow() - timedelta(days=30)
        db.session.add(old)
        db.session.commit()
        tell()
        assert db.session.scalar(select(Pending.event_id)) is None
        assert db.session.scalar(select(Notice.id).where(Notice.user_id == world.sophie)) is None

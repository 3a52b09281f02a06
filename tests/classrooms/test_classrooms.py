"""A training day: prepared, led from the room, closed, emptied, brought back, asked about later."""

import io
import re
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, update

from tests.files import samples
from wiki.accounts.cards import AccessCard
from wiki.accounts.models import User
from wiki.classrooms import closing, leading
from wiki.classrooms.models import Classroom, Trainee
from wiki.db import db, utcnow
from wiki.files import uploads
from wiki.files.models import File
from wiki.groups.models import Group
from wiki.items.models import Item, Scope
from wiki.items.writing import save
from wiki.pages.models import Page


@pytest.fixture
def nadia(client_of):
    return client_of("nadia")


@pytest.fixture
def room(app, nadia, world):
    """The address of a room for three, with a page for each and one for all."""
    answer = nadia.post(
        f"/groups/{world.ours}/classrooms",
        data={"title": "Journée cartes", "places": "3", "firstnames": "Fatou",
              f"way-{world.page}": "each", f"way-{world.public_page}": "all"},
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


@pytest.fixture
def seen(app):
    """A function: what a query gives, in a context of its own."""

    def read(query):
        with app.app_context():
            return db.session.scalars(query).all()

    return read


@pytest.fixture
def come_in(app, nadia, room, seen):
    """A function: the client of somebody who came in by the door."""
    (sandbox,) = seen(select(Classroom.sandbox_id))
    nadia.post(f"/groups/{sandbox}/door", data={"places": "3"})
    page = nadia.get(f"/groups/{sandbox}/door").text
    code = "".join(re.findall(r'door-(?:word|figures)">(\w+)<', page))

    def enter(name: str, status: int = 303):
        client = app.test_client()
        client.post("/join", data={"code": code})
        answer = client.post(
            "/join/new", data={"name": name, "pictogram": "velo", "digits": "4827"}
        )
        assert answer.status_code == status, answer.text
        return client

    return enter


@pytest.fixture
def day(nadia, room, seen, come_in):
    """All of these at once."""
    return SimpleNamespace(nadia=nadia, room=room, seen=seen, come_in=come_in)


def sheet_of(seen, name: str) -> Page:
    (found,) = seen(select(Page).where(Page.title == f"Mon action, {name}"))
    return found


def write(client, page: Page, text: str, status: int = 303):
    answer = client.post(
        f"/pages/{page.id}/edit",
        data={"title": page.title, "body": text, "revision": page.revision_count},
    )
    assert answer.status_code == status, answer.text
    return answer


def test_a_day_is_prepared_with_accounts_cards_and_copies(nadia, room, seen, world):
    (found,) = seen(select(Classroom))
    cards = seen(select(AccessCard).where(AccessCard.group_id == found.sandbox_id))
    assert sorted(bool(card.user_id) for card in cards) == [False, False, True]
    items = {i.title: i for i in seen(select(Item).where(Item.group_id == found.sandbox_id))}
    assert items["Espace emploi"].scope == Scope.DRAFT, "the model is for the trainer's eyes"
    assert items["Où trouver un ordinateur"].scope == Scope.GROUP
    page = nadia.get(room).text
    assert f"/groups/{found.sandbox_id}/cards.pdf" in page
    assert "Personne n’est encore dans la salle" in page
    sheet = nadia.get(f"{room}/sheet").text
    assert "Fatou" in sheet
    assert cards[0].printed in sheet


def test_what_a_copy_shows_comes_with_it(app, nadia, world, seen):
    with app.app_context():
        author, group = db.session.get(User, world.nadia), db.session.get(Group, world.ours)
        plan = io.BytesIO(samples.saved(samples.picture(), "PNG"))
        picture = uploads.receive(plan, "plan.png", group, author).id
        page = Page(group_id=world.ours, title="Avec un plan", body=f"{{{{image {picture}}}}}")
        save(page, author)
        number = page.id
    answer = nadia.post(
        f"/groups/{world.ours}/classrooms",
        data={"title": "Journée plans", "places": "1", f"way-{number}": "each"},
    )
    assert answer.status_code == 303
    (sandbox,) = seen(select(Classroom.sandbox_id))
    (copied,) = seen(select(File.id).where(File.group_id == sandbox))
    (body,) = seen(select(Page.body).where(Page.group_id == sandbox))
    assert body == f"{{{{image {copied}}}}}"


def test_two_presses_prepare_one_day(nadia, room, world):
    again = {"title": "Journée cartes", "places": "3"}
    answer = nadia.post(f"/groups/{world.ours}/classrooms", data=again)
    assert answer.headers["Location"] == room


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"places": "61"}, "60"),
        ({"places": "beaucoup"}, "nombre"),
        ({"firstnames": "Karim\nkarim"}, "se ressemblent"),
        ({"places": "1", "firstnames": "Jo\nFatou"}, "plus de prénoms que de places"),
        ({"title": ""}, "nécessaire"),
    ],
)
def test_nothing_is_lost_when_an_answer_is_wrong(nadia, world, seen, wrong, said):
    data = {"title": "Journée", "places": "3", "firstnames": "Jo", f"way-{world.page}": "each"}
    page = nadia.post(f"/groups/{world.ours}/classrooms", data=data | wrong)
    assert page.status_code == 422
    assert '<option value="each" selected' in page.text
    assert not seen(select(Classroom))


def test_each_finds_a_sheet_and_copies_that_are_theirs(come_in, room, seen):
    fatou, jo = come_in("Moussa"), come_in("Jo")
    assert "Mon action" not in fatou.get("/groups").text
    assert 'class="room-bar"' in fatou.get("/groups").text
    assert fatou.get(f"{room}/mine").headers["Location"].endswith("/edit")
    assert fatou.get(f"{room}/mine").status_code == 303
    jo.get(f"{room}/desk")
    drafts = seen(select(Page).where(Page.title.like("Mon action%")))
    assert sorted(one.title for one in drafts) == ["Mon action, Jo", "Mon action, Moussa"]
    mine = sheet_of(seen, "Moussa")
    write(fatou, mine, "Une marche pour compter les bancs.")
    assert jo.get(mine.url).status_code == 404
    desk = jo.get(f"{room}/desk").text
    assert "Espace emploi, Jo" in desk
    assert "Où trouver un ordinateur" in desk
    assert "Moussa" not in desk


def test_the_grid_tells_who_is_where_and_how_far(come_in, nadia, room, seen):
    jo = come_in("Jo")
    jo.get(f"{room}/mine")
    path = f"/pages/{sheet_of(seen, 'Jo').id}/edit"
    told = jo.post(f"{room}/presence", data={"path": path, "title": "Ma page"}).json
    assert (told["closed"], told["left"], told["hand"]) == (False, 0, False)
    write(jo, sheet_of(seen, "Jo"), "Un deux trois " * 60)
    assert jo.post(f"{room}/hand").status_code == 303
    html = nadia.get(f"{room}/grid.json").json["html"]
    for words in ("Jo", "Ma page", "écrit", "mots", "Une main levée", "0/1"):
        assert words in html
    (one,) = seen(select(Trainee))
    nadia.post(f"{room}/hands/{one.user_id}")
    assert jo.post(f"{room}/presence", data={"path": "/"}).json["hand"] is False


def test_the_room_learns_nothing_of_what_somebody_reads_outside_it(come_in, room, seen, day, world):
    nadia, (sandbox,) = day.nadia, seen(select(Classroom.sandbox_id))
    jo = come_in("Jo")
    for path in (f"/pages/{world.page}-espace/edit", "/search", f"/groups/{world.theirs}", "/"):
        jo.post(f"{room}/presence", data={"path": path, "title": "Mon secret"})
        html = nadia.get(f"{room}/grid.json").json["html"]
        assert "Mon secret" not in html, path
        assert "Ailleurs" in html
    for path in (f"/pages/{world.public_page}", f"/groups/{sandbox}", f"{room}/desk"):
        jo.post(f"{room}/presence", data={"path": path, "title": f"Ici {path}"})
        assert f"Ici {path}" in nadia.get(f"{room}/grid.json").json["html"]
    assert nadia.post(f"{room}/hand").status_code == 404, "who leads has no seat"
    assert len(seen(select(Trainee))) == 1


def test_the_timer_the_screens_and_the_teams_reach_everybody(come_in, nadia, room, seen):
    jo, fatou = come_in("Jo"), come_in("Moussa")
    for one in (jo, fatou):
        one.post(f"{room}/presence", data={"path": "/"})
    nadia.post(f"{room}/timer", data={"minutes": "10"})
    (shared,) = seen(select(Classroom.shared))
    nadia.post(f"{room}/screens", data={"show": str(shared[0])})
    assert 'form="no-teams"' not in nadia.get(room).text, "nothing to undo yet"
    nadia.post(f"{room}/teams", data={"size": "2"})
    lead = nadia.get(room).text
    assert 'form="no-teams"' in lead
    assert re.search(r'name="size"[^>]* value="2"', lead), "what was asked for stays in the field"
    told = jo.post(f"{room}/presence", data={"path": "/"}).json
    assert 590 < told["left"] <= 600
    assert told["shown"]["title"] == "Où trouver un ordinateur"
    assert jo.get(told["shown"]["path"]).status_code == 200
    assert (told["team"], told["mates"]) == (1, ["Moussa"])
    nadia.post(f"{room}/timer", data={"minutes": "0"})
    nadia.post(f"{room}/screens", data={"show": ""})
    told = jo.post(f"{room}/presence", data={"path": "/"}).json
    assert (told["left"], told["shown"]["path"]) == (0, "")
    assert nadia.post(f"{room}/screens", data={"show": "1"}).status_code == 422


def test_small_groups_are_as_near_to_the_number_asked_as_can_be_and_nobody_is_alone():
    for people in range(2, 60):
        seats = [Trainee() for _ in range(people)]
        room = SimpleNamespace(trainees=lambda seats=seats: list(seats))
        for size in range(2, 13):
            count = leading.make_teams(room, size)
            sizes = Counter(one.team for one in seats)
            assert sorted(sizes) == list(range(1, count + 1))
            assert min(sizes.values()) >= 2
            assert max(sizes.values()) <= size * 3 / 2, (people, size, sizes)


def test_the_door_counts_places_and_a_second_person_of_one_name_is_told(come_in):
    come_in("Jo")
    come_in("jo", status=422)
    come_in("Moussa")
    come_in("Rosa")
    come_in("Paul", status=409)


def test_the_same_card_on_two_phones_opens_one_seat(app, nadia, room, seen):
    (card,) = seen(select(AccessCard).where(AccessCard.user_id.is_not(None)))
    phones = [app.test_client() for _ in range(2)]
    for phone in phones:
        phone.get(f"/c/{card.code}")
    first = phones[0].post(f"/join/digits/{card.user_id}", data={"digits": "4827"})
    second = phones[1].post(f"/join/digits/{card.user_id}", data={"digits": "5938"})
    assert (first.status_code, second.status_code) == (303, 409)
    assert "vient de prendre cette carte" in second.text
    assert 'href="/join/who"' in second.text, "digits are there already: it asks for them"
    phones[0].get(f"{room}/mine")
    phones[0].get(f"{room}/mine")
    assert len(seen(select(Trainee))) == 1
    assert len(seen(select(Page).where(Page.title.like("Mon action%")))) == 1


def test_closing_sends_each_sheet_and_goes_on_keeping_what_is_typed(
    come_in, nadia, room, seen, letters
):
    jo, fatou = come_in("Jo"), come_in("Moussa")
    jo.get(f"{room}/mine")
    fatou.get(f"{room}/mine")
    write(jo, sheet_of(seen, "Jo"), "Une marche lente.")
    assert jo.post(f"{room}/address", data={"email": "jo@"}).status_code == 422
    jo.post(f"{room}/address", data={"email": "jo@example.org"})
    ids = {one.name: one.id for one in seen(select(Trainee))}
    wrong = {f"email-{ids['Jo']}": "jo@example.org", f"email-{ids['Moussa']}": "nowhere"}
    answer = nadia.post(f"{room}/closing", data=wrong)
    assert answer.status_code == 422
    assert 'value="nowhere"' in answer.text
    assert not letters()
    nadia.post(f"{room}/closing", data=wrong | {f"email-{ids['Moussa']}": ""})
    (letter,) = letters()
    assert letter["To"] == "jo@example.org"
    assert "Une marche lente." in letter.get_body(("plain",)).get_content()
    assert jo.post(f"{room}/presence", data={"path": "/"}).json["closed"] is True
    # Jo was typing when the day was closed: it is recorded, and sent again before the reset.
    write(jo, sheet_of(seen, "Jo"), "Une marche lente, avec des bancs.")
    assert nadia.post(f"{room}/reset").status_code == 303
    (again,) = letters()
    assert "avec des bancs" in again.get_body(("html",)).get_content()


SHEET = """## Pour qui

> Des voisines.

1. {image}
2.

- Marcher **doucement**
-

| Quand | Où |
| --- | --- |
| mardi | la place |

[La page du groupe](/pages/1)
"""


def test_a_sheet_is_sent_in_words_and_tables_not_in_marks(app, day, letters, world):
    jo, room = day.come_in("Jo"), day.room
    jo.get(f"{room}/mine")
    sheet = sheet_of(day.seen, "Jo")
    with app.app_context():
        plan = io.BytesIO(samples.saved(samples.picture(), "PNG"))
        author, group = db.session.get(User, sheet.author_id), db.session.get(Group, sheet.group_id)
        picture = uploads.receive(plan, "plan.png", group, author).id
    write(jo, sheet, SHEET.replace("{image}", f"![Le plan](/files/{picture})"))
    jo.post(f"{room}/address", data={"email": "jo@example.org"})
    day.nadia.post(f"{room}/reset")
    (letter,) = letters()
    words = letter.get_body(("plain",)).get_content()
    for mark in ("#", "> ", "|", "**", "---\n|", "<", "1. \n"):
        assert mark not in words.replace("-" * 40, ""), mark
    assert "\n\nPour qui\nDes voisines.\n" in words
    assert "\n– Marcher doucement\n" in words
    assert "\nmardi · la place\n" in words
    shown = letter.get_body(("html",)).get_content()
    assert "<td>mardi</td>" in shown
    assert "<img" not in shown, "it could not be seen there"
    assert 'href="/' not in shown, "the room is emptied"


def test_the_file_of_a_sheet_holds_its_pictures(app, day, world):
    jo, room = day.come_in("Jo"), day.room
    jo.get(f"{room}/mine")
    sheet = sheet_of(day.seen, "Jo")
    with app.app_context():
        plan = io.BytesIO(samples.saved(samples.picture(), "PNG"))
        author, group = db.session.get(User, sheet.author_id), db.session.get(Group, sheet.group_id)
        picture = uploads.receive(plan, "plan.png", group, author).id
    write(jo, sheet, f"![Le plan](/files/{picture})")
    assert f"{room}/mine.html" in jo.get(f"{room}/desk").text
    file = jo.get(f"{room}/mine.html")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert re.search(r'<img src="data:image/webp;base64,[^"]{100,}" alt="Le plan">', file.text)


def test_two_who_close_at_once_send_each_sheet_once(app, come_in, nadia, room, letters):
    jo = come_in("Jo")
    jo.get(f"{room}/mine")
    jo.post(f"{room}/address", data={"email": "jo@example.org"})
    letters()
    with app.app_context():
        found = db.session.get(Classroom, int(room.rpartition("/")[2]))
        known = found.trainees()  # as somebody read them a moment before
        with app.app_context():
            assert nadia.post(f"{room}/closing", data={}).status_code == 303
        assert closing.send(found) == 0
        assert len(known) == 1
    assert len(letters()) == 1


def test_a_closed_room_is_no_way_to_write_to_the_whole_world(app, come_in, nadia, room, letters):
    jo = come_in("Jo")
    jo.get(f"{room}/mine")
    nadia.post(f"{room}/closing")
    letters()
    app.config["THROTTLE"] = True
    app.extensions["throttle"].storage.reset()  # other tests count here too
    try:
        told = [
            jo.post(f"{room}/address", data={"email": f"somebody{n}@example.org"}).status_code
            for n in range(7)
        ]
    finally:
        app.config["THROTTLE"] = False
    assert told == [303] * 5 + [429] * 2
    assert len(letters()) == 5


def test_whoever_writes_is_named_before_the_room_is_emptied(come_in, nadia, room, seen):
    jo = come_in("Jo")
    jo.get(f"{room}/mine")
    path = f"/pages/{sheet_of(seen, 'Jo').id}/edit"
    jo.post(f"{room}/presence", data={"path": path})
    answer = nadia.post(f"{room}/reset")
    assert answer.status_code == 409
    assert "Jo" in answer.text
    assert nadia.post(f"{room}/reset", data={"anyway": "1"}).status_code == 303


def test_a_reset_takes_one_gesture_and_comes_back_for_a_day(app, come_in, nadia, room, seen):
    jo = come_in("Jo")
    jo.get(f"{room}/mine")
    mine = sheet_of(seen, "Jo")
    jo.post(f"{room}/presence", data={"path": f"{mine.url}/edit", "title": "Ma fiche"})
    write(jo, mine, "Une marche lente.")
    nadia.post(f"{room}/reset", data={"anyway": "yes"})
    assert jo.get(mine.url).status_code == 410
    assert jo.get(f"{room}/desk").status_code == 410
    gone = nadia.get(room).text
    assert "La salle a été vidée" in gone
    assert "Tout peut revenir jusqu’au" in gone
    assert nadia.post(f"{room}/return").status_code == 303
    assert sheet_of(seen, "Jo").trashed_at is None
    grid = nadia.get(f"{room}/grid.json").json["html"]
    assert "Jo" in grid
    assert "Dans la salle : 0 sur" in grid.replace("\xa0", " "), "nobody is signed in any more"
    assert "Ouvrir la porte" in nadia.get(room).text, "it was shut with the room"
    nadia.post(f"{room}/reset")
    with app.app_context():
        closing.erase_sandboxes()
        assert db.session.scalar(select(Classroom.sandbox_id)) is not None, "not for a day"
        db.session.execute(update(Classroom).values(reset_at=utcnow() - timedelta(days=1, hours=1)))
        db.session.commit()
        closing.erase_sandboxes()
    assert seen(select(Classroom.sandbox_id)) == [None]
    assert not seen(select(User).where(User.name.in_(["Jo", "Fatou"])))
    assert not seen(select(Item).where(Item.id == mine.id))
    assert seen(select(Trainee.user_id)) == [None]
    assert seen(select(Trainee.name)) == [""], "no letter will ever go to whoever left no address"
    assert nadia.post(f"{room}/return").status_code == 404
    assert nadia.get(room).status_code == 200


def test_a_room_brought_back_from_the_deleted_groups_is_not_erased(app, nadia, room, seen):
    (sandbox,) = seen(select(Classroom.sandbox_id))
    nadia.post(f"{room}/reset")
    nadia.post(f"/groups/{sandbox}/restoration")
    with app.app_context():
        db.session.execute(update(Classroom).values(reset_at=utcnow() - timedelta(days=2)))
        db.session.commit()
        closing.erase_sandboxes()
    assert seen(select(Classroom.sandbox_id)) == [sandbox]


def test_a_sheet_leaves_as_a_file_and_all_of_them_in_one_archive(come_in, nadia, room, seen):
    jo = come_in("Jo")
    jo.get(f"{room}/mine")
    write(jo, sheet_of(seen, "Jo"), "Une marche lente.")
    file = jo.get(f"{room}/mine.md")
    assert file.text == "# Mon action, Jo\n\nUne marche lente."
    archive = zipfile.ZipFile(io.BytesIO(nadia.get(f"{room}/sheets.zip").data))
    assert archive.namelist() == ["01-jo.html", "01-jo.md"]
    assert "<p>Une marche lente.</p>" in archive.read("01-jo.html").decode()
    assert jo.get(f"{room}/sheets.zip").status_code == 404


def test_somebody_with_an_account_puts_the_sheet_in_a_group_of_theirs(client_of, day, world):
    nadia, room, seen = day.nadia, day.room, day.seen
    (sandbox,) = seen(select(Classroom.sandbox_id))
    page = nadia.get(f"/groups/{sandbox}/door").text
    code = "".join(re.findall(r'door-(?:word|figures)">(\w+)<', page))
    karim = client_of("karim")
    karim.post("/join", data={"code": code})
    karim.post("/join/mine")
    karim.get(f"{room}/mine")
    answer = karim.post(f"{room}/mine/move", data={"group": world.ours})
    (made,) = seen(select(Page).where(Page.group_id == world.ours, Page.title.like("Mon action%")))
    assert answer.headers["Location"] == made.url
    assert (made.scope, made.author_id) == (Scope.DRAFT, world.karim)
    assert karim.post(f"{room}/mine/move", data={"group": world.theirs}).status_code == 404


def test_what_is_said_of_the_day_bears_no_name_and_no_mean_of_few(app, come_in, nadia, room):
    jo = come_in("Ignace")
    jo.post(f"{room}/evaluation", data={"useful": "5", "takes": "Oser demander."})
    assert jo.post(f"{room}/evaluation", data={"useful": "9"}).status_code == 422
    page = nadia.get(f"{room}/said").text
    assert "Oser demander." not in page, "with so few, words say who wrote them"
    assert "sur 5 (" not in page
    with app.app_context():
        number = int(room.rpartition("/")[2])
        for _one in range(4):
            db.session.add(Trainee(classroom_id=number, answers={"useful": "4"},
                                   later={"done": "soon", "changed": "Rien encore."}))  # fmt: skip
        db.session.commit()
    page = nadia.get(f"{room}/said").text
    assert "Oser demander." in page
    assert "sur 5 (" in page
    assert "Rien encore." not in page, "four answered later"
    assert "Ignace" not in page.partition("<main")[2].partition("</main>")[0]
    with app.app_context():
        seat = db.session.scalar(select(Trainee).where(Trainee.name == "Ignace"))
        seat.later, seat.asked_at = {"done": "yes", "changed": "Tout."}, utcnow()
        db.session.commit()
    page = nadia.get(f"{room}/said").text.replace("\u00a0", " ")
    assert "Tout." in page
    assert page.count("Pas encore, elle se prépare") == 1, "counted, not said by each"
    assert "4 réponses" in page


def test_after_three_months_five_questions_leave_and_the_address_is_forgotten(
    app, client, day, letters, monkeypatch
):
    nadia, room, seen = day.nadia, day.room, day.seen
    jo = day.come_in("Jo")
    jo.get(f"{room}/mine")
    jo.post(f"{room}/address", data={"email": "jo@example.org"})
    nadia.post(f"{room}/reset")
    letters()
    with app.app_context():
        closing.ask_later()
        assert not letters(), "not yet"
        for closed, now in (
            # 17 h on both days: from summer to winter, half an hour early; then it is time.
            (datetime(2027, 8, 5, 15, tzinfo=UTC), datetime(2027, 11, 3, 15, 30, tzinfo=UTC)),
            (datetime(2027, 1, 10, 16, tzinfo=UTC), datetime(2027, 4, 10, 15, 30, tzinfo=UTC)),
        ):
            assert not letters(), "not yet"
            db.session.execute(update(Classroom).values(closed_at=closed))
            db.session.commit()
            monkeypatch.setattr(closing, "utcnow", lambda now=now: now)
            closing.ask_later()
            closing.ask_later()
    (letter,) = letters()
    token = re.search(r"/later/(\S+)", letter.get_content())[1]
    assert client.get(f"/later/{token}x").status_code == 410
    assert client.get(f"/later/{token}").status_code == 200
    wrong = client.post(f"/later/{token}", data={"done": "maybe", "changed": "Beaucoup."})
    assert wrong.status_code == 422
    assert "Beaucoup." in wrong.text
    client.post(f"/later/{token}", data={"done": "yes", "changed": "Beaucoup.", "people": "9"})
    assert seen(select(Trainee.email)) == [""]
    assert seen(select(Trainee.later)) == [{"done": "yes", "changed": "Beaucoup.", "people": 9}]
    page = nadia.get(f"{room}/said").text
    assert "Réponses : 1 sur 1." in page.replace("\u00a0", " ")
    assert "Beaucoup." not in page, "until five answered"
    assert "Merci" in client.get(f"/later/{token}").text


def test_whoever_never_answers_is_forgotten_too(app, come_in, nadia, room, seen):
    come_in("Jo").get(f"{room}/mine")
    with app.app_context():
        db.session.execute(
            update(Trainee).values(email="jo@example.org", asked_at=utcnow() - timedelta(days=31))
        )
        db.session.commit()
        closing.ask_later()
    assert seen(select(Trainee.email)) == [""]
    assert seen(select(Trainee.name)) == [""]


def test_only_those_of_the_room_open_it(client, client_of, come_in, room, world):
    jo = come_in("Jo")
    for path in ("", "/grid.json", "/closing", "/said", "/sheet", "/sheets.zip"):
        assert jo.get(room + path).status_code == 404, path
        assert client_of("karim").get(room + path).status_code == 403, path
        assert client_of("stranger").get(room + path).status_code == 404, path
    for path in ("/desk", "/mine", "/evaluation", "/mine.md"):
        assert client_of("stranger").get(room + path).status_code == 404, path
        assert client.get(room + path).status_code == 303, path
    for path in ("/timer", "/screens", "/teams", "/reset", "/return"):
        assert jo.post(room + path).status_code == 404, path
    assert jo.get(f"/groups/{world.theirs}").status_code == 404
    assert jo.get("/pages").status_code == 200
    assert "Charte du réseau" not in jo.get("/pages").text


def test_sixty_people_are_drawn_in_a_few_questions(app, nadia, room, seen, world):
    (found,) = seen(select(Classroom))
    with app.app_context():
        for n in range(60):
            user = User(name=f"Stagiaire {n}")
            db.session.add(user)
            db.session.flush()
            db.session.add(
                Trainee(classroom_id=found.id, user_id=user.id, name=user.name, here_at=utcnow())
            )
        db.session.commit()
        from sqlalchemy import event

        asked = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    html = nadia.get(f"{room}/grid.json").json["html"]
    assert html.count('class="seat') >= 60
    assert len(asked) < 25
    assert seen(select(func.count()).select_from(Group))


def test_whoever_was_let_out_reads_that_the_day_is_over(app, come_in, nadia, room, seen):
    """Not a page that asks for an address and a password; what they were sending is not lost."""
    jo, ana = come_in("Jo"), come_in("Ana")
    stranger = app.test_client()
    for one in (jo, ana):
        one.get(f"{room}/desk")
    sheet = sheet_of(seen, "Jo")
    jo.post(f"{room}/address", data={"email": "jo@exemple.fr"})
    write(jo, sheet, "Une marche lente.")
    assert jo.get(f"{room}/end").status_code == 404, "the day goes on"
    nadia.post(f"{room}/reset", data={"anyway": "1"})
    for path in (f"{room}/desk", sheet.url, f"/pages/{sheet.id}/edit"):
        page = jo.get(path)
        assert page.status_code == 410, path
        assert "La journée est finie" in page.text
    assert "à l’adresse que vous avez donnée" in page.text
    assert "encore un jour" in ana.get(f"{room}/desk").text
    kept = write(ana, sheet, "Ce que je tapais au moment de la remise à zéro, mot pour mot.", 410)
    assert "mot pour mot" in kept.text
    assert ana.get(f"{room}/end").status_code == 200
    said = ana.post(f"{room}/evaluation", data={"useful": "4", "takes": "Des idées"})
    assert "sans votre nom" in said.text
    again = ana.post(f"{room}/evaluation", data={"useful": "1"})
    assert "sans votre nom" not in again.text
    (answers,) = seen(select(Trainee.answers).where(Trainee.name == "Ana"))
    assert answers["takes"] == "Des idées"
    assert "/login" in stranger.get(f"{room}/desk").headers["Location"]
    assert stranger.get(f"{room}/end").status_code == 404
    words = nadia.post(f"{room}/return", follow_redirects=True).text
    assert "Personne n’est connecté" in words
    assert ana.get(f"{room}/desk").headers["Location"] == "/join", "a card or a code, no password"


def test_an_erased_day_is_no_longer_told(app, come_in, nadia, room):
    jo = come_in("Jo")
    jo.get(f"{room}/desk")
    nadia.post(f"{room}/reset")
    with app.app_context():
        db.session.execute(update(Classroom).values(reset_at=utcnow() - timedelta(days=2)))
        db.session.commit()
        closing.erase_sandboxes()
    assert "/login" in jo.get(f"{room}/desk").headers["Location"]


def test_two_presses_at_the_same_moment_prepare_one_day(beside, built):
    ids, answers, start = built[1], [], Barrier(2)

    def press() -> None:
        client = beside.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = ids["devices"]["nadia"]
        start.wait(timeout=30)
        data = {"title": "Journée double", "places": "3", f"way-{ids['page']}": "each"}
        answers.append(client.post(f"/groups/{ids['ours']}/classrooms", data=data).location)

    presses = [Thread(target=press) for _press in range(2)]
    for one in presses:
        one.start()
    for one in presses:
        one.join(timeout=60)
    assert len(answers) == 2
    assert len(set(answers)) == 1
    with beside.app_context():
        assert db.session.scalar(select(func.count()).select_from(Classroom)) == 1

"""A laptop's archive comes back to the group it left: nothing is lost nor silently overwritten."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.archive.joined import away, back, item, join, leave, twin
from tests.archive.test_coming import fill, rewritten
from tests.archive.test_leaving import PNG, a_map
from wiki.accounts.models import User
from wiki.archive import absences, bringing, joining, unpacking
from wiki.archive.identities import Identity
from wiki.archive.models import Arrival, Unsettled
from wiki.archive.opening import Damaged, opened
from wiki.consents.models import Grant, Medium, Person, Tombstone
from wiki.db import db, utcnow
from wiki.events.models import new_meeting
from wiki.files import uploads
from wiki.files.models import File
from wiki.groups.models import Group, Membership
from wiki.items import history, owners
from wiki.items.models import Comment, Event, Item, Revision, Scope, Watch
from wiki.items.writing import save, trash
from wiki.maps import operations
from wiki.maps.models import Feature, Map
from wiki.pages.models import Page
from wiki.programme.presence import Attendance

CHANGES = {"new", "updated", "joined", "again", "deleted"}


def texts(group_id: int) -> dict[str, str]:
    found = db.session.scalars(db.select(Page).where(Page.group_id == group_id)).all()
    return {one.title: one.body for one in found if not one.is_trashed}


def nothing(report: dict) -> bool:
    return not CHANGES & set(report["counts"]) and not any(report["parts"].values())


def wrote(number: int, actor, **fields):
    one = item(number)
    for name, value in fields.items():
        setattr(one, name, value)
    save(one, actor)


def test_what_only_one_side_changed_is_taken_with_its_past(app, world, tmp_path):
    with app.app_context():
        fill(world)
        there = away(world, tmp_path)
        page = twin(world.page, there)
        wrote(page, None, body="Ouvert le **mardi**.")
        wrote(page, None, body="Ouvert le **mercredi**.")
        new = Page(group_id=there, title="Née là-bas", body="Voir [[Espace emploi]].")
        save(new, None)
        report = back(there, world.ours, tmp_path / "back.zip")
        assert report["counts"]["updated"] == 1
        assert report["counts"]["new"] == 1
        assert "again" not in report["counts"]
        here = item(world.page)
        assert here.body == "Ouvert le **mercredi**."
        assert here.renderings["body"].plain.strip() == "Ouvert le mercredi."
        past = db.session.scalars(
            db.select(Revision).where(Revision.item_id == here.id).order_by(Revision.number)
        ).all()
        assert [one.data["body"] for one in past][-2:] == [
            "Ouvert le **mardi**.", "Ouvert le **mercredi**."
        ]  # fmt: skip
        assert here.revision_count == past[-1].number
        assert texts(world.ours)["Née là-bas"] == "Voir [[Espace emploi]]."
        again = back(there, world.ours, tmp_path / "again.zip")
        assert nothing(again)


def test_what_others_read_and_an_archive_changes_is_said_before(app, world, tmp_path, client_of):
    with app.app_context():
        there = away(world, tmp_path)
        wrote(twin(world.public_page, there), None, body="À la mairie.")
        wrote(twin(world.page, there), None, body="Un là-bas.")
        title, own = item(world.public_page).title, item(world.page).title
        taken = leave(there, tmp_path / "back.zip")
    nadia = client_of("nadia")
    screen = nadia.get(send(nadia, taken, world.ours)).text
    (said,) = re.findall(r"Lu hors du groupe[^<]*", screen)
    assert title in said
    assert own not in said


def test_both_sides_are_put_together_or_kept_for_somebody_to_choose(
    app, world, tmp_path, client_of
):
    with app.app_context():
        wrote(world.page, None, body="Un.\n\nDeux.\n\nTrois.")
        wrote(world.draft, None, body="Secret.")
        there = away(world, tmp_path)
        page, public = twin(world.page, there), twin(world.public_page, there)
        wrote(page, None, body="Un là-bas.\n\nDeux.\n\nTrois.")
        wrote(world.page, None, body="Un.\n\nDeux.\n\nTrois ici.")
        wrote(public, None, body="À la mairie.")
        wrote(world.public_page, None, body="À la gare.")
        report = back(there, world.ours, tmp_path / "back.zip")
        assert (report["counts"]["joined"], report["counts"]["again"]) == (1, 1)
        assert item(world.page).body == "Un là-bas.\n\nDeux.\n\nTrois ici."
        assert item(world.public_page).body == "À la gare."
        said = db.session.scalars(
            db.select(Revision.data).where(Revision.item_id == world.public_page)
        ).all()
        assert "À la mairie." in [one["body"] for one in said]
        number = db.session.scalar(db.select(Unsettled.id))
        again = back(there, world.ours, tmp_path / "again.zip")
        assert "again" not in again["counts"]
        url = item(world.public_page).url
    nadia = client_of("nadia")
    assert "rereading" in nadia.get(url).get_data(as_text=True)
    assert "rereading" not in client_of("rosa").get(url).get_data(as_text=True)
    listed = nadia.get(f"/groups/{world.ours}/rereading").get_data(as_text=True)
    assert f"/rereading/{number}" in listed
    screen = nadia.get(f"/rereading/{number}").get_data(as_text=True)
    assert "mairie" in screen
    assert "gare" in screen
    assert client_of("stranger").get(f"/rereading/{number}").status_code == 404
    with app.app_context():
        shown = item(world.public_page).revision_count
    answer = nadia.post(f"/rereading/{number}", data={"settles": shown, "choice:body:0": "mine"})
    assert answer.status_code == 303
    with app.app_context():
        assert item(world.public_page).body == "À la mairie."
        assert "to_reread" not in item(world.public_page).extra
    assert "rereading" not in nadia.get(url).get_data(as_text=True)
    assert nadia.get(f"/groups/{world.ours}/rereading").status_code == 200


def test_what_is_deleted_on_one_side_and_changed_on_the_other_is_asked(app, world, tmp_path):
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        there = away(world, tmp_path)
        trash(item(twin(world.draft, there)), nadia)  # unchanged here
        wrote(world.page, nadia, body="Changé ici.")
        trash(item(twin(world.page, there)), nadia)
        wrote(twin(world.public_page, there), nadia, body="Changé là-bas.")
        trash(item(world.public_page), nadia)
        report = back(there, world.ours, tmp_path / "back.zip")
        assert (report["counts"]["deleted"], report["counts"]["again"]) == (1, 2)
        assert item(world.draft).is_trashed
        assert not item(world.page).is_trashed
        public = item(world.public_page)
        assert public.is_trashed
        assert public.body == "Changé là-bas."
        asked = set(db.session.scalars(
            select(Unsettled.sort).where(Unsettled.settled_at.is_(None))))  # fmt: skip
        assert asked == {"deleted here", "deleted there"}
        item(world.draft).trashed_at = None
        db.session.commit()
        assert nothing(back(there, world.ours, tmp_path / "again.zip"))
        assert not item(world.draft).is_trashed  # who took it out again is not undone


def test_what_was_deleted_here_for_good_waits_in_the_trash_if_it_was_changed_there(
    app, world, tmp_path
):
    with app.app_context():
        there = away(world, tmp_path)
        wrote(twin(world.draft, there), None, body="Gardé là-bas.")
        for number in (world.draft, world.page):
            db.session.delete(item(number))
        db.session.commit()
        report = back(there, world.ours, tmp_path / "back.zip")
        assert report["counts"]["again"] == 1
        found = db.session.scalar(select(Page).where(Page.group_id == world.ours,
                                                     Page.title == "Idées en vrac"))  # fmt: skip
        assert found.is_trashed
        assert found.body == "Gardé là-bas."
        assert "Espace emploi" not in texts(world.ours)
        assert nothing(back(there, world.ours, tmp_path / "again.zip"))


def test_words_erased_here_do_not_come_back_by_an_archive(app, world, tmp_path, client_of):
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        wrote(world.page, None, body="Chez Fatou Diallo.")
        there = away(world, tmp_path)
        wrote(twin(world.page, there), None, body="Chez Fatou Diallo, le lundi.")
        history.erase(item(world.page), "Fatou Diallo", "…", nadia)
        report = back(there, world.ours, tmp_path / "back.zip")
        assert report["counts"]["again"] == 1
        assert item(world.page).body == "Chez …."
        told = db.session.scalars(select(Revision.data).where(Revision.item_id == world.page))
        assert not [one for one in told if "Fatou" in str(one)]
        one = db.session.scalar(select(Unsettled))
        assert nothing(back(there, world.ours, tmp_path / "again.zip"))
        number = one.id
    assert client_of("karim").get(f"/rereading/{number}").status_code == 404
    assert "Fatou" in client_of("nadia").get(f"/rereading/{number}").get_data(as_text=True)
    done = client_of("nadia").post(f"/rereading/{number}", data={"choice": "theirs"})
    assert done.status_code == 303
    with app.app_context():
        assert db.session.get(Unsettled, number).data == {}


def test_a_refusal_stands_and_the_narrower_agreement_wins(app, world, tmp_path):
    with app.app_context():
        made = fill(world)
        there = away(world, tmp_path)
        person = db.session.scalar(select(Person).where(Person.group_id == world.ours))
        other = db.session.scalar(select(Person).where(Person.group_id == there))
        photo = item(made["photo"])
        photo.scope = Scope.PUBLIC

        def say(whose, audience, medium=Medium.IMAGE):
            standing = select(Grant).where(
                Grant.person_id == whose.id, Grant.medium == medium, Grant.ended_at.is_(None)
            )
            for old in db.session.scalars(standing):
                old.ended_at = utcnow()
            db.session.add(Grant(person_id=whose.id, medium=medium, audience=audience,
                                 starts_on=date(2020, 1, 1),
                                 expires_on=date(2099, 1, 1)))  # fmt: skip
            db.session.commit()

        def standing():
            found = select(Grant.audience).where(
                Grant.person_id == person.id, Grant.medium == Medium.IMAGE,
                Grant.ended_at.is_(None),
            )  # fmt: skip
            return list(db.session.scalars(found))

        say(person, Scope.NETWORK)
        say(other, Scope.PUBLIC)
        back(there, world.ours, tmp_path / "1.zip")
        assert standing() == [Scope.NETWORK]
        say(other, Scope.DRAFT)
        back(there, world.ours, tmp_path / "2.zip")
        assert standing() == [Scope.DRAFT]
        assert item(made["photo"]).ceiling == Scope.DRAFT
        stones = select(Tombstone.item_id).where(Tombstone.lifted_at.is_(None))
        assert made["photo"] in list(db.session.scalars(stones))
        say(other, Scope.PUBLIC)  # they agree again there: here too, they must be asked
        back(there, world.ours, tmp_path / "3.zip")
        assert standing() == [Scope.DRAFT]


def test_an_archive_gives_no_right_and_knows_accounts_by_their_name_only(app, world, tmp_path):
    with app.app_context():
        there = away(world, tmp_path)
        page = Page(group_id=there, title="Par Karim", body="x", scope=Scope.PUBLIC)
        group = db.session.get(Group, there)
        names = {one.name: one for one in db.session.scalars(
            select(User).join(Revision, Revision.actor_id == User.id).join(
                Item, Item.id == Revision.item_id).where(Item.group_id == there))}  # fmt: skip
        assert names["Nadia Ferrec"].id != world.nadia  # a name there
        stranger = User(name="Inès", email="ines@example.org")
        db.session.add(stranger)
        db.session.flush()
        group.admit(stranger, 3)
        group.admit(db.session.get(User, world.rosa), 3)
        db.session.commit()
        save(page, stranger)
        before = {one.user_id: one.role for one in db.session.get(Group, world.ours).memberships}

        def powers(rows):
            return [row | {"role": 3} for row in rows]

        path = rewritten(leave(there, tmp_path / "back.zip"), "membership", powers)
        with opened(path) as archive:
            report = join(archive, world.ours)
        held = db.session.scalars(select(Membership).where(Membership.group_id == world.ours))
        assert {one.user_id: one.role for one in held} == before
        assert "Inès" in report["people"]
        came = db.session.scalar(select(Page).where(Page.group_id == world.ours,
                                                    Page.title == "Par Karim"))  # fmt: skip
        assert came.scope == Scope.GROUP
        assert came.author_id == stranger.id  # named by this site when it left: known again
        watches = select(Watch).where(Watch.item_id == came.id, Watch.user_id == stranger.id)
        assert db.session.scalar(watches) is None  # not of the group here


def test_remarks_points_attendance_and_files_are_known_again(app, world, tmp_path):
    with app.app_context():
        nadia, now = db.session.get(User, world.nadia), datetime(2026, 12, 10, 9, tzinfo=UTC)
        found = a_map(world)
        group = db.session.get(Group, world.ours)
        meeting = new_meeting(group, nadia, "Séance 1", now, now + timedelta(hours=3))
        db.session.add(Attendance(item_id=meeting.id, half=0, name="Ali", state="absent"))
        db.session.add(Attendance(item_id=meeting.id, half=0, name="Bo", state="absent"))
        db.session.add(Comment(item_id=world.page, author_id=world.karim, body="Oui", html=""))
        db.session.commit()
        there = away(world, tmp_path)
        remote, session = item(twin(found.id, there)), twin(meeting.id, there)
        point = db.session.scalar(select(Feature).where(Feature.map_id == remote.id))
        operations.put(remote, point.uuid, {"base": point.rev, "title": "Le grand banc"}, nadia)
        operations.put(remote, "6b1d5a3e-0000-4000-8000-00000000000a", {
            "geometry": {"type": "Point", "coordinates": [-4.2, 48.1]}, "title": "La fontaine"
        }, nadia)  # fmt: skip
        noted = {one.name: one for one in db.session.scalars(
            select(Attendance).where(Attendance.item_id == session))}  # fmt: skip
        here = {one.name: one for one in db.session.scalars(
            select(Attendance).where(Attendance.item_id == meeting.id))}  # fmt: skip
        noted["Ali"].state, noted["Ali"].updated_at = "present", utcnow()
        noted["Bo"].state, noted["Bo"].updated_at = "present", utcnow()
        here["Bo"].state, here["Bo"].updated_at = "excused", utcnow()
        there_page = twin(world.page, there)
        remark = db.session.scalar(select(Comment).where(Comment.item_id == there_page))
        remark.removed_at = utcnow()
        db.session.add(Comment(item_id=there_page, author_id=None, author_name="Zoé", body="Non",
                               html=""))  # fmt: skip
        photo = uploads.receive(io.BytesIO(PNG), "Là-bas.png", db.session.get(Group, there), nadia)
        db.session.commit()
        for one in (*here.values(), *noted.values()):
            assert one.updated_at
        db.session.execute(db.update(Identity).where(Identity.group_id == there).values(
            met_at=here["Ali"].updated_at))  # fmt: skip
        db.session.commit()
        report = back(there, world.ours, tmp_path / "back.zip")
        assert report["parts"]["map_feature"] == 2
        points = db.session.scalars(select(Feature.title).where(Feature.map_id == found.id)).all()
        assert sorted(points) == ["La fontaine", "Le grand banc"]
        states = dict(db.session.execute(select(Attendance.name, Attendance.state).where(
            Attendance.item_id == meeting.id)).all())  # fmt: skip
        assert states == {"Ali": "present", "Bo": "excused"}
        asked = db.session.scalars(select(Unsettled)).all()
        assert [one.sort for one in asked] == ["attendance"]
        remarks = db.session.scalars(select(Comment).where(Comment.item_id == world.page)).all()
        assert [(one.body, one.removed_at is None, bool(one.html)) for one in remarks] == [
            ("Oui", False, True), ("Non", True, True)
        ]  # fmt: skip
        copy = db.session.scalar(select(File).where(File.group_id == world.ours))
        assert copy.sha256 == photo.sha256
        assert nothing(back(there, world.ours, tmp_path / "again.zip"))
        on_page = select(db.func.count()).where(Comment.item_id == world.page)
        assert db.session.scalar(on_page) == 2


def test_a_point_changed_on_both_sides_is_kept_twice_until_somebody_chooses(
    app, world, tmp_path, client_of
):
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        found = a_map(world)
        point = db.session.scalar(select(Feature).where(Feature.map_id == found.id))
        operations.put(found, point.uuid, {"base": point.rev, "title": "Le banc"}, nadia)
        there = away(world, tmp_path)
        remote = item(twin(found.id, there))
        other = db.session.scalar(select(Feature).where(Feature.map_id == remote.id))
        operations.put(remote, other.uuid, {"base": other.rev, "title": "Le banc rouge",
                                            "story": "Là-bas."}, nadia)  # fmt: skip
        operations.put(found, point.uuid, {"base": point.rev, "title": "Le banc vert"}, nadia)
        report = back(there, world.ours, tmp_path / "back.zip")
        assert report["counts"]["again"] == 1
        point = db.session.get(Feature, point.uuid, populate_existing=True)
        assert (point.title, point.story) == ("Le banc vert", "Là-bas.")
        assert nothing(back(there, world.ours, tmp_path / "again.zip"))
        number, uuid = db.session.scalar(select(Unsettled.id)), point.uuid
        on = found.id
    screen = client_of("nadia").get(f"/rereading/{number}").get_data(as_text=True)
    assert "Le banc rouge" in screen
    assert client_of("nadia").post(f"/rereading/{number}").status_code == 422
    client_of("nadia").post(f"/rereading/{number}", data={"choice": "theirs"})
    with app.app_context():
        assert db.session.get(Feature, uuid).title == "Le banc rouge"
        assert db.session.get(Map, on).seq >= 3


def test_a_file_replaced_on_both_sides_keeps_both(app, world, tmp_path, client_of):
    with app.app_context():
        nadia, group = db.session.get(User, world.nadia), db.session.get(Group, world.ours)
        file = uploads.receive(io.BytesIO(b"a,b\n1,2"), "prix.csv", group, nadia)
        there = away(world, tmp_path)
        remote = item(twin(file.id, there))
        uploads.receive_version(remote, io.BytesIO(b"a,b\n1,3"), "prix.csv", nadia)
        uploads.receive_version(file, io.BytesIO(b"a,b\n1,4"), "prix.csv", nadia)
        wanted, mine = remote.sha256, file.sha256
        report = back(there, world.ours, tmp_path / "back.zip")
        assert report["counts"]["again"] == 1
        assert item(file.id).sha256 == mine
        assert {one.sha256 for one in item(file.id).versions()} >= {wanted, mine}
        assert nothing(back(there, world.ours, tmp_path / "again.zip"))
        number, on = db.session.scalar(select(Unsettled.id)), file.id
    client_of("nadia").post(f"/rereading/{number}", data={"choice": "theirs"})
    with app.app_context():
        assert item(on).sha256 == wanted


def test_an_archive_of_another_group_or_with_two_of_one_name_is_refused(app, world, tmp_path):
    with app.app_context():
        there = away(world, tmp_path)
        with pytest.raises(Damaged, match="d’un autre"):
            back(world.theirs, world.ours, tmp_path / "other.zip")
        path = leave(there, tmp_path / "back.zip")

        def twice(rows):
            return [row | {"uid": rows[0]["uid"]} for row in rows]

        count = db.select(db.func.count()).select_from(Item).where(Item.group_id == world.ours)
        before = db.session.scalar(count)
        for table, change in (
            ("archive_identity", twice),
            ("archive_identity", lambda rows: rows[1:]),
            ("revision", lambda rows: [*rows, rows[0]]),
            ("item", lambda rows: [row | {"kind": "reports"} for row in rows]),
            ("people", lambda rows: [*rows, rows[0] | {"id": 999}]),
        ):
            with opened(rewritten(path, table, change)) as archive, pytest.raises(Damaged):
                join(archive, world.ours)
        assert db.session.scalar(count) == before


def test_a_cut_leaves_all_as_it_was_and_is_taken_up_again(app, world, tmp_path, monkeypatch):
    with app.app_context():
        there = away(world, tmp_path)
        wrote(twin(world.page, there), None, body="Changé là-bas.")
        save(Page(group_id=there, title="Née là-bas", body="x"), None)
        path = leave(there, tmp_path / "back.zip")
        before = texts(world.ours)
        follow = absences.follow

        def cut(_joining):
            raise KeyboardInterrupt

        monkeypatch.setattr(absences, "follow", cut)
        with opened(path) as archive, pytest.raises(KeyboardInterrupt):
            join(archive, world.ours)
        db.session.expire_all()
        assert texts(world.ours) == before
        monkeypatch.setattr(absences, "follow", follow)
        with opened(path) as archive:
            report = join(archive, world.ours)
        assert (report["counts"]["new"], report["counts"]["updated"]) == (1, 1)


def send(client, path, group_id=None):
    data = {"file": (io.BytesIO(path.read_bytes()), path.name)}
    data |= {"group": group_id} if group_id else {}
    answer = client.post("/archives/new", data=data)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_the_screen_says_what_will_happen_then_does_it_and_keeps_its_report(
    app, world, tmp_path, client_of
):
    with app.app_context():
        there = away(world, tmp_path)
        wrote(twin(world.page, there), None, body="Changé là-bas.")
        save(Page(group_id=there, title="Née là-bas", body="x"), None)
        path = leave(there, tmp_path / "Portable.zip")
    nadia = client_of("nadia")
    assert nadia.get(f"/archives/new?group={world.ours}").status_code == 200
    assert client_of("karim").get(f"/archives/new?group={world.ours}").status_code == 403
    assert client_of("stranger").get("/archives/new").status_code == 403
    assert nadia.post("/archives/new", data={"group": world.ours}).status_code == 422
    place = send(nadia, path, world.ours)
    asked = nadia.get(place).get_data(as_text=True)
    assert "1 nouvelle chose" in asked
    assert "Née là-bas" in asked
    with app.app_context():
        assert "Née là-bas" not in texts(world.ours)
    assert client_of("karim").post(f"{place}/entry").status_code == 403
    assert nadia.post(f"{place}/entry").status_code == 303
    assert nadia.post(f"{place}/entry").status_code == 303
    done = nadia.get(place).get_data(as_text=True)
    assert "Rien d’aucun côté n’a été perdu" in done
    with app.app_context():
        assert texts(world.ours)["Née là-bas"] == "x"
        made = db.session.scalar(select(Arrival))
        assert (made.state, made.path.exists()) == ("done", False)
        assert db.session.scalar(select(Event).where(Event.verb == "archive joined"))
    assert "Née l" in nadia.get("/search?q=née").get_data(as_text=True)
    again = send(nadia, path, world.ours)
    assert "Rien de nouveau" in nadia.get(again).get_data(as_text=True)
    assert nadia.post(f"{again}/removal").status_code == 303
    assert nadia.get(again).status_code == 404


def test_a_group_is_made_of_an_archive_by_who_may_make_groups(app, world, tmp_path, client_of):
    with app.app_context():
        path = leave(world.ours, tmp_path / "g.zip")
    sophie = client_of("sophie")
    place = send(sophie, path)
    assert client_of("nadia").get(place).status_code == 404
    assert "Mon quartier" in sophie.get(place).get_data(as_text=True)
    sophie.post(f"{place}/entry", data={"title": "Chez nous"})
    assert sophie.get(place).status_code == 200
    with app.app_context():
        group = db.session.scalar(select(Group).where(Group.title == "Chez nous"))
        assert [one.user_id for one in group.memberships] == [world.sophie]


def test_bad_files_are_refused_in_words_on_the_screen(app, world, tmp_path, client_of):
    with app.app_context():
        leave(world.theirs, tmp_path / "other.zip")
    (tmp_path / "no.zip").write_bytes(b"PK no")
    nadia = client_of("nadia")
    for name, words in (("no.zip", "n’est pas une archive"), ("other.zip", "d’un autre")):
        place = send(nadia, tmp_path / name, world.ours)
        assert words in nadia.get(place).get_data(as_text=True)
        assert nadia.post(f"{place}/entry").status_code == 303
        assert "<progress" not in nadia.get(place).text
    with app.app_context():
        assert not list((tmp_path / "..").glob("*.in"))
        assert {one.state for one in db.session.scalars(select(Arrival))} == {"failed"}


def test_what_was_cut_after_all_rows_came_in_is_finished_by_the_sweep(
    app, world, tmp_path, client_of, monkeypatch
):
    with app.app_context():
        there = away(world, tmp_path)
        save(Page(group_id=there, title="Née là-bas", body="**x**"), None)
        path = leave(there, tmp_path / "back.zip")
    nadia = client_of("nadia")
    place, finish = send(nadia, path, world.ours), joining.finish

    def cut(*_args):
        raise OSError("the computer stopped")

    monkeypatch.setattr(joining, "finish", cut)
    nadia.post(f"{place}/entry")
    with app.app_context():
        assert "Née là-bas" not in texts(world.ours)
        assert db.session.scalar(select(Arrival.state)) == "settling"
        db.session.execute(db.update(Arrival).values(updated_at=utcnow() - timedelta(hours=1)))
        db.session.commit()
        monkeypatch.setattr(joining, "finish", finish)
        bringing.sweep()
        db.session.expire_all()
        assert db.session.scalar(select(Arrival.state)) == "done"
        found = db.session.scalar(select(Page).where(Page.group_id == world.ours,
                                                     Page.title == "Née là-bas"))  # fmt: skip
        assert not found.is_trashed
        assert "<strong>x</strong>" in found.renderings["body"].html


def test_who_looks_after_a_thing_comes_back_by_an_operator_only(app, world, tmp_path):
    with app.app_context():
        owners.add(world.page, user=db.session.get(User, world.sophie))
        owners.add(world.page, group=db.session.get(Group, world.theirs))
        db.session.commit()
        path = leave(world.ours, tmp_path / "g.zip")
        kept = []
        for trusted in (True, False):
            with opened(path) as archive:
                made = unpacking.put_back(archive, trusted=trusted).group.id
            query = select(owners.CoOwner.user_id).join(Item).where(Item.group_id == made)
            kept.append(list(db.session.scalars(query)))
        assert kept == [[world.sophie], []]
        back(world.ours, world.ours, tmp_path / "itself.zip")
        assert len(owners.of(world.page)) == 2


def test_what_somebody_refused_here_is_left_as_it_is(app, world, tmp_path):
    with app.app_context():
        there = away(world, tmp_path)
        wrote(twin(world.page, there), None, body="Changé là-bas.")
        person = Person(group_id=world.ours, shown_name="Annick")
        db.session.add(person)
        db.session.flush()
        db.session.add(Tombstone(group_id=world.ours, person_id=person.id, item_id=world.page))
        db.session.commit()
        report = back(there, world.ours, tmp_path / "back.zip")
        assert report["counts"]["withdrawn"] == 1
        assert item(world.page).body == "Ouvert le **lundi**."


def test_an_archive_names_no_bytes_that_it_does_not_bring(app, world, tmp_path):
    with app.app_context():
        nadia, group = db.session.get(User, world.nadia), db.session.get(Group, world.ours)
        secret = uploads.receive(
            io.BytesIO(b"secret"), "secret.txt", db.session.get(Group, world.theirs), nadia
        ).sha256
        file = uploads.receive(io.BytesIO(b"a,b"), "prix.csv", group, nadia)
        there, here = away(world, tmp_path), file.id
        uploads.receive_version(item(twin(here, there)), io.BytesIO(b"c"), "prix.csv", nadia)

        def stolen(rows):
            return [row | {"data": row["data"] | {"sha256": secret}}
                    if "sha256" in row["data"] else row for row in rows]  # fmt: skip

        path = rewritten(leave(there, tmp_path / "back.zip"), "revision", stolen)
        with opened(path) as archive, pytest.raises(Damaged):
            join(archive, world.ours)
        assert item(here).sha256 != secret


def test_one_archive_counts_its_files_once_and_alike_where_it_is_made_and_where_it_comes_back(
    app, world, client_of, tmp_path
):
    """The same bytes sent twice are two files of the group, on both screens."""
    with app.app_context():
        nadia, ours = db.session.get(User, world.nadia), db.session.get(Group, world.ours)
        for name in ("bus.txt", "bus-encore.txt"):
            uploads.receive(io.BytesIO(b"Le bus passe."), name, ours, nadia)
        db.session.commit()
    nadia = client_of("nadia")
    before = nadia.get(f"/groups/{world.ours}/archive").text
    files = re.search(r"(\d+) fichiers", before.replace("\u00a0", " "))[1]
    assert nadia.post(f"/groups/{world.ours}/archive").status_code == 303
    made = nadia.get(f"/groups/{world.ours}/archive").text
    with nadia.get(f"/groups/{world.ours}/archive.zip") as answer:
        (tmp_path / "away.zip").write_bytes(answer.data)
    asked = nadia.get(send(nadia, tmp_path / "away.zip", 0)).text
    for screen in (made, asked):
        assert f"dont {files} fichiers" in screen.replace("\u00a0", " ")


def test_an_archive_too_heavy_for_a_form_is_refused_on_its_own_screen_with_what_to_do(
    app, world, client_of, monkeypatch, tmp_path
):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    nadia = client_of("nadia")
    for place in (f"/archives/new?group={world.ours}", "/archives/new", "/kits/import"):
        sent = nadia.post(place, data={"file": (io.BytesIO(b"x" * 2000), "lourde.zip")},
                          content_type="multipart/form-data")  # fmt: skip
        assert sent.status_code == 413
        assert 'role="alert"' in sent.text
        assert "toujours sur votre appareil" in sent.text
        assert 'type="file"' in sent.text
    with app.app_context():
        assert db.session.scalar(select(Arrival)) is None

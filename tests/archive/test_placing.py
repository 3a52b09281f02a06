"""Moves, folders and audiences of a laptop's archive: taken, told or asked, never silently lost."""

import io

import pytest
from sqlalchemy import select

from tests.archive.joined import away, back, item, leave, twin
from wiki.accounts.models import User
from wiki.archive import bringing
from wiki.archive.models import Unsettled
from wiki.archive.opening import Damaged
from wiki.db import db
from wiki.files import folders, uploads
from wiki.files.models import File, Folder
from wiki.groups.models import Group
from wiki.items import writing
from wiki.items.models import Event, Scope
from wiki.pages.models import Page


def drawer(group_id: int, name: str) -> Folder | None:
    db.session.expire_all()
    return db.session.scalar(select(Folder).where(Folder.group_id == group_id, Folder.name == name))


def put(number: int, folder: Folder | None) -> None:
    one = item(number)
    one.folder_id = folder.id if folder else None
    db.session.commit()


def filed(world) -> tuple[User, list[int]]:
    """Three files in « Photos », an empty « Divers » and « Vieux »."""
    nadia, group = db.session.get(User, world.nadia), db.session.get(Group, world.ours)
    photos = folders.make(world.ours, None, "Photos", nadia)
    for name in ("Divers", "Vieux", "Papiers"):
        folders.make(world.ours, None, name, nadia)
    made = [
        uploads.receive(io.BytesIO(f"a,{n}".encode()), f"{n}.csv", group, nadia) for n in range(3)
    ]
    for one in made:
        one.folder_id = photos.id
    db.session.commit()
    return nadia, [one.id for one in made]


def test_what_one_side_moved_is_moved_and_what_both_moved_is_asked(app, world, tmp_path, client_of):
    with app.app_context():
        nadia, (one, two, three) = filed(world)
        there = away(world, tmp_path)
        new = folders.make(there, drawer(there, "Photos"), "Été", nadia)
        put(twin(one, there), new)
        put(twin(two, there), drawer(there, "Divers"))
        put(two, drawer(world.ours, "Papiers"))
        put(three, drawer(world.ours, "Papiers"))  # here alone
        writing.move(item(twin(world.page, there)), nadia, item(twin(world.public_page, there)), 1)
        report = back(there, world.ours, tmp_path / "back.zip")
        assert (report["counts"]["moved"], report["counts"]["again"]) == (2, 1)
        assert item(one).folder.name == "Été"
        assert item(one).folder.parent.name == "Photos"
        assert item(two).folder.name == "Papiers"
        assert item(three).folder.name == "Papiers"
        assert item(world.page).parent_id == world.public_page
        verbs = db.session.scalars(select(Event.verb).where(Event.item_id == one)).all()
        assert verbs.count("moved") == 1
        asked = db.session.scalar(select(Unsettled))
        assert (asked.sort, asked.item_id) == ("place", two)
        number = asked.id
        again = back(there, world.ours, tmp_path / "again.zip")
        assert not {"moved", "again", "folders"} & set(again["counts"])
    nadia_there = client_of("nadia")
    screen = nadia_there.get(f"/rereading/{number}").get_data(as_text=True)
    assert "Papiers" in screen
    assert "Divers" in screen
    nadia_there.post(f"/rereading/{number}", data={"choice": "theirs"})
    with app.app_context():
        assert item(two).folder.name == "Divers"
        put(twin(one, there), None)  # the laptop goes on: it alone moved it since
        third = back(there, world.ours, tmp_path / "third.zip")
        assert third["counts"]["moved"] == 1
        assert item(one).folder_id is None


def test_folders_renamed_and_deleted_there_are_here_and_none_deleted_here_comes_back(
    app, world, tmp_path
):
    with app.app_context():
        nadia, (one, *_others) = filed(world)
        there = away(world, tmp_path)
        folders.change(drawer(there, "Photos"), drawer(there, "Papiers"), "Images", nadia)
        folders.remove(drawer(there, "Divers"), nadia)
        folders.change(drawer(there, "Papiers"), None, "Documents", nadia)
        folders.change(drawer(world.ours, "Papiers"), None, "Courriers", nadia)
        folders.remove(drawer(world.ours, "Vieux"), nadia)
        report = back(there, world.ours, tmp_path / "back.zip")
        assert report["counts"]["folders"] == 2
        assert report["lists"]["folders kept"] == [["Courriers", None]]
        images = drawer(world.ours, "Images")
        assert images.parent.name == "Courriers"
        assert item(one).folder_id == images.id
        found = db.session.scalars(select(Folder.name).where(Folder.group_id == world.ours)).all()
        assert sorted(found) == ["Courriers", "Images"]


def test_narrower_is_taken_and_wider_is_asked(app, world, tmp_path, client_of):
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        other = Page(group_id=world.ours, title="Du réseau", body="x", scope=Scope.NETWORK)
        writing.save(other, nadia)
        page = world.page
        there = away(world, tmp_path)
        assert item(twin(world.public_page, there)).scope == Scope.GROUP  # nobody widened it
        writing.set_scope(item(twin(other.id, there)), Scope.DRAFT, nadia)
        writing.set_scope(item(twin(page, there)), Scope.PUBLIC, nadia)
        db.session.commit()
        report = back(there, world.ours, tmp_path / "back.zip")
        assert (report["counts"]["hidden"], report["counts"]["again"]) == (1, 1)
        assert item(other.id).scope == Scope.DRAFT
        assert item(page).scope == Scope.GROUP
        assert item(world.public_page).scope == Scope.PUBLIC
        asked = db.session.scalar(select(Unsettled))
        assert (asked.sort, asked.item_id) == ("scope", page)
        number = asked.id
        again = back(there, world.ours, tmp_path / "again.zip")
        assert not {"hidden", "again"} & set(again["counts"])
    assert client_of("karim").get(f"/rereading/{number}").status_code == 404
    answer = client_of("nadia").post(f"/rereading/{number}", data={"choice": "theirs"})
    assert answer.headers["Location"] == f"/items/{page}/publication"
    with app.app_context():
        assert item(page).scope == Scope.GROUP  # it is said on its own screen


def test_a_copy_takes_what_the_office_moved_when_it_fetches_it(app, world, tmp_path):
    with app.app_context():
        nadia, (one, two, _three) = filed(world)
        there = away(world, tmp_path)
        put(one, drawer(world.ours, "Divers"))
        put(twin(two, there), drawer(there, "Papiers"))
        report = back(world.ours, there, tmp_path / "office.zip", actor=nadia)
        assert report["counts"]["moved"] == 1
        assert item(twin(one, there)).folder.name == "Divers"
        assert item(twin(two, there)).folder.name == "Papiers"
        assert not {"hidden", "again"} & set(report["counts"])
        done = back(there, world.ours, tmp_path / "back.zip")
        assert done["lists"]["moved"][0][1] == two
        assert (item(two).folder.name, item(one).folder.name) == ("Papiers", "Divers")
        assert db.session.scalar(select(File.folder_id).where(File.id == one))


def test_an_operator_who_brings_an_archive_back_leaves_the_journal_of_the_screen(
    app, world, tmp_path, client_of
):
    with app.app_context():
        nadia, (one, *_others) = filed(world)
        there = away(world, tmp_path)
        put(twin(one, there), drawer(there, "Divers"))
        put(one, drawer(world.ours, "Papiers"))
        wrote = item(twin(world.page, there))
        wrote.body = "Changé là-bas."
        writing.save(wrote, nadia)
        path = leave(there, tmp_path / "Portable.zip")
        group = db.session.get(Group, world.ours)
        steps = []
        made = bringing.join_now(path, group, lambda done, total: steps.append((done, total)))
        assert path.exists()  # it is the operator's
        assert steps
        counts = made.report["counts"]
        assert (counts["updated"], counts["again"], made.state) == (1, 1, "done")
        url = made.url
        assert db.session.scalar(select(Unsettled.import_id)) == made.id
        (tmp_path / "no.zip").write_bytes(b"PK no")
        with pytest.raises(Damaged):
            bringing.join_now(tmp_path / "no.zip", group, lambda *_: None)
    page = client_of("nadia").get(url).get_data(as_text=True)
    assert "Espace emploi" in page
    assert "rereading" in page
    listed = client_of("nadia").get(f"/archives/new?group={world.ours}").get_data(as_text=True)
    assert "Portable.zip" in listed
    assert f"--into {world.ours}" in listed
    assert client_of("karim").get(url).status_code in (403, 404)

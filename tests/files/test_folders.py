"""Folders: any name, never two alike in one place, never a file lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.accounts.models import User
from wiki.db import db
from wiki.files import folders
from wiki.files.models import FOLDER_DEPTH, File, Folder


@pytest.fixture
def context(app, world):
    """Inside the app, as Karim."""
    with app.app_context():
        yield db.session.get(User, world.karim), world.ours


def test_a_folder_is_made_filled_renamed_and_deleted(karim, world):
    answer = karim.post("/files/folders/new", group=world.ours, name="Été 🌻")
    place = answer.location
    sent = karim.send("a.txt", b"a", folder=1)
    assert sent.url in karim.get(place).text
    assert sent.url not in karim.get(f"/files?group={world.ours}").text
    assert "Été 🌻" in karim.get(f"/files?group={world.ours}").text
    assert karim.get("/files/folders/1").status_code == 200
    karim.post("/files/folders/1", name="Printemps", parent="")
    assert "Printemps" in karim.get(sent.url).text
    karim.post("/files/folders/1/removal")
    assert sent.url in karim.get(f"/files?group={world.ours}").text
    assert karim.get(place).status_code == 404


def test_two_folders_of_one_place_never_share_a_name(karim, world):
    for name, status in {"Photos": 303, "photos": 422, "PHOTOS ": 422, "": 422}.items():
        answer = karim.post("/files/folders/new", group=world.ours, name=name)
        assert answer.status_code == status
    inside = karim.post("/files/folders/new", group=world.ours, name="Photos", parent=1)
    assert inside.status_code == 303


def test_the_tree_has_a_floor(context):
    karim, group = context
    parent = None
    for number in range(FOLDER_DEPTH):
        parent = folders.make(group, parent, f"n{number}", karim)
    with pytest.raises(folders.Misplaced):
        folders.make(group, parent, "trop", karim)
    other = folders.make(group, None, "autre", karim)
    folders.make(group, other, "dedans", karim)
    with pytest.raises(folders.Misplaced):
        folders.change(other, parent.parent, "autre", karim)
    folders.change(other, parent.parent.parent, "autre", karim)


def test_a_folder_never_goes_into_itself(context):
    karim, group = context
    above = folders.make(group, None, "a", karim)
    below = folders.make(group, above, "b", karim)
    for parent in (above, below):
        with pytest.raises(folders.Misplaced):
            folders.change(above, parent, "a", karim)


def test_what_a_deleted_folder_held_moves_up(context):
    karim, group = context
    outer = folders.make(group, None, "Photos", karim)
    same = folders.make(group, outer, "Photos", karim)
    folders.make(group, None, "2024", karim)
    clash = folders.make(group, outer, "2024", karim)
    folders.remove(outer, karim)
    assert db.session.get(Folder, same.id).name == "Photos"
    assert db.session.get(Folder, clash.id).name == "2024 (2)"
    assert {f.parent_id for f in folders.children(group, None)} == {None}


def test_ticked_files_move_together(karim, rosa, app, world):
    karim.post("/files/folders/new", group=world.ours, name="Photos")
    ids = [karim.send(name, name.encode()).id for name in ("a.txt", "b.txt")]
    assert (
        karim.post("/files/selection", do="move", group=world.ours, folder=1, file=ids).status_code
        == 303
    )
    assert (
        rosa.post("/files/selection", do="move", group=world.ours, folder="", file=ids).status_code
        == 403
    )
    with app.app_context():
        assert {db.session.get(File, i).folder_id for i in ids} == {1}
    karim.post(
        "/files/selection",
        do="move",
        group=world.ours,
        folder="",
        file=[*ids, world.page, 999, "x"],
    )
    with app.app_context():
        assert {db.session.get(File, i).folder_id for i in ids} == {None}


def test_folders_of_another_group_cannot_be_reached(karim, client_of, world, app):
    with app.app_context():
        other = folders.make(world.theirs, None, "Leur", db.session.get(User, world.sophie))
        number = other.id
    sent = karim.send("a.txt", b"a")
    assert karim.get(f"/files/folders/{number}").status_code == 404
    assert karim.post(f"/files/folders/{number}", name="Vol").status_code == 404
    assert karim.post(f"/files/folders/{number}/removal").status_code == 404
    move = karim.post(
        "/files/selection", do="move", group=world.ours, folder=number, file=[sent.id]
    )
    assert move.status_code == 404
    made = karim.post("/files/folders/new", group=world.ours, name="x", parent=number)
    assert made.status_code == 422
    karim.send("a.txt", b"b", 404, folder=number)


@given(st.text(min_size=1, max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_name_is_kept_or_refused(built, name):
    app, ids = built
    with app.app_context():
        user = db.session.get(User, ids["karim"])
        try:
            folder = folders.make(ids["ours"], None, name, user)
        except folders.Misplaced:
            db.session.rollback()
            return
        assert 0 < len(folder.name) <= folders.NAME_LENGTH
        folders.remove(folder, user)

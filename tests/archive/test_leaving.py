"""A group leaves as one file that anybody can read."""

import csv
import hashlib
import io
import json
import re
import zipfile

from wiki.accounts.models import User
from wiki.archive import packing
from wiki.consents.models import Appearance, Medium, Person, Tombstone
from wiki.db import db
from wiki.files import uploads
from wiki.groups.models import Group
from wiki.items import history
from wiki.items.models import Item
from wiki.items.writing import save
from wiki.maps.models import Feature, Layer, Map

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6360"
    "606000000004000107f3ae0a0000000049454e44ae426082"
)


def fetched(client, group_id: int) -> zipfile.ZipFile:
    assert client.post(f"/groups/{group_id}/archive").status_code == 303
    with client.get(f"/groups/{group_id}/archive.zip") as answer:
        assert answer.status_code == 200
        return zipfile.ZipFile(io.BytesIO(answer.get_data()))


def read(archive, name: str) -> str:
    return archive.read(name).decode()


def rows(archive, name: str) -> list[dict]:
    return [json.loads(line) for line in read(archive, f"data/{name}.jsonl").splitlines()]


def a_map(world) -> Map:
    found = Map(
        group_id=world.ours, title="Nos coins", question="Où vas-tu ?", author_id=world.nadia
    )
    found.layers.append(Layer(title="Lieux"))
    save(found, None)
    db.session.add(
        Feature(
            uuid="6b1d5a3e-0000-4000-8000-000000000001", map_id=found.id,
            layer_id=found.layers[0].id, geometry={"type": "Point", "coordinates": [-4.1, 48.2]},
            precision="exact", props={}, title="Le banc", story="", html="", session="", rev=1,
            seq=1,
        )
    )  # fmt: skip
    db.session.commit()
    return found


def test_a_facilitator_takes_the_group_away_readable_and_whole(app, world, client_of):
    with app.app_context():
        group = db.session.get(Group, world.ours)
        file = uploads.receive(io.BytesIO(PNG), "Le marché.png", group, None)
        file_id, sha256 = file.id, file.sha256
        page = db.session.get(Item, world.page)
        page.body = f"Voir ![le marché](/files/{file_id}/preview/medium) et [[Idées en vrac]]."
        save(page, None)
        number = a_map(world).id
    archive = fetched(client_of("nadia"), world.ours)
    manifest = json.loads(archive.read("archive.json"))
    assert manifest["format"] == "essaim-archive"
    text = read(archive, f"pages/{world.page}-espace-emploi.md")
    assert text.startswith("---\ntitle: Espace emploi\n")
    assert "![le marché](../files/Le%20marché.png)" in text
    assert hashlib.sha256(archive.read("files/Le marché.png")).hexdigest() == sha256
    shapes = json.loads(archive.read(f"maps/{number}-nos-coins.geojson"))
    assert shapes["features"][0]["geometry"]["coordinates"] == [-4.1, 48.2]
    table = list(csv.reader(io.StringIO(read(archive, "items.csv")), delimiter=";"))
    assert "Idées en vrac" in [line[2] for line in table]
    assert {line[1] for line in table} == {
        "Sorte",
        "Page",
        "Fichier",
        "Carte",
        "Retour d’expérience",
    }
    assert table[0][4] == "Modifié le (heure de Paris)"
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d", table[1][4])
    people = list(csv.reader(io.StringIO(read(archive, "people.csv")), delimiter=";"))
    assert {line[2] for line in people} >= {"Animateur·rice", "Membre", "Lecteur·rice"}
    explained = read(archive, "LISEZ-MOI.txt")
    assert "tel qu’il était le" in explained
    assert "maps" in explained
    assert "discussions" not in explained  # nothing is told that is not there
    assert [one["data"]["body"] for one in rows(archive, "revision")
            if one["item_id"] == world.page][0] == "Ouvert le **lundi**."  # fmt: skip
    assert {(one["user_id"], one["role"]) for one in rows(archive, "membership")} == {
        (world.nadia, 3), (world.karim, 2), (world.rosa, 1)
    }  # fmt: skip
    for name, told in manifest["files"].items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == told["sha256"]
    names = set(archive.namelist())
    assert names == {*manifest["files"], *(m["name"] for m in manifest["media"].values()),
                     "archive.json"}  # fmt: skip


def test_no_key_and_no_secret_travels(app, world, client_of):
    from wiki.archive.tables import EMPTIED, sorts

    for sort in sorts().values():
        for column in sort.columns():
            words = column.name.split("_")
            assert not {"token", "password", "digits", "secret", "door", "code"} & set(words), (
                f"say in wiki/archive/tables.py that {sort.name}.{column.name} stays"
            )
    assert not {"offline_bundle", "kit_work"} & set(sorts()), "what somebody asked for here"
    assert "original_sha256" in EMPTIED["file_version"]
    with app.app_context():
        from wiki.accounts.models import User

        secret = db.session.get(User, world.nadia).password_hash
    archive = fetched(client_of("nadia"), world.ours)
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
    assert secret not in whole
    assert "sophie@example.org" not in whole  # of another group


def test_only_facilitators_take_a_group_away_and_each_their_own(world, client_of, client):
    nadia = client_of("nadia")
    fetched(nadia, world.ours)
    for name in ("karim", "rosa"):
        assert client_of(name).get(f"/groups/{world.ours}/archive").status_code == 403
        assert client_of(name).post(f"/groups/{world.ours}/archive").status_code == 403
        assert client_of(name).get(f"/groups/{world.ours}/archive.zip").status_code == 403
    assert client_of("stranger").get(f"/groups/{world.ours}/archive.zip").status_code == 404
    assert client.get(f"/groups/{world.ours}/archive.zip").status_code in (302, 303, 401)
    screen = nadia.get(f"/groups/{world.ours}/archive").get_data(as_text=True)
    assert "archive.zip" in screen
    nadia.post(f"/groups/{world.ours}/archive/removal")
    assert nadia.get(f"/groups/{world.ours}/archive.zip").status_code == 404


def test_what_somebody_refused_does_not_leave_nor_what_waited_when_they_did(app, world, client_of):
    client = client_of("nadia")
    fetched(client, world.ours)
    with app.app_context():
        person = Person(group_id=world.ours, shown_name="Fatou")
        db.session.add(person)
        db.session.flush()
        db.session.add(Appearance(person_id=person.id, item_id=world.page, media=Medium.NAME))
        db.session.add(Tombstone(group_id=world.ours, person_id=person.id, item_id=world.page))
        db.session.commit()
    assert client.get(f"/groups/{world.ours}/archive.zip").status_code == 303  # made again first
    archive = fetched(client, world.ours)
    assert not [name for name in archive.namelist() if "espace-emploi" in name]
    assert b"Ouvert le" not in b"".join(archive.read(name) for name in archive.namelist())
    manifest = json.loads(archive.read("archive.json"))
    assert manifest["left_out"] == [{"why": "withdrawn", "count": 1}]


def test_words_that_were_erased_do_not_leave_with_what_waited(app, world, client_of):
    client = client_of("nadia")
    fetched(client, world.ours)
    with app.app_context():
        page = db.session.get(Item, world.page)
        history.erase(page, "Ouvert", "…", db.session.get(User, world.nadia))
        db.session.commit()
    assert client.get(f"/groups/{world.ours}/archive.zip").status_code == 303  # made again first
    archive = fetched(client, world.ours)
    assert b"Ouvert le" not in b"".join(archive.read(name) for name in archive.namelist())


def test_the_operator_exports_a_group_from_the_command_line(app, world, tmp_path):
    with app.app_context():
        manifest = packing.write(tmp_path / "g.zip", db.session.get(Group, world.ours), None)
    assert manifest["counts"]["item"] == 4
    assert zipfile.ZipFile(tmp_path / "g.zip").testzip() is None

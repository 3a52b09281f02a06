"""A group comes back from its archive: the same in an empty place, beside others elsewhere."""

import io
import json
import zipfile
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.archive.test_leaving import PNG, a_map
from wiki import storage
from wiki.accounts.models import SiteRole, User
from wiki.archive import opening, packing, unpacking
from wiki.archive.opening import Damaged, opened
from wiki.consents.models import Appearance, Grant, Medium, Person, Tombstone
from wiki.db import Remembered, db
from wiki.files import uploads
from wiki.files.models import File
from wiki.groups.models import Group, Membership, Role
from wiki.items.models import Item, Revision, Scope
from wiki.items.writing import save
from wiki.maps.models import Feature, Map
from wiki.pages.models import Page
from wiki.portraits.models import Portrait


@pytest.fixture
def leave(app, world, tmp_path):
    """A function: the archive of the first group, written now."""

    def write(name="g.zip"):
        path = tmp_path / name
        packing.write(path, db.session.get(Group, world.ours), None)
        return path

    return write


def fill(world) -> dict:
    """Something of what groups make, pointing to one another."""
    group, nadia = db.session.get(Group, world.ours), db.session.get(User, world.nadia)
    photo = uploads.receive(io.BytesIO(PNG), "Le marché.png", group, nadia)
    page = db.session.get(Page, world.page)
    page.body = (
        f"![](/files/{photo.id}/preview/medium)\n\n{{{{fichier {photo.id}}}}}\n\n"
        f"[[#{world.report}]] et [[Idées en vrac]]"
    )
    save(page, nadia, "une photo")
    below = Page(group_id=group.id, title="Dessous", body="x", parent_id=page.id)
    save(below, nadia)
    portrait = Portrait(
        group_id=group.id, title="Annick",
        words={"b000001.body": "Bonjour"}, arrangement=["b000001"],
        settings={"b000001.kind": "photo", "b000001.file": str(photo.id)},
    )  # fmt: skip
    save(portrait, nadia)
    person = Person(group_id=group.id, shown_name="Annick", real_name="Annick Kervalo")
    db.session.add(person)
    db.session.flush()
    db.session.add(Appearance(person_id=person.id, item_id=photo.id, media=Medium.IMAGE))
    db.session.add(
        Grant(person_id=person.id, medium=Medium.IMAGE, audience=Scope.GROUP,
              starts_on=date(2020, 1, 1), expires_on=date(2099, 1, 1))
    )  # fmt: skip
    db.session.commit()
    return {"map": a_map(world).id, "photo": photo.id, "below": below.id, "portrait": portrait.id}


def empty_the_place():
    """A site where nobody ever was, with its vocabularies."""
    db.session.rollback()
    for table in reversed(db.metadata.sorted_tables):
        if table.name not in ("term", "blob"):
            db.session.execute(table.delete())
    db.session.commit()
    Remembered.forget()


def bring(path, **options):
    with opened(path) as archive:
        return unpacking.put_back(archive, **options)


def told(path) -> dict:
    """The rows of an archive, for comparing."""
    archive = zipfile.ZipFile(path)
    return {
        name: [json.loads(line) for line in archive.read(name).splitlines()]
        for name in archive.namelist()
        if name.startswith("data/") and name != "data/people.jsonl"
    }


def test_in_an_empty_place_it_is_the_same_group(app, world, leave, client_of):
    with app.app_context():
        made = fill(world)
        before = leave("before.zip")
        empty_the_place()
        done = bring(before, trusted=True)
        assert {(name.partition(" <")[0], role) for name, role in done.admitted} == {
            ("Nadia Ferrec", Role.FACILITATOR), ("Karim", Role.MEMBER), ("Rosa", Role.READER)
        }  # fmt: skip
        world.ours = done.group.id
        after = leave("after.zip")
        was, now = told(before), told(after)
        last = now["data/event.jsonl"].pop()
        assert last["verb"] == "group brought in"
        who = {row["id"]: row["name"] for row in rows_of(before, "people")}
        here = {row["id"]: row["name"] for row in rows_of(after, "people")}
        for name, rows in was.items():
            assert named(name, rows, who) == named(name, now[name], here), name
        assert media(before) == media(after)
        photo = db.session.get(File, made["photo"])
        assert photo.ceiling == Scope.GROUP  # what people agreed to is read again
        nadia = db.session.scalar(select(User).where(User.email == "nadia@example.org"))
        assert nadia.professional
        assert nadia.password_hash is None
        page = db.session.get(Page, world.page)
        assert f'data-embed="{made["photo"]}"' in page.renderings["body"].html


def rows_of(path, name: str) -> list[dict]:
    return [json.loads(line)
            for line in zipfile.ZipFile(path).read(f"data/{name}.jsonl").splitlines()]  # fmt: skip


def named(name: str, rows: list[dict], who: dict) -> list[dict]:
    """Rows with the names of people instead of their numbers, and without the group's."""
    people = ("author_id", "actor_id", "user_id", "marked_by_id", "created_by_id", "uploader_id",
              "collected_by_id", "owner_id")  # fmt: skip
    out = []
    for one in rows:
        row = {key: value for key, value in one.items() if key not in ("group_id", "met_at")}
        out.append(row | {key: who.get(row[key]) for key in people if row.get(key)})
    return sorted(out, key=lambda row: json.dumps(row, sort_keys=True))


def media(path) -> dict[str, bytes]:
    archive = zipfile.ZipFile(path)
    told = json.loads(archive.read("archive.json"))["media"]
    return {sha: archive.read(about["name"]) for sha, about in told.items()}


def test_beside_other_groups_links_lead_inside_the_copy(app, world, leave, client_of):
    with app.app_context():
        made = fill(world)
        done = bring(leave(), actor=db.session.get(User, world.sophie), title="Le même, ailleurs")
        copies = {one.title: one for one in db.session.scalars(
            select(Item).where(Item.group_id == done.group.id))}  # fmt: skip
        page, photo = copies["Espace emploi"], copies["Le marché"]
        report, below = copies["Cartographier son quartier à pied"], copies["Dessous"]
        assert page.id != world.page
        assert f"/files/{photo.id}/preview" in page.body
        assert f"{{{{fichier {photo.id}}}}}" in page.body
        assert f"[[#{report.id}]]" in page.body
        assert below.parent_id == page.id
        assert copies["Annick"].settings["b000001.file"] == str(photo.id)
        assert photo.cover_id == photo.id
        past = db.session.scalars(
            select(Revision).where(Revision.item_id == page.id).order_by(Revision.number)
        ).all()
        assert [one.data["body"] for one in past][0] == "Ouvert le **lundi**."
        assert f"[[#{report.id}]]" in past[1].data["body"]
        assert page.revision_count == 2
        assert past[0].actor.name == "Nadia Ferrec"
        assert past[0].actor_id != world.nadia  # a name, not the account of somebody here
        found = db.session.get(Map, copies["Nos coins"].id)
        feature = db.session.scalar(select(Feature).where(Feature.map_id == found.id))
        assert feature.title == "Le banc"
        assert feature.layer_id == found.layers[0].id
        assert made["map"] != found.id
    text = client_of("sophie").get(page.url).get_data(as_text=True)
    assert f"/reports/{report.id}-" in text
    assert client_of("sophie").get("/search?q=vrac").get_data(as_text=True).count("vrac") > 1


def test_an_archive_gives_nobody_a_place_or_a_power(app, world, leave):
    with app.app_context():
        fill(world)
        path = leave()
        done = bring(path, actor=db.session.get(User, world.sophie))
        group = done.group
        held = {one.user_id: one.role for one in group.memberships}
        assert held == {world.sophie: Role.FACILITATOR}
        scopes = set(db.session.scalars(select(Item.scope).where(Item.group_id == group.id)))
        assert scopes == {Scope.DRAFT, Scope.GROUP}
        names = db.session.scalars(select(User).where(User.name == "Karim")).all()
        assert [one.is_active for one in names] == [True, False]
        assert names[1].email is None


def test_an_operator_gives_members_their_place_but_no_power_over_the_site(app, world, leave):
    with app.app_context():
        path = rewritten(leave(), "people", lambda rows: [
            row | {"professional": True, "role": 3, "password_hash": "x"} for row in rows
        ])  # fmt: skip
        done = bring(path, trusted=True)
        held = {one.user_id: one.role for one in done.group.memberships}
        assert held == {world.nadia: 3, world.karim: 2, world.rosa: 1}
        karim = db.session.get(User, world.karim)
        assert (karim.role, karim.professional) == (SiteRole.MEMBER, False)


def test_what_somebody_withdrew_here_does_not_come_back(app, world, leave):
    with app.app_context():
        made = fill(world)
        path = leave()
        photo = db.session.get(File, made["photo"])
        person = db.session.scalar(select(Person))
        db.session.add(
            Tombstone(group_id=world.ours, person_id=person.id, item_id=photo.id,
                      sha256=photo.sha256)
        )  # fmt: skip
        db.session.commit()
        done = bring(path, actor=db.session.get(User, world.sophie))
        assert done.withdrawn == 1
        files = select(func.count()).select_from(File).where(File.group_id == done.group.id)
        assert db.session.scalar(files) == 0


def test_a_kind_that_is_not_known_is_kept_aside(app, world, leave):
    with app.app_context():

        def newer(rows):
            return [row | ({"kind": "recipes"} if row["id"] == world.draft else {})
                    for row in rows]  # fmt: skip

        path = rewritten(leave(), "item", newer)
        path = rewritten(path, "page", lambda rows: [r for r in rows if r["id"] != world.draft])
        path = rewritten(path, "recipe", lambda _rows: [{"id": world.draft, "salt": 3}])
        done = bring(path, actor=db.session.get(User, world.sophie))
        assert done.aside == ["recipes"]
        kept = db.session.scalar(select(File).where(File.group_id == done.group.id))
        told = json.loads(storage.path_of(kept.sha256).read_bytes())
        assert told["recipe"] == [{"id": world.draft, "salt": 3}]
        assert [one["title"] for one in told["item"]] == ["Idées en vrac"]
        assert [one["data"]["body"] for one in told["revision"]] == ["Secret."]


def rewritten(path, table: str, change):
    """The same archive with other rows, its fingerprints made anew, as somebody cunning would."""
    import hashlib

    target = path.with_name(f"x{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        manifest = json.loads(old.read("archive.json"))
        name = f"data/{table}.jsonl"
        rows = rows_of(path, table) if name in manifest["files"] else []
        data = "".join(json.dumps(row) + "\n" for row in change(rows)).encode()
        manifest["files"][name] = {
            "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)
        }  # fmt: skip
        for other in old.namelist():
            if other not in (name, "archive.json"):
                new.writestr(other, old.read(other))
        new.writestr(name, data)
        new.writestr("archive.json", json.dumps(manifest))
    return target


def groups() -> int:
    return db.session.scalar(select(func.count()).select_from(Group))


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("item", lambda rows: [*rows, rows[0]]),
        ("item", lambda rows: [row | {"scope": 9} for row in rows]),
        ("item", lambda rows: [row | {"title": 3} for row in rows]),
        ("item", lambda rows: [row | {"id": "1"} for row in rows]),
        ("item", lambda rows: [row | {"created_at": "hier"} for row in rows]),
        ("page", lambda rows: rows[1:]),
        ("report", lambda rows: [row | {"sections": [1]} for row in rows]),
        ("revision", lambda rows: [row | {"number": 1} for row in [*rows, rows[0]]]),
        ("people", lambda rows: [row | {"email": "a@example.org"} for row in rows]),
        ("membership", lambda rows: [row | {"role": 7} for row in rows]),
    ],
    ids=["twice", "scope", "title", "number", "moment", "kindless", "shape", "history", "people",
         "role"],
)  # fmt: skip
def test_rows_that_cannot_be_are_refused_and_nothing_stays(app, world, leave, table, change):
    with app.app_context():
        path, before = rewritten(leave(), table, change), groups()
        with pytest.raises(Damaged):
            bring(path, trusted=True)
        assert groups() == before


def test_a_group_never_takes_what_belongs_to_another(app, world, leave):
    with app.app_context():
        path = rewritten(leave(), "item", lambda rows: [
            row | {"group_id": world.theirs, "parent_id": row["id"], "author_id": 1,
                   "cover_id": world.network_page} for row in rows
        ])  # fmt: skip
        before = db.session.scalar(
            select(func.count()).select_from(Item).where(Item.group_id == world.theirs)
        )
        done = bring(path, actor=db.session.get(User, world.sophie))
        items = db.session.scalars(select(Item).where(Item.group_id == done.group.id)).all()
        assert len(items) == 4
        assert {one.parent_id for one in items} == {None}
        assert {one.cover_id for one in items} == {None}
        assert before == db.session.scalar(
            select(func.count()).select_from(Item).where(Item.group_id == world.theirs)
        )
        assert db.session.get(Membership, (world.sophie, done.group.id))


def zipped(path, **parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return path


def test_hostile_archives_are_refused_in_words(app, world, leave, tmp_path, monkeypatch):
    with app.app_context():
        good = leave()

        def altered(name, data, keep=lambda _n: True):
            path = tmp_path / "bad.zip"
            with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
                for one in old.namelist():
                    if one != name and keep(one):
                        new.writestr(one, old.read(one))
                new.writestr(name, data)
            return path

        manifest = json.loads(zipfile.ZipFile(good).read("archive.json"))
        newer = json.dumps(manifest | {"version": 2, "essaim": "9.0"})
        sample = next(iter(manifest["files"]))
        bad = {
            "escape": altered("../../etc/passwd", b"x"),
        }
        refusals = [("aucune des nôtres", bad["escape"])]
        for words, path in (
            ("aucune des nôtres", lambda: altered("/etc/passwd", b"x")),
            ("aucune des nôtres", lambda: altered("a\\b", b"x")),
            ("On a ajouté quelque chose", lambda: altered("files/more.txt", b"x")),
            ("a été modifiée depuis", lambda: altered(sample, b"other")),
            ("Essaim plus récent (9.0)", lambda: altered("archive.json", newer)),
            ("ni l’archive d’un groupe", lambda: altered("archive.json", "{}")),
            ("lire archive.json", lambda: altered("archive.json", "[" * 100_000)),
            ("n’est pas une archive", lambda: _written(tmp_path / "no.zip", b"PK no")),
            ("ni l’archive d’un groupe", lambda: zipped(tmp_path / "e.zip", readme="x")),
        ):
            refusals.append((words, path()))
            said, found = refusals[-1]
            with pytest.raises(Damaged) as refusal:
                bring(found, trusted=True)
            assert said in str(refusal.value)
        twice = tmp_path / "twice.zip"
        with zipfile.ZipFile(twice, "w") as archive:
            archive.writestr("data/a.jsonl", b"1")
            archive.writestr("data/A.jsonl", b"2")
        bomb = tmp_path / "bomb.zip"
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data/item.jsonl", b"\0" * 3_000_000)
        monkeypatch.setattr(opening, "MOST_PACKED", 2_000_000)
        for words, path in (("deux fois le même", twice), ("remplirait le disque", bomb)):
            with pytest.raises(Damaged, match=words):
                bring(path, trusted=True)


def _written(path, data: bytes):
    path.write_bytes(data)
    return path

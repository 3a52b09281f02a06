"""A kit: an action to be done again, with nobody in it; it travels, and says where it came from."""

import io
import json
import os
import re
import zipfile
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from sqlalchemy import event

from tests.archive.test_leaving import a_map
from tests.files.recordings import TAGS, sound
from tests.groups.entering import arrive, open_door
from wiki import storage
from wiki.accounts.models import User
from wiki.archive import nameless, packing, unpacking
from wiki.archive.opening import opened
from wiki.consents.models import Appearance, Consent, Grant, Medium, Person, Tombstone
from wiki.db import db, utcnow
from wiki.events.models import Meeting, new_meeting
from wiki.files import uploads
from wiki.files.models import Folder
from wiki.files.transcripts import Cue, Track
from wiki.groups.models import Group, Role
from wiki.items import history
from wiki.items.lineage import Adaptation
from wiki.items.models import Comment, Item, Reference, Revision, Scope
from wiki.items.writing import save
from wiki.kits import choosing, making, using, withdrawing, work
from wiki.kits.models import Kit, KitVersion
from wiki.kits.work import KitWork
from wiki.maps.models import Base, Feature, Map
from wiki.pages.models import Page
from wiki.portraits.models import Portrait
from wiki.programme.answers import Answer
from wiki.programme.presence import Attendance

PEOPLE = (
    "Nadia",
    "Ferrec",
    "Karim",
    "Rosa",
    "Annick",
    "Kervalo",
    "Yvonne",
    "Bernard",
    "Ollivro",
    "Zoé",
)
SECRETS = ("nadia@example.org", "annick@exemple.fr", "06 12 34 56 78", "Secret.", "Le banc")


def picture(colour: str, owner: str) -> bytes:
    """A photo that says in its own bytes who took it, and where."""
    made, out = Image.new("RGB", (40, 30), colour), io.BytesIO()
    exif = Image.Exif()
    exif[0x013B], exif[0x8298] = owner, owner
    made.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def action(app, world):
    """An action with all that can tell of people, some of it in what anybody may read."""
    with app.app_context():
        group, nadia = db.session.get(Group, world.ours), db.session.get(User, world.nadia)
        person = Person(group_id=group.id, shown_name="Annick", real_name="Annick Kervalo",
                        guardian="Yvonne", contact="annick@exemple.fr")  # fmt: skip
        db.session.add(person)
        drawing = uploads.receive(io.BytesIO(picture("white", "Karim")), "plan de karim.jpg",
                                  group, nadia)  # fmt: skip
        face = uploads.receive(io.BytesIO(picture("red", "Karim")), "annick.jpg", group, nadia)
        note = uploads.receive(io.BytesIO(b"Appeler Rosa."), "note.txt", group, nadia)
        db.session.flush()
        db.session.add(Appearance(person_id=person.id, item_id=face.id, media=Medium.IMAGE))
        page = db.session.get(Page, world.page)
        page.title = "Les conseils de Karim"
        page.summary = "Par Nadia"
        page.body = (
            "Mme Ollivro, Nadia Ferrec et KARIM, avec Zoé, ont dit : « va voir Annick ». "
            "Écrire à annick@exemple.fr ou au 06 12 34 56 78, https://exemple.fr/karim, http://localhost/pages/1.\n\n"
            f"![](/files/{face.id}/preview/medium) {{{{fichier {face.id}}}}}\n\n"
            f"![le plan](/files/{drawing.id}/preview/medium) [[#{world.public_page}]] "
            f"[[#{world.draft}]]"
        )
        save(page, nadia, "selon Rosa")
        save(Portrait(group_id=group.id, title="Annick"), nadia)
        meeting = new_meeting(group, nadia, "Séance 1, avec Bernard", utcnow() - timedelta(weeks=9),
                              utcnow() - timedelta(weeks=9, hours=-3), place="Chez Annick",
                              address="3 rue du Four", programme=[
                                  {"minutes": 20, "activity": "Accueil", "who": "Karim"}
                              ])  # fmt: skip
        db.session.add(Comment(item_id=page.id, author_name="Bernard", body="Merci Nadia",
                               html="x"))  # fmt: skip
        db.session.commit()
        return {"page": page.id, "drawing": drawing.id, "face": face.id, "note": note.id,
                "map": a_map(world).id, "meeting": meeting.id}  # fmt: skip


@pytest.fixture
def made(app, world, action, client_of):
    """The number of a kit of that action, its first version made through the screens."""
    nadia = client_of("nadia")
    answer = nadia.post(f"/kits/new?group={world.ours}", data={"title": "Refaire la carte"})
    assert answer.status_code == 303
    number = int(re.search(r"/kits/(\d+)/contents", answer.location)[1])
    screen = nadia.get(answer.location).get_data(as_text=True)
    assert "Idées en vrac" in screen  # said before, with why
    assert "Zoé" in screen  # a word to look at
    ids = [action[name] for name in ("page", "drawing", "face", "note", "map", "meeting")]
    ids += [world.report, world.public_page, world.draft, world.network_page]
    sent = nadia.post(
        f"/kits/{number}/contents", data={"items": [str(n) for n in ids], "also": "Zoé"}
    )
    assert sent.status_code == 303, sent.get_data(as_text=True)
    return number


@pytest.fixture
def nadia_door(client_of, world):
    return open_door(client_of("nadia"), world)


def unpacked(app, number: int) -> dict[str, bytes]:
    with app.app_context():
        version = db.session.scalar(db.select(KitVersion).where(KitVersion.kit_id == number))
        with zipfile.ZipFile(storage.path_of(version.sha256)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def test_nobody_of_the_group_is_anywhere_in_a_kit(app, world, action, made):
    parts = unpacked(app, made)
    names = "\n".join(parts)
    everything = (names + "\n").encode() + b"\n".join(parts.values())
    folded = everything.decode("utf-8", "replace").casefold()
    for word in (*PEOPLE, *SECRETS):
        assert not re.search(rf"\b{re.escape(word.casefold())}\b", folded), word
    for name in ("people", "person", "revision", "comment", "appearance", "membership", "event",
                 "portrait", "map_feature", "consent_grant", "signature"):  # fmt: skip
        assert f"data/{name}.jsonl" not in parts
    manifest = json.loads(parts["archive.json"])
    assert manifest["group"]["number"] == 0
    rows = [json.loads(line) for line in parts["data/item.jsonl"].splitlines()]
    assert [row["id"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["author_id"] for row in rows} == {None}
    assert {row["created_at"][11:19] for row in rows} == {"00:00:00"}
    with app.app_context():
        face = db.session.get(Item, action["face"]).sha256
    assert face not in folded  # neither the picture nor its fingerprint
    pictures = [data for name, data in parts.items() if name.endswith(".jpg")]
    assert len(pictures) == 1
    assert not Image.open(io.BytesIO(pictures[0])).getexif()


UNTOLD = ("Ronan Guivarch", "Marcelline", "Hervé", "Odile", "Solène", "Corentin", "Gwenaëlle",
          "Gwenaelle", "SECRETNAME", "SECRETPLACE", "SECRETDEVICE", "48.3904", "7391")  # fmt: skip


def test_nobody_said_drawn_heard_or_photographed_beside_the_texts_is_in_a_kit_of_everything(
    app, world, action, client_of
):
    """Even when every box is sent: attendance, answers, agreements, voices, points, history."""
    with app.app_context():
        group, nadia = db.session.get(Group, world.ours), db.session.get(User, world.nadia)
        photo = uploads.receive(io.BytesIO(gps_photo()), "portrait de gwenaelle.jpg", group, nadia)
        photo.alt, photo.credit = "Gwenaëlle au marché", "Corentin"
        photo.folder = Folder(group_id=group.id, name="Photos de Gwenaëlle", key="g")
        voice = uploads.receive(io.BytesIO(sound(metadata=TAGS)), "voix.webm", group, nadia)
        db.session.flush()
        track = Track(file_id=voice.id, lang="fr", state="checked")
        db.session.add(track)
        db.session.flush()
        db.session.add(Cue(track_id=track.id, key="a", start_ms=0, end_ms=900, text="Corentin dit"))
        page = db.session.get(Page, world.public_page)
        before = page.body
        page.body = "Solène tient la porte."
        save(page, nadia, "selon Solène")
        page.body = before
        save(page, nadia)
        person = db.session.scalar(db.select(Person))
        consent = Consent(person_id=person.id, method="signed", witness="Hervé",
                          signature=[[[7391, 7391]]], collected_by_id=nadia.id)  # fmt: skip
        db.session.add(consent)
        db.session.flush()
        today = utcnow().date()
        db.session.add(Grant(consent_id=consent.id, person_id=person.id, medium=Medium.IMAGE,
                             audience=Scope.GROUP, purpose="pour Odile", starts_on=today,
                             expires_on=today + timedelta(days=9)))  # fmt: skip
        point = db.session.scalar(db.select(Feature).where(Feature.map_id == action["map"]))
        point.story, point.props = "Corentin y dort.", {"photo": str(photo.id)}
        db.session.add_all([
            Attendance(item_id=action["meeting"], name="Ronan Guivarch", state="present"),
            Answer(item_id=action["meeting"], question="moved", body="Marcelline a parlé."),
        ])  # fmt: skip
        db.session.commit()
        everything = db.session.scalars(
            db.select(Item.id).where(Item.group_id == group.id, Item.kind != "kits")
        ).all()
        heard = voice.sha256
    nadia = client_of("nadia")
    place = nadia.post(f"/kits/new?group={world.ours}", data={"title": "Tout"}).location
    sent = {"items": [str(n) for n in everything], "also": "Zoé, Gwenaëlle, Corentin"}
    assert nadia.post(place, data=sent).status_code == 303
    parts = unpacked(app, int(re.search(r"/kits/(\d+)", place)[1]))
    said = "\n".join([*parts, *(data.decode("utf-8", "replace") for data in parts.values())])
    for word in (*PEOPLE, *SECRETS, *UNTOLD):
        assert not re.search(rf"\b{re.escape(word)}\b", said, re.IGNORECASE), word
    assert heard not in said
    assert not [name for name in parts if name.endswith((".webm", ".m4a", ".mp4"))]
    pictures = [data for data in parts.values() if data[:2] == b"\xff\xd8"]
    assert len(pictures) == 2, "what somebody ticked"
    assert not [one for one in pictures if b"Exif" in one or b"http://ns.adobe" in one]


def gps_photo() -> bytes:
    """A photo that tells its place, its maker and its hour, with a thumbnail of who was there."""
    made, out, small = Image.new("RGB", (40, 30), "green"), io.BytesIO(), io.BytesIO()
    Image.new("RGB", (8, 6), "red").save(small, "JPEG", comment=b"SECRETNAME")
    exif = Image.Exif()
    exif[0x010F], exif[0x0131] = "SECRETDEVICE", "SECRETPLACE"
    exif.get_ifd(0x8825)[2] = (48.0, 23.0, 25.44)
    xmp = b"<x:xmpmeta>SECRETNAME SECRETPLACE</x:xmpmeta>"
    made.save(out, "JPEG", exif=exif, comment=b"SECRETNAME" + small.getvalue(), xmp=xmp)
    return out.getvalue()


def test_a_kit_keeps_what_others_need_and_says_what_stayed(app, world, made):
    parts = unpacked(app, made)
    page = next(data.decode() for name, data in parts.items() if name.startswith("pages/")
                and "va voir" in data.decode())  # fmt: skip
    assert "va voir …" in page
    assert re.search(r"!\[le plan\]\(/files/\d+/preview", page)
    assert "fichier" not in page
    report = json.loads(parts["data/report.jsonl"])
    assert report["sections"]["what_failed"] == "Le wifi de la salle."
    assert report["people"] is None
    told = json.loads(parts["archive.json"])
    assert {(one["kind"], one["why"]) for one in told["left_out"]} == {
        ("pages", "draft"), ("files", "people"), ("portraits", "portrait")
    }  # fmt: skip
    assert "Idées" not in parts["archive.json"].decode()
    assert "Accueil" in parts["2-programme.csv"].decode()
    assert json.loads(parts["data/dated.jsonl"])["place"] == ""


def test_a_kit_is_adapted_into_a_group_of_ones_own_with_lineage_both_ways(
    app, world, made, client_of
):
    with app.app_context():
        kit = db.session.get(Kit, made)
        kit.scope, kit.summary = Scope.NETWORK, "Pour se repérer"
        save(kit, None)
    sophie = client_of("sophie")
    page = sophie.get(f"/kits/{made}-refaire-la-carte").get_data(as_text=True)
    assert "Pas encore testé ailleurs" in page
    answer = sophie.post(f"/kits/{made}/adaptation", data={"title": "À Morlaix"})
    assert answer.status_code == 303
    with app.app_context():
        group = db.session.scalar(db.select(Group).where(Group.title == "À Morlaix"))
        assert {one.user_id: one.role for one in group.memberships} == {
            world.sophie: Role.FACILITATOR
        }
        items = db.session.scalars(db.select(Item).where(Item.group_id == group.id)).all()
        assert {one.author_id for one in items} == {world.sophie}
        assert {one.kind for one in items} == {"pages", "files", "maps", "reports", "events",
                                               "kits"}  # fmt: skip
        meeting = next(one for one in items if one.kind == "events")
        assert isinstance(meeting, Meeting)
        assert utcnow() < meeting.starts_at < utcnow() + timedelta(weeks=3)
        a_page = next(one for one in items if one.title.startswith("Les conseils"))
        assert a_page.renderings["body"].html
        assert db.session.scalars(
            db.select(Revision.note).where(Revision.item_id == a_page.id)
        ).all() == ["À partir du kit «\u00a0Refaire la carte\u00a0», version 1"]
        assert db.session.get(Map, next(o.id for o in items if o.kind == "maps")).count() == 0
        copy = next(one for one in items if one.kind == "kits")
        assert db.session.get(Adaptation, copy.id).source_id == made
        number, url = copy.id, copy.url
    assert "Refaire la carte" in sophie.get(url).get_data(as_text=True)
    told = {"redone": "yes", "place": "Morlaix", "people": "8", "changes": "Six séances.",
            "outcome": "Une carte."}  # fmt: skip
    assert sophie.post(f"/items/{number}/changes", data=told).status_code == 303
    with app.app_context():
        db.session.get(Item, number).scope = Scope.NETWORK
        db.session.commit()
    page = client_of("nadia").get(f"/kits/{made}-refaire-la-carte").get_data(as_text=True)
    assert "Testé ailleurs" in page
    assert "Six séances." in page


INTERVIEW = (
    "Enregistré dans son bureau, 12 rue du Canal, 29000 Quimper. **Elle est d’accord pour le "
    "groupe et pour la fête**, pas pour internet.\n\n« Non, je ne suis pas obligée. »"
)


def a_page(world, title: str, body: str) -> int:
    group, nadia = db.session.get(Group, world.ours), db.session.get(User, world.nadia)
    page = Page(group_id=group.id, title=title, body=body)
    save(page, nadia)
    return page.id


def ticks(screen: str) -> dict[int, tuple[bool, str]]:
    """Which boxes are ticked, and all that is said beside each."""
    boxes = re.findall(r'name="items" value="(\d+)"( checked)?>(.*?)</label>', screen, re.DOTALL)
    return {int(n): (bool(on), re.sub(r"<[^>]*>", " ", words)) for n, on, words in boxes}


def test_what_reports_words_an_agreement_or_somebody_met_is_not_ticked_and_says_why(
    app, world, client_of
):
    said = {
        "Entretien": (INTERVIEW, ["des paroles de quelqu’un", "ce qu’une personne a accepté"]),
        "La laverie de Mme Kervalo": ("Une prise et un banc.", ["un nom dans le titre"]),
        "Le jardin": ("« J’y respire », dit une voisine.", ["des paroles de quelqu’un"]),
        "Le repas": ("Il est tenu par M. Tual.", ["une personne rencontrée"]),
        "Le vélo": ("Elle ne veut pas que sa photo sorte d’ici.", ["ce qu’une personne a accepté"]),
        "Le soir": (
            "On se dit bonsoir : la lampe reste allumée très tard.",
            ["mots d’un portrait"],
        ),
        "La fête": ('!!! tip "Jeudi prochain, on dit tout ce que je sais"\n    Bonjour.', []),
        "Poser un caillou": ("On pose « un caillou » : 3 couleurs, rue du Canal.", []),
    }
    with app.app_context():
        numbers = {title: a_page(world, title, body) for title, (body, _why) in said.items()}
        words = {"b000001.body": "Ici, la lampe reste allumée très tard le soir."}
        portrait = Portrait(group_id=world.ours, title="Annick", words=words,
                            settings={"b000001.kind": "text"}, arrangement=["b000001"])  # fmt: skip
        save(portrait, db.session.get(User, world.nadia))
    nadia = client_of("nadia")
    made = nadia.post(f"/kits/new?group={world.ours}", data={"title": "Refaire"}).location
    screen = nadia.get(made).get_data(as_text=True)
    shown = ticks(screen)
    for title, (_body, reasons) in said.items():
        is_ticked, beside = shown[numbers[title]]
        assert bool(is_ticked) is not bool(reasons), title
        for reason in reasons:
            assert reason in beside, (title, beside)
    assert "et où ils sont reste ici" not in screen

    on = [n for n, (is_ticked, _words) in shown.items() if is_ticked]
    done = nadia.post(made, data={"items": [str(n) for n in [*on, numbers["Entretien"]]]})
    page = nadia.get(done.location, follow_redirects=True).get_data(as_text=True)
    assert "Personne n’y apparaît" not in page
    assert "ce sont des points" in page
    number = int(re.search(r"/kits/(\d+)", made)[1])
    parts = unpacked(app, number)
    everything = "\n".join(data.decode("utf-8", "replace") for data in parts.values())
    assert "dans son bureau, …, …" in everything  # streets are dots, as the screen says
    assert "J’y respire" not in everything
    told = {(one["kind"], one["why"]) for one in json.loads(parts["archive.json"])["left_out"]}
    assert {("pages", "speech"), ("pages", "met"), ("pages", "named")} <= told

    again = ticks(nadia.get(made).get_data(as_text=True))
    assert again[numbers["Entretien"]][0]  # as it was looked at
    with app.app_context():
        interview = db.session.get(Page, numbers["Entretien"])
        interview.body += "\n\n« Mon chef ne sait pas tout. »"
        save(interview, None)
    again = ticks(nadia.get(made).get_data(as_text=True))
    assert not again[numbers["Entretien"]][0]  # it says something else since


def test_sessions_of_a_kit_keep_their_hour_across_summer_time_and_on_another_sea(
    app, world, client_of, monkeypatch
):
    with app.app_context():
        group, nadia = db.session.get(Group, world.ours), db.session.get(User, world.nadia)
        first = (utcnow() - timedelta(weeks=60)).astimezone(ZoneInfo("Europe/Paris"))
        first = first.replace(hour=14, minute=0, second=0, microsecond=0, tzinfo=None)
        for n in range(12):  # a year and more: the clocks changed thrice
            start = (first + timedelta(weeks=5 * n)).replace(tzinfo=ZoneInfo("Europe/Paris"))
            new_meeting(group, nadia, f"Séance {n + 1}", start, start + timedelta(hours=3))
        db.session.commit()
        ids = [str(n) for n in db.session.scalars(db.select(Meeting.id))]
    nadia = client_of("nadia")
    made = nadia.post(f"/kits/new?group={world.ours}", data={"title": "Douze séances"}).location
    assert nadia.post(made, data={"items": ids}).status_code == 303
    kit = re.search(r"/kits/(\d+)", made)[1]
    for zone, title in (("Europe/Paris", "À Brest"), ("Indian/Reunion", "À Saint-Denis")):
        monkeypatch.setitem(app.config, "TIMEZONE", zone)
        nadia.post(f"/kits/{kit}/adaptation", data={"title": title})
        with app.app_context():
            group = db.session.scalar(db.select(Group).where(Group.title == title))
            query = db.select(Meeting).where(Meeting.group_id == group.id)
            found = db.session.scalars(query.order_by(Meeting.starts_at)).all()
            assert [one.title for one in found] == [f"Séance {n}" for n in range(1, 13)]
            assert {(one.zone, one.local_start.hour, one.local_end.hour) for one in found} == {
                (zone, 14, 17)
            }
            assert {one.local_start.weekday() for one in found} == {first.weekday()}
            assert all(one.starts_at > utcnow() for one in found)


def test_no_session_of_a_kit_falls_on_a_holiday_without_being_said(app, world, client_of):
    """Christmas week and bank holidays are left free, unless somebody who read them says no."""
    with app.app_context():
        group, nadia = db.session.get(Group, world.ours), db.session.get(User, world.nadia)
        zone = ZoneInfo("Europe/Paris")
        for n in range(5):
            start = datetime(2025, 6, 5, 9, tzinfo=zone) + timedelta(weeks=n)
            new_meeting(group, nadia, f"Séance {n + 1}", start, start + timedelta(hours=3))
        db.session.commit()
        ids = [str(n) for n in db.session.scalars(db.select(Meeting.id))]
    nadia = client_of("nadia")
    made = nadia.post(f"/kits/new?group={world.ours}", data={"title": "Cinq séances"}).location
    assert nadia.post(made, data={"items": ids}).status_code == 303
    place = f"/kits/{re.search(r'/kits/([0-9]+)', made)[1]}/adaptation"
    asked = {"title": "En hiver", "first": "2026-12-17", "step": "dates"}

    def said(**fields) -> str:
        screen = nadia.post(place, data=asked | fields)
        assert screen.status_code == 200
        return screen.text.replace("\u00a0", " ")

    kept = said()
    assert "2 séances tombent un jour où peu de monde vient" in kept
    assert "jeudi 24 décembre 2026" in kept
    moved = said(skip="y")
    assert "jeudi 24 décembre 2026" not in moved
    assert "peu de monde" not in moved
    assert kept.count("semaine de Noël") == moved.count("semaine de Noël") + 2
    assert "jeudi 7 janvier 2027" in moved
    assert nadia.post(place, data=asked | {"first": "17/12/2406"}).status_code == 422

    sent = {"title": "En hiver", "first": "2026-12-17", "skip": "y"}
    assert nadia.post(place, data=sent).status_code == 303
    with app.app_context():
        there = db.session.scalar(db.select(Group).where(Group.title == "En hiver"))
        found = db.session.scalars(
            db.select(Meeting).where(Meeting.group_id == there.id).order_by(Meeting.starts_at)
        ).all()
        assert [f"{one.local_start:%d/%m %H}" for one in found] == [
            "17/12 09", "07/01 09", "14/01 09", "21/01 09", "28/01 09"
        ]  # fmt: skip


def test_many_texts_and_portraits_cost_few_questions(app, world, made, client_of):
    def asked() -> int:
        count = 0

        def one_more(*_all):
            nonlocal count
            count += 1

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", one_more)
        assert client_of("nadia").get(f"/kits/{made}/contents").status_code == 200
        event.remove(engine, "before_cursor_execute", one_more)
        return count

    first = asked()
    with app.app_context():
        for n in range(8):
            a_page(world, f"Page {n}", "Un banc.")
            portrait = Portrait(group_id=world.ours, title=f"Portrait {n}")
            save(portrait, db.session.get(User, world.nadia))
    assert asked() <= first + 2


def test_two_presses_adapt_a_kit_once(app, made, client_of):
    nadia = client_of("nadia")
    places = {
        nadia.post(f"/kits/{made}/adaptation", data={"title": "Chez nous"}).location
        for _press in range(2)
    }
    assert len(places) == 1
    with app.app_context():
        found = db.session.scalars(db.select(Group).where(Group.title == "Chez nous")).all()
    assert len(found) == 1


def test_a_kit_whose_sheets_name_somebody_is_not_published(app, world, made):
    with app.app_context():
        kit = db.session.get(Kit, made)
        assert kit.programme[0]["who"] == ""  # the plan of the session, without who led it
        kit.summary = "Pour se repérer"
        assert kit.publish_blockers(Scope.NETWORK) == []
        kit.facilitator = "Demander à Karim."
        assert len(kit.publish_blockers(Scope.NETWORK)) == 1


def test_the_same_structure_does_not_make_a_kit_tested(app, world, made):
    with app.app_context():
        kit = db.session.get(Kit, made)
        other = Group.found("Une autre salle", db.session.get(User, world.nadia))
        copy = kit.copy_to(other)
        copy.uid = "x"
        save(copy, None)
        db.session.add(Adaptation(item_id=copy.id, source_id=kit.id, redone="yes",
                                  told_at=utcnow()))  # fmt: skip
        db.session.commit()
        assert not kit.is_tested()


def test_a_kit_travels_as_one_file_and_loses_nothing(app, world, made, client_of):
    nadia, sophie = client_of("nadia"), client_of("sophie")
    nadia.post(f"/kits/{made}/edit", data={
        "title": "Refaire la carte", "summary": "Se repérer", "duration": "Un jour",
        "network": "low", "facilitator": "# Avant\n\nImprimer. Appeler Karim.",
        "licence": "CC BY-SA 4.0", "structure": "La Passerelle", "revision": "1",
        "plan_minutes": ["30"], "plan_activity": ["Marcher"], "plan_who": [""],
        "plan_material": ["Carte"], "plan_no_network": ["Papier"], "plan_no_computer": [""],
    })  # fmt: skip
    sent = nadia.post(f"/kits/{made}/contents", data={"items": [str(world.page)], "note": "Court"})
    assert sent.status_code == 303, sent.get_data(as_text=True)
    with nadia.get(f"/kits/{made}/kit.zip") as answer:
        data = answer.get_data()
    back = sophie.post(f"/kits/import?group={world.theirs}",
                       data={"file": (io.BytesIO(data), "kit.zip")})  # fmt: skip
    assert back.status_code == 303, back.get_data(as_text=True)
    with app.app_context():
        first, second = db.session.get(Kit, made), db.session.scalar(
            db.select(Kit).where(Kit.group_id == world.theirs))  # fmt: skip
        assert second.latest.sha256 == first.latest.sha256
        assert (second.uid, second.latest.number) == (first.uid, 2)
        assert (second.facts, second.programme) == (first.facts, first.programme)
        assert second.facilitator == "# Avant\n\nImprimer. Appeler …."
        assert second.came_from["structure"] == "La Passerelle"
        assert second.latest.contents == [
            {"kind": one["kind"], "title": one["title"], "count": 1}
            for one in first.latest.contents
        ]  # fmt: skip
    with sophie.get(f"/kits/{second.id}/kit.zip") as answer:
        assert answer.get_data() == data
    assert sophie.post(f"/kits/{second.id}/adaptation", data={"title": "Ici"}).status_code == 303


@pytest.fixture
def on_the_drawing(app, action):
    """The map of the action lies on its drawing, asks two things and has a legend."""
    with app.app_context():
        found = db.session.get(Map, action["map"])
        found.crs, found.legend = "simple", "Vert : on y est bien."
        found.fields = [
            {"key": "feel", "label": "Ce qu’on y ressent", "type": "scale"},
            {"key": "kind", "label": "Lieu", "type": "choice", "choices": [
                {"value": "banc", "label": "Banc", "colour": "sapin", "picto": ""}]},
        ]  # fmt: skip
        found.bases[:] = [Base(kind="picture", file_id=action["drawing"], title="Le plan")]
        save(found, None)
        db.session.commit()


def test_a_map_goes_with_its_kit_empty_and_ready_to_be_filled(app, on_the_drawing, made, client_of):
    sophie = client_of("sophie")
    with client_of("nadia").get(f"/kits/{made}/kit.zip") as answer:
        sent = {"file": (io.BytesIO(answer.get_data()), "kit.zip")}
    brought = client_of("admin").post("/kits/import", data=sent)
    number = int(re.search(r"/kits/(\d+)", brought.location)[1])
    with app.app_context():
        kit = db.session.get(Kit, number)
        kit.scope = Scope.NETWORK
        save(kit, None)
    assert sophie.post(f"/kits/{number}/adaptation", data={"title": "Là-bas"}).status_code == 303
    with app.app_context():
        query = db.select(Map).join(Group, Group.id == Map.group_id).where(Group.title == "Là-bas")
        found = db.session.scalar(query)
        base, drawing = found.bases[0], db.session.get(Item, found.bases[0].file_id)
        assert (found.crs, base.kind, found.legend) == (
            "simple",
            "picture",
            "Vert : on y est bien.",
        )
        assert drawing.group_id == found.group_id
        assert [one["label"] for one in found.fields] == ["Ce qu’on y ressent", "Lieu"]
        url, layer = found.url, found.layers[0].id
    page = sophie.get(url).text
    assert "on y est bien" in page
    assert f"/files/{base.file_id}" in page  # the drawing lies under it
    put = {"base": 0, "layer": layer, "title": "Le puits", "props": {"feel": 4},
           "geometry": {"type": "Point", "coordinates": [40, 30]}}  # fmt: skip
    answer = sophie.put(f"{url.split('-')[0]}/features/{uuid4()}", json=put)
    assert answer.status_code in (200, 201), answer.text
    told = sophie.get(f"{url.split('-')[0]}/features.json").json["features"]
    assert [one["title"] for one in told] == ["Le puits"]


def test_who_is_in_no_group_brings_a_kit_and_nothing_false_is_said(app, made, client_of):
    nadia, admin = client_of("nadia"), client_of("admin")
    with nadia.get(f"/kits/{made}/kit.zip") as answer:
        data = answer.get_data()
    assert "Apporter un kit" in admin.get("/kits").text
    page = admin.get("/kits/import")
    assert "Kits d’ailleurs" in page.text
    refused = admin.post("/kits/import", data={"file": (io.BytesIO(b"no"), "kit.zip")})
    assert refused.status_code == 422
    with app.app_context():
        assert not db.session.scalar(db.select(Group.id).where(Group.title == "Kits d’ailleurs"))
    brought = admin.post("/kits/import", data={"file": (io.BytesIO(data), "kit.zip")})
    assert brought.status_code == 303
    number = int(re.search(r"/kits/(\d+)", brought.location)[1])
    told = admin.get(f"/kits/{number}/adaptation").text
    assert "sur un autre site" in told
    assert "votre nom" not in told
    assert "pas qui" not in told
    done = admin.post(f"/kits/{number}/adaptation", data={"title": "Notre action"})
    assert done.status_code == 303
    # Those of this site read who does it again: the screen says so.
    assert "votre nom" in nadia.get(f"/kits/{made}/adaptation").text


def test_participants_are_offered_no_kit_to_make(app, client, nadia_door, world):
    arrive(client, nadia_door, "Fatou")
    page = client.get(f"/kits?group={world.ours}").text
    for words in ("Faire un kit", "Apporter un kit"):
        assert words not in page
    home = client.get(f"/groups/{world.ours}").text
    for kind in ("kits", "collections"):
        assert f"/{kind}?group={world.ours}" not in home.partition('class="rooms"')[2]


def test_a_group_comes_back_with_its_kits(app, world, made, tmp_path):
    with app.app_context():
        packing.write(tmp_path / "g.zip", db.session.get(Group, world.ours), None)
        with opened(tmp_path / "g.zip") as archive:
            group = unpacking.put_back(archive, trusted=True).group
        kit = db.session.scalar(db.select(Kit).where(Kit.group_id == group.id))
        first = db.session.get(Kit, made)
        assert kit.latest.sha256 == first.latest.sha256
        assert (kit.uid, kit.programme) == (first.uid, first.programme)
        owners = db.session.scalars(db.select(Item.group_id).where(Item.id.in_(kit.chosen)))
        assert set(owners) == {group.id}
        assert len(kit.chosen) == len(first.chosen)


def test_a_tampered_kit_gives_nobody_anything(app, world, made, client_of, tmp_path):
    from tests.archive.test_coming import rewritten

    with app.app_context():
        version = db.session.scalar(db.select(KitVersion).where(KitVersion.kit_id == made))
        whole = storage.path_of(version.sha256)
        copied = tmp_path / "kit.zip"
        copied.write_bytes(whole.read_bytes())
    sophie = client_of("sophie")

    def bring(path):
        data = {"file": (io.BytesIO(path.read_bytes()), "kit.zip")}
        return sophie.post(f"/kits/import?group={world.theirs}", data=data)

    people = rewritten(copied, "people", lambda _rows: [{"id": 1, "name": "X", "email": "x@y.fr"}])
    assert bring(people).status_code == 422
    forged = {"id": 1, "item_id": 1, "group_id": 0, "actor_id": None, "verb": "published",
              "data": {}, "created_at": "2026-01-01T00:00:00+00:00"}  # fmt: skip
    assert bring(rewritten(copied, "event", lambda _rows: [forged])).status_code == 422
    with pytest.MonkeyPatch.context() as less:
        less.setattr(using, "MOST_ROWS", 40_000)
        bomb = rewritten(copied, "page", lambda rows: [rows[0] | {"body": "a" * 10_000}] * 4)
        assert bring(bomb).status_code == 422, "who adapts it would wait for all of it"
    wider = rewritten(copied, "item", lambda rows: [
        row | {"scope": 3, "author_id": world.nadia, "group_id": world.ours} for row in rows
    ])  # fmt: skip
    assert bring(wider).status_code == 303
    number = re.search(r"/kits/(\d+)", bring(wider).location)[1]
    assert sophie.post(f"/kits/{number}/adaptation", data={"title": "Ici"}).status_code == 303
    with app.app_context():
        group = db.session.scalar(db.select(Group).where(Group.title == "Ici"))
        items = db.session.scalars(db.select(Item).where(Item.group_id == group.id)).all()
        assert max(one.scope for one in items) == Scope.GROUP
        assert {one.author_id for one in items} == {world.sophie}
    (tmp_path / "no.zip").write_bytes(b"no")
    assert bring(tmp_path / "no.zip").status_code == 422
    for broken in (
        rewritten(copied, "page", lambda _rows: []),
        rewritten(copied, "item", lambda rows: [one | {"position": 10**30} for one in rows]),
    ):
        number = re.search(r"/kits/(\d+)", bring(broken).location)[1]
        answer = sophie.post(
            f"/kits/{number}/adaptation", data={"title": "Cassé"}, follow_redirects=True
        )
        assert (answer.status_code, "abîmée" in answer.text) == (422, True)
        assert 'value="Cassé"' in answer.text
    with app.app_context():
        assert not db.session.scalar(db.select(Group).where(Group.title == "Cassé"))


def put_in(path, *more, manifest=None, but=()):
    """The same kit with other parts added or left out, or with another story about itself."""
    target = path.with_name(f"y{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if name == packing.MANIFEST and manifest:
                told = json.loads(old.read(name))
                new.writestr(name, json.dumps(told | manifest(told)))
            elif name not in but:
                new.writestr(name, old.read(name))
        for info, data in more:
            new.writestr(info, data)
    return target


def a_link(name: str) -> zipfile.ZipInfo:
    """What a tar or a zip of Unix calls a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


@pytest.fixture
def carried(app, made, tmp_path):
    """The file of that kit."""
    with app.app_context():
        version = db.session.scalar(db.select(KitVersion).where(KitVersion.kit_id == made))
        (tmp_path / "kit.zip").write_bytes(storage.path_of(version.sha256).read_bytes())
    return tmp_path / "kit.zip"


def test_a_hostile_file_brought_as_a_kit_is_refused_in_plain_words_and_leaves_nothing(
    app, world, carried, client_of, monkeypatch
):
    """Nothing half kept, not even the group that is made for a first kit; nothing to look up."""
    sophie = client_of("sophie")
    with zipfile.ZipFile(carried) as archive:
        sample = next(name for name in archive.namelist() if name.endswith(".jsonl"))
    newer = put_in(carried, manifest=lambda _told: {"version": 99, "essaim": "9.0"})
    seen = []

    def refused(path, words: str) -> None:
        sent = {"file": (io.BytesIO(path.read_bytes()), "<b>kit</b>.zip")}
        answer = sophie.post(f"/kits/import?group={world.theirs}", data=sent)
        said = re.search(r'role="alert".*?</div>', answer.text, re.DOTALL)[0]
        assert (answer.status_code, words in said) == (422, True), (words, said)
        assert "<b>" not in said
        seen.append(words)

    refused(newer, "Essaim plus récent (9.0)")
    for name in ("../../etc/passwd", "/etc/passwd", "..\\boot.ini", "C:/x", "a\u202etxt"):
        refused(put_in(carried, (name, b"x")), "aucune des nôtres")
    refused(put_in(carried, (a_link("files/lien"), b"/etc/passwd")), "aucune des nôtres")
    refused(put_in(carried, ("files/plus.txt", b"x")), "On a ajouté quelque chose")
    refused(put_in(carried, but=(sample,)), "On a ajouté quelque chose")
    refused(put_in(carried, (sample.upper(), b"x")), "deux fois le même")
    refused(put_in(carried, (sample, b"x"), but=(sample,)), "a été modifiée depuis")
    refused(put_in(carried, manifest=lambda told: {"sort": "group"}), "l’archive d’un groupe")
    for number in (0, -1, 10**30, "1", True, None):
        told = put_in(carried, manifest=lambda told, n=number: {"kit": told["kit"] | {"number": n}})
        refused(told, "abîmée")
    with monkeypatch.context() as less:
        less.setattr("wiki.archive.opening.MOST_FILES", 3)
        refused(carried, "trop de fichiers")
    bomb = carried.with_name("bomb.zip")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/item.jsonl", b"0" * 3_000_000)
    with monkeypatch.context() as less:
        less.setattr("wiki.archive.opening.MOST_PACKED", 2_000_000)
        refused(bomb, "remplirait le disque")
    lying = carried.read_bytes().replace(b"PK\x01\x02", b"PK\x01\x03")
    carried.with_name("lying.zip").write_bytes(lying)
    refused(carried.with_name("lying.zip"), "n’est pas une archive")
    carried.with_name("cut.zip").write_bytes(carried.read_bytes()[:-200])
    refused(carried.with_name("cut.zip"), "n’est pas une archive")
    assert len(seen) > 20
    with app.app_context():
        assert db.session.scalars(db.select(Kit.group_id)).all() == [world.ours]
        assert not list((app.config["DATA"] / "tmp").glob("*"))


def test_a_kit_that_lies_about_its_rows_makes_no_group_and_its_words_are_only_words(
    app, world, carried, client_of
):
    from tests.archive.test_coming import rewritten

    sophie = client_of("sophie")
    bad = '<img src=x onerror="alert(1)">'

    def brought(path) -> str:
        sent = {"file": (io.BytesIO(path.read_bytes()), "kit.zip")}
        answer = sophie.post(f"/kits/import?group={world.theirs}", data=sent)
        assert answer.status_code == 303, answer.text
        return re.search(r"/kits/(\d+)", answer.location)[1]

    def lying(number: str) -> str:
        place = f"/kits/{number}/adaptation"
        assert sophie.get(place).status_code == 200
        return sophie.post(place, data={"title": "Cassé"}, follow_redirects=True).text

    for table, change in (
        ("item", lambda rows: [*rows, rows[0]]),
        ("item", lambda rows: [row | {"id": [1]} for row in rows]),
        ("item", lambda rows: [row | {"id": -1} for row in rows]),
        ("dated", lambda rows: [row | {"starts_at": 3} for row in rows]),
        ("dated", lambda rows: [row | {"id": 10**30} for row in rows]),
        ("dated", lambda rows: [row | {"starts_at": "9999-12-31T23:00:00Z"} for row in rows]),
    ):
        said = lying(brought(rewritten(carried, table, change)))
        assert "abîmée" in said, (table, re.search(r"<h1>.*?</h1>", said)[0])
    story = {"title": bad, "structure": bad, "licence": bad, "summary": bad, "facts": {"room": bad}}
    worded = put_in(carried, manifest=lambda told: {
        "site": f"javascript:{bad}", "kit": told["kit"] | story | {"uid": "other"},
    })  # fmt: skip
    worded = rewritten(worded, "item", lambda rows: [row | {"title": bad} for row in rows])
    number = brought(worded)
    for place in (f"/kits/{number}", f"/kits/{number}/adaptation", "/kits"):
        assert bad not in sophie.get(place, follow_redirects=True).text
    assert sophie.post(f"/kits/{number}/adaptation", data={"title": bad}).status_code == 303
    with app.app_context():
        assert not db.session.scalar(db.select(Group).where(Group.title == "Cassé"))


def test_a_kit_from_elsewhere_gets_a_version_of_its_own_whatever_it_calls_itself(
    app, world, made, client_of, tmp_path
):
    with app.app_context():
        version = db.session.scalar(db.select(KitVersion).where(KitVersion.kit_id == made))
        data = storage.path_of(version.sha256).read_bytes()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(tmp_path / "kit.zip", "w") as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == packing.MANIFEST:
                told = json.loads(part)
                told["kit"]["uid"] = "../../essaim"
                part = json.dumps(told).encode()
            target.writestr(name, part)
    sophie = client_of("sophie")
    sent = {"file": (io.BytesIO((tmp_path / "kit.zip").read_bytes()), "kit.zip")}
    number = re.search(
        r"/kits/(\d+)", sophie.post(f"/kits/import?group={world.theirs}", data=sent).location
    )[1]
    answer = sophie.post(f"/kits/{number}/contents", data={"note": "Ici"})
    assert answer.status_code == 303, answer.text


def test_what_somebody_withdrew_or_had_erased_leaves_with_no_kit(
    app, world, action, made, client_of
):
    nadia = client_of("nadia")

    def taken(query: str = "") -> int:
        with nadia.get(f"/kits/{made}/kit.zip{query}") as answer:
            return answer.status_code

    assert taken() == 200
    with app.app_context():
        person = db.session.scalar(db.select(Person).where(Person.shown_name == "Annick"))
        drawing = db.session.get(Item, action["drawing"])
        db.session.add(Tombstone(group_id=world.ours, person_id=person.id, item_id=drawing.id,
                                 sha256=drawing.sha256))  # fmt: skip
        db.session.commit()
    assert taken() == 410
    assert nadia.get(f"/kits/{made}/adaptation").status_code == 410
    assert "personne y apparaît" in nadia.get(f"/kits/{made}/kit.zip").text
    page = nadia.get(f"/kits/{made}-refaire-la-carte").text
    assert f"/kits/{made}/adaptation" not in page
    assert "retirée" in page
    ids = [str(action["page"]), str(action["map"])]
    sent = nadia.post(f"/kits/{made}/contents", data={"items": ids, "also": "Zoé"})
    assert sent.status_code == 303, sent.text
    assert taken() == 200
    assert taken("?version=1") == 410
    with app.app_context():
        page = db.session.get(Page, action["page"])
        history.erase(page, "Écrire", "…", db.session.get(User, world.nadia))
        db.session.commit()
    assert taken() == 410


def test_a_text_in_which_somebody_is_marked_later_leaves_with_no_version(
    app, world, action, made, client_of
):
    nadia = client_of("nadia")
    page = nadia.get(f"/kits/{made}", follow_redirects=True).text
    assert "Où trouver un ordinateur" in page
    ids = [str(action["map"])]
    assert nadia.post(f"/kits/{made}/contents", data={"items": ids}).status_code == 303
    with app.app_context():
        person = db.session.scalar(db.select(Person).where(Person.shown_name == "Annick"))
        db.session.add(
            Appearance(person_id=person.id, item_id=world.public_page, media=Medium.NAME)
        )
        db.session.commit()
    for query, status in (("", 200), ("?version=1", 410)):
        with nadia.get(f"/kits/{made}/kit.zip{query}") as answer:
            assert answer.status_code == status
    with app.app_context():
        person = db.session.scalar(db.select(Person).where(Person.shown_name == "Annick"))
        db.session.add(Appearance(person_id=person.id, item_id=action["map"], media=Medium.NAME))
        db.session.commit()
    page = nadia.get(f"/kits/{made}", follow_redirects=True).text
    assert "Nos coins" not in page
    assert 'kit.zip"' not in page


def test_what_is_erased_reaches_older_versions_and_their_copies_for_good(
    app, world, action, made, client_of
):
    nadia, sophie = client_of("nadia"), client_of("sophie")
    with nadia.get(f"/kits/{made}/kit.zip") as answer:
        first = answer.get_data()

    def bring():
        sent = {"file": (io.BytesIO(first), "kit.zip")}
        return sophie.post(f"/kits/import?group={world.theirs}", data=sent)

    copy = re.search(r"/kits/(\d+)", bring().location)[1]
    nadia.post(f"/kits/{made}/contents", data={"items": [str(world.report)], "also": "Zoé"})

    def taken(number, query: str = "") -> int:
        with nadia.get(f"/kits/{number}/kit.zip{query}") as answer:
            return answer.status_code

    with app.app_context():
        page = db.session.get(Page, action["page"])
        history.erase(page, "Écrire", "…", db.session.get(User, world.nadia))
        db.session.commit()
    assert (taken(made), taken(made, "?version=1")) == (200, 410)
    with sophie.get(f"/kits/{copy}/kit.zip") as answer:
        assert answer.status_code == 410, "the same bytes in another group"
    with app.app_context():
        withdrawing.let_go()
        rows = db.session.scalars(db.select(KitVersion).order_by(KitVersion.id)).all()
        assert [(one.number, one.gone) for one in rows] == [(1, "erased"), (1, "erased"), (2, "")]
        assert rows[0].sha256 is None
    assert (taken(made), taken(made, "?version=1")) == (200, 410)
    back = bring()
    assert back.status_code == 422, "what was erased here does not come back"
    assert "ne revient pas" in back.text


def test_a_newer_version_takes_the_place_of_the_older_ones(app, world, action, made, client_of):
    nadia, sophie, files = client_of("nadia"), client_of("sophie"), {}

    def bring(number: int):
        sent = {"file": (io.BytesIO(files[number]), "kit.zip")}
        return sophie.post(f"/kits/import?group={world.theirs}", data=sent)

    for number in (1, 2, 3):
        with nadia.get(f"/kits/{made}/kit.zip") as answer:
            files[number] = answer.get_data()
        nadia.post(
            f"/kits/{made}/contents", data={"items": [str(world.page)], "note": f"v{number}"}
        )
    first = bring(1).location
    assert bring(2).location == first
    assert bring(2).location == first, "twice is once"
    assert bring(1).status_code == 422, "an older one"
    with app.app_context():
        kit = db.session.scalar(db.select(Kit).where(Kit.group_id == world.theirs))
        assert [(one.number, one.gone) for one in kit.versions] == [(2, ""), (1, "replaced")]
        assert kit.came_from["number"] == 2
        number = kit.id
    with sophie.get(f"/kits/{number}/kit.zip?version=1") as answer:
        assert answer.status_code == 410
    # Whoever made a version of their own here keeps it.
    sophie.post(f"/kits/{number}/contents", data={"note": "Ici"})
    assert bring(3).location != first


def test_two_who_make_a_version_at_once_make_two(beside, built):
    ids, answers = built[1], []
    client = beside.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = ids["devices"]["nadia"]
    with beside.app_context():
        nadia = db.session.get(User, ids["nadia"])
        kit = Kit(group_id=ids["ours"], title="Refaire", scope=Scope.GROUP)
        save(kit, nadia)

        def meanwhile(*_far) -> None:
            if not answers:
                sent = {"items": [str(ids["report"])], "note": "La sienne"}
                answers.append(client.post(f"/kits/{kit.id}/contents", data=sent).status_code)

        making.make_version(kit, nadia, {ids["page"]}, "La mienne", meanwhile)
        assert answers == [303]
        found = db.session.scalars(db.select(KitVersion).order_by(KitVersion.number)).all()
        assert [(one.number, one.note) for one in found] == [(1, "La sienne"), (2, "La mienne")]
        assert [one.made_of for one in found] == [[ids["report"]], [ids["page"]]]


def test_what_was_typed_comes_back_when_no_version_could_be_made(app, made, world, client_of):
    nadia, karim = client_of("nadia"), client_of("karim")
    app.config["GROUP_QUOTA_MB"], before = 0, app.config["GROUP_QUOTA_MB"]
    try:
        sent = {"items": [str(world.page)], "note": "Plus court", "also": "Zoé"}
        place = nadia.post(f"/kits/{made}/contents", data=sent).location
    finally:
        app.config["GROUP_QUOTA_MB"] = before
    answer = nadia.get(place, follow_redirects=True)
    assert answer.status_code == 422
    assert 'value="Plus court"' in answer.text
    assert re.search(rf'value="{world.page}" checked', answer.text)
    assert not re.search(rf'value="{world.report}" checked', answer.text)
    assert karim.get(place).status_code == 404, "another’s work"
    assert karim.get(f"{place}.json").status_code == 404
    assert nadia.get(f"{place}.json").json["running"] is False


def test_a_process_that_dies_half_way_leaves_nothing_to_see_and_is_made_good(beside, built):
    ids = built[1]
    with beside.app_context():
        nadia = db.session.get(User, ids["nadia"])
        kit = Kit(group_id=ids["ours"], title="Refaire", scope=Scope.GROUP)
        save(kit, nadia)
        making.make_version(kit, nadia, {ids["page"], ids["public_page"]}, "")
        asked = KitWork(sort="adapt", kit_id=kit.id, actor_id=nadia.id,
                        asked={"number": 1, "title": "À moitié"})  # fmt: skip
        db.session.add(asked)
        db.session.commit()
        number = asked.id
        db.session.remove()
        db.engine.dispose()
    child = os.fork()
    if not child:
        try:
            using._sign = lambda *_: os._exit(9)  # after most commits, as a power cut would
            with beside.app_context():
                work.run(number)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    titled = db.select(Group).where(Group.title == "À moitié")
    with beside.app_context():
        half = db.session.scalar(titled)
        assert (half.trashed_at is None, half.memberships) == (False, [])
        cut = db.session.get(KitWork, number)
        assert (cut.state, cut.made_id) == ("working", half.id)
        work.take_up()
        assert db.session.get(KitWork, number).attempt == 1, "it may be going on elsewhere"
        cut.updated_at = utcnow() - timedelta(minutes=4)
        db.session.commit()
        db.session.remove()
        work.take_up()
        db.session.remove()
        made = db.session.scalars(titled).all()
        assert [one.trashed_at for one in made] == [None]
        assert db.session.get(KitWork, number).state == "ready"
        mine = db.select(Item).where(Item.group_id == made[0].id)
        items = db.session.scalars(mine).all()
        assert sorted(one.kind for one in items) == ["kits", "pages", "pages"]
        targets = db.select(Reference.target_id).where(
            Reference.source_id.in_([one.id for one in items if one.kind == "pages"])
        )
        assert set(db.session.scalars(targets)) <= {one.id for one in items}
        assert db.session.get(KitWork, number).attempt == 2


def test_a_fingerprint_is_no_telephone_number(app, tmp_path):
    with zipfile.ZipFile(tmp_path / "kit.zip", "w") as archive:
        drawn = "dd98439b-ae07-4530-9157-75024bc850d3"  # 07-4530-9157-…
        row = {
            "id": 1,
            "sha256": "a0612345678b" * 5 + "abcd",
            "uuid": drawn,
            "extra": {"of": [drawn]},
        }
        assert nameless.Veil([])(row) == row
        archive.writestr("data/file.jsonl", json.dumps(row))
        archive.writestr("files/a.jpg", b"\xff\xd8" + b"\xfe" * 99_999 + b"<karim in colours>"
                         + b"\xfe" * 99_999)  # fmt: skip
    with app.app_context():
        making.search(tmp_path / "kit.zip", nameless.Veil(["Karim"]))
        with zipfile.ZipFile(tmp_path / "kit.zip", "a") as archive:
            archive.writestr("files/b.jpg", b"\xff\xd8" + b"<taken by karim>" + b"\xfe" * 99)
        with pytest.raises(making.Shows):
            making.search(tmp_path / "kit.zip", nameless.Veil(["Karim"]))


def test_only_who_reads_a_kit_takes_it_and_only_professionals_adapt_it(
    world, made, client_of, client
):
    for who in ("stranger", "sophie"):
        for path in ("", "/kit.zip", "/adaptation"):
            assert client_of(who).get(f"/kits/{made}{path}").status_code == 404
    assert client.get(f"/kits/{made}/kit.zip").status_code in (303, 401, 404)
    assert (
        client_of("karim").post(f"/kits/{made}/adaptation", data={"title": "x"}).status_code == 403
    )
    assert client_of("rosa").get(f"/kits/{made}/contents").status_code == 403


def test_words_to_look_at_are_whole(app, world):
    with app.app_context():
        page = Page(title="Chez nous", summary="", group_id=world.ours,
                    body="On va aux Quatre-Moulins, chez L’Hostis, puis à Saint-Jean.")  # fmt: skip
        found = choosing.to_check([choosing.Choice(page)], nameless.Veil([]))
    assert found == ["L’Hostis", "Quatre-Moulins", "Saint-Jean"]


def test_the_veil_hides_names_however_they_are_written(app):
    with app.app_context():
        veil = nameless.Veil(["Élodie Le Goff", "Jean-Pierre"])
        said = "ELODIE et elodie_plan, Jean Pierre, M. Le Goff ; +33 6 12 34 56 78, a.b@c.fr"
        assert veil.text(said) == "… et …_plan, …, M. … ; …, …"
        assert not veil.shows(veil.text(said))
        assert making._strings({"a": ["x", {"b": "y"}]}) == "x\ny"

"""What somebody made: theirs to take away, to erase, and to leave behind without a name."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from tests.conftest import PASSWORD
from tests.files.samples import photo
from wiki.accounts.cards import AccessCard, Hashed
from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.events.models import new_meeting
from wiki.files.models import File
from wiki.files.uploads import receive
from wiki.groups.models import Group
from wiki.items.models import Comment, Item, Revision
from wiki.items.writing import save
from wiki.pages.models import Page
from wiki.portraits.models import Portrait
from wiki.programme.presence import Attendance


@pytest.fixture
def made(app, world):
    """What Karim made: a page, one written with Nadia, a photo, a portrait, a remark."""
    with app.app_context():
        karim, nadia = (db.session.get(User, n) for n in (world.karim, world.nadia))
        ours = db.session.get(Group, world.ours)
        alone = Page(group_id=ours.id, title="Mon carnet", body="Vu au marché.")
        both = Page(group_id=ours.id, title="Notre carnet", body="Vu ensemble.")
        for page in (alone, both):
            save(page, karim)
        both.body = "Vu ensemble, deux fois."
        save(both, nadia)
        file = receive(io.BytesIO(photo()), "marché.jpg", ours, karim)
        shown = {"settings": {"b000001.kind": "photo", "b000001.file": str(file.id)}}
        face = Portrait(group_id=ours.id, title="Fatou", arrangement=["b000001"], **shown)
        save(face, karim)
        remark = Comment(item_id=world.page, author_id=karim.id, body="Merci !", html="<p>Merci !")
        db.session.add(remark)
        db.session.commit()
        return {"alone": alone.id, "both": both.id, "file": file.id, "portrait": face.id,
                "remark": remark.id}  # fmt: skip


def taken(client) -> zipfile.ZipFile:
    answer = client.post("/account/production")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_everything_leaves_in_one_folder(client_of, made):
    archive = taken(client_of("karim"))
    names = archive.namelist()
    assert archive.testzip() is None
    index = archive.read("ouvrir.html").decode()
    for name in (f"textes/{made['alone']}-mon-carnet.html", f"fichiers/{made['file']}-marché.jpg",
                 f"portraits/{made['portrait']}-fatou/ouvrir.html"):  # fmt: skip
        assert name in names
        assert name in index
    assert "Merci !" in index
    assert "Vu au marché." in archive.read(f"textes/{made['alone']}-mon-carnet.md").decode()
    assert b"SECRETDEVICE" in archive.read(f"fichiers/{made['file']}-marché.jpg"), "as it was sent"


def test_what_the_site_keeps_of_somebody_leaves_too(app, client_of, world, made):
    with app.app_context():
        db.session.add(Attendance(item_id=a_session(world), user_id=world.karim, name="Karim",
                                  state="present"))  # fmt: skip
        db.session.commit()
    data = taken(client_of("karim")).read("donnees.json")
    told = json.loads(data)
    assert told["user"][0]["email"] == "karim@example.org"
    assert [one["group_id"] for one in told["membership"]] == [world.ours]
    assert [one["body"] for one in told["comment"]] == ["Merci !"]
    assert told["attendance"][0]["state"] == "present"
    assert {one["item_id"] for one in told["revision"]} >= {made["alone"], made["both"]}
    for word in (b"nadia", b"Nadia", b"hash", b"deux fois"):
        assert word not in data


def a_session(world) -> int:
    nadia = db.session.get(User, world.nadia)
    starts = utcnow()
    made = new_meeting(db.session.get(Group, world.ours), nadia, "Séance", starts,
                       starts + timedelta(hours=2))  # fmt: skip
    db.session.commit()
    return made.id


def test_nobody_takes_what_others_made(client_of, made):
    names = taken(client_of("nadia")).namelist()
    assert not any("carnet" in name or "fatou" in name for name in names)
    assert client_of("nadia").get("/account/production").status_code == 200


def test_what_was_made_alone_is_erased_for_good(app, client_of, made):
    client = client_of("karim")
    ids = [made["alone"], made["both"], made["file"], made["portrait"]]
    sent = {"items": [str(number) for number in ids], "comments": "1"}
    assert client.post("/account/production/erasure", data=sent).status_code == 303
    with app.app_context():
        left = set(db.session.scalars(db.select(Item.id).where(Item.id.in_(ids))))
        assert left == {made["both"]}
        assert db.session.get(Comment, made["remark"]).body == ""
    assert "Mon carnet" not in client.get("/search?q=carnet+marché").text


def test_where_it_is_shown_is_said_before_erasing_and_told_after(client_of, world, made):
    karim, french = client_of("karim"), {"Accept-Language": "fr"}
    page = karim.get("/account/production", headers=french).text.replace("\xa0", " ")
    assert "Montré dans : Fatou" in page
    karim.post("/account/production/erasure", data={"items": [made["file"]]})
    told = client_of("nadia").get(f"/groups/{world.ours}/activity", headers=french).text
    assert "a effacé une chose à soi, qui était montrée dans" in told
    assert "Fatou" in told


def test_nobody_erases_what_others_made(app, client_of, world, made):
    client = client_of("karim")
    sent = {"items": [str(world.page), "x", "-1"]}
    assert client.post("/account/production/erasure", data=sent).status_code == 303
    with app.app_context():
        assert db.session.get(Item, world.page) is not None


def test_a_closed_account_leaves_no_name(app, client, client_of, world, made):
    karim = client_of("karim")
    with app.app_context():
        db.session.add(Attendance(item_id=a_session(world), user_id=world.karim, name="Karim"))
        db.session.commit()
    assert karim.post("/account/production/closing", data={"current": "x"}).status_code == 422
    assert karim.post("/account/production/closing", data={"current": PASSWORD}).status_code == 303
    assert karim.get("/account").status_code == 303
    sent = {"email": "karim@example.org", "password": PASSWORD}
    assert client.post("/login", data=sent).status_code == 422
    with app.app_context():
        user = db.session.get(User, world.karim)
        assert (user.email, user.password_hash) == (None, None)
        assert user.name == "Ancien membre"
        assert not any(db.session.scalars(db.select(Attendance.name)))
        assert db.session.get(File, made["file"]) is not None
        assert db.session.scalars(db.select(Revision).filter_by(item_id=made["both"])).all()
    nadia = client_of("nadia")
    for page in (
        f"/pages/{made['both']}",
        f"/items/{made['both']}/history",
        f"/groups/{world.ours}",
    ):
        answer = nadia.get(page, follow_redirects=True)
        assert answer.status_code == 200
        assert "Karim" not in answer.text


def test_a_participant_closes_with_their_digits(app, client_of, world):
    with app.app_context():
        karim = db.session.get(User, world.karim)
        karim.email = karim.password_hash = None
        card = AccessCard(group_id=world.ours, user_id=karim.id, name_key="karim")
        card.set_digits(Hashed.of("7391"))
        db.session.add(card)
        db.session.commit()
    client = client_of("karim")
    assert 'inputmode="numeric"' in client.get("/account/production").text
    assert client.post("/account/production/closing", data={"current": "1111"}).status_code == 422
    assert client.post("/account/production/closing", data={"current": "7391"}).status_code == 303
    with app.app_context():
        assert db.session.get(User, world.karim).name == "Ancien membre"


def test_the_last_facilitator_first_finds_another(client_of):
    nadia = client_of("nadia")
    assert nadia.post("/account/production/closing", data={"current": PASSWORD}).status_code == 409


def test_a_visitor_has_made_nothing(client):
    assert client.get("/account/production").status_code == 303
    for address in ("/account/production", "/account/production/closing"):
        assert client.post(address).status_code in (303, 401)

"""Who comes into a room: asked before the handshake, and again for as long as they stay."""

import asyncio
from datetime import timedelta

import pytest

from tests.coedit.peers import Refused
from wiki.accounts.models import User, UserSession
from wiki.coedit import protocol
from wiki.db import db, utcnow
from wiki.groups.models import Group, Membership, Role
from wiki.items.models import Item, Scope

CUT = 5  # seconds in which someone whose rights ended is cut


@pytest.mark.parametrize(
    ("name", "item", "given", "status"),
    [
        ("", "page", {}, 404),
        ("", "public_page", {}, 401),
        ("stranger", "page", {}, 404),
        ("stranger", "public_page", {}, 403),
        ("sophie", "public_page", {}, 403),
        ("admin", "page", {}, 404),
        ("rosa", "draft", {}, 404),
        ("nadia", "page", {"origin": "https://elsewhere.example"}, 403),
        ("nadia", "page", {"origin": "null"}, 403),
        ("nadia", "page", {"field": "title"}, 404),
        ("nadia", "page", {"field": "nothing"}, 404),
        ("nadia", 999_999, {}, 404),
        ("nadia", 99_999_999_999, {}, 404),
    ],
)
def test_a_handshake_is_refused_before_it_is_accepted(meet, name, item, given, status):
    async def scene(_hub, peer):
        with pytest.raises(Refused) as refusal:
            await peer(name, item, **given).enter()
        assert refusal.value.args[0] == status

    meet(scene)


def test_without_a_websocket_the_address_only_says_whether_one_may_enter(client_of, client, world):
    address = f"/ws/items/{world.page}/body"
    assert client_of("karim").get(address).status_code == 426
    assert client_of("stranger").get(address).status_code == 404
    assert client.get(address).status_code == 404
    assert client.get(f"/ws/items/{world.public_page}/body").status_code in (302, 303, 401)


def test_who_writes_where_is_told_only_to_those_who_may_come_in(client_of, client, world, meet):
    address = f"/items/{world.page}/company.json"
    assert client_of("karim").get(address).json == {"people": []}
    assert client_of("stranger").get(address).status_code == 404
    assert client.get(address).status_code == 404
    assert client_of("sophie").get(f"/items/{world.public_page}/company.json").status_code == 403

    async def scene(hub, peer):
        await peer("nadia").enter()
        told = hub.company(world.page)
        assert [(one["field"], one["name"]) for one in told] == [("body", "Nadia")]
        assert hub.company(world.public_page) == []

    meet(scene)


def test_a_client_that_is_no_browser_may_come_without_origin(meet):
    async def scene(_hub, peer):
        ada = await peer("nadia", origin="").enter()
        assert ada.about["write"]

    meet(scene)


def test_a_reader_of_the_group_follows_and_cannot_write(meet, site, built):
    async def scene(_hub, peer):
        rosa, ada = await peer("rosa").enter(), await peer("nadia").enter()
        assert rosa.about["write"] is False
        rosa.type("Je me permets. ", 0)
        rosa.post(protocol.STEP2, rosa.doc.get_update())
        ada.type("Pour Rosa. ", 0)
        await ada.acknowledged()
        await rosa.until(lambda: "Pour Rosa. " in rosa.text)
        assert "permets" not in ada.text
        assert rosa.acked == 0
        late = await peer("karim").enter()
        assert late.text == ada.text

    meet(scene)


def _leave_group(ids):
    db.session.execute(db.delete(Membership).where(Membership.user_id == ids["karim"]))


def _sign_out(ids):
    db.session.execute(db.delete(UserSession).where(UserSession.user_id == ids["karim"]))


def _leave_a_shared_computer(ids):
    long_ago = utcnow() - timedelta(minutes=16)
    mine = db.update(UserSession).where(UserSession.user_id == ids["karim"])
    db.session.execute(mine.values(shared=True, seen_at=long_ago))


def _suspend(ids):
    db.session.get(User, ids["karim"]).deactivated_at = utcnow()


def _hide(ids):
    db.session.get(Item, ids["page"]).scope = Scope.DRAFT


def _trash_group(ids):
    db.session.get(Group, ids["ours"]).trashed_at = utcnow()


@pytest.mark.parametrize("change", [
    _leave_group, _sign_out, _leave_a_shared_computer, _suspend, _hide, _trash_group,
])  # fmt: skip
def test_whose_rights_end_is_cut_within_seconds(meet, site, built, change):
    async def scene(_hub, peer):
        karim, ada = await peer("karim").enter(), await peer("nadia").enter()
        with site.app_context():
            change(built[1])
            db.session.commit()
        assert await karim.cut(CUT) == protocol.NOT_ALLOWED
        if change is not _trash_group:
            ada.type("Je reste. ", 0)
            await ada.acknowledged()

    meet(scene)


def test_who_becomes_a_reader_stays_and_no_longer_writes(meet, site, built):
    async def scene(_hub, peer):
        karim, ada = await peer("karim").enter(), await peer("nadia").enter()
        with site.app_context():
            query = db.update(Membership).where(Membership.user_id == built[1]["karim"])
            db.session.execute(query.values(role=Role.READER))
            db.session.commit()
        await karim.until(lambda: karim.about["write"] is False, CUT)
        karim.type("Encore ? ", 0)
        await asyncio.sleep(0.2)
        assert "Encore" not in ada.text

    meet(scene)


def test_a_text_put_in_the_trash_ends_its_room_and_keeps_what_was_written(meet, site, built):
    async def scene(_hub, peer):
        ada = await peer("nadia").enter()
        ada.type("Avant la corbeille. ", 0)
        await ada.acknowledged()
        with site.app_context():
            db.session.get(Item, built[1]["page"]).trashed_at = utcnow()
            db.session.commit()
        assert await ada.cut(CUT) == protocol.NOT_THERE
        with site.app_context():
            db.session.get(Item, built[1]["page"]).trashed_at = None
            db.session.commit()
        back = await peer("karim").enter()
        assert back.text.startswith("Avant la corbeille. ")

    meet(scene)


def test_one_person_has_only_so_many_connections(meet, monkeypatch):
    from wiki.coedit import hub

    monkeypatch.setattr(hub, "CONNECTIONS_AT_MOST", 3)

    async def scene(_hub, peer):
        for _ in range(3):
            await peer("nadia").enter()
        late = await peer("nadia").enter(sync=False)
        assert await late.cut() == protocol.TOO_MANY
        await peer("karim").enter()

    meet(scene)


def test_an_old_epoch_is_turned_back_and_a_new_one_ends_the_room(meet, site, built):
    from wiki.items import history

    async def scene(_hub, peer):
        for wrong in (b"epoch=7", b"epoch=1796000000", b"epoch=x", b"a=b&epoch=99999999999999"):
            assert await (await peer("nadia", query=wrong).enter(sync=False)).cut() == 4409
        ada = await peer("nadia", query=b"epoch=1").enter()
        ada.type("Avec Fatoumata. ", 0)
        await ada.acknowledged()

        def erase():
            with site.app_context():
                page = db.session.get(Item, built[1]["page"])
                history.erase(page, "Fatoumata", "F", db.session.get(User, built[1]["nadia"]))

        await asyncio.to_thread(erase)
        assert await ada.cut(CUT) == protocol.OLD_EPOCH
        back = await peer("nadia", query=b"epoch=2").enter()
        assert back.text.startswith("Avec F. ")

    meet(scene)

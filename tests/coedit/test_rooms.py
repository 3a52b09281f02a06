"""Rooms: what is acknowledged is durable, everybody ends with the same text, nobody disturbs."""

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.coedit.peers import eventually
from wiki.coedit import protocol, room
from wiki.db import db
from wiki.items import documents, live
from wiki.items.models import Item, Revision
from wiki.pages.models import Page

START = "Ouvert le **lundi**."


def stored(site, item_id: int, field: str = "body") -> str:
    """What the log says."""
    with site.app_context():
        query = select_updates(item_id, field)
        return documents.text_of(documents.made_of(list(db.session.scalars(query))))


def select_updates(item_id: int, field: str = "body"):
    return (
        db.select(live.Update.data)
        .join(live.Room, live.Room.id == live.Update.room_id)
        .where(live.Room.item_id == item_id, live.Room.field == field)
        .order_by(live.Update.seq)
    )


def test_what_is_acknowledged_or_seen_by_others_is_in_the_log(meet, site, built):
    page = built[1]["page"]

    async def scene(_hub, peer):
        ada, bob = await peer("nadia").enter(), await peer("karim").enter()
        assert ada.text == bob.text == START
        ada.type(" Été 🌞.")
        await bob.until(lambda: "🌞" in bob.text)
        assert stored(site, page).endswith(" Été 🌞.")
        await ada.acknowledged()
        assert ada.seq >= 2

    meet(scene)


def test_two_who_open_a_fresh_text_at_the_same_instant_both_get_it(meet, site, built):
    with site.app_context():
        ids = []
        for number in range(20):
            page = Page(group_id=built[1]["ours"], title=f"Neuve {number}", body=f"Texte {number}")
            page.revision_count = 1
            db.session.add(page)
            db.session.flush()
            db.session.add(Revision(item=page, number=1, data=page.snapshot()))
            ids.append(page.id)
        db.session.commit()

    async def scene(_hub, peer):
        for number, item in enumerate(ids):
            pair = [peer("nadia", item=item), peer("karim", item=item)]
            await asyncio.gather(*(one.enter() for one in pair))
            assert [one.text for one in pair] == [f"Texte {number}"] * 2
            pair[0].type("a", 0)
            pair[1].type("b", 0)
            await asyncio.gather(*(one.acknowledged() for one in pair))
            for one in pair:
                await one.until(lambda one=one: {*"ab"} <= {*one.text[:2]})
            assert pair[0].text == pair[1].text

    meet(scene)


def test_twelve_writers_end_with_the_same_text_and_the_server_with_theirs(meet, site, built):
    dice = random.Random(7)

    async def write(one):
        for _ in range(25):
            text = one.text
            at = dice.randrange(len(text) + 1)
            if text and dice.random() < 0.2:
                before = one.doc.get_state()
                start = len(text[:at].encode())
                end = start + len(text[at : at + 3].encode())
                if end > start:
                    del one.content[start:end]
                one.post(protocol.UPDATE, one.doc.get_update(before))
            else:
                one.type(dice.choice(["é", "🌞", "mot ", "\n\n", "**gras**"]), at)
            await asyncio.sleep(dice.random() * 0.01)
        await one.acknowledged()

    async def scene(hub, peer):
        names = ["nadia", "karim"] * 6
        writers = [await peer(name).enter() for name in names]
        await asyncio.gather(*(write(one) for one in writers))
        await eventually(lambda: len({one.text for one in writers}) == 1)
        texts = {one.text for one in writers}
        assert texts == {stored(site, built[1]["page"])}
        assert texts == {documents.text_of(next(iter(hub.rooms.values())).doc)}

    meet(scene)


def test_what_was_written_becomes_a_version_when_the_last_writer_leaves(meet, site, built):
    async def scene(_hub, peer):
        ada, bob = await peer("nadia").enter(), await peer("karim").enter()
        ada.type(" Le jeudi aussi.")
        bob.type("Bienvenue. ", 0)
        await asyncio.gather(ada.acknowledged(), bob.acknowledged())
        await ada.leave()
        await asyncio.sleep(0.2)
        with site.app_context():
            assert db.session.get(Page, built[1]["page"]).body == START
        await bob.leave()

        def made():
            with site.app_context():
                page = db.session.get(Page, built[1]["page"])
                return page.revision_count == 2 and page.body

        await eventually(made)
        assert made() == f"Bienvenue. {START} Le jeudi aussi."

    meet(scene)


def test_a_text_that_rests_becomes_a_version_and_its_people_are_told(meet, site, built):
    async def scene(_hub, peer):
        ada = await peer("nadia").enter()
        ada.type(" Fermé en août.")
        await ada.until(lambda: ada.version)
        assert ada.version["revision"] == 2
        with site.app_context():
            assert db.session.get(Page, built[1]["page"]).body.endswith("Fermé en août.")

    meet(scene, idle=0.2, look=0.1)


def test_coming_and_going_without_typing_changes_nothing(meet, site, built):
    async def scene(_hub, peer):
        for _ in range(3):
            ada = await peer("nadia").enter()
            await ada.acknowledged()
            await ada.leave()
        await asyncio.sleep(0.2)
        with site.app_context():
            assert db.session.get(Item, built[1]["page"]).revision_count == 1
            assert db.session.scalar(db.select(db.func.count()).select_from(live.Update)) == 1

    meet(scene, idle=0.1)


def test_the_whole_text_handed_in_again_is_no_change(meet, site, built):
    async def scene(_hub, peer):
        ada = await peer("nadia").enter()
        ada.type("Bonjour. ", 0)
        await ada.acknowledged()
        for _ in range(3):
            ada.post(protocol.STEP2, ada.doc.get_update())
        await ada.acknowledged()
        with site.app_context():
            assert len(db.session.scalars(select_updates(built[1]["page"])).all()) == 2

    meet(scene)


def test_changes_that_come_twice_or_in_the_wrong_order_end_in_the_right_text(meet, site, built):
    async def scene(_hub, peer):
        ada, bob = await peer("nadia").enter(), await peer("karim").enter()
        steps = []
        for words in ("Un. ", "Deux. ", "Trois. "):
            before = ada.doc.get_state()
            ada.content.insert(0, words)
            steps.append(ada.doc.get_update(before))
        before = ada.doc.get_state()
        del ada.content[0:7]
        steps.append(ada.doc.get_update(before))
        await ada.acknowledged()
        before = ada.acked
        for step in (3, 2, 2, 1):
            ada.post(protocol.UPDATE, steps[step])
        await asyncio.sleep(0.1)
        assert ada.acked == before, "nothing is said to be recorded before it can be"
        for step in (0, 0, 3):
            ada.post(protocol.UPDATE, steps[step])
        await ada.acknowledged()
        await bob.until(lambda: bob.text == f"Deux. Un. {START}")
        assert stored(site, built[1]["page"]) == bob.text
        late = await peer("nadia").enter()
        assert late.text == bob.text

    meet(scene)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"\xff" * 40, protocol.GARBAGE),
        (b"\x00", protocol.GARBAGE),
        (b"\x00\x02\x05abc", protocol.GARBAGE),
        (b"\x00\x07\x01a", protocol.GARBAGE),
        (protocol.sync(protocol.UPDATE, b"\xff\xff\xff"), protocol.GARBAGE),
        (protocol.sync(protocol.STEP1, b"\xff\xff\xff"), protocol.GARBAGE),
        (b"\x01" + protocol.block(b"\x01\x05\x01\x03{{{"), protocol.GARBAGE),
        (b"\x2a\x00", protocol.GARBAGE),
        (b"\x00" * 1_048_577, protocol.TOO_BIG),
    ],
    ids=["noise", "cut", "short", "step", "update", "state", "awareness", "kind", "huge"],
)
def test_garbage_ends_its_own_connection_and_nobody_elses(meet, message, code):
    async def scene(_hub, peer):
        bad, good = await peer("nadia").enter(), await peer("karim").enter()
        bad.send(message)
        assert await bad.cut() == code
        await bad.gone()
        good.type("Tout va bien. ", 0)
        await good.acknowledged()
        assert good.code is None

    meet(scene)


def test_words_instead_of_bytes_are_garbage(meet):
    async def scene(_hub, peer):
        bad = await peer("nadia").enter()
        bad.inbox.put_nowait({"type": "websocket.receive", "text": "bonjour"})
        assert await bad.cut() == protocol.GARBAGE

    meet(scene)


def test_a_text_that_would_be_too_long_is_refused_and_the_rest_goes_on(meet, site, built):
    async def scene(_hub, peer):
        bad, good = await peer("nadia").enter(), await peer("karim").enter()
        bad.type("a" * 499_990, 0)
        assert await bad.cut() == protocol.TOO_LONG
        good.type("Court. ", 0)
        await good.acknowledged()
        assert stored(site, built[1]["page"]) == f"Court. {START}"
        accents = await peer("nadia").enter()
        accents.type("é" * 300_000, 0)
        await accents.acknowledged()

    meet(scene)


def test_who_reads_too_slowly_must_come_back_and_the_others_do_not_wait(meet, monkeypatch):
    monkeypatch.setattr(room, "MESSAGES_AT_MOST", 30)

    async def scene(_hub, peer):
        slow, ada, bob = [await peer(name).enter() for name in ("karim", "nadia", "karim")]
        slow.reads.clear()
        for number in range(60):
            ada.type(f"{number} ")
            await ada.acknowledged()
        await bob.until(lambda: bob.text == ada.text)
        slow.reads.set()
        assert await slow.cut() == protocol.TOO_SLOW
        again = await peer("karim").enter()
        assert again.text == ada.text

    meet(scene)


def test_presence_bears_the_name_the_server_knows_and_goes_with_its_owner(meet):
    async def scene(_hub, peer):
        ada, bob = await peer("nadia").enter(), await peer("karim").enter()
        ada.tell(11, 1, {"user": {"name": "La préfète", "id": 99}, "heading": "Horaires"})
        await bob.until(lambda: 11 in bob.others)
        state = bob.others[11][1]
        assert (state["user"]["name"], state["heading"]) == ("Nadia", "Horaires")
        bob.tell(12, 1, {"heading": "Accueil"})
        await ada.until(lambda: 12 in ada.others)
        bob.tell(11, 9, {"heading": "Je parle pour elle"})
        bob.tell(12, 2, {"heading": "Fin"})
        await ada.until(lambda: ada.others[12][0] == 2)
        assert ada.others[11][1]["heading"] == "Horaires"
        late = await peer("karim").enter()
        await late.until(lambda: {11, 12} <= set(late.others))
        await ada.leave()
        await bob.until(lambda: bob.others[11][1] is None)

    meet(scene)


def test_half_an_emoji_in_a_presence_harms_nobody(meet):
    async def scene(hub, peer):
        ada, bob = await peer("nadia").enter(), await peer("karim").enter()
        state = b'{"heading": "\\ud83c", "x": 1}'
        made = protocol.number(1) + protocol.number(11) + protocol.number(1) + protocol.block(state)
        ada.send(protocol.number(protocol.AWARENESS) + protocol.block(made))
        await bob.until(lambda: 11 in bob.others)
        hub.keeper.keep_alive()
        late = await peer("karim").enter()
        await late.until(lambda: 11 in late.others)
        for bad in (b'{"x": NaN}', b'{"x": 1e999}'):
            made = protocol.number(1) + protocol.number(12) + protocol.number(1)
            made += protocol.block(bad)
            line = await peer("nadia").enter()
            line.send(protocol.number(protocol.AWARENESS) + protocol.block(made))
            assert await line.cut() == protocol.GARBAGE

    meet(scene)


def test_a_room_nobody_is_in_is_forgotten_and_found_again(meet):
    async def scene(hub, peer):
        ada = await peer("nadia").enter()
        ada.type("Gardé. ", 0)
        await ada.acknowledged()
        await ada.leave()
        async with asyncio.timeout(10):
            while hub.rooms:
                await asyncio.sleep(0.05)
        back = await peer("karim").enter()
        assert back.text == f"Gardé. {START}"

    meet(scene, linger=0.1, look=0.1)


def test_a_server_that_stops_makes_a_version_of_what_was_written(meet, site, built):
    async def scene(_hub, peer):
        ada = await peer("nadia").enter()
        ada.type("Avant la fin. ", 0)
        await ada.acknowledged()

    meet(scene)
    with site.app_context():
        assert db.session.get(Page, built[1]["page"]).body.startswith("Avant la fin. ")


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_malformed(data):
    try:
        kind, _step, payload = protocol.read(data)
        if kind == protocol.AWARENESS:
            for _client, _clock, state in protocol.read_awareness(payload):
                protocol.read_state(state)
    except protocol.Malformed:
        pass


@given(st.integers(0, 2**53 - 1))
def test_numbers_travel_and_come_back(value):
    made = protocol.number(value)
    assert protocol.read_number(made, 0) == (value, len(made))

"""What is saved beside a room enters it, and a log that cannot be written is never acknowledged."""

import asyncio
import re

from sqlalchemy import event

from wiki.coedit import protocol
from wiki.db import db
from wiki.items import writing
from wiki.items.models import Item

START = "Ouvert le **lundi**."


def browser(site, built, name: str):
    client = site.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = built[1]["devices"][name]
    return client


def form(built, body: str, revision: int) -> dict:
    return {"title": "Espace emploi", "summary": "", "body": body, "revision": revision}


def test_a_form_saved_by_someone_else_reaches_those_who_write(meet, site, built):
    page = built[1]["page"]

    async def scene(_hub, peer):
        ada = await peer("nadia").enter()
        ada.type(" Fermé en août.")
        await ada.acknowledged()
        sent = form(built, START.replace("lundi", "mardi"), 1)
        client = browser(site, built, "karim")
        answer = await asyncio.to_thread(client.post, f"/pages/{page}/edit", data=sent)
        assert answer.status_code == 303
        await ada.until(lambda: ada.text == "Ouvert le **mardi**. Fermé en août.")
        shown = await asyncio.to_thread(client.get, f"/api/v1/items/{page}")
        assert shown.json["body"] == ada.text

    meet(scene)


def test_a_program_that_changes_the_text_meets_those_who_write(meet, site, built):
    page = built[1]["page"]

    async def scene(_hub, peer):
        ada = await peer("nadia").enter()
        ada.type("Bienvenue. ", 0)
        await ada.acknowledged()
        client = browser(site, built, "karim")
        change = {"revision": 1, "body": f"{START} Entrée libre."}
        answer = await asyncio.to_thread(client.patch, f"/api/v1/items/{page}", json=change)
        assert answer.json["body"] == f"Bienvenue. {START} Entrée libre."
        await ada.until(lambda: ada.text == answer.json["body"])

    meet(scene)


def test_an_old_version_brought_back_while_others_write_is_an_edit_like_another(meet, site, built):
    page = built[1]["page"]

    async def scene(_hub, peer):
        ada, bob = await peer("nadia").enter(), await peer("karim").enter()
        ada.type("Des sottises. ", 0)
        await ada.acknowledged()
        client = browser(site, built, "nadia")
        address = f"/items/{page}/revisions/1/restoration"
        await asyncio.to_thread(client.post, address)
        await bob.until(lambda: bob.text == START)
        await bob.until(lambda: bob.version.get("by"))
        assert bob.version["by"]["name"] == "Nadia"
        assert "1" in bob.version["note"], "those who write are told what changed their text"
        bob.type(" Et le soir.")
        await bob.acknowledged()
        await ada.until(lambda: ada.text == f"{START} Et le soir.")
        old = await asyncio.to_thread(client.get, f"/items/{page}/revisions/2")
        assert "Des sottises." in old.text

    meet(scene)


def test_a_save_by_another_process_is_found_without_being_told(meet, site, built):
    page = built[1]["page"]

    async def scene(hub, peer):
        ada = await peer("nadia").enter()
        from wiki.items import live

        live.forget(hub.hear_of)  # nobody tells: as when `essaim import` runs beside the server
        try:
            client = browser(site, built, "karim")
            sent = form(built, f"{START} Importé.", 1)
            await asyncio.to_thread(client.post, f"/pages/{page}/edit", data=sent)
            await ada.until(lambda: ada.text.endswith("Importé."))
        finally:
            live.on_change(hub.hear_of)

    meet(scene)


def test_the_writing_screen_of_one_without_script_shows_what_is_being_written(meet, site, built):
    page = built[1]["page"]

    async def scene(_hub, peer):
        ada = await peer("nadia").enter()
        ada.type("Tout neuf. ", 0)
        await ada.acknowledged()
        client = browser(site, built, "karim")
        shown = await asyncio.to_thread(client.get, f"/pages/{page}/edit")
        assert "Tout neuf. " in shown.text
        sent = form(built, f"Tout neuf. {START} Moi aussi.", 1)
        answer = await asyncio.to_thread(client.post, f"/pages/{page}/edit", data=sent)
        assert answer.status_code == 303
        await ada.until(lambda: ada.text == f"Tout neuf. {START} Moi aussi.")

    meet(scene)


def test_what_is_published_and_copied_is_all_that_was_written(meet, site, built):
    page = built[1]["page"]

    async def scene(_hub, peer):
        ada = await peer("nadia").enter()
        ada.type("Avec Karim. ", 0)
        await ada.acknowledged()
        client = browser(site, built, "nadia")
        copied = await asyncio.to_thread(
            client.post, f"/items/{page}/copy", data={"group": built[1]["ours"]}
        )
        shown = await asyncio.to_thread(client.get, copied.location)
        assert "Avec Karim." in shown.text
        ada.type("Avec Rosa. ", 0)
        await ada.acknowledged()
        asked = await asyncio.to_thread(
            client.post, f"/items/{page}/publication", data={"scope": "2"}
        )
        assert "Rosa" in asked.text, "her name is shown before others read it"

    meet(scene)


def test_leaving_the_live_screen_records_title_and_note_and_folds_the_text(meet, site, built):
    page = built[1]["page"]

    async def scene(_hub, peer):
        ada = await peer("nadia").enter()
        ada.type("Fini. ", 0)
        await ada.acknowledged()
        client = browser(site, built, "nadia")
        sent = {"title": "Espace emploi et droits", "summary": "", "revision": 1, "live": "body",
                "note": "relu"}  # fmt: skip
        answer = await asyncio.to_thread(client.post, f"/pages/{page}/edit", data=sent)
        assert answer.status_code == 303
        with site.app_context():
            item = db.session.get(Item, page)
            assert (item.title, item.body) == ("Espace emploi et droits", f"Fini. {START}")
        past = await asyncio.to_thread(client.get, f"/items/{page}/history")
        assert "relu" in past.text

    meet(scene)


def test_what_cannot_be_written_down_is_neither_seen_nor_acknowledged(meet, site, built):
    with site.app_context():
        engine = db.engine
    broken = []

    def refuse(connection, cursor, statement, *_):
        if broken and statement.startswith("INSERT INTO live_update"):
            raise OSError(28, "No space left on device")

    event.listen(engine, "before_cursor_execute", refuse)

    async def scene(_hub, peer):
        ada, bob = await peer("nadia").enter(), await peer("karim").enter()
        await ada.acknowledged()
        broken.append(True)
        for word in ("Per", "du ", "? "):
            ada.type(word, len(ada.text) - len(START))
            await asyncio.sleep(0.002)  # some arrive while the first fails
        assert await ada.cut() == protocol.FAILED
        assert ada.acked < ada.sent
        assert "Perdu" not in bob.text
        broken.clear()
        back = peer("nadia")
        back.doc, back.content = ada.doc, ada.content
        await back.enter()
        await back.acknowledged()
        late = await peer("karim").enter()
        assert late.text == f"Perdu ? {START}"
        late.type(" Et la suite.")
        await late.acknowledged()

    try:
        meet(scene)
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


def test_a_room_that_ends_while_people_type_stops_nobody_else(meet, site, built):
    page, other = built[1]["page"], built[1]["public_page"]

    async def scene(_hub, peer):
        ada, bob = await peer("nadia").enter(), await peer("karim", item=other).enter()
        for number in range(20):
            ada.type(f"{number} ", 0)
        client = browser(site, built, "nadia")
        await asyncio.to_thread(client.post, f"/items/{page}/trash")
        for number in range(20):
            ada.type(f"{number} ", 0)
            await asyncio.sleep(0.01)
        assert await ada.cut() in (protocol.NOT_THERE, protocol.OLD_EPOCH)
        bob.type("Ailleurs tout va. ", 0)
        await bob.acknowledged()

    meet(scene)


def test_a_tab_closed_right_after_typing_leaves_a_version(meet, site, built):
    page = built[1]["page"]

    async def scene(_hub, peer):
        ada = await peer("nadia").enter()
        ada.type("Vite. ", 0)
        await ada.leave()
        async with asyncio.timeout(20):
            while True:
                with site.app_context():
                    if db.session.get(Item, page).body.startswith("Vite. "):
                        return
                await asyncio.sleep(0.1)

    meet(scene, look=0.1)


def test_who_writes_plainly_is_shown_no_clash_on_what_others_were_writing(meet, site, built):
    page = built[1]["page"]

    async def scene(_hub, peer):
        ada = await peer("nadia").enter()
        ada.type("Bonjour. ", 0)
        await ada.acknowledged()
        client = browser(site, built, "karim")
        shown = await asyncio.to_thread(client.get, f"/pages/{page}/edit")
        base = int(re.search(r'name="revision"[^>]*value="(\d+)"', shown.text)[1])
        assert f"Bonjour. {START}" in shown.text
        del ada.content[0 : len("Bonjour. ")]
        before = ada.doc.get_state()
        ada.post(protocol.UPDATE, ada.doc.get_update())
        ada.type("Bonsoir. ", 0)
        await ada.acknowledged()
        assert before
        sent = form(built, f"Bonjour. {START}", base) | {"title": "Un autre titre"}
        answer = await asyncio.to_thread(client.post, f"/pages/{page}/edit", data=sent)
        assert answer.status_code == 303
        with site.app_context():
            item = db.session.get(Item, page)
            assert (item.title, item.body) == ("Un autre titre", f"Bonsoir. {START}")

    meet(scene)


def test_a_program_gets_text_and_number_of_one_and_the_same_version(meet, site, built):
    page = built[1]["page"]

    async def scene(_hub, peer):
        ada = await peer("nadia").enter()
        ada.type("Bonjour. ", 0)
        await ada.acknowledged()
        client = browser(site, built, "karim")
        item = (await asyncio.to_thread(client.get, f"/api/v1/items/{page}")).json
        assert item["body"] == f"Bonjour. {START}"
        ada.type(" Le soir.")
        await ada.acknowledged()
        change = {"revision": item["revision"], "body": item["body"].replace("lundi", "mardi")}
        answer = await asyncio.to_thread(client.patch, f"/api/v1/items/{page}", json=change)
        assert answer.status_code == 200
        assert answer.json["body"] == "Bonjour. Ouvert le **mardi**. Le soir."

    meet(scene)


def test_words_recorded_while_a_name_is_erased_are_kept(meet, site, built):
    page = built[1]["page"]

    async def scene(_hub, peer):
        with site.app_context():
            for number in range(40):  # versions to rewrite take a while
                item = db.session.get(Item, page)
                item.body = f"Avec Fatoumata {number}. " + "mot " * 2000
                writing.save(item, None)
        client = browser(site, built, "nadia")
        for turn in range(3):
            ada = await peer("nadia").enter()
            await ada.acknowledged()
            before = ada.acked
            erase = {"words": ("Fatoumata", "Avec", "mot")[turn], "instead": "F"}
            erasing = asyncio.create_task(
                asyncio.to_thread(client.post, f"/items/{page}/erasure", data=erase)
            )
            words = []
            while not ada.ended.is_set() and len(words) < 2000:
                words.append(f"⟨{turn}.{len(words)}⟩")
                ada.type(words[-1], 0)
                await asyncio.sleep(0.002)
            assert (await erasing).status_code == 303
            assert await ada.cut() == protocol.OLD_EPOCH
            recorded = words[: ada.acked - before]
            back = await peer("karim").enter()
            assert [word for word in recorded if word not in back.text] == []

    meet(scene)

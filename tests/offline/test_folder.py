"""A folder to take away: complete for those it is for, closed to the rest, refused cleanly."""

import io
import json
import re
import zipfile
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.files.recordings import sound
from tests.files.samples import photo
from wiki import storage
from wiki.accounts.models import User
from wiki.collections.models import Collection
from wiki.consents.models import Release
from wiki.db import db, utcnow
from wiki.events.models import new_meeting
from wiki.files.transcripts import Cue, Track
from wiki.files.uploads import receive
from wiki.groups.models import Group
from wiki.items.models import Item, Scope
from wiki.items.writing import save
from wiki.maps.models import Base, Feature, Layer, Map
from wiki.offline import building, levels
from wiki.offline.models import Bundle
from wiki.pages.models import Page
from wiki.portraits.models import Portrait

FORM = {"reach": "1", "level": "voices", "what": "all"}


@pytest.fixture
def made(app, world):
    """A photo shown in a page, a portrait, a map, a paper, and a page that links to another."""
    with app.app_context():
        nadia, ours = db.session.get(User, world.nadia), db.session.get(Group, world.ours)
        file = receive(io.BytesIO(photo()), "marché.jpg", ours, nadia)
        paper = receive(io.BytesIO(b"Le bus passe\r\n" * 400), "horaires.txt", ours, nadia)
        body = f"Vu au **marché**.\n\n{{{{fichier {file.id}}}}}\n\nPuis [[Espace emploi]]."
        page = Page(group_id=ours.id, title="Carnet d’été", body=body)
        save(page, nadia)
        shown = {"settings": {"b000001.kind": "photo", "b000001.file": str(file.id)}}
        face = Portrait(group_id=ours.id, title="Fatou", arrangement=["b000001"], **shown)
        save(face, nadia)
        card = Map(group_id=ours.id, title="Bancs", map_kind="thematic", view={}, fields=[])
        card.bases = [Base(kind="outline", outline="france")]
        card.layers = [Layer(title="Places", style={})]
        save(card, nadia)
        spot = {"type": "Point", "coordinates": [-0.37, 43.29]}
        db.session.add(
            Feature(uuid="00000000-0000-4000-8000-000000000001", map_id=card.id, title="Un banc",
                    layer_id=card.layers[0].id, geometry=spot, props={}, seq=1)
        )  # fmt: skip
        db.session.commit()
        return {"file": file.id, "paper": paper.id, "page": page.id, "face": face.id,
                "map": card.id}  # fmt: skip


def narrow(item_id: int, ceiling: Scope) -> None:
    """What agreements decide of an item, without the agreements."""
    table = Item.__table__
    db.session.execute(db.update(table).where(table.c.id == item_id).values(ceiling=ceiling))
    db.session.commit()


def prepared(client, world, **form) -> str:
    """The address of a folder that was asked for and made."""
    answer = client.post(f"/groups/{world.ours}/offline", data=FORM | form)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def opened(client, address: str) -> zipfile.ZipFile:
    answer = client.get(f"{address}.zip")
    assert answer.status_code == 200, answer.status_code
    assert answer.headers["Cache-Control"] == "private, no-store"
    data = answer.data
    answer.close()
    return zipfile.ZipFile(io.BytesIO(data))


def inside(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Everything, under names without the folder that holds all."""
    found = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert len({name.partition("/")[0] for name in archive.namelist()}) == 1
    return found


def index_of(files: dict[str, bytes]) -> dict:
    line = files["style/essaim.js"].decode().split("\n", 1)[0]
    return json.loads(json.loads(line.removeprefix("window.essaimIndex=").removesuffix(";")))


def test_a_folder_holds_all_and_leads_nowhere_else(client_of, world, made):
    client = client_of("nadia")
    files = inside(opened(client, prepared(client, world)))
    names = "\n".join(files)
    assert {"ouvrir.html", "chercher.html", "style/essaim.js", "LISEZ-MOI.txt"} <= set(files)
    page = files[f"pages/{made['page']}-carnet-d-ete.html"].decode()
    assert f'href="{world.page}-espace-emploi.html"' in page, page
    assert re.search(rf'src="\.\./media/{made["file"]}-[\w-]+-medium\.webp"', page)
    portrait = files[f"pages/{made['face']}-fatou.html"].decode()
    assert f'src="../media/{made["file"]}-' in portrait
    assert "../style/essaim.js" in portrait
    drawn = files[f"pages/{made['map']}-bancs.html"].decode()
    assert "<svg" in drawn
    assert "Un banc" in drawn
    assert files[next(n for n in files if n.startswith(f"media/{made['paper']}-"))][:6] == b"Le bus"
    for name, html in files.items():
        if not name.endswith(".html"):
            continue
        words = html.decode()
        assert not re.search(r'\b(?:src|poster)="(?!data:)(?:https?:)?/', words), name
        for target in re.findall(r'\b(?:src|href)="([^"#?:]+)[#?"]', words):
            where = re.sub(r"[^/]+/\.\./", "", f"{name.rpartition('/')[0]}/{target}").lstrip("/")
            assert where in files, f"{name} leads to {target}"
    assert "charte" not in names, "what another group owns"


def test_every_address_of_a_thing_in_the_folder_leads_inside_and_the_rest_says_it_is_not(
    app, client_of, world, made
):
    """However a link was written: by hand, from the bar of the browser, by number, in a list."""
    n = made["page"]
    with app.app_context():
        nadia, ours = db.session.get(User, world.nadia), db.session.get(Group, world.ours)
        there = Group.found("Ailleurs", nadia)
        away = Page(group_id=there.id, title="Un modèle", scope=Scope.PUBLIC)
        save(away, nadia)
        body = (
            f"[a](http://localhost/pages/{n}-carnet-d-ete) [b](/items/{n}) [c](/i/{n}) "
            f"[d](/maps/{made['map']}-bancs?view=table) [e](/pages/{n}#un-titre) "
            f"[f](/groups/{ours.id}-ours) [h](/pages/{away.id}-un-modele)"
        )
        page = Page(group_id=ours.id, title="Les liens", body=body)
        save(page, nadia)
        listed = Collection(group_id=ours.id, title="À lire", scope=Scope.GROUP)
        save(listed, nadia)
        for target in (away.id, n):
            listed.put(target_id=target)
        db.session.commit()
        names = f"pages/{page.id}-les-liens.html", f"pages/{listed.id}-a-lire.html"
        other = away.id
    files = inside(opened(client_of("nadia"), prepared(client_of("nadia"), world)))
    html, gathered = (files[name].decode() for name in names)
    leads = {word: at for at, word in re.findall(r'href="([^"]*)"[^>]*>(\w)</a>', html)}
    own = f"{n}-carnet-d-ete.html"
    assert [leads[word] for word in "abcdef"] == [
        own, own, own, f"{made['map']}-bancs.html", f"{own}#un-titre", "../ouvrir.html"
    ]  # fmt: skip
    said = re.findall(r'</a><span class="needs-net"> \(([^)]*)\)', html + gathered)
    assert said == ["pas dans ce dossier\u00a0: sur le site, avec du réseau"] * 2
    assert f'href="http://localhost/items/{other}"' in gathered
    assert f'href="{own}"' in gathered
    assert "#item-" not in gathered


def test_sessions_stand_in_the_order_of_days_with_their_hours(app, client_of, world, made):
    with app.app_context():
        nadia, ours = db.session.get(User, world.nadia), db.session.get(Group, world.ours)
        days = ("2099-12-17", 10), ("2020-12-03", 1), ("2099-12-03", 2), ("2099-12-10", 9)
        for day, number in days:
            start = datetime.fromisoformat(f"{day}T14:00+01:00")
            new_meeting(ours, nadia, f"Séance {number}", start, start + timedelta(hours=3))
        db.session.commit()
    client = client_of("nadia")
    files = inside(opened(client, prepared(client, world)))
    home = files["ouvrir.html"].decode()
    assert re.findall(r"<b>(Séance \d+)</b>", home) == [
        "Séance 2", "Séance 9", "Séance 10", "Séance 1"  # what is over comes last
    ]  # fmt: skip
    assert home.index("jeu. 3 déc., de 14\u00a0h à 17\u00a0h") < home.index("Séance 2")
    assert "cover-art" in home
    drawn = files[f"pages/{made['map']}-bancs.html"].decode()
    assert drawn.count('<figure class="') == 1, "the plan and its points, once"
    assert drawn.count("<b>Un banc</b>") == 1
    assert "carried-search" in files[f"pages/{made['face']}-fatou.html"].decode()


def test_what_is_announced_is_about_what_comes(client_of, world, made):
    client = client_of("nadia")
    address = prepared(client, world)
    with client.get(f"{address}.zip") as answer:
        size = len(answer.data)
    said = levels.FRAME + 8 * levels.A_PAGE
    assert size / 2 < said < size * 2


def test_no_module_and_a_search_that_ignores_accents(client_of, world, made):
    client = client_of("nadia")
    files = inside(opened(client, prepared(client, world)))
    assert not any(b'type="module"' in html for html in files.values())
    index = index_of(files)
    forms = dict(map(tuple, index["forms"]))
    assert "marche" in forms
    documents = [index["documents"][at][0] for at in index["found"][forms["marche"]][::2]]
    assert "Carnet d’été" in documents


def test_a_folder_never_holds_more_than_those_it_is_for_may_read(app, client_of, world, made):
    client = client_of("nadia")
    with app.app_context():
        draft, page = (db.session.get(Item, n) for n in (world.draft, made["page"]))
        page.body += f"\n\n{{{{page {draft.id}}}}}\n\n{{{{fichier {made['paper']}}}}}"
        save(page, None)
        narrow(made["paper"], Scope.DRAFT)
    group = inside(opened(client, prepared(client, world)))
    everything = b"".join(group.values())
    assert b"Secret." not in everything
    assert "Idées en vrac".encode() not in everything
    assert b"horaires" not in everything
    assert b"Le bus passe" not in everything
    public = inside(opened(client, prepared(client, world, reach="3")))
    everything = b"".join(public.values())
    assert "Où trouver un ordinateur".encode() in everything
    assert b"Ouvert le" not in everything, "a page of the group"
    assert b"Carnet" not in everything
    assert "Pour le groupe" not in public["ouvrir.html"].decode()


def test_the_booklet_stands_beside_when_asked_for(client_of, world, made):
    client = client_of("nadia")
    address = prepared(client, world, booklet="1")
    answer = client.get(f"{address}.pdf")
    assert answer.data.startswith(b"%PDF-")
    answer.close()
    assert f'href="{address}.pdf"' in client.get(address).text
    assert client.get(f"{prepared(client, world)}.pdf").status_code == 404


def test_what_is_chosen_and_the_size_decide_what_comes(client_of, world, made):
    client = client_of("nadia")
    some = inside(opened(client, prepared(client, world, what="some", items=[made["page"]])))
    assert sum(name.startswith("pages/") for name in some) == 1
    alone = some[f"pages/{made['page']}-carnet-d-ete.html"].decode()
    assert 'href="http://localhost/pages/' in alone, "on the site, for what did not come"
    assert re.search(r'href="http://localhost/pages/.*?</a><span class="needs-net">', alone)
    light = levels.LEVELS["light"]
    assert not light.takes("sound", 10)
    assert not light.takes("document", 2_000_000)
    assert levels.LEVELS["whole"].takes("video", 3_000_000_000)


def test_who_may_have_it(client, client_of, app, world, made):
    address = prepared(client_of("nadia"), world)
    for end in ("", ".zip", ".pdf"):
        assert client_of("karim").get(address + end).status_code == 404, "another's folder"
        assert client_of("stranger").get(address + end).status_code == 404
        assert client.get(address + end).status_code in (303, 401)
    assert client_of("rosa").get(f"/groups/{world.ours}/offline").status_code == 403, "reads only"
    assert client_of("stranger").get(f"/groups/{world.ours}/offline").status_code == 404
    with app.app_context():
        from wiki.accounts.models import UserSession

        db.session.execute(db.update(UserSession).values(shared=True, seen_at=utcnow()))
        db.session.commit()
    assert client_of("nadia").get(f"/groups/{world.ours}/offline").status_code == 403


def test_who_asks_in_two_groups_gets_the_folder_of_each(app, client_of, world, made):
    client = client_of("nadia")
    with app.app_context():
        group = Group.found("Ailleurs", db.session.get(User, world.nadia))
        save(Page(group_id=group.id, title="Là-bas"), None)
        waiting = Bundle(group_id=world.ours, user_id=world.nadia)  # by a worker that is busy
        db.session.add(waiting)
        db.session.commit()
        there = group.id
    answer = client.post(f"/groups/{there}/offline", data=FORM)
    assert answer.headers["Location"].startswith(f"/groups/{there}/offline/")


def test_what_is_withdrawn_or_erased_stops_a_folder_from_leaving(app, client_of, world, made):
    client = client_of("nadia")
    first, second = prepared(client, world), prepared(client, world)
    with app.app_context():
        narrow(made["file"], Scope.DRAFT)
    assert client.get(f"{first}.zip").status_code == 410
    assert client.get(f"{first}.zip").status_code == 404, "and it is gone"
    with app.app_context():
        building.tidy()
        assert db.session.scalar(select(Bundle)) is None
        assert not list((app.config["DATA"] / "offline").iterdir())
    assert client.get(second).status_code == 404
    third = prepared(client, world)
    client.post(f"/items/{made['page']}/erasure", data={"words": "marché", "sure": "yes"})
    with app.app_context():
        from wiki.items.writing import log

        log("erased", db.session.get(Item, made["page"]), None)
        db.session.commit()
    assert client.get(f"{third}.zip").status_code == 410


def test_a_mask_put_on_words_afterwards_stops_the_folder(app, client_of, world, made):
    """The sound in it says them still; the next folder has silence there, or not the sound."""
    client = client_of("nadia")
    with app.app_context():
        nadia, ours = db.session.get(User, world.nadia), db.session.get(Group, world.ours)
        voice = receive(io.BytesIO(sound()), "voix.webm", ours, nadia)
        db.session.commit()
        number, digest = voice.id, voice.sha256
    address = prepared(client, world)
    files = inside(opened(client, address))
    heard = next(data for name, data in files.items() if name.startswith(f"media/{number}-"))
    with app.app_context():
        track = Track(file_id=number, lang="fr", state="checked")
        db.session.add(track)
        db.session.flush()
        line = Cue(
            track_id=track.id, key="a", start_ms=200, end_ms=900, text="Rue Dupont", masked=True
        )
        db.session.add(line)
        db.session.commit()
    assert client.get(f"{address}.zip").status_code == 410
    again = inside(opened(client, prepared(client, world)))
    assert not any(b"Rue Dupont" in data for data in again.values())
    assert heard not in again.values(), digest


def test_what_leaves_with_somebody_in_it_is_remembered(app, client_of, world, made):
    client = client_of("nadia")
    with app.app_context():
        narrow(made["face"], Scope.GROUP)
    opened(client, prepared(client, world))
    with app.app_context():
        left = db.session.scalars(select(Release).where(Release.what == "export")).all()
        assert made["face"] in {one.item_id for one in left}


def test_no_room_is_said_before_and_leaves_nothing(app, client_of, world, made, monkeypatch):
    client = client_of("nadia")
    monkeypatch.setattr(storage, "free_bytes", lambda: storage.RESERVE + 1000)
    answer = client.post(f"/groups/{world.ours}/offline", data=FORM)
    assert answer.status_code == 507
    with app.app_context():
        assert db.session.scalar(select(Bundle)) is None
    monkeypatch.setattr(levels, "LARGEST", 10)
    assert client.post(f"/groups/{world.ours}/offline", data=FORM).status_code == 507
    monkeypatch.undo()
    monkeypatch.setattr(levels, "weigh", lambda ids: [levels.Weight(one, 0) for one in
                                                      levels.LEVELS.values()])  # fmt: skip
    monkeypatch.setattr(storage, "free_bytes", lambda: storage.RESERVE + 1)
    address = prepared(client, world)
    told = client.get(address).text
    assert "<progress" not in told
    assert 'role="alert"' in told
    assert client.get(f"{address}.zip").status_code == 404
    left = list((app.config["DATA"] / "offline").glob(f"{address.rpartition('/')[2]}.*"))
    assert not left, "nor what had its number before"


def test_old_folders_go_and_those_cut_are_made_again(app, client_of, world, made):
    client = client_of("nadia")
    address = prepared(client, world)
    with app.app_context():
        cut = db.session.scalar(select(Bundle))
        cut.state, cut.updated_at = "working", utcnow() - timedelta(minutes=20)
        db.session.commit()
        building.tidy()
    opened(client, address)
    with app.app_context():
        db.session.scalar(select(Bundle)).created_at = utcnow() - timedelta(days=3)
        db.session.commit()
        building.tidy()
    assert client.get(address).status_code == 404


def test_a_folder_is_erased_by_hand_and_stays_out_of_backups(app, client_of, world, made, tmp_path):
    from wiki import backups

    client = client_of("nadia")
    address = prepared(client, world)
    with app.app_context():
        backups.write(tmp_path / "all.zip")
    assert not any("offline" in n for n in zipfile.ZipFile(tmp_path / "all.zip").namelist())
    assert client.post(f"{address}/trash").status_code == 303
    assert client.get(address).status_code == 404

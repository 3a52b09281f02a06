"""Portraits through their screens: begun from a model, put together, seen by whom they are for."""

import io
import re

import pytest
from sqlalchemy import event

from tests.files.samples import picture, saved
from tests.portraits.conftest import make, stored, tone
from tests.reports.forms import fields
from wiki.db import db
from wiki.files.models import File
from wiki.items.models import Item, Reference, Revision, Scope
from wiki.portraits import parts
from wiki.portraits.models import Portrait


@pytest.fixture
def editing(client_of, portrait):
    """Nadia with the form of the portrait open: (client, address, fields)."""
    client = client_of("nadia")
    address = f"/portraits/{portrait}/edit"
    return client, address, fields(client.get(address).text, "portrait-form")


def begin(client, world, model="trade", title="Louis, relieur"):
    return client.post(f"/portraits/new?group={world.ours}", data={"title": title, "model": model})


def test_a_portrait_begins_from_a_model_as_a_draft(app, client_of, world):
    client = client_of("karim")
    answer = begin(client, world)
    assert answer.status_code == 303
    form = client.get(answer.location).text
    assert "La personne au travail" in form
    assert "Remplir ce bloc" in form
    assert form.index('value="wishes"') < form.index("D’autres blocs")
    assert "Choisir qui le voit" in client.get(answer.location.removesuffix("/edit")).text
    with app.app_context():
        made = db.session.scalars(db.select(Portrait)).one()
        assert (made.scope, made.subject, made.author_id) == (Scope.DRAFT, "trade", world.karim)
        codes = [block.code for block in made.blocks()]
        assert codes == ["spots", "sound", "quote", "answer", "answer", "answer"]
        assert len(made.blocks()[0].lines) == 3


@pytest.mark.parametrize("model", ["path", "place", "before", "free"])
def test_every_model_gives_a_form_that_is_saved_as_it_came(app, client_of, world, model):
    client = client_of("karim")
    address = begin(client, world, model).location
    sent = fields(client.get(address).text, "portrait-form")
    assert client.post(address, data=sent | {"summary": "Relieur"}).status_code == 303


def test_the_face_and_the_voice_come_first(client, portrait):
    page = client.get(f"/portraits/{portrait}").text
    assert page.index("/preview/medium") < page.index("<h1") < page.index("<audio")
    assert page.index("<audio") < page.index("il tire à gauche")
    assert "Annick devant le four" in page
    assert 'preload="none"' in page


def test_places_in_the_picture_are_the_same_ordered_list(client, portrait):
    page = client.get(f"/portraits/{portrait}").text
    over = re.findall(r'<a href="#(b000001-\d+)" class="spot"', page)
    listed = re.findall(r'<li id="(b000001-\d+)"', page)
    assert over == listed == ["b000001-000001", "b000001-000002"]
    assert 'cx="12%" cy="60%"' in page
    assert 'href="#t=72"' in page
    assert "<strong>boulangerie</strong>" in page


def test_links_of_blocks_open_for_those_who_may_read_them(client, client_of, portrait, world):
    mine = client_of("nadia").get(f"/portraits/{portrait}").text
    assert f'href="/pages/{world.page}' in mine
    theirs = client.get(f"/portraits/{portrait}").text
    assert "/pages/" not in theirs


def test_what_a_reader_may_not_see_leaves_a_neutral_place(app, client, world, add_file, voice):
    hidden = add_file(saved(picture(), "PNG"), "secret.png", Scope.GROUP, "Rue du secret")
    with app.app_context():
        number = make(world, hidden, voice)
    page = client.get(f"/portraits/{number}").text
    assert f"/files/{hidden}" not in page
    assert "secret" not in page
    assert "not-shown" in page


def test_those_who_publish_are_told_of_media_shown_to_fewer(app, client_of, world, add_file, voice):
    photo = add_file(saved(picture(), "PNG"), "four.png", Scope.GROUP)
    with app.app_context():
        number = make(world, photo, voice, Scope.NETWORK)
    client = client_of("nadia")
    assert "media-scope" in client.get(f"/portraits/{number}").text
    assert client.post(f"/portraits/{number}/media-scope").status_code == 303
    with app.app_context():
        assert db.session.get(File, photo).scope == Scope.NETWORK
    assert client_of("karim").post(f"/portraits/{number}/media-scope").status_code == 403


def test_an_edit_goes_in_one_version(app, editing, portrait):
    client, address, sent = editing
    sent |= {"w_b000003_body": "Le four, il est de 1962.", "s_b000001-000001_x": "13,5"}
    assert client.post(address, data=sent).status_code == 303
    with app.app_context():
        found = stored(app, portrait)
        assert found.words["b000003.body"] == "Le four, il est de 1962."
        assert found.settings["b000001-000001.x"] == "13.5"
        assert found.revision_count == 2
        assert len(found.blocks()) == 4


def test_an_unchanged_form_makes_no_version(app, editing, portrait):
    client, address, sent = editing
    client.post(address, data=sent)
    with app.app_context():
        assert stored(app, portrait).revision_count == 1


def test_blocks_are_added_moved_and_taken_away_without_script(app, editing, portrait):
    client, address, sent = editing
    answer = client.post(address, data=sent | {"add": "timeline"})
    assert "#part-b" in answer.location
    sent = fields(client.get(address).text, "portrait-form")
    new = sent["arrangement"].split(",")[-1]
    assert sent[f"s_{new}_kind"] == "timeline"
    client.post(address, data=sent | {"add": new})
    sent = fields(client.get(address).text, "portrait-form")
    line = sent["arrangement"].split(",")[-1]
    assert line.startswith(f"{new}-")
    client.post(address, data=sent | {"move": f"{new}:up"})
    sent = fields(client.get(address).text, "portrait-form")
    sent |= {f"w_{line}_when": "1989", f"w_{line}_body": "Le four est allumé.", "gone": "b000003"}
    assert client.post(address, data=sent).status_code == 303
    with app.app_context():
        blocks = stored(app, portrait).blocks()
        assert [block.code for block in blocks] == ["spots", "sound", "timeline", "answer"]
        assert blocks[2].lines[0].words["when"] == "1989"
        assert "b000003.body" not in stored(app, portrait).words


def test_lines_move_among_those_of_their_block(editing):
    client, address, sent = editing
    client.post(address, data=sent | {"move": "b000001-000002:up"})
    order = fields(client.get(address).text, "portrait-form")["arrangement"].split(",")
    assert order.index("b000001-000002") < order.index("b000001-000001")


def test_a_photo_sent_with_the_form_stands_in_its_block(app, editing, portrait):
    client, address, sent = editing
    file = (io.BytesIO(saved(picture(300, 200), "JPEG")), "nouveau four.jpg")
    sent |= {"f_b000001_file": file, "keep": "part-b000001"}
    answer = client.post(address, data=sent, content_type="multipart/form-data")
    assert answer.location.endswith("#part-b000001")
    page = client.get(address).text
    sent = fields(page, "portrait-form")
    with app.app_context():
        added = db.session.scalars(db.select(File).filter_by(filename="nouveau four.jpg")).one()
        assert sent["s_b000001_file"] == str(added.id)
    sent["alt_b000001_file"] = "Le four, ouvert"
    sent.pop("f_b000001_file", None)
    assert client.post(address, data=sent).status_code == 303
    with app.app_context():
        assert db.session.get(File, added.id).alt == "Le four, ouvert"
        found = stored(app, portrait)
        assert found.cover_id == found.face_id() == added.id


def test_a_file_that_is_refused_says_so_and_keeps_what_was_typed(editing):
    client, address, sent = editing
    sent |= {"f_b000002_file": (io.BytesIO(b""), "vide.mp3"), "w_b000003_body": "Gardé."}
    answer = client.post(address, data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "vide.mp3" in answer.text
    assert "Gardé." in answer.text


def test_a_file_of_others_cannot_be_put_in_a_block(app, editing, add_file, world, client_of):
    client, address, sent = editing
    with app.app_context():
        hidden = add_file(tone(), "entretien.ogg")
        file = db.session.get(Item, hidden)
        file.group_id, file.scope = world.theirs, Scope.GROUP
        db.session.commit()
    answer = client.post(address, data=sent | {"s_b000002_file": str(hidden)})
    assert answer.status_code == 422
    assert "entretien" not in answer.text


def test_what_a_file_is_and_not_its_name_decides_where_it_stands(app, editing, portrait, add_file):
    client, address, sent = editing
    forged = (io.BytesIO(b"<!DOCTYPE html><script>alert(1)</script>"), "visage.jpg", "image/jpeg")
    answer = client.post(address, data=sent | {"f_b000001_file": forged})
    assert answer.status_code == 422
    assert "Visage ne peut pas être mis là (Document)." in answer.text
    with app.app_context():
        file = db.session.scalars(db.select(File).order_by(File.id.desc())).first()
        assert (file.filename, file.blob.mime) == ("visage.jpg", "text/html")
        page, before = file.id, stored(app, portrait).settings
    assert "Document JPG" not in client.get(f"/files/{page}", follow_redirects=True).text
    for number in (add_file(tone(), "photo.jpg"), page):
        answer = client.post(address, data=sent | {"s_b000001_file": str(number), "stay": "1"})
        assert answer.status_code == 422
    with app.app_context():
        assert stored(app, portrait).settings == before


def test_a_file_of_another_sort_leaves_a_neutral_place(app, client, another, photo, voice):
    settings = {"b000001.kind": "spots", "b000001.file": str(voice), "b000002.kind": "sound",
                "b000002.file": str(photo), "b000003.kind": "quote"}  # fmt: skip
    number = another(settings=settings)
    for address in ("", "/poster", "/folder.zip"):
        assert client.get(f"/portraits/{number}{address}").status_code == 200
    assert "<audio" not in client.get(f"/portraits/{number}").text
    assert client.get("/portraits").status_code == 200
    assert client.get(f"/print?items={number}").status_code == 200


def test_a_block_without_its_file_shows_no_lock(client, another):
    kinds = ("photo", "sound", "video", "spots", "slides", "compare", "file", "item")
    keys = [f"b{number:06x}" for number in range(1, len(kinds) + 1)]
    settings = {f"{key}.kind": kind for key, kind in zip(keys, kinds, strict=True)}
    words = {f"{key}.{name}": "Un mot" for key in keys for name in ("title", "caption", "body")}
    words["b000005-000001.caption"] = "Sans image"
    order = [*keys, "b000005-000001"]
    number = another(settings=settings, words=words, arrangement=order)
    page = client.get(f"/portraits/{number}")
    assert page.status_code == 200
    assert "not-shown" not in page.text
    assert page.text.count("Un mot") >= len(kinds)


def test_bad_values_are_said_beside_their_field(editing):
    client, address, sent = editing
    sent |= {"s_b000001-000001_x": "loin", "s_b000003_t": "vers la fin"}
    answer = client.post(address, data=sent)
    assert answer.status_code == 422
    assert "s_b000001-000001_x-error" in answer.text
    assert "s_b000003_t-error" in answer.text


def test_two_people_change_two_blocks_at_once(app, client_of, portrait):
    address = f"/portraits/{portrait}/edit"
    nadia, karim = client_of("nadia"), client_of("karim")
    hers = fields(nadia.get(address).text, "portrait-form")
    his = fields(karim.get(address).text, "portrait-form")
    nadia.post(address, data=hers | {"w_b000003_body": "Écrit par Nadia."})
    assert karim.post(address, data=his | {"w_b000004_body": "Écrit par Karim."}).status_code == 303
    with app.app_context():
        words = stored(app, portrait).words
        assert (words["b000003.body"], words["b000004.body"]) == (
            "Écrit par Nadia.", "Écrit par Karim.",
        )  # fmt: skip


def test_one_adds_a_block_while_another_takes_one_away(app, client_of, portrait):
    address = f"/portraits/{portrait}/edit"
    nadia, karim = client_of("nadia"), client_of("karim")
    hers = fields(nadia.get(address).text, "portrait-form")
    karim.post(address, data=fields(karim.get(address).text, "portrait-form") | {"add": "text"})
    his = fields(karim.get(address).text, "portrait-form")
    new = his["arrangement"].split(",")[-1]
    nadia.post(address, data=hers | {"gone": "b000003"})
    assert karim.post(address, data=his | {f"w_{new}_body": "Un mot."}).status_code == 303
    with app.app_context():
        codes = [block.code for block in stored(app, portrait).blocks()]
        assert codes == ["spots", "sound", "answer", "text"]


def test_two_different_words_in_one_place_are_shown_to_choose(client_of, portrait):
    address = f"/portraits/{portrait}/edit"
    nadia, karim = client_of("nadia"), client_of("karim")
    hers = fields(nadia.get(address).text, "portrait-form")
    his = fields(karim.get(address).text, "portrait-form")
    nadia.post(address, data=hers | {"w_b000003_who": "Annick K."})
    his |= {"w_b000003_who": "Mme Kervalo"}
    answer = karim.post(address, data=his)
    assert answer.status_code == 409
    assert 'name="choice:words.b000003.who:0"' in answer.text
    his |= {"settles": "2", "choice:words.b000003.who:0": "mine"}
    assert karim.post(address, data=his).status_code == 303
    assert "Mme Kervalo" in karim.get(f"/portraits/{portrait}").text


def test_a_draft_is_kept_for_its_writer_alone(client_of, portrait):
    address = f"/portraits/{portrait}/edit"
    karim = client_of("karim")
    sent = fields(karim.get(address).text, "portrait-form") | {"w_b000003_body": "En cours."}
    kept = karim.post(f"/portraits/{portrait}/draft", data=sent)
    assert kept.get_json()["stamp"]
    assert "En cours." in karim.get(address).text
    assert "En cours." not in client_of("nadia").get(address).text
    assert "En cours." not in karim.get(f"/portraits/{portrait}").text
    karim.post(f"/portraits/{portrait}/draft/removal")
    assert "En cours." not in karim.get(address).text


def test_a_block_added_on_one_screen_keeps_what_was_typed_on_another(client_of, portrait):
    address, karim = f"/portraits/{portrait}/edit", client_of("karim")
    desk = fields(karim.get(address).text, "portrait-form")
    phone = fields(karim.get(address).text, "portrait-form") | {"w_b000003_body": "Dans le bus."}
    assert karim.post(address, data=phone | {"add": "text"}).status_code == 303
    clash = karim.post(address, data=desk | {"w_b000003_body": "Au bureau.", "add": "quote"})
    assert clash.status_code == 409
    settled = fields(clash.text, "draft-conflict") | {"take:w_b000003_body": "theirs"}
    assert karim.post(address, data=settled).status_code == 303
    shown = fields(karim.get(address).text, "portrait-form")
    assert shown["w_b000003_body"] == "Dans le bus."
    kinds = [value for name, value in shown.items() if re.fullmatch(r"s_\w+_kind", name)]
    assert len(kinds) == len([n for n in desk if re.fullmatch(r"s_\w+_kind", n)]) + 2


@pytest.mark.parametrize(("name", "status"), [("rosa", 403), ("stranger", 403)])
def test_only_members_put_portraits_together(client_of, portrait, world, name, status):
    client = client_of(name)
    assert client.get(f"/portraits/{portrait}/edit").status_code == status
    assert client.post(f"/portraits/{portrait}/draft", data={"title": "x"}).status_code == status


def test_a_draft_portrait_is_hidden_from_other_members(client, client_of, another):
    number = another(Scope.DRAFT)
    assert client_of("karim").get(f"/portraits/{number}").status_code == 404
    assert client.get(f"/portraits/{number}").status_code == 404
    for address in ("/portraits", "/portraits/slideshow"):
        assert "Annick" not in client.get(address).text


def test_words_of_blocks_are_found(client, portrait):
    for words in ("boulangerie marine", "foulard", "tire gauche"):
        assert f"/portraits/{portrait}" in client.get("/search", query_string={"q": words}).text


def test_it_points_to_what_it_shows(app, portrait, photo, voice, world):
    with app.app_context():
        query = db.select(Reference.target_id).filter_by(source_id=portrait)
        targets = set(db.session.scalars(query.where(Reference.role != "alias")))
        assert {photo, voice, world.page} <= targets


def test_a_version_is_brought_back_even_when_its_photo_is_gone(app, client_of, editing, portrait):
    client, address, sent = editing
    client.post(address, data=sent | {"s_b000001_file": "", "gone": "b000001"})
    with app.app_context():
        found = stored(app, portrait)
        data = dict(db.session.scalars(db.select(Revision).filter_by(item_id=portrait, number=1))
                    .one().data)  # fmt: skip
        data["settings"] = data["settings"] | {"b000001.file": "99999"}
        past = db.session.scalars(db.select(Revision).filter_by(item_id=portrait, number=1)).one()
        past.data = data
        db.session.commit()
        assert found.cover_id is None
    assert client.post(f"/items/{portrait}/revisions/1/restoration").status_code == 303
    page = client.get(f"/portraits/{portrait}")
    assert page.status_code == 200
    assert "Le four de 1962" in page.text
    for screen in ("history", "diff", "revisions/1", "timeline", "writers"):
        assert client.get(f"/items/{portrait}/{screen}").status_code == 200, screen


def test_a_name_is_erased_from_blocks_and_drafts(app, client_of, portrait):
    karim = client_of("karim")
    address = f"/portraits/{portrait}/edit"
    sent = fields(karim.get(address).text, "portrait-form") | {"w_b000004_body": "Kervalo dit."}
    karim.post(f"/portraits/{portrait}/draft", data=sent)
    erasing = {"words": "Kervalo", "instead": "K."}
    assert client_of("nadia").post(f"/items/{portrait}/erasure", data=erasing).status_code == 303
    assert "Kervalo" not in client_of("nadia").get(f"/portraits/{portrait}").text
    assert "Kervalo" not in karim.get(address).text


def test_the_gallery_opens_by_faces_trades_and_places(client, portrait, photo, another):
    another(title="Le lavoir", subject="place")
    everything = client.get("/portraits").text
    assert "Annick Kervalo" in everything
    assert f"/files/{photo}/preview/thumb" in everything
    assert "Annick" not in client.get("/portraits?door=places").text
    assert "Le lavoir" in client.get("/portraits?door=places").text


def test_the_public_showing_goes_from_one_to_the_next(client, portrait, another):
    another(title="Le lavoir", subject="place")
    first, second = (client.get(f"/portraits/slideshow?n={n}").text for n in (1, 2))
    assert 'class="spots-over"' in first
    assert "boulangerie" in first, "what a place says, one press away"
    assert ("Le lavoir" in first) != ("Le lavoir" in second)
    assert "n=2" in first
    assert client.get("/portraits/slideshow?n=99999").status_code == 200


def test_moments_are_read_as_people_write_them():
    known = {
        "1:12": 72,
        "72": 72,
        "0:05": 5,
        "1:02:03": 3723,
        "2 h 1:00": 7260,
        "": None,
        "x": None,
    }
    assert {written: parts.seconds(written) for written in known} == known


def test_a_form_full_of_nonsense_does_no_harm(app, editing, portrait):
    client, address, sent = editing
    sent |= {
        "arrangement": "b000001,../x,b000001-zz,b000009-000001," + "b000001-000001," * 3,
        "s_b000001_kind": "spots", "s_b000001_ask": "trade.999", "s_b000001_file": "12; drop",
        "w_b000001_title": "<script>alert(1)</script>", "w_b000001-000001_body": "<b onclick=x>a",
    }  # fmt: skip
    assert client.post(address, data=sent).status_code == 303
    page = client.get(f"/portraits/{portrait}").text
    assert "<script>alert" not in page
    assert "onclick" not in page
    assert client.post(address, data={}).status_code == 422
    assert client.get(address).status_code == 200


def test_a_text_written_together_is_not_in_the_form_and_stays(app, editing, portrait):
    client, address, sent = editing
    with app.app_context():
        before = dict(db.session.get(Portrait, portrait).words)
        name = next(one for one in parts.texts(db.session.get(Portrait, portrait).blocks()))
    field = "w_" + name.replace(".", "_")
    assert field in sent
    del sent[field]
    assert client.post(address, data=sent | {"summary": "Autre chose"}).status_code == 303
    with app.app_context():
        kept = db.session.get(Portrait, portrait)
        assert kept.words[name] == before[name]
        assert kept.summary == "Autre chose"


def test_only_texts_of_blocks_that_are_there_are_shared(app, portrait):
    with app.app_context():
        found = db.session.get(Portrait, portrait)
        name = next(iter(parts.texts(found.blocks())))
        assert found.shared_text(name) == found.words[name]
        for unknown in ("title", "summary", "b000000.body", f"{name}x", ""):
            assert found.shared_text(unknown) is None
        found.put_shared_text(name, "Autre")
        assert found.texts()[name] == "Autre"


def test_ten_portraits_in_a_list_cost_what_two_cost(app, client, another):
    seen = []

    def note(_connection, _cursor, statement, *_more):
        seen.append(statement)

    def asked() -> int:
        client.get("/search?q=Annick")  # what is remembered is remembered
        seen.clear()
        assert "result-face" in client.get("/search?q=Annick").text
        return len(seen)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        for _ in range(2):
            another()
        few = asked()
        for _ in range(8):
            another()
        assert asked() <= few + 1
    finally:
        event.remove(engine, "before_cursor_execute", note)

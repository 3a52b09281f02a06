"""What is said in a recording: typed, masked, checked, read, searched, quoted, erased, copied."""

import html
import io
import re

import pytest
from sqlalchemy import event

from tests.files import recordings
from wiki.db import db
from wiki.files import transcripts
from wiki.files.models import File
from wiki.files.transcripts import Cue, Track
from wiki.groups.models import Group
from wiki.items import history
from wiki.items.models import Event, Item, Scope
from wiki.items.writing import duplicate, save
from wiki.pages.models import Page

VOICE = recordings.sound(seconds=0.3)
LINES = [
    {"key": "a", "start": 83_000, "end": 90_000, "speaker": "Samira", "text": "Je viens de Matam."},
    {"key": "b", "start": 90_000, "end": 94_500, "speaker": "Samira", "text": "Mon mari frappait.",
     "masked": True, "reason": "elle le demande"},
    {"key": "c", "start": 95_000, "end": 99_000, "speaker": "Nadia",
     "text": "Et le jardin partagé ?"},
]  # fmt: skip
SECRET = "frappait"


@pytest.fixture
def voice(nadia, app):
    """A recording whose lines are typed, one of them masked; checked, and public."""
    sent = nadia.send("voix.webm", VOICE)
    begun = nadia.post(f"/files/{sent.id}/transcripts", lang="fr")
    sent.track = begun.location
    keep(nadia, sent, LINES)
    nadia.post(f"{sent.track}/state", checked="yes")
    with app.app_context():
        db.session.get(Item, sent.id).scope = Scope.PUBLIC
        db.session.commit()
    return sent


@pytest.fixture
def readers(nadia, karim, rosa, others):
    """Everyone, the keepers of the recording included."""
    return [nadia, karim, rosa, *others]


def quoting(app, world, voice) -> int:
    """A public page that quotes the moment, and shows the whole."""
    with app.app_context():
        body = f"{{{{moment {voice.id} 80-99}}}}\n\n{{{{fichier {voice.id}}}}}"
        author = db.session.get(Page, world.page).author
        page = Page(group_id=world.ours, title="Citation", scope=Scope.PUBLIC, body=body)
        save(page, author)
        return page.id


def keep(sender, voice, changed=(), removed=(), status=200):
    answer = sender.client.post(
        f"{voice.track}/lines",
        json={"changed": list(changed), "removed": list(removed)},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == status, answer.text
    return answer.json


def test_lines_are_kept_by_their_key_however_often_they_come(nadia, voice, app):
    assert set(keep(nadia, voice, LINES)["kept"]) == {"a", "b", "c"}
    keep(nadia, voice, [LINES[0] | {"text": "Je viens de Podor."}], ["c"])
    with app.app_context():
        found = db.session.scalars(db.select(Cue).order_by(Cue.start_ms)).all()
        assert [(cue.key, cue.text) for cue in found] == [
            ("a", "Je viens de Podor."), ("b", "Mon mari frappait."),
        ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        "x", [1], [{}], [{"key": "a b", "start": 0, "end": 1}],
        [{"key": "a", "start": -1, "end": 1}],
        [{"key": "a", "start": "0", "end": 1}], [{"key": "a", "start": 0, "end": 1, "text": 4}],
        [{"key": "a", "start": 1e300, "end": 1}], [{"key": "a", "start": True, "end": 1}],
        [{"key": str(n), "start": 0, "end": 1} for n in range(2001)],
    ],
)  # fmt: skip
def test_what_is_no_line_is_refused_whole(nadia, voice, wrong):
    answer = nadia.client.post(f"{voice.track}/lines", json={"changed": wrong})
    assert answer.status_code == 422


def test_endless_and_strange_words_are_cut_and_cleaned(nadia, voice, app):
    keep(
        nadia,
        voice,
        [{"key": "z", "start": 5, "end": 1, "speaker": "x" * 500, "text": "a\0b\n" * 9999}],
    )
    with app.app_context():
        cue = db.session.scalar(db.select(Cue).where(Cue.key == "z"))
        assert (cue.start_ms, cue.end_ms, len(cue.speaker)) == (5, 5, 80)
        assert len(cue.text) <= 5000
        assert "\0" not in cue.text


def test_a_line_that_waited_in_a_browser_covers_no_newer_words(nadia, karim, voice, app):
    keep(karim, voice, [LINES[0] | {"text": "Je viens de Podor."}])
    old = LINES[0] | {"was": [["Samira", "Je viens de Matam."]]}
    sent = [*old["was"], ["Samira", "Je suis de Matam."]]  # once without an answer
    again = keep(nadia, voice, [old | {"text": "Je suis de Matam.", "was": sent}])
    assert again["kept"] == []
    answer = keep(nadia, voice, [old | {"text": "Je suis de Matam."}])
    assert (answer["kept"], answer["apart"][0]["text"]) == ([], "Je viens de Podor.")
    # Only its moment was moved: the newer words stay. And an answer that was lost is no clash.
    assert keep(nadia, voice, [old | {"start": 84_000}])["kept"] == ["a"]
    mine = [*old["was"], ["Samira", "Je viens de Podor."]]
    assert keep(nadia, voice, [old | {"text": "De Podor.", "start": 84_000, "was": mine}])[
        "kept"
    ] == ["a"]
    late = {"key": "d", "start": 5, "end": 9, "text": "Nouvelle.", "was": [["", "Nouvelle"]]}
    keep(nadia, voice, [late])
    assert "Nouvelle." in nadia.get(voice.track).text
    gone = [{"key": "a", "was": [["Samira", "Je viens de Matam."]]}]
    assert keep(nadia, voice, removed=gone)["apart"][0]["text"] == "De Podor."
    keep(nadia, voice, [old | {"text": "Autre.", "masked": True}])
    with app.app_context():
        cue = db.session.scalar(db.select(Cue).where(Cue.key == "a"))
        assert (cue.text, cue.start_ms, cue.masked) == ("De Podor.", 84_000, True)


def test_what_is_typed_in_a_draft_is_read_by_no_search(nadia, voice, app):
    written = []

    def note(_connection, _cursor, statement, *_more):
        if "search" in statement and statement.split()[0] in ("INSERT", "DELETE", "UPDATE"):
            written.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        keep(nadia, voice, [LINES[0] | {"text": "Je viens de Podor."}])
        assert written
        nadia.post(f"{voice.track}/state")
        written.clear()
        keep(nadia, voice, [LINES[0] | {"text": "Je viens de Kaédi."}])
        assert not written
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_what_is_masked_leaves_by_no_way(readers, voice, world, app):
    number = quoting(app, world, voice)
    ways = [
        voice.url, f"{voice.track}.vtt", f"/files/{voice.id}/chapters.vtt", f"/pages/{number}",
        f"/search?q={SECRET}", f"/api/v1/search?q={SECRET}", f"/api/v1/items/{voice.id}",
        f"/search.json?q={SECRET}", f"/search.atom?q={SECRET}", "/feed.atom", f"/embed/{voice.id}",
        f"/items/{voice.id}/history", f"/print/{number}", f"/api/v1/items/{number}",
        f"/files/{voice.id}/player", f"/files/{voice.id}/media.json",
    ]  # fmt: skip
    for reader in readers:
        for way in ways:
            said = reader.client.get(way, follow_redirects=True, buffered=True).text
            assert "Mon mari" not in said, way
            assert SECRET not in said or SECRET in way, way
        found = reader.client.get(f"/api/v1/search?q={SECRET}").json
        assert found["total"] == 0


def test_only_keepers_read_what_is_masked_where_it_is_typed(karim, nadia, voice):
    assert SECRET in nadia.get(voice.track).text
    assert SECRET not in karim.get(voice.track).text


def test_who_does_not_know_a_masked_line_cannot_undo_it(karim, nadia, voice, app):
    keep(karim, voice, [LINES[1] | {"masked": False, "text": "autre"}], ["b"])
    with app.app_context():
        cue = db.session.scalar(db.select(Cue).where(Cue.key == "b"))
        assert (cue.masked, cue.text) == (True, "Mon mari frappait.")
    replaced = karim.post(
        f"{voice.track}/import", text="WEBVTT\n\n00:01.000 --> 00:02.000\nx", replace="yes"
    )
    assert replaced.status_code == 403
    keep(nadia, voice, [LINES[1] | {"masked": False, "lifted": True}])
    assert SECRET in karim.get(voice.url).text


def test_a_screen_that_did_not_know_of_a_mask_does_not_lift_it(nadia, voice, app):
    """Two keepers at once, or a line that waited in a browser for a week."""
    keep(nadia, voice, [LINES[1] | {"masked": False, "text": "Mon mari me frappait."}])
    with app.app_context():
        cue = db.session.scalar(db.select(Cue).where(Cue.key == "b"))
        assert (cue.masked, cue.text) == (True, "Mon mari me frappait.")


def test_a_line_masked_now_is_on_no_screen_drawn_before(nadia, client, voice, world, app):
    page = f"/pages/{quoting(app, world, voice)}-citation"
    before = client.get(page)
    assert "Matam" in before.text
    keep(nadia, voice, [LINES[0] | {"masked": True}])
    kept = {"If-None-Match": before.headers["ETag"]}
    again = client.get(page, headers=kept)
    assert again.status_code == 200
    assert "Matam" not in again.text
    nadia.post(f"{voice.track}/removal")
    gone = client.get(page, headers={"If-None-Match": again.headers["ETag"]})
    assert gone.status_code == 200
    assert "jardin" not in gone.text


def test_typing_leaves_one_line_in_the_journal_for_each_person(nadia, karim, voice, app):
    for sender in (nadia, karim, nadia):
        keep(sender, voice, [LINES[0]])
    with app.app_context():
        wrote = db.select(Event).where(Event.item_id == voice.id, Event.verb == "wrote the lines")
        assert len(db.session.scalars(wrote).all()) == 2


def test_lines_brought_in_must_be_heard_again_before_they_are_shown(nadia, client, voice):
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nJamais relu."
    nadia.post(f"{voice.track}/import", text=text, replace="yes")
    assert "Jamais relu" in nadia.get(voice.url).text
    assert "Jamais relu" not in client.get(voice.url).text


def test_lines_that_took_the_place_of_others_give_it_back(nadia, karim, client, voice, app):
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nPar erreur."
    screen = nadia.client.post(
        f"{voice.track}/import", data={"text": text, "replace": "yes"}, follow_redirects=True
    ).text
    assert f"{voice.track}/undoing" in screen
    assert "Matam" not in screen
    assert SECRET not in karim.get(voice.url).text
    assert karim.post(f"{voice.track}/undoing").status_code == 403  # a masked line is among them
    assert nadia.post(f"{voice.track}/undoing").status_code == 303
    screen = nadia.get(voice.track).text
    assert "Matam" in screen
    assert SECRET in screen
    assert "Par erreur" not in screen
    assert SECRET not in karim.get(voice.url).text
    assert "Matam" not in client.get(voice.url).text  # a draft, to be heard again
    assert nadia.post(f"{voice.track}/undoing").status_code == 303  # and back again
    assert "Par erreur" in nadia.get(voice.track).text
    with app.app_context():
        aside = db.session.scalar(db.select(Track.id).where(Track.kind.startswith("~")))
        copy = duplicate(db.session.get(File, voice.id), db.session.get(File, voice.id).author,
                         db.session.get(File, voice.id).group)  # fmt: skip
        kinds = db.select(Track.kind).where(Track.file_id == copy.id)
        assert db.session.scalars(kinds).all() == ["transcript"]
        file = db.session.get(File, voice.id)
        assert history.erase(file, "Matam", "…", file.author)  # also what waits aside
        db.session.commit()
    assert nadia.post(f"/files/{voice.id}/transcripts/{aside}/restoration").status_code == 404
    nadia.post(f"{voice.track}/undoing")
    assert "Matam" not in nadia.get(voice.track).text


def test_checked_lines_are_read_again_by_search_when_their_words_change(nadia, client, voice, app):
    def written(lines) -> int:
        count = []

        def see(_connection, _cursor, statement, *_more):
            if "search_" in statement and not statement.lstrip().startswith("SELECT"):
                count.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", see)
        try:
            keep(nadia, voice, lines)
        finally:
            event.remove(engine, "before_cursor_execute", see)
        return len(count)

    assert written([LINES[0]]) == 0
    assert written([LINES[0] | {"speaker": "Samira D.", "end": 91_000}]) == 0
    assert written([LINES[0] | {"text": "Je viens de Podor."}]) > 0
    assert client.get("/api/v1/search?q=podor").json["total"] == 1
    assert written([LINES[0] | {"text": "Je viens de Podor.", "masked": True}]) > 0
    assert client.get("/api/v1/search?q=podor").json["total"] == 0


def test_a_draft_is_for_the_group_alone(nadia, karim, others, voice):
    assert all("Matam" in other.get(voice.url).text for other in others)
    nadia.post(f"{voice.track}/state")
    assert "Matam" in karim.get(voice.url).text
    for other in others:
        assert "Matam" not in other.get(voice.url).text
        assert other.get(f"{voice.track}.vtt").status_code == 404
        assert f"/files/{voice.id}" not in other.get("/search?q=Matam").text


def test_a_private_recording_says_nothing_to_others(rosa, others, voice, app):
    with app.app_context():
        db.session.get(Item, voice.id).scope = Scope.GROUP
        db.session.commit()
    for other in others:
        for way in ("", "/lines", "/state", "/import", "/removal"):
            answer = other.client.open(voice.track + way, method="POST" if way else "GET")
            assert answer.status_code in (303, 401, 403, 404)
        assert other.get(f"{voice.track}.vtt").status_code in (401, 404)
        assert other.get(f"/files/{voice.id}/chapters.vtt").status_code in (401, 404)
        assert other.get(f"/files/{voice.id}/chapters").status_code in (303, 401, 404)
    assert rosa.get(voice.track).status_code == 403
    keep(rosa, voice, LINES, status=403)


def test_search_finds_what_is_said_at_its_moment(client, voice):
    found = client.get("/api/v1/search?q=jardin partagé").json["results"]
    assert voice.id in [one["id"] for one in found]
    page = client.get("/search?q=Matam").text
    assert f"{voice.id}" in page
    assert "#t=83" in page


def test_lines_leave_and_come_back_as_webvtt(nadia, client, voice, app):
    text = client.get(f"{voice.track}.vtt")
    assert text.mimetype == "text/vtt"
    assert "00:01:23.000 --> 00:01:30.000\n<v Samira>Je viens de Matam." in text.text
    assert "[passage masqué]" in text.text
    begun = nadia.post(f"/files/{voice.id}/transcripts", lang="ar", kind="translation").location
    sent = nadia.client.post(
        f"{begun}/import", data={"file": (io.BytesIO(text.data), "a.vtt")}, buffered=True
    )
    assert sent.status_code == 303
    with app.app_context():
        assert len(db.session.get(Track, int(begun.rpartition("/")[2])).lines()) == 3
    again = nadia.post(f"{begun}/import", text="autre")
    assert again.status_code == 303
    with app.app_context():
        assert len(db.session.get(Track, int(begun.rpartition("/")[2])).lines()) == 3
    assert nadia.post(f"{begun}/import", text="WEBVTT", replace="yes").status_code == 303
    assert (
        nadia.post(f"/files/{voice.id}/transcripts", lang="ar", kind="translation").location
        == begun
    )
    assert nadia.post(f"/files/{voice.id}/transcripts", lang="xx").status_code == 422


def test_chapters_are_kept_searched_and_lead_to_their_moment(karim, client, voice):
    form = {"start": ["0:05", "1:02:03", ""], "title": ["L’arrivée", "Le four à pain", ""],
            "summary": ["Le bateau.", "", ""], "keywords": ["exil", "", ""]}  # fmt: skip
    assert karim.post(f"/files/{voice.id}/chapters", **form).status_code == 303
    page = client.get(voice.url).text
    assert f'<a href="#t=5" data-media="{voice.id}">' in page
    assert f'<a href="#t=3723" data-media="{voice.id}">' in page
    assert "#t=3723" in client.get("/search?q=four").text
    assert "01:02:03.000 --> " in client.get(f"/files/{voice.id}/chapters.vtt").text
    wrong = karim.post(f"/files/{voice.id}/chapters", **(form | {"start": ["midi", "2:00", ""]}))
    assert wrong.status_code == 422
    assert "Le bateau." in wrong.text
    karim.post(f"/files/{voice.id}/chapters", start="1", title="", summary="", keywords="")
    assert "four" not in client.get(voice.url).text


def test_two_people_who_write_chapters_lose_none(karim, nadia, voice):
    address = f"/files/{voice.id}/chapters"
    nadia.post(address, start=["0:05", "1:00"], title=["Arrivée", "Départ"], summary=["", ""],
               keywords=["", ""])  # fmt: skip
    begun = fields(karim.get(address).text)
    hers = fields(nadia.get(address).text)
    hers["title"][0], hers["start"][2], hers["title"][2] = "L’arrivée", "2:00", "Le retour"
    nadia.post(address, **hers)
    begun["title"][1], begun["start"][2], begun["title"][2] = "Le départ", "3:00", "La fête"
    karim.post(address, **begun)
    page = nadia.get(address).text
    assert fields(page)["title"] == [
        "L’arrivée", "Le départ", "Le retour", "La fête", "", "",
    ]  # fmt: skip


def fields(page: str) -> dict[str, list[str]]:
    """What the form of chapters would send."""
    found = re.findall(r'<input[^>]*name="(\w+)" value="([^"]*)"', page)
    names = ("shown", "key", "was", "start", "title", "keywords")
    sent = {name: [html.unescape(value) for n, value in found if n == name] for name in names}
    return sent | {"summary": re.findall(r'name="summary"[^>]*>([^<]*)<', page)}


def test_a_quoted_moment_has_its_words_and_its_player_for_who_may_hear(
    nadia, others, voice, world, app
):
    written = nadia.post(
        "/pages/new",
        group=world.ours,
        title="Bilan",
        body=f"Elle dit :\n\n{{{{moment {voice.id} 83-90}}}}",
    )
    page = nadia.get(written.location).text
    assert '<blockquote><p dir="auto">Je viens de Matam.' in page
    assert 'data-start="83"' in page
    with app.app_context():
        item = db.session.get(Item, int(written.location.split("/")[-1].split("-")[0]))
        item.scope = Scope.PUBLIC
        db.session.get(Item, voice.id).scope = Scope.GROUP
        db.session.commit()
    for other in others:
        said = other.get(written.location).text
        assert "Elle dit" in said
        assert "Matam" not in said


def test_words_erased_for_good_leave_lines_and_chapters(nadia, voice, world, app):
    nadia.post(
        f"/files/{voice.id}/chapters", start="0:05", title="Samira arrive", summary="", keywords=""
    )
    with app.app_context():
        file = db.session.get(File, voice.id)
        history.erase(file, "Samira", "une femme", file.author)
        db.session.commit()
        texts = [cue.speaker for cue in db.session.scalars(db.select(Cue))]
        assert "Samira" not in " ".join(texts)
        assert transcripts.chapters_of(voice.id)[0].title == "une femme arrive"
    assert "Samira" not in nadia.get(voice.url).text


def test_a_copy_elsewhere_takes_no_secret_along(nadia, voice, world, app):
    with app.app_context():
        file = db.session.get(File, voice.id)
        copy = duplicate(file, file.author, db.session.get(Group, world.theirs))
        [track] = transcripts.tracks_of(copy.id)
        assert [cue.text for cue in track.lines()] == [
            "Je viens de Matam.",
            "",
            "Et le jardin partagé ?",
        ]


def test_only_sounds_and_films_are_written_down(nadia):
    sent = nadia.send("note.txt", b"bonjour")
    assert nadia.post(f"/files/{sent.id}/transcripts", lang="fr").status_code == 404
    assert nadia.get(f"/files/{sent.id}/chapters").status_code == 404


def test_lines_that_were_deleted_come_back_when_asked(nadia, client, voice):
    nadia.post(f"{voice.track}/removal")
    assert nadia.get(voice.track).status_code == 404
    assert nadia.get(f"{voice.track}.vtt").status_code == 404
    assert "Matam" not in nadia.get(voice.url).text
    assert client.get("/api/v1/search?q=Matam").json["total"] == 0
    nadia.post(f"{voice.track}/restoration")
    assert "Matam" in nadia.get(voice.url).text
    nadia.post(f"{voice.track}/removal")
    assert nadia.post(f"/files/{voice.id}/transcripts", lang="fr").location == voice.track
    assert "Matam" in nadia.get(voice.track).text
    assert "Matam" not in client.get(voice.url).text  # a draft again


def test_what_leaves_the_site_takes_only_what_is_checked(nadia, voice, app):
    nadia.post(f"{voice.track}/state")
    with app.test_request_context():
        assert transcripts.of(voice.id, _nadia(voice), leaves=True) is None
        assert transcripts.of(voice.id, _nadia(voice)) is not None


def _nadia(voice):
    return db.session.get(File, voice.id).author


def test_a_recording_nobody_wrote_down_asks_the_group_for_its_words(nadia, karim, client, voice):
    sent = karim.send("parole.webm", recordings.sound(seconds=0.4))
    places = (f"/files/{sent.id}", f"/files?group={karim.group}")
    for place in places:
        assert "Texte à compléter" in karim.get(place).text
    keep(nadia, voice, LINES)
    assert karim.get(f"/files?group={karim.group}").text.count("Texte à compléter") == 1
    started = karim.post(f"/files/{sent.id}/transcripts", lang="fr")
    sent.track = started.location
    keep(karim, sent, LINES)
    for place in places:
        assert "Texte à compléter" not in karim.get(place).text

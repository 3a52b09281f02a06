"""Comments and suggestions about a passage: who sees them, where they stand, what they become."""

import pytest

from tests.items.writers import Text
from wiki.accounts.models import User
from wiki.db import db
from wiki.items import folding
from wiki.items.models import Item, Revision, Scope
from wiki.items.passages import Passage
from wiki.notifications import lines
from wiki.notifications.telling import tell

BODY = "Ouvert le **lundi** et le mardi.\n\nFermé en août 🌞, sauf le *samedi*."


@pytest.fixture
def page(app, world):
    text = Text(app, world.page)
    text.saved(BODY, world.nadia)
    return text


@pytest.fixture
def public(page, world):
    page.shown(Scope.PUBLIC, world.nadia)
    return page


def sent(client, text, **fields):
    """What the answer is to a comment about a passage."""
    body = fields.pop("body", "Vraiment ?")
    return client.post(
        f"/items/{text.id}/comments",
        data={"body": body, **fields},
        headers={"Accept": "application/json"},
    )


def listed(client, text) -> list[dict]:
    return client.get(f"/items/{text.id}/passages").json["passages"]


def settled(client, text, comment: int, act: str, **options):
    return client.post(
        f"/items/{text.id}/comments/{comment}/settlement",
        data={"act": act},
        headers={"Accept": "application/json"},
        **options,
    )


def place(text, entry) -> str:
    """The words at the places given, counted as browsers count."""
    raw = text.encode("utf-16-le")
    return raw[entry["start"] * 2 : entry["end"] * 2].decode("utf-16-le")


def test_a_passage_is_taken_from_the_words_on_screen(page, client_of):
    made = sent(client_of("karim"), page, passage="ouvert le lundi et")
    assert made.status_code == 201
    entry = made.json["passage"]
    assert (entry["kind"], entry["state"], entry["field"]) == ("comment", "stands", "body")
    assert entry["quote"] == "Ouvert le lundi et"
    assert place(BODY, entry) == "Ouvert le **lundi** et"
    screen = client_of("nadia").get(f"/items/{page.id}", follow_redirects=True).text
    assert "À propos de ce passage" in screen
    assert 'href="#:~:text=Ouvert%20le%20lundi%20et"' in screen


def test_words_that_are_not_there_are_refused_and_what_was_written_stays(page, client_of):
    answer = sent(client_of("karim"), page, passage="le dimanche des Rameaux")
    assert answer.status_code == 422
    assert "ne sont pas dans le texte" in answer.json["error"]["message"]
    form = client_of("karim").post(
        f"/items/{page.id}/comments", data={"body": "Mon mot", "passage": "dimanche"}
    )
    assert form.status_code == 422
    assert "Mon mot" in form.text
    assert "dimanche</textarea>" in form.text


def test_it_survives_edits_of_every_sort(page, world, client_of):
    client = client_of("karim")
    sent(client, page, passage="sauf le samedi")
    page.typed(0, "Bonjour 🌞.\n\n", world.karim)
    (entry,) = listed(client, page)
    assert place(page.now(), entry) == "sauf le *samedi*"
    page.folded()
    page.saved("# Titre\n\n" + page.last().replace("Ouvert", "Fermé"), world.nadia)
    (entry,) = listed(client, page)
    assert (entry["state"], place(page.now(), entry)) == ("stands", "sauf le *samedi*")
    page.typed(page.now().index("samedi"), "premier ", world.karim)
    (entry,) = listed(client, page)
    assert (entry["state"], entry["now"]) == ("changed", "sauf le premier samedi")
    page.folded()
    screen = client.get(f"/items/{page.id}", follow_redirects=True).text
    assert "Ce passage a changé depuis." in screen
    assert "sauf le samedi" in screen
    page.saved("Tout autre chose.", world.nadia)
    (entry,) = listed(client, page)
    assert (entry["state"], entry["start"]) == ("gone", None)
    assert "n’est plus dans le texte" in client.get(f"/items/{page.id}", follow_redirects=True).text


def test_it_survives_a_log_made_one(page, world, client_of, monkeypatch):
    monkeypatch.setattr(folding, "ROWS_AT_MOST", 3)
    client = client_of("karim")
    for passage in ("sauf le samedi", "Ouvert le lundi"):
        sent(client, page, passage=passage)
    for n in range(4):
        page.typed(0, f"é{n}🌞 ", world.karim)
    page.typed(page.now().index("Ouvert"), "", world.karim, taken=len("Ouvert le **lundi**"))
    page.folded()
    page.typed(0, "Encore. ", world.nadia)
    found = {entry["quote"]: entry for entry in listed(client, page)}
    assert place(page.now(), found["sauf le samedi"]) == "sauf le *samedi*"
    assert found["Ouvert le lundi"]["state"] == "gone"
    page.folded()


def test_words_brought_back_are_found_again(page, world, client_of):
    sent(client_of("karim"), page, passage="sauf le samedi")
    page.saved("Tout autre chose.", world.nadia)
    client_of("nadia").post(f"/items/{page.id}/revisions/2/restoration")
    (entry,) = listed(client_of("karim"), page)
    assert (entry["state"], place(page.now(), entry)) == ("stands", "sauf le *samedi*")


def test_the_editor_sends_places_of_the_text_being_written(page, world, client_of):
    client = client_of("karim")
    page.typed(0, "🌞 Été. ", world.nadia)
    now = page.now()
    start = len(now[: now.index("mardi")].encode("utf-16-le")) // 2
    made = sent(
        client,
        page,
        passage_field="body",
        passage_start=start,
        passage_end=start + 5,
        passage="mardi",
    )
    assert place(now, made.json["passage"]) == "mardi"
    moved = sent(client, page, passage_field="body", passage_start=0, passage_end=5, passage="août")
    assert place(now, moved.json["passage"]) == "août"


def test_a_suggestion_accepted_is_a_change_of_who_accepts(page, world, client_of):
    made = sent(
        client_of("karim"), page, body="", passage="le mardi", replacement="le mercredi"
    ).json["passage"]
    assert made["kind"] == "suggestion"
    page.typed(0, "Avant. ", world.karim)
    done = settled(client_of("nadia"), page, made["id"], "accept")
    assert done.status_code == 200
    assert page.last() == page.now() == "Avant. " + BODY.replace("mardi", "mercredi")
    with page.app.app_context():
        last = db.session.scalar(db.select(Revision).order_by(Revision.id.desc()).limit(1))
        assert last.actor_id == world.nadia
        assert last.note == "Formulation proposée par Karim"
    (entry,) = listed(client_of("karim"), page)
    assert (entry["settled"], entry["accepted"], entry["settled_by"]) == (
        True,
        True,
        "Nadia Ferrec",
    )
    again = settled(client_of("nadia"), page, made["id"], "accept")
    assert again.status_code == 409


def test_the_marks_around_the_words_stay(page, client_of):
    made = sent(client_of("karim"), page, passage="le lundi et", replacement="le jeudi et").json
    settled(client_of("nadia"), page, made["passage"]["id"], "accept")
    assert page.last().startswith("Ouvert le **jeudi** et le mardi.")


def test_a_passage_can_be_proposed_to_go(page, client_of):
    made = sent(
        client_of("karim"), page, passage=" et le mardi", replacement="", suggests="yes"
    ).json
    settled(client_of("nadia"), page, made["passage"]["id"], "accept")
    assert page.last().startswith("Ouvert le **lundi**")
    assert "mardi" not in page.last()


def test_a_suggestion_whose_passage_changed_is_not_put_blindly(page, world, client_of):
    made = sent(client_of("karim"), page, passage="le mardi", replacement="le mercredi").json
    page.typed(page.now().index("mardi"), "grand ", world.karim)
    answer = settled(client_of("nadia"), page, made["passage"]["id"], "accept")
    assert answer.status_code == 409
    assert "mercredi" not in page.now()
    refused = settled(client_of("nadia"), page, made["passage"]["id"], "refuse")
    assert refused.json["passage"]["accepted"] is False


def test_who_may_decide_and_who_may_settle(page, world, client, client_of):
    made = sent(client_of("rosa"), page, passage="le mardi", replacement="le jeudi").json["passage"]
    for act in ("accept", "refuse"):
        assert settled(client_of("rosa"), page, made["id"], act).status_code == 403
        assert settled(client_of("stranger"), page, made["id"], act).status_code == 404
        assert settled(client, page, made["id"], act).status_code == 401
    assert settled(client_of("rosa"), page, made["id"], "settle").status_code == 200
    assert settled(client_of("karim"), page, made["id"], "reopen").status_code == 200
    assert settled(client_of("karim"), page, made["id"], "explode").status_code == 422
    assert client_of("stranger").get(f"/items/{page.id}/passages").status_code == 404


def test_a_stranger_s_first_suggestion_waits_and_is_not_accepted_before(
    public, client, client_of, monkeypatch
):
    monkeypatch.setattr("wiki.items.comments.FASTEST", -1)
    from wiki.items import comments

    with public.app.app_context():
        token = comments.start_token(public.id)
    answer = sent(
        client,
        public,
        body="",
        name="Léa",
        started=token,
        passage="le mardi",
        replacement="le jeudi",
    )
    assert answer.json == {"passage": None, "held": True}
    assert listed(client, public) == []
    (entry,) = listed(client_of("karim"), public)
    assert entry["held"]
    assert not entry["may_decide"]
    assert settled(client_of("karim"), public, entry["id"], "accept").status_code == 403
    client_of("karim").post(f"/items/{public.id}/comments/{entry['id']}/approval")
    assert listed(client, public)[0]["quote"] == "le mardi"
    assert settled(client_of("karim"), public, entry["id"], "accept").status_code == 200


def test_words_that_no_version_says_stay_in_the_group(public, world, client, client_of):
    public.typed(0, "Secret en cours. ", world.karim)
    made = sent(
        client_of("karim"),
        public,
        passage_field="body",
        passage_start=0,
        passage_end=6,
        passage="Secret",
    ).json
    assert made["passage"]["quote"] == "Secret"
    proposed = sent(
        client_of("karim"), public, passage_field="body", passage_start=0, passage_end=6,
        passage="Secret", suggests="yes", replacement="Secrets bien gardés", body="",
    )  # fmt: skip
    assert proposed.json["passage"]["replacement"] == "Secrets bien gardés"
    answer = client.get(f"/items/{public.id}/passages")
    assert "Secret" not in answer.text
    assert answer.json["passages"][0]["quote"] == ""
    assert "Secret" not in client.get(f"/items/{public.id}", follow_redirects=True).text
    public.folded()
    assert listed(client, public)[0]["quote"] == "Secret"


def test_what_was_said_before_it_was_shown_stays_in_the_group(page, world, client, client_of):
    sent(client_of("karim"), page, passage="le mardi")
    page.shown(Scope.PUBLIC, world.nadia)
    assert listed(client, page) == []
    assert len(listed(client_of("karim"), page)) == 1


def test_an_erased_name_leaves_quotes_and_wordings_and_the_passage_stays_held(
    page, world, client_of
):
    page.saved("Avec Fatoumata, le mardi. Et encore.", world.nadia)
    client = client_of("karim")
    sent(client, page, passage="Avec Fatoumata, le mardi", replacement="Avec Fatoumata, le jeudi")
    client_of("nadia").post(
        f"/items/{page.id}/erasure", data={"words": "Fatoumata", "instead": "F."}
    )
    with page.app.app_context():
        for kept in db.session.scalars(db.select(Passage)):
            said = (kept.quote, kept.before, kept.after, kept.replacement)
            assert "Fatoumata" not in str(said)
            assert kept.epoch == 2
    page.typed(0, "Avant. ", world.karim)
    (entry,) = listed(client, page)
    assert (entry["state"], place(page.now(), entry)) == ("stands", "Avec F., le mardi")


def test_a_removed_comment_takes_its_passage_along(page, client_of):
    made = sent(client_of("karim"), page, passage="le mardi").json["passage"]
    client_of("karim").post(f"/items/{page.id}/comments/{made['id']}/removal")
    assert listed(client_of("karim"), page) == []
    assert settled(client_of("karim"), page, made["id"], "settle").status_code == 404


def test_the_same_button_twice_makes_one_and_two_passages_make_two(page, client_of):
    client = client_of("karim")
    for passage in ("le mardi", "le mardi", "en août"):
        assert (
            sent(
                client, page, body="", passage=passage, suggests="yes", replacement="x"
            ).status_code
            == 201
        )
    assert len(listed(client, page)) == 2


def test_a_report_s_section_has_passages_too(app, world, client_of):
    failed = Text(app, world.report, "what_failed")
    made = sent(
        client_of("karim"), failed, passage="wifi de la salle", replacement="réseau de la salle"
    ).json
    assert made["passage"]["field"] == "what_failed"
    settled(client_of("nadia"), failed, made["passage"]["id"], "accept")
    assert failed.last() == "Le réseau de la salle."


def test_a_text_that_nobody_writes_together_has_passages_too(app, world, client_of):
    from wiki.discussions.models import Discussion
    from wiki.items.writing import save

    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        question = Discussion(
            group_id=world.ours, title="Où ?", body="Dans la **petite** salle.", scope=Scope.GROUP
        )
        save(question, nadia)
        text = Text(app, question.id)
    made = sent(
        client_of("karim"), text, passage="la petite salle", replacement="la grande salle"
    ).json["passage"]
    assert settled(client_of("nadia"), text, made["id"], "accept").status_code == 200
    with app.app_context():
        assert db.session.get(Item, text.id).body == "Dans la **grande** salle."


def test_answers_stand_under_a_passage(page, client_of):
    made = sent(client_of("karim"), page, passage="le mardi").json["passage"]
    sent(client_of("nadia"), page, body="Oui.", reply_to=made["id"])
    (entry,) = listed(client_of("karim"), page)
    assert [one["author"] for one in entry["answers"]] == ["Nadia Ferrec"]


@pytest.mark.parametrize(
    ("act", "words"), [("accept", "a mis vos mots dans"), ("refuse", "le texte reste comme il est")]
)
def test_who_proposed_is_told_what_was_decided(page, world, client_of, act, words):
    made = sent(client_of("karim"), page, passage="le mardi", replacement="le jeudi").json
    settled(client_of("nadia"), page, made["passage"]["id"], act)
    with page.app.test_request_context(headers={"Accept-Language": "fr"}):
        tell()
        told = [one.words for one in lines.unread(db.session.get(User, world.karim))]
    assert len(told) == 1
    assert words in told[0]

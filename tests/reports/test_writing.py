"""Writing a report: lines, order, own headings, what is not for us, and drafts that follow."""

import pytest

from tests.reports.forms import fields
from wiki.db import db
from wiki.items import history
from wiki.reports import drafts, trust
from wiki.reports.drafts import ReportDraft
from wiki.reports.models import Report
from wiki.reports.outlines import arranged, missing

LINE = {"whom": "people", "text": "Sept appellent seuls.", "evidence": "said", "n": 7}


@pytest.fixture
def editing(client_of, world):
    """Nadia with the edit form of the report open: (client, address, fields)."""
    client = client_of("nadia")
    address = f"/reports/{world.report}/edit"
    return client, address, fields(client.get(address).text)


def report(world) -> Report:
    return db.session.get(Report, world.report, populate_existing=True)


def lines_sent(sent: dict, name: str, **row) -> dict:
    """The form with one more line: each column bears one value more."""
    columns = {key: value for key, value in sent.items() if key.startswith(f"{name}_")}
    made = {key: [*(v if isinstance(v, list) else [v]), ""] for key, v in columns.items()}
    for key, value in row.items():
        made[f"{name}_{key}"][-1] = value
    return sent | made


def test_what_it_changed_is_told_line_by_line_with_its_evidence(app, client, editing, world):
    nadia, address, sent = editing
    sent = lines_sent(sent, "effects", whom="people", text="Sept appellent seuls.",
                      evidence="said", n="7", source="Entretiens de juin")  # fmt: skip
    assert nadia.post(address, data=sent).status_code == 303
    with app.app_context():
        row = report(world).effects[0]
        assert (row["text"], row["n"], row["evidence"]) == ("Sept appellent seuls.", 7, "said")
    page = client.get(f"/reports/{world.report}").text
    for words in ("Sept appellent seuls.", "n = 7", "Entretiens de juin"):
        assert words in page
    assert "Sept appellent seuls." in nadia.get(address).text


def test_conditions_are_a_checklist_by_family(app, client, editing, world):
    nadia, address, sent = editing
    sent = lines_sent(sent, "requirements", family="means", text="Une borne 4G", weight="fit")
    assert nadia.post(address, data=sent).status_code == 303
    page = client.get(f"/reports/{world.report}").text
    assert "Une borne 4G" in page
    assert '<span class="need need--fit">' in page


def test_a_number_that_is_none_comes_back_as_typed(app, editing, world):
    nadia, address, sent = editing
    sent = lines_sent(sent, "effects", text="Beaucoup osent.", n="beaucoup")
    answer = nadia.post(address, data=sent)
    assert answer.status_code == 422
    assert 'value="beaucoup"' in answer.text
    with app.app_context():
        assert report(world).effects == []


@pytest.mark.parametrize(
    "row",
    [
        {"whom": "martians", "text": "x"}, {"evidence": "sworn", "text": "x"},
        {"text": "é" * 1_000, "n": "0"}, {"text": "\x00\u202e\u200bok"},
    ],
)  # fmt: skip
def test_strange_lines_are_tidied(app, editing, world, row):
    nadia, address, sent = editing
    assert nadia.post(address, data=lines_sent(sent, "effects", **row)).status_code == 303
    with app.app_context():
        made = report(world).effects[0]
        assert made["whom"] == "people"
        assert made["evidence"] == ""


@pytest.mark.parametrize(
    "row", [{"text": "x" * 1_001}, {"source": "seul"}, {"text": "a", "n": "-"}]
)
def test_wrong_lines_are_refused_with_what_was_typed(editing, row):
    nadia, address, sent = editing
    assert nadia.post(address, data=lines_sent(sent, "effects", **row)).status_code == 422


def test_two_people_adding_lines_both_keep_theirs(app, editing, client_of, world):
    nadia, address, sent = editing
    karim = client_of("karim")
    karim.post(address, data=lines_sent(sent, "effects", text="De Karim."))
    answer = nadia.post(address, data=lines_sent(sent, "effects", text="De Nadia."))
    assert answer.status_code == 303
    with app.app_context():
        assert {row["text"] for row in report(world).effects} == {"De Karim.", "De Nadia."}


def test_a_part_moves_up_without_script_and_nothing_typed_is_lost(app, editing, world):
    nadia, address, sent = editing
    moved = sent | {"section_changes": "Tapé juste avant.", "move": "what_failed:up"}
    answer = nadia.post(address, data=moved)
    assert answer.status_code == 303
    assert answer.location.endswith("#part-what_failed")
    page = nadia.get(address).text
    assert page.index('id="part-what_failed"') < page.index('id="part-changes"')
    assert "Tapé juste avant." in page
    assert nadia.post(address, data=fields(page)).status_code == 303
    with app.app_context():
        order = arranged(report(world))
        assert order.index("what_failed") < order.index("changes")
        assert report(world).sections["changes"] == "Tapé juste avant."
        assert db.session.query(ReportDraft).count() == 0


def test_an_own_heading_is_added_shown_and_searched(app, client, editing, world):
    nadia, address, sent = editing
    nadia.post(address, data=sent | {"add": "heading"})
    sent = fields(nadia.get(address).text)
    key = next(name for name in sent if name.startswith("heading_own-"))
    sent |= {key: "Le rôle du facteur", key.replace("heading", "section"): "Il a prévenu tous."}
    assert nadia.post(address, data=sent).status_code == 303
    page = client.get(f"/reports/{world.report}").text
    assert "Le rôle du facteur" in page
    assert "Il a prévenu tous." in page
    assert f"/reports/{world.report}" in client.get("/search?q=facteur").text
    # Emptied, it goes away.
    sent = fields(nadia.get(address).text)
    nadia.post(address, data=sent | {key: "", key.replace("heading", "section"): ""})
    assert "Le rôle du facteur" not in client.get(f"/reports/{world.report}").text


def test_what_is_not_for_us_is_neither_counted_nor_shown_but_kept(app, client, editing, world):
    nadia, address, sent = editing
    nadia.post(address, data=sent | {"section_changes": "Peu de chose."})
    sent = fields(nadia.get(address).text)
    nadia.post(address, data=sent | {"skipped": ["changes", "what_failed"]})
    with app.app_context():
        saved = report(world)
        assert saved.sections["changes"] == "Peu de chose."
        # What others need still counts, and is still missing.
        assert [part.key for part in saved_parts(saved)] == ["audience", "key_moments",
                                                             "what_failed"]  # fmt: skip
        with app.test_request_context(headers={"Accept-Language": "en"}):
            assert any("What did not work" in words for words in missing(saved))
    assert "Peu de chose." not in client.get(f"/reports/{world.report}").text
    assert "Peu de chose." in nadia.get(address).text


def saved_parts(saved):
    from wiki.reports.outlines import counted

    return counted(saved)


def test_what_is_typed_follows_its_writer_and_nobody_else(app, client, client_of, editing, world):
    nadia, address, sent = editing
    typed = sent | {"section_voices": "Un mot que personne d’autre ne lit."}
    kept = nadia.post(f"/reports/{world.report}/draft", data=typed)
    assert kept.status_code == 200
    assert "personne d’autre" in client_of("nadia").get(address).text
    for other in (client, client_of("karim"), client_of("rosa")):
        for page in (f"/reports/{world.report}", "/search?q=personne", address):
            assert "personne d’autre" not in other.get(page).text
    # Another screen of hers that knows nothing of it does not overwrite it.
    other = sent | {"screen": "other"}
    assert nadia.post(f"/reports/{world.report}/draft", data=other).status_code == 409
    # The answer to the last sending of this very screen was lost: it is not another one.
    late = nadia.post(f"/reports/{world.report}/draft", data=typed)
    assert late.status_code == 200
    kept = late
    again = typed | {"stamp": kept.json["stamp"], "section_voices": "La suite."}
    assert nadia.post(f"/reports/{world.report}/draft", data=again).status_code == 200
    assert nadia.post(f"/reports/{world.report}/draft/removal").status_code == 303
    assert "La suite." not in nadia.get(address).text


def test_a_button_pressed_on_one_screen_keeps_what_was_typed_on_another(app, editing, world):
    nadia, address, desk = editing
    phone = fields(nadia.get(address).text)
    typed = {"section_voices": "Écrit dans le bus.", "section_contact": "Le mardi."}
    nadia.post(f"/reports/{world.report}/draft", data=phone | typed)
    desk |= {"section_voices": "Écrit au bureau.", "section_audience": "Dix jeunes."}
    clash = nadia.post(address, data=desk | {"add": "heading"})
    assert clash.status_code == 409
    assert "Écrit dans le bus." in clash.text
    assert "Écrit au bureau." in clash.text
    settled = fields(clash.text, "draft-conflict") | {"take:section_voices": "both"}
    assert nadia.post(address, data=settled).status_code == 303
    shown = fields(nadia.get(address).text)
    assert shown["section_voices"] == "Écrit au bureau.\n\nÉcrit dans le bus."
    assert (shown["section_contact"], shown["section_audience"]) == ("Le mardi.", "Dix jeunes.")
    assert any(name.startswith("heading_own-") for name in shown)
    # The same screen goes on without being asked anything.
    assert nadia.post(address, data=shown | {"add": "heading"}).status_code == 303


def test_a_draft_started_before_others_saved_is_put_together_with_them(app, editing, client_of,
                                                                       world):  # fmt: skip
    nadia, address, sent = editing
    nadia.post(f"/reports/{world.report}/draft", data=sent | {"section_voices": "> Osé."})
    client_of("karim").post(address, data=sent | {"section_contact": "Le mardi."})
    assert nadia.post(address, data=fields(nadia.get(address).text)).status_code == 303
    with app.app_context():
        saved = report(world).sections
        assert (saved["voices"], saved["contact"]) == ("> Osé.", "Le mardi.")


def test_saving_on_one_screen_leaves_what_was_typed_on_another(app, editing, world):
    nadia, address, desk = editing
    phone = fields(nadia.get(address).text)
    typed = phone | {"section_voices": "Écrit dans le bus."}
    stamp = nadia.post(f"/reports/{world.report}/draft", data=typed).json["stamp"]
    assert nadia.post(address, data=desk | {"place": "Pontivy"}).status_code == 303
    again = fields(nadia.get(address).text)
    assert again["section_voices"] == "Écrit dans le bus."
    # What leaves the same screen while it is being recorded is not more than what was recorded.
    late = typed | {"stamp": stamp, "section_voices": "Écrit dans le car."}
    nadia.post(f"/reports/{world.report}/draft", data=late)
    assert nadia.post(address, data=late).status_code == 303
    with app.app_context():
        saved = report(world)
        assert (saved.place, saved.sections["voices"]) == ("Pontivy", "Écrit dans le car.")
        assert db.session.query(ReportDraft).count() == 0


def test_a_draft_never_covers_what_others_wrote_in_parts_left_alone(app, editing, client_of, world):
    nadia, address, sent = editing
    nadia.post(f"{address.removesuffix('/edit')}/draft", data=sent | {"section_voices": "À moi."})
    karim = client_of("karim")
    theirs = fields(karim.get(address).text) | {"section_audience": "Dix jeunes de 12 ans."}
    assert karim.post(address, data=theirs).status_code == 303
    shown = fields(nadia.get(address).text)
    assert shown["section_audience"] == "Dix jeunes de 12 ans."
    assert shown["section_voices"] == "À moi."


def test_a_draft_that_says_nothing_of_its_own_is_neither_offered_nor_kept(app, editing, world):
    nadia, address, sent = editing
    nadia.post(f"{address.removesuffix('/edit')}/draft", data=sent)
    shown = nadia.get(address).text
    assert "Ce n’est pas enregistré" not in shown
    assert "draft/removal" not in shown


@pytest.mark.parametrize("name", ["rosa", "stranger"])
def test_only_writers_keep_drafts(client_of, world, name):
    answer = client_of(name).post(f"/reports/{world.report}/draft", data={"title": "x"})
    assert answer.status_code in (403, 404)


def test_a_draft_too_long_is_refused_in_words(client_of, world):
    sent = {"section_voices": "x" * 600_001}
    answer = client_of("nadia").post(f"/reports/{world.report}/draft", data=sent)
    assert answer.status_code == 413
    assert answer.json["error"]["message"]


def test_an_erased_name_leaves_drafts_lines_and_answers(app, client, client_of, editing, world):
    nadia, address, sent = editing
    nadia.post(address, data=lines_sent(sent, "effects", text="Zorglub appelle seul."))
    sent = fields(nadia.get(address).text)
    nadia.post(f"/reports/{world.report}/draft", data=sent | {"section_voices": "Zorglub a dit"})
    client_of("stranger").post(
        f"/reports/{world.report}/feedback", data={"mark": "4", "words": "Bravo Zorglub"}
    )
    with app.app_context():
        saved = report(world)
        saved.each_text(lambda text: text)
        assert history.erase(saved, "Zorglub", "Z.", saved.author) >= 4
        draft = db.session.query(ReportDraft).one()
        assert "Zorglub" not in str(draft.fields)
    assert "Zorglub" not in client.get(f"/reports/{world.report}").text
    assert "Zorglub" not in nadia.get(address).text


def test_the_order_puts_what_never_moved_behind_what_it_follows():
    made = Report(title="x", arrangement=["what_failed", "audience"], sections={"own-1": "a"})
    order = arranged(made)
    assert order.index("what_failed") < order.index("audience")
    assert order.index("starting_need") == order.index("audience") + 1
    assert "own-1" in order


@pytest.mark.parametrize(
    ("key", "step", "made"),
    [("a", -1, "abcx"), ("a", 1, "bacx"), ("c", 1, "abcx"), ("c", -1, "acbx"), ("z", 1, "abcx")],
)
def test_moving_stays_within_what_is_shown(key, step, made):
    assert "".join(drafts.moved(list("abcx"), list("abc"), key, step)) == made


def test_lines_give_the_signs_of_evidence(app):
    rows = [LINE | {"source": "Entretiens"}, {"whom": "team", "text": "x", "evidence": "measured",
                                              "n": 9, "source": ""}]  # fmt: skip
    made = Report(title="x", effects=rows, reviewers=["Ana, conseillère"])
    assert trust.evidence(made) == {"said", "measured"}
    with app.test_request_context(headers={"Accept-Language": "en"}):
        words = " ".join(f"{sign.strong} {sign.text}" for sign in trust.signs(made, ["Bo", "Li"]))
    for part in ("7 people", "n = 9", "Entretiens", "Ana, conseillère", "Bo, Li"):
        assert part in words


def test_programs_write_and_read_lines_headings_and_order(app, client_of, world):
    nadia, path = client_of("nadia"), f"/api/v1/items/{world.report}"
    sent = {
        "revision": 1,
        "effects": [{"whom": "team", "text": "On écoute plus.", "evidence": "said", "n": 2}],
        "headings": {"own-a1": "Le facteur"},
        "sections": {"own-a1": "Il a prévenu tous."},
        "arrangement": ["what_failed", "own-a1"],
        "skipped": ["goals"],
        "contributors": ["Yann"],
    }
    made = nadia.patch(path, json=sent)
    assert made.status_code == 200
    assert made.json["effects"][0]["source"] == ""
    assert made.json["arrangement"] == ["what_failed", "own-a1"]
    for wrong in (
        {"effects": [{"whom": "martians", "text": "x"}]}, {"effects": [{"text": ""}]},
        {"effects": {}}, {"effects": [{"text": "x", "n": -1}]}, {"skipped": ["nothing"]},
        {"headings": {"other": "x"}}, {"reviewers": [1]}, {"requirements": [{"mood": "x"}]},
    ):  # fmt: skip
        answer = nadia.patch(path, json={"revision": 2} | wrong)
        assert answer.status_code == 422, wrong


def test_a_text_that_was_not_sent_is_neither_erased_nor_shown_empty(app, editing, world):
    """A part written with others is not in the form: the draft, the form and the save leave it."""
    nadia, address, sent = editing
    nadia.post(address, data=sent | {"section_voices": "> À plusieurs.", "body": "Le reste."})
    sent = fields(nadia.get(address).text)
    partial = {
        name: value for name, value in sent.items() if name not in ("section_voices", "body")
    }
    nadia.post(f"/reports/{world.report}/draft", data=partial | {"place": "Pontivy"})
    again = fields(nadia.get(address).text)
    assert again["section_voices"] == "> À plusieurs."
    assert again["body"] == "Le reste."
    assert nadia.post(address, data=partial | {"place": "Pontivy"}).status_code == 303
    with app.app_context():
        saved = report(world)
        assert (saved.place, saved.sections["voices"]) == ("Pontivy", "> À plusieurs.")
        assert saved.body == "Le reste."

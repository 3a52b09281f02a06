"""Experience reports through their screens."""

import pytest

from tests.reports.forms import fields
from wiki.db import db
from wiki.items.models import Revision, Scope
from wiki.items.writing import save
from wiki.reports.models import Report


@pytest.fixture
def editing(client_of, world):
    """Nadia with the edit form of the report open: (client, address, fields)."""
    client = client_of("nadia")
    address = f"/reports/{world.report}/edit"
    return client, address, fields(client.get(address).text)


def report(app, world) -> Report:
    return db.session.get(Report, world.report, populate_existing=True)


def test_a_public_report_shows_the_minute_then_what_failed_before_the_rest(client, world):
    page = client.get(f"/reports/{world.report}").text
    minute = page.index('id="minute"')
    failed = page.index("Le wifi de la salle")
    told = page.index("Le jour où Fatou")
    assert minute < failed < told
    assert "Nadia Ferrec" in page


def test_what_nobody_gave_is_not_shown_as_a_fact(client, world):
    page = client.get(f"/reports/{world.report}").text
    assert page.count('class="fact"') == 1


def test_an_unchanged_report_is_not_sent_again(client, world):
    first = client.get(f"/reports/{world.report}")
    again = client.get(f"/reports/{world.report}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_report_begins_with_a_title_as_a_draft(app, client_of, world):
    client = client_of("karim")
    sent = {"title": "Réparer des vélos", "outline": "story", "scope": "0"}
    answer = client.post(f"/reports/new?group={world.ours}", data=sent)
    assert answer.status_code == 303
    again = client.post(f"/reports/new?group={world.ours}", data=sent)
    assert again.location == answer.location
    with app.app_context():
        made = db.session.scalars(db.select(Report).filter_by(title="Réparer des vélos")).one()
        assert (made.scope, made.author_id) == (Scope.DRAFT, world.karim)


def test_a_title_is_asked_for(client_of, world):
    answer = client_of("karim").post(
        f"/reports/new?group={world.ours}", data={"title": " ", "outline": "story", "scope": "0"}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(("name", "status"), [("rosa", 403), ("stranger", 404)])
def test_only_members_begin_and_change_reports(client_of, world, name, status):
    client = client_of(name)
    assert client.get(f"/reports/new?group={world.ours}").status_code == status
    assert client.get(f"/reports/{world.report}/edit").status_code == 403


def test_a_visitor_is_sent_to_sign_in_before_writing(client, world):
    assert client.get("/reports/new").status_code == 303


def test_facts_are_read_as_people_write_them(app, editing, world):
    client, address, sent = editing
    sent |= {"cost": "1 200 €", "preparation_hours": "12,5 h", "people": "", "year": "2026"}
    assert client.post(address, data=sent).status_code == 303
    with app.app_context():
        saved = report(app, world)
        assert (saved.cost, saved.preparation_hours, saved.people) == (1200, 13, None)


def test_a_wrong_figure_keeps_everything_that_was_typed(app, editing, world):
    client, address, sent = editing
    sent |= {"cost": "beaucoup", "section_contact": "Le mardi chez Nadia"}
    answer = client.post(address, data=sent)
    assert answer.status_code == 422
    assert "Le mardi chez Nadia" in answer.text
    assert "beaucoup" in answer.text
    with app.app_context():
        assert report(app, world).revision_count == 1


def test_switching_the_size_loses_no_text(app, editing, world):
    client, address, sent = editing
    client.post(address, data=sent | {"outline": "full", "section_goals": "Que chacun ose."})
    sent = fields(client.get(address).text)
    client.post(address, data=sent | {"outline": "story"})
    with app.app_context():
        saved = report(app, world)
        assert saved.outline == "story"
        assert saved.sections["goals"] == "Que chacun ose."
    assert "Que chacun ose." in client.get(f"/reports/{world.report}").text


def test_saving_nothing_new_makes_no_version(app, editing, world):
    client, address, sent = editing
    assert client.post(address, data=sent).status_code == 303
    with app.app_context():
        assert db.session.query(Revision).filter_by(item_id=world.report).count() == 1


def test_two_people_writing_two_sections_are_put_together(app, editing, client_of, world):
    client, address, sent = editing
    client_of("karim").post(address, data=sent | {"section_voices": "> J’ai osé."})
    answer = client.post(address, data=sent | {"section_contact": "Nadia, le mardi."})
    assert answer.status_code == 303
    with app.app_context():
        saved = report(app, world).sections
        assert saved["voices"] == "> J’ai osé."
        assert saved["contact"] == "Nadia, le mardi."


def test_two_people_changing_one_sentence_must_choose(app, editing, client_of, world):
    client, address, sent = editing
    client_of("karim").post(address, data=sent | {"section_what_failed": "Le micro."})
    answer = client.post(address, data=sent | {"section_what_failed": "La salle trop froide."})
    assert answer.status_code == 409
    assert "micro" in answer.text
    assert "froide" in answer.text


def test_words_ticked_by_two_people_all_stay(app, editing, client_of, world):
    client, address, sent = editing
    client_of("karim").post(address, data=sent | {"terms_publics": ["seniors"]})
    client.post(address, data=sent | {"terms_themes": ["sante"], "tags": "marché, Vélo"})
    with app.app_context():
        names = {t.slug for t in report(app, world).terms}
        assert names == {"seniors", "sante", "marche", "velo"}


def test_a_word_that_does_not_exist_is_refused(editing):
    client, address, sent = editing
    assert client.post(address, data=sent | {"terms_publics": ["martiens"]}).status_code == 422


def test_the_list_shows_only_what_one_may_read(app, client, client_of, world):
    with app.app_context():
        save(Report(group_id=world.ours, title="Entre nous", scope=Scope.GROUP), None)
    assert "Entre nous" not in client.get("/reports").text
    assert "Entre nous" in client_of("rosa").get(f"/reports?group={world.ours}").text
    assert client.get(f"/reports?group={world.theirs}").status_code == 404


def test_an_imported_report_says_that_it_must_be_completed(app, client, world):
    with app.app_context():
        made = Report(
            group_id=world.ours, title="Venu d’ailleurs",
            body="## Un titre\n\nDu texte.\n\n## Un autre\n",
            scope=Scope.PUBLIC, extra={"imported": True, "authors": ["Ana"]},
        )  # fmt: skip
        save(made, None)
        address = made.url
    page = client.get(address).text
    assert "Du texte." in page
    assert "Ana" in page
    assert "banner--care" in page
    assert 'href="#t-un-titre"' in page


def test_every_weight_of_a_condition_gets_its_cell(app, client, world):
    with app.app_context():
        saved = report(app, world)
        table = "| Quoi | Pour refaire |\n|---|---|\n| Un lieu | Indispensable |\n| Un air | Bleu |"
        saved.sections = {**saved.sections, "conditions": table}
        save(saved, None)
    page = client.get(f"/reports/{world.report}").text
    assert '<span class="need need--must">Indispensable</span></td>' in page
    assert "<td>Bleu</td>" in page

"""What readers answer to a report, and what its group does with it."""

import re
from datetime import timedelta

import pytest

from wiki.accounts.models import SiteRole, User
from wiki.db import db, utcnow
from wiki.items import comments
from wiki.items.models import Event, Scope
from wiki.items.writing import set_scope, trash
from wiki.mail import Mail
from wiki.notifications.recipients import recipients
from wiki.reports import freshness, problems
from wiki.reports.feedback import Feedback
from wiki.reports.models import Report
from wiki.reports.problems import Problem
from wiki.reports.testimony import Contact, Question

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def patient(monkeypatch):
    """Time enough passed since the form was shown."""
    monkeypatch.setattr(comments, "FASTEST", -1)


def started(client, address: str) -> dict:
    page = client.get(address).text
    return {"started": re.search(r'name="started"[^>]*value="([^"]+)"', page)[1]}


def report(world) -> Report:
    return db.session.get(Report, world.report, populate_existing=True)


def editor(app, world):
    with app.app_context():
        db.session.get(User, world.stranger).role = SiteRole.EDITOR
        db.session.commit()


# Was it of use?


def test_readers_say_in_words_whether_it_was_of_use(client, client_of, world):
    address = f"/reports/{world.report}/feedback"
    client_of("sophie").post(address, data={"mark": "4", "words": "Refait à Kerdaniou."})
    client_of("stranger").post(address, data={"mark": "4"})
    page = client.get(f"/reports/{world.report}", headers=ENGLISH).text
    assert "2 people: “Yes, I redid something of it”" in page
    assert "Refait à Kerdaniou." in page
    assert not re.search(r"average|moyenne|★|\b\d[.,]\d\b", page[page.index('id="feedback"') :])


def test_a_second_answer_replaces_the_first(app, client_of, world):
    sophie, address = client_of("sophie"), f"/reports/{world.report}/feedback"
    sophie.post(address, data={"mark": "1", "words": "Rien."})
    sophie.post(address, data={"mark": "3", "words": "Si, en fait."})
    with app.app_context():
        one = db.session.query(Feedback).one()
        assert (one.mark, one.words) == (3, "Si, en fait.")


def test_a_visitor_counts_at_once_and_their_words_wait(app, client, client_of, world, patient):
    address = f"/reports/{world.report}/feedback"
    sent = {"mark": "3", "words": "Un mot en attente.", "name": "Zoé"} | started(client, address)
    assert client.post(address, data=sent).status_code == 303
    assert client.post(address, data=sent | {"mark": "2"}).status_code == 303
    for reader in (app.test_client(), client, client_of("rosa"), client_of("sophie")):
        page = reader.get(f"/reports/{world.report}", headers=ENGLISH).text
        assert "1 person: “A little”" in page
        assert "Un mot en attente." not in page
    nadia = client_of("nadia")
    assert "Un mot en attente." in nadia.get(f"/reports/{world.report}").text
    with app.app_context():
        number = db.session.query(Feedback).one().id
    nadia.post(f"{address}/{number}", data={"act": "reply", "reply": "Merci Zoé !"})
    page = client.get(f"/reports/{world.report}", headers=ENGLISH).text
    assert "Un mot en attente." in page
    assert "Merci Zoé !" in page
    assert "The team answers:" in page


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("again", [{"name": "Zut"}, {"words": "Pire."}, {}])
def test_what_the_group_read_or_removed_waits_again_when_a_visitor_changes_it(
    app, client, client_of, world, again
):
    address = f"/reports/{world.report}/feedback"
    sent = {"mark": "3", "words": "Bien reçu.", "name": "Zoé"} | started(client, address)
    client.post(address, data=sent)
    with app.app_context():
        number = db.session.query(Feedback).one().id
    nadia = client_of("nadia")
    nadia.post(f"{address}/{number}", data={"act": "show"})
    assert "Bien reçu." in client.get(f"/reports/{world.report}").text
    if not again:
        nadia.post(f"{address}/{number}", data={"act": "remove"})
    client.post(address, data=sent | again)
    page = client.get(f"/reports/{world.report}").text
    assert not any(words in page for words in ("Bien reçu.", "Pire.", "Zut"))


def test_programs_and_the_writers_themselves_are_not_counted(app, client, client_of, world):
    address = f"/reports/{world.report}/feedback"
    assert client.post(address, data={"mark": "4"}).status_code == 422
    trapped = {"mark": "4", "website": "http://spam"} | started(client, address)
    assert client.post(address, data=trapped).status_code in (303, 422)
    assert client_of("karim").post(address, data={"mark": "4"}).status_code == 403
    with app.app_context():
        assert db.session.query(Feedback).count() == 0


@pytest.mark.parametrize("mark", ["", "0", "5", "x", "9" * 30])
def test_marks_that_do_not_exist_are_refused(client_of, world, mark):
    address = f"/reports/{world.report}/feedback"
    assert client_of("sophie").post(address, data={"mark": mark}).status_code == 422


def test_only_the_group_settles_answers_and_only_of_that_report(app, client_of, world):
    address = f"/reports/{world.report}/feedback"
    client_of("sophie").post(address, data={"mark": "1", "words": "Dur."})
    with app.app_context():
        number = db.session.query(Feedback).one().id
    assert (
        client_of("sophie").post(f"{address}/{number}", data={"act": "remove"}).status_code == 403
    )
    karim = client_of("karim")
    assert karim.post(f"{address}/999", data={"act": "remove"}).status_code == 404
    karim.post(f"{address}/{number}", data={"act": "reply", "reply": "Courage."})
    assert karim.post(f"{address}/{number}", data={"act": "autre"}).status_code == 400
    assert "Courage." in karim.get(f"/reports/{world.report}").text
    assert client_of("karim").post(f"{address}/{number}", data={"act": "remove"}).status_code == 303
    assert "Dur." not in client_of("sophie").get(f"/reports/{world.report}").text


def test_nobody_answers_what_they_may_not_read(app, client, client_of, world):
    with app.app_context():
        set_scope(report(world), Scope.GROUP, None)
        db.session.commit()
    for name in ("feedback", "problem"):
        assert client.get(f"/reports/{world.report}/{name}").status_code == 404
        sent = client_of("sophie").post(f"/reports/{world.report}/{name}", data={"mark": "4"})
        assert sent.status_code == 404


# Something is wrong


def test_a_problem_reaches_those_in_charge_without_saying_who(app, client, client_of, world,
                                                              patient):  # fmt: skip
    editor(app, world)
    address = f"/reports/{world.report}/problem"
    sent = {"sort": "error", "words": "Le prix est faux."}
    assert client_of("sophie").post(address, data=sent).status_code == 303
    sent = {"sort": "improper", "words": "On me reconnaît."} | started(client, address)
    assert client.post(address, data=sent).status_code == 303
    for name in ("nadia", "stranger"):
        page = client_of(name).get("/reports/problems", headers=ENGLISH).text
        assert "Le prix est faux." in page
        assert "On me reconnaît." in page
        assert "Sophie" not in page
    assert "Le prix est faux." not in client_of("karim").get("/reports/problems").text
    for reader in (client, client_of("karim")):
        assert "Le prix est faux." not in reader.get(f"/reports/{world.report}").text
    with app.app_context():
        told = db.session.query(Event).filter_by(verb="reported a problem").all()
        assert [one.actor_id for one in told] == [None, None]


def test_a_facilitator_who_tells_of_a_problem_is_not_told_of_it(app, client_of, world):
    editor(app, world)
    sent = {"sort": "error", "words": "Le prix est faux."}
    client_of("nadia").post(f"/reports/{world.report}/problem", data=sent)
    with app.app_context():
        event = db.session.query(Event).filter_by(verb="reported a problem").one()
        told = {one.user_id for one in recipients(event, report(world))}
        assert world.nadia not in told
        assert world.stranger in told


def test_who_told_reads_the_answer(app, client_of, world):
    sophie = client_of("sophie")
    sophie.post(f"/reports/{world.report}/problem", data={"sort": "outdated", "words": "Fermé."})
    with app.app_context():
        number = db.session.query(Problem).one().id
    close = f"/reports/{world.report}/problem/{number}"
    assert client_of("karim").post(close, data={"answer": "Non."}).status_code == 403
    assert client_of("nadia").post(close, data={"answer": "Corrigé, merci."}).status_code == 303
    assert client_of("nadia").post(close, data={"answer": "Encore."}).status_code == 404
    assert "Corrigé, merci." in sophie.get(f"/reports/{world.report}").text
    assert "Corrigé, merci." not in client_of("rosa").get(f"/reports/{world.report}").text


def test_a_duplicate_names_another_report_that_one_may_read(app, client_of, world):
    sophie, address = client_of("sophie"), f"/reports/{world.report}/problem"
    with app.app_context():
        hidden = Report(group_id=world.ours, title="Caché", scope=Scope.GROUP)
        db.session.add(hidden)
        db.session.commit()
        number = hidden.id
    for other in ("", "x", str(number), str(world.report), "9" * 40):
        sent = {"sort": "duplicate", "other": other}
        assert sophie.post(address, data=sent).status_code == 422, other


def test_an_editor_is_not_told_of_what_he_may_not_read(app, client_of, world):
    editor(app, world)
    with app.app_context():
        found = report(world)
        db.session.add(Problem(report_id=found.id, sort="error", words="Canari"))
        set_scope(found, Scope.GROUP, None)
        db.session.commit()
        assert problems.open_ones(db.session.get(User, world.stranger)) == []
    assert "Canari" not in client_of("stranger").get("/reports/problems").text


# Still true?


def test_after_a_year_the_writers_are_asked_until_they_answer(app, client, client_of, world):
    with app.app_context():
        found = report(world)
        found.updated_at = utcnow() - timedelta(days=400)
        db.session.commit()
        assert freshness.ask_writers() == 1
        assert freshness.ask_writers() == 0
    nadia = client_of("nadia")
    assert "Still true?" in nadia.get("/", headers=ENGLISH).text
    assert "Still true?" not in client_of("sophie").get("/", headers=ENGLISH).text
    answer = nadia.post(f"/reports/{world.report}/check", data={"answer": "current"})
    assert answer.status_code == 303
    page = client.get(f"/reports/{world.report}", headers=ENGLISH).text
    assert "Checked by Nadia Ferrec" in page
    assert "Still true?" not in nadia.get("/", headers=ENGLISH).text
    with app.app_context():
        told = db.session.query(Event).filter_by(verb="checked").one()
        assert (told.actor_id, told.data) == (world.nadia, {"freshness": "current"})


def test_an_outdated_report_stays_readable_and_says_so(app, client, client_of, world):
    client_of("karim").post(f"/reports/{world.report}/check", data={"answer": "outdated"})
    page = client.get(f"/reports/{world.report}", headers=ENGLISH).text
    assert "no longer true as it stands" in page
    assert "Le wifi de la salle" in page
    assert "Up to date" not in page
    assert "Outdated" in client.get("/reports", headers=ENGLISH).text
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        assert [one.id for one in freshness.stale(nadia)] == [world.report]
        trash(report(world), nadia)
        assert freshness.stale(nadia) == []


@pytest.mark.parametrize(("name", "status"), [("sophie", 403), ("rosa", 403), (None, 401)])
def test_only_writers_say_whether_it_is_still_true(client, client_of, world, name, status):
    reader = client_of(name) if name else client
    answer = reader.post(f"/reports/{world.report}/check", data={"answer": "outdated"})
    assert answer.status_code in (status, 303)
    assert "no longer true" not in client.get(f"/reports/{world.report}", headers=ENGLISH).text


def test_an_answer_that_does_not_exist_is_refused(client_of, world):
    answer = client_of("nadia").post(f"/reports/{world.report}/check", data={"answer": "maybe"})
    assert answer.status_code == 400


# Asking someone who did it


@pytest.fixture
def contacts(app, world):
    """Nadia by her account, and someone without: (their two numbers)."""
    with app.app_context():
        both = [
            Contact(report_id=world.report, user_id=world.nadia, how="le mardi"),
            Contact(report_id=world.report, name="Yann", email="yann@example.org"),
        ]
        db.session.add_all(both)
        db.session.commit()
        return [one.id for one in both]


def letters() -> list[Mail]:
    return db.session.query(Mail).order_by(Mail.id).all()


def test_a_question_leaves_with_an_answer_to_its_writer(app, client_of, world, contacts, sent):
    for number in contacts:
        address = f"/reports/{world.report}/testimony/{number}"
        answer = client_of("sophie").post(address, data={"words": "Combien de temps ?"})
        assert answer.status_code == 303
    assert [one["To"] for one in sent] == ["nadia@example.org", "yann@example.org"]
    assert {one["Reply-To"] for one in sent} == {"sophie@example.org"}
    assert "Combien de temps ?" in sent[0].get_content()
    with app.app_context():
        assert "Combien" not in "".join(one.text for one in letters())
        assert {one.reply_to for one in letters()} == {None}


@pytest.fixture
def sent(monkeypatch):
    """The letters that left."""
    left = []
    monkeypatch.setattr("wiki.mail._write_eml", lambda _id, message: left.append(message))
    return left


@pytest.mark.usefixtures("patient")
def test_a_visitor_confirms_an_address_before_anything_leaves(app, client, world, contacts, sent):
    address = f"/reports/{world.report}/testimony/{contacts[1]}"
    form = {"words": "Et le prix ?", "name": "Ana", "email": "ana@example.org"}
    assert client.post(address, data=form | started(client, address)).status_code == 303
    assert [one["To"] for one in sent] == ["ana@example.org"]
    link = re.search(r"/reports/testimony/\S+", sent[0].get_content())[0]
    assert "Et le prix ?" in client.get(link).text
    assert len(sent) == 1
    assert client.post(link).status_code == 303
    assert (sent[1]["To"], sent[1]["Reply-To"]) == ("yann@example.org", "ana@example.org")
    assert client.get(link).status_code == 404
    with app.app_context():
        assert db.session.query(Question).count() == 0


def test_an_address_is_never_shown(client, client_of, world, contacts):
    pages = [f"/reports/{world.report}", f"/reports/{world.report}/testimony/{contacts[1]}",
             f"/api/v1/items/{world.report}", f"/items/{world.report}/history"]  # fmt: skip
    for reader in (client, client_of("sophie"), client_of("rosa")):
        for page in pages:
            assert "yann@example.org" not in reader.get(page).text
            assert "nadia@example.org" not in reader.get(page).text


def test_a_letter_needs_words_and_an_address(client, client_of, world, contacts, patient):
    address = f"/reports/{world.report}/testimony/{contacts[1]}"
    assert client_of("sophie").post(address, data={"words": " "}).status_code == 422
    for email in ("", "ana", "ana@x\nBcc: b@x.fr"):
        form = {"words": "Oui ?", "name": "Ana", "email": email} | started(client, address)
        assert client.post(address, data=form).status_code == 422
    assert client.get(f"/reports/{world.report}/testimony/999").status_code == 404


def test_a_report_hidden_meanwhile_sends_nothing(app, client, world, contacts, patient):
    address = f"/reports/{world.report}/testimony/{contacts[1]}"
    form = {"words": "Et ?", "name": "Ana", "email": "ana@example.org"}
    client.post(address, data=form | started(client, address))
    with app.app_context():
        token = re.search(r"testimony/(\S+)", _last_eml(app))[1]
        set_scope(report(world), Scope.GROUP, None)
        db.session.commit()
    assert client.get(f"/reports/testimony/{token}").status_code == 404
    assert client.post(f"/reports/testimony/{token}").status_code == 404


def _last_eml(app) -> str:
    folder = app.config["DATA"] / "mail"
    newest = max(folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    from email import message_from_bytes, policy

    return message_from_bytes(newest.read_bytes(), policy=policy.default).get_content()


def test_contacts_are_written_with_the_report(app, client, client_of, world):
    from tests.reports.forms import fields

    nadia, address = client_of("nadia"), f"/reports/{world.report}/edit"
    sent = fields(nadia.get(address).text)
    people = {"contact_user": [str(world.nadia), "", str(world.sophie)],
              "contact_name": ["", "Yann", ""], "contact_email": ["", "yann@example.org", ""],
              "contact_how": ["le mardi", "au café", ""]}  # fmt: skip
    assert nadia.post(address, data=sent | people).status_code == 303
    page = client.get(f"/reports/{world.report}").text
    assert "le mardi" in page
    assert "Yann" in page
    with app.app_context():
        # Sophie is no member: nobody makes her answer.
        assert db.session.query(Contact).count() == 2
    again = fields(nadia.get(address).text)
    assert again["contact_name"] == ["", "Yann", ""]

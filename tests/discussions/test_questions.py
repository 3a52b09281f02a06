"""A question goes to the professionals, an answer to who asked; the others see nothing of it."""

import pytest
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.discussions.models import Discussion
from wiki.items import writing
from wiki.items.models import Item, Scope
from wiki.notifications.models import Notice
from wiki.notifications.telling import tell

TITLE = "Qui a déjà fait un atelier au phare ?"


def ask(world, client, title=TITLE, **more):
    return client.post(
        "/discussions/new", data={"title": title, "group": world.ours, "need": "Un plan", **more}
    )


@pytest.fixture
def question(app, world, client_of):
    """The address of a question that Nadia asked."""
    answer = ask(world, client_of("nadia"), body="Sur une île, canarilium.")
    assert answer.status_code == 303
    return answer.location


def number(app) -> int:
    with app.app_context():
        return db.session.scalar(select(Discussion.id))


def notices(app, world, name):
    with app.app_context():
        tell()
        query = select(Notice.reason).where(Notice.user_id == getattr(world, name))
        return list(db.session.scalars(query))


def test_a_search_without_result_leads_to_a_question_begun(client_of):
    sophie = client_of("sophie")
    answer = sophie.get("/searches/questions?q=atelier+au+phare&needs=emploi")
    assert answer.status_code == 303
    assert 'value="Atelier au phare"' in sophie.get(answer.location).text


def test_who_may_not_ask_is_told_what_to_do(client, client_of):
    assert (
        "/login?next=/searches/questions%3Fq%3Dphare"
        in client.get("/searches/questions?q=phare").text
    )
    assert client_of("karim").get("/searches/questions").status_code == 200
    assert client_of("karim").get("/discussions/new").status_code == 403
    assert client.get("/discussions/new").status_code in (303, 401)


def test_professionals_read_it_others_do_not(app, world, client, client_of, question):
    assert "canarilium" in client_of("sophie").get(question).text
    assert TITLE in client_of("sophie").get("/").text
    assert TITLE in client_of("sophie").get("/discussions").text
    for visitor in (client, client_of("stranger"), client_of("admin")):
        assert visitor.get(question).status_code == 404
        assert TITLE not in visitor.get("/discussions").text
        assert TITLE not in visitor.get("/").text
        assert TITLE not in visitor.get("/search?q=phare").text
    assert TITLE not in client_of("nadia").get("/").text.split("new-for-me")[-1].split("groups")[0]
    assert notices(app, world, "sophie") == ["question"]
    assert notices(app, world, "stranger") == []


def test_an_answer_is_something_of_the_site(app, world, client_of, question):
    sophie, where = client_of("sophie"), f"/discussions/{number(app)}/answers"
    answer = sophie.post(where, data={"item": f"http://localhost/reports/{world.report}-carto"})
    assert answer.status_code == 303
    assert "Cartographier son quartier" in client_of("nadia").get(question).text
    assert notices(app, world, "nadia") == ["proposal"]
    with app.app_context():
        report = db.session.get(Item, world.report)
        writing.set_scope(report, Scope.DRAFT, None)
        db.session.commit()
    assert "Cartographier son quartier" not in sophie.get(question).text


@pytest.mark.parametrize("address", ["", "x", "/pages/999999999", "é" * 900, "0", "javascript:1"])
def test_a_wrong_address_is_refused_in_words(app, client_of, question, address):
    answer = client_of("sophie").post(f"/discussions/{number(app)}/answers", data={"item": address})
    assert answer.status_code == 422


def test_nothing_hidden_can_be_proposed_nor_guessed(app, world, client_of, question):
    sophie, where = client_of("sophie"), f"/discussions/{number(app)}/answers"
    hidden = sophie.post(where, data={"item": f"/pages/{world.draft}"})
    never = sophie.post(where, data={"item": "/pages/987654"})
    assert hidden.status_code == never.status_code == 422
    assert "Idées en vrac" not in hidden.text
    # What only the one who answers may read would lead who asks to a closed door.
    with app.app_context():
        page = writing_page(world)
    assert sophie.post(where, data={"item": f"/pages/{page}"}).status_code == 422


def writing_page(world) -> int:
    from wiki.pages.models import Page

    page = Page(group_id=world.theirs, title="À nous", body="Entre nous.", scope=Scope.GROUP)
    writing.save(page, db.session.get(User, world.sophie))
    return page.id


def test_the_one_who_asks_closes_and_asks_again(app, world, client_of, question):
    where = f"/discussions/{number(app)}/closing"
    assert client_of("sophie").post(where).status_code == 403
    assert client_of("stranger").post(where).status_code == 404
    nadia = client_of("nadia")
    assert nadia.post(where).status_code == 303
    assert "questions-waiting" not in client_of("sophie").get("/").text
    assert nadia.post(where).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(Discussion)).is_open


def test_a_remark_is_an_answer_too(app, world, client_of, question):
    client_of("sophie").post(f"/items/{number(app)}/comments", data={"body": "Oui, à Batz."})
    assert notices(app, world, "nadia") == ["comment"]
    assert "Oui, à Batz." in client_of("nadia").get("/notices").text


def test_it_is_mended_and_found(app, world, client_of, question):
    nadia, where = client_of("nadia"), f"/discussions/{number(app)}/edit"
    assert nadia.get(where).status_code == 200
    sent = {"title": "Un atelier au sémaphore ?", "body": "x", "revision": "1"}
    assert nadia.post(where, data=sent).status_code == 303
    assert "sémaphore" in client_of("sophie").get("/search?q=semaphore").text
    assert client_of("sophie").get(where).status_code == 403
    assert nadia.post(where, data={"title": ""}).status_code == 422


@pytest.mark.parametrize(
    "data",
    [
        {"title": "", "group": "1"},
        {"title": "x" * 300, "group": "1"},
        {"title": "x", "group": "999999"},
        {"title": "x", "group": "é"},
        {"title": "x", "group": "1", "body": "y" * 30_000},
    ],
)
def test_a_wrong_form_comes_back_filled(client_of, data):
    assert client_of("nadia").post("/discussions/new", data=data).status_code == 422


def test_trashed_it_is_gone_everywhere(app, world, client_of, question):
    with app.app_context():
        tell()
        writing.trash(db.session.scalar(select(Discussion)), db.session.get(User, world.nadia))
    sophie = client_of("sophie")
    for where in ("/", "/discussions", "/notices", "/search?q=phare"):
        assert TITLE not in sophie.get(where).text
    assert sophie.get(question).status_code == 404


def test_programs_read_it_like_any_item(app, world, client, client_of, question):
    from wiki.accounts.models import ApiToken

    with app.app_context():
        key = ApiToken.issue(db.session.get(User, world.sophie), "essai")
        db.session.commit()
    asked = {"headers": {"Authorization": f"Bearer {key}"}}
    rules = [r.rule for r in app.url_map.iter_rules() if r.endpoint in ("api.items", "api.item")]
    for rule in rules:
        where = rule.replace("<id:item_id>", str(number(app))).replace(
            "<int:item_id>", str(number(app))
        )
        assert client.get(where, **asked).status_code == 200, where

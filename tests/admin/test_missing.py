"""The editors' page names what is missing, of what they may read, and leads to what can be done."""

import csv
import io

import pytest

from wiki.accounts.models import SiteRole, User
from wiki.db import db
from wiki.discussions.models import Discussion
from wiki.items import writing
from wiki.items.models import Item, Scope
from wiki.reports.models import Report
from wiki.search import missed


@pytest.fixture
def gaps(app, world):
    """Reports of each sort, public and not, a question, and a search without result."""
    with app.app_context():
        author = db.session.get(User, world.nadia)
        for scope, word in ((Scope.PUBLIC, "ouvert"), (Scope.GROUP, "canarilium")):
            bare = Report(group_id=world.ours, title=f"Sans preuve {word}", scope=scope)
            brought = Report(group_id=world.ours, title=f"Importé {word}", scope=scope)
            brought.extra = {"imported": True}
            writing.save(bare, author)
            writing.save(brought, author)
        question = Discussion(group_id=world.ours, title="Question canarilium", scope=Scope.NETWORK)
        writing.save(question, author)
        for _ in range(3):
            missed.write("tournevis cruciforme")
        missed.write("mot rare")


@pytest.mark.parametrize("name", [None, "nadia", "stranger", "karim"])
def test_only_editors_see_it(client, client_of, gaps, name):
    visitor = client_of(name) if name else client
    for where in ("/admin/missing", "/admin/missing/table.csv"):
        assert visitor.get(where).status_code in (303, 401, 404)


def test_each_gap_is_named_and_leads_somewhere(client_of, gaps):
    page = client_of("admin").get("/admin/missing").text
    for words in ("Sans preuve ouvert", "Importé ouvert", "tournevis cruciforme"):
        assert words in page
    assert "mot rare" not in page
    assert "/search?q=tournevis+cruciforme" in page or "/search?q=tournevis%20cruciforme" in page


def test_what_the_editor_may_not_read_is_not_there(client_of, gaps):
    admin = client_of("admin")
    for where in ("/admin/missing", "/admin/missing/table.csv"):
        assert "canarilium" not in admin.get(where).text


def test_what_turned_private_is_gone_at_once(app, world, client_of, gaps):
    with app.app_context():
        report = db.session.get(Item, world.report)
        report.title = "Cartographier canarilium"
        writing.set_scope(report, Scope.GROUP, None)
        db.session.commit()
    assert "canarilium" not in client_of("admin").get("/admin/missing").text


def test_a_professional_editor_sees_the_questions(app, world, client_of, gaps):
    with app.app_context():
        db.session.get(User, world.admin).professional = True
        db.session.commit()
    page = client_of("admin").get("/admin/missing").text
    assert "Question canarilium" in page
    assert "/discussions/new?q=tournevis" in page


def test_the_table_starts_no_formula(app, world, client_of, gaps):
    with app.app_context():
        author = db.session.get(User, world.nadia)
        for title in ("=1+1", "＝2+2", "\u00a0+3"):  # noqa: RUF001
            writing.save(Report(group_id=world.ours, title=title, scope=Scope.PUBLIC), author)
    said = client_of("admin").get("/admin/missing/table.csv")
    assert said.text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(said.text[1:]), delimiter=";"))
    assert any(row[1] == "'=1+1" for row in rows)
    signs = ("=", "+", "@", "＝")  # noqa: RUF001
    assert not any(cell.lstrip().startswith(signs) for row in rows for cell in row)


def test_a_search_is_taken_off_the_list(client_of, client, gaps):
    admin = client_of("admin")
    page = admin.get("/admin/missing").text
    where = page.split('action="/admin/missing/searches/')[1].split('"')[0]
    assert client.post(f"/admin/missing/searches/{where}").status_code in (303, 401)
    assert client_of("nadia").post(f"/admin/missing/searches/{where}").status_code == 404
    assert admin.post(f"/admin/missing/searches/{where}").status_code == 303
    assert "tournevis" not in admin.get("/admin/missing").text


def test_the_door_of_the_site_leads_editors_to_the_first_screen_that_is_theirs(
    app, world, client_of
):
    with app.app_context():
        db.session.get(User, world.karim).role = SiteRole.EDITOR
        db.session.commit()
    assert client_of("karim").get("/admin/").location == "/admin/requests"
    assert client_of("karim").get("/admin/", follow_redirects=True).status_code == 200
    assert client_of("admin").get("/admin/").status_code == 200
    assert client_of("stranger").get("/admin/").status_code == 404

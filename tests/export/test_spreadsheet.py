"""The results as a table: what a French spreadsheet reads, no formula, nothing hidden."""

import csv
import io

import pytest

from wiki.db import db
from wiki.export.spreadsheet import cell
from wiki.items.models import Item, Scope
from wiki.items.writing import save


def rows(answer) -> list[dict]:
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    text = answer.data.decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_a_search_is_a_table_with_facts(client, world):
    answer = client.get("/search.csv?kind=reports", headers={"Accept-Language": "fr"})
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.mimetype == "text/csv"
    (line,) = rows(answer)
    assert line["Titre"] == "Cartographier son quartier à pied"
    assert line["Personnes"] == "9"


def test_everyone_gets_what_they_may_read_and_no_more(app, client, client_of, world):
    said = client.get("/search.csv").get_data(as_text=True)
    assert "Où trouver un ordinateur" in said
    for canary in ("Idées en vrac", "Charte du réseau", "Espace emploi"):
        assert canary not in said
    assert "Charte du réseau" in client_of("nadia").get("/search.csv").get_data(as_text=True)
    with app.app_context():
        report = db.session.get(Item, world.report)
        report.scope = Scope.GROUP
        save(report, report.author)
    assert "Cartographier" not in client.get("/search.csv").get_data(as_text=True)


def test_no_line_is_lost_or_doubled(client_of):
    lines = rows(client_of("nadia").get("/search.csv"))
    numbers = [next(iter(line.values())) for line in lines]
    assert len(numbers) == len(set(numbers)) == 5


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"), ("+33 6", "'+33 6"), ("-lundi", "'-lundi"), ("@nom", "'@nom"),
        ("\t=1", "'=1"), (" =1", "'=1"), ("＝1", "'＝1"), ("a;b", '"a;b"'),
        ('dit "oui"', '"dit ""oui"""'),
        ("deux\nlignes", "deux lignes"), (None, ""), (12, "12"), (1.5, "1,5"),
        (-3, "-3"), ("a\0b", "ab"),
    ],
)  # fmt: skip
def test_a_cell_is_one_line_and_never_a_formula(app, value, written):
    with app.app_context():
        assert cell(value) == written


@pytest.mark.parametrize(("address", "most"), [("/search.csv?q=a", 30), ("/print?q=a", 60)])
def test_a_program_that_asks_without_end_has_to_wait(app, client, address, most, monkeypatch):
    monkeypatch.setitem(app.config, "THROTTLE", True)
    assert [client.get(address).status_code for _ in range(most)][-1] == 200
    assert client.get(address).status_code == 429

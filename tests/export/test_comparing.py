"""Reports side by side."""

import pytest

from wiki.accounts.models import User
from wiki.db import db
from wiki.items.models import Scope
from wiki.items.writing import save
from wiki.reports.models import Report


@pytest.fixture
def others(app, world) -> list[int]:
    """Seven more public reports, and one that only its group reads."""
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        made = []
        for number in range(8):
            report = Report(
                group_id=world.ours,
                title=f"Canarititre {number}" if number == 7 else f"Sortie numéro {number}",
                people=9, cost=100 + number, licence="CC BY 4.0",
                sections={"what_failed": f"Il a plu {number} fois."},
                scope=Scope.GROUP if number == 7 else Scope.PUBLIC,
            )  # fmt: skip
            save(report, nadia)
            made.append(report.id)
        return made


def address(ids) -> str:
    return "/compare?" + "&".join(f"items={number}" for number in ids)


def test_two_reports_stand_side_by_side_on_the_same_questions(client, others):
    page = client.get(address(others[:2])).text
    assert page.count('role="columnheader"') == 3
    assert "Il a plu 0 fois." in page
    assert "Il a plu 1 fois." in page
    same = page[page.index('id="moi"') :]
    assert 'class="same"' in same[:200]  # nine people in both
    assert 'class="same"' not in page[page.index('id="euro"') :][:80]


def test_unreadable_reports_are_left_out_without_a_word(client, client_of, others):
    page = client.get(address([others[0], others[1], others[7], 99999])).text
    assert "Canarititre" not in page
    assert page.count('role="columnheader"') == 3
    assert "Canarititre" in client_of("karim").get(address([others[0], others[7]])).text


def test_a_report_turned_private_leaves_the_table(client, client_of, others):
    client_of("nadia").post(f"/items/{others[1]}/publication", data={"scope": "1"})
    page = client.get(address(others[:3])).text
    assert "Sortie numéro 1" not in page


def test_fewer_than_two_is_explained_and_six_are_the_most(client, others, world):
    assert "<table" not in client.get("/compare").text
    one = client.get(address(others[:1])).text
    assert "Sortie numéro 0" in one
    assert "<table" not in one
    page = client.get(address(others[:7])).text
    assert page.count('role="columnheader"') == 7
    assert "Sortie numéro 6" not in page


def test_other_kinds_are_refused_kindly(client, others, world):
    answer = client.get(address([*others[:2], world.public_page]))
    assert answer.status_code == 200
    assert answer.text.count('role="columnheader"') == 3
    assert "Où trouver un ordinateur" not in answer.text


def test_one_is_removed_another_found_and_added(client, others):
    page = client.get(address(others[:3])).text
    assert f'href="/compare?items={others[1]}&amp;items={others[2]}"' in page
    page = client.get(address(others[:2]) + "&q=sortie").text
    assert f"/compare?items={others[0]}&amp;items={others[1]}&amp;items={others[4]}" in page
    assert "Canarititre" not in page


@pytest.mark.parametrize(
    "query",
    ["items=x", "items=-1&items=1e9", "items=" + "9" * 400, "items=1,2,3", "q=" + "a" * 5000],
)
def test_nonsense_in_the_address_is_left_out(client, others, query):
    assert client.get(f"/compare?{query}").status_code == 200


def test_the_same_report_twice_is_one_column(client, others):
    assert "<table" not in client.get(address([others[0], others[0]])).text

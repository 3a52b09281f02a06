"""Facts in words, signs of trust, and what is missing before publishing."""

import pytest

from wiki.items.models import Rendering, Scope
from wiki.reports import facts, trust
from wiki.reports.models import Report


@pytest.fixture
def french(app):
    """A French reader."""
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        yield


def words(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("sessions", "hours", "said"),
    [(12, 42, "12"), (8, 16, "8"), (1, 6, "1"), (5, 9, "9"), (None, 7, "7"), (3, None, "3")],
)
def test_a_duration_is_counted_when_it_was_not_said(french, sessions, hours, said):
    assert said in facts.duration(Report(sessions=sessions, hours=hours))


def test_a_duration_said_in_words_wins(french):
    assert facts.duration(Report(duration="un été", sessions=3)) == "un été"


def test_money_is_written_the_french_way(french):
    assert words(facts.money(1200)) == "1 200 €"
    assert words(facts.money(0)) == "0 €"
    assert facts.money(None) == ""


def test_the_minute_keeps_the_labels_of_its_lines():
    lines = facts.minute("Pour qui : neuf retraités\n- Quoi : un atelier\nEt voilà.")
    assert lines == [("Pour qui", "neuf retraités"), ("Quoi", "un atelier"), ("", "Et voilà.")]
    assert facts.minute("Une seule phrase : voilà.") == [("", "Une seule phrase : voilà.")]
    assert facts.minute("") == []


def told(text: str) -> Report:
    return Report(renderings={"changes": Rendering(field="changes", plain=text)})


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Sept appellent seuls (observé, huitième séance).", {"observed"}),
        ("Médiane 2 puis 4 (mesuré, n = 9).", {"measured"}),
        ("Six voient mieux leur famille (dit, en tête à tête).", {"said"}),
        ("Une mesure de la mairie. On a dit oui.", set()),
    ],
)
def test_evidence_is_named_only_when_the_text_names_it(text, kinds):
    assert trust.evidence(told(text)) == kinds


def test_signs_are_true_or_absent(french):
    assert trust.signs(Report(sections={}, extra={"imported": True}, licence=""), ["Ana"]) == []
    signs = trust.signs(Report(sections={"what_failed": "Tout."}, extra={}, licence=""), [])
    assert len(signs) == 1


def test_a_report_may_leave_its_group_once_it_says_what_others_need(french):
    empty = Report(title="x", outline="story", sections={}, extra={}, terms=[])
    assert len(empty.publish_blockers(Scope.PUBLIC)) == 7
    assert empty.publish_blockers(Scope.GROUP) == []
    imported = Report(title="x", outline="full", sections={}, extra={"imported": True}, terms=[])
    assert imported.publish_blockers(Scope.PUBLIC) == []


def test_completeness_counts_the_parts_of_the_outline():
    told_ = Report(outline="story", sections={"audience": "x", "goals": "y", "changes": " "})
    assert told_.completeness() == (1, 4)

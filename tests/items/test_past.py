"""Who wrote what by paragraph, and the versions one slides through, as readers see them."""

import re

import pytest

from tests.items.writers import Text
from wiki.accounts.models import User
from wiki.db import db
from wiki.groups.models import Membership
from wiki.items import live, retracing
from wiki.items.models import Item, Scope
from wiki.markup.marks import without_marks


@pytest.fixture
def page(app, world):
    return Text(app, world.page)


def parts(text, who: int):
    """[(words, names)] of each paragraph as a person reads it."""
    with text.app.app_context():
        item = db.session.get(Item, text.id)
        found = retracing.trace(item, db.session.get(User, who)).texts[text.field]
        return [
            ("".join(words for words, _hand in one.pieces),
             [hand.user.name if hand.user else hand.number for hand in one.hands])
            for one in found
        ]  # fmt: skip


def test_each_paragraph_has_its_writers(page, world, client_of):
    page.saved("# Horaires\n\nOuvert le **lundi**.\n\nFermé en août.", world.karim)
    page.saved("# Horaires\n\nOuvert le **lundi** et le mardi.\n\nFermé en août.", world.nadia)
    assert parts(page, world.karim) == [
        ("Horaires", ["Karim"]),
        ("Ouvert le lundi et le mardi.", ["Nadia Ferrec"]),
        ("Fermé en août.", ["Karim"]),
    ]
    screen = client_of("karim").get(f"/items/{page.id}/writers").text
    assert f'href="/items/{page.id}/revisions/2"' in screen
    assert re.search(r"<b>Nadia</b>", screen)
    assert f"/items/{page.id}/writers" in client_of("karim").get(f"/items/{page.id}/history").text


def test_what_is_being_written_counts_for_the_group_and_is_not_shown_to_others(
    page, world, client, client_of
):
    page.shown(Scope.PUBLIC, world.nadia)
    page.typed(0, "Secret en cours.\n\n", world.karim)
    page.typed(0, "À deux. ", world.nadia)
    assert parts(page, world.karim)[0] == ("À deux. Secret en cours.", ["Karim", "Nadia Ferrec"])
    inside = client_of("rosa").get(f"/items/{page.id}/writers").text
    assert "Secret en cours" in inside
    assert "maintenant" in inside
    for path in ("writers", "timeline", "history"):
        outside = client.get(f"/items/{page.id}/{path}").text
        assert "Secret en cours" not in outside
        assert "en ce moment" not in outside
        assert "en ce moment" in client_of("karim").get(f"/items/{page.id}/{path}").text


def test_a_reader_outside_never_learns_what_was_before_it_was_shown(page, world, client):
    page.saved("Ouvert le **lundi**. Brouillon de Karim.", world.karim)
    page.shown(Scope.PUBLIC, world.nadia)
    page.saved("Ouvert le **lundi**. Fini par Nadia.", world.nadia)
    screen = client.get(f"/items/{page.id}/writers").text
    assert "Karim" not in screen
    assert "Brouillon" not in screen
    assert "Ouvert le lundi" in re.sub(r"<[^>]+>", "", screen)
    assert "reste dans le groupe" in screen
    assert client.get(f"/items/{page.id}/timeline/1").status_code == 404
    slider = client.get(f"/items/{page.id}/timeline?at=1").text
    assert "Brouillon" in slider, "the version that was first shown is its first"
    assert "<del>" not in slider
    assert 'min="2"' in slider


def test_who_is_not_known_any_more_is_someone(page, world, client_of):
    page.saved("Ouvert le **lundi**.\n\nDe Karim.", world.karim)
    with page.app.app_context():
        db.session.execute(db.delete(Membership).where(Membership.user_id == world.karim))
        db.session.execute(db.delete(User).where(User.id == world.karim))
        db.session.commit()
    screen = client_of("nadia").get(f"/items/{page.id}/writers").text
    assert "Quelqu’un" in screen
    assert "<b>Karim" not in screen
    with page.app.app_context():
        db.session.get(User, world.nadia).forgotten_at = live.utcnow()
        db.session.commit()
    assert parts(page, world.rosa)[0][1] == [1]


def test_words_brought_back_are_still_their_writers(page, world, client_of):
    page.saved("Ouvert le **lundi**. De Karim.", world.karim)
    page.saved("Sottises.", world.nadia)
    client_of("nadia").post(f"/items/{page.id}/revisions/2/restoration")
    assert parts(page, world.rosa) == [("Ouvert le lundi. De Karim.", ["Nadia Ferrec", "Karim"])]


def test_a_very_long_past_is_cut_and_it_is_said(page, world, client_of, monkeypatch):
    monkeypatch.setattr(retracing, "MOST_VERSIONS", 3)
    monkeypatch.setattr(retracing, "BATCH", 2)
    for n in range(6):
        page.saved(f"{page.last()}\n\nLigne {n}.", world.karim)
    screen = client_of("karim").get(f"/items/{page.id}/writers").text
    assert "avant la version 4" in screen


def test_a_report_has_its_parts_and_a_part_written_live_is_found(app, world, client_of):
    failed, moments = Text(app, world.report, "what_failed"), Text(app, world.report, "voices")
    failed.typed(0, "Karim ici. ", world.karim)
    failed.folded()
    moments.typed(0, "Une idée.", world.karim)
    assert parts(failed, world.nadia) == [
        ("Karim ici. Le wifi de la salle.", ["Nadia Ferrec", "Karim"])
    ]
    assert "Une idée." in client_of("nadia").get(f"/items/{world.report}/writers").text


def test_a_slide_shows_a_version_with_what_it_changed(page, world, client_of):
    page.saved("Ouvert le **mardi**.\n\nFermé.", world.karim)
    client = client_of("nadia")
    slide = client.get(f"/items/{page.id}/timeline/2").text
    assert "<del>lundi</del>" in slide
    assert "<ins>mardi</ins>" in slide
    assert "Version 2, Karim" in slide
    assert "<html" not in slide
    first = client.get(f"/items/{page.id}/timeline/1").text
    assert "<ins>" not in first
    assert client.get(f"/items/{page.id}/timeline/3").status_code == 404
    whole = client.get(f"/items/{page.id}/timeline").text
    assert 'href="?at=1"' in whole
    assert 'value="2"' in whole
    assert client.get(f"/items/{page.id}/timeline?at=99").status_code == 200


def test_screens_that_change_a_text_say_who_writes_in_it(page, world, client_of):
    page.saved("Ouvert le **mardi**.", world.karim)
    page.typed(0, "Encore. ", world.karim)
    for path in ("revisions/1", "diff?from=1&to=2", "erasure", "history"):
        assert (
            "Karim écrit dans ce texte en ce moment"
            in client_of("nadia").get(f"/items/{page.id}/{path}").text
        )
    page.folded()
    assert "en ce moment" not in client_of("nadia").get(f"/items/{page.id}/history").text


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("## Un titre ##", "Un titre"),
        ("> - **gras** et *penché*, ~~barré~~ `code`", "- gras et penché, barré code"),
        ("voir [[Espace emploi|là]] et [[#12]]", "voir là et #12"),
        ('un [lien](https://exemple.fr "titre") ici ![image](x.png)', "un lien ici "),
        ("2 * 3 * 4 et snake_case_name", "2 * 3 * 4 et snake_case_name"),
        ("```py\na = '**b**'\n```", "a = '**b**'\n"),
        ("***tout***", "tout"),
    ],
)
def test_marks_are_hidden_from_the_eye(source, words):
    assert without_marks(source) == words

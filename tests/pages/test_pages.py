"""Pages over HTTP: reading, writing together, templates, and what happens when things go wrong."""

import re

import pytest
from sqlalchemy import event, func, select

from wiki.db import db
from wiki.items.models import Item, Revision, Scope
from wiki.pages import starters
from wiki.pages.models import Page

EN = {"Accept-Language": "en"}


def body_of(app, number) -> str:
    with app.app_context():
        return db.session.get(Page, number).body


def edit(client, number, **fields):
    return client.post(f"/pages/{number}/edit", data={"title": "Espace emploi", **fields})


def test_the_number_rules_and_the_words_decorate(client_of, world):
    karim = client_of("karim")
    answer = karim.get(f"/pages/{world.page}-ancien-titre?x=1")
    assert (answer.status_code, answer.location) == (
        301, f"/pages/{world.page}-espace-emploi?x=1"
    )  # fmt: skip
    assert karim.get(answer.location).status_code == 200


def test_a_page_says_who_wrote_it_and_shows_tools_to_those_who_can_use_them(client_of, world):
    page = f"/pages/{world.page}-espace-emploi"
    member, reader = client_of("karim").get(page).text, client_of("rosa").get(page).text
    assert "Nadia Ferrec" in reader
    assert f"/pages/{world.page}/edit" in member
    assert f"/pages/{world.page}/edit" not in reader
    assert f"/items/{world.page}/trash" not in reader


def test_an_unchanged_page_is_answered_304_and_any_change_shows_at_once(client_of, client, world):
    address = f"/pages/{world.public_page}-ou-trouver-un-ordinateur"
    karim = client_of("karim")
    for reader in (client, karim):
        tag = reader.get(address).headers["ETag"]
        assert reader.get(address, headers={"If-None-Match": tag}).status_code == 304
    old = client.get(address)
    assert old.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Cookie" in old.headers["Vary"]
    assert karim.get(address).headers["Cache-Control"].startswith("private")
    assert old.headers["ETag"] != karim.get(address).headers["ETag"]
    karim.post(f"/items/{world.public_page}/comments", data={"body": "Bien"})
    new = client.get(address, headers={"If-None-Match": old.headers["ETag"]})
    assert (new.status_code, "Bien" in new.text) == (200, True)


def test_a_message_is_told_once_even_to_a_browser_that_holds_a_copy(client_of, world):
    karim, address = client_of("karim"), f"/pages/{world.page}-espace-emploi"
    tag = karim.get(address).headers["ETag"]
    karim.post(f"/items/{world.page}/watch")
    told = karim.get(address, headers={"If-None-Match": tag})
    assert told.status_code == 200
    assert "ETag" not in told.headers


@pytest.mark.parametrize("who", ["karim", None])
def test_reading_a_plain_page_takes_few_statements(app, client, client_of, world, who):
    reader = client_of(who) if who else client
    number = world.public_page
    seen = []
    with app.app_context():
        engine = db.engine
    address = f"/pages/{number}-ou-trouver-un-ordinateur"
    reader.get(address)

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert reader.get(address).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    # The session, the groups, the page, its links; a visitor has no session and no groups, but
    # the page links to one they may not see, so its title is looked for.
    assert len(seen) <= (4 if who else 3), seen


def test_many_links_to_write_cost_one_question(app, client_of, world):
    karim = client_of("karim")
    edit(karim, world.page, body=" ".join(f"[[Titre {n}]]" for n in range(40)), revision="1")
    with app.app_context():
        engine = db.engine
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        text = karim.get(f"/pages/{world.page}-espace-emploi").text
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert text.count("/pages/new?group=") >= 40
    assert len(seen) <= 8  # one of them for the forty links


def test_two_writers_in_different_places_are_put_together(app, client_of, world):
    nadia, karim = client_of("nadia"), client_of("karim")
    edit(nadia, world.page, body="Un.\n\nDeux.\n", revision="1")
    edit(nadia, world.page, body="Un.\n\nDeux et demi.\n", revision="2")
    assert edit(karim, world.page, body="Un, ou une.\n\nDeux.\n", revision="2").status_code == 303
    assert body_of(app, world.page) == "Un, ou une.\n\nDeux et demi.\n"


def carried(html: str) -> dict[str, str]:
    """The fields of the screen on which to choose."""
    import html as entities

    form = html[html.index('class="form conflict"') :]
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return {name: entities.unescape(value) for name, value in hidden}


@pytest.mark.parametrize(
    ("choice", "settled"),
    [
        ("mine", "Avant, revu.\n\nLe jeudi.\n"),
        ("theirs", "Avant, revu.\n\nLe mardi.\n"),
        ("both", "Avant, revu.\n\nLe mardi.\nLe jeudi.\n"),
    ],
)
def test_a_clash_shows_both_texts_and_the_choice_is_saved(app, client_of, world, choice, settled):
    nadia, karim = client_of("nadia"), client_of("karim")
    edit(nadia, world.page, body="Avant.\n\nLe lundi.\n", revision="1")
    edit(nadia, world.page, body="Avant, revu.\n\nLe mardi.\n", revision="2")
    answer = edit(karim, world.page, body="Avant.\n\nLe jeudi.\n", revision="2", note="jeudi")
    assert answer.status_code == 409
    assert "mardi" in answer.text
    assert "jeudi" in answer.text
    assert body_of(app, world.page) == "Avant, revu.\n\nLe mardi.\n"
    fields = carried(answer.text)
    assert fields["body"].replace("\r\n", "\n") == "Avant.\n\nLe jeudi.\n"
    answer = karim.post(f"/pages/{world.page}/edit", data={**fields, "choice:body:0": choice})
    assert answer.status_code == 303
    assert body_of(app, world.page) == settled


def test_a_third_writer_during_the_choice_overwrites_nobody(app, client_of, world):
    nadia, karim = client_of("nadia"), client_of("karim")
    edit(nadia, world.page, body="Le lundi.\n", revision="1")
    edit(nadia, world.page, body="Le mardi.\n", revision="2")
    fields = carried(edit(karim, world.page, body="Le jeudi.\n", revision="2").text)
    edit(nadia, world.page, body="Le mercredi.\n", revision="3")
    answer = karim.post(f"/pages/{world.page}/edit", data={**fields, "choice:body:0": "mine"})
    assert answer.status_code == 409
    assert "mercredi" in answer.text
    assert "jeudi" in answer.text
    fields = carried(answer.text)
    karim.post(f"/pages/{world.page}/edit", data={**fields, "choice:body:0": "both"})
    assert set(body_of(app, world.page).split("\n")) >= {"Le mercredi.", "Le jeudi."}


@pytest.mark.parametrize("revision", ["", "0", "999", "-1", "x", "9" * 30])
def test_a_made_up_version_never_overwrites(app, client_of, world, revision):
    before = body_of(app, world.page)
    answer = edit(client_of("karim"), world.page, body="Autre texte", revision=revision)
    assert answer.status_code == 409
    assert body_of(app, world.page) == before


def test_a_page_without_title_is_given_back_with_its_text(client_of, world):
    karim = client_of("karim")
    for title in ("", "\u200b \u202e", "x" * 201):
        answer = karim.post(
            f"/pages/{world.page}/edit", data={"title": title, "body": "Mon texte", "revision": "1"}
        )
        assert answer.status_code == 422
        assert "Mon texte" in answer.text
    answer = karim.post("/pages/new", data={"group": world.ours, "title": "", "body": "Mon texte"})
    assert answer.status_code == 422
    assert "Mon texte" in answer.text


def test_a_text_too_long_is_given_back(app, client_of, world):
    answer = edit(client_of("karim"), world.page, body="é" * 500_001, revision="1")
    assert answer.status_code == 422
    assert "é" * 1000 in answer.text
    assert body_of(app, world.page) == "Ouvert le **lundi**."


def test_a_session_that_ended_while_typing_gives_the_text_back(app, client, client_of, world):
    fields = {
        "title": "Espace emploi",
        "body": "Long texte que personne ne veut retaper. <b>&",
        "revision": "1",
    }
    answer = client.post(f"/pages/{world.page}/edit", data=fields)
    assert answer.status_code == 401
    assert "Long texte que personne ne veut retaper. &lt;b&gt;&amp;" in answer.text
    assert f'action="/pages/{world.page}/edit"' in answer.text
    assert 'name="revision" value="1"' in answer.text
    assert client.post(f"/pages/{world.draft}/edit", data=fields).status_code == 401
    assert client.post("/pages/99999/edit", data=fields).status_code == 401


def test_a_button_pressed_twice_makes_one_page(app, client_of, world):
    karim = client_of("karim")
    form = karim.get(f"/pages/new?group={world.ours}").text
    once = re.search(r'name="once"[^>]*value="([^"]+)"', form)[1]
    fields = {"group": world.ours, "title": "Une seule", "body": "x", "once": once}
    answers = {karim.post("/pages/new", data=fields).location for _ in range(3)}
    assert len(answers) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Item.title == "Une seule")) == 1


def test_a_new_page_can_be_a_draft_under_another(app, client_of, world):
    client_of("karim").post(
        "/pages/new",
        data={"group": world.ours, "title": "Dessous", "parent": world.page, "draft": "1"},
    )
    with app.app_context():
        page = db.session.scalar(select(Page).where(Page.title == "Dessous"))
        assert (page.parent_id, page.scope) == (world.page, Scope.DRAFT)
    assert "Dessous" in client_of("karim").get(f"/pages/{world.page}-espace-emploi").text
    assert "Dessous" not in client_of("rosa").get(f"/pages/{world.page}-espace-emploi").text


def test_a_page_is_never_created_in_or_under_what_is_not_mine(app, client_of, world):
    karim = client_of("karim")
    for fields in ({"group": world.theirs}, {"group": 9999}):
        assert karim.post("/pages/new", data={"title": "Non", **fields}).status_code in (404, 422)
    assert client_of("rosa").get(f"/pages/new?group={world.ours}").status_code == 403
    karim.post(
        "/pages/new", data={"group": world.ours, "title": "Oui", "parent": world.network_page}
    )
    with app.app_context():
        assert db.session.scalar(select(Page).where(Page.title == "Oui")).parent_id is None


def test_templates_are_offered_and_fill_the_new_page(client_of, world):
    karim = client_of("karim")
    karim.post(
        "/pages/new",
        data={
            "group": world.ours,
            "title": "Modèle maison",
            "body": "À remplir",
            "is_template": "y",
        },
    )
    offered = karim.get(f"/pages/new?group={world.ours}", headers=EN).text
    assert "Modèle maison" in offered
    assert "Interview guide" in offered
    number = re.search(r"template=(\d+)", offered)[1]
    assert "À remplir" in karim.get(f"/pages/new?group={world.ours}&template={number}").text
    assert client_of("sophie").get(f"/pages/new?template={number}").status_code == 404
    assert karim.get(f"/pages/new?group={world.ours}&template=inconnu").status_code == 200


@pytest.mark.parametrize("starter", starters.STARTERS, ids=lambda one: one.key)
def test_each_skeleton_has_headings_to_fill(app, starter):
    with app.test_request_context():
        assert "## " in starters.body_of(starter.key)


def test_the_macros_show_contents_and_pages_below(client_of, world):
    karim = client_of("karim")
    karim.post("/pages/new", data={"group": world.ours, "title": "Enfant", "parent": world.page})
    edit(karim, world.page, body="{{sommaire}}\n\n## Premier titre\n\n{{pages}}\n", revision="1")
    text = karim.get(f"/pages/{world.page}-espace-emploi").text
    assert '<nav class="toc"' in text
    assert text.count('class="page-list"') == 1
    assert "Enfant" in text


def test_the_index_lists_only_what_one_may_read(client, client_of, world):
    assert "Idées en vrac" in client_of("nadia").get(f"/pages?group={world.ours}").text
    for reader in (client, client_of("stranger"), client_of("rosa")):
        assert "Idées en vrac" not in reader.get(f"/pages?group={world.ours}").text
        assert "Idées en vrac" not in reader.get("/pages").text
    assert client.get(f"/pages?group={world.theirs}").status_code == 404
    assert client.get("/pages?group=abc&from=-3").status_code == 200


def test_hostile_text_is_kept_as_typed_and_shown_safely(app, client_of, world):
    karim = client_of("karim")
    text = (
        "<script>alert(1)</script>\n[["
        + "x" * 300
        + "]]\n\u202e{{page 99999}} [a](javascript:alert(1))\n"
    )
    edit(karim, world.page, body=text, revision="1")
    assert body_of(app, world.page) == text
    shown = karim.get(f"/pages/{world.page}-espace-emploi").text
    assert "<script>alert" not in shown
    assert "javascript:" not in shown


def test_nothing_changed_makes_no_version(app, client_of, world):
    edit(client_of("karim"), world.page, body="Ouvert le **lundi**.", revision="1")
    with app.app_context():
        count = select(func.count()).where(Revision.item_id == world.page)
        assert db.session.scalar(count) == 1

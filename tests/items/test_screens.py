"""The screens every item shares, over HTTP."""

import io
import re

import pytest
from sqlalchemy import func, select

from tests.files import samples
from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.items import writing
from wiki.items.models import Comment, Event, Item, PublicationRequest, Scope, Term, Watch
from wiki.pages.models import Page


def item(app, number):
    with app.app_context():
        return db.session.get(Item, number)


PRIVATE = [
    "/items/{0}", "/items/{0}/history", "/items/{0}/revisions/1", "/items/{0}/diff",
    "/items/{0}/diff?from=1&to=1", "/pages/{0}", "/items/{0}/publication", "/items/{0}/terms",
    "/items/{0}/move", "/items/{0}/copy", "/items/{0}/erasure", "/pages/{0}/edit",
]  # fmt: skip
POSTS = [
    "/items/{0}/revisions/1/restoration", "/items/{0}/comments", "/items/{0}/terms",
    "/items/{0}/publication", "/items/{0}/publication/answer", "/items/{0}/trash",
    "/items/{0}/restoration", "/items/{0}/watch", "/items/{0}/move", "/items/{0}/copy",
    "/items/{0}/erasure", "/pages/{0}/edit", "/items/{0}/comments/closing",
    "/items/{0}/publication/withdrawal", "/items/{0}/comments/1/approval",
    "/items/{0}/comments/1/removal",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_a_stranger_gets_404_on_everything_private(client_of, world, address):
    assert client_of("stranger").get(address.format(world.page)).status_code == 404


@pytest.mark.parametrize("address", POSTS)
def test_a_stranger_cannot_write_on_what_they_cannot_see(client_of, client, world, address):
    url = address.format(world.page)
    assert client_of("stranger").post(url, data={"scope": 3}).status_code == 404
    assert client.post(url).status_code in (401, 404)


@pytest.mark.parametrize("address", [*PRIVATE[7:9], *PRIVATE[10:]])
def test_a_reader_reads_but_does_not_change(client_of, world, address):
    assert client_of("rosa").get(address.format(world.page)).status_code == 403


def test_an_unknown_number_is_404(client_of):
    for address in PRIVATE:
        assert client_of("nadia").get(address.format(99999)).status_code == 404


@pytest.mark.parametrize(
    "number", ["9" * 5000, "99999999999999999999", "3000000000", "-1", "x", "²", "\x00"]
)
def test_a_number_no_row_can_have_is_no_error(client_of, world, number):
    karim, page = client_of("karim"), f"/items/{world.page}"
    for address in (f"{page}/revisions/{number}", f"{page}/diff?from={number}&to={number}",
                    f"{page}/history?before={number}", f"/pages?group={number}",
                    f"/pages/new?group={number}", f"/pages/new?template={number}"):  # fmt: skip
        assert karim.get(address).status_code in (200, 404), address
    for address in (f"{page}/move", f"{page}/copy", f"{page}/comments"):
        sent = {"parent": number, "group": number, "reply_to": number, "body": "x"}
        assert karim.post(address, data=sent).status_code in (303, 404, 422), address


def test_titles_are_completed_with_what_the_person_may_read(client_of, client, world):
    address = f"/groups/{world.ours}/titles.json?q="
    found = client_of("karim").get(address + "espace").json
    assert [(one["title"], one["insert"]) for one in found] == [("Espace emploi", "Espace emploi")]
    assert client_of("stranger").get(address + "espace").json == []
    assert client.get(address, headers={"Accept": "application/json"}).status_code == 401
    assert client_of("nadia").get(address + "idees").json[0]["title"] == "Idées en vrac"


def test_an_ambiguous_title_is_asked_and_settled_for_good(app, client_of, world):
    karim = client_of("karim")
    for _ in range(2):
        karim.post("/pages/new", data={"group": world.ours, "title": "Séance", "body": "x"})
    karim.post(
        "/pages/new",
        data={"group": world.ours, "title": "Source", "body": "[[Séance]] `[[Séance]]`"},
    )
    with app.app_context():
        one, _two = db.session.scalars(select(Page.id).where(Page.title == "Séance")).all()
        source = db.session.scalar(select(Page.id).where(Page.title == "Source"))
    address = f"/groups/{world.ours}/titles/seance"
    assert (
        "Always this one"
        in karim.get(f"{address}?from={source}", headers={"Accept-Language": "en"}).text
    )
    assert client_of("stranger").get(address).status_code == 404
    karim.post(address, data={"source": source, "target": one})
    with app.app_context():
        settled = db.session.get(Page, source)
        assert settled.body == f"[[#{one}|Séance]] `[[Séance]]`"


def test_the_trash_can_be_undone(app, client_of, world):
    karim = client_of("karim")
    answer = karim.post(f"/items/{world.page}/trash")
    assert answer.location == f"/pages?group={world.ours}"
    assert f'action="/items/{world.page}/restoration"' in karim.get(answer.location).text
    assert karim.get(f"/pages/{world.page}").status_code == 404
    assert client_of("stranger").post(f"/items/{world.page}/restoration").status_code == 404
    assert karim.post(f"/items/{world.page}/restoration").status_code == 303
    assert karim.get(f"/items/{world.page}/history").status_code == 200


def test_watching_is_switched_on_and_off(app, client_of, world):
    rosa = client_of("rosa")
    for expected in (1, 0):
        rosa.post(f"/items/{world.page}/watch")
        with app.app_context():
            watches = db.session.scalars(select(Watch).where(Watch.user_id == world.rosa)).all()
            assert len(watches) == expected


def test_publication_says_who_reads_and_asks_when_it_must(app, client_of, world):
    nadia, page = client_of("nadia"), f"/items/{world.page}/publication"
    assert "3 people" in nadia.get(page, headers={"Accept-Language": "en"}).text
    nadia.post(page, data={"scope": 3, "note": "Utile à tous"})
    assert item(app, world.page).scope == Scope.GROUP
    admin = client_of("admin")
    assert "Utile à tous" in admin.get(page).text
    assert admin.post(f"{page}/answer", data={"answer": "yes"}).status_code == 303
    assert item(app, world.page).scope == Scope.PUBLIC


def test_a_request_can_be_withdrawn(app, client_of, world):
    nadia, page = client_of("nadia"), f"/items/{world.page}/publication"
    nadia.post(page, data={"scope": 3})
    nadia.post(f"{page}/withdrawal")
    with app.app_context():
        assert db.session.scalar(select(PublicationRequest)).accepted is False
    assert client_of("admin").get(page).status_code == 404


def test_a_member_is_told_that_a_facilitator_decides(app, client_of, world):
    karim = client_of("karim")
    assert "facilitators of the group decide" in karim.get(
        f"/items/{world.page}/publication", headers={"Accept-Language": "en"}
    ).text  # fmt: skip
    answer = karim.post(f"/items/{world.page}/publication", data={"scope": 2})
    assert answer.status_code == 303
    assert item(app, world.page).scope == Scope.GROUP
    for wrong in ("", "9", "x"):
        answer = karim.post(f"/items/{world.page}/publication", data={"scope": wrong})
        assert answer.status_code == 422


def test_words_are_ticked_and_added(app, client_of, world):
    karim = client_of("karim")
    karim.post(f"/items/{world.page}/terms", data={"new-tags": "Vélo, café ,", "themes": "zzz"})
    with app.app_context():
        page = db.session.get(Item, world.page)
        assert [term.label for term in page.terms] == ["Vélo", "café"]


def test_a_copy_goes_to_a_group_of_mine_only(app, client_of, world):
    sophie = client_of("sophie")
    page = f"/items/{world.public_page}/copy"
    assert sophie.post(page, data={"group": world.ours}).status_code == 422
    assert sophie.post(page, data={"group": world.theirs}).status_code == 303
    with app.app_context():
        copy = db.session.scalar(
            select(Page).where(Page.group_id == world.theirs, Page.id > world.report)
        )
        assert (copy.scope, copy.author_id) == (Scope.DRAFT, world.sophie)


def test_pages_are_put_in_order_with_two_buttons(app, client_of, world):
    karim = client_of("karim")
    titles = ["Alpha", "Beta", "Gamma"]
    for title in titles:
        karim.post("/pages/new", data={"group": world.ours, "title": title, "body": "x"})
    with app.app_context():
        ids = dict(db.session.execute(select(Page.title, Page.id)).all())
    for name in ("Gamma", "Gamma", "Alpha"):  # past « Espace emploi », past Beta; already first
        karim.post(f"/items/{ids[name]}/move", data={"step": "up"})
    text = karim.get(f"/pages?group={world.ours}").text
    assert sorted(titles, key=text.index) == ["Alpha", "Gamma", "Beta"]
    assert (
        karim.post(f"/items/{ids['Alpha']}/move", data={"parent": ids["Alpha"]}).status_code == 422
    )
    assert (
        karim.post(f"/items/{ids['Beta']}/move", data={"parent": ids["Alpha"]}).status_code == 303
    )
    assert (
        karim.post(f"/items/{ids['Alpha']}/move", data={"parent": ids["Beta"]}).status_code == 422
    )


def test_a_visitor_comment_waits_then_appears_and_the_next_comes_at_once(
    app, client, client_of, world
):
    from wiki.items import comments

    page = f"/items/{world.public_page}/comments"
    with app.app_context():
        started = comments.start_token(world.public_page)
    fields = {"name": "Lucie", "email": "Lucie@Example.org", "body": "Ouvert le samedi ?"}
    assert client.post(page, data={**fields, "started": started}).status_code == 422
    comments.FASTEST, kept = -1, comments.FASTEST
    try:
        assert client.post(page, data={**fields, "started": started}).status_code == 303
        public = f"/pages/{world.public_page}-ou-trouver-un-ordinateur"
        assert "samedi" not in client.get(public).text
        assert "samedi" not in client_of("stranger").get(public).text
        assert "samedi" in client_of("karim").get(public).text
        with app.app_context():
            held = db.session.scalar(select(Comment.id))
        approve = f"{page}/{held}/approval"
        assert client_of("stranger").post(approve).status_code == 403
        client_of("karim").post(approve)
        assert "samedi" in client.get(public).text
        assert "lucie@example.org" not in client.get(public).text.lower()
        client.post(page, data={**fields, "body": "Merci", "started": started})
        client.post(page, data={**fields, "body": "https://spam.example", "started": started})
        assert "Merci" in client.get(public).text
        assert "spam.example" not in client.get(public).text
        trapped = {**fields, "body": "Piège", "started": started, "website": "x"}
        assert client.post(page, data=trapped).status_code == 303
        assert "Piège" not in client_of("karim").get(public).text
    finally:
        comments.FASTEST = kept


def test_comments_are_escaped_removed_and_put_back(app, client_of, world):
    rosa, karim = client_of("rosa"), client_of("karim")
    page, show = f"/items/{world.page}/comments", f"/pages/{world.page}-espace-emploi"
    rosa.post(page, data={"body": "<script>alert(1)</script> bonjour [x](https://x.example)"})
    text = karim.get(show).text
    assert "<script>alert" not in text
    assert 'rel="nofollow' in text
    with app.app_context():
        number = db.session.scalar(select(Comment.id))
    rosa.post(page, data={"body": "Réponse", "reply_to": number})
    assert client_of("sophie").post(f"{page}/{number}/removal").status_code == 404
    assert rosa.post(f"{page}/{number}/removal").status_code == 303
    assert "bonjour" not in karim.get(show).text
    assert "Réponse" in karim.get(show).text
    karim.post(f"{page}/{number}/restoration")
    assert "bonjour" in karim.get(show).text


def test_a_comment_sent_twice_is_one_comment(app, client_of, world):
    page = f"/items/{world.page}/comments"
    answers = [client_of("rosa").post(page, data={"body": "Oui"}) for _press in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    client_of("karim").post(page, data={"body": "Oui"})
    with app.app_context():
        assert db.session.scalar(select(func.count(Comment.id))) == 2


def test_an_author_puts_back_what_they_removed_not_what_the_group_removed(app, client_of, world):
    rosa, karim = client_of("rosa"), client_of("karim")
    page = f"/items/{world.page}/comments"
    number = rosa.post(page, data={"body": "Vif"}).headers["Location"].rpartition("-")[2]
    rosa.post(f"{page}/{number}/removal")
    assert rosa.post(f"{page}/{number}/restoration").status_code == 303
    karim.post(f"{page}/{number}/removal")
    assert rosa.post(f"{page}/{number}/restoration").status_code == 403
    assert "Vif" not in rosa.get(f"/pages/{world.page}-espace-emploi").text


def test_placing_a_page_tells_no_title_that_is_hidden(app, client_of, world):
    karim, place = client_of("karim"), f"/items/{world.page}/move"
    with app.app_context():
        db.session.get(Page, world.page).parent_id = world.draft
        db.session.commit()
    assert "Idées en vrac" not in karim.get(place).text
    assert karim.post(place, data={"parent": world.draft}).status_code == 303
    assert item(app, world.page).parent_id == world.draft
    assert "Idées en vrac" in client_of("nadia").get(place).text


def test_what_a_visitor_is_told_once_is_kept_by_no_one_on_the_way(client, world):
    public = f"/pages/{world.public_page}-ou-trouver-un-ordinateur"
    assert client.get(public).headers["Cache-Control"].startswith("public")
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "Merci Lucie")]
    answer = client.get(public)
    assert "Merci Lucie" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_closed_comments_take_no_more(app, client_of, world):
    nadia, karim = client_of("nadia"), client_of("karim")
    page = f"/items/{world.page}/comments"
    assert karim.post(f"{page}/closing", data={"closed": "yes"}).status_code == 403
    nadia.post(f"{page}/closing", data={"closed": "yes"})
    assert karim.post(page, data={"body": "Trop tard"}).status_code == 403
    assert 'id="comment-form"' not in karim.get(f"/pages/{world.page}-espace-emploi").text


def test_an_empty_comment_is_given_back(client_of, world):
    assert (
        client_of("karim").post(f"/items/{world.page}/comments", data={"body": " "}).status_code
        == 422
    )


def test_the_preview_renders_for_those_signed_in(client, client_of, world):
    karim = client_of("karim")
    made = karim.post(f"/preview?group={world.ours}", data={"text": "**Oui** [[Espace emploi]]"})
    assert "<strong>Oui</strong>" in made.text
    assert f"/pages/{world.page}-" in made.text
    assert client.post("/preview", data={"text": "x"}).status_code == 401
    assert karim.post("/preview", data={"text": "x" * 500_001}).status_code == 413
    hidden = client_of("stranger").post(
        f"/preview?group={world.ours}", data={"text": "[[Espace emploi]]"}
    )
    assert f"/pages/{world.page}" not in hidden.text


def test_erasing_asks_for_words_that_exist(app, client_of, world):
    nadia = client_of("nadia")
    page = f"/items/{world.page}/erasure"
    assert client_of("karim").get(page).status_code == 403
    assert nadia.post(page, data={"words": "L", "instead": ""}).status_code == 422
    assert nadia.post(page, data={"words": "introuvable"}).status_code == 422
    assert nadia.post(page, data={"words": "lundi"}).status_code == 303
    with app.app_context():
        assert "lundi" not in db.session.get(Item, world.page).body
        assert (
            "erased" in db.session.scalars(select(Event.verb).filter_by(item_id=world.page)).all()
        )


def test_a_comparison_without_end_is_cut(app, client_of, world):
    karim = client_of("karim")
    body = "\n".join(f"ligne {n}" for n in range(5000))
    sent = {"title": "Espace emploi", "body": body, "revision": 1}
    assert karim.post(f"/pages/{world.page}/edit", data=sent).status_code == 303
    text = karim.get(f"/items/{world.page}/diff").text
    assert "ligne 100" in text
    assert "ligne 4000" not in text
    assert "trop long" in text


def test_what_a_group_said_before_publishing_stays_inside(app, client_of, client, world):
    admin, karim = client_of("admin"), client_of("karim")
    address, page = f"/pages/{world.page}-espace-emploi", f"/items/{world.page}/comments"
    karim.post(page, data={"body": "Fatou est malade."})
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        writing.publish(db.session.get(Page, world.page), Scope.PUBLIC, nadia, wide=True)
    karim.post(page, data={"body": "Merci à tous."})
    for reader in (client, admin, client_of("sophie")):
        assert "Merci à tous" in reader.get(address).text
        assert "Fatou" not in reader.get(address).text
    assert "Fatou" in client_of("rosa").get(address).text


def test_words_given_by_two_people_at_once_are_all_kept(app, client_of, world):
    karim, nadia = client_of("karim"), client_of("nadia")
    address, api = f"/items/{world.page}/terms", f"/api/v1/items/{world.page}"
    nadia.post(address, data={"revision": 1, "new-tags": "jardin"})
    karim.post(address, data={"revision": 1, "new-tags": "marché"})
    sent = {"revision": 1, "terms": {"tags": ["fête"]}}
    assert karim.patch(api, json=sent).status_code == 200
    tags = {term["slug"] for term in karim.get(api).json["terms"]["tags"]}
    assert tags == {"jardin", "marche", "fete"}
    karim.post(address, data={"revision": 4, "tags": ["jardin", "fete"]})
    tags = {term["slug"] for term in karim.get(api).json["terms"]["tags"]}
    assert tags == {"jardin", "fete"}


def test_a_retired_word_stays_where_it_is(app, client_of, world):
    karim, address = client_of("karim"), f"/items/{world.page}/terms"
    karim.post(address, data={"publics": "actifs"})
    with app.app_context():
        term = db.session.scalar(select(Term).filter_by(vocabulary="publics", slug="actifs"))
        term.retired_at = utcnow()
        db.session.commit()
    assert 'value="actifs"' in karim.get(address).text
    assert 'value="actifs"' not in karim.get(f"/items/{world.public_page}/terms").text


def test_what_is_missing_to_publish_is_said_once(client_of, world):
    nadia = client_of("nadia")
    made = nadia.post(
        f"/reports/new?group={world.ours}", data={"title": "À peine commencé", "outline": "story"}
    )
    number = re.search(r"/reports/(\d+)", made.location)[1]
    page = nadia.get(f"/items/{number}/publication").text
    reasons = re.findall(r'class="reason">.*?</svg>(.*?)</span>', page, re.S)
    assert len(reasons) == len(set(reasons)) > 2
    assert "Ce qui est dit juste au-dessus manque aussi ici." in reasons


def test_ones_own_unfinished_report_is_not_offered_for_adapting(client_of, world):
    nadia = client_of("nadia")
    made = nadia.post(
        f"/reports/new?group={world.ours}", data={"title": "À peine commencé", "outline": "story"}
    )
    number = re.search(r"/reports/(\d+)", made.location)[1]
    assert 'class="adapt"' not in nadia.get(f"/reports/{number}", follow_redirects=True).text
    assert 'class="adapt"' in nadia.get(f"/reports/{world.report}", follow_redirects=True).text


def test_what_could_not_be_taken_is_given_back_as_sentences_not_as_lists_of_names(client_of):
    said = "Une phrase entière, écrite par quelqu’un pendant que la page se fermait."
    other = "Une autre phrase, dans un autre champ du même formulaire."
    order = "b53f437,b53f437-4ec0fe,b53f437-613219,b53f437-aaaaaa,b53f437-bbbbbb"
    sent = {"summary": said, "words": other, "arrangement": order, "password": said + " secret"}
    answer = client_of("karim").post("/portraits/99999/edit", data=sent)
    assert answer.status_code == 404
    assert said in answer.text
    assert other in answer.text
    assert order not in answer.text
    assert "secret" not in answer.text


def test_a_remark_that_was_spoken_is_never_an_empty_one(client, client_of, world):
    karim = client_of("karim")
    sent = {"file": (io.BytesIO(samples.png()), "note.png"), "group": world.ours}
    number = re.search(r"/files/(\d+)", karim.post("/files/new", data=sent).location)[1]
    address = f"/items/{world.public_page}/comments"
    page = karim.post(address, data={"body": f"{{{{fichier {number}}}}}"}).location.split("#")[0]
    karim.post(address, data={"body": "👍"})
    assert "not for everybody" in client.get(page, headers={"Accept-Language": "en"}).text
    assert client.get(page, headers={"Accept-Language": "en"}).text.count("for everybody") == 1
    assert "not for everybody" not in karim.get(page, headers={"Accept-Language": "en"}).text

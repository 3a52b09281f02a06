"""The door, my day, group homes, activity, trash, the manual, health."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.groups.journal import Event
from wiki.groups.models import Membership
from wiki.home.stream import recent
from wiki.items import writing
from wiki.items.models import PublicationRequest, Scope
from wiki.pages.models import Page
from wiki.templating import ago, moment, weekday


def test_a_visitor_arrives_at_the_public_door(client):
    page = client.get("/").text
    assert "Cartographier son quartier à pied" in page
    assert "Espace emploi" not in page


def test_the_first_of_a_month_is_said_the_same_with_its_hour(app):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        said = moment(datetime(2026, 12, 1, 2, 55, tzinfo=UTC))
    assert said == "1er décembre 2026, 3\u00a0h\u00a055"


def test_my_day_shows_my_drafts_and_groups_and_not_those_of_others(client_of):
    mine = client_of("nadia").get("/").text
    assert "Idées en vrac" in mine
    assert "Mon quartier" in mine
    assert "Idées en vrac" not in client_of("karim").get("/").text


def test_an_editor_finds_the_publication_requests(client_of, app, world):
    with app.app_context():
        page = db.session.get(Page, world.page)
        db.session.add(PublicationRequest(item_id=page.id, scope=Scope.PUBLIC,
                                          asked_by_id=world.nadia))  # fmt: skip
        db.session.commit()
    admin = client_of("admin")
    assert "Espace emploi" in admin.get("/admin/requests").text
    answer = admin.post("/admin/requests/1/answer", data={"accept": "1"})
    assert answer.status_code == 303
    with app.app_context():
        assert db.session.get(Page, world.page).scope == Scope.PUBLIC
    assert admin.post("/admin/requests/1/answer", data={"accept": "1"}).status_code == 404


def test_the_words_of_a_refusal_reach_those_who_asked(client_of, world):
    nadia, admin, page = client_of("nadia"), client_of("admin"), f"/items/{world.page}/publication"
    nadia.post(page, data={"scope": 3})
    nadia.post(f"{page}/withdrawal")
    assert "See the answer" not in nadia.get("/", headers={"Accept-Language": "en"}).text
    nadia.post(page, data={"scope": 3})
    admin.post(f"{page}/answer", data={"answer": "no", "words": "Ôtez le nom de la ville"})
    assert "Ôtez le nom de la ville" in nadia.get("/").text
    assert "Ôtez le nom de la ville" in nadia.get(page).text
    nadia.post(page, data={"scope": 3})
    assert "Ôtez le nom de la ville" not in nadia.get("/").text


def test_only_editors_see_the_requests_and_only_admins_the_rest(client_of, client):
    assert client_of("nadia").get("/admin/requests").status_code == 404
    assert client_of("nadia").get("/admin/").status_code == 404
    assert client.get("/admin/people").status_code == 303
    assert client_of("admin").get("/admin/people").status_code == 200


def test_an_admin_has_no_right_to_read_a_private_group(client_of, world):
    assert client_of("admin").get(f"/groups/{world.theirs}").status_code == 404
    assert client_of("admin").get(f"/items/{world.page}").status_code == 404


def test_an_administrator_without_a_group_is_told_where_to_begin(client_of):
    page = client_of("admin").get("/").text
    places = ["/groups/new", "/admin/people", "/aide/administrer"]
    assert [page.find(f'href="{place}"') > 0 for place in places] == [True] * 3
    assert "Trois choses, dans cet ordre" in page
    assert "Trois choses" not in client_of("nadia").get("/").text


def test_a_group_home_tells_what_is_new_since_my_last_visit(client_of, world):
    karim = client_of("karim")
    assert karim.get(f"/groups/{world.ours}").status_code == 200
    assert karim.get(f"/groups/{world.ours}").status_code == 200


def test_activity_goes_back_page_by_page_without_losing_a_line(app, world):
    with app.test_request_context():
        from wiki.accounts.models import User

        nadia = db.session.get(User, world.nadia)
        for number in range(50):
            db.session.add(
                Event(group_id=world.ours, item_id=world.page, actor_id=nadia.id,
                      verb="updated" if number % 2 else "commented", data={"n": number},
                      created_at=utcnow() - timedelta(hours=number))
            )  # fmt: skip
        db.session.commit()
        seen, before = [], None
        while lines := recent(nadia, world.ours, 7, before):
            seen += [line.row.id for line in lines]
            before = lines[-1].row.id
        assert len(seen) == len(set(seen))
        known = db.session.scalars(select(Event.id).where(Event.data["n"].is_not(None)))
        assert len(set(known) - set(seen)) == 0 or len(seen) > 40


def test_the_trash_shows_what_was_put_away_and_gives_it_back(client_of, app, world):
    nadia = client_of("nadia")
    with app.test_request_context():
        from wiki.accounts.models import User

        writing.trash(db.session.get(Page, world.page), db.session.get(User, world.nadia))
    assert nadia.get(f"/items/{world.page}").status_code == 404
    assert "Espace emploi" in nadia.get(f"/groups/{world.ours}/trash").text
    assert client_of("rosa").get(f"/groups/{world.ours}/trash").status_code == 403
    assert nadia.post(f"/items/{world.page}/restoration").status_code == 303
    assert nadia.get(f"/items/{world.page}", follow_redirects=True).status_code == 200


def test_health_is_told_to_anyone(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_a_broken_page_gives_a_reference_and_no_secret(app, client, monkeypatch):
    monkeypatch.setitem(app.view_functions, "home.healthz", lambda: 1 / 0)
    answer = client.get("/healthz")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "Traceback" not in answer.text


def test_what_i_follow_is_on_my_day_while_i_may_read_it(client_of, world):
    rosa = client_of("rosa")
    assert rosa.post(f"/items/{world.page}/watch").status_code == 303
    assert "Espace emploi" in rosa.get("/").text
    client_of("nadia").post(f"/groups/{world.ours}/members/{world.rosa}", data={"remove": 1})
    assert "Espace emploi" not in rosa.get("/").text


def test_the_trash_is_emptied_at_once_by_a_facilitator_only(client_of, app, world):
    nadia, karim = client_of("nadia"), client_of("karim")
    nadia.post(f"/items/{world.page}/trash")
    address = f"/groups/{world.ours}/trash"
    assert f"{address}/emptying" not in karim.get(address).text
    assert karim.post(f"{address}/emptying").status_code == 403
    assert "/trash/emptying" in nadia.get(address).text
    assert nadia.post(f"{address}/emptying").status_code == 303
    assert "Espace emploi" not in nadia.get(address).text
    with app.app_context():
        assert db.session.get(Page, world.page) is None
        assert db.session.get(Page, world.public_page) is not None


def test_a_deleted_group_waits_in_the_list_of_those_who_may_bring_it_back(client_of, world):
    nadia = client_of("nadia")
    nadia.post(f"/groups/{world.ours}/trash")
    restoration = f"/groups/{world.ours}/restoration"
    assert restoration in nadia.get("/groups").text
    assert restoration not in client_of("karim").get("/groups").text
    nadia.post(restoration)
    assert restoration not in nadia.get("/groups").text
    assert nadia.get(f"/pages/{world.page}", follow_redirects=True).status_code == 200


def test_what_a_group_does_among_itself_is_not_told_outside(client_of, client, app, world):
    nadia = client_of("nadia")
    comments = f"/items/{world.public_page}/comments"
    made = nadia.post(comments, data={"body": "Entre nous."}).headers["Location"]
    nadia.post(f"{comments}/{made.rpartition('-')[2]}/removal")
    address = f"/groups/{world.ours}/activity"
    with app.test_request_context():
        inside = [line.row.verb for line in _activity(world.nadia, world.ours)]
        assert "commented" in inside
        assert "removed a comment" not in inside
    outside = client.get(address).text
    assert "a ajouté" in outside
    assert "commenté" not in outside


def _activity(user_id: int, group_id: int):
    return recent(db.session.get(User, user_id), group_id)


def test_a_text_that_no_row_can_hold_names_nothing(client_of, world):
    nadia, admin = client_of("nadia"), client_of("admin")
    for address in (f"/groups/{world.ours}/titles/a%00b", "/search?kind=a%00&q=mot",
                    "/search?tags=%00", "/aide/%00"):  # fmt: skip
        assert nadia.get(address).status_code in (200, 404), address
    assert admin.get("/admin/people?q=%00").status_code in (200, 404)
    sent = {"emails": "a\x00@example.org " + "b" * 300 + "@example.org", "role": "2"}
    assert nadia.post(f"/groups/{world.ours}/members", data=sent).status_code == 422


def test_what_two_requests_made_at_once_is_told_and_not_an_error(app, client, monkeypatch):
    from sqlalchemy.exc import IntegrityError

    def taken(*_):
        raise IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed"))

    monkeypatch.setitem(app.view_functions, "home.healthz", taken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    assert client.get("/healthz").status_code == 409


def test_an_admin_reads_warnings_and_the_journal_in_words(client_of, app, world, monkeypatch):
    client_of("nadia").post(f"/groups/{world.ours}/trash")
    monkeypatch.setitem(app.config, "DISK_WARNING_MB", 10**9)
    page = client_of("admin").get("/admin/").text
    assert "Le disque est presque plein." in page
    assert "a supprimé un groupe" in page
    assert "group trashed" not in page


def test_what_found_no_room_while_arriving_is_refused_plainly(client_of, world):
    sent = {"title": "x", "body": "y", "revision": 1}
    answer = client_of("nadia").post(
        f"/pages/{world.page}/edit", data=sent, environ_overrides={"essaim.full": True}
    )
    assert answer.status_code == 507


def test_new_since_my_last_visit_are_the_others_doings_only(client_of, app, world):
    karim = client_of("karim")
    karim.get(f"/groups/{world.ours}")
    with app.app_context():
        membership = db.session.get(Membership, (world.karim, world.ours))
        membership.visited_at = utcnow() - timedelta(hours=2)
        db.session.execute(update(Event).values(created_at=utcnow() - timedelta(days=3)))
        for actor, verb in ((world.karim, "copied"), (world.nadia, "reverted")):
            db.session.add(
                Event(group_id=world.ours, item_id=world.page, actor_id=actor, verb=verb, data={})
            )
        db.session.commit()
    page = karim.get(f"/groups/{world.ours}").text
    assert "Nouveau depuis" in page
    assert "a rétabli" in page or "ancienne version" in page
    assert "a copié" not in page


def test_a_held_comment_is_told_to_nobody(client_of, app, world):
    with app.app_context():
        db.session.add(
            Event(group_id=world.ours, item_id=world.page, verb="commented", data={"held": True})
        )
        db.session.commit()
    assert "a commenté" not in client_of("nadia").get(f"/groups/{world.ours}/activity").text


def test_the_first_of_a_month_is_said_as_it_is_read_aloud_also_just_after_midnight(app):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert weekday(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) == "Mardi 1er décembre"
        assert weekday(datetime(2026, 12, 11, 9, 0, tzinfo=UTC)) == "Vendredi 11 décembre"


def test_a_minute_ago_is_not_sixty_seconds(app):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert "à l’instant" in ago(utcnow() - timedelta(seconds=52))
        assert "il y a 1 minute" in ago(utcnow() - timedelta(seconds=61)).replace(" m", " m")

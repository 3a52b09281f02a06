"""Coming in without e-mail: the door, the tiles, what a participant may and may not."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from tests.conftest import PASSWORD
from tests.groups.entering import NEW, arrive, come_back, come_to, open_door, spoken, who
from wiki import restoring
from wiki.accounts.cards import AccessCard
from wiki.accounts.models import User, UserSession
from wiki.db import db, utcnow
from wiki.groups.joining import JoinCode
from wiki.groups.models import Group, Membership, Role


@pytest.fixture
def nadia(client_of):
    return client_of("nadia")


@pytest.fixture
def code(nadia, world):
    return open_door(nadia, world)


def is_in(client, world) -> bool:
    """Whether a client belongs to the group now."""
    return client.get(f"/groups/{world.ours}/members").status_code == 200


def card_of(name: str) -> AccessCard:
    return db.session.scalar(select(AccessCard).join(User).where(User.name == name))


def test_a_spoken_code_a_name_and_digits_make_a_member_of_one_group(app, client, code, world):
    answer = arrive(client, code.lower().replace(code[-3:], " " + code[-3:]), "Fatou")
    assert answer.status_code == 303
    home = client.get(answer.location)
    assert home.status_code == 200
    assert "4827" in home.text
    assert "4827" not in client.get(answer.location).text  # said once
    with app.app_context():
        fatou = db.session.scalar(select(User).where(User.name == "Fatou"))
        assert (fatou.email, fatou.password_hash, fatou.professional) == (None, None, False)
        rows = db.session.scalars(select(Membership).where(Membership.user_id == fatou.id)).all()
        assert [(row.group_id, row.role) for row in rows] == [(world.ours, Role.MEMBER)]
        assert card_of("Fatou").digits_hash.startswith("$argon2id$")


def test_a_participant_sees_their_group_and_nothing_of_others(client, code, world):
    arrive(client, code, "Fatou", professional="1", role="3", group=world.theirs)
    assert is_in(client, world)
    assert client.get(f"/groups/{world.theirs}").status_code == 404
    assert client.get(f"/items/{world.page}").status_code in (200, 302, 303)
    for private in (world.draft, world.network_page):
        assert client.get(f"/items/{private}").status_code == 404
    for door in ("/admin", "/groups/new", "/account/tokens", "/account/feeds"):
        assert client.get(door).status_code in (403, 404), door
    for tool in ("door", "cards", "settings", "door.json"):
        assert client.get(f"/groups/{world.ours}/{tool}").status_code == 403


def test_a_participant_does_not_list_the_members_unless_allowed(client, nadia, code, world):
    arrive(client, code, "Fatou")
    for page in (f"/groups/{world.ours}/members", f"/groups/{world.ours}"):
        assert "Rosa" not in client.get(page).text
        assert "Nadia" in client.get(page).text  # whom to ask
    form = {"title": "Mon quartier", "purpose": "action", "colour": "lagune", "pictogram": "arbre"}
    nadia.post(f"/groups/{world.ours}/settings", data=form | {"lists_members": "y"})
    assert "Rosa" in client.get(f"/groups/{world.ours}/members").text


def test_who_entered_is_told_to_no_one_who_may_not_list_the_members(app, nadia, code, world):
    fatou, moussa = app.test_client(), app.test_client()
    arrive(fatou, code, "Fatou")
    arrive(moussa, code, "Moussa")
    for page in ("", "/activity", "/members"):
        assert "Moussa" not in fatou.get(f"/groups/{world.ours}{page}").text, page
        assert "Moussa" in nadia.get(f"/groups/{world.ours}{page}").text, page
    assert "Moussa" not in fatou.get("/").text
    assert "Fatou</b> est entré·e" in fatou.get(f"/groups/{world.ours}/activity").text
    home = fatou.get(f"/groups/{world.ours}").text
    assert "Vous et les personnes qui animent" in home
    assert "Les 2 personnes" not in home
    with app.app_context():
        db.session.get(Group, world.ours).lists_members = True
        db.session.commit()
    assert "Moussa" in fatou.get(f"/groups/{world.ours}/activity").text


def test_one_comes_back_by_a_tile_and_digits_while_the_door_is_open(app, client, code):
    arrive(client, code, "Fatou")
    other = app.test_client()
    answer = come_back(other, code, "Fatou")
    assert answer.status_code == 303
    assert other.get(answer.location).status_code == 200
    with app.app_context():
        assert db.session.scalar(select(JoinCode)).used == 1  # coming back takes no place


def test_digits_alone_open_nothing(app, client, code, world):
    arrive(client, code, "Fatou")
    with app.app_context():
        fatou = card_of("Fatou").user_id
    stranger = app.test_client()
    form = {"who": fatou, "digits": "4827"}
    assert stranger.post("/join/digits", data=form).status_code == 410
    sign_in = {"email": "Fatou", "password": "4827"}
    assert stranger.post("/login", data=sign_in).status_code == 422
    assert not is_in(stranger, world)


def test_a_door_that_is_closed_lets_nobody_in_from_this_instant(app, nadia, code, world):
    waiting = app.test_client()
    come_to(waiting, code)
    nadia.post(f"/groups/{world.ours}/door", data={"close": "1"})
    assert waiting.get("/join/who").status_code == 410
    assert waiting.post("/join/new", data={"name": "Zoé", **NEW}).status_code == 410
    assert app.test_client().post("/join", data={"code": code}).status_code == 422


def test_a_door_closes_by_itself_after_half_an_hour_and_can_be_prolonged(app, nadia, code, world):
    with app.app_context():
        left = db.session.scalar(select(JoinCode)).minutes
        assert 29 <= left <= 30
    nadia.post(f"/groups/{world.ours}/door", data={"prolong": "1"})
    with app.app_context():
        assert 59 <= db.session.scalar(select(JoinCode)).minutes <= 60
        db.session.execute(update(JoinCode).values(expires_at=utcnow() - timedelta(seconds=1)))
        db.session.commit()
    assert app.test_client().post("/join", data={"code": code}).status_code == 422
    assert nadia.get(f"/groups/{world.ours}/door.json").json == {"open": False}


def test_places_are_counted_and_the_facilitator_adds_some(app, nadia, world):
    code = open_door(nadia, world, places=1)
    assert arrive(app.test_client(), code, "Fatou").status_code == 303
    late = app.test_client()
    answer = arrive(late, code, "Moussa")
    assert answer.status_code == 409
    assert "Nadia" in answer.text
    nadia.post(f"/groups/{world.ours}/door", data={"more": "1"})
    assert late.post("/join/new", data={"name": "Moussa", **NEW}).status_code == 303


@pytest.mark.parametrize("name", ["Fatou", "FATOU", "fаtou", "Fatóu", "Fa\u200btou", "F\u202eatou",
                                  "Ｆａｔｏｕ", "Fat0u", "Fatou.", "Nadia Ferrec"])  # fmt: skip
def test_names_that_look_the_same_are_refused_and_all_is_kept(app, client, code, name):
    arrive(client, code, "Fatou")
    answer = arrive(app.test_client(), code, name, pictogram="lune", digits="9153")
    assert answer.status_code == 422
    assert 'value="9153"' in answer.text
    assert re.search(r'checked[^>]*value="lune"', answer.text)


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u2060", "123", "…", "x" * 60, "\u3164"])
def test_names_that_cannot_be_read_are_refused(client, code, name):
    assert arrive(client, code, name).status_code == 422


@pytest.mark.parametrize("name", ["Thi Mai", "Łukasz", "فاطمة", "Moussa B.", "李"])
def test_names_of_every_script_are_welcome(client, code, name):
    assert arrive(client, code, name).status_code == 303


@pytest.mark.parametrize("digits", ["", "123", "1234567", "12a4", "1234", "0000", "٤٨٢٧"])
def test_digits_that_keep_nobody_out_are_refused(client, code, digits):
    assert arrive(client, code, "Fatou", digits=digits).status_code == 422


def test_five_wrong_tries_put_the_card_to_rest_and_the_facilitator_wakes_it(
    app, nadia, code, world
):
    arrive(app.test_client(), code, "Fatou")
    guesser = app.test_client()
    for _ in range(5):
        assert come_back(guesser, code, "Fatou", "0001").status_code == 422
    assert come_back(guesser, code, "Fatou").status_code == 422  # the right ones, too late
    for screen in (f"/groups/{world.ours}", f"/groups/{world.ours}/door"):
        assert "Fatou" in nadia.get(screen).text.split("banner--care")[1]
    with app.app_context():
        card = card_of("Fatou").id
    page = nadia.post(
        f"/groups/{world.ours}/cards/{card}", data={"digits": "1"}, follow_redirects=True
    ).text
    digits = re.search(r'class="given"[^>]*>[^<]*<b>(\d{4})</b>', page)[1]
    assert digits not in nadia.get(f"/groups/{world.ours}/cards").text.split("card-rows")[1]
    assert come_back(guesser, code, "Fatou").status_code == 422
    assert come_back(guesser, code, "Fatou", digits).status_code == 303


def test_new_digits_end_what_was_opened_with_the_old_ones(app, client, nadia, code, world):
    arrive(client, code, "Fatou")
    with app.app_context():
        card = card_of("Fatou").id
    nadia.post(f"/groups/{world.ours}/cards/{card}", data={"digits": "1"})
    assert not is_in(client, world)


def test_a_link_lets_in_shows_no_names_and_dies_when_withdrawn(app, nadia, code, world):
    arrive(app.test_client(), code, "Fatou")
    made = nadia.post(f"/groups/{world.ours}/links", data={"link-places": 3, "link-days": 7})
    page = nadia.get(made.location).text
    path = re.search(r"http://localhost(/j/[\w-]{32})", page)[1]
    visitor = app.test_client()
    first = visitor.get(path, follow_redirects=True)
    assert first.status_code == 200
    assert "Fatou" not in first.text
    assert visitor.post("/join/new", data={"name": "Jo", **NEW}).status_code == 303
    assert nadia.post(made.location).status_code == 303
    assert app.test_client().get(path).status_code == 410
    assert nadia.get(made.location).status_code == 404


def test_a_card_comes_back_by_its_square_or_by_its_code(app, client, code, world):
    arrive(client, code, "Fatou")
    with app.app_context():
        card = card_of("Fatou")
        number, printed, fatou = card.code, card.printed, card.user_id
    phone = app.test_client()
    assert "Fatou" in phone.get(f"/c/{number}", follow_redirects=True).text
    form = {"who": fatou, "digits": "4827"}
    assert phone.post("/join/digits", data=form).status_code == 303
    desk = app.test_client()
    come_to(desk, printed.lower())
    assert desk.post("/join/digits", data=form).status_code == 303
    # The same card on two phones is one person on two devices.
    assert is_in(phone, world)
    assert is_in(desk, world)


def test_a_lost_card_is_replaced(app, client, nadia, code, world):
    arrive(client, code, "Fatou")
    with app.app_context():
        card, old = card_of("Fatou").id, card_of("Fatou").code
    nadia.post(f"/groups/{world.ours}/cards/{card}", data={"renewal": "1"})
    assert app.test_client().get(f"/c/{old}").status_code == 410
    assert not is_in(client, world)


def test_cards_with_and_without_names_are_made_and_taken_once(app, nadia, world):
    form = {"firstnames": "Fatou\nMoussa B.\n", "blank": 2}
    assert nadia.post(f"/groups/{world.ours}/cards", data=form).status_code == 303
    with app.app_context():
        codes = db.session.scalars(select(AccessCard.code).order_by(AccessCard.id)).all()
        assert len(codes) == 4
    fatou = app.test_client()
    page = fatou.get(f"/c/{codes[0]}", follow_redirects=True).text
    action = re.search(r'action="(/join/digits/\d+)"', page)[1]
    assert fatou.post(action, data={"digits": "9153"}).status_code == 303
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        assert client.get(f"/c/{codes[3]}", follow_redirects=True).status_code == 200
    assert first.post("/join/new", data={"name": "Zoé", **NEW}).status_code == 303
    assert second.post("/join/new", data={"name": "Lili", **NEW}).status_code in (409, 410)


def test_a_card_made_for_somebody_is_not_taken_at_the_door_without_it(app, nadia, code, world):
    nadia.post(f"/groups/{world.ours}/cards", data={"firstnames": "Aline", "blank": 0})
    with app.app_context():
        aline, printed = card_of("Aline").user_id, card_of("Aline").printed
    other = app.test_client()
    assert "Aline" in come_to(other, code).text
    page = other.get(f"/join/who?who={aline}")
    assert page.status_code == 403
    assert "avec votre carte" in page.text
    for path in ("/join/digits", f"/join/digits/{aline}"):
        assert other.post(path, data={"who": aline, "digits": "4827"}).status_code == 403
    assert not is_in(other, world)
    assert f"/join/digits/{aline}" in come_to(other, printed).text  # whoever has it in hand
    assert other.post(f"/join/digits/{aline}", data={"digits": "4827"}).status_code == 303
    # Once she has her digits, her tile at the door is enough.
    assert come_back(app.test_client(), code, "Aline").status_code == 303


def test_the_second_phone_of_a_card_learns_that_somebody_took_it(app, nadia, world):
    nadia.post(f"/groups/{world.ours}/cards", data={"firstnames": "Aline", "blank": 1})
    with app.app_context():
        cards = db.session.scalars(select(AccessCard).order_by(AccessCard.id)).all()
        codes, aline = [card.code for card in cards], cards[0].user_id
    for code, path, form in ((codes[1], "/join/new", {"name": "Yolande", **NEW}),
                             (codes[0], f"/join/digits/{aline}", {"digits": "4827"})):  # fmt: skip
        first, second = app.test_client(), app.test_client()
        for client in (first, second):
            client.get(f"/c/{code}", follow_redirects=True)
        assert first.post(path, data=form).status_code == 303
        answer = second.post(path, data=form | ({"name": "Samir"} if "name" in form else {}))
        assert answer.status_code == 409
        assert "vient de prendre cette carte" in answer.text
        assert "Cette porte est fermée" not in answer.text


@pytest.mark.parametrize("form", [
    {"firstnames": "Fatou\nfatou", "blank": 0}, {"firstnames": "Nadia Ferrec", "blank": 0},
    {"firstnames": "", "blank": 0}, {"firstnames": "", "blank": 900},
    {"firstnames": "12", "blank": 1},
])  # fmt: skip
def test_cards_that_cannot_be_are_refused(nadia, world, form):
    assert nadia.post(f"/groups/{world.ours}/cards", data=form).status_code == 422


def test_the_name_typed_is_the_one_of_the_advice(client, app, code):
    arrive(client, code, "Fatou")
    page = arrive(app.test_client(), code, "fatou").text
    assert "fatou B." in page
    assert "Karim B." not in page


def test_the_door_is_for_as_many_as_have_a_card_to_take(nadia, world):
    door = f"/groups/{world.ours}/door"
    assert _places(nadia.get(door).text) == "12"
    nadia.post(f"/groups/{world.ours}/cards", data={"firstnames": "Aline", "blank": 9})
    assert _places(nadia.get(door).text) == "10"


def _places(page: str) -> str:
    return re.search(r'value="(\d+)"', re.search(r'<input[^>]*name="places"[^>]*>', page)[0])[1]


def test_a_participant_reads_why_they_found_no_group(client, code):
    arrive(client, code, "Fatou")
    page = client.get("/groups/new")
    assert page.status_code == 403
    assert "Ce sont les professionnels" in page.text
    assert "autres membres du groupe" not in page.text


def test_whoever_has_an_account_joins_with_it(client_of, code, world):
    sophie = client_of("sophie")
    assert "Sophie" in come_to(sophie, code).text
    assert sophie.post("/join/mine").status_code == 303
    assert sophie.get(f"/groups/{world.ours}/members").status_code == 200


def test_a_participant_of_one_group_does_not_enter_another_with_the_same_account(
    app, client, client_of, code, world
):
    arrive(client, code, "Fatou")
    sophie = client_of("sophie")
    sophie.post(f"/groups/{world.theirs}/door", data={"places": 5})
    other = spoken_of(sophie, world.theirs)
    assert "Fatou" in come_to(client, other).text
    client.post("/join/mine")
    assert client.get(f"/groups/{world.theirs}").status_code == 404
    left = client.post("/logout", data={"next": "/join/who"})
    assert left.location == "/join/who"
    assert client.post("/join/new", data={"name": "Fatou", **NEW}).status_code == 303


def spoken_of(client, group_id) -> str:
    class World:
        ours = group_id

    return spoken(client, World)


def test_a_shared_computer_lets_go_after_a_quarter_and_keeps_nothing(app, client, code, world):
    answer = arrive(client, code, "Fatou", shared="y")
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(c.startswith("shared-computer=yes") for c in cookies)
    session = next(c for c in cookies if c.startswith("essaim="))
    assert "Expires" not in session
    assert "Max-Age" not in session  # ends with the browser
    assert not any(c.startswith("essaim_cards=") for c in cookies)
    home = client.get(f"/groups/{world.ours}")
    assert home.headers["Cache-Control"] == "no-store"
    assert "<shared-computer" in home.text
    _grow_old(app, minutes=14)
    # What a page asks by itself keeps nobody in.
    polled = client.get(f"/groups/{world.ours}", headers={"Sec-Fetch-Mode": "cors"})
    assert polled.status_code == 200
    _grow_old(app, minutes=2)
    assert not is_in(client, world)


def test_somebody_who_works_at_a_shared_computer_stays_in(app, client, code, world):
    arrive(client, code, "Fatou", shared="y")
    for _ in range(3):
        _grow_old(app, minutes=10)
        assert client.post("/account/presence").status_code == 204
    assert is_in(client, world)


def _grow_old(app, minutes: int):
    """Let time pass for the session of whoever came in last."""
    with app.app_context():
        device = db.session.scalar(select(UserSession).order_by(UserSession.id.desc()).limit(1))
        device.seen_at -= timedelta(minutes=minutes)
        db.session.commit()


def test_ones_own_phone_remembers_whose_it_is_after_leaving(client, code, world):
    arrive(client, code, "Fatou")
    assert client.post("/logout").location == "/join"
    page = client.get("/join").text
    back = re.search(r'href="(/c/[0-9A-Z]{10})"', page)[1]
    form = client.get(back, follow_redirects=True).text
    answer = client.post("/join/digits", data={"who": who(form, "Fatou"), "digits": "4827"})
    assert answer.status_code == 303


def test_taken_out_of_the_group_the_card_and_the_session_end(app, client, nadia, code, world):
    arrive(client, code, "Fatou")
    with app.app_context():
        fatou, card = card_of("Fatou").user_id, card_of("Fatou").code
    nadia.post(f"/groups/{world.ours}/members/{fatou}", data={"remove": "1"})
    assert not is_in(client, world)
    assert app.test_client().get(f"/c/{card}").status_code == 410
    assert arrive(app.test_client(), code, "Fatou").status_code == 303  # the name is free


def test_a_deleted_group_has_no_door(app, nadia, code, world):
    with app.app_context():
        db.session.get(Group, world.ours).trashed_at = utcnow()
        db.session.commit()
    assert app.test_client().post("/join", data={"code": code}).status_code == 422


def test_a_participant_never_facilitates_nor_becomes_a_professional(
    app, client, client_of, code, world
):
    arrive(client, code, "Fatou")
    nadia = client_of("nadia")
    with app.app_context():
        fatou = card_of("Fatou").user_id
    nadia.post(f"/groups/{world.ours}/members/{fatou}", data={"role": "3"})
    form = {"role": "1", "professional": "y"}
    assert client_of("admin").post(f"/admin/people/{fatou}", data=form).status_code == 422
    with app.app_context():
        assert db.session.get(Membership, (fatou, world.ours)).role == Role.MEMBER


def test_a_participant_takes_no_name_that_looks_like_anothers(app, client, code):
    arrive(client, code, "Fatou")
    form = {"name": "Rоsa", "pictogram": "velo", "colour": "brique", "lang": ""}
    assert client.post("/account", data=form | {"email": "x@example.org"}).status_code == 422
    assert client.post("/account", data=form | {"name": "Fatoumata", "email": "x@example.org"})
    with app.app_context():
        renamed = card_of("Fatoumata")
        assert (renamed.name_key, renamed.user.email) == ("fatoumata", None)


def test_the_account_is_claimed_with_an_address_that_answers(app, client, code, letters):
    app.config["SMTP_URL"] = "smtp://nowhere.invalid"
    try:
        arrive(client, code, "Fatou")
        form = {"email": "fatou@example.org", "digits": "0007"}
        assert client.post("/account/address", data=form).status_code == 422
        app.config["SMTP_URL"] = ""
        answer = client.post("/account/address", data=form | {"digits": "4827"})
    finally:
        app.config["SMTP_URL"] = ""
    path = answer.location.removeprefix("http://localhost")
    new = {"password": "quatre mots tout neufs"}
    assert client.post(path, data=new).status_code == 303
    assert app.test_client().post(path, data=new).status_code == 410  # once
    again = app.test_client()
    sign_in = {"email": "fatou@example.org", **new}
    assert again.post("/login", data=sign_in | {"password": "4827"}).status_code == 422
    assert again.post("/login", data=sign_in).status_code == 303
    with app.app_context():
        assert card_of("Fatou") is None


def test_the_letter_of_a_claim_says_nothing_on_the_screen_of_an_address_that_is_taken(
    app, client, code
):
    arrive(client, code, "Fatou")
    form = {"email": "sophie@example.org", "digits": "4827"}
    page = client.post("/account/address", data=form)
    assert page.status_code == 200
    with app.app_context():
        assert card_of("Fatou").user.email is None


def test_wrong_codes_from_one_address_get_429_and_the_room_goes_on(app, nadia, world):
    app.config["THROTTLE"] = True
    app.extensions["throttle"].storage.reset()  # other tests count here too
    try:
        code = open_door(nadia, world)
        guesser = app.test_client()
        elsewhere = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
        tries = [
            guesser.post("/join", data={"code": f"MIEL {n:03d}"}, **elsewhere) for n in range(12)
        ]
        assert [answer.status_code for answer in tries] == [422] * 10 + [429] * 2
        assert tries[-1].headers["Retry-After"]
        right = guesser.post("/join", data={"code": code}, **elsewhere)
        assert right.status_code == 429  # or the limit would only slow those who are wrong
        assert guesser.get("/j/x", **elsewhere).status_code == 429
        assert arrive(app.test_client(), code, "Fatou").status_code == 303
    finally:
        app.config["THROTTLE"] = False
        app.extensions["throttle"].storage.reset()


def test_many_addresses_that_guess_close_the_spoken_code_to_strangers_not_to_the_room(
    app, nadia, world
):
    app.config["THROTTLE"] = True
    app.extensions["throttle"].storage.reset()  # other tests count here too
    try:
        code = open_door(nadia, world)
        for n in range(201):
            place = {"REMOTE_ADDR": f"198.51.{n // 100}.{n % 100}"}
            guess = f"{'MIEL' if n < 101 else 'RUCHE'} {n % 90:03d}"
            app.test_client().post("/join", data={"code": guess}, environ_base=place)
        stranger = {"environ_base": {"REMOTE_ADDR": "203.0.113.77"}}
        assert app.test_client().post("/join", data={"code": code}, **stranger).status_code == 429
        assert arrive(app.test_client(), code, "Fatou").status_code == 303  # where the door is
    finally:
        app.config["THROTTLE"] = False
        app.extensions["throttle"].storage.reset()


def test_screens_of_coming_in_keep_nothing_and_ask_no_password_manager(client, code):
    page = come_to(client, code)
    assert page.headers["Cache-Control"] == "no-store"
    assert 'type="password"' not in page.text
    assert page.text.count('autocomplete="off"') >= 2


def test_a_participant_takes_no_invitation_that_would_open_more(app, client, nadia, code, letters):
    arrive(client, code, "Fatou")
    with app.app_context():
        group = db.session.scalar(select(Group.id).where(Group.title.startswith("Mon quartier")))
    form = {"emails": "pro@example.org", "role": 3, "professional": "y"}
    nadia.post(f"/groups/{group}/members", data=form)
    path = re.search(r"http://localhost(/invitations/[\w-]+)", letters()[-1].get_content())[1]
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 403
    with app.app_context():
        fatou = card_of("Fatou").user
        assert not fatou.professional
        assert db.session.get(Membership, (fatou.id, group)).role == Role.MEMBER


def test_people_whose_cards_are_prepared_have_not_joined_yet(client, nadia, world):
    nadia.post(f"/groups/{world.ours}/cards", data={"firstnames": "Annie", "blank": 0})
    assert "Annie</b>" not in nadia.get(f"/groups/{world.ours}/activity").text
    assert "pas encore" in nadia.get(f"/groups/{world.ours}/cards").text


def test_an_account_claimed_at_a_shared_computer_stays_a_short_session(app, client, code):
    arrive(client, code, "Fatou", shared="y")
    form = {"email": "fatou@example.org", "digits": "4827"}
    path = client.post("/account/address", data=form).location.removeprefix("http://localhost")
    client.post(path, data={"password": "quatre mots tout neufs"})
    assert "<shared-computer" in client.get("/account").text
    assert (
        re.search(r"<input checked[^>]*name=.shared", app.test_client().get("/login").text) is None
    )


def test_signing_in_with_an_address_at_a_shared_computer_lets_go_too(app, client, world):
    form = {"email": "karim@example.org", "password": PASSWORD, "shared": "y"}
    assert "shared-computer=yes" in str(client.post("/login", data=form).headers)
    assert "<shared-computer" in client.get(f"/groups/{world.ours}").text
    _grow_old(app, minutes=16)
    assert not is_in(client, world)


def test_nobody_unknown_reads_who_is_in_a_group_from_a_link(client, nadia, code, world):
    made = nadia.post(f"/groups/{world.ours}/links", data={"link-places": 3, "link-days": 1})
    path = re.search(r"http://localhost(/j/[\w-]{32})", nadia.get(made.location).text)[1]
    arrive(nadia, code, "x")  # a facilitator who tries the code is led to the group
    page = client.get(path, follow_redirects=True).text
    assert "Nadia Ferrec" not in page


def test_what_is_over_opens_nothing(app, client, nadia, code, world):
    nadia.post(f"/groups/{world.ours}/cards", data={"firstnames": "", "blank": 1})
    made = nadia.post(f"/groups/{world.ours}/links", data={"link-places": 3, "link-days": 1})
    link = re.search(r"http://localhost(/j/[\w-]{32})", nadia.get(made.location).text)[1]
    with app.app_context():
        blank = db.session.scalar(select(AccessCard))
        card = f"/c/{blank.code}"
    assert client.get(card).status_code == 303
    assert app.test_client().get(link).status_code == 303
    with app.app_context():
        before = utcnow() - timedelta(minutes=1)
        db.session.execute(update(JoinCode).values(expires_at=before))
        db.session.execute(update(AccessCard).values(expires_at=before))
        db.session.commit()
    for address in (card, link):
        assert app.test_client().get(address).status_code == 410
    assert client.post("/join/new", data={"name": "Zoé", **NEW}).status_code == 410


def test_an_account_whose_name_looks_like_anothers_does_not_join_under_it(client_of, code):
    sophie = client_of("sophie")
    form = {"name": "Kаrim", "pictogram": "velo", "colour": "brique", "lang": "",
            "email": "sophie@example.org"}  # fmt: skip
    assert sophie.post("/account", data=form).status_code == 303
    come_to(sophie, code)
    assert sophie.post("/join/mine").status_code == 422


def test_the_facilitator_meets_resting_cards_on_her_first_page(app, nadia, code):
    arrive(app.test_client(), code, "Fatou")
    for _ in range(5):
        come_back(app.test_client(), code, "Fatou", "0001")
    assert "Fatou" in nadia.get("/").text


def test_a_restored_backup_opens_no_door_and_no_link(app, nadia, code, world):
    nadia.post(f"/groups/{world.ours}/links", data={"link-places": 3, "link-days": 30})
    with app.app_context():
        restoring._close_doors()
        assert not any(one.is_alive for one in db.session.scalars(select(JoinCode)))
    assert app.test_client().post("/join", data={"code": code}).status_code == 422


def test_many_tiles_cost_no_more_questions_than_four(app, nadia, code, world):
    counts = []
    for names in ("abcd", "efghijklmnopqrstuvwxyz"):
        made = "\n".join(f"Prénom {letter}" for letter in names)
        nadia.post(f"/groups/{world.ours}/cards", data={"firstnames": made, "blank": 0})
        visitor = app.test_client()
        come_to(visitor, code)
        counts.append(questions_of(app, visitor, "/join/who"))
    assert counts[0] == counts[1] < 12


def questions_of(app, client, address: str) -> int:
    """How many statements a page sends to the database."""
    asked = []

    def note(*given):
        asked.append(given[2])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    assert client.get(address).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)


DESK = "Mozilla/5.0 (X11; Linux x86_64) Firefox/130"
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile Safari/537.36"


@pytest.mark.parametrize(("agent", "mine", "checked"), [
    (PHONE, "C’est mon téléphone", ""), (DESK, "C’est mon ordinateur", "y"),
])  # fmt: skip
def test_whose_device_it_is_is_asked_above_the_button(client, code, agent, mine, checked):
    client.environ_base["HTTP_USER_AGENT"] = agent
    page = come_to(client, code).text
    asked = page.index("Il est à tout le monde")
    assert mine in page
    assert asked < page.index("Entrer<svg"), "before the button, not after twelve drawings"
    (found,) = re.findall(r'name="shared" value="(\w*)" checked', page)
    assert found == checked


def test_a_device_that_remembers_somebody_is_theirs(client, code):
    client.environ_base["HTTP_USER_AGENT"] = DESK
    arrive(client, code, "Fatou", shared="")
    client.post("/logout")
    page = come_to(client, code).text
    assert re.findall(r'name="shared" value="(\w*)" checked', page) == [""]


def test_pressing_again_without_digits_hides_no_reason(app, client, code):
    arrive(client, code, "Fatou")
    other = app.test_client()
    assert "4 essais" in come_back(other, code, "Fatou", "0001").text
    assert "4 essais" in come_back(other, code, "Fatou", "").text
    for _ in range(4):
        come_back(other, code, "Fatou", "0001")
    assert "en pause" in come_back(other, code, "Fatou", "").text


def test_the_address_to_type_is_french_on_a_french_screen(client, nadia, code, world):
    came = client.get("/entrer", follow_redirects=True)
    assert (came.status_code, came.request.path) == (200, "/join")
    door = f"/groups/{world.ours}/door"
    assert ">localhost/entrer<" in nadia.get(door, headers={"Accept-Language": "fr"}).text
    assert ">localhost/join<" in nadia.get(door, headers={"Accept-Language": "en"}).text

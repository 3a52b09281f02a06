"""Signing in, out, resetting, devices, keys, the first administrator."""

import re
from datetime import timedelta

import pytest
from flask import url_for

from tests.conftest import PASSWORD
from wiki import create_app
from wiki.accounts.models import ApiToken, SiteRole, User, UserSession
from wiki.accounts.signing import first_code, reset_token, safe_next
from wiki.db import db, utcnow
from wiki.mail import Mail


def sign_in(client, email="nadia@example.org", password=PASSWORD, **more):
    return client.post("/login", data={"email": email, "password": password, **more})


def test_the_right_password_opens_a_session_and_leads_where_one_was_going(client):
    answer = sign_in(client, next="/groups")
    assert (answer.status_code, answer.location) == (303, "/groups")
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [("nadia@example.org", "autre"), ("nobody@example.org", PASSWORD), ("", ""), ("x" * 300, "y")],
)
def test_a_wrong_password_and_an_unknown_address_are_refused_alike(client, email, password):
    answer = sign_in(client, email, password)
    assert answer.status_code == 422
    assert client.get("/account").status_code == 303


def test_the_session_changes_at_sign_in(client, app):
    with client.session_transaction() as session:
        session["_user_id"] = "planted"
    sign_in(client)
    with client.session_transaction() as session:
        assert session["_user_id"] != "planted"


def test_signing_out_ends_the_device_for_good(client):
    sign_in(client)
    with client.session_transaction() as session:
        stolen = dict(session)
    client.post("/logout")
    with client.session_transaction() as session:
        session.update(stolen)
    assert client.get("/account").status_code == 303


def test_signing_out_everywhere_ends_the_other_devices(client, client_of):
    other = client_of("nadia")
    assert other.get("/account").status_code == 200
    sign_in(client)
    client.post("/account/sessions", data={"all": "1"})
    assert other.get("/account").status_code == 303


def test_one_cannot_end_the_device_of_someone_else(client_of, app, world):
    with app.app_context():
        theirs = db.session.query(UserSession).filter_by(user_id=world.karim).one().id
    client_of("nadia").post("/account/sessions", data={"session": theirs})
    assert client_of("karim").get("/account").status_code == 200


def test_a_closed_account_is_out_at_once(client_of, app, world):
    client = client_of("karim")
    client_of("admin").post(f"/admin/people/{world.karim}/closure")
    assert client.get("/account").status_code == 303
    assert sign_in(app.test_client(), "karim@example.org").status_code == 422


def test_changing_the_password_ends_other_sessions_and_kills_reset_links(client_of, app, world):
    with app.test_request_context():
        link = reset_token(db.session.get(User, world.nadia))
    other = client_of("nadia")
    mine = app.test_client()
    sign_in(mine)
    answer = mine.post(
        "/account/password", data={"current": PASSWORD, "password": "une autre phrase longue"}
    )
    assert answer.status_code == 303
    assert mine.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert app.test_client().get(f"/reset/{link}").status_code == 410


def test_a_reset_link_is_mailed_works_once_and_says_nothing_of_unknown_addresses(app, client):
    known = client.post("/reset", data={"email": "Karim@example.org "})
    unknown = client.post("/reset", data={"email": "nobody@example.org"})
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("Karim@example.org", "") == unknown.text.replace(
        "nobody@example.org", ""
    )
    letters = list((app.config["DATA"] / "mail").glob("*.eml"))
    text = max(letters, key=lambda p: p.stat().st_mtime).read_bytes().decode()
    text = text.replace("=\n", "").replace("=3D", "=")
    address = re.search(r"http://localhost(/reset/\S+)", text)[1]
    assert client.get(address).status_code == 200
    assert client.post(address, data={"password": "court"}).status_code == 422
    done = client.post(address, data={"password": "une phrase bien longue"})
    assert done.status_code == 303
    assert app.test_client().get(address).status_code == 410


def test_mail_forgets_the_link_once_sent(app, client):
    client.post("/reset", data={"email": "karim@example.org"})
    with app.app_context():
        assert db.session.query(Mail).one().text == ""


def test_the_first_administrator_needs_the_printed_code(app, client):
    with app.app_context():
        for table in reversed(db.metadata.sorted_tables):
            if table.name not in ("term",):
                db.session.execute(table.delete())
        db.session.commit()
        code = first_code()
        assert first_code() == code
    assert client.get("/").location == "/setup"
    form = {"name": "Ada", "email": "ada@example.org", "password": "quatre mots de plus"}
    assert client.post("/setup", data={**form, "code": "faux"}).status_code == 422
    assert client.post("/setup", data={**form, "code": code}).status_code == 303
    assert client.get("/admin/").status_code == 200
    assert app.test_client().get("/setup").status_code == 404
    with app.app_context():
        assert db.session.query(User).one().role == SiteRole.ADMIN
        assert first_code() is None


def test_an_api_key_is_shown_once_and_stored_as_a_hash(client_of, app, world):
    client = client_of("nadia")
    page = client.post("/account/tokens", data={"name": "mon script"}).text
    key = re.search(r"essaim_[\w-]+", page)[0]
    assert key not in client.get("/account/tokens").text
    with app.app_context():
        assert ApiToken.holder(key).id == world.nadia
        row = db.session.query(ApiToken).one()
        assert key not in row.token_hash
    client.post(f"/account/tokens/{row.id}/removal")
    with app.app_context():
        assert ApiToken.holder(key) is None


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example",
     "\t//evil.example", "/%0d%0a//x\r\n", "", None],
)  # fmt: skip
def test_signing_in_never_leads_to_another_site(target):
    assert safe_next(target) in ("/",) or safe_next(target).startswith("/%")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_change_asked_by_another_site_is_refused(client_of, headers):
    assert client_of("nadia").post("/logout", headers=headers).status_code == 403


def test_the_profile_refuses_an_address_already_used(client_of):
    form = {
        "name": "Karim", "email": "nadia@example.org", "lang": "", "pictogram": "velo",
        "colour": "bleuet",
    }  # fmt: skip
    assert client_of("karim").post("/account", data=form).status_code == 422
    form["email"] = "karim2@example.org"
    assert client_of("karim").post("/account", data=form).status_code == 422
    form["current"] = PASSWORD
    assert client_of("karim").post("/account", data=form).status_code == 303


def test_an_invisible_name_is_no_name(client_of):
    form = {"name": "\u200b\u202e ", "lang": "", "pictogram": "velo", "colour": "bleuet"}
    assert client_of("karim").post("/account", data=form).status_code == 422


def test_screens_speak_the_chosen_language(client):
    assert "Se connecter" in client.get("/login").text
    client.post("/language", data={"lang": "en"})
    assert "Sign in" in client.get("/login").text


def test_each_visit_makes_the_cookie_live_as_long_again(client_of, app, world):
    client = client_of("nadia")
    with app.app_context():
        device = db.session.query(UserSession).filter_by(user_id=world.nadia).one()
        device.seen_at = utcnow() - timedelta(hours=2)
        db.session.commit()
    assert "essaim=" in client.get("/").headers["Set-Cookie"]
    assert "Set-Cookie" not in client.get("/").headers


def test_keys_shown_once_are_stored_nowhere(client_of, world):
    made = client_of("nadia").post("/account/tokens", data={"name": "agenda"})
    given = client_of("admin").post(f"/admin/people/{world.karim}/link")
    assert {made.headers["Cache-Control"], given.headers["Cache-Control"]} == {"no-store"}


def test_behind_a_proxy_a_visitor_cannot_move_the_links_of_a_page(settings, tmp_path):
    behind = create_app(**settings | {"TRUSTED_PROXIES": 1, "DATA": str(tmp_path)})
    with behind.app_context():
        db.create_all()

    @behind.get("/where")
    def where():
        return url_for("accounts.login")

    told = behind.test_client().get("/where", headers={"X-Forwarded-Prefix": "//evil.example"})
    assert told.text == "/login"


def test_who_wants_to_adapt_is_told_why_to_sign_in_and_where_the_text_is(client):
    shown = client.get("/login?next=/items/5/adaptation").text
    assert 'href="/items/5"' in shown
    for elsewhere in ("//evil.example/items/5/adaptation", "javascript:x/adaptation"):
        assert "evil" not in client.get(f"/login?next={elsewhere}").text.replace(
            f'value="{elsewhere}"', ""
        )

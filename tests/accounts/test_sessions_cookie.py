"""The signed cookie: remembered a moment, never trusted unsigned, never shared."""


def test_a_cookie_that_was_not_signed_here_says_nothing(app, world):
    client = app.test_client(use_cookies=False)
    forged = "essaim=eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"
    for _ in range(2):
        assert client.get("/account", headers={"Cookie": forged}).status_code in (302, 303, 401)


def test_signing_out_ends_the_session_though_its_cookie_was_remembered(client_of, app):
    client = client_of("nadia")
    cookie = client.get_cookie("essaim").value
    other = app.test_client(use_cookies=False)
    headers = {"Cookie": f"essaim={cookie}"}
    assert other.get("/account", headers=headers).status_code == 200
    client.post("/logout")
    assert other.get("/account", headers=headers).status_code != 200


def test_what_one_request_puts_in_its_session_stays_there(app):
    from flask import session

    from wiki.accounts.cookies import Sessions

    kept = Sessions()
    app.session_interface, before = kept, app.session_interface
    try:
        with app.test_client() as client:
            client.get("/login")
            with client.session_transaction() as mine:
                mine["lang"] = "fr"
            cookie = client.get_cookie("essaim").value
        for _ in range(2):
            with app.test_request_context("/", headers={"Cookie": f"essaim={cookie}"}):
                assert session["lang"] == "fr"
                session["lang"] = "en"
    finally:
        app.session_interface = before

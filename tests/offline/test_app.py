"""The site as an app: its manifest, its worker, what a device asks before it goes on showing."""

import json

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.items.models import Item
from wiki.items.writing import trash


def test_the_manifest_names_the_site_and_icons_that_exist(client):
    answer = client.get("/manifest.webmanifest")
    told = json.loads(answer.data)
    assert answer.mimetype == "application/manifest+json"
    assert told["start_url"] == told["scope"] == "/"
    assert {one["purpose"] for one in told["icons"]} == {"any", "maskable"}
    for one in told["icons"]:
        with client.get(one["src"]) as icon:
            assert icon.data.startswith(b"\x89PNG")
    assert 'rel="manifest"' in client.get("/").text


def test_the_worker_stands_at_the_root_and_speaks_both_languages(client):
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Hors connexion, version de {when}." in answer.text
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/sw.js", headers=known).status_code == 304
    assert "<!--kept-->" in client.get("/offline").text
    assert "data-user" not in client.get("/offline").text


def test_each_page_says_whose_it_is_and_a_shared_computer_keeps_none(client, client_of, app, world):
    assert client.get("/").headers["X-Reader"] == "-"
    assert client.get(f"/pages/{world.page}").headers["X-Reader"] == "-", "nor found"
    karim = client_of("karim")
    assert karim.get("/").headers["X-Reader"] == str(world.karim)
    with app.app_context():
        from wiki.accounts.models import UserSession

        db.session.execute(db.update(UserSession).values(shared=True, seen_at=utcnow()))
        db.session.commit()
    shared = client_of("karim").get("/")
    assert shared.headers["Cache-Control"] == "no-store"
    assert shared.headers["X-Reader"] == "-", "what was kept here before goes"


def test_a_device_learns_that_something_may_not_be_read_any_more(app, client, client_of, world):
    address = f"/offline/readable.json?items={world.page},{world.public_page}&groups={world.ours}"
    assert client.get(address).json == {"gone": True}, "signed out"
    karim = client_of("karim")
    assert karim.get(address).json == {"gone": False}
    assert client_of("sophie").get(address).json == {"gone": True}
    assert karim.get(f"/offline/readable.json?groups={world.theirs}&items=x,-1").json["gone"]
    with app.app_context():
        trash(db.session.get(Item, world.page), db.session.get(User, world.nadia))
        db.session.commit()
    assert karim.get(address).json == {"gone": True}

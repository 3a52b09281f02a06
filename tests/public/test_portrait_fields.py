"""Portraits through the API: nested blocks, merged with what others changed."""

import pytest

from tests.files.samples import picture, saved
from tests.portraits.conftest import add_file, another, photo, portrait, voice
from wiki.accounts.models import ApiToken, User
from wiki.db import db
from wiki.items.models import Scope

for fixture in (add_file, another, photo, portrait, voice):
    assert fixture  # known by their names to the tests below


@pytest.fixture
def api(app, client, world):
    """A function: a request to the API in the name of Nadia."""
    with app.app_context():
        secret = ApiToken.issue(db.session.get(User, world.nadia), "tests")
        db.session.commit()
    headers = {"Authorization": f"Bearer {secret}"}

    def ask(method: str, path: str, **json):
        return client.open(f"/api/v1{path}", method=method, headers=headers, json=json or None)

    return ask


def test_a_portrait_is_made_read_and_changed(api, world, photo, voice):
    blocks = [
        {"kind": "spots", "file": photo, "lines": [{"title": "Le four", "x": 12, "y": "60,5"}]},
        {"kind": "sound", "file": voice},
        {"kind": "quote", "body": "Il tire à gauche.", "t": "1:12"},
    ]
    sent = {"kind": "portraits", "group": world.ours, "title": "Annick", "subject": "trade"}
    made = api("POST", "/items", **sent, blocks=blocks)
    assert made.status_code == 201, made.text
    item = made.get_json()
    assert [block["kind"] for block in item["blocks"]] == ["spots", "sound", "quote"]
    assert item["blocks"][0]["lines"][0]["y"] == "60.5"
    again = api("GET", f"/items/{item['id']}").get_json()
    assert again["blocks"] == item["blocks"]
    mine = [{**block} for block in again["blocks"]]
    mine[2]["body"] = "Il tire à gauche, comme moi."
    changed = api("PATCH", f"/items/{item['id']}", revision=1, blocks=mine)
    assert changed.status_code == 200, changed.text
    assert changed.get_json()["blocks"][2]["body"].endswith("comme moi.")
    assert [b["key"] for b in changed.get_json()["blocks"]] == [b["key"] for b in mine]


def test_what_is_sent_comes_together_with_what_others_changed(app, api, client_of, portrait):
    address = f"/items/{portrait}"
    mine = api("GET", address).get_json()["blocks"]
    theirs = [{**block} for block in mine]
    theirs[2]["who"] = "Mme Kervalo"
    assert api("PATCH", address, revision=1, blocks=theirs).status_code == 200
    mine[3]["body"] = "Par ma tante."
    answer = api("PATCH", address, revision=1, blocks=mine)
    assert answer.status_code == 200, answer.text
    blocks = answer.get_json()["blocks"]
    assert (blocks[2]["who"], blocks[3]["body"]) == ("Mme Kervalo", "Par ma tante.")


@pytest.mark.parametrize(
    "blocks",
    [
        "x", [1], [{}], [{"kind": "nothing"}], [{"kind": "text", "style": "red"}],
        [{"kind": "text", "lines": [{}]}], [{"kind": "spots", "lines": [{"x": "far"}]}],
        [{"kind": "photo", "file": 999_999}], [{"kind": "photo", "file": "a"}],
        [{"kind": "quote", "t": "later"}], [{"kind": "text", "body": 3}],
    ],
)  # fmt: skip
def test_bad_blocks_are_refused_with_their_place(api, portrait, blocks):
    answer = api("PATCH", f"/items/{portrait}", revision=1, blocks=blocks)
    assert answer.status_code == 422, answer.text
    assert answer.get_json()["error"]["code"] in ("invalid_field", "unknown_field")


def test_a_file_one_may_not_read_is_as_if_it_were_not(app, api, world, add_file, portrait):
    with app.app_context():
        hidden = add_file(saved(picture(), "PNG"), "secret.png", Scope.GROUP)
        from wiki.files.models import File

        db.session.get(File, hidden).group_id = world.theirs
        db.session.commit()
    blocks = [{"kind": "photo", "file": hidden}]
    assert api("PATCH", f"/items/{portrait}", revision=1, blocks=blocks).status_code == 422


def test_people_outside_read_no_number_of_what_is_hidden(app, client, add_file, another):
    hidden = add_file(saved(picture(), "PNG"), "secret.png", Scope.GROUP)
    number = another(settings={"b000001.kind": "spots", "b000001.file": str(hidden)})
    found = client.get(f"/api/v1/items/{number}").get_json()["blocks"]
    assert found[0]["file"] is None


def test_portraits_are_listed_and_described(api, client, portrait):
    listed = api("GET", "/items?kind=portraits").get_json()["results"]
    assert [item["id"] for item in listed] == [portrait]
    assert "words" not in listed[0]
    described = client.get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    assert "NewPortrait" in described

"""The JSON API, as programs use it."""

import hashlib
import io
import re

import pytest

from wiki.accounts.models import ApiToken, User
from wiki.db import db
from wiki.items.models import Item, PublicationRequest, Scope
from wiki.items.writing import save
from wiki.pages.models import Page
from wiki.public import openapi

ALL = "/api/v1/items"


@pytest.fixture
def api_of(app, world):
    """A function: the name of a person gives a function that calls the API with their token."""

    def call_as(name: str | None):
        headers = {}
        if name:
            with app.app_context():
                token = ApiToken.issue(db.session.get(User, getattr(world, name)), "test")
                db.session.commit()
            headers["Authorization"] = f"Bearer {token}"
        client = app.test_client()

        def call(method: str, path: str, json=None, **more):
            more["headers"] = headers | more.get("headers", {})
            return client.open(path, method=method, json=json, **more)

        return call

    return call_as


@pytest.fixture
def nadia(api_of):
    """A facilitator's program."""
    return api_of("nadia")


@pytest.fixture
def karim(api_of):
    """A member's program."""
    return api_of("karim")


def new_page(call, world, **fields):
    return call("POST", ALL, {"kind": "pages", "group": world.ours, "title": "Neuve"} | fields)


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def test_a_visitor_sees_what_is_public_and_nothing_else(api_of, world):
    call = api_of(None)
    ids = {item["id"] for item in call("GET", ALL).json["results"]}
    assert ids == {world.public_page, world.report}
    for hidden in (world.page, world.draft, world.network_page, 10**12, 999_999):
        assert code(call("GET", f"{ALL}/{hidden}")) == (404, "not_found")
        assert call("GET", f"{ALL}/{hidden}/revisions").status_code == 404


def test_an_item_has_the_promised_shape(nadia, world):
    item = nadia("GET", f"{ALL}/{world.report}").json
    assert item["kind"] == "reports"
    assert item["group"] == {"id": world.ours, "title": "Mon quartier, mes ressources"}
    assert item["author"] == {"id": world.nadia, "name": "Nadia Ferrec"}
    assert (item["scope"], item["revision"], item["source"]) == ("public", 1, None)
    assert item["url"].startswith(f"/reports/{world.report}-")
    assert item["sections"]["what_failed"] == "Le wifi de la salle."
    assert item["people"] == 9
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item["updated_at"])
    assert "extra" not in item


def test_a_page_is_added_found_changed_and_put_away(nadia, world):
    made = new_page(nadia, world, body="Le **zébulon** bleu.", terms={"themes": ["sante"]})
    assert made.status_code == 201
    item = made.json
    assert (item["scope"], item["body"]) == ("group", "Le **zébulon** bleu.")
    assert item["terms"]["themes"][0]["slug"] == "sante"
    found = nadia("GET", "/api/v1/search?q=zebulon").json
    assert [one["id"] for one in found["results"]] == [item["id"]]
    assert "<mark>" in found["results"][0]["highlight"]
    changed = nadia("PATCH", f"{ALL}/{item['id']}", {"revision": 1, "body": "Rouge."})
    assert (changed.status_code, changed.json["revision"]) == (200, 2)
    assert changed.json["title"] == "Neuve"
    assert nadia("DELETE", f"{ALL}/{item['id']}").status_code == 204
    assert nadia("GET", f"{ALL}/{item['id']}").status_code == 404
    assert nadia("GET", "/api/v1/search?q=zebulon").json["total"] == 0


def test_every_answer_of_an_item_may_be_sent_back_as_terms(nadia, world):
    made = new_page(nadia, world, terms={"tags": ["Vélo cargo"], "publics": ["seniors"]}).json
    again = nadia("PATCH", f"{ALL}/{made['id']}", {"revision": 1, "terms": made["terms"]})
    assert again.status_code == 200
    assert again.json["revision"] == 1
    left = nadia("PATCH", f"{ALL}/{made['id']}", {"revision": 1, "terms": {"tags": []}}).json
    assert set(left["terms"]) == {"publics"}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"titel": "x"}, "unknown_field"),
        ({"author_id": 1}, "unknown_field"),
        ({"revision_count": 9}, "unknown_field"),
        ({"title": "x" * 201}, "invalid_field"),
        ({"title": "\u200b  "}, "invalid_field"),
        ({"title": 12}, "invalid_field"),
        ({"title": None}, "invalid_field"),
        ({"body": ["x"]}, "invalid_field"),
        ({"body": "x" * 500_001}, "invalid_field"),
        ({"scope": "everyone"}, "invalid_field"),
        ({"scope": 3}, "invalid_field"),
        ({"kind": "files"}, "invalid_field"),
        ({"kind": {}}, "invalid_field"),
        ({"terms": {"publics": ["martiens"]}}, "invalid_field"),
        ({"terms": {"planetes": []}}, "unknown_field"),
        ({"terms": []}, "invalid_field"),
        ({"terms": {"tags": [1]}}, "invalid_field"),
        ({"group": "1"}, "invalid_field"),
        ({"group": True}, "invalid_field"),
    ],
)
def test_what_is_wrong_is_refused_and_changes_nothing(app, nadia, world, fields, error):
    assert code(new_page(nadia, world, **fields)) == (422, error)
    with app.app_context():
        assert db.session.query(Item).filter_by(title="Neuve").count() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"year": "2024"}, {"year": 20_000}, {"people": 1.5}, {"people": True}, {"cost": -1},
        {"outline": "long"}, {"sections": "x"}, {"sections": {"autre": "x"}},
        {"sections": {"contact": 1}},
    ],
)  # fmt: skip
def test_a_report_takes_only_values_of_the_right_kind(nadia, world, fields):
    sent = {"kind": "reports", "group": world.ours, "title": "Bilan"} | fields
    assert nadia("POST", ALL, sent).status_code == 422


def test_sections_are_changed_one_by_one(nadia, world):
    path = f"{ALL}/{world.report}"
    sent = {"revision": 1, "sections": {"contact": "Nadia", "key_moments": None}}
    changed = nadia("PATCH", path, sent).json
    assert set(changed["sections"]) == {"audience", "what_failed", "contact"}


def test_the_body_must_be_json(nadia, world):
    post = {"method": "POST", "path": ALL}
    assert nadia(**post, data="{", content_type="application/json").status_code == 400
    assert nadia(**post, data='{"a": NaN}', content_type="application/json").status_code == 400
    deep = "[" * 100_000
    assert nadia(**post, data=deep, content_type="application/json").status_code == 400
    assert nadia(**post, data=b"\xff\xfe\x00", content_type="application/json").status_code == 400
    assert nadia(**post, data="[]", content_type="application/json").status_code == 422
    assert nadia(**post, data="a=b").status_code == 415
    huge = '{"a": "' + "x" * 4_100_000 + '"}'
    assert code(nadia(**post, data=huge, content_type="application/json"))[0] == 413


def test_lone_surrogates_and_nul_are_left_out(nadia, world):
    sent = '{"kind": "pages", "group": GROUP, "title": "a\\ud800b", "body": "x\\u0000y"}'
    sent = sent.replace("GROUP", str(world.ours))
    made = nadia("POST", ALL, data=sent, content_type="application/json")
    assert made.status_code == 201
    assert (made.json["title"], made.json["body"]) == ("ab", "xy")


def test_a_change_names_its_version(nadia, world):
    path = f"{ALL}/{world.page}"
    assert code(nadia("PATCH", path, {"title": "x"})) == (428, "revision_required")
    for wrong in (0, 99, "1", True, None):
        assert nadia("PATCH", path, {"title": "x", "revision": wrong}).status_code == 422
    assert nadia("PATCH", path, {"title": "x", "revision": 1, "kind": "files"}).status_code == 422
    assert nadia("PATCH", path, {"revision": 1}).json["revision"] == 1


def test_changes_are_merged_or_both_given_back(nadia, karim, world):
    made = new_page(nadia, world, body="Un.\n\nDeux.\n\nTrois.\n").json
    path = f"{ALL}/{made['id']}"
    karim("PATCH", path, {"revision": 1, "body": "Un !\n\nDeux.\n\nTrois.\n"})
    merged = nadia("PATCH", path, {"revision": 1, "body": "Un.\n\nDeux.\n\nTrois !\n"})
    assert merged.json["body"] == "Un !\n\nDeux.\n\nTrois !\n"
    clash = nadia("PATCH", path, {"revision": 1, "body": "Tout autre.\n"})
    assert code(clash) == (409, "conflict")
    assert clash.json["theirs"]["body"] == merged.json["body"]
    assert clash.json["yours"] == {"body": "Tout autre.\n"}
    assert nadia("GET", path).json["revision"] == 3


def test_blockers_are_listed_and_change_nothing(nadia, world):
    sent = {"kind": "reports", "group": world.ours, "title": "Vide", "scope": "public"}
    refused = nadia("POST", ALL, sent)
    assert code(refused) == (422, "publish_blocked")
    assert len(refused.json["blockers"]) >= 5
    made = nadia("POST", ALL, sent | {"scope": "group"}).json
    path = f"{ALL}/{made['id']}"
    refused = nadia("PATCH", path, {"revision": 1, "title": "Autre", "scope": "network"})
    assert code(refused) == (422, "publish_blocked")
    after = nadia("GET", path).json
    assert (after["title"], after["scope"], after["revision"]) == ("Vide", "group", 1)


def test_a_scope_beyond_ones_rights_becomes_a_request(app, nadia, karim, world):
    asked = nadia("PATCH", f"{ALL}/{world.page}", {"revision": 1, "title": "A", "scope": "public"})
    assert asked.status_code == 202
    assert (asked.json["title"], asked.json["scope"]) == ("A", "group")
    assert asked.json["publication_request"]["scope"] == "public"
    made = new_page(karim, world, scope="network")
    assert made.status_code == 202
    with app.app_context():
        assert db.session.query(PublicationRequest).count() == 2
    assert nadia("PATCH", f"{ALL}/{world.page}", {"revision": 2, "scope": "network"}).json[
        "scope"
    ] == "network"  # fmt: skip


def test_rights_are_those_of_the_person(api_of, world):
    reader, stranger, visitor = api_of("rosa"), api_of("stranger"), api_of(None)
    change = {"revision": 1, "title": "x"}
    assert reader("PATCH", f"{ALL}/{world.page}", change).status_code == 403
    assert reader("DELETE", f"{ALL}/{world.page}").status_code == 403
    assert new_page(reader, world).status_code == 403
    assert stranger("PATCH", f"{ALL}/{world.page}", change).status_code == 404
    assert stranger("PATCH", f"{ALL}/{world.public_page}", change).status_code == 403
    assert stranger("DELETE", f"{ALL}/{world.page}").status_code == 404
    assert code(new_page(stranger, world, group=world.theirs))[0] in (403, 404)
    assert new_page(stranger, world, group=999_999).status_code == 404
    page, files = f"{ALL}/{world.public_page}", "/api/v1/files"
    for method, path in (("POST", ALL), ("PATCH", page), ("DELETE", page), ("POST", files)):
        assert visitor(method, path, change).status_code == 401


def test_a_token_that_opens_nothing_is_an_error(app):
    client = app.test_client()
    for header in ("Bearer essaim_nothing", "Basic abc", "Bearer"):
        answer = client.get(ALL, headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.json["error"]["code"] == "invalid_token"


def test_messages_follow_the_language_asked_for(api_of, world):
    visitor = api_of(None)
    english = visitor("GET", f"{ALL}/0", headers={"Accept-Language": "en"}).json
    assert english["error"]["message"] == "Nothing is here for you."


def test_lists_are_walked_with_cursors(app, nadia, world):
    with app.app_context():
        for n in range(5):
            save(Page(group_id=world.ours, title=f"Page {n}"), None)
    seen, cursor = [], ""
    while cursor is not None:
        answer = nadia("GET", f"{ALL}?kind=pages&group={world.ours}&limit=2&cursor={cursor}").json
        seen += [item["id"] for item in answer["results"]]
        cursor = answer["next"]
    assert len(seen) == len(set(seen)) == 8
    assert seen == sorted(seen)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=abc",
        "limit=-1",
        "cursor=???",
        "cursor=YWZ0ZXI6eA",
        "kind=x",
        "limit=%C2%B2",
    ],
)
def test_parameters_that_make_no_sense_are_refused(nadia, query):
    assert nadia("GET", f"{ALL}?{query}").status_code == 422


def test_a_group_one_may_not_see_has_no_list(api_of, world):
    assert api_of("stranger")("GET", f"{ALL}?group={world.theirs}").status_code == 404
    assert api_of("stranger")("GET", f"{ALL}?group=99999").status_code == 404


def test_limits_go_up_to_a_hundred(nadia):
    assert nadia("GET", f"{ALL}?limit=1000").status_code == 200
    assert nadia("GET", "/api/v1/search?limit=1000&q=a").status_code == 200
    assert nadia("GET", "/api/v1/search?offset=x").status_code == 422


def test_versions_are_listed_the_newest_first(nadia, world):
    nadia("PATCH", f"{ALL}/{world.page}", {"revision": 1, "body": "Neuf.", "note": "Relu"})
    answer = nadia("GET", f"{ALL}/{world.page}/revisions?limit=1").json
    assert (answer["results"][0]["number"], answer["results"][0]["note"]) == (2, "Relu")
    older = nadia("GET", f"{ALL}/{world.page}/revisions?limit=1&cursor={answer['next']}").json
    assert [past["number"] for past in older["results"]] == [1]
    assert older["results"][0]["fields"]["body"] == "Ouvert le **lundi**."
    assert older["next"] is None


def test_what_was_written_before_publishing_stays_with_the_group(app, nadia, api_of, world):
    path = f"{ALL}/{world.page}"
    nadia("PATCH", path, {"revision": 1, "body": "Public maintenant."})
    with app.app_context():
        from wiki.items import writing

        item, admin = db.session.get(Item, world.page), db.session.get(User, world.nadia)
        writing.publish(item, Scope.PUBLIC, admin, wide=True)
    shown = api_of(None)("GET", f"{path}/revisions").json["results"]
    assert "lundi" not in str(shown)


def test_a_file_is_received_and_its_bytes_given_back(nadia, api_of, world):
    data = b"nom;prenom\nFerrec;Nadia\n"
    sent = {"file": (io.BytesIO(data), "liste.csv"), "group": str(world.ours)}
    answer = nadia("POST", "/api/v1/files", data=sent)
    assert answer.status_code == 201
    made = answer.json
    assert made["sha256"] == hashlib.sha256(data).hexdigest()
    with nadia("GET", made["download_url"]) as given:
        assert given.data == data
    assert api_of(None)("GET", made["download_url"]).status_code == 404
    assert nadia("GET", f"{ALL}/{made['id']}").json["filename"] == "liste.csv"
    renamed = nadia("PATCH", f"{ALL}/{made['id']}", {"revision": 1, "alt": "La liste"})
    assert renamed.json["alt"] == "La liste"
    wrong = {"revision": 2, "sha256": "0" * 64}
    assert nadia("PATCH", f"{ALL}/{made['id']}", wrong).status_code == 422


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422), ({"group": "x"}, 422), ({"group": "999999"}, 404),
        ({"group": "ours", "autre": "1"}, 422), ({"group": "ours", "parent": "999999"}, 404),
    ],
)  # fmt: skip
def test_a_file_needs_a_group_one_may_write_in(nadia, world, fields, status):
    sent = {k: str(world.ours) if v == "ours" else v for k, v in fields.items()}
    sent["file"] = (io.BytesIO(b"x"), "x.txt")
    assert nadia("POST", "/api/v1/files", data=sent).status_code == status


def test_answers_are_never_kept_on_the_way(nadia, api_of):
    for call in (nadia, api_of(None)):
        headers = call("GET", ALL).headers
        assert headers["Cache-Control"].startswith("private")
        assert "Authorization" in headers["Vary"]


def test_the_description_tells_every_route_and_no_other(app, api_of):
    described = {
        (path, method)
        for path, operations in openapi.document("")["paths"].items()
        for method in operations
        if method != "parameters"
    }
    routes = {
        (re.sub(r"<int:(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert described == routes
    assert api_of(None)("GET", "/api/v1/openapi.json").json["openapi"] == "3.1.0"


def test_every_reference_of_the_description_exists():
    document = openapi.document("")
    named = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert named <= set(document["components"]["schemas"])


def test_an_item_bears_every_field_that_the_description_names(nadia, world):
    item = nadia("GET", f"{ALL}/{world.report}").json
    schema = openapi.document("")["components"]["schemas"]["Item"]
    assert set(schema["required"]) <= set(item)
    assert set(item) <= set(schema["properties"])


def test_an_unknown_address_answers_in_json(api_of):
    assert code(api_of(None)("GET", "/api/v1/nothing")) == (404, "not_found")
    assert code(api_of(None)("PUT", ALL, {})) == (405, "method_not_allowed")


def test_slugs_that_no_database_takes_name_no_term(nadia, world):
    for slug in ("\ud800", "a\x00"):
        body = {"kind": "pages", "group": world.ours, "title": "x", "terms": {"themes": [slug]}}
        assert code(nadia("POST", ALL, body)) == (422, "invalid_field")

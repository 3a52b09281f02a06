"""Every route is asked by strangers for private things: none answers, none gives a word away."""

import pytest

from wiki import create_app

# Open to all by nature; what they show is tested where they are written.
OPEN = {
    "accounts.ask_reset", "accounts.choose_language", "accounts.login", "accounts.logout",
    "accounts.reset", "accounts.setup", "groups.accept", "entering.code", "claiming.claim",
    "home.index", "manual.page", "static",
    "search.index", "api.openapi", "api.search", "api.items", "pages.index", "reports.index",
    "files.index", "maps.index", "portraits.index", "portraits.slideshow", "home.healthz",
    "items.preview", "accounts.styleguide", "home.styleguide", "site.words", "feeds.site",
    "feeds.search", "app.manifest", "app.worker", "app.nothing",
}  # fmt: skip
# « Espace emploi » is named by a public page, so it gives nothing away.
CANARIES = ("Ouvert le", "Idées en vrac", "Secret.", "Charte du réseau")
METHODS = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE")


@pytest.fixture(scope="module")
def rules(built):
    app, _ids = built
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in OPEN]


def address(app, rule, world, item_id) -> str:
    values = {
        "item_id": item_id, "group_id": world.ours, "user_id": world.karim, "number": 1,
        "comment_id": 1, "folder_id": 1, "request_id": 1, "term_id": 1, "invitation_id": 1,
        "token_id": 1, "vocabulary": "needs", "slug": "espace-emploi", "size": "medium", "n": 1,
        "token": "x", "name": "demarrer", "filename": "x", "field": "body",
        "key_id": 1, "format": "atom", "chunk": 99, "ending": "html",
        "person_id": 1, "appearance_id": 1, "release_id": 1, "room_id": 1,
        "saved_id": 1, "notice_id": 1, "answer_id": 1, "digest": "x", "code_id": 1, "card_id": 1,
        "uuid": "00000000-0000-4000-8000-000000000000",
        "other": "00000000-0000-4000-8000-000000000001",
    }  # fmt: skip
    wanted = {name: values[name] for name in rule.arguments if name in values}
    missing = set(rule.arguments) - set(wanted) - set(rule.defaults or {})
    assert not missing, f"{rule}: tell this test what {missing} may be"
    return app.url_map.bind("localhost").build(rule.endpoint, wanted)


@pytest.fixture(params=["anonymous", "stranger"])
def visitor(request, client, client_of):
    return client if request.param == "anonymous" else client_of(request.param)


@pytest.mark.parametrize("private", ["page", "draft", "network_page"])
def test_no_route_gives_a_stranger_anything_private(app, rules, world, visitor, private):
    for rule in rules:
        if not rule.arguments:
            continue
        url = address(app, rule, world, getattr(world, private))
        for method in set(METHODS) & (rule.methods | {"HEAD"}):
            if method == "HEAD" and "GET" not in rule.methods:
                continue
            answer = visitor.open(url, method=method, json={} if "/api/" in url else None)
            about = f"{method} {url} -> {answer.status_code}"
            if "group_id" in rule.arguments and "item_id" not in rule.arguments:
                assert answer.status_code < 500, about
            else:
                assert answer.status_code in (303, 401, 403, 404, 405, 410), about
            said = answer.get_data(as_text=True) + str(dict(answer.headers))
            for word in CANARIES:
                assert word not in said, f"{about} says {word}"


def test_screens_without_arguments_never_break_or_leak(app, rules, client, client_of):
    for visitor in (client, client_of("stranger")):
        for rule in rules:
            if rule.arguments or "GET" not in rule.methods:
                continue
            answer = visitor.get(rule.rule)
            assert answer.status_code < 500, rule.rule
            for word in CANARIES:
                assert word not in answer.get_data(as_text=True), f"{rule.rule} says {word}"


@pytest.mark.parametrize("words", ["ouvert", "idées en vrac", "secret", "charte"])
def test_what_is_open_by_nature_gives_nothing_private_away(app, world, visitor, words):
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in OPEN or "GET" not in rule.methods:
            continue
        url = address(app, rule, world, world.page)
        answer = visitor.get(url, query_string={"q": words})
        assert answer.status_code < 500, url
        for word in CANARIES:
            assert word not in answer.text, f"{url} says {word}"


@pytest.mark.parametrize(
    "url",
    [
        "/items/999999999",
        "/pages/0",
        "/pages/12x",
        "/groups/99999999999",
        "/pages/%00",
        "/reports/-1",
        "/nothing/here",
        "/files/1e9",
    ],
)
def test_unknown_addresses_are_404_in_plain_words(client, url):
    answer = client.get(url)
    assert answer.status_code == 404
    assert "/login?next=" in answer.text


def test_no_two_features_answer_the_same_address(app):
    seen = {}
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            assert seen.setdefault((rule.rule, method), rule.endpoint) == rule.endpoint, rule


def test_the_factory_makes_independent_apps(settings, tmp_path):
    one = create_app(**settings | {"DATA": str(tmp_path / "one")})
    two = create_app(**settings | {"DATA": str(tmp_path / "two")})
    assert one.secret_key != two.secret_key

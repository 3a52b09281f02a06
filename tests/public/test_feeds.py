"""What programs follow: valid feeds of what may be read, and of nothing else."""

import feedparser
import pytest

from tests.conftest import PASSWORD
from wiki.accounts.models import User
from wiki.db import db
from wiki.groups.models import Membership
from wiki.items import terms, writing
from wiki.items.models import Item, Scope, Term
from wiki.pages.models import Page
from wiki.public.feed_keys import FeedKey
from wiki.reports.models import Report
from wiki.search import vocabularies

# « Espace emploi » is named by a public page, so it gives nothing away.
PRIVATE = ("Ouvert le", "Idées en vrac", "Secret.", "Charte du réseau")


@pytest.fixture
def feed(client):
    """A function: the feed at an address, as an independent library reads it."""

    def fetch(url: str, **more):
        answer = client.get(url, **more)
        assert answer.status_code == 200, answer.text
        found = feedparser.parse(answer.data)
        assert not found.bozo, found.get("bozo_exception")
        return found

    return fetch


@pytest.fixture
def change(app):
    """A function: run something on an item, as its writer."""

    def run(item_id: int, act):
        with app.app_context():
            act(db.session.get(Item, item_id), db.session.scalar(
                db.select(User).where(User.name == "Nadia Ferrec")
            ))  # fmt: skip

    return run


def lower(item, _by):
    """Someone who appears in it agreed to be seen by professionals only."""
    item.ceiling = Scope.NETWORK
    db.session.commit()


def titles(found) -> set[str]:
    return {entry.title for entry in found.entries}


def test_the_site_feed_tells_what_is_public_with_whole_texts(feed, world):
    found = feed("/feed.atom")
    assert titles(found) == {"Où trouver un ordinateur", "Cartographier son quartier à pied"}
    report = next(e for e in found.entries if e.title.startswith("Carto"))
    assert (
        report.link == f"http://localhost/reports/{world.report}-cartographier-son-quartier-a-pied"
    )
    assert report.author == "Nadia Ferrec"
    assert report.id.startswith("tag:localhost,")
    assert report.id.endswith(f"items/{world.report}")
    assert "Le wifi de la salle." in report.content[0].value
    assert "Neuf personnes" in report.summary
    assert found.feed.updated_parsed
    assert report.updated_parsed
    assert report.published_parsed


@pytest.mark.parametrize("url", ["/feed.atom", "/feed.json", "/search.atom?q=", "/search.atom"])
def test_no_private_word_leaves(client, client_of, url):
    for visitor in (client, client_of("nadia")):
        said = visitor.get(url).text
        assert "Où trouver un ordinateur" in said
        for word in PRIVATE:
            assert word not in said


def test_the_json_feed_has_the_shape_of_its_standard(client):
    answer = client.get("/feed.json")
    assert answer.mimetype == "application/feed+json"
    made = answer.json
    assert made["version"] == "https://jsonfeed.org/version/1.1"
    assert made["feed_url"] == "http://localhost/feed.json"
    for item in made["items"]:
        assert item["id"]
        assert item["url"]
        assert "content_html" in item
        assert item["authors"][0]["name"] == "Nadia Ferrec"
        assert item["date_published"].endswith("Z")


def test_addresses_inside_a_text_are_whole(app, feed, world):
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        body = f"Voir [[#{world.report}]] et [[#{world.page}]].\n\n{{{{fiche {world.report}}}}}"
        page = Page(group_id=world.ours, title="Liens", body=body, scope=Scope.PUBLIC)
        writing.save(page, nadia)
    entry = next(e for e in feed("/feed.atom").entries if e.title == "Liens")
    text = entry.content[0].value
    assert f'href="http://localhost/reports/{world.report}-' in text
    assert 'href="/' not in text
    assert "data-embed" not in text
    assert "<svg" not in text
    assert "Espace emploi" not in text


def test_the_headings_of_the_writers_stand_in_the_feed(feed, world, change):
    def write(report, by):
        report.headings = {"own-3f2a": "Le repas"}
        report.sections = {**report.sections, "own-3f2a": "Une soupe."}
        writing.save(report, by)

    change(world.report, write)
    entry = next(e for e in feed("/feed.atom").entries if e.title.startswith("Carto"))
    assert "<h2>Le repas</h2>" in entry.content[0].value
    assert "wn-3f2a" not in entry.content[0].value


def test_the_lines_of_a_report_stand_in_the_feed_unless_they_are_left_out(feed, world, change):
    def tell(report, by):
        effect = {"whom": "people", "text": "Osent <appeler>", "evidence": "said", "n": 8}
        report.effects = [effect | {"source": "carnet"}]
        report.requirements = [{"family": "place", "text": "Une salle au calme", "weight": "must"}]
        writing.save(report, by)

    def leave_out(report, by):
        report.skipped = ["changes"]
        writing.save(report, by)

    def said() -> str:
        entry = next(e for e in feed("/feed.atom").entries if e.title.startswith("Carto"))
        return entry.content[0].value

    change(world.report, tell)
    assert "<li>Osent &lt;appeler&gt; (" in said()
    assert "n = 8, carnet)" in said()
    assert "<li>Une salle au calme (" in said()
    change(world.report, leave_out)
    assert "Osent" not in said()


def test_the_feed_of_a_group_shows_what_it_shows_to_everyone(feed, client, world):
    assert len(feed(f"/groups/{world.ours}/feed.atom").entries) == 2
    assert client.get(f"/groups/{world.theirs}/feed.atom").status_code == 404
    assert client.get("/groups/999999/feed.atom").status_code == 404


def test_the_feed_of_a_term_holds_what_is_under_it(app, feed, client, world, change):
    def mark(item, nadia):
        term = db.session.scalar(
            db.select(Term).where(Term.vocabulary == "themes").order_by(Term.id).limit(1)
        )
        small = Term(vocabulary="themes", slug="petit", label="Petit", parent_id=term.id)
        item.terms = [small]
        writing.save(item, nadia)
        vocabularies.forget()

    change(world.report, mark)
    with app.app_context():
        slug = db.session.scalar(
            db.select(Term.slug).where(Term.vocabulary == "themes").order_by(Term.id).limit(1)
        )
    assert titles(feed("/feeds/themes/petit.atom")) == {"Cartographier son quartier à pied"}
    assert titles(feed(f"/feeds/themes/{slug}.atom")) == {"Cartographier son quartier à pied"}
    assert client.get("/feeds/themes/inconnu.atom").status_code == 404
    assert client.get("/feeds/rien/du-tout.json").status_code == 404


def test_a_word_that_only_private_things_bear_has_no_feed(client, world, change):
    def mark(item, nadia):
        item.terms = [Term(vocabulary="tags", slug="canari", label="Canari")]
        writing.save(item, nadia)

    change(world.page, mark)
    assert client.get("/feeds/tags/canari.atom").status_code == 404
    assert "canari" not in client.get("/feeds/tags/canari.json").text.replace("/canari.", "")


def test_a_search_can_be_followed(feed, client):
    assert titles(feed("/search.atom?q=quartier")) == {"Cartographier son quartier à pied"}
    assert titles(feed("/search.atom?kind=pages")) == {"Où trouver un ordinateur"}
    made = client.get("/search.feed.json?q=quartier").json
    assert made["home_page_url"] == "http://localhost/search?q=quartier"
    assert not feed("/search.atom?q=xylophone").entries


@pytest.mark.parametrize(
    ("hide", "how"),
    [
        ("scope", lambda item, by: writing.publish(item, Scope.GROUP, by)),
        ("trash", writing.trash),
        ("ceiling", lower),
        ("group", lambda item, by: writing.trash_group(item.group, by)),
        ("gone", lambda item, by: (db.session.delete(item), db.session.commit())),
    ],
)
def test_what_is_hidden_drops_out_at_once_even_for_who_asks_again(client, world, change, hide, how):
    before = client.get("/feed.atom")
    assert "Cartographier" in before.text
    change(world.report, how)
    again = client.get("/feed.atom", headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 200
    assert "Cartographier" not in again.text
    for url in ("/feed.json", "/search.atom?q=quartier"):
        assert "Cartographier" not in client.get(url).text


def test_an_unchanged_feed_is_not_sent_twice(client):
    first = client.get("/feed.atom")
    again = client.get("/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data
    assert "Set-Cookie" not in first.headers
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_a_feed_never_says_unchanged_within_the_second_of_a_change(client, world, change):
    from email.utils import formatdate

    change(world.report, writing.trash)
    headers = {"If-Modified-Since": formatdate(usegmt=True)}
    assert client.get("/feed.atom", headers=headers).status_code == 200


def test_fifty_entries_then_the_next_page(app, feed, world):
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        for number in range(60):
            page = Page(group_id=world.ours, title=f"Page {number}", scope=Scope.PUBLIC)
            writing.stage(page, nadia)
        db.session.commit()
    first = feed("/feed.atom")
    assert len(first.entries) == 50
    following = next(link.href for link in first.feed.links if link.rel == "next")
    rest = feed(following.removeprefix("http://localhost"))
    assert len(rest.entries) == 12
    assert not titles(first) & titles(rest)


def test_what_xml_cannot_hold_is_left_out(app, feed, world):
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        page = Page(group_id=world.ours, title="Nul", scope=Scope.PUBLIC, body="Avant ]]> après &")
        writing.save(page, nadia)
        page.title, page.summary = "A\x0bB <i> & \ufffe", "x\x01y"
        db.session.commit()
    assert any(entry.title.startswith("AB") for entry in feed("/feed.atom").entries)


@pytest.mark.parametrize(
    "url",
    [
        "/feed.rss", "/feed.atom?page=9999999999999999999999", "/feed.atom?page=-1&page=x",
        f"/feed.json?page={'1' * 5000}", "/feed.atom?page=%D9%A3",
        "/feeds/themes/%00.atom", "/feeds/mine/x.atom", f"/feeds/mine/{'x' * 5000}.json",
        "/search.atom?q=%22%22%22(((&kind=zz&themes=zz&group=zz", f"/search.atom?q={'a' * 5000}",
        "/items/999999999/feed.atom", "/items/0/feed.json", "/search.atom?q=%00%0b",
    ],
)  # fmt: skip
def test_bad_addresses_never_break(client, url):
    assert client.get(url).status_code in (200, 404)


@pytest.fixture
def key_of(client_of):
    """A function: the name of a person and a group give the address of the feed made for them."""

    def make(name: str, group_id: int) -> str:
        page = client_of(name).post("/account/feeds", data={"group": group_id})
        assert page.status_code == 200
        start = page.text.index("/feeds/mine/")
        return page.text[start : page.text.index(".atom", start)]

    return make


def test_a_key_shows_what_its_holder_may_read_today(app, feed, client, world, key_of):
    address = key_of("karim", world.ours)
    found = feed(f"{address}.atom")
    assert "Espace emploi" in titles(found)
    assert "Idées en vrac" not in titles(found)
    answer = client.get(f"{address}.json")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    with app.app_context():
        db.session.delete(db.session.get(Membership, (world.karim, world.ours)))
        db.session.commit()
    assert client.get(f"{address}.atom").status_code == 404
    again = client.get(f"{address}.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 404


def test_drafts_stay_out_even_of_the_feed_of_who_wrote_them(feed, world, key_of):
    assert "Idées en vrac" not in titles(feed(key_of("nadia", world.ours) + ".atom"))


def test_a_key_is_shown_once_replaced_and_withdrawn(app, client, client_of, world, key_of):
    first, karim = key_of("karim", world.ours), client_of("karim")
    assert first.rpartition("/")[2] not in karim.get("/account/feeds").text
    second = key_of("karim", world.ours)
    assert client.get(f"{first}.atom").status_code == 404
    assert client.get(f"{second}.atom").status_code == 200
    with app.app_context():
        number = db.session.scalar(db.select(FeedKey.id))
    assert client_of("nadia").post(f"/account/feeds/{number}/removal").status_code == 404
    assert karim.post(f"/account/feeds/{number}/removal").status_code == 303
    assert client.get(f"{second}.atom").status_code == 404


def test_a_new_password_withdraws_the_keys_of_who_changes_it(client, client_of, world, key_of):
    mine, other = key_of("karim", world.ours), key_of("nadia", world.ours)
    changed = {"current": PASSWORD, "password": "une autre phrase longue"}
    assert client_of("karim").post("/account/password", data=changed).status_code == 303
    assert client.get(f"{mine}.atom").status_code == 404
    assert client.get(f"{other}.atom").status_code == 200


def test_a_closed_account_closes_its_feeds(app, client, world, key_of):
    from wiki.db import utcnow

    address = key_of("karim", world.ours)
    with app.app_context():
        db.session.get(User, world.karim).deactivated_at = utcnow()
        db.session.commit()
    assert client.get(f"{address}.atom").status_code == 404


def test_nobody_makes_a_key_to_a_group_of_others(client, client_of, world):
    for group in (world.theirs, "x"):
        assert client_of("karim").post("/account/feeds", data={"group": group}).status_code == 404
    assert client.post("/account/feeds", data={"group": world.ours}).status_code in (303, 401)


def test_a_place_and_a_year_have_feeds_once_something_public_counts_in_them(client, world, app):
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        shown = Report(group_id=world.ours, title="À Tours", scope=Scope.PUBLIC, year=2021)
        hidden = Report(group_id=world.ours, title="À Loches", scope=Scope.GROUP, year=2019)
        for report, place in ((shown, "Tours"), (hidden, "Ligueil")):
            report.terms = terms.named("territories", [place])
            writing.save(report, nadia)
    assert "À Tours" in client.get("/feeds/territories/indre-et-loire.atom").get_data(as_text=True)
    assert "À Tours" in client.get("/feeds/years/2021.atom").get_data(as_text=True)
    assert client.get("/feeds/years/2019.atom").status_code == 404
    assert client.get("/feeds/territories/cc-loches-sud-touraine.atom").status_code == 404
    assert "Loches" not in client.get("/feeds/territories/indre-et-loire.atom").get_data(True)

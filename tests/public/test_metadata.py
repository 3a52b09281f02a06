"""What public pages say of themselves to machines: true, safe, and nothing of private ones."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from pyld import jsonld

from wiki.accounts.models import User
from wiki.collections.models import Collection, refer
from wiki.db import db
from wiki.items import history, writing
from wiki.items.lineage import Adaptation
from wiki.items.models import Comment, Item, Scope, Term
from wiki.pages.models import Page

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# Enough of the vocabulary's context to expand what we say without asking the network.
CONTEXT = {"@vocab": "https://schema.org/", "url": {"@type": "@id"}}
CANARIES = ("Idées en vrac", "Secret.", "Charte du réseau", "Ouvert le")


class _Head(HTMLParser):
    """The head of a page as a robot reads it."""

    def __init__(self, html: str):
        super().__init__()
        self.links, self.metas, self.data, self.inside = [], {}, [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "link":
            self.links.append(found)
        elif tag == "meta":
            self.metas[found.get("property") or found.get("name")] = found.get("content")
        self.inside = tag == "script" and found.get("type") == "application/ld+json"

    def handle_data(self, data):
        if self.inside:
            self.data.append(json.loads(data))

    def handle_endtag(self, _tag):
        self.inside = False

    def link(self, rel: str, type: str | None = None) -> list[str]:
        """The addresses of links of a sort."""
        wanted = (one for one in self.links if one.get("rel") == rel)
        return [one["href"] for one in wanted if type in (None, one.get("type"))]


@pytest.fixture
def head(client):
    """A function: the head of the page at an address, as a visitor's robot reads it."""

    def read(url: str) -> _Head:
        answer = client.get(url, follow_redirects=True)
        assert answer.status_code == 200
        return _Head(answer.text)

    return read


@pytest.fixture
def things(head):
    """A function: the linked data of a page by type, expanded by an independent library."""

    def read(url: str) -> dict:
        found = head(url).data
        assert len(found) == 1
        assert found[0]["@context"] == "https://schema.org"
        expanded = jsonld.expand(found[0] | {"@context": CONTEXT})
        flat = jsonld.flatten(expanded)
        return {kind.rpartition("/")[2]: node for node in flat for kind in node.get("@type", [])}

    return read


@pytest.fixture
def change(app, world):
    """A function: run something on an item, as its writer."""

    def run(item_id: int, act):
        with app.app_context():
            act(db.session.get(Item, item_id), db.session.get(User, world.nadia))

    return run


def value(node: dict, name: str):
    found = node[f"https://schema.org/{name}"][0]
    return found.get("@value", found.get("@id"))


def test_a_report_is_described_as_a_report(things, world, change):
    def fill(item, by):
        item.licence, item.structure, item.year = "CC BY-SA 4.0", "Centre social", 2024
        item.terms = [
            db.session.scalar(db.select(Term).where(Term.vocabulary == name).limit(1))
            for name in ("themes", "publics", "territories", "skills")
            if db.session.scalar(db.select(Term).where(Term.vocabulary == name).limit(1))
        ]
        writing.save(item, by)

    change(world.report, fill)
    found = things(f"/reports/{world.report}")
    report = found["Report"]
    assert "https://schema.org/LearningResource" in report["@type"]
    assert value(report, "headline") == "Cartographier son quartier à pied"
    assert value(report, "license") == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert value(report, "datePublished").endswith("Z")
    assert value(report, "temporalCoverage") == "2024"
    assert "https://schema.org/audience" in report
    assert value(found["Person"], "name") == "Nadia Ferrec"
    assert value(found["WebSite"], "url") == "http://localhost/"
    assert "BreadcrumbList" in found
    assert "Project" in found


def test_a_page_and_the_site_and_a_group_are_described(things, world):
    assert "Article" in things(f"/pages/{world.public_page}")
    assert "SearchAction" in things("/")
    found = things(f"/groups/{world.ours}")
    assert value(found["Project"], "name") == "Mon quartier, mes ressources"


def test_networks_and_readers_find_what_they_look_for(head, world):
    found = head(f"/reports/{world.report}")
    address = f"http://localhost/reports/{world.report}-cartographier-son-quartier-a-pied"
    assert found.link("canonical") == [address]
    assert found.metas["og:title"] == "Cartographier son quartier à pied"
    assert found.metas["og:url"] == address
    assert found.metas["og:type"] == "article"
    assert found.metas["description"].startswith("Neuf personnes")
    assert "og:image" not in found.metas
    assert not any(name and name.startswith("twitter:") for name in found.metas)
    feeds = found.link("alternate", "application/atom+xml")
    assert f"http://localhost/groups/{world.ours}/feed.atom" in feeds
    assert found.link("alternate", "application/json+oembed")


def test_a_search_offers_to_be_followed(head):
    found = head("/search?q=quartier&kind=reports")
    assert (
        "http://localhost/search.atom?q=quartier&kind=reports"
        in found.link("alternate", "application/atom+xml")
    )  # fmt: skip


def test_what_is_not_public_says_nothing_of_itself(client_of, world, change):
    nadia = client_of("nadia")
    for url in (f"/pages/{world.page}", f"/pages/{world.draft}"):
        text = nadia.get(url, follow_redirects=True).text
        assert "og:title" not in text
        assert "ld+json" not in text
        assert 'rel="canonical"' not in text
    change(world.report, lambda item, by: writing.publish(item, Scope.NETWORK, by))
    text = nadia.get(f"/reports/{world.report}").text
    assert "og:title" not in text
    assert 'rel="canonical"' not in text


def test_a_public_item_that_its_people_keep_back_says_nothing(client_of, world, change):
    def lower(item, _by):
        item.ceiling = Scope.GROUP
        db.session.commit()

    change(world.report, lower)
    assert "ld+json" not in client_of("nadia").get(f"/reports/{world.report}").text


def test_no_text_leaves_its_script(app, head, client, world):
    with app.app_context():
        page = Page(
            group_id=world.ours,
            title="</script><script>alert(1)</script><!-- & \u2028",
            summary="<!--<script>\"'",
            scope=Scope.PUBLIC,
        )
        writing.save(page, db.session.get(User, world.nadia))
        page.title = "</script><script>alert(1)</script><!-- & \u2028"
        db.session.commit()
        url = page.url
    text = client.get(url).text
    assert "<script>alert" not in text
    graph = head(url).data[0]["@graph"]
    assert graph[0]["name"].startswith("</script><script>alert(1)")


def locations(client, url: str) -> list[str]:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    return [node.text for node in ElementTree.fromstring(answer.data).iter(f"{SITEMAP}loc")]


def test_the_sitemap_leads_to_all_that_is_public_and_to_nothing_else(client, world, change):
    def mark(item, by):
        item.terms = list(db.session.scalars(db.select(Term).where(Term.slug == "mobilite")))
        writing.save(item, by)

    change(world.report, mark)
    lists = locations(client, "/sitemap.xml")
    assert lists == ["http://localhost/sitemaps/site.xml", "http://localhost/sitemaps/0.xml"]
    found = [
        url for one in lists for url in locations(client, one.removeprefix("http://localhost"))
    ]
    for url in found:
        answer = client.get(url.removeprefix("http://localhost"))
        assert answer.status_code == 200, url
    assert f"http://localhost/reports/{world.report}-cartographier-son-quartier-a-pied" in found
    assert f"http://localhost/groups/{world.ours}-mon-quartier-mes-ressources" in found
    assert "http://localhost/themes/mobilite" in found
    everything = " ".join(found)
    for name in ("page", "draft", "network_page"):
        assert f"/{getattr(world, name)}-" not in everything.replace("/groups/", "")


def test_the_sitemap_forgets_at_once(client, world, change):
    change(world.report, writing.trash)
    assert "cartographier" not in client.get("/sitemaps/0.xml").text
    change(world.public_page, lambda item, by: writing.trash_group(item.group, by))
    assert client.get("/sitemaps/0.xml").status_code == 404
    assert locations(client, "/sitemap.xml") == ["http://localhost/sitemaps/site.xml"]
    assert "/groups/" not in client.get("/sitemaps/site.xml").text


@pytest.mark.parametrize(
    "url", ["/sitemaps/99.xml", "/sitemaps/999999999999.xml", "/sitemaps/x.xml"]
)
def test_other_lists_do_not_exist(client, url):
    assert client.get(url).status_code == 404


def test_robots_are_told_where_not_to_go(client):
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert "Sitemap: http://localhost/sitemap.xml" in lines
    for path in ("/admin", "/account", "/search", "/api/"):
        assert f"Disallow: {path}" in lines


# --- Cards on other sites ---


def card_of(client, **given):
    return client.get("/oembed", query_string=given)


def test_a_site_gets_the_card_of_a_public_page(client, world):
    url = f"http://localhost/reports/{world.report}-cartographier-son-quartier-a-pied"
    made = card_of(client, url=url, format="json").json
    assert (made["type"], made["version"]) == ("rich", "1.0")
    assert made["title"] == "Cartographier son quartier à pied"
    assert f'src="http://localhost/embed/{world.report}"' in made["html"]
    assert made["width"] == 600
    narrow = card_of(client, url=url, maxwidth="320", maxheight="200").json
    assert (narrow["width"], narrow["height"]) == (320, 200)
    root = ElementTree.fromstring(card_of(client, url=url, format="xml").data)
    assert root.tag == "oembed"
    assert root.find("html").text == made["html"]
    assert card_of(client, url=f"http://localhost/embed/{world.report}").status_code == 200


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 400),
        ({"url": ""}, 400),
        ({"url": "x", "format": "yaml"}, 501),
        ({"url": "http://localhost/pages/4", "maxwidth": "-1"}, 400),
        ({"url": "http://localhost/pages/4", "maxwidth": "x" * 5000}, 400),
        ({"url": "http://localhost/pages/4", "maxheight": "0"}, 400),
        ({"url": "http://elsewhere.example/pages/4"}, 404),
        ({"url": "http://localhost@elsewhere.example/pages/4"}, 404),
        ({"url": "//localhost/pages/4"}, 404),
        ({"url": "javascript:alert(1)//localhost/pages/4"}, 404),
        ({"url": "http://[::1/pages/4"}, 404),
        ({"url": "http://localhost/reports/4"}, 404),
        ({"url": "http://localhost/pages/999999999"}, 404),
        ({"url": "http://localhost/pages/4/history"}, 404),
        ({"url": "http://localhost/" + "a" * 100_000}, 404),
        ({"url": "http://localhost/pages/\u0664"}, 404),
    ],
)
def test_other_questions_are_refused(client, given, status):
    assert card_of(client, **given).status_code == status


@pytest.mark.parametrize("name", ["page", "draft", "network_page"])
def test_no_card_of_what_is_private(client, client_of, world, name):
    number = getattr(world, name)
    for visitor in (client, client_of("nadia")):
        refused = card_of(visitor, url=f"http://localhost/pages/{number}")
        gone = visitor.get(f"/embed/{number}")
        assert (refused.status_code, gone.status_code) == (404, 404)
        assert not any(word in refused.text + gone.text for word in CANARIES)
        nobodys = visitor.get("/embed/99999999999").text
        assert gone.text == nobodys


def test_the_card_holds_no_script_and_reads_no_cookie(client, client_of, world):
    answer = client_of("nadia").get(f"/embed/{world.report}")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert answer.text == client.get(f"/embed/{world.report}").text
    assert "<script" not in answer.text
    assert 'target="_blank" rel="noopener"' in answer.text
    assert "Cartographier" in answer.text


def test_only_cards_may_stand_in_other_sites(client, world):
    page = client.get(f"/reports/{world.report}")
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]


def test_a_card_empties_when_its_page_turns_private(client, world, change):
    change(world.report, lambda item, by: writing.publish(item, Scope.GROUP, by))
    gone = client.get(f"/embed/{world.report}")
    assert gone.status_code == 404
    assert not re.search("Cartographier|Nadia|quartier", gone.text)


@pytest.fixture
def collection(app, world) -> int:
    """A public collection that holds things of every audience."""
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        made = Collection(
            group_id=world.ours, title="Pour commencer", summary="Trois choses.", scope=Scope.PUBLIC
        )
        writing.save(made, nadia)
        made.put(target_id=world.draft, note="Secret.")
        made.put(target_id=world.report, note="Le plus simple.")
        made.put(title="Ailleurs", address="https://example.org/ailleurs")
        refer(made)
        db.session.commit()
        return made.id


def test_a_collection_leaves_with_what_everyone_may_read_of_it(client, things, world, collection):
    found = things(f"/collections/{collection}")
    assert value(found["ItemList"], "numberOfItems") == 2
    said = "".join(
        client.get(url).text
        for url in (
            f"/items/{collection}/feed.atom",
            f"/embed/{collection}",
            "/feed.json",
            f"/oembed?url=http://localhost/collections/{collection}",
            "/oai?verb=ListRecords&metadataPrefix=oai_dc&set=kinds:collections",
        )
    )
    assert "Cartographier" in said
    assert f"http://localhost/reports/{world.report}-" in said
    assert not any(word in said for word in CANARIES)
    assert "Où trouver" not in client.get(f"/items/{collection}/feed.atom").text


def test_an_adaptation_names_its_source_only_while_everyone_may_read_it(app, client, world, change):
    with app.app_context():
        db.session.add(Adaptation(item_id=world.public_page, source_id=world.report))
        db.session.commit()
    name = f"oai:localhost:items/{world.public_page}"
    url = f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={name}"
    assert "<dc:relation>http://localhost/reports/" in client.get(url).text
    change(world.report, writing.trash)
    assert "dc:relation" not in client.get(url).text


EVERYWHERE = (
    "/feed.atom", "/feed.json", "/search.atom", "/search.feed.json", "/sitemaps/0.xml",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/embed/{report}", "/reports/{report}",
    "/oembed?url=http://localhost/reports/{report}", "/groups/{ours}/feed.atom",
)  # fmt: skip


def test_a_name_erased_is_gone_from_every_outlet(client, world, change):
    urls = [url.format(report=world.report, ours=world.ours) for url in EVERYWHERE]
    assert "Fatou" in client.get("/feed.atom").text
    change(world.report, lambda item, by: history.erase(item, "Fatou", "une personne", by))
    change(world.report, lambda item, by: history.erase(item, "quartier", "lieu", by))
    for url in urls:
        said = client.get(url).text
        assert "Fatou" not in said, url
        assert "son quartier" not in said, url
        assert "son-quartier" not in said, url


def test_remarks_that_wait_and_words_of_members_stay_inside(app, client, world):
    with app.app_context():
        for held in (True, False):
            db.session.add(
                Comment(item_id=world.report, author_name="Canari", held=held, body="canarimot",
                        html="<p>canarimot</p>")
            )  # fmt: skip
        db.session.commit()
    for url in EVERYWHERE:
        if not url.startswith("/reports/"):
            said = client.get(url.format(report=world.report, ours=world.ours)).text
            assert "canarimot" not in said, url

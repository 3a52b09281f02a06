"""The demo's content has the shape its README promises: whole, linked and well set."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

import wiki

CONTENT = Path(wiki.__file__).parent / "demo" / "content"
VOCABULARIES = Path(wiki.__file__).parent / "items" / "vocabularies.json"
SCOPES = ("draft", "group", "network", "public")
COLOURS = set("brique ocre mousse sapin lagune bleuet mure ardoise".split())
PICTOGRAMS = set("arbre oiseau poisson fleur cle theiere soleil pain velo bateau lune maison".split())
NAMES = "needs publics themes territories formats tools obstacles outcomes connectivity structures skills tags"
SECTIONS = set(
    "in_a_minute partners audience starting_need goals schedule progress key_moments productions methods"
    " resources skills_professionals skills_participants changes indicators voices what_failed watch_points"
    " conditions cooperation next_steps attachments contact anything_else".split()
)
STORY = {"in_a_minute", "audience", "key_moments", "what_failed", "changes", "contact"}
DUE = {
    "in_a_minute", "audience", "starting_need", "schedule", "key_moments", "methods", "resources",
    "changes", "what_failed", "conditions", "contact",
}  # fmt: skip


@cache
def world():
    return yaml.safe_load((CONTENT / "world.yaml").read_text(encoding="utf-8"))


@cache
def vocabularies():
    return yaml.safe_load(VOCABULARIES.read_text(encoding="utf-8"))


@cache
def texts(kind):
    """path without suffix → (front matter, body), earlier versions left out."""
    return {p.relative_to(CONTENT).with_suffix("").as_posix(): parse(p) for p in latest(kind)}


def latest(kind):
    return [p for p in sorted((CONTENT / kind).glob("*/*.md")) if not re.search(r"\.v\d+$", p.stem)]


def parse(path):
    front, body = path.read_text(encoding="utf-8").removeprefix("---\n").split("\n---\n", 1)
    return yaml.safe_load(front), body


def sections(body):
    return dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", body, re.DOTALL | re.MULTILINE))


def paths():
    return set(texts("pages")) | set(texts("reports"))


def everything():
    return texts("pages") | texts("reports")


def test_vocabularies_are_the_promised_ones_and_complete():
    assert list(vocabularies()) == NAMES.split()
    for name, vocabulary in vocabularies().items():
        assert set(vocabulary) == {"label", "multiple", "terms"} and set(vocabulary["label"]) == {"fr", "en"}
        slugs = [term["slug"] for term in vocabulary["terms"]]
        assert len(slugs) == len(set(slugs)), name
        for term in vocabulary["terms"]:
            assert re.fullmatch(r"[a-z0-9-]+", term["slug"])
            assert term["label"] and term["label_en"] and isinstance(term["synonyms"], list)


def test_there_is_enough_of_everything():
    reports = [front for front, _ in texts("reports").values()]
    assert len(texts("pages")) >= 27 and len(reports) >= 13 and len(world()["comments"]) >= 20
    scopes = [front["scope"] for front in reports]
    assert scopes.count("public") >= 9 and scopes.count("network") == 2
    assert scopes.count("group") == 1 and scopes.count("draft") == 1


def test_people_and_groups_are_well_formed():
    people = world()["people"]
    for person in people.values():
        assert person["email"].endswith("@demo.example")
        assert person["colour"] in COLOURS and person["pictogram"] in PICTOGRAMS
    for group in world()["groups"].values():
        assert group["colour"] in COLOURS and group["pictogram"] in PICTOGRAMS
        assert any(m["role"] == "facilitator" for m in group["members"])
        assert {m["person"] for m in group["members"]} <= set(people)


@pytest.mark.parametrize("path", sorted(everything()))
def test_front_matter_is_known(path):
    front, _ = everything()[path]
    kind, group, _slug = path.split("/")
    members = {m["person"] for m in world()["groups"][group]["members"]}
    assert front["author"] in members and front["scope"] in SCOPES and front["days_ago"] >= 0
    assert len(front["title"]) <= 120
    for name, slugs in front.get("terms", {}).items():
        assert set(slugs) <= {term["slug"] for term in vocabularies()[name]["terms"]}, name
    if parent := front.get("parent"):
        assert f"pages/{group}/{parent}" in paths()
    if kind == "reports":
        assert front["outline"] in ("story", "full")
        assert {"year", "people", "sessions", "cost", "hours", "licence", "place"} <= set(front["facts"])


@pytest.mark.parametrize("path", sorted(everything()))
def test_links_lead_somewhere(path):
    _, body = everything()[path]
    for target in re.findall(r"item:([\w/-]+)|%id\(([^)]*)\)%", body):
        assert (target[0] or target[1]) in paths()
    assert set(re.findall(r"file:([\w-]+)", body)) <= {f["key"] for f in world()["files"]}
    assert set(re.findall(r"image:([\w-]+)", body)) <= {i["key"] for i in world()["images"]}


def test_most_links_between_pages_exist_and_some_are_to_create():
    missing = []
    for group in world()["groups"]:
        pages = {p: v for p, v in texts("pages").items() if p.split("/")[1] == group}
        titles = {front["title"] for front, _ in pages.values()}
        found = {
            link.rstrip("\\")
            for _, body in pages.values()
            for link in re.findall(r"\[\[([^\]|]+)(?:\|[^\]]*)?\]\]", body)
        }
        assert len(found & titles) >= 6, group
        missing += found - titles
    assert 1 <= len(missing) <= 4, missing


@pytest.mark.parametrize("path", sorted(texts("reports")))
def test_reports_are_complete_for_their_scope(path):
    front, body = texts("reports")[path]
    found = sections(body)
    assert set(found) <= (STORY if front["outline"] == "story" else SECTIONS)
    assert len(found["in_a_minute"].strip()) <= 500
    if front["scope"] in ("network", "public"):
        assert set(found) >= (DUE if front["outline"] == "full" else STORY)
        words = len(body.split())
        assert (600 <= words <= 1800) if front["outline"] == "full" else (220 <= words <= 520)


@pytest.mark.parametrize("path", sorted(p for k in ("pages", "reports") for p in (CONTENT / k).glob("*/*.v*.md")), ids=str)
def test_earlier_versions_are_older_and_follow_one_another(path):
    stem, number = path.stem.rsplit(".v", 1)
    following = path.with_name(f"{stem}.v{int(number) + 1}.md")
    later, _ = parse(following if following.exists() else path.with_name(f"{stem}.md"))
    front, body = parse(path)
    assert front["days_ago"] >= later["days_ago"] and front["note"] and body.strip()
    assert front["author"] in world()["people"]


def test_attachments_comments_watches_and_requests_point_at_real_things():
    people = set(world()["people"])
    for entry in world()["files"]:
        assert (CONTENT / "files" / entry["file"]).is_file()
    for entry in world()["files"] + world()["images"]:
        assert entry["parent"] in paths() and entry["author"] in people and entry["scope"] in SCOPES
    for image in world()["images"]:
        assert image["alt"] and image["colour"] in COLOURS and image["shape"] in ("comb", "path", "map", "chart")
        assert len(image.get("values", [])) == len(image.get("labels", []))
    keys = {}
    for comment in world()["comments"]:
        assert comment["item"] in paths() and comment["author"] in people
        assert comment.get("reply_to") is None or keys[comment["reply_to"]] == comment["item"]
        keys[comment["key"]] = comment["item"]
    assert {w["item"] for w in world()["watches"]} <= paths()
    assert {r["item"] for r in world()["publication_requests"]} <= paths()


def test_nobody_comments_on_what_they_may_not_read():
    for comment in world()["comments"]:
        front, _ = everything()[comment["item"]]
        group = world()["groups"][comment["item"].split("/")[1]]
        inside = comment["author"] in {m["person"] for m in group["members"]}
        professional = world()["people"][comment["author"]]["professional"]
        assert inside or front["scope"] == "public" or (front["scope"] == "network" and professional)


@pytest.mark.parametrize("path", sorted(CONTENT.rglob("*.md")), ids=lambda p: p.name)
def test_french_typography(path):
    if path.name == "README.md":
        return
    text = re.sub(r"```.*?```|`[^`\n]*`|\]\([^)\n]*\)|^!!! .*?$", "", path.read_text("utf-8"), flags=re.S | re.M)
    assert not re.search(r"\w'\w", text), "a straight apostrophe"
    assert not re.search(r"[^\s|:-] [;!?»](?!\[)", text), "an ordinary space before ; ! ? »"
    assert not re.search(r"\w :(?=\s)", text), "an ordinary space before a colon"
    assert not re.search(r"« ", text), "an ordinary space after «"

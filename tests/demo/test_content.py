"""The demo's content has the shape its README promises: whole, linked and well set."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

import wiki
from wiki.items.models import Scope
from wiki.items.terms import DERIVED
from wiki.reports.outlines import outline

CONTENT = Path(wiki.__file__).parent / "demo" / "content"
TEXTS = sorted(p for kind in ("pages", "reports") for p in (CONTENT / kind).glob("*/*.md"))
OLDER = [p for p in TEXTS if re.search(r"\.v\d+$", p.stem)]
LATEST = [p for p in TEXTS if p not in OLDER]
SCOPES = {scope.name.lower() for scope in Scope}
FACTS = {"year", "people", "sessions", "hours", "duration", "cost", "preparation_hours"}
FACTS |= {"place", "structure", "licence"}
COLOURS = {"brique", "ocre", "mousse", "sapin", "lagune", "bleuet", "mure", "ardoise"}
PICTOGRAMS = set(
    "arbre oiseau poisson fleur cle theiere soleil pain velo bateau lune maison".split()  # noqa: SIM905
)
NAMES = ["needs", "publics", "themes", "territories", "formats", "tools", "obstacles", "outcomes"]
NAMES += ["connectivity", "structures", "skills", "tags"]


@cache
def world():
    """What world.yaml says."""
    return yaml.safe_load((CONTENT / "world.yaml").read_text("utf-8"))


@cache
def vocabularies():
    """The vocabularies every site starts with."""
    path = Path(wiki.__file__).parent / "items" / "vocabularies.json"
    return json.loads(path.read_text("utf-8"))


@cache
def parsed(path):
    """The front matter and the body of one text."""
    front, body = path.read_text("utf-8").removeprefix("---\n").split("\n---\n", 1)
    return yaml.safe_load(front), body


@cache
def items():
    """Path as used in the content → (front matter, body)."""
    return {p.relative_to(CONTENT).with_suffix("").as_posix(): parsed(p) for p in LATEST}


def of_kind(kind):
    """The paths of one kind, for tests that take them one by one."""
    return sorted(path for path in items() if path.startswith(f"{kind}/"))


def sections(body):
    """A report's body, cut by its keys."""
    return dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", body, re.DOTALL | re.MULTILINE))


def reads(person, path):
    """Whether a person of the demo may read an item, by membership and scope alone."""
    scope, group = items()[path][0]["scope"], world()["groups"][path.split("/")[1]]
    if person in {member["person"] for member in group["members"]}:
        return True
    return scope == "public" or (scope == "network" and world()["people"][person]["professional"])


def test_vocabularies_are_those_of_the_interface():
    assert list(vocabularies()) == [*NAMES, *DERIVED]
    assert all(set(v) == {"label", "multiple", "terms"} for v in vocabularies().values())
    assert all(set(v["label"]) == {"fr", "en"} for v in vocabularies().values())


@pytest.mark.parametrize("name", NAMES)
def test_terms_have_a_slug_of_their_own_and_both_labels(name):
    terms = vocabularies()[name]["terms"]
    assert len({term["slug"] for term in terms}) == len(terms)
    for term in terms:
        assert re.fullmatch(r"[a-z0-9-]+", term["slug"])
        assert term["label"]
        assert term["label_en"]
        assert isinstance(term["synonyms"], list)


def test_there_is_enough_of_everything():
    scopes = [items()[path][0]["scope"] for path in of_kind("reports")]
    assert len(of_kind("pages")) >= 27
    assert len(world()["comments"]) >= 20
    assert scopes.count("public") >= 9
    assert [scopes.count(scope) for scope in ("network", "group", "draft")] == [2, 1, 1]


def test_people_and_groups_have_a_known_face():
    for one in [*world()["people"].values(), *world()["groups"].values()]:
        assert one["colour"] in COLOURS
        assert one["pictogram"] in PICTOGRAMS
    for group in world()["groups"].values():
        assert {member["person"] for member in group["members"]} <= set(world()["people"])
        assert "facilitator" in {member["role"] for member in group["members"]}


@pytest.mark.parametrize("path", items())
def test_front_matter_is_known(path):
    front, _body = items()[path]
    group = path.split("/")[1]
    assert front["author"] in {m["person"] for m in world()["groups"][group]["members"]}
    assert front["scope"] in SCOPES
    assert len(front["title"]) <= 120
    for name, slugs in front.get("terms", {}).items():
        assert set(slugs) <= {term["slug"] for term in vocabularies()[name]["terms"]}, name
    assert "parent" not in front or f"pages/{group}/{front['parent']}" in items()


@pytest.mark.parametrize("path", items())
def test_links_lead_somewhere(path):
    _front, body = items()[path]
    targets = re.findall(r"item:([\w/-]+)", body) + re.findall(r"%id\(([^)]*)\)%", body)
    assert set(targets) <= set(items())
    assert set(re.findall(r"file:([\w-]+)", body)) <= {one["key"] for one in world()["files"]}
    assert set(re.findall(r"image:([\w-]+)", body)) <= {one["key"] for one in world()["images"]}


def test_pages_are_linked_by_title_and_a_few_are_still_to_write():
    to_write = set()
    for group in world()["groups"]:
        pages = [items()[path] for path in of_kind("pages") if path.split("/")[1] == group]
        titles = {front["title"] for front, _body in pages}
        linked = {
            title.rstrip("\\")
            for _front, body in pages
            for title in re.findall(r"\[\[([^\]|]+)(?:\|[^\]]*)?\]\]", body)
        }
        assert len(linked & titles) >= 6, group
        to_write |= linked - titles
    assert 1 <= len(to_write) <= 4, to_write


@pytest.mark.parametrize("path", of_kind("reports"))
def test_reports_use_the_sections_of_their_outline(path):
    front, body = items()[path]
    assert set(front["facts"]) == FACTS
    assert len(sections(body)["in_a_minute"].strip()) <= 500
    known = {section.key for section in outline(front["outline"])}
    assert set(sections(body)) <= known | {"in_a_minute"}


@pytest.mark.parametrize("path", of_kind("reports"))
def test_shared_reports_are_complete_and_of_real_length(path):
    front, body = items()[path]
    if front["scope"] in ("draft", "group"):
        return
    due = {section.key for section in outline(front["outline"]) if section.required}
    assert due <= set(sections(body))
    shortest, longest = (600, 1800) if front["outline"] == "full" else (220, 520)
    assert shortest <= len(body.split()) <= longest


@pytest.mark.parametrize("path", OLDER, ids=lambda path: path.stem)
def test_earlier_versions_come_before_and_say_what_they_did(path):
    stem, number = path.stem.rsplit(".v", 1)
    following = path.with_name(f"{stem}.v{int(number) + 1}.md")
    later, _body = parsed(following if following.exists() else path.with_name(f"{stem}.md"))
    front, body = parsed(path)
    assert front["days_ago"] > later["days_ago"]
    assert front["note"]
    assert body.strip()
    assert front["author"] in world()["people"]


@pytest.mark.parametrize("one", world()["files"] + world()["images"], ids=lambda one: one["key"])
def test_attached_files_hang_on_something_their_author_reads(one):
    assert one["scope"] in SCOPES
    assert reads(one["author"], one["parent"])
    if "file" in one:
        assert (CONTENT / "files" / one["file"]).is_file()
    else:
        assert one["alt"]
        assert one["shape"] in ("comb", "path", "map", "chart")
        assert len(one.get("values", [])) == len(one.get("labels", []))


def test_comments_answer_one_another_and_come_from_readers():
    seen = {}
    for comment in world()["comments"]:
        assert reads(comment["author"], comment["item"]), comment["key"]
        answered = comment.get("reply_to")
        assert answered is None or seen[answered] == comment["item"]
        seen[comment["key"]] = comment["item"]


def test_watches_and_requests_are_made_by_people_who_may():
    assert all(reads(watch["person"], watch["item"]) for watch in world()["watches"])
    for request in world()["publication_requests"]:
        assert reads(request["by"], request["item"])
        assert items()[request["item"]][0]["scope"] != request["scope"]


@pytest.mark.parametrize("path", [*TEXTS, *CONTENT.glob("*.yaml")], ids=lambda path: path.stem)
def test_french_is_set_in_french(path):
    text = re.sub(r"```.*?```|`[^`\n]*`|\]\([^)\n]*\)", "", path.read_text("utf-8"), flags=re.S)
    assert not re.search(r"[^\W\d]'\w", text), "a straight apostrophe"
    assert not re.search(r"\w [;!?»]", text), "an ordinary space before ; ! ? »"
    assert not re.search(r"\w :(?=\s)", text), "an ordinary space before a colon"
    assert "« " not in text, "an ordinary space after «"

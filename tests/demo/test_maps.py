"""The maps of the demo are whole: every name they use is known, every answer has its question."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

import wiki
from wiki.items import gazetteer
from wiki.items.models import Scope
from wiki.maps import fields, geometry

CONTENT = Path(wiki.__file__).parent / "demo" / "content"
OWN = {"at", "line", "area", "title", "story", "author", "session", "layer", "precision", "key"}


@cache
def read(name: str) -> dict:
    return yaml.safe_load((CONTENT / name).read_text("utf-8"))


def rows() -> list[dict]:
    return read("maps.yaml")["maps"]


def test_there_is_a_drawing_an_outline_and_a_story():
    kinds = {(one["kind"], one["base"]["kind"]) for one in rows()}
    assert kinds == {("sensitive", "image"), ("resources", "outline"), ("story", "image")}
    assert any(one.get("steps") for one in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["key"])
def test_a_map_names_people_files_layers_and_answers_that_exist(app, row):
    world = read("world.yaml")
    files = {one["key"] for one in [*world["files"], *world["images"], *read("maps.yaml")["media"],
                                    *read("portraits.yaml")["media"]]}  # fmt: skip
    assert row["group"] in world["groups"]
    assert row["scope"].upper() in Scope.__members__
    assert row["base"].get("file", "quartier") in files
    members = {one["person"] for one in world["groups"][row["group"]]["members"]}
    layers = {one["key"] for one in row["layers"]}
    keys = {one.get("key") for one in row["features"]}
    with app.test_request_context():
        asked = fields.clean(row["fields"]) if "fields" in row else fields.begun(row["kind"])
    known = {one["key"]: one for one in asked}
    for one in row["features"]:
        assert one["author"] in members
        assert one.get("layer", row["layers"][0]["key"]) in layers
        assert one.get("precision", "exact") in geometry.STEPS
        assert set(one) - OWN <= set(known), one["title"]
        for key in set(one) & {"photo", "voice"}:
            assert one[key] in files
        for key in set(one) & set(known):
            choices = {c["value"] for c in known[key]["choices"]}
            values = one[key] if isinstance(one[key], list) else [one[key]]
            assert not choices or set(values) <= choices, one["title"]
    assert {step["feature"] for step in row.get("steps", [])} <= keys


def test_the_media_of_the_maps_are_in_the_folder():
    for row in read("maps.yaml")["media"]:
        assert (CONTENT / "media" / row["file"]).stat().st_size < 150_000
        assert row["alt"] if row["file"].endswith(".webp") else row["said"]


def test_a_story_that_invites_to_listen_gives_something_to_hear():
    story = next(row for row in read("maps.yaml")["maps"] if row["kind"] == "story")
    media = {row["key"]: row["file"] for row in read("maps.yaml")["media"]}
    shown = [media[step["file"]].rpartition(".")[2] for step in story["steps"] if "file" in step]
    assert {"m4a", "webp"} <= set(shown)
    assert all("file" in step for step in story["steps"] if "coutez" in step["text"])


def test_days_of_the_demo_are_read_and_its_reports_are_somewhere(app):
    found = next(row for row in read("maps.yaml")["maps"] if row["kind"] == "resources")
    with app.test_request_context():
        told = [fields.days(fields.clean(found["fields"]), one) for one in found["features"]]
    assert sum(map(bool, told)) >= 9
    for path in (CONTENT / "reports").rglob("*.md"):
        if not re.search(r"\.v\d+$", path.stem):
            named = re.search('^department: "(.+)"$', path.read_text("utf-8"), re.MULTILINE)
            assert gazetteer.find(named[1]), path

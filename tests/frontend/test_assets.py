"""What the build gives to browsers, and the rules of the front end's sources."""

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = [
    path for path in sorted((STATIC / "js").rglob("*.js")) if not path.name.endswith(".test.js")
]


@pytest.fixture(scope="module")
def manifest():
    names = json.loads((STATIC / "dist" / "manifest.json").read_text())
    names.pop("parts")
    return names


def test_every_entry_of_the_manifest_exists_under_a_name_that_changes_with_its_bytes(manifest):
    assert {"app.css", "app.js", "editor.js", "files.js", "icons.svg", "favicon.svg"} <= set(
        manifest
    )
    for name in manifest.values():
        assert (STATIC / "dist" / name).is_file()
        assert re.search(r"-[0-9A-Z]{8}\.\w+$", name), name


def test_a_page_asks_at_once_for_all_that_the_shared_text_brings_before_it_runs():
    dist = STATIC / "dist"
    names = json.loads((dist / "manifest.json").read_text())
    for script in ("coedit.js", "live-editor.js"):
        parts = names["parts"][script]
        assert names[script] in parts
        weights = [(dist / part).stat().st_size for part in parts]
        assert weights == sorted(weights, reverse=True)
        assert len(set(parts)) == len(parts)
        for part in parts:
            # What runs before it, not what it may ask for later.
            found = re.findall(
                r"""(?:from|import)\s?["']\./([\w-]+\.js)["']""", (dist / part).read_text()
            )
            assert set(found) <= set(parts)


def test_old_browsers_meet_no_colour_they_cannot_read(manifest):
    assert "oklch" not in (STATIC / "dist" / manifest["app.css"]).read_text()


def test_a_first_page_is_light_for_a_phone(manifest):
    """Styles, the script of every page, the icons and the three weights, as they travel."""
    dist = STATIC / "dist"
    weights = [p for p in dist.glob("*-latin-[468]00-normal-*.woff2") if "-ext-" not in p.name]
    assert len(weights) == 3
    packed = [dist / manifest[name] for name in ("app.js", "app.css", "icons.svg")]
    sizes = [len(gzip.compress(path.read_bytes())) for path in packed]
    assert sizes[0] < 10_000
    assert sum(sizes) + sum(path.stat().st_size for path in weights) < 80_000


def test_writing_with_others_is_light_and_asked_only_by_who_writes(manifest):
    """The script of the shared text with all that it brings, as it travels."""
    dist = STATIC / "dist"

    def brought(name: str, known: set, before: str = "") -> set:
        # What sends images in pieces comes with the first image, not with the page.
        if name not in known and "Tus-Resumable" not in (dist / name).read_text():
            known.add(name)
            for other in re.findall(
                before + r"""["']\./([\w-]+\.js)["']""", (dist / name).read_text()
            ):
                brought(other, known, before)
        return known

    shared = brought(manifest["coedit.js"], set())
    assert sum(len(gzip.compress((dist / name).read_bytes(), 4)) for name in shared) < 150_000
    for name in ("app.js", "files.js", "editor.js", "report.js", "coedit.js"):
        at_once = brought(manifest[name], set(), "(?:from|import)")
        assert sum((dist / one).stat().st_size for one in at_once) < 50_000, name


def test_the_lock_names_no_registry():
    lock = json.loads((STATIC / "package-lock.json").read_text())
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]
    assert "registry." not in (STATIC / "package-lock.json").read_text()
    exact = json.loads((STATIC / "package.json").read_text())
    for versions in (exact["dependencies"], exact["devDependencies"]):
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())


def test_pure_scripts_do_what_they_say():
    node = shutil.which("node")
    if node is None:
        assert not os.environ.get("CI"), "the scripts' tests need Node"
        pytest.skip("no Node on this machine: the scripts' tests did not run")
    files = [*STATIC.glob("js/lib/*.test.js"), *STATIC.glob("*.test.mjs")]
    done = subprocess.run(
        [node, "--test", *map(str, files)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def test_templates_use_only_icons_that_are_drawn():
    drawn = set(re.findall(r'id="i-([a-z]+)"', (STATIC / "icons.svg").read_text()))
    for path in TEMPLATES:
        for name in re.findall(r'icon\(\s*"([a-z]+)"', path.read_text()):
            assert name in drawn, f"{path.name}: {name}"
    for path in SCRIPTS:
        for name in re.findall(r"\bicon\('([a-z]+)'", path.read_text()):
            assert name in drawn, f"{path.name}: {name}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_are_short_and_hold_no_inline_script_style_or_handler(path):
    text = path.read_text()
    assert text.count("\n") <= 120
    page = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
    if path.parent.name == "emails":  # letters carry their own style: nothing is loaded by them
        page = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_scripts_are_short_and_one_module_alone_talks_to_the_server():
    for path in SCRIPTS:
        text = path.read_text()
        assert text.count("\n") <= 150, path.name
        if path.name not in ("request.js", "worker.js"):  # the worker hands requests on
            assert not re.search(r"\bfetch\(|XMLHttpRequest|sendBeacon", text), path.name
        if "customElements.define" in text:
            assert "disconnectedCallback" in text, path.name

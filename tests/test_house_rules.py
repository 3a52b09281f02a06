"""The rules that keep the house in order: direction of imports, sizes, names, what stays out."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LEVELS = [  # a module may import from the lines above its own, never from its own line or below
    "config",
    "db",
    "workers",
    "jobs storage csrf throttle routing covers compression pieces children certificates",
    "markup icons static_files wsgi",
    "templating forms",
    "mail errors migrating",
    "accounts",
    "groups",
    "items",
    "search notifications",
    "files",
    "consents",
    "archive",
    "programme",
    "pages portraits maps reports collections events posts discussions tasks contacts resources "
    "surveys boards guides kits trainings",
    "backups",
    "home export coedit admin doctor restoring",
    "offline",
    "actions classrooms",
    "public",
    "demo",
    "bridge",
    "serving",
    "commands",
    "moving",
    "cli",
    "manual",
    "translations",
]
LEVEL = {name: rank for rank, line in enumerate(LEVELS) for name in line.split()}
FORBIDDEN = {"utils", "helpers", "common", "misc", "base", "manager", "service", "handlers"}
MODULES = sorted((ROOT / "wiki").rglob("*.py"))


def feature_of(path: Path) -> str:
    return path.relative_to(ROOT / "wiki").with_suffix("").parts[0]


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("wiki"):
            if node.module == "wiki":
                found |= {f"wiki.{alias.name}" for alias in node.names}
            else:
                found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("wiki.")}
    return {name.split(".")[1] for name in found if "." in name}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path):
    own = feature_of(path)
    if own == "__init__":
        return
    assert own in LEVEL, f"say in LEVELS where {own} stands"
    for other in imports_of(path) - {own, "create_app", "__version__", "FEATURES"}:
        assert LEVEL[other] < LEVEL[own], f"{own} may not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_and_functions_stay_short_and_well_named(path):
    tree = ast.parse(path.read_text("utf-8"))
    length = tree.body[-1].end_lineno if tree.body else 0
    assert length <= 400, f"{path.name} has {length} lines"
    assert path.stem not in FORBIDDEN
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = node.end_lineno - node.lineno + 1
            assert size <= 60, f"{node.name} has {size} lines"


def test_the_item_stays_small():
    assert len((ROOT / "wiki/items/models.py").read_text("utf-8").splitlines()) <= 300


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda p: str(p.relative_to(ROOT))
)
def test_templates_stay_short_and_hold_no_inline_code(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 120
    assert not re.search(r"<[^>{%]+\s(?:style|on[a-z]+)=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
    assert not re.search(r"\|\s*safe\b", text), "HTML comes from one door"


def test_no_screen_offers_a_pdf_where_none_can_be_made():
    made_already = {"templates/offline/show.html"}  # offers the booklet once it is there
    for path in sorted((ROOT / "templates").rglob("*.html")):
        name = str(path.relative_to(ROOT))
        for line in path.read_text("utf-8").splitlines():
            if name in made_already or "styleguide" in name:
                continue
            if re.search(r"\.pdf\b[^}]*[\"?]|\bas_pdf'|pdf_address", line):
                assert re.search(r"makes_pdf\(\)|block as_pdf", line), f"{name}: {line.strip()}"


def tracked() -> list[Path]:
    """What the repository holds; without git, what lies where its files lie."""
    if shutil.which("git"):
        command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        names = listed.stdout.split("\0")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    folders = ("wiki", "templates", "tests", "migrations", "static/css", "static/js")
    return [path for name in folders for path in (ROOT / name).rglob("*.*") if path.is_file()]


def test_no_registry_address_and_no_path_of_a_machine_in_the_repository():
    paths = tracked()
    assert paths
    wrong = re.compile(r"registry\.npmjs|files\.pythonhosted|pypi\.org/simple|/root/|/work/main")
    for path in paths:
        if path.suffix in {".png", ".woff2", ".webp", ".jpg", ".pyc"} or path == Path(__file__):
            continue
        assert not wrong.search(path.read_text("utf-8", errors="replace")), path


def test_lock_files_name_no_host():
    for name in ("constraints.txt", "static/package-lock.json"):
        text = (ROOT / name).read_text("utf-8")
        assert '"resolved"' not in text, name
        assert "--index-url" not in text


def test_every_setting_is_documented_and_there_are_few():
    from wiki.config import SETTINGS

    assert len(SETTINGS) <= 40
    assert all(setting.meaning.endswith(".") for setting in SETTINGS)

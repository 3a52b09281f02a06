"""The manual says what the program can do, in both languages, and its links lead somewhere."""

import re

import pytest

from wiki import manual
from wiki.cli import essaim
from wiki.config import SETTINGS
from wiki.groups.models import Role
from wiki.markup.macros import MACROS

LANGUAGES = ("fr", "en")


@pytest.fixture(params=LANGUAGES)
def chapters(app, request):
    with app.test_request_context():
        return manual.chapters(request.param)


def words(chapters) -> str:
    return "\n".join(chapter.html for chapter in chapters)


def test_every_setting_is_described(chapters):
    for setting in SETTINGS:
        assert f"ESSAIM_{setting.name}" in words(chapters)


def test_every_command_is_described(chapters):
    text = words(chapters)
    for name, command in essaim.commands.items():
        for sub in getattr(command, "commands", {"": None}):
            assert f"essaim {name} {sub}".strip() in text


def test_every_macro_that_works_is_described(chapters):
    for macro in MACROS:
        assert macro.example in words(chapters)


def test_every_role_is_described(chapters):
    table = next(c.html for c in chapters if "<table" in c.html and "role" in c.html.lower()
                 or "Rôle" in c.html)  # fmt: skip
    assert table.count("<tr>") > len(Role)


def test_both_languages_have_the_same_chapters(app):
    with app.test_request_context():
        names = [[chapter.name for chapter in manual.chapters(lang)] for lang in LANGUAGES]
    assert names[0] == names[1]


def test_every_chapter_answers_and_its_links_lead_somewhere(client, app):
    for lang in LANGUAGES:
        client.post("/language", data={"lang": lang})
        with app.test_request_context():
            names = [chapter.name for chapter in manual.chapters(lang)]
        for name in names:
            page = client.get(f"/aide/{name}")
            assert page.status_code == 200
            for link in set(re.findall(r'href="(/(?!static)[^"#]*)', page.text)):
                assert client.get(link).status_code in (200, 301, 303, 308), f"{name}: {link}"

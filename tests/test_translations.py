"""French is complete, typographically right, and keeps every placeholder."""

import ast
import re

import pytest
from babel.messages.pofile import read_po

from wiki.translations.__main__ import FRENCH, said

SAYS = ("_", "gettext", "ngettext", "lazy_gettext", "N_")
HOLES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def catalog():
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


@pytest.fixture(scope="module")
def spoken():
    """Every message of the code and of the templates, looked for once."""
    return list(said())


def pairs(catalog):
    for message in catalog:
        if message.id:
            ids = message.id if message.pluralizable else (message.id,)
            strings = message.string if message.pluralizable else (message.string,)
            yield ids, strings


def test_every_message_has_its_french(catalog, spoken):
    missing = [m.id for m in spoken if m.id and m.id not in catalog]
    empty = [ids[0] for ids, strings in pairs(catalog) if not all(strings)]
    assert missing == []
    assert empty == []


def test_nothing_is_translated_that_nobody_says(catalog, spoken):
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in spoken}
    assert [ids[0] for ids, _ in pairs(catalog) if ids[0] not in known] == []


def test_french_keeps_the_holes_of_the_message(catalog):
    for ids, strings in pairs(catalog):
        for string in strings:
            assert set(HOLES.findall(string)) <= set(HOLES.findall(" ".join(ids))), string
        assert set(HOLES.findall(ids[-1])) <= set(HOLES.findall(strings[-1])), strings


def test_french_typography_is_right(catalog):
    for ids, strings in pairs(catalog):
        for string in strings:
            plain = re.sub(r"<[^>]+>|https?:\S+|%\(\w+\)s|&\w+;|`[^`]*`|\{\{.*?\}\}", "", string)
            assert "'" not in plain, f"apostrophe: {string}"
            bare = re.sub(r"[\u00a0\u202f][:;!?]", "", plain)
            assert not re.search(r"[ \w»][:;!?](?:\s|$)", bare), (
                f"no-break space before a sign: {string!r} ({ids[0]})"
            )
            assert not re.search(r"«(?![\u00a0\u202f])|(?<![\u00a0\u202f])»", plain), string


def test_every_sentence_of_the_code_is_known_also_inside_a_formatted_string(catalog):
    known = {ids[0] for ids, _strings in pairs(catalog)}
    lost = []
    for source in sorted(FRENCH.parents[3].rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            first = next(iter(getattr(node, "args", ())), None) if name in SAYS else None
            if isinstance(first, ast.Constant) and first.value not in known:
                lost.append((source.name, first.value))
    assert lost == []

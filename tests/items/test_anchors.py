"""Places that stay with their words, as Yjs itself reads them."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.items import anchors, documents

YJS = Path(__file__).parents[2] / "static" / "node_modules" / "yjs"
LETTERS = st.text(st.sampled_from("aé🌞 \n"), max_size=12)


def edited(updates: list[bytes], edits) -> object:
    """A document after (place, taken, words) in characters, each by another client."""
    doc = documents.made_of(updates)
    for place, taken, words in edits:
        text = documents.text_of(doc)
        at = min(place, len(text))
        wanted = text[:at] + words + text[at + taken :]
        other = documents.made_of([doc.get_update()])
        before = other.get_state()
        content = other["content"]
        start = len(text[:at].encode())
        if size := len(text[at : at + taken].encode()):
            del content[start : start + size]
        if words:
            content.insert(start, words)
        doc.apply_update(other.get_update(before))
        assert documents.text_of(doc) == wanted
    return doc


EDITS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3), LETTERS), max_size=6)


@settings(max_examples=150, deadline=None)
@given(EDITS, EDITS, st.data())
def test_a_passage_is_found_where_its_letters_are(first, then, data):
    doc = edited([documents.seed("Été 🌞 ouvert à tous")], first)
    text = documents.text_of(doc)
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    places = anchors.held(doc, start, end)
    assert anchors.Places(doc).found(*places) == (start, end)
    # Followed beside it: the place of each letter through the same edits.
    letters = list(range(len(text)))
    for place, taken, words in then:
        at = min(place, len(letters))
        letters[at : at + taken] = [None] * len(words)
    later = edited([doc.get_update()], then)
    low, high = anchors.Places(later).found(*places)
    assert documents.text_of(later)[low:high] is not None
    if start in letters:
        assert low == letters.index(start)
    if end - 1 in letters:
        assert high == letters.index(end - 1) + 1


def test_a_place_of_another_document_is_unknown():
    doc, other = (documents.made_of([documents.seed("un deux")]) for _ in range(2))
    places = anchors.held(doc, 3, 7)
    assert anchors.Places(other).found(*places) is None
    assert anchors.held(doc, 7, 7) is None
    assert anchors.held(doc, 3, 99) is None


def test_a_passage_that_was_deleted_is_empty_where_it_was():
    doc = documents.made_of([documents.seed("un deux trois")])
    places = anchors.held(doc, 3, 7)
    later = edited([doc.get_update()], [(3, 5, "")])
    assert anchors.Places(later).found(*places) == (3, 3)


def test_a_document_of_something_else_than_words_is_refused_quietly():
    from pycrdt import Array, Doc, Text

    doc = Doc({"content": Text("un"), "other": Array([{"a": 1}])})
    assert anchors.held(doc, 0, 2) is None


SCRIPT = """
import * as Y from 'yjs'
const { update, places } = JSON.parse(process.argv[1])
const doc = new Y.Doc()
Y.applyUpdate(doc, Buffer.from(update, 'base64'))
const text = doc.getText('content')
const read = (place) => Y.createAbsolutePositionFromRelativePosition(
  Y.createRelativePositionFromJSON(place), doc).index
const [start, end] = places.map(read)
const made = (place, assoc) => Y.relativePositionToJSON(
  Y.createRelativePositionFromTypeIndex(text, place, assoc))
const words = text.toString().slice(start, end)
console.log(JSON.stringify({ words, mine: [made(start, 0), made(end, -1)] }))
"""


@pytest.mark.skipif(not (YJS.exists() and shutil.which("node")), reason="yjs is not installed")
def test_yjs_reads_the_same_places_and_makes_the_same():
    chance = random.Random(4)
    edits = [
        (chance.randrange(60), chance.randrange(4), chance.choice(["é🌞", "b", "à côté "]))
        for _ in range(80)
    ]
    doc = edited([documents.seed("Été 🌞 ouvert à tous, même le dimanche")], edits)
    text = documents.text_of(doc)
    import base64

    for _ in range(3):
        start = chance.randrange(len(text) - 1)
        end = chance.randrange(start + 1, len(text))
        places = anchors.held(doc, start, end)
        given = json.dumps(
            {"update": base64.b64encode(doc.get_update()).decode(), "places": places}
        )
        answer = subprocess.run(
            ["node", "--input-type=module", "-e", SCRIPT, given],
            cwd=YJS.parents[1], capture_output=True, text=True, check=True,
        )  # fmt: skip
        read = json.loads(answer.stdout)
        assert read["words"] == text[start:end]
        assert [one["item"] for one in read["mine"]] == [one["item"] for one in places]

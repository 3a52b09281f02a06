"""A client may write words and take words away; whatever else an update holds is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from wiki.coedit.protocol import Malformed
from wiki.coedit.updates import reached, read
from wiki.items import documents


def made(change) -> bytes:
    doc = Doc({"content": Text("Bonjour é😀"), "other": Text(), "map": Map(), "list": Array()})
    before = doc.get_state()
    change(doc)
    return doc.get_update(before)


def test_words_and_deletions_pass():
    def write(doc):
        doc["content"].insert(0, "Été 🌞\n")
        del doc["content"][0:3]

    read(made(write))
    read(b"\x00\x00")
    read(Doc({"content": Text("é")}).get_update())


@pytest.mark.parametrize(
    "change",
    [
        lambda doc: doc["other"].insert(0, "ailleurs"),
        lambda doc: doc["map"].update({"owner": 1}),
        lambda doc: doc["list"].append("x"),
        lambda doc: doc["content"].format(0, 3, {"bold": True}),
        lambda doc: doc["content"].insert_embed(0, {"image": "x"}),
        lambda doc: doc["content"].insert(0, "gras", {"bold": True}),
    ],
    ids=["root", "map", "array", "format", "embed", "attributes"],
)
def test_everything_else_is_refused(change):
    with pytest.raises(Malformed):
        read(made(change))


@pytest.mark.parametrize(
    "bomb",
    [
        b"\xff\xff\xff\x7f\x01",
        b"\x01\xff\xff\xff\x7f\x01\x00",
        b"\x00\xff\xff\xff\x7f",
        b"\x00\x01\x01\xff\xff\xff\x7f",
        b"\x01\x01\x01\x00\x00\xff\xff\xff\xff\xff\x01\x00",
        b"\x00\x01\x01\x01\x00\xff\xff\xff\xff\xff\x01",
        b"\x00\x00\x00",
    ],
    ids=["clients", "pieces", "deletions", "ranges", "gap", "deleted", "more"],
)
def test_counts_that_nothing_could_hold_are_refused_before_any_memory_is_taken(bomb):
    with pytest.raises(Malformed):
        read(bomb)


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_what_passes_leaves_a_text_that_reads_the_same_from_its_log(data):
    seed = Doc({"content": Text("Bonjour é😀 le monde")}, client_id=5).get_update()
    doc = Doc({"content": Text()}, client_id=300)
    doc.apply_update(seed)
    before = doc.get_state()
    doc["content"].insert(0, "mot ")
    update = bytearray(doc.get_update(before))
    for _ in range(data.draw(st.integers(0, 4))):
        update[data.draw(st.integers(0, len(update) - 1))] = data.draw(st.integers(0, 255))
    update = bytes(update[: data.draw(st.integers(1, len(update)))])
    try:
        reach = read(update)
    except Malformed:
        return
    live, effects = documents.made_of([seed]), []
    if not reach.fits(reached(live.get_state())):
        return
    listening = live.observe(lambda event: effects.append(event.update))
    try:
        live.apply_update(update)
    except ValueError:
        return
    live.unobserve(listening)
    assert all(reached(live.get_state())[one] >= clock for one, clock in reach.gives.items())
    again = documents.made_of([seed, *effects])
    assert documents.text_of(again) == documents.text_of(live)

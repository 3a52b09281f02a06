"""People who write in a text at the same moment, by the log as the server does."""

from wiki.db import db
from wiki.items import documents, folding, live


def typed(item, at: int, words: str, writer: int | None, field: str = "body", *, taken: int = 0):
    """Somebody writes at a place of the text (in characters), over `taken` characters of it."""
    state = folding.enter(item, field)
    doc = documents.made_of(state.updates)
    before = doc.get_state()
    text, content = documents.text_of(doc), doc["content"]
    start = len(text[:at].encode())
    if taken:
        del content[start : start + len(text[at : at + taken].encode())]
    content.insert(start, words)
    with db.engine.begin() as connection:
        live.append(connection, state.room_id, state.epoch, [(doc.get_update(before), writer)])


def said(item, field: str = "body") -> str:
    """What the text being written says."""
    return documents.text_of(documents.made_of(folding.enter(item, field).updates))

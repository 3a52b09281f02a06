"""People who write in a text at the same moment, by the log as the server does."""

from wiki.accounts.models import User
from wiki.db import db
from wiki.items import documents, folding, live, writing
from wiki.items.models import Item, Scope


class Text:
    """An item of the world, written in by people; keeps no app context open between two acts."""

    def __init__(self, app, item_id: int, field: str = "body"):
        self.app, self.id, self.field = app, item_id, field

    def saved(self, words: str, who: int, note: str = "") -> None:
        """Somebody saves the whole text with a form."""
        with self.app.app_context():
            item = db.session.get(Item, self.id)
            item.put_shared_text(self.field, words)
            writing.save(item, db.session.get(User, who), note)

    def typed(self, at: int, words: str, who: int | None, *, taken: int = 0) -> None:
        """Somebody types at a place of the text (in characters), over `taken` of them."""
        with self.app.app_context():
            typed(db.session.get(Item, self.id), at, words, who, self.field, taken=taken)

    def folded(self) -> int:
        """What was typed becomes a version; its number."""
        with self.app.app_context():
            return folding.fold(db.session.get(Item, self.id)).number

    def shown(self, scope: Scope, who: int) -> None:
        """It is opened that far."""
        with self.app.app_context():
            writing.publish(
                db.session.get(Item, self.id), scope, db.session.get(User, who), wide=True
            )

    def now(self) -> str:
        """What the text says as it is being written."""
        with self.app.app_context():
            return said(db.session.get(Item, self.id), self.field)

    def last(self) -> str:
        """What the last version says."""
        with self.app.app_context():
            return db.session.get(Item, self.id).shared_text(self.field)


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

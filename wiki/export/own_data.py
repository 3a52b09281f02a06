"""What the site keeps of one person besides what they made: their account, where they are, what
they did and when. Only theirs: no word of others, no key, no secret.
"""

import json

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.archive.gathering import plain
from wiki.db import db

MOST = 20_000  # rows of one table
# By table: the column that says whose a row is, and what of it the person takes away.
KEPT = {
    "user": ("id", ("id", "email", "name", "role", "professional", "lang", "pictogram", "colour",
                    "created_at")),
    "membership": ("user_id", ("group_id", "role", "joined_at", "visited_at")),
    "user_session": ("user_id", ("agent", "created_at", "seen_at", "expires_at", "shared")),
    "api_token": ("user_id", ("name", "created_at", "used_at")),
    "access_card": ("user_id", ("group_id", "created_at", "used_at")),
    "notice_preference": ("user_id", ("topic", "cadence")),
    "saved_search": ("user_id", ("name", "query", "cadence", "created_at")),
    "watch": ("user_id", ("item_id", "created_at")),
    "attendance": ("user_id", ("item_id", "half", "state", "coming")),
    "trainee": ("user_id", ("classroom_id", "came_at", "email", "answers", "later")),
    "session_answer": ("author_id", ("item_id", "question", "body", "created_at")),
    "comment": ("author_id", ("item_id", "body", "created_at", "removed_at")),
    "report_feedback": ("user_id", ("report_id", "mark", "words", "created_at")),
    "revision": ("actor_id", ("item_id", "number", "note", "created_at")),
    "signature": ("user_id", ("revision_id", "characters")),
    "event": ("actor_id", ("group_id", "item_id", "verb", "created_at")),
}  # fmt: skip
# Where a person's name stands beside their number.
NAMED = (("attendance", "user_id", "name"), ("report_feedback", "user_id", "name"),
         ("comment", "author_id", "author_name"), ("trainee", "user_id", "name"),
         ("trainee", "user_id", "email"))  # fmt: skip


def of(user: User) -> bytes:
    """All of it, as JSON that people can read too."""
    told = {}
    for name, (whose, columns) in KEPT.items():
        table = db.metadata.tables[name]
        query = select(*(table.c[one] for one in columns)).where(table.c[whose] == user.id)
        rows = db.session.execute(query.limit(MOST)).all()
        told[name] = [
            {column: plain(value) for column, value in zip(columns, row, strict=True)}
            for row in rows
        ]
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def forget_name(user: User) -> None:
    """Take a name away from where it was written beside the person. The caller commits."""
    for name, whose, column in NAMED:
        table = db.metadata.tables[name]
        change = table.update().where(table.c[whose] == user.id).values({column: ""})
        db.session.execute(change)

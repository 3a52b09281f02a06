"""Texts with thousands of different words come and go like the others."""

from itertools import islice, product

from sqlalchemy import Engine, event

from wiki.db import db
from wiki.items.models import Item
from wiki.search import french

SYLLABLES = [a + b for a in "bcdfglmnprst" for b in "aeiou"]


def save(client, app, world, body):
    with app.app_context():
        revision = db.session.get(Item, world.page).revision_count
    form = {"title": "Espace emploi", "body": body, "revision": revision}
    assert client.post(f"/pages/{world.page}/edit", data=form).status_code == 303


def test_thousands_of_words_are_written_and_taken_back(client_of, world, app):
    client = client_of("nadia")
    long = " ".join("".join(word) for word in islice(product(SYLLABLES, repeat=3), 3000))
    for body in (long, "court"):
        save(client, app, world, body)
    found = client.get("/api/v1/search?q=bababa").json
    assert found["total"] == 0
    assert found["suggestion"] is None


def test_nobody_waits_for_the_analysis_of_a_long_text(client_of, world, app):
    """A write in SQLite holds back all others: what takes long is done before the first one."""
    client, done = client_of("nadia"), []
    words = ("".join(word) for word in product(SYLLABLES, repeat=3))
    save(client, app, world, " ".join(islice(words, 4000)))

    def note(_connection, _cursor, statement, *_more):
        if not statement.startswith("SELECT"):
            done.append(french._remembered.cache_info().misses)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for body in (" ".join(islice(words, 4000)), "court"):
            french._remembered.cache_clear()  # as another process would begin
            done.clear()
            save(client, app, world, body)
            assert done[0] >= 4000
            assert french._remembered.cache_info().misses - done[0] < 50
    finally:
        event.remove(Engine, "before_cursor_execute", note)

"""Texts with thousands of different words come and go like the others."""

from itertools import islice, product

from wiki.db import db
from wiki.items.models import Item

SYLLABLES = [a + b for a in "bcdfglmnprst" for b in "aeiou"]


def test_thousands_of_words_are_written_and_taken_back(client_of, world, app):
    client = client_of("nadia")
    long = " ".join("".join(word) for word in islice(product(SYLLABLES, repeat=3), 3000))
    for body in (long, "court"):
        with app.app_context():
            revision = db.session.get(Item, world.page).revision_count
        form = {"title": "Espace emploi", "body": body, "revision": revision}
        assert client.post(f"/pages/{world.page}/edit", data=form).status_code == 303
    found = client.get("/api/v1/search?q=bababa").json
    assert found["total"] == 0
    assert found["suggestion"] is None

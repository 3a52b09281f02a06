"""Three bare Flask pages behind our server and bridge: what no page of ours can beat."""

import argparse
import random
import sqlite3
import threading
from pathlib import Path

from flask import Flask, render_template
from jinja2 import DictLoader

LAYOUT = """<!doctype html><html lang="fr"><head><title>{{ title }}</title></head><body>
<nav>{% for i in range(12) %}<a href="/{{ i }}">Lien {{ i }}</a>{% endfor %}</nav>
<main><h1>{{ title }}</h1>{{ body|safe }}</main></body></html>"""


def create_floors(folder: Path) -> Flask:
    """/bare is a string, /row adds one SQL row, /page adds the same HTML through Jinja."""
    database = str(folder / "floors.sqlite")
    seed(database, page_html())
    app = Flask(__name__, static_folder=None)
    app.jinja_loader = DictLoader({"page.html": LAYOUT})
    local = threading.local()

    def row(number):
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(database)
        found = local.connection.execute("SELECT title, body FROM page WHERE id = ?", (number,))
        return found.fetchone()

    app.add_url_rule("/bare", "bare", lambda: "Bonjour")
    app.add_url_rule("/row/<int:number>", "row", lambda number: row(number)[0])

    @app.get("/page/<int:number>")
    def page(number):
        title, html = row(number)
        return render_template("page.html", title=title, body=html)

    return app


def page_html() -> str:
    """What a 600-word page of ours renders to."""
    from tests.bench.seed import markdown, sentences
    from wiki.markup import render

    return render(markdown(random.Random(7), sentences())).html


def seed(database: str, body: str, count: int = 10_000) -> None:
    """Fill the one table of the floors."""
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS page (id INTEGER PRIMARY KEY, title, body)")
        if not connection.execute("SELECT 1 FROM page").fetchone():
            rows = ((f"Page {i}", body) for i in range(count))
            connection.executemany("INSERT INTO page (title, body) VALUES (?, ?)", rows)


def main() -> None:
    """Serve the floors exactly as `essaim serve` serves the site."""
    from wiki.bridge import Bridge
    from wiki.serving import leave, listen

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    listen(Bridge(create_floors(given.folder)), "127.0.0.1", given.port)
    leave()


if __name__ == "__main__":
    main()

"""Three bare Flask pages behind our server and bridge: what no page of ours can beat."""

import sqlite3
import threading

from flask import Flask, render_template
from jinja2 import DictLoader

LAYOUT = """<!doctype html><html lang="fr"><head><title>{{ title }}</title></head><body>
<nav>{% for i in range(12) %}<a href="/{{ i }}">Lien {{ i }}</a>{% endfor %}</nav>
<main><h1>{{ title }}</h1>{{ body|safe }}</main></body></html>"""


def create_floors(database: str, body: str) -> Flask:
    """/bare is a string, /row adds one SQL row, /page adds the same HTML through Jinja."""
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

    seed(database, body)
    return app


def seed(database: str, body: str, count: int = 10_000) -> None:
    """Fill the one table of the floors."""
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS page (id INTEGER PRIMARY KEY, title, body)")
        if not connection.execute("SELECT 1 FROM page").fetchone():
            rows = ((f"Page {i}", body) for i in range(count))
            connection.executemany("INSERT INTO page (title, body) VALUES (?, ?)", rows)

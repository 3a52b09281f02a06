"""How well search answers: `python -m tests.bench.relevance FOLDER JUDGMENTS`.

Imports a folder of Markdown documents as public reports into an instance of its own, asks every
judged query as a visitor, and prints the measures by kind beside plain BM25 in the same run.
"""

import argparse
import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from flask_login import AnonymousUserMixin
from sqlalchemy import create_engine, select, text

from tests.bench import judged
from tests.bench.baseline import Baseline
from tests.bench.judged import NOTHING, Query, Score
from wiki import create_app, serving
from wiki.db import db
from wiki.export import sources
from wiki.export.markdown import import_folder
from wiki.groups.models import Group
from wiki.items import terms
from wiki.items.models import Item, Scope
from wiki.search import find, index

QUICK = {"CHEAP_PASSWORDS": True, "THROTTLE": False, "TESTING": True}
LIMIT = 20
WIDTH = 88  # of a query, in the list of the worst

Find = Callable[[str], list[str]]


def main() -> None:
    """Import (once), ask, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.relevance", description=__doc__)
    parser.add_argument("folder", type=Path, help="Markdown documents, in any folders")
    parser.add_argument("judgments", type=Path, help="JSON or YAML: [{kind, query, grades}]")
    parser.add_argument("--database", default="", help="a PostgreSQL address; empty means SQLite")
    parser.add_argument("--reindex", action="store_true", help="make the search index again")
    parser.add_argument("--http", action="store_true", help="ask through /api/v1/search")
    parser.add_argument("--show-worst", type=int, default=0, metavar="N", help="list the N worst")
    given = parser.parse_args()
    queries = judged.read(given.judgments)
    app = instance(given.folder, given.database, given.reindex)
    with app.app_context():
        names = dict(db.session.execute(select(Item.id, Item.source)).all())
    there = {name.removesuffix(".md") for name in names.values()}
    if unknown := {name for query in queries for name in query.grades} - there:
        print("judged, but not in the folder:", ", ".join(sorted(unknown)), "\n")
    ask = (over_http if given.http else in_process)(app, names)
    report(queries, ask, Baseline(texts_of(given.folder)).find, given.show_worst)


def instance(folder: Path, database: str = "", again: bool = False):
    """An app holding the documents of the folder as public reports; made once for each content."""
    name = "essaim-relevance-" + _digest(folder)
    data = Path(tempfile.gettempdir()) / (name + ("-server" if database else ""))
    settings = {"DATA": str(data), **QUICK}
    done = data / "imported"
    fresh = not done.exists()
    if database:
        settings["DATABASE_URL"] = _made(database, name.replace("-", "_"), fresh)
    if fresh:
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
    app = create_app(**settings)
    serving.migrate(app)
    with app.app_context():
        if fresh:
            _fill(folder)
            done.touch()
        elif again or index.is_outdated():
            index.reindex()
    return app


def texts_of(folder: Path) -> dict[str, str]:
    """What the baseline searches: title, summary and body of each document."""
    found = {}
    for path in sources.markdown_files(folder):
        read = sources.read(path, folder)
        summary = read.meta.get("summary") or read.meta.get("description") or ""
        found[read.name] = f"{read.title}\n{summary}\n{read.body}"
    return found


def in_process(app, names: dict[int, str]) -> Find:
    """Ask the search itself, as a visitor nobody knows."""
    visitor = AnonymousUserMixin()

    def ask(question: str) -> list[str]:
        with app.app_context():
            return [names[item_id] for item_id in find(question, visitor, limit=LIMIT).ids]

    return ask


def over_http(app, names: dict[int, str]) -> Find:
    """Ask as a program does, through the API."""
    client = app.test_client()

    def ask(question: str) -> list[str]:
        answer = client.get("/api/v1/search", query_string={"q": question, "limit": LIMIT})
        return [names[row["id"]] for row in answer.get_json()["results"]]

    return ask


def report(queries: list[Query], ask: Find, plain: Find, worst: int = 0) -> None:
    """Print the table by kind, what should find nothing, spellings, and the worst queries."""
    results = {query: ask(query.query) for query in queries}
    kinds: dict[str, list[tuple[Query, Score, Score]]] = {}
    for query, found in results.items():
        if query.grades:
            ours, theirs = judged.score(query, found), judged.score(query, plain(query.query))
            kinds.setdefault(query.kind, []).append((query, ours, theirs))
    print(
        f"{'kind':14} {'n':>4}   {'nDCG@10':>7} {'recall':>6} {'MRR':>5} {'empty':>5}   plain BM25"
    )
    for kind, rows in [*sorted(kinds.items()), ("all", sum(kinds.values(), []))]:
        print(_line(kind, [row[1] for row in rows], [row[2] for row in rows]))
    nothing = [found for query, found in results.items() if query.kind == NOTHING]
    if nothing:
        print(f"\n{NOTHING}: {sum(not found for found in nothing)} of {len(nothing)} find nothing")
    pairs = [(found, ask(query.plain)) for query, found in results.items() if query.plain]
    if pairs:
        same = sum(one[: judged.DEPTH] == other[: judged.DEPTH] for one, other in pairs)
        print(f"other spellings: {same} of {len(pairs)} give the same first ten")
    _print_worst(sum(kinds.values(), []), results, worst)


def _line(kind: str, ours: list[Score], theirs: list[Score]) -> str:
    mine, base = judged.mean(ours), judged.mean(theirs)
    empty = sum(one.empty for one in ours)
    return (
        f"{kind:14} {len(ours):4} {mine.ndcg:9.3f} {mine.recall or 0:6.3f} "
        f"{mine.reciprocal:5.3f} {empty:5}   "
        f"{base.ndcg:.3f} {base.recall or 0:.3f} {base.reciprocal:.3f}"
    )


def _print_worst(rows: list[tuple[Query, Score, Score]], results, count: int) -> None:
    for query, ours, theirs in sorted(rows, key=lambda row: row[1].ndcg)[:count]:
        asked = f"{query.kind:11} {query.query[:WIDTH]}"
        print(f"\n{ours.ndcg:.2f} (plain {theirs.ndcg:.2f}) {asked}")
        shown = [name.removesuffix(".md") for name in results[query]]
        for place, name in enumerate(shown[:5], 1):
            print(f"   {place:3}. [{query.grades.get(name, 0)}] {name}")
        for name, grade in query.grades.items():
            if grade == 2 and name not in shown[:5]:
                place = shown.index(name) + 1 if name in shown else "—"
                print(f"   {place:>3}  [2] {name}")


def _fill(folder: Path) -> None:
    terms.load_defaults()
    group = Group.found("Documents", None)
    db.session.add(group)
    db.session.commit()
    outcome = import_folder(folder, group, "reports", Scope.PUBLIC)
    print(f"{outcome.added} documents imported, {len(outcome.failed)} not")
    for name, reason in outcome.failed[:10]:
        print(f"  {name}: {reason}")
    index.tidy()


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sources.markdown_files(folder):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def _made(server: str, name: str, fresh: bool) -> str:
    """The address of the database of that name on a server, made again when it is to be fresh."""
    server = server.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if fresh:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return f"{server.rpartition('/')[0]}/{name}"


if __name__ == "__main__":
    main()

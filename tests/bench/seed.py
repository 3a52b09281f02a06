"""Ten thousand reports and two hundred pages in real French, through the real writing path."""

import json
import random
import re
import shutil
import time
from pathlib import Path

from wiki import create_app, serving
from wiki.db import db
from wiki.search import index

CONTENT = Path(__file__).parents[2] / "wiki" / "demo" / "content"
QUICK = {"CHEAP_PASSWORDS": True, "THROTTLE": False}
PAGES = 200
BATCH = 100


def seeded(folder: Path, reports: int = 10_000, say=print) -> dict:
    """Make the site in `folder` unless it is there; what the measures need to know of it."""
    known = folder / "bench.json"
    if known.exists():
        found = json.loads(known.read_text())
        if found["reports"] == reports:
            _brought_up_to_date(folder, say)
            return found
    shutil.rmtree(folder, ignore_errors=True)
    started = time.perf_counter()
    app = create_app(DATA=str(folder), **QUICK)
    serving.migrate(app)
    with app.app_context():
        found = _people(reports)
        found["pages"] = _write(found, PAGES, _page)
        say(f"writing {reports} reports once, in {folder} …")
        _write(found, reports, _report)
        index.tidy()  # as the night after would
        db.engine.dispose()
    say(f"seeded in {time.perf_counter() - started:.0f} s")
    known.write_text(json.dumps(found))
    return found


def _brought_up_to_date(folder: Path, say) -> None:
    """Apply what is new since the site was made, as the start after an upgrade would."""
    app = create_app(DATA=str(folder), **QUICK)
    serving.migrate(app)
    with app.app_context():
        if index.is_outdated():
            say("making the search index again …")
            index.reindex()
        db.session.commit()
        db.engine.dispose()


def sentences() -> list[str]:
    """The sentences of the demo's texts."""
    texts = (path.read_text("utf-8") for path in sorted(CONTENT.rglob("*.md")))
    words = re.sub(
        r"^---.*?^---|\{\{.*?\}\}|[#*>|_`\[\]-]", " ", "\n".join(texts), flags=re.S | re.M
    )
    found = re.findall(r"[A-ZÉÀ][^.!?\n]{30,200}[.!?]", words)
    return sorted({" ".join(sentence.split()) for sentence in found})


def markdown(chance: random.Random, source: list[str], words: int = 600) -> str:
    """A text of about that many words: headings, paragraphs, a list and a table."""
    parts, count = [], 0
    while count < words:
        if len(parts) % 4 == 0:
            parts.append("## " + " ".join(chance.choice(source).split()[:6]))
        elif len(parts) == 6:
            parts.append("\n".join(f"- {chance.choice(source)}" for _ in range(4)))
        elif len(parts) == 9:
            cells = (" | ".join(chance.choice(source).split()[:3]) for _ in range(3))
            parts.append("| a | b | c |\n|---|---|---|\n" + "\n".join(f"| {c} |" for c in cells))
        else:
            parts.append(" ".join(chance.choice(source) for _ in range(4)))
        count += len(parts[-1].split())
    return "\n\n".join(parts)


def _people(reports: int) -> dict:
    from wiki.accounts.models import User, UserSession
    from wiki.groups.models import Group, Role

    chance = random.Random(1)
    users = [
        User(name=f"Personne {n}", email=f"p{n}@example.org", professional=n % 2 == 0)
        for n in range(40)
    ]
    db.session.add_all(users)
    db.session.flush()
    groups = [Group.found(f"Groupe {n}", users[n]) for n in range(20)]
    for group in groups:
        for user in chance.sample(users, 6):
            group.admit(user, Role.MEMBER)
    groups[0].admit(users[1], Role.MEMBER)
    device = UserSession.open(users[1], "bench", 30)
    db.session.commit()
    return {
        "reports": reports,
        "reader": users[1].id,
        "device": device,
        "users": [user.id for user in users],
        "groups": [group.id for group in groups],
    }


def _write(found: dict, count: int, make) -> list[int]:
    from wiki.accounts.models import User
    from wiki.items import writing

    chance, source, ids = random.Random(count), sentences(), []
    for start in range(0, count, BATCH):
        for number in range(start, min(count, start + BATCH)):
            actor = db.session.get(User, chance.choice(found["users"]))
            item = make(chance, source, found, number)
            writing.stage(item, actor)
            ids.append(item.id)
        db.session.commit()
        ids = [int(i) for i in ids]
        db.session.expunge_all()
    return ids


def _page(chance, source, found, number):
    from wiki.items.models import Scope
    from wiki.pages.models import Page

    return Page(
        group_id=found["groups"][0],
        title=" ".join(chance.choice(source).split()[:6])[:150],
        body=markdown(chance, source),
        scope=Scope.PUBLIC if number % 2 else Scope.GROUP,
    )


def _report(chance, source, found, number):
    from wiki.items.models import Scope, Term
    from wiki.reports.models import Report

    terms = {}
    for vocabulary in ("publics", "themes", "territories"):
        pool = _terms(Term, vocabulary)
        if pool:
            terms[vocabulary] = db.session.get(Term, chance.choice(pool))
    return Report(
        group_id=chance.choice(found["groups"]),
        title=" ".join(chance.choice(source).split()[:9])[:150],
        summary=chance.choice(source),
        sections={"key_moments": markdown(chance, source, 150)},
        body=markdown(chance, source, chance.randrange(150, 500)),
        terms=list(terms.values()),
        scope=chance.choices(list(Scope), [1, 4, 3, 4])[0],
    )


_POOLS: dict[str, list[int]] = {}


def _terms(term, vocabulary: str) -> list[int]:
    if vocabulary not in _POOLS:
        query = db.select(term.id).where(term.vocabulary == vocabulary)
        _POOLS[vocabulary] = list(db.session.scalars(query))
    return _POOLS[vocabulary]

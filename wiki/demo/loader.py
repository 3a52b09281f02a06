"""Bring the demo's content into a database, once; its format is told in content/README.md."""

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from typing import NamedTuple

import yaml
from babel.dates import format_date
from sqlalchemy import select, update

from wiki.accounts.models import SiteNote, SiteRole, User
from wiki.accounts.signing import hash_password
from wiki.db import db, utcnow
from wiki.demo import maps, network, portraits, sessions
from wiki.demo.drawing import draw
from wiki.files.uploads import stage_file
from wiki.groups.journal import Event
from wiki.groups.models import Group, Membership, Role
from wiki.items import gazetteer, links, terms
from wiki.items.models import Comment, Item, PublicationRequest, Revision, Scope, Watch
from wiki.items.writing import stage
from wiki.markup import render
from wiki.markup.text import slugify
from wiki.pages.models import Page
from wiki.reports import lines
from wiki.reports.models import Report
from wiki.reports.testimony import Contact

PASSWORD = "essaim demo 2026"
CONTENT = files("wiki.demo").joinpath("content")
FACTS = ("people", "sessions", "hours", "cost", "preparation_hours")


class Version(NamedTuple):
    """One text of an item, with what its front matter says."""

    head: dict
    body: str


def load() -> bool:
    """Load everything in one transaction; False when it was already there."""
    if db.session.get(SiteNote, "demo"):
        return False
    terms.load_defaults()
    told = _read("network.yaml")
    loader = Loader(_read("world.yaml"))
    loader.load()
    network.add(loader, told)
    portraits.add(loader, _read("portraits.yaml"))
    maps.add(loader, _read("maps.yaml"))
    sessions.add(loader, _read("sessions.yaml"))
    db.session.add(SiteNote(name="demo", value=utcnow().isoformat()))
    db.session.commit()
    network.keep_searches(loader, told)  # they look into the index, which is there from now on
    db.session.commit()
    return True


class Loader:
    """The two passes: every item first, so that all numbers are known, then their texts."""

    def __init__(self, world: dict):
        self.world = world
        self.now = utcnow()
        self.people: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.items: dict[str, Item] = {}
        self.files: dict[str, Item] = {}

    def load(self) -> None:
        """Everything, in the order in which one thing needs another."""
        self._people()
        self._groups()
        texts = dict(self._texts())
        for path, versions in texts.items():
            self._place(path, versions[-1].head | {"author": versions[0].head["author"]})
        self._parents(texts)
        self._attach()
        for path, versions in texts.items():
            self._write(self.items[path], versions)
        self.talk(self.world["comments"])
        self._expect()

    def _people(self) -> None:
        secret = hash_password(PASSWORD)
        for key, row in self.world["people"].items():
            self.people[key] = User(
                name=f"{row['first_name']} {row['last_name']}",
                email=row["email"],
                role=SiteRole[row["site_role"].upper()],
                professional=row["professional"],
                pictogram=row["pictogram"],
                colour=row["colour"],
                password_hash=secret,
            )
        db.session.add_all(self.people.values())
        db.session.flush()

    def _groups(self) -> None:
        for key, row in self.world["groups"].items():
            fields = {name: row[name] for name in ("summary", "purpose", "colour", "pictogram")}
            began = self.ago(row["created_days_ago"])
            group = Group.found(row["title"], None, created_at=began, **fields)
            self.groups[key] = group
            db.session.add_all(
                Membership(
                    user_id=self.people[member["person"]].id,
                    group_id=group.id,
                    role=Role[member["role"].upper()],
                    joined_at=began,
                )
                for member in row["members"]
            )
        db.session.flush()

    def _texts(self) -> Iterator[tuple[str, list[Version]]]:
        for kind in ("pages", "reports"):
            for folder in sorted(CONTENT.joinpath(kind).iterdir(), key=lambda p: p.name):
                found: dict[str, dict[int, Version]] = {}
                for file in folder.iterdir():
                    slug, number = re.fullmatch(r"(.+?)(?:\.v(\d+))?\.md", file.name).groups()
                    text = file.read_text("utf-8")
                    found.setdefault(slug, {})[int(number or 99)] = _parse(text)
                for slug, versions in sorted(found.items()):
                    yield f"{kind}/{folder.name}/{slug}", [v for _, v in sorted(versions.items())]

    def _place(self, path: str, head: dict) -> None:
        """Give an item its number and title; its texts come in the second pass."""
        kind, group, _slug = path.split("/")
        made = Page if kind == "pages" else Report
        item = made(
            group_id=self.groups[group].id,
            group=self.groups[group],
            author_id=self.people[head["author"]].id,
            title=head["title"],
            slug=slugify(head["title"]),
            scope=Scope[head["scope"].upper()],
            revision_count=0,
        )
        if kind == "pages":
            item.is_template = bool(head.get("template"))
            item.position = head.get("position", 0)
        for vocabulary, slugs in (head.get("terms") or {}).items():
            found = terms.by_slugs(vocabulary, slugs)
            if vocabulary == "territories" and "department" in head:
                found.append(terms.of_place(gazetteer.find(head["department"])))
            terms.assign(item, vocabulary, found)
        db.session.add(item)
        db.session.flush()
        links.adopt(item)
        self.items[path] = item

    def _parents(self, texts: dict[str, list[Version]]) -> None:
        for path, versions in texts.items():
            if parent := versions[-1].head.get("parent"):
                self.items[path].parent_id = self.items[f"{path.rpartition('/')[0]}/{parent}"].id
        db.session.flush()

    def _attach(self) -> None:
        for row in self.world["files"]:
            content = CONTENT.joinpath("files", row["file"]).read_text("utf-8")
            self._file(row, self.filled(content).encode())
        for row in self.world["images"]:
            self._file(row, draw(row))

    def _file(self, row: dict, content: bytes) -> None:
        author = self.people[row["author"]]
        group = self.groups[row["group"]]
        parent = self.items.get(row.get("parent", ""))
        file = stage_file(
            io.BytesIO(content), row["name"], group, author, parent=parent, title=row["title"]
        )
        file.alt = row.get("alt", "")
        file.scope = Scope[row["scope"].upper()]
        db.session.flush()
        self.date(file, [self.ago(row["days_ago"])])
        self.files[row["key"]] = file

    def _write(self, item: Item, versions: list[Version]) -> None:
        last = versions[-1].head
        for number, version in enumerate(versions):
            head, body = version.head, self.filled(version.body)
            item.title = head.get("title", last["title"])
            item.summary = head.get("summary", "") or ""
            if isinstance(item, Report):
                self._facts(item, last)
                item.outline = last["outline"]
                item.sections = _sections(body)
                item.summary = item.sections.pop("in_a_minute", item.summary)
            else:
                item.body = body
            actor = self.people[head["author"]]
            stage(item, actor, head.get("note", ""), "updated" if number else "created")
        db.session.flush()
        for row in last.get("contacts") or []:
            person = self.people[row["person"]]
            db.session.add(Contact(report_id=item.id, user_id=person.id, how=row["how"]))
        self.date(item, [self.ago(version.head["days_ago"]) for version in versions])

    def _facts(self, report: Report, head: dict) -> None:
        facts = head.get("facts") or {}
        for name in FACTS:
            setattr(report, name, facts.get(name))
        for name in ("place", "structure", "duration", "licence"):
            setattr(report, name, facts.get(name) or "")
        for name in lines.COLUMNS:
            setattr(report, name, [lines.tidy(name, row) for row in head.get(name) or []])
        for name in ("reviewers", "contributors"):
            setattr(report, name, head.get(name) or [])
        year = facts.get("year")
        report.year = int(self.filled(str(year))) if year else None

    def date(self, item: Item, days: list[datetime]) -> None:
        """Put an item, its versions and its events at the days they are told to be of."""
        for number, day in enumerate(days, 1):
            where = (Revision.item_id == item.id, Revision.number == number)
            db.session.execute(update(Revision).where(*where).values(created_at=day))
        events = db.session.scalars(
            select(Event).where(Event.item_id == item.id).order_by(Event.id)
        ).all()
        for happened, day in zip(events, days, strict=False):
            happened.created_at = day
        item.created_at, item.updated_at = days[0], days[-1]
        item.published_at = days[0] if item.scope == Scope.PUBLIC else None
        db.session.flush()

    def talk(self, comments: list[dict]) -> None:
        """What people say under items, in the order in which it was said."""
        written: dict[str, Comment] = {}
        for row in comments:
            item, author = self.items[row["item"]], self.people[row["author"]]
            answered = written.get(row.get("reply_to"))
            comment = Comment(
                item_id=item.id,
                author_id=author.id,
                body=row["text"],
                html=render(row["text"]).html,
                created_at=self.ago(row["days_ago"]),
                reply_to_id=(answered.reply_to_id or answered.id) if answered else None,
            )
            db.session.add(comment)
            db.session.flush()
            written[row["key"]] = comment
            db.session.add(
                Event(group_id=item.group_id, item_id=item.id, actor_id=author.id,
                      verb="commented", data={"comment": comment.id},
                      created_at=comment.created_at)
            )  # fmt: skip

    def _expect(self) -> None:
        """What people follow, and what they asked to publish."""
        for row in self.world["watches"]:
            pair = {"user_id": self.people[row["person"]].id, "item_id": self.items[row["item"]].id}
            if db.session.get(Watch, tuple(pair.values())) is None:
                db.session.add(Watch(**pair))
        for row in self.world["publication_requests"]:
            db.session.add(
                PublicationRequest(
                    item_id=self.items[row["item"]].id,
                    asked_by_id=self.people[row["by"]].id,
                    scope=Scope[row["scope"].upper()],
                    note=row["note"],
                    created_at=self.ago(row["days_ago"]),
                )
            )
        db.session.flush()

    def ago(self, days: float) -> datetime:
        """That many days ago, at a waking hour that differs from item to item."""
        minutes = (int(days) * 47) % 540
        day = (self.now - timedelta(days=days)).replace(hour=7, minute=0, second=0)
        return min(day + timedelta(minutes=minutes), self.now)

    def filled(self, text: str) -> str:
        """A text with its days, numbers and addresses in place."""
        shapes = {"date": "d MMMM", "mois": "MMMM yyyy", "annee": "yyyy"}

        def day(match: re.Match) -> str:
            when = self.now - timedelta(days=int(match[2]))
            return format_date(when, shapes[match[1]], locale="fr")

        def address(match: re.Match) -> str:
            kind, name = match[1], match[2]
            if kind == "item":
                return self.items[name].url
            return f"/files/{self.files[name].id}" + ("/preview/medium" if kind == "image" else "")

        text = re.sub(r"%(date|mois|annee)\((-?\d+)\)%", day, text)
        text = re.sub(r"%id\(([^)]+)\)%", lambda m: str(self._named(m[1]).id), text)
        return re.sub(r"(?<=\()(item|file|image):([\w/-]+)(?=[)\s])", address, text)

    def _named(self, path: str) -> Item:
        return self.files[path.split("/")[1]] if path.startswith("files/") else self.items[path]


def accounts() -> list[tuple[str, str, str]]:
    """Who may sign in to look around: address, name, what they are here."""
    people = _read("world.yaml")["people"]
    shown = {"nadia": "facilitator", "karim": "member", "sophie": "site editor", "claire": "admin"}
    return [
        (people[key]["email"], f"{people[key]['first_name']} {people[key]['last_name']}", role)
        for key, role in shown.items()
    ]


def _read(name: str) -> dict:
    return yaml.safe_load(CONTENT.joinpath(name).read_text("utf-8"))


def _parse(text: str) -> Version:
    _start, head, body = text.split("---\n", 2)
    return Version(yaml.safe_load(head), body.strip() + "\n")


def _sections(body: str) -> dict[str, str]:
    pieces = re.split(r"^## (\w+)\s*$", body, flags=re.MULTILINE)
    return {key: text.strip() for key, text in zip(pieces[1::2], pieces[2::2], strict=True)}

"""A group as anybody reads it without us: Markdown with its facts, tables, a page that explains."""

import csv
import io
import re
from collections.abc import Iterator

import yaml
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectin_polymorphic, selectinload

from wiki.archive import tables, words
from wiki.archive.gathering import Gathered
from wiki.db import db
from wiki.files.models import File
from wiki.files.names import clean_filename
from wiki.items.models import Item
from wiki.items.terms import label_of
from wiki.markup.text import slugify
from wiki.search.views import kind_names

_OURS = re.compile(r"(?<=[(\"'])/files/(\d{1,9})(?:-[^/)\"'\s]*)?(?:/[\w/.]+)?(?=[)\"'\s])")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
AT_ONCE = 200


def places(found: Gathered) -> dict[int, str]:
    """Where the bytes of each file lie: its folders, its name, apart from all others."""
    folders = {row["id"]: row for row in found.rows["folder"]}
    placed: dict[int, str] = {}
    taken: set[str] = set()
    for row in found.rows["file"]:
        name = f"files/{_folder(row['folder_id'], folders)}{clean_filename(row['filename'])}"
        stem, dot, suffix = name.rpartition(".")
        stem, suffix = (stem, f".{suffix}") if dot and "/" not in suffix else (name, "")
        number, chosen = 1, name
        while chosen.casefold() in taken:
            number += 1
            chosen = f"{stem} ({number}){suffix}"
        taken.add(chosen.casefold())
        placed[row["id"]] = chosen
    return placed


def texts(found: Gathered, reader, placed: dict[int, str]) -> Iterator[tuple[str, bytes, int]]:
    """Each item as a Markdown file, and in the forms of its kind: name, bytes, item."""
    for item in items(found.kept):
        name = f"{item.kind}/{item.id}-{slugify(item.title)[:60] or item.kind}"
        if not isinstance(item, File):
            yield f"{name}.md", _markdown(item, placed).encode(), item.id
        write = tables.written_beside(item.kind)
        for suffix, data in write(item, reader, found.stays) if write else ():
            yield f"{name}{suffix}", data, item.id


def items(ids, again: bool = False) -> Iterator[Item]:
    """Items of any kind with all that they say; `again`: as they are now, whatever was read."""
    kinds = [m.class_ for m in Item.__mapper__.self_and_descendants if m.class_ is not Item]
    some = sorted(ids)
    for start in range(0, len(some), AT_ONCE):
        query = (
            select(Item)
            .where(Item.id.in_(some[start : start + AT_ONCE]))
            .options(
                selectin_polymorphic(Item, kinds), selectinload(Item.terms),
                joinedload(Item.author), selectinload(Item.renderings),
            )
            .order_by(Item.id)
            .execution_options(populate_existing=again)
        )  # fmt: skip
        yield from db.session.scalars(query).unique()


def sheets(found: Gathered, placed: dict[int, str]) -> Iterator[tuple[str, bytes]]:
    """What fits a table: the things, the people, the remarks."""
    names = {one["id"]: one["name"] for one in found.people}
    kinds = kind_names()
    lines = [[_("Number"), _("Kind"), _("Title"), _("Author"), words.clock(_("Changed on")),
              _("File")]]  # fmt: skip
    for row in found.rows["item"]:
        lines.append([
            row["id"], kinds.get(row["kind"], row["kind"]), row["title"],
            names.get(row["author_id"], ""), words.hour(row["updated_at"]),
            placed.get(row["id"], ""),
        ])  # fmt: skip
    yield "items.csv", _table(lines)
    roles = {row["user_id"]: row["role"] for row in found.rows.get("membership", [])}
    if found.people:
        lines = [[_("Name"), _("E-mail"), _("Role")]]
        lines += [[one["name"], one["email"] or "", words.role(roles.get(one["id"]))]
                  for one in found.people]  # fmt: skip
        yield "people.csv", _table(lines)
    if found.rows.get("comment"):
        titles = {row["id"]: row["title"] for row in found.rows["item"]}
        lines = [[_("About"), _("Who"), words.clock(_("When")), _("Comment")]]
        lines += [
            [titles.get(row["item_id"], ""), names.get(row["author_id"], row["author_name"]),
             words.hour(row["created_at"]), row["body"]]
            for row in found.rows["comment"] if not row["removed_at"]
        ]  # fmt: skip
        yield "comments.csv", _table(lines)


def _markdown(item: Item, placed: dict[int, str]) -> str:
    texts = item.texts()
    front = yaml.safe_dump(_facts(item, texts), allow_unicode=True, sort_keys=False, width=100)
    names = item.field_names() if hasattr(item, "field_names") else {}
    parts = [
        text if len(texts) == 1 else f"## {names.get(field, field)}\n\n{text}"
        for field, text in texts.items()
        if text.strip()
    ]
    body = _OURS.sub(lambda m: _led(m, placed), "\n\n".join(parts))
    return f"---\n{front}---\n\n{body}\n"


def _facts(item: Item, texts: dict[str, str]) -> dict:
    """What stands before the text: who, when, about what, and the facts of its kind."""
    said = {"title": item.title, "summary": item.summary, "kind": item.kind, "number": item.id,
            "lang": item.lang, "scope": item.scope.name.lower(),
            "authors": [item.author.name] if item.author else [], "date": item.created_at.date(),
            "changed": item.updated_at.date(), "version": item.revision_count}  # fmt: skip
    for term in item.terms:
        said.setdefault(term.vocabulary, []).append(label_of(term))
    for name in item.versioned:
        value = getattr(item, name)
        if isinstance(value, dict):
            value = {key: one for key, one in value.items() if key not in texts}
        if name not in said and name not in texts:
            said[name] = value
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}


def _led(found: re.Match, placed: dict[int, str]) -> str:
    """A picture of the group leads to the file that lies beside."""
    place = placed.get(int(found[1]))
    return f"../{place}".replace(" ", "%20") if place else found[0]


def _folder(number: int | None, folders: dict[int, dict]) -> str:
    path, seen = "", set()
    while number in folders and number not in seen:
        seen.add(number)
        path = f"{clean_filename(folders[number]['name'])}/{path}"
        number = folders[number]["parent_id"]
    return path


def _table(lines: list[list]) -> bytes:
    """A table that a French spreadsheet opens by a double press, and that runs nothing."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in lines:
        writer.writerow([f"'{one}" if str(one).startswith(FORMULA) else one for one in line])
    return ("\ufeff" + out.getvalue()).encode()

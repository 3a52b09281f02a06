"""What is made again once rows are in: HTML, agreements, cues for players, the search."""

from collections.abc import Callable

from sqlalchemy import delete, insert, select, update

from wiki.archive import readable
from wiki.consents import reckoning
from wiki.db import db
from wiki.files import media
from wiki.files.models import Blob, FileVersion
from wiki.items.models import Comment, Item, Rendering, Revision
from wiki.markup import VERSION, render_all
from wiki.search import hook

AT_ONCE = 50


def finish(ids: list[int], progress: Callable[[int, int], None]) -> None:
    """Render the texts of items, by batches that keep nobody waiting. Commits."""
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        made, counts = _rendered(some), _counts(some)
        comments = _comments(some)
        db.session.rollback()  # nothing was written while texts were rendered
        db.session.execute(delete(Rendering).where(Rendering.item_id.in_(some)))
        if made:
            db.session.execute(insert(Rendering), made)
        for item_id, count in counts.items():
            db.session.execute(
                update(Item.__table__).where(Item.__table__.c.id == item_id)
                .values(revision_count=count)
            )  # fmt: skip
        for number, html in comments.items():
            table = Comment.__table__
            db.session.execute(update(table).where(table.c.id == number).values(html=html))
        _begin_media(some)
        db.session.commit()
        progress(start + len(some), len(ids))
    for make_again in remade:
        make_again(ids)
    db.session.commit()


# What else is made again of what came: features of maps render their stories.
remade: list[Callable[[list[int]], None]] = []


def agree(ids: list[int]) -> None:
    """How far each thing may be shown, as those who appear in it agreed. The caller commits."""
    table = Item.__table__
    for start in range(0, len(ids), 400):
        some = ids[start : start + 400]
        db.session.execute(update(table).where(table.c.id.in_(some)).values(ceiling=None))
    db.session.expire_all()
    reckoning.settle(ids)


def index(ids: list[int]) -> None:
    """Let the search, and who harvests what is public, find what came. Commits."""
    for start in range(0, len(ids), AT_ONCE):
        for number in ids[start : start + AT_ONCE]:
            hook.mark(number)
        db.session.commit()


def _rendered(ids: list[int]) -> list[dict]:
    """The HTML of all texts of these items, in one call of the renderer for each language."""
    wanted: dict[str, list] = {}
    for item in readable.items(ids):
        texts = item.texts()
        item.snapshot()
        item.search_text()
        item.references()
        for name, text in texts.items():
            prefix = "" if len(texts) == 1 else name
            wanted.setdefault(item.lang, []).append((item.id, name, prefix, text))
    rows = []
    for lang, those in wanted.items():
        made = render_all([one[3] for one in those], prefixes=[one[2] for one in those], lang=lang)
        for (item_id, name, _prefix, _text), one in zip(those, made, strict=True):
            rows.append({
                "item_id": item_id, "field": name, "html": one.html, "toc": one.toc,
                "plain": one.plain, "headings": "\n".join(one.headings), "version": VERSION,
            })  # fmt: skip
    return rows


def _counts(ids: list[int]) -> dict[int, int]:
    """How many versions each has, whatever the archive says."""
    query = select(Revision.item_id, db.func.max(Revision.number))
    rows = db.session.execute(query.where(Revision.item_id.in_(ids)).group_by(Revision.item_id))
    return dict.fromkeys(ids, 0) | dict(rows.all())


def _comments(ids: list[int]) -> dict[int, str]:
    found = db.session.execute(
        select(Comment.id, Comment.body).where(Comment.item_id.in_(ids), Comment.body != "")
    ).all()
    made = render_all([body for _number, body in found]) if found else []
    return {number: one.html for (number, _body), one in zip(found, made, strict=True)}


def _begin_media(ids: list[int]) -> None:
    """What plays and shows the files is made again, by the jobs that make it."""
    query = (
        select(Blob.sha256, Blob.mime)
        .join(FileVersion, FileVersion.sha256 == Blob.sha256)
        .where(FileVersion.file_id.in_(ids))
    )
    for sha256, mime in db.session.execute(query.distinct()).all():
        media.begin(db.session.connection(), sha256, mime)

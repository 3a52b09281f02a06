"""The making of a folder, by a job: pages, then files, then the booklet; each step is told."""

import logging
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from wiki import storage
from wiki.consents import printing
from wiki.db import db, is_disk_full, utcnow
from wiki.export import folders, press
from wiki.export.choosing import Choice
from wiki.export.sheets import readable
from wiki.files import muting
from wiki.files.archives import PIECE
from wiki.files.models import Blob, File
from wiki.groups.journal import Event
from wiki.items.access import visible
from wiki.items.models import Item
from wiki.jobs import job, periodic
from wiki.markup.text import slugify
from wiki.offline import levels, pages
from wiki.offline.audience import held_back, reading_as
from wiki.offline.index import Index
from wiki.offline.models import Bundle, folder
from wiki.programme.models import Dated
from wiki.search.views import kind_labels, kind_names

log = logging.getLogger(__name__)
# A booklet says nothing while it is drawn and pressed: longer than that is a process that died.
LOST, FORGOTTEN = timedelta(minutes=15), timedelta(days=2)
SPEAK = 0.4  # seconds between two words on how far it is
IN_BOOKLET = 150  # texts: a longer book is printed room by room
PATIENCE = 240  # seconds for the booklet, for which nobody waits
PACKED = {
    ".webp",
    ".avif",
    ".jpg",
    ".png",
    ".m4a",
    ".mp4",
    ".webm",
    ".mp3",
    ".pdf",
    ".woff2",
    ".zip",
}
ROOMS = ("pages", "reports", "events", "portraits", "maps", "collections")


class Stopped(Exception):
    """Why no folder was made: `full` (the disk), `large` (any stick), `empty`."""


@job(retries=0)
def build(bundle_id: int) -> None:
    """Make the folder that somebody asked for; whoever comes meanwhile leaves at once."""
    bundle = db.session.get(Bundle, bundle_id)
    if bundle is None or not _claimed(bundle):
        return
    temporary = folder() / f".{bundle.id}"
    bundle.clear()
    try:
        _build(bundle_id, temporary)
    except Stopped as error:
        _fail(bundle_id, str(error))
    except Exception as error:
        log.exception("folder %s", bundle_id)
        db.session.rollback()
        full = is_disk_full(error) or isinstance(error, storage.StorageFull)
        _fail(bundle_id, "full" if full else "broken")
    finally:
        temporary.unlink(missing_ok=True)


def ids_of(group_id: int, chosen: list[int] | None, *readers) -> list[int]:
    """The items of a folder in reading order, as far as all these readers may read them."""
    query = select(Item.id).where(*(visible(reader) for reader in readers))
    query = query.where(Item.group_id == group_id)
    if chosen is not None:
        query = query.where(Item.id.in_(chosen[:5000]))
    return list(db.session.scalars(query.order_by(Item.kind, Item.position, Item.title, Item.id)))


def _claimed(bundle: Bundle) -> bool:
    late = utcnow() - LOST
    mine = (Bundle.state == "waiting") | ((Bundle.state == "working") & (Bundle.updated_at < late))
    done = db.session.execute(
        update(Bundle).where(Bundle.id == bundle.id, mine)
        .values(state="working", updated_at=utcnow())
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.commit()
    return done.rowcount == 1


def _fail(bundle_id: int, why: str) -> None:
    db.session.rollback()
    _note(bundle_id, state="failed", why=why)
    db.session.commit()


def _build(bundle_id: int, temporary: Path) -> None:
    bundle = db.session.get(Bundle, bundle_id)
    with reading_as(bundle.group, bundle.reach, bundle.site, bundle.lang) as reader:
        bundle = db.session.get(Bundle, bundle_id)
        maker = bundle.user
        ids = ids_of(bundle.group_id, bundle.chosen, maker, reader)
        items = readable(ids, reader)
        if not items:
            raise Stopped("empty")
        level = levels.LEVELS[bundle.level]
        group = bundle.group
        names = {item.id: pages.name_of(item) for item in items}
        around = pages.Around(group, level, int(bundle.reach), names)
        say = _speaker(bundle_id)
        top = (slugify(group.title)[:60] or "groupe") + "/"
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            pack = Pack(archive, top, utcnow().timetuple()[:6])
            holds = _fill(pack, items, reader, around, say)
        _check(holds, maker, reader)
        size = temporary.stat().st_size
        storage.move_durably(temporary, bundle.path("zip"))
        asked = bundle.booklet == "asked"
        _note(bundle_id, size=size, holds=sorted(holds), masks=masks_of(holds), step="booklet",
              done=0, total=1, left_out=_left_out(items, level))  # fmt: skip
        db.session.commit()
        booklet = _booklet(bundle_id, items, reader, group) if asked else ""
        _note(bundle_id, booklet=booklet, state="ready", done=1)
        db.session.commit()


class Pack(NamedTuple):
    """The archive being written: all of it under one folder."""

    archive: zipfile.ZipFile
    top: str
    moment: tuple

    def put(self, name: str, text: str) -> None:
        """Write a text into it."""
        self.archive.writestr(self._entry(name, zipfile.ZIP_DEFLATED), text.encode())

    def copy(self, name: str, path: Path, say: Callable[[int], None]) -> None:
        """Copy a file into it: what is packed already gains nothing from being packed again."""
        packed = path.suffix in PACKED or "." not in path.name
        info = self._entry(name, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)
        info.file_size = path.stat().st_size
        with path.open("rb") as source, self.archive.open(info, "w") as target:
            while piece := source.read(PIECE):
                target.write(piece)
                say(len(piece))

    def _entry(self, name: str, how: int) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(self.top + name, self.moment)
        info.compress_type, info.external_attr = how, 0o644 << 16
        return info


def _fill(pack: Pack, items: list[Item], reader, around: pages.Around, say) -> set[int]:
    """Everything of the folder; the numbers of the items that are in it."""
    index, media, kinds = Index(), {}, kind_names()
    for at, item in enumerate(items):
        say("pages", at, len(items))
        page = pages.draw(item, reader, around)
        pack.put(page.name, page.html)
        media |= page.media
        title = item.title or _("Without title")
        index.add(title, kinds.get(item.kind, item.kind), page.name, pages.words(item))
    more = {"rooms": _rooms(items), "left": _left_out(items, around.level)}
    first = pages.whole("offline/open.html", folders.PAGE, reader, around, **more)
    search = pages.whole("offline/search.html", "chercher.html", reader, around)
    for page in (first, search):
        pack.put(page.name, page.html)
        media |= page.media
    pack.put("style/essaim.js", index.script() + folders.built("carried.js").read_text("utf-8"))
    for sheet in ("folder.css", "bar.css", "app.css"):
        pack.put(f"style/{sheet}", folders.built(sheet).read_text("utf-8"))
    pack.put("LISEZ-MOI.txt", _read_me())
    for entry in folders.fonts("style/", pack.moment):
        media[entry.name] = entry.path
    _put_files(pack, media, say)
    shown = {int(name.split("/")[1].split("-")[0]) for name in media if name.startswith("media/")}
    return {item.id for item in items} | shown


def _put_files(pack: Pack, media: dict[str, Path], say) -> None:
    found = [(name, path, path.stat().st_size) for name, path in media.items() if path.exists()]
    total = sum(size for _name, _path, size in found)
    if total > levels.LARGEST:
        raise Stopped("large")
    storage.check_room(total)
    done = 0

    def more(size: int) -> None:
        nonlocal done
        done += size
        say("files", done // 1000, total // 1000)

    for name, path, _size in found:
        pack.copy(name, path, more)


def _check(holds: set[int], maker, reader) -> None:
    """Nothing was withdrawn while it was made: what may not be read now must not leave."""
    db.session.rollback()
    if held_back(sorted(holds), reader) or held_back(sorted(holds), maker):
        raise Stopped("changed")


def _left_out(items: list[Item], level) -> list[dict]:
    files = [one for one in items if isinstance(one, File) and pages.is_left(one, level)]
    return [{"title": one.title, "size": one.blob.size} for one in files]


def _rooms(items: list[Item]) -> list[tuple[str, str, list[Item]]]:
    """The items by room, photos apart from what is opened."""
    names = kind_names() | kind_labels()
    first = sorted(ROOMS, key=lambda kind: kind != "events")  # when to come, before all else
    kinds = [*first, *sorted({i.kind for i in items} - {*ROOMS, "files"})]
    made = [(k, names.get(k, k), _in_order([i for i in items if i.kind == k])) for k in kinds]
    files = [i for i in items if i.kind == "files"]
    photos = [i for i in files if i.cover_id == i.id]
    made.append(("photos", _("Photos"), photos))
    made.append(("files", _("Files"), [i for i in files if i.cover_id != i.id]))
    return [room for room in made if room[2]]


def _in_order(items: list[Item]) -> list[Item]:
    """Sessions day after day, the next one first and what is over last; the rest as it was."""
    dated = [one for one in items if isinstance(one, Dated)]
    if not dated:
        return items
    return sorted(dated, key=lambda one: (one.has_ended, one.starts_at, one.id))


def _read_me() -> str:
    return "\r\n".join(
        [
            _("Take everything out of this archive first, then open the file %(name)s.",
              name=folders.PAGE),
            _("No network and no installation are needed. The search works without network too."),
            "",
        ]
    )  # fmt: skip


def _booklet(bundle_id: int, items: list[Item], reader, group) -> str:
    """The same on paper, beside the folder; « ready », or why there is none."""
    off = printing.kept_off(one.id for one in items)
    texts = [one for one in items if not isinstance(one, File) and one.id not in off]
    if not texts:
        return "unprinted" if off else "empty"
    order = {kind: at for at, kind in enumerate(ROOMS)}
    texts.sort(key=lambda one: order.get(one.kind, len(order)))
    made = pages.booklet_sheets(texts[:IN_BOOKLET], reader)
    html = render_template(
        "export/document.html", choice=Choice(texts[:IN_BOOKLET], len(texts)), sheets=made,
        pdf=True, title=group.title, author=group.title, back="", pdf_address="",
        description=group.summary or "",
    )  # fmt: skip
    bundle = db.session.get(Bundle, bundle_id)
    target = bundle.path("pdf")
    try:
        html = printing.without_pictures(html.replace("/preview/medium", "/preview/small"))
        data = press.make(html, reader, seconds=PATIENCE)
    except press.NoPdf as error:
        return str(error)
    storage.check_room(len(data))
    storage.write_durably(target, lambda file: file.write(data))
    return "ready"


def _speaker(bundle_id: int) -> Callable[[str, int, int], None]:
    """Tells how far it is, not more often than anybody looks."""
    told = {"at": 0.0, "step": ""}

    def say(step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step == told["step"] and now - told["at"] < SPEAK:
            return
        told.update(at=now, step=step)
        _note(bundle_id, step=step, done=done, total=total)
        db.session.commit()

    return say


def _note(bundle_id: int, **values) -> None:
    db.session.execute(
        update(Bundle).where(Bundle.id == bundle_id).values(updated_at=utcnow(), **values)
        .execution_options(synchronize_session="fetch")
    )  # fmt: skip


def masks_of(ids) -> dict[str, str]:
    """The recordings of these items in which words are masked, and which: silence may be added."""
    heard = Blob.mime.startswith("audio/") | Blob.mime.startswith("video/")
    query = select(File).join(Blob, Blob.sha256 == File.sha256)
    files = db.session.scalars(query.where(File.id.in_(list(ids)), heard))
    found = {str(file.id): muting.spans_of(file) for file in files}
    return {number: muting.digest_of(spans) for number, spans in found.items() if spans}


def stale(bundle: Bundle, reader, maker) -> bool:
    """Whether something in it may not be read any more, or had words erased since."""
    holds = list(bundle.holds)
    if held_back(holds, reader) or held_back(holds, maker):
        return True
    if masks_of(holds) != bundle.masks:
        return True
    erased = select(Event.item_id).where(
        Event.verb.in_(("erased", "erased elsewhere")), Event.created_at >= bundle.created_at
    )
    return bool(set(db.session.scalars(erased)) & set(holds))


@periodic(minute="*/10", sweep=True)
def tidy() -> None:
    """Make what was cut or never woken; forget what is old, or holds what was withdrawn."""
    late = utcnow() - LOST
    waiting = (Bundle.state == "waiting") | (
        (Bundle.state == "working") & (Bundle.updated_at < late)
    )
    for bundle_id in list(db.session.scalars(select(Bundle.id).where(waiting))):
        build(bundle_id)
    for bundle in list(db.session.scalars(select(Bundle).where(Bundle.state == "ready"))):
        old = bundle.created_at < utcnow() - FORGOTTEN
        if old or _is_withdrawn(bundle):
            bundle.forget()
            db.session.commit()
    old = (Bundle.created_at < utcnow() - FORGOTTEN) & (Bundle.state != "working")
    db.session.execute(delete(Bundle).where(old))
    db.session.commit()
    known = {str(number) for number in db.session.scalars(select(Bundle.id))}
    storage.drop_strangers(folder(), known)  # of rows that went with their group or their person


def _is_withdrawn(bundle: Bundle) -> bool:
    maker = bundle.user
    with reading_as(bundle.group, bundle.reach, bundle.site, bundle.lang) as reader:
        return stale(bundle, reader, maker)

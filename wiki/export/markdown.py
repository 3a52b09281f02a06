"""Import a folder of Markdown texts as pages or reports; running it again updates what changed.

import_folder(Path("notes"), group, "reports", Scope.PUBLIC, author, progress) -> Summary
"""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from wiki.accounts.models import User
from wiki.db import db, is_disk_full, utcnow
from wiki.export import sources
from wiki.export.outcome import Summary, printable
from wiki.export.rewiring import Folder, Place, rewired
from wiki.export.sources import Source, Unreadable
from wiki.export.wording import Words, facts
from wiki.files.models import File
from wiki.files.uploads import Refused, receive_version, stage_file
from wiki.groups.models import Group
from wiki.items import folding, history, links
from wiki.items.models import Item, Scope
from wiki.items.terms import VOCABULARIES
from wiki.items.writing import set_scope, stage
from wiki.markup import Rendered, render_all
from wiki.markup.sanitize import clean_body
from wiki.pages.models import Page
from wiki.reports.models import Report
from wiki.storage import StorageFull

KINDS = {"pages": Page, "reports": Report}
BATCH = 50  # documents a commit: each costs a wait for the disk
READ = {"title", "summary", "description", *VOCABULARIES}
# Bump it when the same file would be imported otherwise: everything is then looked at again.
WAY = 1


def import_folder(
    folder: Path,
    group: Group,
    kind: str = "pages",
    scope: Scope | None = None,
    *,
    author: User | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Summary:
    """Import every `.md` under a folder into a group; commits as it goes.

    Without `scope`, new items are for the group. `progress(done, total, name)` is called for each
    file. Raises StorageFull when no room is left; what was committed stays and a new run goes on.
    """
    return _Import(Path(folder), group, kind, scope, author).run(progress or (lambda *_: None))


class _Import:
    """One run: what is known of the group, of the folder, and what was done."""

    def __init__(self, folder: Path, group: Group, kind: str, scope, author):
        self.folder, self.group, self.author = folder, group, author
        self.model, self.asked = KINDS[kind], scope
        self.origin = sources.composed(folder.resolve().name)[:200]
        self.summary, self.words = Summary(), Words()
        rows = db.session.execute(
            select(Item.source, Item.id, Item.extra).where(
                Item.group_id == group.id, Item.origin == self.origin
            )
        ).all()
        self.known: dict[str, int] = {row.source: row.id for row in rows}
        self.imported = {row.source: _mark_of(row.extra).get("digest") for row in rows}
        self.rendered: dict[str, Rendered] = {}
        self.held: list[Item] = []  # until the commit, whose hooks would read them again
        self.digests: dict[str, str] = {}

    def run(self, progress) -> Summary:
        """Read everything, give numbers to what others point to, then write in batches."""
        paths = sources.markdown_files(self.folder)
        read = [source for path in paths if (source := self._read(path))]
        self.places = Folder(self.folder, [source.name for source in read])
        self.pointed = {source.name: self._pointed(source) for source in read}
        self._number(read)
        batches = [read[start : start + BATCH] for start in range(0, len(read), BATCH)]
        done = len(paths) - len(read)
        # The render process works on the next batch while this one is being written.
        with ThreadPoolExecutor(1) as ahead:
            coming = ahead.submit(self._rendered, batches[0]) if batches else None
            for batch, following in zip_longest(batches, batches[1:]):
                self.rendered = coming.result()
                if following:
                    coming = ahead.submit(self._rendered, following)
                progress(done, len(paths), batch[0].name)
                self._write_batch(batch)
                self.held.clear()
                done += len(batch)
        progress(len(paths), len(paths), "")
        self.summary.new_words = self.words.added
        return self.summary

    def _read(self, path: Path) -> Source | None:
        try:
            source = sources.read(path, self.folder)
        except Unreadable as error:
            name = sources.composed(path.relative_to(self.folder).as_posix())
            self.summary.failed.append((printable(name), str(error)))
            return None
        return source

    def _pointed(self, source: Source) -> dict[str, Place | None]:
        """What the relative addresses of a text name; also completes its digest with them."""
        found: dict[str, Place | None] = {}

        def note(target: str, _is_picture: bool) -> None:
            if target in found:
                return
            try:
                found[target] = self.places.place(target, source.name)
            except (FileNotFoundError, OSError):
                source.notices.append(f"the link to {printable(target)} leads to no file")
                found[target] = None

        rewired(source.body, note)
        seen = [source.digest, str(WAY)]
        for target, place in sorted(found.items()):
            what = "" if place is None else place.name
            seen.append(f"{target} {what} {self._digest(place) if place else ''}")
        source.digest = hashlib.sha256("\n".join(seen).encode("utf-8", "replace")).hexdigest()
        return found

    def _digest(self, place: Place) -> str:
        if place.is_text:
            return "text"
        if place.name not in self.digests:
            with self.places.path(place.name).open("rb") as file:
                self.digests[place.name] = hashlib.file_digest(file, "sha256").hexdigest()
        return self.digests[place.name]

    def _number(self, read: list[Source]) -> None:
        """Insert the new texts that others point to, or that own files: these need their number."""
        wanted = {
            place.name
            for pointed in self.pointed.values()
            for place in pointed.values()
            if place and place.is_text
        }
        owners = {
            name
            for name, pointed in self.pointed.items()
            if any(place and not place.is_text for place in pointed.values())
        }
        fresh = [s for s in read if s.name in wanted | owners and s.name not in self.known]
        for source in fresh:
            item = self._new(source)
            db.session.add(item)
            db.session.flush()
            self.known[source.name] = item.id
        db.session.commit()

    def _rendered(self, batch: list[Source]) -> dict[str, Rendered]:
        """The HTML of the texts of a batch that will be written as they are."""
        bodies = [
            clean_body(source.body)
            for source in batch
            if not any(self.pointed[source.name].values()) and not self._is_unchanged(source)
        ]
        return dict(zip(bodies, render_all(bodies), strict=True)) if bodies else {}

    def _is_unchanged(self, source: Source) -> bool:
        return self.imported.get(source.name) == source.digest

    def _new(self, source: Source) -> Item:
        item = self.model(
            group_id=self.group.id,
            title=source.title,
            body=clean_body(source.body),
            summary="",
            slug="",
            scope=Scope.GROUP,
            origin=self.origin,
            source=source.name,
            author_id=self.author.id if self.author else None,
            extra={},
            lang="fr",
            revision_count=0,
        )
        item.terms = []
        return item

    def _write_batch(self, batch: list[Source]) -> None:
        """Write and commit; when one of them breaks it all, each alone."""
        before = (self.summary.added, self.summary.updated, self.summary.unchanged)
        notices, known = list(self.summary.notices), dict(self.known)
        try:
            for source in batch:
                self._write(source)
            db.session.commit()
            return
        except Exception as error:  # noqa: BLE001 (whatever breaks one must not stop the others)
            self._give_up_when_full(error)
        self.summary.added, self.summary.updated, self.summary.unchanged = before
        self.summary.notices, self.known = notices, known
        self.words = Words(self.words.added)
        for source in batch:
            try:
                self._write(source)
                db.session.commit()
            except Exception as error:  # noqa: BLE001
                self._give_up_when_full(error)
                self.known = {k: v for k, v in self.known.items() if k != source.name or k in known}
                self.summary.failed.append((printable(source.name), _reason(error)))

    def _give_up_when_full(self, error: Exception) -> None:
        db.session.rollback()
        db.session.expire_all()
        if isinstance(error, StorageFull):
            raise error
        if isinstance(error, OSError | OperationalError) and is_disk_full(error):
            raise StorageFull(str(error)) from error

    def _write(self, source: Source) -> None:
        """Add or update one item."""
        item = None
        if source.name in self.known:
            item = db.session.get(Item, self.known[source.name])
        item = item or self._new(source)
        self.held.append(item)
        fresh = not item.revision_count
        if item.is_trashed:
            source.notices.append("its item is in the trash and was left there")
        elif not fresh and _mark_of(item.extra).get("digest") == source.digest:
            self._show_as_asked(item)
            self.summary.unchanged += 1
        else:
            self._fill(item, source, fresh)
        self._tell(source)

    def _fill(self, item: Item, source: Source, fresh: bool) -> None:
        last = _mark_of(item.extra)
        item.extra = self._extra(item, source)
        if fresh:
            self._show(item, self.asked if self.asked is not None else Scope.GROUP)
            if (date := sources.as_date(source.meta.get("date"))) and date <= utcnow():
                item.created_at = date
        else:
            self._show_as_asked(item, last.get("scope"))
        changes = self._changes(item, source)
        self._apply(item, changes, source, last.get("revision"))
        had_number, number = item.id is not None, (item.revision_count or 0) + 1
        self._mark(item, source, number)
        made = stage(
            item, self.author, "", "imported" if fresh else "updated", rendered=self.rendered
        )
        if made is None:
            self._mark(item, source, item.revision_count)
        if had_number and fresh:
            links.adopt(item)
        self.known[source.name] = item.id
        self.summary.added += fresh
        self.summary.updated += bool(not fresh and made)
        self.summary.unchanged += not fresh and made is None

    def _mark(self, item: Item, source: Source, number: int) -> None:
        """Note on the item what was imported, so that a later run knows what changed since."""
        mark = {"digest": source.digest, "revision": number, "scope": int(item.scope)}
        item.extra = {**item.extra, "import": mark}

    def _apply(self, item: Item, changes: dict, source: Source, base: int | None) -> None:
        """Set the fields, keeping what people wrote here since the last import."""
        if item.id:
            folding.fold(item)
        if base is not None and base != item.revision_count:
            merged, clash = history.put_together(item, changes, base)
            if clash is None:
                changes = merged
            else:
                source.notices.append(
                    "it was changed here too: the file won, the other text is in the history"
                )
        for name, value in changes.items():
            setattr(item, name, value)

    def _changes(self, item: Item, source: Source) -> dict:
        """The versioned fields as the file gives them, links led to our items."""
        meta = source.meta
        summary = meta.get("summary") or meta.get("description") or ""
        changes = {
            "title": source.title,
            "summary": clean_body(str(summary)).strip(),
            "body": clean_body(self._body(item, source)),
            "terms": self.words.given(item, meta, source.notices),
        }
        if isinstance(item, Report):
            changes |= facts(meta)
        return changes

    def _body(self, item: Item, source: Source) -> str:
        pointed = self.pointed[source.name]
        if not any(pointed.values()):
            return source.body
        attached: dict[str, File | None] = {}

        def lead(target: str, is_picture: bool):
            place = pointed.get(target)
            if place is None:
                return None
            if place.is_text:
                return self.known[place.name], place.heading
            if place.name not in attached:
                attached[place.name] = self._attached(place, item, source)
            file = attached[place.name]
            if file is None:
                return None
            shown = is_picture and file.cover_id == file.id
            return f"/files/{file.id}/preview/medium" if shown else file.url

        return rewired(source.body, lead)

    def _attached(self, place: Place, item: Item, source: Source) -> File | None:
        """The file of ours with the bytes that a text points to."""
        digest, name = self._digest(place), place.name.rpartition("/")[2]
        try:
            with self.places.path(place.name).open("rb") as stream:
                if file := self._known_file(place):
                    if _mark_of(file.extra).get("digest") != digest:
                        receive_version(file, stream, name, self.author)
                else:
                    file = stage_file(stream, name, self.group, self.author, parent=item)
                    file.origin, file.source = self.origin, place.name
        except Refused as error:
            source.notices.append(f"{printable(place.name)} is not attached: {error.reason}")
            return None
        file.extra = {**(file.extra or {}), "import": {"digest": digest}}
        if file.scope < item.scope or not file.published_at:
            self._show(file, max(file.scope, item.scope) if file.parent_id else item.scope)
        self.known[place.name] = file.id
        return file

    def _known_file(self, place: Place) -> File | None:
        if place.name not in self.known:
            return None
        file = db.session.get(File, self.known[place.name])
        return file if file and not file.is_trashed else None

    def _extra(self, item: Item, source: Source) -> dict:
        """What no field of ours holds, under the names that the file gives it."""
        kept = {k: v for k, v in sources.as_json(source.meta).items() if k not in READ}
        authors = source.meta.get("authors") or source.meta.get("author")
        if authors:
            kept["authors"] = list(sources.listed(authors))
        if (date := source.meta.get("date")) and sources.as_date(date) is None:
            source.notices.append(f"the date « {printable(str(date))} » was not understood")
        before = item.extra or {}
        own = {name: before[name] for name in ("import", "copied_from") if name in before}
        if isinstance(item, Report) and (not item.revision_count or item.is_imported):
            own["imported"] = True
        for reserved in ("import", "imported", "copied_from"):
            kept.pop(reserved, None)
        return kept | own

    def _show_as_asked(self, item: Item, last: int | None = None) -> None:
        """Follow a scope asked for in this run, unless a person chose another one here."""
        imported = _mark_of(item.extra)
        last = imported.get("scope") if last is None else last
        if self.asked is None or item.scope == self.asked or item.scope != last:
            return
        self._show(item, self.asked)
        item.extra = {**item.extra, "import": {**imported, "scope": int(self.asked)}}

    def _show(self, item: Item, scope: Scope) -> None:
        if item.revision_count:
            set_scope(item, scope, self.author)
        item.scope = scope
        if scope == Scope.PUBLIC and item.published_at is None:
            item.published_at = utcnow()

    def _tell(self, source: Source) -> None:
        name = printable(source.name)
        self.summary.notices += [(name, notice) for notice in dict.fromkeys(source.notices)]


def _mark_of(extra: dict | None) -> dict:
    return (extra or {}).get("import", {})


def _reason(error: Exception) -> str:
    return f"it could not be written ({type(error).__name__})"

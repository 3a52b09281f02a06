"""Office documents, which are archives of XML: read as a stream, no entity known, no tree built.

An archive inside an archive is left alone; bytes count as they come out, whatever was announced.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable
from contextlib import contextmanager
from typing import BinaryIO
from xml.parsers import expat

from wiki.files import safety
from wiki.files.extraction.pages import LONGEST, Encrypted, Hostile, Pages, Writing

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_CHUNK = 1 << 16
_SHEETS = 500
_WORDS = "word/document.xml", "word/footnotes.xml", "word/endnotes.xml"
# Said once and twice over, thrown away by its author, or put by the program.
_ASIDE = {"Fallback", "tracked-changes", "annotation", "fld", "del", "moveFrom", "rPh"}
_CLOSED = {"p": "\n", "h": "\n", "title": "\n", "desc": "\n", "table-cell": "\t", "table-row": "\n"}
_CODE = re.compile(r"-?\d{4,15}")


class Archive:
    """The parts of a document, and the words between the tags of one of them."""

    def __init__(self, file: BinaryIO, pages: Pages):
        if not safety.has_sane_directory(file):
            raise Hostile("too many parts")
        self.zip, self.pages = zipfile.ZipFile(file), pages
        self.names = set(self.zip.namelist())
        manifest = "META-INF/manifest.xml"
        if manifest in self.names and b"encryption-data" in self.start_of(manifest):
            raise Encrypted

    def start_of(self, name: str) -> bytes:
        """The first bytes of a part."""
        with self._open(name) as part:
            data = part.read(4 * _CHUNK)
        self.pages.unpack(len(data))
        return data

    def walk(self, name: str, start: Callable, end: Callable, say: Callable) -> None:
        """Go through a part; tags come as their local names. Absent parts are silent."""
        if name not in self.names:
            return
        parser, depth = expat.ParserCreate(), [0]

        def starts(tag: str, attributes: dict) -> None:
            tag = tag.rpartition(":")[2]
            if depth[0] or tag in _ASIDE:
                depth[0] += 1
            else:
                start(tag, {_attribute(key): value for key, value in attributes.items()})

        def ends(tag: str) -> None:
            if depth[0]:
                depth[0] -= 1
            else:
                end(tag.rpartition(":")[2])

        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = starts, ends
        parser.CharacterDataHandler = lambda words: None if depth[0] else say(words)
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
        with self._open(name) as part:
            while chunk := part.read(_CHUNK):
                self.pages.unpack(len(chunk))
                parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def targets(self, name: str) -> dict[str, str]:
        """The parts that a part names, by the number it gives them."""
        folder, base = posixpath.split(name)
        found = {}

        def start(tag, attributes):
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join(folder, attributes.get("Target", "")))
                found[attributes.get("Id", "")] = target.lstrip("/")

        self.walk(f"{folder}/_rels/{base}.rels", start, _ignore, _ignore)
        return found

    def _open(self, name: str):
        try:
            return self.zip.open(name)
        except RuntimeError as error:
            raise Encrypted from error


@contextmanager
def _last_page(pages: Pages, found: Writing):
    """What was read of a page before a part broke off, or the document became too long, stays."""
    try:
        yield
    finally:
        pages.add(found.take())


def _attribute(name: str) -> str:
    """The local name; the number of a relation must not be taken for that of a thing."""
    return "relation" if name.endswith(":id") else name.rpartition(":")[2]


def _refuse(*_args) -> None:
    raise Hostile("office documents declare no type and no entity")


def _ignore(*_args) -> None:
    pass


def read_docx(file: BinaryIO, pages: Pages) -> None:
    """Word: cut in pages where Word itself noted that they ended."""
    archive, found = Archive(file, pages), Writing()
    shown = [False]

    def start(tag, attributes):
        if tag == "lastRenderedPageBreak":
            pages.add(found.take())
        elif tag in ("t", "delText", "instrText"):
            shown[0] = tag == "t"
        elif tag == "docPr":
            found.write(f"{attributes.get('descr', '')}\n")
        else:
            found.write({"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(tag, ""))

    def end(tag):
        shown[0] = False
        found.write({"p": "\n", "tc": "\t"}.get(tag, ""))

    with _last_page(pages, found):
        for name in _WORDS:
            archive.walk(name, start, end, lambda words: found.write(words) if shown[0] else None)


def read_pptx(file: BinaryIO, pages: Pages) -> None:
    """PowerPoint: one page a slide, in the order they are shown, with what the speaker notes."""
    archive, found, order = Archive(file, pages), Writing(), []
    shown = [False]

    def start(tag, _attributes):
        shown[0] = tag == "t"
        found.write({"br": "\n", "tab": "\t"}.get(tag, ""))

    def end(tag):
        shown[0] = False
        found.write({"p": "\n", "tc": "\t"}.get(tag, ""))

    def note(tag, attributes):
        if tag == "sldId":
            order.append(attributes.get("relation", ""))

    archive.walk("ppt/presentation.xml", note, _ignore, _ignore)
    named = archive.targets("ppt/presentation.xml")
    slides = [named[one] for one in order if one in named] or _numbered(archive, "ppt/slides/slide")
    for slide in slides:
        notes = [n for n in archive.targets(slide).values() if n.startswith("ppt/notesSlides/")]
        with _last_page(pages, found):
            for name in (slide, *notes[:1]):
                archive.walk(
                    name, start, end, lambda words: found.write(words) if shown[0] else None
                )


def read_xlsx(file: BinaryIO, pages: Pages) -> None:
    """Excel: one page a sheet, its name first; words, and numbers long enough to be codes."""
    archive, sheets = Archive(file, pages), []

    def note(tag, attributes):
        if tag == "sheet":
            sheets.append((attributes.get("name", ""), attributes.get("relation", "")))

    archive.walk("xl/workbook.xml", note, _ignore, _ignore)
    named = archive.targets("xl/workbook.xml")
    known = [(name, named[one]) for name, one in sheets if one in named]
    if not known:
        parts = _numbered(archive, "xl/worksheets/sheet")
        known = [(str(number), part) for number, part in enumerate(parts, 1)]
    shared = _shared(archive)
    for name, part in known[:_SHEETS]:
        pages.add(_sheet(archive, part, shared), name or "-")


def _shared(archive: Archive) -> list[str]:
    """The words that cells name by a number; no more of them than are ever kept."""
    strings, found, length, shown = [], Writing(), [0], [False]

    def start(tag, _attributes):
        shown[0] = tag == "t"

    def end(tag):
        shown[0] = False
        if tag == "si":
            words = found.take()
            length[0] += len(words)
            strings.append(words if length[0] <= 4 * LONGEST else "")

    archive.walk("xl/sharedStrings.xml", start, end,
                 lambda words: found.write(words) if shown[0] else None)  # fmt: skip
    return strings


def _sheet(archive: Archive, part: str, shared: list[str]) -> str:
    found, value = Writing(), Writing()
    kind, shown = [""], [False]

    def start(tag, attributes):
        shown[0] = tag in ("v", "t")
        if tag == "c":
            kind[0] = attributes.get("t", "n")
            value.take()

    def end(tag):
        shown[0] = False
        if tag == "c":
            found.write(_cell(value.take(), kind[0], shared))
            archive.pages.check()
        elif tag == "row":
            found.write("\n")

    archive.walk(part, start, end, lambda words: value.write(words) if shown[0] else None)
    return found.take()


def _cell(value: str, kind: str, shared: list[str]) -> str:
    if kind == "s":
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 9 else -1
        return f"{shared[number]}\t" if 0 <= number < len(shared) else ""
    if kind in ("n", "b", "e", "d"):
        return f"{value}\t" if _CODE.fullmatch(value) or kind == "d" else ""
    return f"{value}\t"


def read_odt(file: BinaryIO, pages: Pages) -> None:
    """A text, cut where its pages end as far as it says so."""
    archive, found = Archive(file, pages), Writing()
    breaking, style, inside = set(), [""], [False]

    def start(tag, attributes):
        if tag == "body":
            inside[0] = True
        elif tag == "style":
            style[0] = attributes.get("name", "")
        elif tag == "paragraph-properties" and attributes.get("break-before") == "page":
            breaking.add(style[0])
        elif tag == "soft-page-break" or (
            tag in ("p", "h") and attributes.get("style-name") in breaking and found.length
        ):
            pages.add(found.take())
        else:
            found.write({"s": " ", "tab": "\t", "line-break": "\n"}.get(tag, ""))

    with _last_page(pages, found):
        archive.walk("content.xml", start, lambda tag: found.write(_CLOSED.get(tag, "")),
                     lambda words: found.write(words) if inside[0] else None)  # fmt: skip


def read_odp(file: BinaryIO, pages: Pages) -> None:
    """A presentation: one page a slide, with what the speaker notes."""
    _read_parts(file, pages, "page")


def read_ods(file: BinaryIO, pages: Pages) -> None:
    """A table: one page a sheet, its name first."""
    _read_parts(file, pages, "table")


def _read_parts(file: BinaryIO, pages: Pages, part: str) -> None:
    archive, found, names = Archive(file, pages), Writing(), []

    def start(tag, attributes):
        if tag == part:
            names.append(attributes.get("name", "") or "-")
        else:
            found.write({"s": " ", "tab": "\t", "line-break": "\n"}.get(tag, ""))

    def end(tag):
        if tag == part:
            name = names.pop() if names else "-"
            pages.add(found.take(), name if part == "table" else "")
        else:
            found.write(" " if part == "table" and tag == "p" else _CLOSED.get(tag, ""))

    archive.walk("content.xml", start, end, lambda words: found.write(words) if names else None)


def _numbered(archive: Archive, start: str) -> list[str]:
    """Parts named by a number, in its order."""
    pattern = re.compile(re.escape(start) + r"(\d{1,6})\.xml")
    found = [(int(match[1]), name) for name in archive.names if (match := pattern.fullmatch(name))]
    return [name for _number, name in sorted(found)]


READERS = {
    _OFFICE + "wordprocessingml.document": read_docx,
    _OFFICE + "presentationml.presentation": read_pptx,
    _OFFICE + "spreadsheetml.sheet": read_xlsx,
    _OPEN + "text": read_odt,
    _OPEN + "presentation": read_odp,
    _OPEN + "spreadsheet": read_ods,
}

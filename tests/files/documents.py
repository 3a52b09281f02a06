"""Small real documents in every format that is read, and hostile ones, all made here."""

import io
import zipfile
import zlib

OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how old documents begin, and locked ones
WORDS = "Où l’été dernier, Noël et la garçonnière"
OFFICE_ROOT = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
OPEN_ROOT = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
)


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def archive(parts: dict[str, str | bytes], mime: str = "") -> bytes:
    """A zip; OpenDocument says its type first, the others list theirs."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        if mime:
            file.writestr("mimetype", mime, zipfile.ZIP_STORED)
        else:
            file.writestr("[Content_Types].xml", "<Types/>")
        for name, data in parts.items():
            file.writestr(name, data)
    return made.getvalue()


def relations(*targets: str) -> str:
    """What a part leads to, as rId1, rId2…"""
    lines = (f'<Relationship Id="rId{n}" Target="{t}"/>' for n, t in enumerate(targets, 1))
    return f"<?xml version='1.0' encoding='UTF-8'?><Relationships>{''.join(lines)}</Relationships>"


def docx(*pages: str, head: str = "", more: str = "") -> bytes:
    """Word, with the ends of its pages noted as Word does."""
    broken = "<w:r><w:lastRenderedPageBreak/></w:r>".join(
        f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in pages
    )
    body = f"<w:document {OFFICE_ROOT}><w:body>{broken}{more}</w:body></w:document>"
    return archive({"word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?>{head}{body}'})


def pptx(*slides: str, notes: str = "") -> bytes:
    """PowerPoint; the slides are named in the reverse of the order they are shown in."""
    parts, count = {}, len(slides)
    for number, words in enumerate(slides, 1):
        name = f"slide{count + 1 - number}.xml"
        parts[f"ppt/slides/{name}"] = f"<p:sld {OFFICE_ROOT}><a:p><a:t>{words}</a:t></a:p></p:sld>"
        if notes and number == 1:
            parts[f"ppt/slides/_rels/{name}.rels"] = relations("../notesSlides/notesSlide1.xml")
            parts["ppt/notesSlides/notesSlide1.xml"] = (
                f"<p:notes {OFFICE_ROOT}><a:p><a:t>{notes}</a:t></a:p></p:notes>"
            )
    ids = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in range(1, count + 1))
    parts["ppt/presentation.xml"] = f"<p:presentation {OFFICE_ROOT}>{ids}</p:presentation>"
    parts["ppt/_rels/presentation.xml.rels"] = relations(
        *(f"slides/slide{count + 1 - n}.xml" for n in range(1, count + 1))
    )
    return archive(parts)


def xlsx(sheets: dict[str, list[str]]) -> bytes:
    """Excel, its words shared by the sheets."""
    shared = [words for rows in sheets.values() for words in rows]
    parts = {
        "xl/sharedStrings.xml": f"<sst>{''.join(f'<si><t>{w}</t></si>' for w in shared)}</sst>",
        "xl/_rels/workbook.xml.rels": relations(
            *(f"worksheets/sheet{n}.xml" for n in range(1, len(sheets) + 1))
        ),
        "xl/workbook.xml": f"<workbook {OFFICE_ROOT}><sheets>"
        + "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>'
            for n, name in enumerate(sheets, 1)
        )
        + "</sheets></workbook>",
    }
    for number, rows in enumerate(sheets.values(), 1):
        cells = "".join(
            f'<row><c t="s"><v>{shared.index(words)}</v></c><c><v>29200</v></c><c><v>3.5</v></c>'
            '<c t="inlineStr"><is><t>ici même</t></is></c></row>'
            for words in rows
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f"<worksheet><sheetData>{cells}</sheetData></worksheet>"
        )
    return archive(parts)


def odt(*pages: str, more: str = "") -> bytes:
    """A text; its pages end where a style says so."""
    style = (
        "<office:automatic-styles><number:date-style><number:text>KESAKO</number:text>"
        '</number:date-style><style:style style:name="P9" style:family="paragraph">'
        '<style:paragraph-properties fo:break-before="page"/></style:style>'
        "</office:automatic-styles>"
    )
    first, *others = pages
    body = f"<text:p>{first}</text:p>" + "".join(
        f'<text:p text:style-name="P9">{words}</text:p>' for words in others
    )
    return _open("text", f"<office:text>{body}{more}</office:text>", style)


def odp(*slides: str) -> bytes:
    """A presentation."""
    pages = "".join(
        f'<draw:page draw:name="p"><draw:frame><draw:text-box><text:p>{words}</text:p>'
        "</draw:text-box></draw:frame></draw:page>"
        for words in slides
    )
    return _open("presentation", f"<office:presentation>{pages}</office:presentation>")


def ods(sheets: dict[str, list[str]]) -> bytes:
    """A table."""
    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(
            f"<table:table-row><table:table-cell><text:p>{words}</text:p></table:table-cell>"
            '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
            for words in rows
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    return _open("spreadsheet", f"<office:spreadsheet>{tables}</office:spreadsheet>")


def _open(kind: str, body: str, style: str = "") -> bytes:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {OPEN_ROOT}>{style}'
        f"<office:body>{body}</office:body></office:document-content>"
    )
    return archive({"content.xml": content}, OPEN + kind)


def pdf(*pages: str, letters: bool = False) -> bytes:
    """A PDF in one common font, perhaps letter by letter; a page without words is a drawing."""
    things = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 3: FONT}
    kids = []
    for number, words in enumerate(pages):
        page, content = 4 + 2 * number, 5 + 2 * number
        kids.append(f"{page} 0 R")
        things[page] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >> >>"
        ).encode()
        drawn = zlib.compress((_placed if letters else _drawn)(words))
        things[content] = (
            f"<< /Length {len(drawn)} /Filter /FlateDecode >>\nstream\n".encode()
            + drawn
            + b"\nendstream"
        )
    things[2] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>".encode()
    return assemble(things)


def _drawn(words: str) -> bytes:
    if not words:
        return b"0.5 g 50 50 400 600 re f"
    lines = [b"BT /F1 10 Tf 12 TL 50 800 Td"]
    for line in words.split("\n"):
        escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        lines.append(b"(" + escaped.encode("cp1252") + b") Tj T*")
    return b"\n".join([*lines, b"ET"])


def _placed(words: str) -> bytes:
    """Each letter put in its place, as typesetting programs do."""
    shown = [b"BT /F1 10 Tf"]
    for row, line in enumerate(words.split("\n")):
        for column, letter in enumerate(line):
            place = f"1 0 0 1 {50 + 5 * column} {800 - 12 * row} Tm <{ord(letter):02x}> Tj"
            shown.append(place.encode())
    return b"\n".join([*shown, b"ET"])


def assemble(things: dict[int, bytes], root: int = 1, trailer: str = "") -> bytes:
    """Numbered objects as a PDF, with the table that finds them."""
    made, places = io.BytesIO(), {}
    made.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    for number in sorted(things):
        places[number] = made.tell()
        made.write(f"{number} 0 obj\n".encode() + things[number] + b"\nendobj\n")
    start, size = made.tell(), max(things) + 1
    made.write(f"xref\n0 {size}\n0000000000 65535 f \n".encode())
    for number in range(1, size):
        here = places.get(number)
        made.write(f"{here:010} 00000 n \n".encode() if here else b"0000000000 00000 f \n")
    made.write(f"trailer\n<< /Size {size} /Root {root} 0 R {trailer} >>\n".encode())
    made.write(f"startxref\n{start}\n%%EOF\n".encode())
    return made.getvalue()


def locked_pdf(words: str, password: str, algorithm: str = "RC4-128") -> bytes:
    """A PDF that asks for a password to be opened; an empty one only forbids to change it."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(pdf(words))))
    writer.encrypt(password, owner_password="propriétaire", algorithm=algorithm)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def rtf(words: str) -> bytes:
    """RTF as Word writes it: accents in two ways, tables of fonts, a picture, a field."""
    coded = "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in words)
    return (
        r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 POLICE;}}{\colortbl;\red1;}"
        r"{\*\generator MACHINE;}{\info{\author AUTEUR}}\pard " + coded + r"\par "
        r"Caf\'e9 {\b gras} {\pict\wmetafile8 0102030405}\par}"
    ).encode("ascii")


_LAUGHS = (
    f"<!ENTITY {new} '{f'&{old};' * 10}'>" for old, new in zip("abcdefg", "bcdefgh", strict=True)
)
BILLION = f"<!DOCTYPE x [<!ENTITY a 'lol'>{''.join(_LAUGHS)}]>"
FOREIGN = (
    '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">'
    '<!ENTITY n SYSTEM "http://127.0.0.1:9/n">]>'
)


def many_parts(count: int = 100_000) -> bytes:
    """A document of so many empty parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", "<w:p><w:t>caché</w:t></w:p>")
        for number in range(count):
            file.writestr(f"word/{number}", b"")
    return made.getvalue()


def swollen_docx(megabytes: int = 400) -> bytes:
    """A Word document that unfolds to so much."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        with file.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(b"<w:document><w:p><w:t>Avant la bombe</w:t></w:p><w:p><w:t>")
            for _ in range(megabytes):
                part.write(b"a" * 1_000_000)
    return made.getvalue()


def swollen_pdf(megabytes: int = 300) -> bytes:
    """A PDF whose page unfolds to so much, three times over."""
    drawn = zlib.compress(b"BT /F1 1 Tf " + b"(a) Tj " * (megabytes * 1_000_000 // 7), 1)
    for _ in range(2):
        drawn = zlib.compress(drawn, 9)
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode /FlateDecode] >>\nstream\n" % len(
        drawn
    )
    return assemble({
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R "
           b"/Resources << /Font << /F1 9 0 R >> >> >>",
        4: stream + drawn + b"\nendstream",
        9: FONT,
    })  # fmt: skip


def looping_pdfs() -> dict[str, bytes]:
    """PDFs that lead a reader in circles, or very deep."""
    return {
        "pages of themselves": assemble({
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] /Parent 2 0 R >>",
        }),
        "deep": assemble({1: b"[" * 200_000 + b"]" * 200_000}),
        "a table that follows itself": (
            b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\nxref\n0 1\n"
            b"0000000000 65535 f \ntrailer\n<< /Size 3 /Root 1 0 R /Prev 58 >>\nstartxref\n58\n"
            b"%%EOF\n"
        ),
        "a form that draws itself": assemble({
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R "
               b"/Resources << /Font << /F1 9 0 R >> /XObject << /X 5 0 R >> >> >>",
            9: FONT,
            4: b"<< /Length 5 >>\nstream\n/X Do\nendstream",
            5: b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 11 "
               b"/Resources << /Font << /F1 9 0 R >> /XObject << /X 5 0 R >> >> >>"
               b"\nstream\n/X Do /X Do\nendstream",
        }),
        "a length that lies": pdf("bien").replace(b"/Length ", b"/Length 99999999"),
        "a million pages": assemble({
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count 1000000 /Kids [" + b"3 0 R " * 1_000_000 + b"] >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        }),
    }  # fmt: skip

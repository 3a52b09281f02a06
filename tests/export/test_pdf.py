"""The PDF: tagged, with language, title and headings in order, and nothing the reader may not see.

pypdf, which knows nothing of who made the file, does the reading.
"""

import io
import time

import pypdf
import pytest
import weasyprint

from tests.files import samples
from wiki.db import db
from wiki.export import press, pressing
from wiki.items.models import Item, Scope
from wiki.items.writing import save

Array, Dictionary = pypdf.generic.ArrayObject, pypdf.generic.DictionaryObject


@pytest.fixture(autouse=True)
def _made_for_good():
    """These tests are never skipped: CI installs what WeasyPrint needs."""
    assert weasyprint.__version__


def opened(answer) -> pypdf.PdfReader:
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    return pypdf.PdfReader(io.BytesIO(answer.data))


def words(reader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def tags(reader) -> list[tuple[str, str | None]]:
    found = []

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, Array):
            for child in node:
                walk(child)
        elif isinstance(node, Dictionary):
            if "/S" in node:
                found.append((node["/S"], node.get("/Alt")))
            walk(node.get("/K"))

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def test_a_report_is_a_tagged_document_with_language_title_and_headings(client, world):
    reader = opened(client.get(f"/items/{world.report}.pdf", headers={"Accept-Language": "fr"}))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Cartographier son quartier à pied"
    assert reader.metadata.author == "Nadia Ferrec"
    said = words(reader)
    assert "Fatou a pris la parole" in said
    levels = [int(tag[2]) for tag, _alt in tags(reader) if tag[:2] == "/H" and tag[2:].isdigit()]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
    assert [alt for tag, alt in tags(reader) if tag == "/Figure" and not alt] == []
    assert [mark.title for mark in reader.outline if not isinstance(mark, list)]
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_a_selection_has_contents_and_every_text(client, world):
    address = f"/export.pdf?items={world.report},{world.public_page}"
    said = words(opened(client.get(address)))
    assert "Fatou" in said
    assert "médiathèque" in said


def test_nothing_hidden_gets_into_it(app, client, client_of, world):
    for hidden in (world.page, world.draft, world.network_page):
        assert client.get(f"/items/{hidden}.pdf").status_code == 404
        assert client_of("stranger").get(f"/export.pdf?items={hidden}").status_code == 404
    with app.app_context():
        report = db.session.get(Item, world.report)
        report.scope = Scope.GROUP
        save(report, report.author)
    assert client.get(f"/items/{world.report}.pdf").status_code == 404
    said = words(opened(client.get(f"/export.pdf?items={world.report},{world.public_page}")))
    assert "Fatou" not in said
    assert client.get("/export.pdf?q=cartographier").status_code == 404


def test_the_same_document_is_not_made_twice_for_a_browser_that_has_it(client, world):
    first = client.get(f"/items/{world.report}.pdf")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(f"/items/{world.report}.pdf", headers=tag).status_code == 304


def test_a_document_gets_no_file_and_no_address_but_ours(app, tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>canary</text></svg>')
    asked = []
    ours = {"http://localhost/ours": {"data": "", "mime": "text/css"}}
    fetch = pressing._only(ours, weasyprint).fetch
    for url in (
        f"file://{secret}", "http://127.0.0.1:1/x", "http://169.254.169.254/", "ftp://h/x",
        "https://elsewhere.example/x.png", "data:image/svg+xml,<svg/>", "http://localhost/other",
    ):  # fmt: skip
        with pytest.raises(ValueError, match="not a part"):
            fetch(url)
        asked.append(f'<img src="{url}" alt="x">')
    assert fetch("http://localhost/ours")
    with app.app_context():
        sheet = f'<style>@import "file://{secret}"; body {{ background: url(file://{secret}) }}'
        page = f"<html lang=fr><title>x</title>{sheet}</style><h1>x</h1>{''.join(asked)}</html>"
        made = press.make(page, _Nobody())
    assert b"canary" not in made
    assert "canary" not in words(pypdf.PdfReader(io.BytesIO(made)))


def test_pictures_are_those_the_reader_may_see(app, client, client_of, world):
    nadia = client_of("nadia")
    sent = {"file": (io.BytesIO(samples.png()), "photo.png"), "group": world.ours}
    assert nadia.post("/files/new", data=sent).status_code in (200, 201, 303)
    with app.app_context():
        photo = db.session.query(Item).filter_by(kind="files").order_by(Item.id.desc()).first()
        address = f"/files/{photo.id}/preview/medium"
        html = f'<img src="{address}" alt="Photo">'
        assert f"http://localhost{address}" not in press.pictures(html, _Nobody())
        photo.scope = Scope.PUBLIC
        save(photo, photo.author)
        assert f"http://localhost{address}" in press.pictures(html, _Nobody())


@pytest.mark.parametrize(("why", "status"), [("missing", 501), ("busy", 503), ("failed", 503)])
def test_without_a_pdf_the_page_says_how_to_print(client, world, monkeypatch, why, status):
    def refuse(*_document):
        raise press.NoPdf(why)

    monkeypatch.setattr(press, "make", refuse)
    answer = client.get(f"/items/{world.report}.pdf")
    assert answer.status_code == status
    assert f"/print?items={world.report}" in answer.text


def test_no_button_leads_to_a_pdf_that_cannot_be_made(client, client_of, world, monkeypatch):
    pages = (f"/reports/{world.report}", f"/print?items={world.report}", "/search?q=quartier")
    rosa = client_of("rosa")  # what visitors read is kept for the next one
    assert all(".pdf" in rosa.get(page, follow_redirects=True).text for page in pages)
    monkeypatch.setattr(press, "_found_missing", ["pango"])
    for page in pages:
        text = client.get(page, follow_redirects=True).text
        assert ".pdf" not in text, page
        assert "print" in text, page


def test_a_machine_without_weasyprint_says_so(app, tmp_path, monkeypatch):
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library pango')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(press, "_found_missing", [])
    ordinary = press._environment

    def without() -> dict:
        found = ordinary()
        return found | {"PYTHONPATH": f"{tmp_path}:{found['PYTHONPATH']}"}

    monkeypatch.setattr(press, "_environment", without)
    with app.app_context(), pytest.raises(press.NoPdf, match="missing"):
        press.make("<p>x", _Nobody())


def test_a_document_that_never_ends_costs_its_time_and_no_more(app, tmp_path, monkeypatch):
    (tmp_path / "weasyprint.py").write_text("import time; time.sleep(60)")
    ordinary = press._environment
    monkeypatch.setattr(
        press,
        "_environment",
        lambda: (kept := ordinary()) | {"PYTHONPATH": f"{tmp_path}:{kept['PYTHONPATH']}"},
    )
    begun = time.monotonic()
    with app.app_context(), pytest.raises(press.NoPdf, match="failed"):
        press.make("<p>x", _Nobody(), seconds=1)
    assert time.monotonic() - begun < 30
    with app.app_context(), pytest.raises(press.NoPdf, match="long"):
        press.make("x" * (press.LONGEST + 1), _Nobody())


class _Nobody:
    is_anonymous, is_authenticated = True, False

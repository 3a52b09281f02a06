"""Files and pictures as they leave: their bytes named, covers only when everyone may see them."""

import io
from xml.etree import ElementTree

import pytest

from tests.files.samples import png
from wiki.accounts.models import User
from wiki.db import db
from wiki.items import writing
from wiki.items.models import Item, Scope


@pytest.fixture
def send(app, client_of, world):
    """A function: send a file to the group, open to that scope; its number."""

    def run(name: str, data: bytes, scope: Scope) -> int:
        sent = client_of("nadia").post(
            "/files/new",
            data={"group": world.ours, "file": (io.BytesIO(data), name)},
            headers={"Accept": "application/json"},
        )
        assert sent.status_code == 201, sent.text
        with app.app_context():
            file = db.session.scalar(db.select(Item).order_by(Item.id.desc()).limit(1))
            writing.set_scope(file, scope, db.session.get(User, world.nadia))
            db.session.commit()
            return file.id

    return run


@pytest.fixture
def covered(app, world, send):
    """A function: give the public report a cover open to that scope; its number."""

    def run(scope: Scope) -> int:
        number = send("carte.png", png(), scope)
        with app.app_context():
            report = db.session.get(Item, world.report)
            report.cover_id = number
            writing.log("covered", report, None)
            db.session.commit()
        return number

    return run


def seen(client, world) -> str:
    """All that could show the cover of the report."""
    return "".join(
        client.get(url, follow_redirects=True).text
        for url in (
            "/feed.json",
            f"/embed/{world.report}",
            f"/oembed?url=http://localhost/reports/{world.report}",
            f"/items/{world.report}",
        )
    )


def test_a_public_cover_stands_for_its_page(client, world, covered):
    number = covered(Scope.PUBLIC)
    said = seen(client, world)
    assert f'<meta property="og:image" content="http://localhost/files/{number}/preview/' in said
    assert "thumbnail_url" in said
    assert '"image":' in said
    assert f'<img src="http://localhost/files/{number}/preview/medium"' in said


@pytest.mark.parametrize("scope", [Scope.GROUP, Scope.NETWORK])
def test_a_cover_that_not_everyone_may_see_stands_for_nothing(client, world, covered, scope):
    number = covered(scope)
    assert f"/files/{number}/" not in seen(client, world)


def test_a_cover_withdrawn_is_gone_at_once(app, client, world, covered):
    number = covered(Scope.PUBLIC)
    before = client.get("/feed.json")
    assert f"/files/{number}/" in before.text
    with app.app_context():
        file = db.session.get(Item, number)
        file.ceiling = Scope.GROUP
        db.session.commit()
    again = client.get("/feed.json", headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 200
    assert f"/files/{number}/" not in again.text
    assert f"/files/{number}/" not in client.get(f"/embed/{world.report}").text


def test_a_public_file_leaves_with_the_address_of_its_bytes(client, world, send):
    number = send("recette.txt", b"Deux oeufs, de la farine.", Scope.PUBLIC)
    picture = send("plan.png", png(), Scope.PUBLIC)
    feed = client.get("/feed.json").json["items"]
    attached = {i["url"].split("/")[4].split("-")[0]: i.get("attachments") for i in feed}
    assert attached[str(number)][0]["mime_type"].startswith("text/plain")
    atom = ElementTree.fromstring(client.get("/feed.atom").data)
    links = {link.get("href") for link in atom.iter("{http://www.w3.org/2005/Atom}link")
             if link.get("rel") == "enclosure"}  # fmt: skip
    assert f"http://localhost/files/{number}/download" in links
    with client.get(f"/files/{number}/download", buffered=True) as bytes_sent:
        assert bytes_sent.status_code == 200
    records = client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc&set=kinds:files").text
    assert "<dc:type>http://purl.org/dc/dcmitype/Image</dc:type>" in records
    assert "<dc:format>image/png</dc:format>" in records
    assert '"@type":"DigitalDocument"' in client.get(f"/items/{number}", follow_redirects=True).text
    assert '"@type":"ImageObject"' in client.get(f"/items/{picture}", follow_redirects=True).text
    assert client.get(f"/embed/{picture}").status_code == 200

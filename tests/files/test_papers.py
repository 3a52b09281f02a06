"""The pages of a PDF are shown as pictures, drawn elsewhere and under the reader's rights."""

import io

import pytest
from PIL import Image

from tests.files import documents
from wiki.db import db
from wiki.files import papers
from wiki.files.models import File, TextState


def test_each_page_is_drawn_and_no_other(karim, others):
    sent = karim.send("bilan.pdf", documents.pdf("Un", "Deux"))
    for number in (1, 2):
        answer = karim.get(f"/files/{sent.id}/preview/page-{number}")
        assert answer.mimetype == "image/webp"
        with Image.open(io.BytesIO(answer.data)) as image:
            assert max(image.size) == 1400
    assert karim.get(f"/files/{sent.id}/preview/page-3").status_code == 404
    assert karim.get(f"/files/{sent.id}/preview/page-0").status_code == 404
    page = karim.get(sent.url).text
    assert page.count("/preview/page-") == 2
    assert "<slide-show" in page
    assert "page {n} sur {count}" in page
    for other in others:
        assert other.get(f"/files/{sent.id}/preview/page-1").status_code in (303, 401, 404)


def test_what_cannot_be_drawn_is_not_tried_again(karim, monkeypatch):
    broken = documents.pdf("Un").replace(b"/Type /Page", b"/Type /Rage")[:300]
    sent = karim.send("casse.pdf", broken)
    assert karim.get(f"/files/{sent.id}/preview/page-1").status_code == 404
    monkeypatch.setattr(papers, "_drawn", None)
    assert karim.get(f"/files/{sent.id}/preview/page-1").status_code == 404
    assert "/preview/page-" not in karim.get(sent.url).text


def test_a_page_that_costs_too_much_is_given_up(karim, monkeypatch):
    monkeypatch.setattr(papers, "PATIENCE", 0.01)
    sent = karim.send("lent.pdf", documents.pdf("Lent"))
    assert karim.get(f"/files/{sent.id}/preview/page-1").status_code == 404


@pytest.mark.parametrize("state", [TextState.ERASED, TextState.ENCRYPTED])
def test_words_that_were_erased_are_not_shown_as_a_picture(karim, app, state):
    sent = karim.send("noms.pdf", documents.pdf("Samira"))
    assert karim.get(f"/files/{sent.id}/preview/page-1").status_code == 200
    with app.app_context():
        db.session.get(File, sent.id).text_state = state
        db.session.commit()
    assert karim.get(f"/files/{sent.id}/preview/page-1").status_code == 404

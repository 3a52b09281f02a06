"""Access cards on paper: ten on two pages, for facilitators alone."""

import io

import pypdf
from sqlalchemy import select

from wiki.accounts.cards import AccessCard
from wiki.db import db


def make(client, world, names: str, blank: int):
    form = {"firstnames": names, "blank": blank}
    assert client.post(f"/groups/{world.ours}/cards", data=form).status_code == 303


def test_ten_cards_stand_on_two_pages_with_square_and_code(app, client_of, world):
    nadia = client_of("nadia")
    make(nadia, world, "Fatou\nMoussa", 8)
    page = nadia.get(f"/groups/{world.ours}/cards/print")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count('class="cards-page"') == 2
    assert page.text.count('class="access-qr"') == 10
    with app.app_context():
        for card in db.session.scalars(select(AccessCard)):
            assert card.printed in page.text
    one = nadia.get(f"/groups/{world.ours}/cards/print?card=1").text
    assert one.count('class="access-qr"') == 1


def test_the_pdf_of_ten_cards_has_two_pages(client_of, world):
    nadia = client_of("nadia")
    make(nadia, world, "Fatou\nMoussa", 8)
    made = nadia.get(f"/groups/{world.ours}/cards.pdf")
    pages = pypdf.PdfReader(io.BytesIO(made.data)).pages
    assert len(pages) == 2
    assert "Fatou" in pages[0].extract_text()


def test_cards_are_for_facilitators_of_the_group_alone(client, client_of, world):
    make(client_of("nadia"), world, "Fatou", 0)
    for address in ("cards/print", "cards.pdf"):
        url = f"/groups/{world.ours}/{address}"
        assert client_of("karim").get(url).status_code == 403
        assert client_of("sophie").get(url).status_code in (403, 404)
        assert client.get(url).status_code == 303
        assert client_of("nadia").get(f"/groups/{world.ours}/{address}?card=99").status_code == 404

"""Handing an item on: the short link, the text for a phone, the code; each under the rights."""

import re

import pytest

from wiki.db import db
from wiki.export import sharing
from wiki.export.sharing import plainer, weight
from wiki.items.models import Item


def test_the_short_link_leads_to_the_item(client, world):
    answer = client.get(f"/i/{world.report}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"/reports/{world.report}-")


@pytest.mark.parametrize("part", ["", "/qr", "/qr.svg", "/qr.png"])
def test_what_may_not_be_read_has_no_short_link_and_no_code(client, client_of, world, part):
    for hidden in (world.page, world.draft, world.network_page, 999_999):
        assert client.get(f"/i/{hidden}{part}").status_code == 404
        assert client_of("stranger").get(f"/i/{hidden}{part}").status_code == 404
    assert client_of("nadia").get(f"/i/{world.page}{part}").status_code in (200, 302)


def test_the_code_is_a_drawing_or_a_picture(client, world):
    assert client.get(f"/i/{world.report}/qr.svg").data.startswith(b"<svg")
    assert client.get(f"/i/{world.report}/qr.png").data.startswith(b"\x89PNG")


def test_the_short_text_fits_in_one_message_of_the_plain_alphabet(app, world):
    with app.test_request_context():
        said = sharing.short_text(db.session.get(Item, world.report))
    assert weight(said) <= 160
    assert said.startswith("Cartographier son quartier à pied. Neuf personnes")
    assert said.endswith(f"\nhttp://localhost/i/{world.report}")
    assert set(said) <= sharing._BASIC | sharing._DOUBLE


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("L’été, « ça » œuvre – 3 €…", 'L\'été, "ca" oeuvre - 3 €...'),
        ("Fête à Noël 🎉", "Fete à Noel "),
        ("مرحبا", "مرحبا"),
    ],
)
def test_signs_are_made_plainer_but_no_word_is_lost(typed, sent):
    assert plainer(typed) == sent


def test_a_very_long_title_is_cut_and_the_address_stays_whole(app):
    item = Item(id=12, title="Très long titre " * 12, summary="")
    with app.test_request_context():
        said = sharing.short_text(item)
    assert weight(said) <= 160
    assert said.endswith("/i/12")


def test_a_page_offers_paper_a_pdf_and_a_message(client, world):
    said = client.get(f"/pages/{world.public_page}", follow_redirects=True).text
    assert f"/items/{world.public_page}.pdf" in said
    assert re.search(r'href="sms:\?&amp;body=[^"]+%2Fi%2F|href="sms:\?&amp;body=[^"]+/i/', said)
    assert "&lt;iframe src=" in said


def test_what_is_for_the_group_says_who_can_open_its_link(client_of, world):
    said = client_of("karim").get(f"/pages/{world.page}", follow_redirects=True).text
    assert "iframe" not in said
    assert 'id="share"' in said

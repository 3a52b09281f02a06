"""To hand an item on: a short address, a text for a phone, a code to scan."""

import re
import unicodedata

from flask import Blueprint, Response, abort, redirect, render_template
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from wiki.db import db
from wiki.export import press, squares
from wiki.items.access import visible
from wiki.items.links import path_of
from wiki.items.models import Item
from wiki.markup.text import shorten
from wiki.templating import site_address

blueprint = Blueprint("sharing", __name__)
SMS = 160  # characters of one message, when all are of the alphabet below
# The alphabet of short messages (GSM 03.38); one letter outside it and only 70 characters fit.
_BASIC = set(
    "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = set("^{}\\[~]|€")  # these take two places
_PLAINER = str.maketrans({
    "’": "'", "‘": "'", "ʼ": "'", "«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "—": "-",
    "…": "...", "œ": "oe", "Œ": "Oe", "\u00a0": " ", "\u202f": " ", "\u2011": "-", "•": "-",
})  # fmt: skip
_INSIDE_QUOTES = re.compile(r'" ([^"]*?) "')


@blueprint.get("/i/<id:item_id>")
def short(item_id: int):
    """The short address of an item leads to the item."""
    return redirect(path_of(_found(item_id)), 302)


@blueprint.get("/i/<id:item_id>/qr")
def square(item_id: int):
    """The code of an item on the whole screen, to be scanned by a phone held up to it."""
    return render_template("export/square.html", item=_found(item_id))


@blueprint.get("/i/<id:item_id>/qr.svg")
def square_svg(item_id: int):
    """The code as a drawing."""
    found = _found(item_id)
    return Response(squares.svg(f"/i/{found.id}"), mimetype="image/svg+xml")


@blueprint.get("/i/<id:item_id>/qr.png")
def square_png(item_id: int):
    """The code as a picture, to keep."""
    found = _found(item_id)
    answer = Response(squares.png(f"/i/{found.id}"), mimetype="image/png")
    answer.headers["Content-Disposition"] = f'attachment; filename="qr-{found.id}.png"'
    return answer


blueprint.add_app_template_global(press.is_installed, "makes_pdf")


@blueprint.app_template_global("short_link")
def short_link(item) -> str:
    """The shortest address of an item."""
    return f"{site_address()}/i/{item.id}"


@blueprint.app_template_global("short_text")
def short_text(item) -> str:
    """What a text message says of an item: its title, one fact, the address; one message if it can.

    `item` needs a title and a summary only.
    """
    link = short_link(item)
    room = SMS - weight(link) - 2
    title = plainer(item.title or _("Without title"))
    if weight(title) > room:
        return f"{_cut(title, room)}\n{link}"
    told = _fact(item, room - weight(title) - 2)
    end = "" if title.endswith(("?", "!", ".", "...")) else "."
    return f"{title}{end} {told}\n{link}" if told else f"{title}{end}\n{link}"


@blueprint.app_template_filter("bare_address")
def bare_address(address: str) -> str:
    """An address as people type it."""
    return address.partition("://")[2] or address


def plainer(text: str) -> str:
    """A text in the alphabet of short messages: same words, plainer signs."""
    text = _INSIDE_QUOTES.sub(r'"\1"', unicodedata.normalize("NFC", text).translate(_PLAINER))
    plain = [_plain_letter(letter) for letter in text]
    # Words of another script stay as they are: three messages rather than none.
    return text if None in plain else "".join(plain)


def weight(text: str) -> int:
    """How many places of a short message a text takes."""
    return sum(2 if letter in _DOUBLE else 1 for letter in text)


def _plain_letter(letter: str) -> str | None:
    if letter in _BASIC or letter in _DOUBLE:
        return letter
    bare = unicodedata.normalize("NFD", letter)[0]
    if bare in _BASIC:
        return bare
    return None if letter.isalpha() else ""


def _fact(item, room: int) -> str:
    """The first line of the summary that is said whole, else the beginning of the first."""
    lines = [plainer(line) for line in (getattr(item, "summary", "") or "").splitlines()]
    lines = [" ".join(line.lstrip("-*").split()) for line in lines if line.strip()]
    whole = next((line for line in lines if weight(line) <= room), "")
    return whole or (_cut(lines[0], room) if lines and room >= 25 else "")


def _cut(text: str, room: int) -> str:
    return plainer(shorten(text, room - 3)) if weight(text) > room else text


def _found(item_id: int):
    """The item as a narrow row, if the person looking may read it."""
    columns = (Item.id, Item.kind, Item.slug, Item.title, Item.scope, Item.summary)
    query = select(*columns).where(Item.id == item_id, visible(current_user))
    return db.session.execute(query).first() or abort(404)

"""A portrait in a folder: one page that opens by a double click, with its pictures and its voices.

Nothing in it asks the network for anything. It holds what its reader may see, and no more.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, current_app, render_template
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki.consents.releases import note_leaving
from wiki.db import db
from wiki.files import archives, captions, muting, playing, previews
from wiki.files.archives import Entry
from wiki.files.models import File
from wiki.files.names import clean_filename
from wiki.items.access import can, load, visible
from wiki.items.models import Scope
from wiki.portraits import drawing
from wiki.portraits.models import Portrait
from wiki.templating import DIST, site_address
from wiki.throttle import address, throttle

blueprint = Blueprint("folders", __name__)
_ADDRESS = re.compile(r'\b(src|href|poster)="(/[^"]*)"')
_FILE = re.compile(
    r"/files/(\d{1,9})/(preview|media|raw|download|player)(?:/([\w.]+))?(?:\?heard=others)?(#[^\"]*)?"
)
_LINES = re.compile(r"/files/(\d{1,9})/transcripts/(\d{1,9})\.vtt")
_SIGN = re.compile(r'href="[^"]*?#((?:i|p)-[a-z]+)"')
_SIZES = re.compile(r' (?:srcset|sizes|data-wait|data-again|loading)="[^"]*"')
_SYMBOL = re.compile(r'<symbol id="([^"]+)".*?</symbol>', re.DOTALL)
_FONT = re.compile(r"url\([\"']?(?:\./)?([\w.-]+\.woff2)[\"']?\)")
PAGE = "ouvrir.html"
NOTHING = "data:,"  # an address that asks for nothing
SIGNS = Markup("<!--signs-->")  # no sanitised HTML holds a comment


class Made(NamedTuple):
    """The page, and what it shows: names inside the folder, by where the bytes lie."""

    html: str
    media: dict[str, Path]


@blueprint.get("/portraits/<id:item_id>/folder.zip")
def taken_away(item_id: int):
    """The folder, as a zip made while it leaves."""
    portrait = load(Portrait, item_id)
    who = address() if current_user.is_anonymous else str(current_user.id)
    throttle("30 per 5 minutes", "folder", who)
    if portrait.ceiling == Scope.DRAFT:
        return _refused(portrait)
    made = entries(portrait, current_user, clean_filename(portrait.title) + "/")
    note_leaving([portrait], "export")
    return archives.sent(made, portrait.title)


def _refused(portrait: Portrait):
    """Made to be handed on, it does not leave while somebody has not agreed."""
    page = render_template(
        "export/not_handed_on.html", back=portrait.url, signed_in=True,
        people=f"/items/{portrait.id}/people" if can(current_user, "publish", portrait) else "",
    )  # fmt: skip
    return page, 403


def entries(portrait: Portrait, user, place: str) -> list[Entry]:
    """All that the folder of a portrait holds, under `place`."""
    made = page(portrait, user)
    moment = max(portrait.updated_at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    found = [
        Entry(f"{place}{PAGE}", None, moment, made.html.encode()),
        *dress(f"{place}style/", moment),
    ]
    return found + [Entry(f"{place}{name}", path, moment) for name, path in made.media.items()]


def page(portrait: Portrait, user) -> Made:
    """The page of a portrait with addresses that stay inside its folder."""
    return kept_inside(drawn(portrait, user), user)


def drawn(portrait: Portrait, user, **more) -> str:
    """The page of a portrait that stands alone, its addresses still those of the site."""
    shown = drawing.draw(portrait, user, handed_on=True)
    with playing.before_others():
        html = _alone(portrait, shown, more)
    return with_signs(html)


def _alone(portrait: Portrait, shown, more: dict) -> str:
    return render_template(
        "export/folder.html", item=portrait, shown=shown, by_key=shown.by_key, alone=True, may=(),
        may_edit=False, group=None, voice=shown.voice and shown.voice.file, sprite=SIGNS, **more,
    )  # fmt: skip


def with_signs(html: str) -> str:
    """A page that holds the signs it uses, in the place marked for them."""
    signs = set(_SIGN.findall(html))
    html = _SIGN.sub(lambda m: f'href="#{m[1]}"', html)
    return html.replace(SIGNS, _sprite(signs))


def closed(html: str, user) -> Made:
    """A page of ours that asks nothing of the site: its signs inside it, its files beside it."""
    return kept_inside(with_signs(html), user)


def dress(place: str, moment: tuple) -> list[Entry]:
    """The sheet, the script and the letters that such a page needs beside it."""
    return [
        Entry(f"{place}app.css", None, moment, _sheet().encode()),
        Entry(f"{place}folder.js", built("folder.js"), moment),
        *fonts(place, moment),
    ]


def fonts(place: str, moment: tuple) -> list[Entry]:
    """The letters of the site, beside a sheet of ours."""
    return [Entry(f"{place}{name}", DIST / name, moment) for name in _fonts()]


def paper() -> str:
    """The sheet of what is printed, whose letters stand beside it."""
    return built("paper.css").read_text("utf-8")


def kept_inside(html: str, user, up: str = "", choose: "Choose | None" = None) -> Made:
    """A page whose files stand beside it, as far as its reader may see them.

    `up` leads from the page to the top of the folder; `choose` says what of a file comes along.
    """
    html = _SIZES.sub("", html)
    named = {int(m[1]) for one in (_FILE, _LINES) for m in one.finditer(html)}
    files = _readable(named, user)
    media: dict[str, Path] = {}
    choose = choose or _bytes

    def inside(found: re.Match) -> str:
        if (lines := _LINES.fullmatch(found[2])) and int(lines[1]) in files:
            at = captions.carried(files[int(lines[1])], int(lines[2]))
            return f'{found[1]}="{at or NOTHING}"'
        at = _inside(found[2], files, media, up, choose)
        # What is shown, not led to, may not be asked of the site: its words stand in its place.
        if found[1] != "href" and at.startswith(site_address()):
            at = NOTHING
        return f'{found[1]}="{at}"'

    return Made(_ADDRESS.sub(inside, html), media)


def _inside(
    found: str, files: dict[int, File], media: dict[str, Path], up: str, choose: "Choose"
) -> str:
    """Where in the folder an address of the site leads, or the whole address."""
    named = _FILE.fullmatch(found)
    file = files.get(int(named[1])) if named else None
    if file is None:
        return site_address() + found
    name, path = choose(file, named[2], named[3])
    if path is None:
        return site_address() + found
    media[f"media/{name}"] = path
    return f"{up}media/{name}{named[4] or ''}"


Choose = Callable[[File, str, "str | None"], "tuple[str, Path | None]"]


def _bytes(file: File, what: str, name: str | None) -> tuple[str, Path | None]:
    """What of a file comes along: a folder is made to be handed on, so what is masked is silent."""
    everyone = muting.EVERYONE
    if what == "preview" and name in previews.SIZES:
        return f"{file.id}-{name}.webp", previews.path(file.sha256, name)
    if what == "media" and name:
        made = muting.played(file, everyone, name)
        return f"{file.id}-{name}", made if made and made.exists() else None
    if what in ("raw", "download"):
        for made in ("audio.m4a", "video.mp4"):  # lighter, played everywhere, and there already
            path = muting.played(file, everyone, made)
            if path and path.exists() and path.suffix == Path(made).suffix:
                return f"{file.id}-{made}", path
        own = clean_filename(muting.named(file, everyone))
        return f"{file.id}-{own}", muting.whole(file, everyone)
    return "", None


def _readable(ids: set[int], user) -> dict[int, File]:
    query = select(File).where(File.id.in_(ids), visible(user)).options(joinedload(File.blob))
    return {file.id: file for file in db.session.scalars(query)}


def _sprite(names: set[str]) -> str:
    """The signs that the page uses, inside it: a page in a folder may not ask for a sheet."""
    known = {m[1]: m[0] for m in _SYMBOL.finditer(built("icons.svg").read_text())}
    drawn = Markup("").join(Markup(known[name]) for name in sorted(names & known.keys()))
    return f'<svg class="visually-hidden" aria-hidden="true">{drawn}</svg>'


@cache
def _sheet() -> str:
    return built("app.css").read_text("utf-8")


@cache
def _fonts() -> list[str]:
    return sorted({name for name in _FONT.findall(_sheet()) if (DIST / name).exists()})


def built(name: str) -> Path:
    """Where the build wrote it."""
    return DIST / current_app.extensions["assets"].url(name).rpartition("/")[2]

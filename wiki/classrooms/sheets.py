"""A trainee's sheet once it leaves the room: words and tables that anybody reads, no marks."""

import base64
import re
from pathlib import Path

from flask import current_app, render_template
from flask_login import AnonymousUserMixin
from markupsafe import Markup, escape

from wiki.export import press
from wiki.export import sheets as paper
from wiki.markup.text import html_to_text
from wiki.pages.models import Page
from wiki.templating import site_address

_PICTURE = re.compile(r"<img\b[^>]*>")
_NAMED = re.compile(r'\b(src|alt)="([^"]*)"')
_INSIDE = re.compile(r'(<a\b[^>]*?) href="(?:/|#)[^"]*"')  # leads into a room that is emptied
_STOP = "\x02"


def as_html(sheet: Page, user) -> Markup:
    """The text of a sheet for its reader; pictures are said in words, links into the room go."""
    return _shown(sheet, user, lambda _source, alt: f"<i>{escape(alt)}</i>" if alt else "")


def as_file(sheet: Page, user) -> str:
    """The sheet as one page that opens without us, its pictures inside."""
    html = _text_of(sheet, user)
    known = press.pictures(html, user or AnonymousUserMixin())

    def inside(source: str, alt: str) -> str:
        found = known.get(site_address() + source)
        if found is None:
            return escape(alt)
        path = found.get("path")
        data = base64.b64encode(Path(path).read_bytes()).decode() if path else found["data"]
        return f'<img src="data:{found["mime"]};base64,{data}" alt="{escape(alt)}">'

    return render_template(
        "emails/taken.html", subject=sheet.title, sheet=sheet, html=_shown(sheet, user, inside),
        letter_lang=sheet.lang or current_app.config["LANGUAGE"],
    )  # fmt: skip


def as_text(html: str) -> str:
    """The same in plain lines: a blank one before each heading, nothing for what is empty."""
    html = re.sub(r"<h[1-6][^>]*>", lambda head: f"{_STOP}{head[0]}", html)
    html = re.sub(r"<li[^>]*>", "<li>– ", html)
    html = re.sub(r"</t[dh]>\s*<t[dh][^>]*>", " · ", html)
    lines = html_to_text(html).replace(_STOP, "\n").splitlines()
    return "\n".join(line for line in lines if not line or line.strip(" –·"))


def _shown(sheet: Page, user, draw) -> Markup:
    def drawn(tag: re.Match) -> str:
        named = dict(_NAMED.findall(tag[0]))
        return draw(named.get("src", ""), Markup(named.get("alt", "")).unescape())

    return Markup(_INSIDE.sub(r"\1", _PICTURE.sub(drawn, _text_of(sheet, user))))


def _text_of(sheet: Page, user) -> str:
    (made,) = paper.sheets([sheet], user or AnonymousUserMixin())
    return "".join(str(html) for _key, _title, html in made.parts)

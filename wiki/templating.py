"""What templates may use: signs, dates, numbers, built assets, and the headers around a page."""

import json
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from babel.lists import format_list
from flask import Flask, current_app, has_request_context, request, session
from flask_babel import (
    Babel,
    format_date,
    format_datetime,
    format_decimal,
    format_timedelta,
    get_locale,
    get_timezone,
    get_translations,
    ngettext,
)
from flask_babel import gettext as _
from jinja2 import pass_eval_context
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from wiki.db import utcnow
from wiki.icons import Signs
from wiki.pieces import piece

HERE = Path(__file__).parent
# In a checkout the three folders stand beside the package; in a wheel the build puts them inside.
ASSETS = HERE if (HERE / "templates").is_dir() else HERE.parent
DIST = ASSETS / "static" / "dist"
LANGUAGES = ("fr", "en")
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


def init_app(app: Flask) -> None:
    """Give templates their words and pages their headers."""
    _compile_catalogues()
    babel = Babel()
    babel.init_app(
        app,
        default_locale=app.config["LANGUAGE"],
        default_timezone=app.config["TIMEZONE"],
        default_translation_directories=str(HERE / "translations"),
        default_domain="messages",
        locale_selector=language,
    )
    app.jinja_env.install_gettext_callables(
        lambda words: _catalogue().ugettext(words),
        lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, words: _catalogue().upgettext(context, words),
        npgettext=lambda context, *words: _catalogue().unpgettext(context, *words),
    )
    app.jinja_env.globals.update({"_": _say, "gettext": _say})
    assets = _Assets(DIST, app.debug)
    app.extensions["assets"] = assets
    signs = Signs(lambda: assets.url("icons.svg"))
    app.jinja_env.globals.update(
        asset=assets.url,
        asset_parts=assets.parts,
        piece=piece,
        **signs.globals,
        lang=language,
        site_name=app.config["SITE_NAME"],
        ngettext=ngettext,
        now=utcnow,
        qr=qr,
        site_address=site_address,
    )
    app.jinja_env.filters.update(
        day=day,
        weekday=weekday,
        moment=moment,
        ago=ago,
        number=number,
        together=together,
        size=size,
        isodate=isodate,
        device_name=device_name,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.after_request(_headers)


def _compile_catalogues() -> None:
    """In a checkout, a catalogue that was edited since the build is compiled again."""
    for source in (HERE / "translations").glob("*/LC_MESSAGES/messages.po"):
        made = source.with_suffix(".mo")
        if made.exists() and made.stat().st_mtime >= source.stat().st_mtime:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with source.open("rb") as text, made.open("wb") as binary:
            write_mo(binary, read_po(text))


@pass_eval_context
def _say(context, words: str, /, **values) -> str:
    """A phrase in the reader's language: what Jinja's own does, made for thirty calls a page."""
    text = _catalogue().ugettext(words)
    said = Markup(text) if context.autoescape else text
    return said % values if values or "%" in text else said


_catalogues: dict[str, object] = {}


def _catalogue():
    """The words of the current language; flask-babel alone looks for them anew at each word."""
    locale = get_locale()
    name = locale.language if locale else ""
    if name not in _catalogues:
        _catalogues[name] = get_translations()
    return _catalogues[name]


def language() -> str:
    """The language of the screen: the person's choice, else the browser's, else the site's."""
    if not has_request_context():
        return current_app.config["LANGUAGE"]
    chosen = session.get("lang")
    if chosen in LANGUAGES:
        return chosen
    from flask_login import current_user

    if current_user and current_user.is_authenticated and current_user.lang in LANGUAGES:
        return current_user.lang
    asked = request.environ.get("HTTP_ACCEPT_LANGUAGE", "")
    return _language_of(asked, current_app.config["LANGUAGE"])


@lru_cache(maxsize=512)
def _language_of(asked: str, default: str) -> str:
    """The best of ours; a browser set to another gets the site's, not the first of ours."""
    order = (default, *(name for name in LANGUAGES if name != default))
    return parse_accept_header(asked, LanguageAccept).best_match(order, default)


def site_address() -> str:
    """The address of the site as its readers type it, without a final slash."""
    own = current_app.config["BASE_URL"]
    if not own:  # a command, or a worker apart, has no request to ask
        own = request.host_url if has_request_context() else "http://127.0.0.1:8000"
    return str(own).rstrip("/")


def qr(path: str) -> Markup:
    """A square that leads from paper to a page of the site."""
    return _square(site_address() + path)


@lru_cache(maxsize=512)
def _square(address: str) -> Markup:
    import segno

    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True))


def day(value: datetime | date, style: str = "long") -> str:
    """A date in words: 12 mars 2026."""
    local = value.astimezone(get_timezone()).date() if isinstance(value, datetime) else value
    return _day(local, style, str(get_locale()))


@lru_cache(maxsize=2048)
def _day(value: date, style: str, _locale: str) -> str:
    said = format_date(value, style)
    if value.day == 1 and style != "short" and get_locale().language == "fr":
        return said.replace("1 ", "1er ", 1)
    return said


def weekday(value: datetime) -> str:
    """A day as a title: Vendredi 6 mars."""
    french = get_locale() and get_locale().language == "fr"
    words = format_date(value, "EEEE d MMMM" if french else "EEEE, d MMMM")
    if french:
        words = words.replace(" 1 ", " 1er ")  # said after the hour of the place was counted in
    return words[:1].upper() + words[1:]


def device_name(agent: str) -> str:
    """A browser and its machine in words, from what the browser says of itself."""
    browsers = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    machines = (
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("Mac OS", "Mac"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for sign, name in browsers if sign in agent), "")
    machine = next((name for sign, name in machines if sign in agent), "")
    return ", ".join(filter(None, [browser, machine])) or _("Unknown device")


def moment(value: datetime) -> str:
    """A date and a time: 12 mars 2026, 14 h 30."""
    local = value.astimezone(get_timezone())
    if get_locale() and get_locale().language == "fr":
        return f"{day(value)}, {local.hour}\u00a0h\u00a0{local.minute:02d}"
    return format_datetime(value, "medium")


def ago(value: datetime) -> Markup:
    """How long since a moment, with the exact date for those who want it."""
    past = value - utcnow()
    words = format_timedelta(past, add_direction=True, threshold=1)
    if abs(past) < timedelta(minutes=1):
        words = _("just now")  # « 52 seconds ago » is for machines
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        isodate(value), moment(value), words
    )


def isodate(value: datetime) -> str:
    """A moment as programs read it."""
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")


def number(value) -> str:
    """A number in the reader's notation: 12 345,6."""
    return format_decimal(value)


def together(names: list[str], most: int = 0) -> str:
    """Names in a sentence: Karim, Nadia et Fatou; beyond `most`, how many others there are."""
    names = list(names)
    if most and len(names) > most:
        rest = len(names) - most + 1
        words = ngettext("%(num)s other", "%(num)s others", rest)
        names = [*names[: most - 1], words]
    return format_list(names, locale=get_locale() or "fr") if names else ""


def size(value: int) -> str:
    """A number of bytes in words: 2,4 Mo."""
    amount = float(value)
    for unit in (_("bytes"), _("kB"), _("MB"), _("GB")):
        if amount < 1000 or unit == _("GB"):
            break
        amount /= 1000
    figures = format_decimal(round(amount, 1 if amount < 10 else 0))
    return f"{figures}\u00a0{unit}"


def _headers(response):
    """Private unless a view says otherwise, and nothing active that is not ours."""
    headers = response.headers
    if response.status_code == 304:
        # What a browser keeps it keeps with its guards; a 304 repeats none of them (RFC 9110).
        headers.setdefault("Cache-Control", "private, no-cache")
        return response
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if "frame-ancestors *" not in headers["Content-Security-Policy"]:
        headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    headers.setdefault("Permissions-Policy", "interest-cohort=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "private, no-cache"
    return response


class _Assets:
    """Names of the built files; the manifest is read again when it changes in development."""

    def __init__(self, folder: Path, watch: bool):
        self.folder, self.watch = folder, watch
        self.names: dict = {}
        self.read_at = 0.0

    def url(self, name: str) -> str:
        """The address of a built file, for ever cacheable."""
        if self.watch or not self.names:
            manifest = self.folder / "manifest.json"
            changed = manifest.stat().st_mtime
            if changed != self.read_at:
                self.names, self.read_at = json.loads(manifest.read_text()), changed
        return f"/static/{self.names[name]}"

    def parts(self, *names: str) -> list[str]:
        """The addresses of scripts and of all they bring, each once."""
        self.url(names[0])
        found = [part for name in names for part in self.names["parts"][name]]
        return [f"/static/{part}" for part in dict.fromkeys(found)]

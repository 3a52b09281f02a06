"""The manual: Markdown files served by the app, with tables made from what the code declares."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Blueprint, abort, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from wiki import FEATURES
from wiki.config import SETTINGS
from wiki.groups.models import Role
from wiki.markup import render
from wiki.markup.macros import MACROS
from wiki.markup.text import slugify
from wiki.templating import language

blueprint = Blueprint("manual", __name__)


@dataclass(frozen=True)
class Chapter:
    """One chapter of the manual."""

    name: str
    title: str
    html: Markup
    toc: list


@blueprint.get("/aide")
@blueprint.get("/aide/<name>")
def page(name: str = ""):
    """The manual, in the reader's language."""
    found = chapter(name)
    if found is None:
        abort(404)
    return render_template("help/page.html", chapter=found, chapters=chapters())


def chapters(lang: str = "") -> list[Chapter]:
    """All chapters in their order, in the reader's language."""
    return list(_read(lang or language()).values())


def chapter(name: str, lang: str = "") -> Chapter | None:
    """One chapter by the end of its address; the first without a name."""
    known = _read(lang or language())
    if not name:
        return next(iter(known.values()), None)
    return known.get(name) or next(
        (c for lang in ("fr", "en") for c in _read(lang).values() if c.name == name), None
    )


def commands() -> str:
    """The commands of the program as a Markdown table."""
    from click import Context

    from wiki.cli import essaim

    rows = []

    def walk(group, prefix):
        for name, command in sorted(group.commands.items()):
            if hasattr(command, "commands"):
                walk(command, f"{prefix} {name}")
            else:
                pieces = " ".join(command.collect_usage_pieces(Context(command)))
                usage = f"{prefix} {name} {pieces}".replace("|", "\\|")
                rows.append((f"`{usage}`", _(command.get_short_help_str(120))))

    walk(essaim, "essaim")
    return _table((_("Command"), _("What it does")), rows)


def _settings() -> str:
    rows = [
        (f"`ESSAIM_{s.name}`", f"`{s.default}`" if s.default != "" else "—", _(s.meaning))
        for s in SETTINGS
    ]
    return _table((_("Setting"), _("Without it"), _("What it is for")), rows)


def _macros() -> str:
    # A macro whose kind is not built yet stays out of the manual.
    built = {name.partition(".")[0] for name in FEATURES} | {"", "items"}
    rows = [(f"`{m.example}`", _(m.purpose)) for m in MACROS if m.kind in built]
    return _table((_("You write"), _("The page shows")), rows)


def _table(head: tuple, rows: list[tuple]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _roles(lang: str) -> str:
    words = {
        "fr": {
            Role.READER: ("Lecteur·rice", "lit et commente"),
            Role.MEMBER: ("Membre", "écrit, range, met à la corbeille"),
            Role.FACILITATOR: ("Animateur·rice", "invite, publie, efface, règle le groupe"),
        },
        "en": {
            Role.READER: ("Reader", "reads and comments"),
            Role.MEMBER: ("Member", "writes, sorts, puts in the trash"),
            Role.FACILITATOR: ("Facilitator", "invites, publishes, erases, sets up the group"),
        },
    }[lang]
    return _table((_("Role"), _("What this person does")), [words[r] for r in Role])


@cache
def _read(lang: str) -> dict[str, Chapter]:
    tables = {
        "settings": _settings, "commands": commands, "macros": _macros,
        "roles": lambda: _roles(lang),
    }  # fmt: skip
    folder = files("wiki").joinpath("help", lang)
    found = {}
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if not path.name.endswith(".md"):
            continue
        text = path.read_text("utf-8")
        with force_locale(lang):
            text = re.sub(
                r"^\{\{(settings|commands|macros|roles)\}\}$",
                lambda match: tables[match[1]](),
                text,
                flags=re.MULTILINE,
            )
        title, _newline, body = text.partition("\n")
        made = render(body, lang=lang)
        name = slugify(re.sub(r"^\d+-|\.md$", "", path.name))
        found[name] = Chapter(name, title.lstrip("# "), Markup(made.html), made.toc)
    return found

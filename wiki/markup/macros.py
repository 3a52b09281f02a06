"""The macros people may type in a page: one table for the renderer, the manual and the editor."""

import html
import re
from dataclasses import dataclass

from wiki.markup.text import fold


@dataclass(frozen=True)
class Macro:
    """One macro: its name on screen, its other names, what it is for and what it shows."""

    name: str
    aliases: tuple[str, ...]
    purpose: str
    kind: str = ""  # package name of the embedded item ("" = not an embed)
    key: str = ""  # name of the callback that fills it at view time ("" = an embed)
    example: str = ""
    timed: bool = False  # it needs a moment too: « 83-95 », in seconds


MACROS = [
    Macro("page", (), "Shows the card of a page.", kind="pages", example="{{page 12}}"),
    Macro(
        "fichier",
        ("file", "image", "document"),
        "Shows a file: picture, document, sound or video.",
        kind="files",
        example="{{fichier 12}}",
    ),
    Macro(
        "retour",
        ("report", "récit", "bilan"),
        "Shows the card of an experience report.",
        kind="reports",
        example="{{retour 12}}",
    ),
    Macro(
        "collection",
        (),
        "Shows the card of a collection.",
        kind="collections",
        example="{{collection 12}}",
    ),
    Macro(
        "moment",
        (),
        "Quotes a moment of a recording: its words and its sound, from a second to another.",
        kind="files",
        timed=True,
        example="{{moment 12 83-95}}",
    ),
    Macro("carte", ("map",), "Shows a map.", kind="maps", example="{{carte 12}}"),
    Macro("portrait", (), "Shows a portrait.", kind="portraits", example="{{portrait 12}}"),
    Macro(
        "séance",
        ("session", "événement", "event"),
        "Shows a session: its day, its place.",
        kind="events",
        example="{{séance 12}}",
    ),
    Macro(
        "journée",
        ("training",),
        "Shows a training day.",
        kind="trainings",
        example="{{journée 12}}",
    ),
    Macro(
        "élément",
        ("item", "contenu"),
        "Shows the card of any item, by its number.",
        kind="items",
        example="{{élément 12}}",
    ),
    Macro(
        "sommaire", ("toc",), "Shows the contents of the page.", key="toc", example="{{sommaire}}"
    ),
    Macro(
        "pages",
        ("children", "sous-pages"),
        "Lists the pages placed under this one.",
        key="children",
        example="{{pages}}",
    ),
]

BY_NAME = {fold(name): macro for macro in MACROS for name in (macro.name, *macro.aliases)}

_MOMENT = r"\d{1,6}(?:-\d{1,6})?"
_LINE = re.compile(
    r"\{\{[ \t]*([^\W\d_][\w-]{1,30})(?:[ \t\u00a0:]+#?(\d{1,12}))?"
    rf"(?:[ \t\u00a0]+({_MOMENT}))?[ \t]*\}}\}}"
)


def placeholder(line: str) -> str | None:
    """The HTML that holds the place of a macro alone on its line, None when the line is text."""
    line = line.strip()
    if line.lower() == "[toc]":  # what other Markdown tools write
        return _hold("toc")
    match = _LINE.fullmatch(line)
    macro = BY_NAME.get(fold(match[1])) if match else None
    if macro is None or bool(macro.kind) != bool(match[2]) or macro.timed != bool(match[3]):
        return None
    if macro.key:
        return _hold(macro.key)
    moment = f' data-moment="{match[3]}"' if match[3] else ""
    return (
        f'<div class="embed" data-embed="{int(match[2])}" data-kind="{macro.kind}"{moment}></div>'
    )


def _hold(key: str) -> str:
    return f'<div class="macro" data-macro="{key}"></div>'


def toc_html(toc: list[dict], title: str = "Sommaire") -> str:
    """The table of contents as nested lists in a labelled <nav>, '' when there is no heading."""
    if not toc:
        return ""
    out, depth, base = [], 0, min(entry["level"] for entry in toc)
    for entry in toc:
        wanted = min(entry["level"] - base + 1, depth + 1)
        out.append("<ol><li>" if wanted > depth else "</li></ol>" * (depth - wanted) + "</li><li>")
        depth = wanted
        out.append(f'<a href="#{html.escape(entry["id"])}">{html.escape(entry["text"])}</a>')
    body = "".join(out) + "</li></ol>" * depth
    return f'<nav class="toc" aria-label="{html.escape(title)}">{body}</nav>'

"""Bring the French catalogue up to date with the code: `python -m wiki.translations`."""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

# What wtforms itself says of a field, for the checks our forms make.
FIELDS = (
    "This field is required.",
    "Field must be between %(min)d and %(max)d characters long.",
    "Field cannot be longer than %(max)d characters.",
    "Not a valid choice.",
    "Not a valid integer value.",
    "Not a valid date value.",
    "Not a valid time value.",
    "Invalid Choice: could not coerce.",
    "Invalid choice(s): one or more data inputs could not be coerced.",
    "'%(value)s' is not a valid choice for this field.",
    "'%(value)s' are not valid choices for this field.",
)
HERE = Path(__file__).parent
ROOT = HERE.parent.parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
FRENCH = HERE / "fr" / "LC_MESSAGES" / "messages.po"


def said() -> Catalog:
    """Every message of the code, the templates, the settings and the commands."""
    catalog = Catalog()
    methods = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract"),
               ("**.txt", "jinja2.ext:babel_extract")]  # fmt: skip
    options = {"**.html": _jinja(), "**.txt": _jinja()}
    for folder in (ROOT / "wiki", ROOT / "templates"):
        for found in extract_from_dir(folder, methods, options, keywords=KEYWORDS):
            file, _line, message, comments, context = found
            if message not in ("", ("", "")) and not file.endswith("synonyms.txt"):
                catalog.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    for message in declared():
        catalog.add(message, None, [("declared", 0)])
    return catalog


def declared() -> list[str]:
    """Messages that stand in declarations rather than in calls: settings, commands, wtforms'."""
    from wiki.cli import essaim
    from wiki.config import SETTINGS
    from wiki.markup.macros import MACROS

    found = [setting.meaning for setting in SETTINGS] + [macro.purpose for macro in MACROS]

    def walk(group):
        for command in group.commands.values():
            if hasattr(command, "commands"):
                walk(command)
            else:
                found.append(command.get_short_help_str(120))

    walk(essaim)
    return [*found, *FIELDS]


def update() -> Catalog:
    """Merge what is said now into the French catalogue and write it; new messages stay empty."""
    catalog = Catalog(locale="fr", project="Essaim", fuzzy=False)
    if FRENCH.exists():
        with FRENCH.open("rb") as file:
            catalog = read_po(file, locale="fr")
    was = catalog.creation_date
    catalog.update(said(), no_fuzzy_matching=True)
    catalog.creation_date = was  # else two branches never agree on it
    catalog.obsolete.clear()
    for message in catalog:
        message.locations, message.auto_comments = [], []
    with FRENCH.open("wb") as file:
        write_po(file, catalog, sort_output=True, omit_header=False, width=0)
    with FRENCH.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    return catalog


def _jinja() -> dict:
    return {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}


if __name__ == "__main__":
    left = [m.id for m in update() if m.id and not all(m.string if m.pluralizable else [m.string])]
    print(f"{len(left)} messages to translate")
    for message in left:
        print(" ", message)
    sys.exit(bool(left))

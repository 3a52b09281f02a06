"""Two lists of a report, line by line: what it changed for whom, and what it takes to redo it."""

from typing import NamedTuple

from flask_babel import lazy_gettext as N_

from wiki.markup.sanitize import clean_text

MOST_LINES = 60
LONGEST = 1_000


class Word(NamedTuple):
    """A value of a closed list: its code, what it is called, its sign, and what it means."""

    code: str
    name: object
    sign: str = ""
    meaning: object = ""


WHOM = (
    Word("people", N_("For the people"), "gens", N_("What they do, dare or say differently.")),
    Word("team", N_("For the team"), "groupe", N_("How you work, what you learned.")),
    Word("structure", N_("For the structure"), "travail", N_("Habits, partners, means.")),
)
EVIDENCE = (
    Word("observed", N_("Observed"), "oeil", N_("someone of the team saw it")),
    Word("said", N_("Said"), "bulle", N_("those who took part say it")),
    Word("measured", N_("Measured"), "tableau", N_("counted, before and after if possible")),
)
FAMILIES = (
    Word("public", N_("Public"), "gens", N_("Who must be there, and what they can do already.")),
    Word("place", N_("Surroundings"), "lieu", N_("Place, neighbours, partners, moment.")),
    Word("means", N_("Means"), "euro", N_("Money, material, time, people of the team.")),
    Word("support", N_("Support"), "accord", N_("Who helps, trains, opens doors.")),
)
WEIGHTS = (
    Word("must", N_("Indispensable"), "", N_("without it, it does not work")),
    Word("fit", N_("Adaptable"), "", N_("do it your own way")),
    Word("ours", N_("Particular to us"), "", N_("you may do without")),
)
CHOICES = {"whom": WHOM, "evidence": EVIDENCE, "family": FAMILIES, "weight": WEIGHTS}
COLUMNS = {
    "effects": ("whom", "text", "evidence", "n", "source"),
    "requirements": ("family", "text", "weight"),
}
DEFAULTS = {"whom": "people", "evidence": "", "family": "public", "weight": "must"}
# What people write in a line, as opposed to what they choose in a list.
WRITTEN = ("text", "source")


def codes(column: str) -> list[str]:
    """The values that a column of choices may hold; evidence may be missing."""
    return [word.code for word in CHOICES[column]] + ([""] if column == "evidence" else [])


def tidy(name: str, row: dict) -> dict:
    """One line with every column, what was not chosen well left at its default."""
    made: dict = {}
    for column in COLUMNS[name]:
        value = row.get(column)
        if column in CHOICES:
            made[column] = value if value in codes(column) else DEFAULTS[column]
        elif column == "n":
            made[column] = value if isinstance(value, int) and value is not True else None
        else:
            made[column] = clean_text(str(value or ""))
    return made


def grouped(name: str, rows: list[dict] | None) -> list[tuple[Word, list[dict]]]:
    """The lines under what they are about, in the order of the closed list; empty ones left out."""
    column = COLUMNS[name][0]
    found = [(w, [r for r in rows or [] if r.get(column) == w.code]) for w in CHOICES[column]]
    return [(word, own) for word, own in found if own]


def word_of(column: str, code: str) -> Word | None:
    """What a code is called, if it is one."""
    return next((word for word in CHOICES[column] if word.code == code), None)


def said(name: str, row: dict) -> str:
    """A line in one sentence, for searching, comparing and copying."""
    parts = [row.get("text", "")]
    heads = [word_of(column, row.get(column, "")) for column in COLUMNS[name] if column in CHOICES]
    about = [str(word.name) for word in heads if word]
    if row.get("n") is not None:
        about.append(f"n = {row['n']}")
    if row.get("source"):
        about.append(row["source"])
    return f"{parts[0]} ({', '.join(about)})" if about else parts[0]

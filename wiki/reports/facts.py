"""The facts of a report in words: for whom, where, how long, how many, how much, when."""

import re

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy import inspect

from wiki.items import terms
from wiki.markup.text import shorten

# « Pour qui : neuf retraités » is a label and what it introduces.
_LABEL = re.compile(r"[-*•\s]*([^:.!?]{2,40}?)\s?:\s+(?=\S)(.+)", re.DOTALL)


def facts(report) -> list[tuple[str, str, str]]:
    """(icon, word, value) of the facts strip; a fact nobody gave has an empty value."""
    return [
        ("gens", _("For whom"), _named(report, "publics")),
        ("lieu", _("Where"), report.place or _named(report, "territories")),
        ("heure", _("How long"), duration(report)),
        ("moi", _("People"), _people(report.people)),
        ("euro", _("Cost"), _cost(report)),
        ("agenda", _("Year"), str(report.year or "")),
    ]


def facts_line(report, public: str | None = None) -> list[tuple[str, str]]:
    """(icon, value) for a card, without a query more than was already made.

    `public` is the first of its publics, for a row that has no terms.
    """
    if public is None:
        public = "" if "terms" in inspect(report).unloaded else _named(report, "publics", 1)
    return [
        ("gens", public),
        ("lieu", shorten(report.place or "", 40)),
        ("heure", shorten(duration(report), 48)),
        ("moi", _people(report.people)),
        ("euro", money(report.cost)),
        ("agenda", str(report.year or "")),
    ]


def duration(report) -> str:
    """How long the action lasted, as it was said, else counted from sessions and hours."""
    if report.duration:
        return report.duration
    if report.sessions and report.hours:
        return _rhythm(report.sessions, report.hours)
    if report.sessions:
        return ngettext("%(num)s session", "%(num)s sessions", report.sessions)
    return _hours(report.hours)


def money(amount: int | None) -> str:
    """Euros as they are written in the reader's language: 1 200 €."""
    if amount is None:
        return ""
    figures = format_decimal(amount)
    return _("%(amount)s €", amount=figures)


def minute(summary: str) -> list[tuple[str, str]]:
    """« In 1 minute » line by line: what a line answers, if it says so, and the rest."""
    lines = [line.strip() for line in (summary or "").splitlines() if line.strip()]
    if len(lines) == 1:
        return [("", lines[0])]
    return [_labelled(line) for line in lines]


def _labelled(line: str) -> tuple[str, str]:
    found = _LABEL.fullmatch(line)
    return (found[1].strip("* "), found[2].lstrip("* ")) if found else ("", line.lstrip("-*• "))


def _named(report, vocabulary: str, at_most: int = 2) -> str:
    labels = [terms.label_of(term) for term in report.terms_of(vocabulary)[:at_most]]
    return ", ".join([*labels[:1], *(label[:1].lower() + label[1:] for label in labels[1:])])


def _people(count: int | None) -> str:
    return "" if count is None else ngettext("%(num)s person", "%(num)s people", count)


def _hours(count: int | None) -> str:
    return ngettext("%(num)s hour", "%(num)s hours", count) if count else ""


def _rhythm(sessions: int, hours: int) -> str:
    each = hours / sessions
    if 2.5 <= each <= 4.5:
        return ngettext("%(num)s half-day", "%(num)s half-days", sessions)
    if 5 <= each <= 8:
        return ngettext("%(num)s day", "%(num)s days", sessions)
    if hours % sessions == 0:
        return ngettext(
            "%(num)s session of %(each)s h", "%(num)s sessions of %(each)s h", sessions,
            each=int(each),
        )  # fmt: skip
    return ngettext(
        "%(num)s session, %(hours)s h in all", "%(num)s sessions, %(hours)s h in all", sessions,
        hours=hours,
    )  # fmt: skip


def _cost(report) -> str:
    spent = money(report.cost)
    if not report.preparation_hours:
        return spent
    work = ngettext(
        "%(num)s h of preparation", "%(num)s h of preparation", report.preparation_hours
    )
    return _("%(money)s and %(work)s", money=spent, work=work) if spent else work

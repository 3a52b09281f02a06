"""What people fill in to tell an experience: facts, words to be found by, sections."""

import re
from datetime import date
from itertools import zip_longest
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from flask_login import current_user
from sqlalchemy import and_, select
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.utils import unset_value
from wtforms.validators import DataRequired, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextArea, TextInput

from wiki.db import db
from wiki.forms import Form, line, text
from wiki.items import terms
from wiki.items.history import revision
from wiki.items.models import Term
from wiki.markup.sanitize import clean_body, clean_text
from wiki.reports import lines
from wiki.reports.outlines import (
    BY_KEY,
    MOST_OWN,
    OWN_KEY,
    SECTIONS,
    Section,
    arranged,
    own_sections,
)

RESERVED = "Tous droits réservés"
# What each licence lets others do, in words; the name is what is kept.
LICENCES = {
    "CC BY 4.0": N_("reuse and change freely, naming us"),
    "CC BY-SA 4.0": N_("the same, and share in the same way what is made from it"),
    "CC BY-NC-SA 4.0": N_("the same, but sell nothing"),
    "CC0 1.0": N_("do anything, even without naming us"),
    "Licence Ouverte 2.0": N_("reuse freely, naming us and the date: for public bodies"),
    RESERVED: N_("read only: ask us before any reuse"),
}
FACTS = (
    "structure", "place", "year", "people", "sessions", "hours", "duration",
    "preparation_hours", "cost", "licence",
)  # fmt: skip
FIGURES = {"year", "people", "sessions", "hours", "preparation_hours", "cost"}
CHOSEN = (
    "publics", "needs", "territories", "themes", "formats", "tools", "obstacles", "outcomes",
    "connectivity", "structures", "skills",
)  # fmt: skip
# A line of which nothing of this was typed is an empty line.
_TYPED = ("text", "source", "n")
OUTLINE_NAMES = (("story", N_("A story, ten minutes")), ("full", N_("A full report")))
_UNITS = re.compile(r"[\s\u00a0\u202f€]|euros?|h(?:eures?)?$|hours?$", re.IGNORECASE)


class Amount(IntegerField):
    """A whole number as people write it: 1 200, 340 €, 12,5."""

    widget = TextInput()

    def process_formdata(self, values):
        """Read the number; an empty field is no number at all."""
        self.data = None
        written = _UNITS.sub("", values[0] if values else "").replace(",", ".")
        if not written:
            return
        try:
            self.data = int(float(written) + 0.5)
        except (ValueError, OverflowError):
            raise ValueError(_("Write a number, such as 12.")) from None


def amount(label, most: int, **kwargs) -> Amount:
    """A number that may be missing."""
    kwargs.setdefault("render_kw", {"inputmode": "numeric", "autocomplete": "off"})
    within = NumberRange(0, most, message=N_("Write a number between 0 and %(max)s."))
    return Amount(label, [Optional(), within], **kwargs)


class Lines(Field):
    """Lines of a table, each column sent as often as there are lines; empty ones are left out."""

    def process(self, formdata, data=unset_value, extra_filters=None):
        """Read the columns side by side, or take what the report has."""
        self.process_errors, self.raw_data = [], None
        columns = lines.COLUMNS[self.name]
        sent = formdata is not None and any(f"{self.name}_{c}" in formdata for c in columns)
        if not sent:
            self.data = [] if data is unset_value else list(data or [])
            return
        self.raw_data = [True]
        values = [formdata.getlist(f"{self.name}_{column}") for column in columns]
        rows = [dict(zip(columns, row, strict=True)) for row in zip_longest(*values, fillvalue="")]
        self.data = [_line(self.name, row) for row in rows if any(map(row.get, _TYPED))]

    def pre_validate(self, form):
        """Say what is wrong with a line, without touching what was typed."""
        if len(self.data) > lines.MOST_LINES:
            raise ValidationError(_("At most %(n)s lines.", n=lines.MOST_LINES))
        if any(len(row[name]) > lines.LONGEST for row in self.data for name in _written(row)):
            raise ValidationError(_("A line is too long: 1,000 characters at most."))
        if any(not row["text"] for row in self.data):
            raise ValidationError(_("Say in words what this line is about."))
        if any(isinstance(row.get("n"), str) for row in self.data):
            raise ValidationError(_("How many people: write a number, such as 12."))


class Names(Field):
    """Names, one per line."""

    widget = TextArea()

    def process_formdata(self, values):
        """One name per line, as typed."""
        if values:
            found = [clean_text(one) for one in clean_body(values[0]).split("\n")]
            self.data = list(dict.fromkeys(one for one in found if one))

    def _value(self) -> str:
        return "\n".join(self.data or [])

    def pre_validate(self, form):
        """Few and short enough to be shown."""
        if len(self.data or []) > 60 or any(len(one) > 120 for one in self.data or []):
            raise ValidationError(_("At most 60 lines of 120 characters."))


def _line(name: str, row: dict) -> dict:
    """A line as it was sent; a number that is none stays as typed, to be mended."""
    made = lines.tidy(name, {**row, "n": None})
    if typed := _UNITS.sub("", row.get("n") or ""):
        good = typed.isascii() and typed.isdigit() and len(typed) < 8
        made["n"] = int(typed) if good else typed
    return made


def _written(row: dict) -> list[str]:
    return [name for name in lines.WRITTEN if name in row]


class NewReportForm(Form):
    """The first step: a title, a size, and who may read it meanwhile."""

    title = line(
        N_("Do what, with whom?"),
        description=N_("Verb first: « Cook together to talk about work »."),
    )
    outline = RadioField(N_("How much do you want to tell?"), choices=OUTLINE_NAMES)
    scope = RadioField(
        N_("Who may read it while you write?"),
        choices=[("0", N_("Me and the facilitators")), ("1", N_("The whole group"))],
        default="0",
    )


class ReportForm(Form):
    """A whole report; everything but the title may wait while it is a draft."""

    title = line(
        N_("Do what, with whom?"),
        description=N_("Verb first: « Cook together to talk about work »."),
        widget=TextArea(),
    )
    summary = text(
        N_("In 1 minute"),
        longest=5_000,
        description=N_(
            "For whom, what, how long, what it changed, what it takes to do it again. "
            "Five lines, 500 characters."
        ),
    )
    outline = RadioField(
        N_("Size of the report"),
        choices=OUTLINE_NAMES,
        description=N_("Change your mind at any time: no text is lost."),
        validators=[DataRequired()],
    )
    body = text(N_("Free text"), description=N_("A text that follows no outline."))
    structure = line(N_("Structure"), needed=False, description=N_("Who carried the action?"))
    place = line(N_("Place"), needed=False, description=N_("Town, district, area"))
    year = Amount(
        N_("Year"),
        [Optional(), NumberRange(1900, 2100, message=N_("Write a year, such as 2026."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    people = amount(N_("How many people took part"), 1_000_000)
    sessions = amount(N_("How many sessions"), 100_000)
    hours = amount(N_("Hours in all"), 1_000_000, description=N_("All sessions together"))
    duration = line(
        N_("Duration in words"), needed=False, description=N_("For instance: 8 mornings of 2 h")
    )
    preparation_hours = amount(N_("Hours of preparation"), 1_000_000)
    cost = amount(N_("Cost, in euros"), 1_000_000_000, description=N_("Even 0 €"))
    licence = SelectField(N_("Licence"), description=N_("What others may do with this report."))
    effects = Lines(N_("What it changed, line by line"))
    requirements = Lines(N_("Conditions to do it again, line by line"))
    contributors = Names(
        N_("Who else contributed"),
        description=N_("One per line. Those who wrote here are named without this."),
    )
    reviewers = Names(
        N_("Re-read by"),
        description=N_("One per line, with what they do: « Olivier Tanneau, adviser »."),
    )
    skipped = SelectMultipleField(validate_choice=False)
    arrangement = HiddenField()
    tags = line(N_("Tags"), 500, needed=False, description=N_("Your own words, between commas"))
    territories = line(
        N_("Add places"), 500, needed=False,
        description=N_("Town, community of towns, department or region, between commas"),
    )  # fmt: skip
    note = line(
        N_("What you changed"), 300, needed=False, description=N_("Helps the others to follow")
    )
    revision = HiddenField()
    own: ClassVar[list[str]] = []

    def offer(self, report) -> None:
        """Fill in the choices: terms on offer and those the report bears, licences, its own too."""
        choices = _terms_on_offer(report)
        for vocabulary in CHOSEN:
            field = self[f"terms_{vocabulary}"]
            field.label.text = terms.vocabulary_label(vocabulary)
            field.choices = choices.get(vocabulary, [])
        named = {**dict(zip(LICENCES, LICENCES, strict=True)), RESERVED: _("All rights reserved")}
        licences = [("", _("Not chosen yet"))]
        licences += [(one, f"{named[one]}: {means}") for one, means in LICENCES.items()]
        if report.licence and report.licence not in LICENCES:
            licences.append((report.licence, report.licence))
        self.licence.choices = licences

    @classmethod
    def of(cls, report, sent=None) -> "ReportForm":
        """The form of a report as it was sent or kept, or as the report is."""
        own = {section.key: section for section in own_sections(report)}
        for name in sent or ():
            key = name.removeprefix("section_")
            if name != key and OWN_KEY.fullmatch(key) and len(own) < MOST_OWN:
                own.setdefault(key, Section(key, "", ""))
        fields = {"own": list(own)}
        for key, section in own.items():
            fields[f"heading_{key}"] = line(N_("Your heading"), 120, needed=False)
            fields[f"section_{key}"] = text(section.title or N_("Your text"))
        form = type(cls.__name__, (cls,), fields)(sent, obj=report)
        form.offer(report)
        form.show_sections(report)
        if sent is None:
            form.show(report)
        return form

    def show_sections(self, report) -> None:
        """Take the texts that were not sent from the report."""
        recorded = {**(report.sections or {}), "body": report.body}
        for key in [*BY_KEY, *self.own]:
            if not self[f"section_{key}"].raw_data:
                self[f"section_{key}"].data = recorded.get(key, "")
        if not self.body.raw_data:
            self.body.data = recorded["body"]

    def show(self, report) -> None:
        """Take headings and terms from the report, which are not attributes of it."""
        for section in own_sections(report):
            self[f"heading_{section.key}"].data = str(section.title)
        self.arrangement.data = ",".join(arranged(report, everything=True))
        for vocabulary in CHOSEN:
            self[f"terms_{vocabulary}"].data = [t.slug for t in report.terms_of(vocabulary)]
        self.tags.data = ", ".join(term.label for term in report.terms_of("tags"))
        self.revision.data = str(report.revision_count)

    def changes(self, report, base: int) -> dict:
        """What was sent of each versioned field, ready to be merged on version `base`.

        A field that was not in the form at all is left as it is.
        """
        sent = {
            name: self[name].data if name in FIGURES else self[name].data or ""
            for name in ("title", "outline", "summary", "body", *FACTS)
            if self[name].raw_data
        }
        sent |= {name: self[name].data or [] for name in _LISTS if self[name].raw_data}
        sent["sections"] = self._written("section", report.sections, [*BY_KEY, *self.own])
        sent["headings"] = self._written("heading", report.headings, self.own)
        if self.arrangement.raw_data:
            sent["arrangement"] = self._order()
            # A box left empty is not sent: the order, always sent, tells that the boxes were there.
            sent["skipped"] = [key for key in self.skipped.data or [] if key in BY_KEY]
        if self.tags.raw_data:
            sent["terms"] = self._terms(report, base)
        return sent

    def order(self) -> list[str]:
        """The keys of all sections in the order the person put them; new ones at the end."""
        known = [*BY_KEY, *self.own]
        asked = dict.fromkeys((self.arrangement.data or "").split(",")[:200])
        return [key for key in asked if key in known] + [key for key in known if key not in asked]

    def _order(self) -> list[str]:
        order = self.order()
        return [] if order == [*BY_KEY, *self.own] else order

    def _written(self, prefix: str, now: dict | None, keys: list[str]) -> dict[str, str]:
        written = dict(now or {})
        for key in keys:
            field = self[f"{prefix}_{key}"]
            if field.raw_data:
                written[key] = field.data or ""
        return {key: words for key, words in written.items() if words}

    def _terms(self, report, base: int) -> list[Term]:
        """The report's terms with what this person added and took away since version `base`."""
        sent = [t for v in CHOSEN for t in terms.by_slugs(v, self[f"terms_{v}"].data or [])]
        for vocabulary in ("tags", "territories"):
            sent += terms.named(vocabulary, re.split(r"[,;\n]", self[vocabulary].data or "")[:40])
        seen = _seen(report, base)
        handled = {*CHOSEN, "tags"}
        now = {_name(term): term for term in report.terms}
        removed = {n for n in seen if n.split(":")[0] in handled} - {_name(t) for t in sent}
        kept = [term for name, term in now.items() if name not in removed]
        return kept + [term for term in sent if _name(term) not in now]


_LISTS = ("effects", "requirements", "contributors", "reviewers")
for _section in SECTIONS:
    setattr(
        ReportForm,
        f"section_{_section.key}",
        text(_section.title, description=_section.prompt),
    )
for _vocabulary in CHOSEN:
    setattr(
        ReportForm,
        f"terms_{_vocabulary}",
        SelectMultipleField(
            _vocabulary, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
        ),
    )


def this_year() -> int:
    """The year a new report is most likely about."""
    return date.today().year


def _terms_on_offer(report) -> dict[str, list[tuple[str, str]]]:
    borne = Term.id.in_({term.id for term in report.terms})
    on_offer = and_(Term.retired_at.is_(None), terms.known_to(current_user))
    rows = db.session.scalars(
        select(Term)
        .where(Term.vocabulary.in_(CHOSEN), on_offer | borne)
        .order_by(Term.position, Term.label)
    )
    offered: dict[str, list] = {}
    for term in rows:
        offered.setdefault(term.vocabulary, []).append((term.slug, terms.label_of(term)))
    return offered


def _seen(report, base: int) -> set[str]:
    """The terms the person had before their eyes, as `vocabulary:slug`."""
    if base == report.revision_count:
        return {_name(term) for term in report.terms}
    past = revision(report, base)
    return set((past.data if past else report.snapshot()).get("terms", []))


def _name(term: Term) -> str:
    return f"{term.vocabulary}:{term.slug}"

"""What people fill in to tell an experience: facts, words to be found by, sections."""

import re
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from flask_login import current_user
from sqlalchemy import and_, select
from wtforms import HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget, TextArea, TextInput

from wiki.db import db
from wiki.forms import Form, line, text
from wiki.items import terms
from wiki.items.history import revision
from wiki.items.models import Term
from wiki.reports.outlines import SECTIONS

LICENCES = ("Licence Ouverte 2.0", "CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC-SA 4.0")
RESERVED = "Tous droits réservés"
FACTS = (
    "structure", "place", "year", "people", "sessions", "hours", "duration",
    "preparation_hours", "cost", "licence",
)  # fmt: skip
FIGURES = {"year", "people", "sessions", "hours", "preparation_hours", "cost"}
CHOSEN = (
    "publics", "needs", "territories", "themes", "formats", "tools", "obstacles", "outcomes",
    "connectivity", "structures", "skills",
)  # fmt: skip
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
    tags = line(N_("Tags"), 500, needed=False, description=N_("Your own words, between commas"))
    note = line(
        N_("What you changed"), 300, needed=False, description=N_("Helps the others to follow")
    )
    revision = HiddenField()

    def offer(self, report) -> None:
        """Fill in the choices: terms on offer and those the report bears, licences, its own too."""
        choices = _terms_on_offer(report)
        for vocabulary in CHOSEN:
            field = self[f"terms_{vocabulary}"]
            field.label.text = terms.vocabulary_label(vocabulary)
            field.choices = choices.get(vocabulary, [])
        licences = [("", _("Not chosen yet")), *((name, name) for name in LICENCES)]
        licences.append((RESERVED, _("All rights reserved")))
        if report.licence and report.licence not in (*LICENCES, RESERVED):
            licences.append((report.licence, report.licence))
        self.licence.choices = licences

    def show(self, report) -> None:
        """Take sections and terms from the report, which are not attributes of it."""
        for section in SECTIONS:
            self[f"section_{section.key}"].data = (report.sections or {}).get(section.key, "")
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
        written = dict(report.sections or {})
        for section in SECTIONS:
            field = self[f"section_{section.key}"]
            if field.raw_data:
                written[section.key] = field.data or ""
        sent["sections"] = {key: text for key, text in written.items() if text}
        if self.tags.raw_data:
            sent["terms"] = self._terms(report, base)
        return sent

    def _terms(self, report, base: int) -> list[Term]:
        """The report's terms with what this person added and took away since version `base`."""
        sent = [t for v in CHOSEN for t in terms.by_slugs(v, self[f"terms_{v}"].data or [])]
        sent += terms.named("tags", re.split(r"[,;\n]", self.tags.data or ""))
        seen = _seen(report, base)
        handled = {*CHOSEN, "tags"}
        now = {_name(term): term for term in report.terms}
        removed = {n for n in seen if n.split(":")[0] in handled} - {_name(t) for t in sent}
        kept = [term for name, term in now.items() if name not in removed]
        return kept + [term for term in sent if _name(term) not in now]


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

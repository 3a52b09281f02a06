"""Signs of trust in plain words: only what the report itself shows, never a score."""

import re
from datetime import timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from wiki.db import utcnow
from wiki.reports.outlines import filled
from wiki.templating import day

FRESH, OLD = timedelta(days=548), timedelta(days=1096)
_MEASURED = re.compile(r"\b(?:mesuré|measured)e?s?\b", re.IGNORECASE)
_SAID = re.compile(r"\(\s*(?:dit|said)\b|\b(?:dit par|said by)\b|\b(?:nous ont dit|disent)\b", re.I)
_OBSERVED = re.compile(r"\b(?:observé|observed)e?s?\b", re.IGNORECASE)
_SIZE = re.compile(r"\bn\s*=\s*(\d{1,5})\b")
_WHERE_EVIDENCE_STANDS = ("changes", "indicators")


class Sign(NamedTuple):
    """One reason to rely on a report: its icon, its strong word, the rest of the sentence."""

    icon: str
    strong: str
    text: str | Markup


def signs(report, writers: list[str]) -> list[Sign]:
    """What may be relied on; each sign is true of this report or absent."""
    found = [_freshness(report), _authors(writers), *_evidence(report)]
    if filled(report, "voices"):
        found.append(Sign("bulle", _("The participants"), _("say it in their own words.")))
    if filled(report, "what_failed"):
        below = Markup('<a href="#what_failed">{}</a>').format(_("just below"))
        found.append(Sign("coche", _("What did not work"), Markup(_("is told, {}.")).format(below)))
    if filled(report, "conditions"):
        found.append(Sign("coche", _("The conditions"), _("to do it again are listed.")))
    if report.licence:
        found.append(Sign("signet", _("Licence:"), report.licence))
    return [sign for sign in found if sign]


def evidence(report) -> set[str]:
    """The kinds of evidence named where the changes are told: measured, said, observed."""
    text = "\n".join(report.plain(key) for key in _WHERE_EVIDENCE_STANDS)
    patterns = {"measured": _MEASURED, "said": _SAID, "observed": _OBSERVED}
    return {kind for kind, pattern in patterns.items() if pattern.search(text)}


def _evidence(report) -> list[Sign]:
    kinds = evidence(report)
    made = []
    if "measured" in kinds:
        text = "\n".join(report.plain(key) for key in _WHERE_EVIDENCE_STANDS)
        size = _SIZE.search(text)
        how = _("with figures, n = %(n)s.", n=size[1]) if size else _("with figures.")
        made.append(Sign("coche", _("Measured"), how))
    if "said" in kinds:
        made.append(Sign("coche", _("Said"), _("by those who took part.")))
    if "observed" in kinds:
        made.append(Sign("coche", _("Observed"), _("by the team.")))
    return made


def _freshness(report) -> Sign | None:
    # The date of an import says when the text arrived, not when it was true.
    if report.is_imported or report.updated_at is None:
        return None
    age = utcnow() - report.updated_at
    when = _("Last change on %(day)s.", day=day(report.updated_at))
    if age < FRESH:
        return Sign("coche", _("Up to date."), when)
    return Sign("info", _("To be checked.") if age < OLD else _("Old."), when)


def _authors(writers: list[str]) -> Sign | None:
    if len(writers) < 2:
        return None
    others = len(writers) - 3
    names = ", ".join(writers[:3])
    if others > 0:
        names = ngettext(
            "%(names)s and %(num)s other", "%(names)s and %(num)s others", others, names=names
        )
    return Sign("gens", _("Written together"), _("by %(names)s.", names=names))

"""Signs of trust in plain words: only what the report itself shows, never a score."""

import re
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from wiki.db import db
from wiki.groups.models import Membership
from wiki.items import lineage
from wiki.items.models import Comment
from wiki.reports import freshness
from wiki.reports.feedback import Feedback
from wiki.reports.outlines import filled

_MEASURED = re.compile(r"\b(?:mesuré|measured)e?s?\b", re.IGNORECASE)
_SAID = re.compile(r"\(\s*(?:dit|said)\b|\b(?:dit par|said by)\b|\b(?:nous ont dit|disent)\b", re.I)
_OBSERVED = re.compile(r"\b(?:observé|observed)e?s?\b", re.IGNORECASE)
_SIZE = re.compile(r"\bn\s*=\s*(\d{1,5})\b")
_WHERE_EVIDENCE_STANDS = ("changes", "indicators")
_NAMED = 3  # sources, places, people: as many as a sentence bears


class Sign(NamedTuple):
    """One reason to rely on a report: its icon, its strong word, the rest of the sentence."""

    icon: str
    strong: str
    text: str | Markup


class Known(NamedTuple):
    """What stands around a report, as its reader may know it."""

    redone_by: tuple[str, ...] = ()
    answers: int = 0


def known(report, reader) -> Known:
    """Who redid it, as far as this reader may read, and how often the group answered."""
    made = lineage.reused_by(report.id, reader)
    groups = {row.group_id: row.group_title for row in made if row.group_id != report.group_id}
    return Known(tuple(groups.values()), _answers(report))


def signs(report, writers: list[str], known: Known | None = None) -> list[Sign]:
    """What may be relied on; each sign is true of this report or absent."""
    known = known or Known()
    found = [_freshness(report), _reviewed(report), _authors(report, writers), *_evidence(report)]
    if filled(report, "voices"):
        found.append(Sign("bulle", _("The participants"), _("say it in their own words.")))
    if filled(report, "what_failed"):
        below = Markup('<a href="#what_failed">{}</a>').format(_("just below"))
        found.append(Sign("coche", _("What did not work"), Markup(_("is told, {}.")).format(below)))
    if filled(report, "conditions"):
        found.append(Sign("coche", _("The conditions"), _("to do it again are listed.")))
    found += [_sources(report), _redone(known), _answered(known)]
    if report.licence:
        found.append(Sign("signet", _("Licence:"), _licence(report.licence)))
    return [sign for sign in found if sign]


def evidence(report) -> set[str]:
    """The kinds of evidence given, line by line or named where the changes are told in a text."""
    given = {row.get("evidence") for row in lines_of(report)} - {"", None}
    text = "\n".join(report.plain(key) for key in _WHERE_EVIDENCE_STANDS)
    patterns = {"measured": _MEASURED, "said": _SAID, "observed": _OBSERVED}
    return given | {kind for kind, pattern in patterns.items() if pattern.search(text)}


def _evidence(report) -> list[Sign]:
    kinds = evidence(report)
    made = []
    if "measured" in kinds:
        size = _most(report, "measured") or _written_size(report)
        how = _("with figures, n = %(n)s.", n=size) if size else _("with figures.")
        made.append(Sign("coche", _("Measured"), how))
    if "said" in kinds:
        size = _most(report, "said")
        by = ngettext(
            "by %(num)s person who took part.", "by %(num)s people who took part.", size or 0
        )
        made.append(Sign("coche", _("Said"), by if size else _("by those who took part.")))
    if "observed" in kinds:
        made.append(Sign("coche", _("Observed"), _("by the team.")))
    return made


def lines_of(report) -> list[dict]:
    """What changed, line by line, unless its writers skip that part."""
    return [] if "changes" in (report.skipped or []) else (report.effects or [])


def _most(report, kind: str) -> int | None:
    """The largest number of people behind a line of this kind of evidence."""
    lines = (row for row in lines_of(report) if row["evidence"] == kind)
    return max((row.get("n") or 0 for row in lines), default=0)


def _written_size(report) -> str | None:
    text = "\n".join(report.plain(key) for key in _WHERE_EVIDENCE_STANDS)
    size = _SIZE.search(text)
    return size[1] if size else None


def _freshness(report) -> Sign | None:
    # The date of an import says when the text arrived, not when it was true.
    found = freshness.state(report)
    if found is None or (report.updated_at is None and report.checked_at is None):
        return None
    _code, word, sign = found
    when = freshness.said(report)
    if report.freshness == "review":
        when += " " + _("Its writers want to go over it.")
    return Sign(sign, f"{word}.", when)


def _reviewed(report) -> Sign | None:
    if not report.reviewers:
        return None
    return Sign("oeil", _("Re-read"), _("by %(names)s.", names=_some(report.reviewers)))


def _authors(report, writers: list[str]) -> Sign | None:
    names = list(dict.fromkeys([*writers, *(report.contributors or [])]))
    if len(names) > 1:
        return Sign("gens", _("Written together"), _("by %(names)s.", names=_some(names)))
    if names and report.structure:
        text = _("by %(name)s, %(structure)s.", name=names[0], structure=report.structure)
        return Sign("gens", _("Signed"), text)
    return None


def _sources(report) -> Sign | None:
    named = list(dict.fromkeys(row["source"] for row in lines_of(report) if row.get("source")))
    if not named:
        return None
    return Sign("fichier", _("Sources:"), _("%(names)s.", names=_some(named)))


def _redone(known: Known) -> Sign | None:
    if not known.redone_by:
        return None
    count = len(known.redone_by)
    strong = ngettext("Redone by %(num)s group:", "Redone by %(num)s groups:", count)
    return Sign("essaimer", strong, _("%(names)s.", names=_some(known.redone_by)))


def _answered(known: Known) -> Sign | None:
    if not known.answers:
        return None
    times = ngettext("%(num)s time so far.", "%(num)s times so far.", known.answers)
    return Sign("bulle", _("The team answers:"), times)


def _answers(report) -> int:
    """How often someone of the group answered a reader, under the text or about its use."""
    asked = aliased(Comment)
    members = select(Membership.user_id).where(Membership.group_id == report.group_id)
    replies = (
        select(func.count(Comment.id))
        .join(asked, asked.id == Comment.reply_to_id)
        .where(
            Comment.item_id == report.id, Comment.removed_at.is_(None), Comment.held.is_(False),
            asked.removed_at.is_(None), Comment.author_id.in_(members),
            asked.author_id.is_(None) | asked.author_id.not_in(members),
        )
    )  # fmt: skip
    replied = select(func.count(Feedback.id)).where(
        Feedback.report_id == report.id, Feedback.removed_at.is_(None), Feedback.reply != ""
    )
    return (db.session.scalar(replies) or 0) + (db.session.scalar(replied) or 0)


def _licence(name: str) -> str:
    return name if name != "Tous droits réservés" else _("All rights reserved")


def _some(names) -> str:
    """A few names, and how many more."""
    others, shown = len(names) - _NAMED, ", ".join(names[:_NAMED])
    if others <= 0:
        return shown
    return ngettext(
        "%(names)s and %(num)s other", "%(names)s and %(num)s others", others, names=shown
    )

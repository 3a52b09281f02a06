"""Making an action: the group, its pages, its map, its report and its cards, or nothing at all."""

from datetime import date, time
from typing import NamedTuple

from flask_babel import get_locale
from flask_babel import gettext as _

from wiki.actions import skeletons
from wiki.actions.dates import hours, moments
from wiki.db import db
from wiki.events.models import new_meeting
from wiki.groups.joining import make_cards
from wiki.groups.journal import record
from wiki.groups.models import Group
from wiki.items.models import Item, Scope, Term
from wiki.items.writing import stage
from wiki.maps import fields
from wiki.maps.models import Base, Layer, Map
from wiki.markup import Rendered, render_all
from wiki.pages.models import Page
from wiki.programme import times
from wiki.reports.models import Report

MARK = "skeleton"  # in `extra`: which of the things an action began with this is


class Plan(NamedTuple):
    """What is known of an action before it begins."""

    title: str
    structure: str
    terms: list[Term]
    publics: list[str]  # the same, in words
    places: int
    place: str
    days: list[date]
    starts: time
    ends: time
    colour: str
    pictogram: str


def found(plan: Plan, actor) -> Group:
    """Make it all in one transaction, facilitated by the actor; commits."""
    pages = skeletons.pages(plan)
    # Made before anything is written, so that no lock is held meanwhile.
    rendered = _rendered([page.body for page in pages])
    group = Group.found(
        plan.title, actor, summary=_in_one_sentence(plan), purpose="action",
        colour=plan.colour, pictogram=plan.pictogram,
    )  # fmt: skip
    record("group created", actor, group.id)
    _keep(_map(group), "map", actor)
    for at, page in enumerate(pages):
        made = Page(group_id=group.id, title=page.title, body=page.body, position=at)
        _keep(made, page.name, actor, rendered)
    _keep(_report(plan, group), "report", actor)
    _sessions(plan, group, actor)
    make_cards(group, [], plan.places, actor)
    db.session.commit()
    return group


def _keep(item: Item, name: str, actor, rendered: dict[str, Rendered] | None = None) -> None:
    item.extra = {MARK: name}
    item.lang = _language()
    item.author_id = actor.id
    stage(item, actor, rendered=rendered)


def _map(group: Group) -> Map:
    """An empty map: points are placed on a blank sheet until the group chooses a ground."""
    return Map(
        group_id=group.id, group=group, title=skeletons.map_title(), map_kind="resources",
        question=_("Which places help us, near here?"), scope=Scope.GROUP, crs="simple",
        fields=fields.begun("resources"), bases=[Base(kind="blank", outline="")],
        layers=[Layer(title=_("Places"), style={"colour": "lagune"})],
    )  # fmt: skip


def _report(plan: Plan, group: Group) -> Report:
    """The report that will be written on the last Friday, with what is known on the first day."""
    schedule = (
        f"{skeletons.rhythm(plan)} {skeletons.hours_in_words(plan).capitalize()}."
        f"\n\n{skeletons.dates_in_words(plan.days)}"
    )
    return Report(
        group_id=group.id, title=_("Report: %(title)s", title=plan.title)[:200], outline="full",
        scope=Scope.DRAFT, structure=plan.structure, place=plan.place, terms=list(plan.terms),
        year=plan.days[0].year, sessions=len(plan.days),
        hours=hours(len(plan.days), plan.starts, plan.ends), duration=skeletons.rhythm(plan),
        sections={"schedule": schedule, "audience": skeletons.for_whom(plan)},
    )  # fmt: skip


def _sessions(plan: Plan, group: Group, actor) -> None:
    """The half-days in the agenda; the first is for getting to know one another."""
    for number, day in enumerate(plan.days, 1):
        starts, ends = moments(day, plan.starts, plan.ends, times.site_zone())
        new_meeting(
            group, actor, _("Session %(number)s", number=number), starts, ends, place=plan.place,
            phase="exchange" if number == 1 else "workshop",
        )  # fmt: skip


def _in_one_sentence(plan: Plan) -> str:
    where = f" {plan.place}." if plan.place else ""
    return f"{skeletons.rhythm(plan)} {skeletons.for_whom(plan)}{where}"[:500]


def _rendered(texts: list[str]) -> dict[str, Rendered]:
    made = zip(texts, render_all(texts, lang=_language()), strict=True)
    return {text: one for text, one in made if one is not None}


def _language() -> str:
    return str(get_locale() or "fr")[:2]

"""The search page: one field, doors by need, facets as links, and reasons for each result."""

import re
from dataclasses import dataclass

from flask import Blueprint, jsonify, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from wiki.items.terms import vocabulary_label
from wiki.search import Results, count, find, hook, missed, vocabularies
from wiki.search.addresses import address, arguments, toggled
from wiki.search.describing import describe, rows
from wiki.search.filters import Filters
from wiki.search.question import read
from wiki.search.snippets import mark
from wiki.throttle import address as where_from
from wiki.throttle import throttle

A_PAGE = 20
LAST_PAGE = 250
MOST_USEFUL = (
    "publics", "settings", "territories", "formats", "themes", "durations", "connectivity",
)  # fmt: skip
SHOWN = 6  # of them, those that tell something
ON_DEMAND = (
    "tools", "sizes", "costs", "obstacles", "outcomes", "structures", "years",
    "licences", "skills", "tags",
)  # fmt: skip
IN_ORDER = {"durations", "sizes", "costs", "connectivity"}  # steps, not the most frequent first
MANY = 6  # values of a facet shown before « more »
NEAR = 3  # reports shown when nothing answers
A_PERSON = "240 per minute"  # searches of somebody signed in
A_PLACE = "900 per minute"  # of all visitors of one address: a room of sixty people shares one
FEW = 5  # results under which wider searches are proposed

blueprint = Blueprint("search", __name__)
assert hook  # importing it is what makes saves reach the index


@dataclass(frozen=True)
class Choice:
    """One value beside the results: its words, its count, and the address that adds or drops it."""

    label: str
    count: int
    where: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One vocabulary beside the results; `more` says how many of its values are not shown."""

    name: str
    label: str
    choices: list[Choice]
    more: int


@blueprint.get("/search")
def index():
    """What one may read, by words and by filters; every state of the page is its address."""
    _slow_down()
    asked, filters = read(request.args.get("q")), Filters.from_args(request.args)
    exact = request.args.get("exact") == "1"
    page = max(1, min(request.args.get("page", 1, type=int) or 1, LAST_PAGE))
    more = request.args.get("more") == "1"
    results = find(asked, current_user, filters, A_PAGE, (page - 1) * A_PAGE, exact=exact)
    if not filters:
        missed.note(asked, results)
    found, pattern = rows(results), results.marks
    wider = _wider(results, filters, exact) if results.total < FEW else []
    return render_template(
        "search/results.html",
        results=results,
        asked=asked,
        exact=exact,
        filters=filters,
        items=found,
        passages=results.passages(),
        marked=lambda words: mark(words, pattern),
        doors=_doors(filters),
        kinds=_kinds(results, filters),
        facets=_facets(results, filters, more),
        more=more,
        active=_active(filters, results),
        wider=wider,
        nearby=_nearby(results, wider),
        why=_why(results),
        where_in=_where,
        address=address,
        kind_names=kind_names(),
        places=_places(),
        previous=address(page=page - 1 if page > 2 else None) if page > 1 else None,
        next=address(page=page + 1) if page * A_PAGE < results.total else None,
        room="search",
    )


@blueprint.get("/search.json")
def as_json():
    """The same search for programs."""
    _slow_down()
    filters = Filters.from_args(request.args)
    page = max(1, min(request.args.get("page", 1, type=int) or 1, LAST_PAGE))
    exact = request.args.get("exact") == "1"
    offset = (page - 1) * A_PAGE
    return jsonify(
        describe(find(request.args.get("q"), current_user, filters, A_PAGE, offset, exact=exact))
    )


def _slow_down() -> None:
    """One search costs little, hundreds a minute do."""
    if current_user.is_authenticated:
        throttle(A_PERSON, "search", str(current_user.id))
    else:
        throttle(A_PLACE, "search from", where_from())


def _doors(filters: Filters) -> list[tuple]:
    """« Je veux… »: each need, the address it leads to, and whether one is behind it."""
    chosen = filters.terms.get("needs", ())
    needs = [t for t in vocabularies.terms().values() if t.vocabulary == "needs" and not t.retired]
    return [
        (
            need,
            address(needs=None if need.slug in chosen else need.slug, page=None),
            need.slug in chosen,
        )
        for need in sorted(needs, key=lambda need: need.position)
    ]


def _kinds(results: Results, filters: Filters) -> list[tuple]:
    """The kinds found: name, count, address, chosen; one alone is no choice."""
    known = kind_labels()
    found = sorted(results.kinds.items(), key=lambda pair: -pair[1])
    if len(found) < 2 and not filters.kinds:
        return []
    everything = sum(results.kinds.values())
    first = (_("Everything"), everything, address(kind=None, page=None), not filters.kinds)
    return [first] + [
        (known.get(kind, kind), n, address(kind=kind, page=None), kind in filters.kinds)
        for kind, n in found
    ]


def kind_labels() -> dict[str, str]:
    """What each kind is called on the screen, several of them."""
    return {
        "pages": _("Pages"),
        "reports": _("Experience reports"),
        "files": _("Files"),
        "portraits": _("Portraits"),
        "maps": _("Maps"),
        "collections": _("Collections"),
        "discussions": _("Questions"),
        "events": _("Sessions"),
        "trainings": _("Training days"),
        "kits": _("Kits"),
    }


def kind_names() -> dict[str, str]:
    """What one thing of each kind is called."""
    return {
        "pages": _("Page"),
        "reports": _("Experience report"),
        "files": _("File"),
        "portraits": _("Portrait"),
        "maps": _("Map"),
        "collections": _("Collection"),
        "discussions": _("Question"),
        "events": _("Session"),
        "trainings": _("Training day"),
        "kits": _("Kit"),
    }


def _places() -> dict[str, tuple[str, str]]:
    """Where a passage was found: a sign and words."""
    return {
        "title": ("titre", _("found in the title")),
        "minute": ("retour", _("found in “In 1 minute”")),
        "summary": ("page", _("found in the summary")),
        "body": ("page", _("found in the text")),
        "attachment": ("fichier", _("found in an attached file")),
        "terms": ("signet", _("found among its words")),
        "comment": ("bulle", _("found in a comment")),
    }


def _where(passage) -> str:
    """Of a passage in a file or a medium: its name and the place in it, in words."""
    if passage.kind == "term":
        return vocabulary_label(passage.label)
    if not passage.place:
        return passage.label
    kind, _sign, number = passage.place.partition("=")
    said = {
        "page": _("page %(n)s", n=number),
        "slide": _("slide %(n)s", n=number),
        "sheet": _("sheet “%(name)s”", name=number),
        "t": _("at %(time)s", time=_clock(number)),
    }.get(kind, "")
    return ", ".join(filter(None, (passage.label, said)))


def _clock(seconds: str) -> str:
    """Seconds as minutes and seconds."""
    whole = int(float(seconds)) if re.fullmatch(r"\d+(\.\d+)?", seconds) else 0
    return f"{whole // 60}:{whole % 60:02d}"


def _why(results: Results) -> dict[int, list[tuple[str, str]]]:
    """For each result, which words of the question stand where: (place, words)."""
    names = {
        "title": _("in the title"),
        "lead": _("in “In 1 minute”"),
        "headings": _("in the headings"),
        "body": _("in the text"),
        "attachments": _("in the attached files"),
        "terms": _("among its words"),
        "comments": _("in the comments"),
    }
    found = {}
    for item_id in results.ids:
        lines = [
            (names[field], ", ".join(words)) for field, words in results.reasons(item_id).items()
        ]
        if missing := results.missing(item_id):
            lines.append((_("not found"), ", ".join(missing)))
        found[item_id] = lines
    return found


def _nearby(results: Results, wider: list[tuple]) -> list:
    """When nothing answers: what the least useful filter hides, else the newest reports."""
    if results.total:
        return []
    if wider:
        args = arguments(wider[0][1])
        near = find(read(args.get("q")), current_user, Filters.from_args(args), NEAR, facets=False)
    else:
        near = find(None, current_user, Filters(kinds=("reports",)), NEAR, facets=False)
    return rows(near)


def _facets(results: Results, filters: Filters, more: bool) -> list[Facet]:
    """The six most useful vocabularies, the others on demand or when one is chosen."""
    facets = []
    english = str(get_locale() or "fr").startswith("en")
    for name in MOST_USEFUL + ON_DEMAND:
        values = _telling(name, results.facets.get(name, []))
        useful = name in MOST_USEFUL and len(facets) < SHOWN
        if not values or not (more or useful or name in filters.terms):
            continue
        if name not in IN_ORDER:
            values = sorted(values, key=lambda value: not value.chosen)
        shown = values if more else values[: max(MANY, sum(value.chosen for value in values))]
        choices = [
            Choice(
                value.label_en if english and value.label_en else value.label,
                value.count,
                toggled(filters, name, value.slug),
                value.chosen,
            )
            for value in shown
        ]
        facets.append(Facet(name, vocabulary_label(name), choices, len(values) - len(shown)))
    return facets


def _telling(name: str, values: list) -> list:
    """The values worth showing: not twice what another one says, steps in their order."""
    known = vocabularies.terms()
    if name in IN_ORDER:
        return sorted(values, key=lambda value: known[value.id].position)
    if name == "years":
        return sorted(values, key=lambda value: value.slug, reverse=True)
    if name != "territories":
        return values
    kinds = {slug for vocabulary, slug in vocabularies.by_slug() if vocabulary == "settings"}
    places = [value for value in values if value.slug not in kinds or value.chosen]
    # A region that holds no more than its department tells nothing that the department does not.
    inside = {(known[value.id].parent_id, value.count) for value in places}
    return [v for v in places if v.chosen or (v.id, v.count) not in inside]


def _active(filters: Filters, results: Results) -> list[tuple[str, str]]:
    """Each filter in force: its words, and the address without it."""
    shown = {(name, value.slug) for name, values in results.facets.items() for value in values}
    known = vocabularies.terms()
    slugs = vocabularies.by_slug()
    found = []
    for vocabulary, values in filters.terms.items():
        for slug in values:
            term = known.get(slugs.get((vocabulary, slug), -1))
            term = term if (vocabulary, slug) in shown else None
            found.append((term or slug, toggled(filters, vocabulary, slug)))
    labels = kind_labels()
    found += [(labels.get(kind, kind), address(kind=None, page=None)) for kind in filters.kinds]
    if filters.groups:
        found.append((_("One group only"), address(group=None, page=None)))
    if filters.scopes:
        found.append((_("One audience only"), address(scope=None, page=None)))
    if filters.authors:
        found.append((_("One author only"), address(author=None, page=None)))
    return found


def _wider(results: Results, filters: Filters, exact: bool) -> list[tuple]:
    """When little is found: what each filter dropped (None: all) would give, the most first."""
    choices = []
    active = _active(filters, results)[:8]
    if len(active) > 1:
        alone = {name: None for name in request.args if name not in ("q", "exact")}
        active.append((None, address(**alone)))
    for words, where in active:
        dropped = Filters.from_args(arguments(where))
        n = count(results.question, current_user, dropped, exact)
        if n > results.total:
            choices.append((words, where, n))
    return sorted(choices, key=lambda choice: -choice[2])

"""The search page: one field, doors by need, facets as links, and reasons for each result."""

from dataclasses import dataclass

from flask import Blueprint, jsonify, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from wiki.items.terms import vocabulary_label
from wiki.search import Results, count, find, hook, missed, vocabularies
from wiki.search.addresses import address, arguments, toggled
from wiki.search.describing import describe, items
from wiki.search.filters import Filters
from wiki.search.question import read
from wiki.search.snippets import mark

A_PAGE = 20
LAST_PAGE = 250
SHOWN = ("publics", "territories", "themes", "formats", "tools", "connectivity")
ON_DEMAND = ("obstacles", "outcomes", "structures", "skills", "tags")
MANY = 6  # values of a facet shown before « more »
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
    asked, filters = read(request.args.get("q")), Filters.from_args(request.args)
    exact = request.args.get("exact") == "1"
    page = max(1, min(request.args.get("page", 1, type=int) or 1, LAST_PAGE))
    more = request.args.get("more") == "1"
    results = find(asked, current_user, filters, A_PAGE, (page - 1) * A_PAGE, exact=exact)
    if not filters:
        missed.note(asked, results)
    found, pattern = items(results, full=True), results.marks
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
        wider=_wider(results, filters, exact) if results.total < FEW else [],
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
    filters = Filters.from_args(request.args)
    page = max(1, min(request.args.get("page", 1, type=int) or 1, LAST_PAGE))
    exact = request.args.get("exact") == "1"
    offset = (page - 1) * A_PAGE
    return jsonify(
        describe(find(request.args.get("q"), current_user, filters, A_PAGE, offset, exact=exact))
    )


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
    }


def _places() -> dict[str, tuple[str, str]]:
    """Where a passage was found: a sign and words."""
    return {
        "title": ("titre", _("found in the title")),
        "minute": ("retour", _("found in “In 1 minute”")),
        "summary": ("page", _("found in the summary")),
        "body": ("page", _("found in the text")),
        "attachment": ("fichier", _("found in an attached file")),
    }


def _facets(results: Results, filters: Filters, more: bool) -> list[Facet]:
    """The six most useful vocabularies, the others on demand or when one is chosen."""
    facets = []
    english = str(get_locale() or "fr").startswith("en")
    for name in SHOWN + ON_DEMAND:
        values = results.facets.get(name, [])
        if not values or not (more or name in SHOWN or name in filters.terms):
            continue
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
    """When little is found: what each filter dropped would give, the most first."""
    choices = []
    active = _active(filters, results)[:8]
    if len(active) > 1:
        alone = {name: None for name in request.args if name not in ("q", "exact")}
        active.append((_("all the filters"), address(**alone)))
    for words, where in active:
        dropped = Filters.from_args(arguments(where))
        n = count(results.question, current_user, dropped, exact)
        if n > results.total:
            choices.append((words, where, n))
    return sorted(choices, key=lambda choice: -choice[2])

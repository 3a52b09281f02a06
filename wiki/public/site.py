"""Pages by word: a theme, a public, a territory, a need."""

from typing import NamedTuple

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import exists, func, select

from wiki.db import db
from wiki.groups.models import Group
from wiki.home.door import cards
from wiki.items.access import visible
from wiki.items.models import Item, Term
from wiki.items.terms import VOCABULARIES, is_open, vocabulary_label
from wiki.search import Results, find
from wiki.search.filters import Filters
from wiki.search.tables import search_facet
from wiki.search.views import kind_labels
from wiki.templating import site_address

A_PAGE = 12
LAST_PAGE = 500
OTHERS = 6  # things of the other kinds shown under the reports
NEAR = 8  # words proposed to narrow
SAID = 8  # other words for the same thing
NARROWING = ("publics", "territories", "themes", "formats")

blueprint = Blueprint("site", __name__)
_WORDS = "any(themes, publics, territories, needs):vocabulary"


class Counted(NamedTuple):
    """A word and how many things bear it, of those this person may read."""

    term: Term
    count: int

    @property
    def url(self) -> str:
        """Its page."""
        return f"/{self.term.vocabulary}/{self.term.slug}"


@blueprint.get(f"/<{_WORDS}>")
def words(vocabulary: str):
    """Every word of a vocabulary under which there is something to read."""
    found = _counted(vocabulary)
    return render_template(
        "public/words.html",
        vocabulary=vocabulary,
        title=_titles()[vocabulary],
        branches=_branches(found),
        canonical=f"{site_address()}/{vocabulary}",
        room="site",
    )


@blueprint.get(f"/<{_WORDS}>/<slug>")
def word(vocabulary: str, slug: str):
    """What there is under a word: reports first, then the rest, the groups, the words inside."""
    everything = Filters(terms={vocabulary: (slug[:100],)})
    whole = find(None, current_user, everything, 0)
    if not whole.total:
        abort(404)  # a word that someone made is as private as what bears it
    named = select(Term).where(Term.vocabulary == vocabulary, Term.slug == slug[:100])
    term = db.session.scalars(named).one()
    main = "reports" if whole.kinds.get("reports") else max(whole.kinds, key=whole.kinds.get)
    page = _page(whole.kinds[main])
    here = Filters(kinds=(main,), terms=everything.terms)
    listed = find(None, current_user, here, A_PAGE, (page - 1) * A_PAGE, facets=False)
    return render_template(
        "public/word.html",
        term=term,
        vocabulary=vocabulary,
        kicker=_titles()[vocabulary],
        main=main,
        total=whole.total,
        kinds=_kinds(whole, main),
        items=list(cards(listed.ids).values()),
        others=_others(whole, main, everything) if page == 1 else [],
        inside=_counted(vocabulary, term.id),
        above=term.parent_id and db.session.get(Term, term.parent_id),
        groups=_groups(term.id) if page == 1 else [],
        near=_near(whole, vocabulary, slug),
        also=(term.synonyms or [])[:SAID] if is_open(vocabulary, slug) else [],
        canonical=_address(term, page),
        previous=_address(term, page - 1, "") if page > 1 else None,
        next=_address(term, page + 1, "") if page * A_PAGE < whole.kinds[main] else None,
        page=page,
        room="site",
    )


def _page(count: int) -> int:
    """The page asked for; one that no list has is not found."""
    given = request.args.get("page", "1")
    page = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 1
    if page > 1 and (page > LAST_PAGE or (page - 1) * A_PAGE >= count):
        abort(404)
    return max(page, 1)


def _counted(vocabulary: str, inside: int | None = None) -> list[Counted]:
    """The words with something to read under them, the most used first; or those inside one."""
    query = (
        select(Term, func.count())
        .join(search_facet, search_facet.c.term_id == Term.id)
        .join(Item, Item.id == search_facet.c.item_id)
        .where(Term.vocabulary == vocabulary, visible(current_user))
        .group_by(Term.id)
        .order_by(func.count().desc(), Term.position, Term.label)
    )
    if inside is not None:
        query = query.where(Term.parent_id == inside)
    return [Counted(*row) for row in db.session.execute(query)]


def _branches(found: list[Counted]) -> list[tuple[Counted, list[Counted]]]:
    """The words that stand inside no other one shown, each with those inside it."""
    shown = {one.term.id for one in found}
    inside: dict[int, list[Counted]] = {}
    for one in found:
        if one.term.parent_id in shown:
            inside.setdefault(one.term.parent_id, []).append(one)
    return [(one, inside.get(one.term.id, [])) for one in found if one.term.parent_id not in shown]


def _kinds(whole: Results, main: str) -> list[tuple[str, str, int]]:
    """(kind, words, count), that of the list first, then the most numerous."""
    labels = kind_labels()
    counts = sorted(whole.kinds.items(), key=lambda pair: (pair[0] != main, -pair[1]))
    return [(kind, labels.get(kind, kind), count) for kind, count in counts]


def _others(whole: Results, main: str, filters: Filters) -> list[tuple[str, str, int, list[Item]]]:
    """The newest things of each other kind: kind, words, how many in all, some of them."""
    made = []
    for kind, words_of_kind, count in _kinds(whole, main)[1:5]:
        here = Filters(kinds=(kind,), terms=filters.terms)
        ids = find(None, current_user, here, OTHERS, 0, facets=False).ids
        made.append((kind, words_of_kind, count, list(cards(ids).values())))
    return made


def _groups(term_id: int) -> list[Group]:
    """The groups with something to read under a word."""
    shown = exists().where(
        search_facet.c.term_id == term_id,
        Item.id == search_facet.c.item_id,
        Item.group_id == Group.id,
        visible(current_user),
    )
    query = select(Group).where(shown, Group.trashed_at.is_(None))
    return list(db.session.scalars(query.order_by(Group.updated_at.desc()).limit(6)))


def _near(whole: Results, vocabulary: str, slug: str) -> list[tuple[str, list]]:
    """Words borne by the same things, by vocabulary: what to narrow by."""
    return [
        (vocabulary_label(name), name, whole.facets[name][:NEAR])
        for name in NARROWING
        if name in VOCABULARIES and name != vocabulary and whole.facets.get(name)
    ]


def _address(term: Term, page: int, base: str | None = None) -> str:
    base = site_address() if base is None else base
    return f"{base}/{term.vocabulary}/{term.slug}" + (f"?page={page}" if page > 1 else "")


def _titles() -> dict[str, str]:
    return {
        "themes": _("By theme"),
        "publics": _("With whom"),
        "territories": _("By territory"),
        "needs": _("I want to…"),
    }

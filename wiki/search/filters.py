"""What narrows a search beside its words: kinds, groups, scopes, authors and vocabularies."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wiki.items.models import Scope
from wiki.items.terms import FACETS
from wiki.search import vocabularies

_MOST_VALUES = 20


@dataclass(frozen=True)
class Filters:
    """The filters of a search; several values of one are alternatives, all filters must hold."""

    kinds: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    scopes: tuple[Scope, ...] = ()
    authors: tuple[int, ...] = ()
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_args(cls, args) -> "Filters":
        """The filters in an address; nonsense is left out, unknown words find nothing."""
        return cls(
            kinds=_values(args, "kind"),
            groups=_numbers(args, "group"),
            scopes=tuple(
                Scope[s.upper()] for s in _values(args, "scope") if s.upper() in Scope.__members__
            ),
            authors=_numbers(args, "author"),
            terms={v: _values(args, v) for v in FACETS if _values(args, v)},
        )

    def __bool__(self) -> bool:
        return any((self.kinds, self.groups, self.scopes, self.authors, self.terms))

    def also(self, named: tuple[tuple[str, str], ...]) -> "Filters":
        """The same filters and those named in the question itself: « public:jeunes »."""
        found = dict(self.terms)
        for vocabulary, slug in named:
            found[vocabulary] = tuple(dict.fromkeys((*found.get(vocabulary, ()), slug)))
        return replace(self, terms=found) if named else self

    def without(self, name: str, value: str | None = None) -> "Filters":
        """The same filters less one, or less one value of it."""
        if name in self.terms:
            left = tuple(v for v in self.terms[name] if value is not None and v != value)
            rest = {v: slugs for v, slugs in self.terms.items() if v != name}
            return replace(self, terms=rest | ({name: left} if left else {}))
        return replace(self, **{name: ()})

    def fixed(self) -> list[str]:
        """SQL: the conditions that no facet counts around."""
        wanted = (
            ("group_id", self.groups),
            ("scope", self.scopes),
            ("author_id", self.authors),
        )
        return [f"item.{column} IN ({_ids(numbers)})" for column, numbers in wanted if numbers]

    def conditions(self, values: dict) -> dict[str, str]:
        """SQL: the conditions that facets count around, by name; puts parameters in `values`."""
        found = {}
        if self.kinds:
            names = {f"kind{i}": kind for i, kind in enumerate(self.kinds)}
            values |= names
            found["kind"] = f"kind IN ({', '.join(f':{name}' for name in names)})"
        for vocabulary, slugs in self.terms.items():
            ids = _ids(_terms(vocabulary, slugs))
            bearing = f"SELECT item_id FROM search_facet WHERE term_id IN ({ids})"
            found[vocabulary] = f"id IN ({bearing})"
        return found


def _terms(vocabulary: str, slugs: tuple[str, ...]) -> list[int]:
    """The terms with these slugs; a slug that nobody knows is an id that nobody has."""
    known = vocabularies.by_slug()
    return [known.get((vocabulary, slug), -1) for slug in slugs]


def _ids(numbers) -> str:
    return ", ".join(f"{number:d}" for number in numbers)


def _values(args, name: str) -> tuple[str, ...]:
    """Repeated or separated by commas; a reader's address may hold both."""
    given = args.getlist(name) if hasattr(args, "getlist") else [args.get(name, "")]
    values = (value.strip() for text in given for value in str(text or "").split(","))
    return tuple(dict.fromkeys(value[:100] for value in values if value))[:_MOST_VALUES]


def _numbers(args, name: str) -> tuple[int, ...]:
    """Ids; what is no id can match nothing, so it becomes an id that nobody has."""
    return tuple(
        int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
        for value in _values(args, name)
    )

"""What a person typed, read into clauses by Whoosh's query parser; any input gives a question."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from whoosh.qparser import OrGroup, QueryParser, plugins, syntax

from wiki.search import french
from wiki.search.stopwords import fading

LONGEST = 1000  # characters read; what is pasted beyond is ignored
MOST_CLAUSES = 24
MOST_PREFIXES = 3  # beginnings of words, which are slow to look for
SHORTEST_PREFIX = 3
_LONGEST_VALUE = 5  # words after « public: »

_QUOTES = str.maketrans(
    dict.fromkeys("«»“”„‟″＂", '"') | dict.fromkeys("\x00\xa0\u202f\u2009", " ")
)
_FIELDS = {"titre": "title", "title": "title"}
# What people call the vocabularies: « public:jeunes », « thème:mobilité ».
_VOCABULARIES = {
    "public": "publics", "publics": "publics", "avec": "publics", "audience": "publics",
    "territoire": "territories", "lieu": "territories", "commune": "territories",
    "territory": "territories", "place": "territories",
    "theme": "themes", "thème": "themes", "themes": "themes", "thèmes": "themes",
    "topic": "themes", "format": "formats", "methode": "formats", "méthode": "formats",
    "outil": "tools", "outils": "tools", "tool": "tools",
    "frein": "obstacles", "obstacle": "obstacles", "effet": "outcomes", "outcome": "outcomes",
    "structure": "structures", "besoin": "needs", "need": "needs",
    "competence": "skills", "compétence": "skills", "skill": "skills",
    "reseau": "connectivity", "réseau": "connectivity", "connexion": "connectivity",
    "mot": "tags", "etiquette": "tags", "étiquette": "tags", "tag": "tags",
    "duree": "durations", "durée": "durations", "duration": "durations",
    "taille": "sizes", "size": "sizes", "cout": "costs", "coût": "costs", "cost": "costs",
    "annee": "years", "année": "years", "year": "years",
    "licence": "licences", "milieu": "settings", "setting": "settings",
}  # fmt: skip
_NAMES = "|".join(sorted((*_FIELDS, *_VOCABULARIES), key=len, reverse=True))
_STARTS = r'(?<!\S){}(?=["\w])'

Lookup = Callable[[str, tuple[str, ...]], str | None]  # vocabulary, terms of a value: its slug


def _parser() -> QueryParser:
    """Only what French survives: stock plugins take apostrophes, « ? », [ and inner - as signs."""
    chosen = [
        plugins.WhitespacePlugin(),
        plugins.PhrasePlugin(expr='"(?P<text>[^"]*)"(?P<slop>(?!))?'),
        plugins.FieldsPlugin(
            expr=rf'(?<!\w)(?P<text>(?i:{_NAMES})):(?=["\w])', remove_unknown=False
        ),
        plugins.PrefixPlugin(),
        plugins.PlusMinusPlugin(plusexpr=_STARTS.format(r"\+"), minusexpr=_STARTS.format("[-−]")),
    ]
    return QueryParser(None, None, plugins=chosen, group=OrGroup)


_PARSER = _parser()


@dataclass(frozen=True)
class Clause:
    """One thing asked for: a word, words side by side, or the beginning of a word."""

    text: str
    terms: tuple[str, ...]
    kind: str = "word"  # word, compound (co-voiturage), phrase ("…"), prefix (numér*)
    joined: str | None = None  # a compound written in one word
    field: str | None = None
    required: bool = False
    fades: bool = False  # says how it is asked, not what is sought
    vocabulary: str | None = None  # named before it: « public:jeunes »

    @property
    def single(self) -> bool:
        return self.kind == "word"


@dataclass(frozen=True)
class Question:
    """A question read: clauses in order, and what must not appear."""

    typed: str
    clauses: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    named: tuple[tuple[str, str], ...] = ()  # (vocabulary, slug) asked for by « public:jeunes »
    lookup: Lookup | None = field(default=None, compare=False, repr=False)

    @property
    def content(self) -> tuple[Clause, ...]:
        """What is sought: the clauses that do not fade or, when all do, all of them."""
        return tuple(clause for clause in self.clauses if not clause.fades) or self.clauses

    @property
    def empty(self) -> bool:
        return not (self.clauses or self.excluded or self.named)

    def with_word(self, old: str, new: str) -> "Question":
        """The same question with one typed word replaced, for « vouliez-vous dire »."""
        pattern = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
        changed = read(pattern.sub(lambda _: new, self.typed))
        return changed.resolved(self.lookup) if self.lookup else changed

    def resolved(self, lookup: Lookup) -> "Question":
        """The same question, its « public:jeunes » made filters; unknown values are plain words."""
        kept, named, start = [], [], 0
        while start < len(self.clauses):
            clause = self.clauses[start]
            length, slug = _value(self.clauses[start:], lookup) if clause.vocabulary else (0, None)
            if slug:
                named.append((clause.vocabulary, slug))
            else:
                kept.append(clause)
            start += length or 1
        return replace(self, clauses=tuple(kept), named=tuple(named), lookup=lookup)


def _value(clauses: tuple[Clause, ...], lookup: Lookup) -> tuple[int, str | None]:
    """How many clauses, from the first on, are a value of the vocabulary it names, and its slug."""
    longest = 1 if clauses[0].kind == "phrase" else _LONGEST_VALUE
    for length in range(min(longest, len(clauses)), 0, -1):
        terms = tuple(term for clause in clauses[:length] for term in clause.terms)
        if slug := lookup(clauses[0].vocabulary, terms):
            return length, slug
    return 0, None


def read(typed: str | None) -> Question:
    """The question in what was typed; never raises, and bounded whatever the length."""
    text = french.clean((typed or "")[: 2 * LONGEST]).translate(_QUOTES)[:LONGEST].strip()
    kept, excluded = [], []
    for node, banned, required in _leaves(_PARSER.process(text)):
        found = _clauses(node)
        if banned:
            excluded += found
        else:
            kept += [replace(clause, required=clause.required or required) for clause in found]
    return Question(text, tuple(_bounded(_faded(kept))), tuple(excluded[:MOST_CLAUSES]))


def _bounded(clauses: list[Clause]) -> list[Clause]:
    """The first clauses; of a pasted page, the words that carry something."""
    if len(clauses) > MOST_CLAUSES:
        clauses = [clause for clause in clauses if not clause.fades] or clauses
    prefixes = [clause for clause in clauses if clause.kind == "prefix"][MOST_PREFIXES:]
    return [_plain(c) if c in prefixes else c for c in clauses[:MOST_CLAUSES]]


def _plain(clause: Clause) -> Clause:
    """A beginning too many, taken as a word."""
    return Clause(clause.text, (french.stem(clause.terms[0]),), "word", None, clause.field)


def _faded(clauses: list[Clause]) -> list[Clause]:
    """The clauses, those that only say how it is asked marked so."""
    words, owners = [], []
    for i, clause in enumerate(clauses):
        if clause.kind in ("word", "compound") and not clause.vocabulary:
            forms = french.read_chunk(clause.text).forms
            words += [form.folded for form in forms]
            owners += [i] * len(forms)
        else:
            words.append("")
            owners.append(i)
    content = {i for i, fades in zip(owners, fading(words), strict=True) if not fades}
    return [replace(c, fades=True) if i not in content else c for i, c in enumerate(clauses)]


def _leaves(node, banned=False, required=False):
    """The words of Whoosh's tree with what - and + say of them."""
    if not isinstance(node, syntax.GroupNode):
        yield node, banned, required
    elif isinstance(node, syntax.AndNotGroup):
        kept, refused = node
        yield from _leaves(kept, banned, required)
        yield from _leaves(refused, True)
    elif isinstance(node, syntax.AndMaybeGroup):
        needed, wished = node
        yield from _leaves(needed, banned, True)
        yield from _leaves(wished, banned, required)
    else:
        for child in node:
            yield from _leaves(child, banned, required)


def _clauses(node) -> list[Clause]:
    """The clauses in one leaf; a leaf without any letter or digit has none."""
    text = getattr(node, "text", "") or ""
    name = (node.fieldname or "").lower()
    field, vocabulary = _FIELDS.get(name), _VOCABULARIES.get(name)
    if isinstance(node, plugins.PhrasePlugin.PhraseNode):
        terms = french.terms(text)
        phrase = Clause(text.strip(), terms, "phrase", None, field, True, False, vocabulary)
        return [phrase] if terms else []
    chunks = french.CHUNK.findall(text)
    read_chunks = [(chunk, french.read_chunk(chunk)) for chunk in chunks]
    clauses = [_word(chunk, found, field) for chunk, found in read_chunks if found.terms]
    if clauses and isinstance(node, plugins.PrefixPlugin.PrefixNode):
        clauses[-1] = _prefix(clauses[-1], read_chunks[-1][1])
    if clauses and vocabulary:
        clauses[0] = replace(clauses[0], vocabulary=vocabulary)
    return clauses


def _word(chunk: str, found: french.Chunk, field: str | None) -> Clause:
    kind = "word" if len(found.terms) == 1 else "compound"
    return Clause(chunk, found.terms, kind, found.joined[0] if found.joined else None, field)


def _prefix(clause: Clause, found: french.Chunk) -> Clause:
    """« numér* » keeps its letters, folded but not stemmed; two letters are too little."""
    beginning = found.forms[-1].folded
    if len(beginning) < SHORTEST_PREFIX:
        return clause
    return Clause(clause.text + "*", (beginning,), "prefix", None, clause.field)

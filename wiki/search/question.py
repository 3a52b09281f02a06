"""What a person typed, read into clauses by Whoosh's query parser; any input gives a question."""

import re
from dataclasses import dataclass, replace

from whoosh.qparser import OrGroup, QueryParser, plugins, syntax

from wiki.search import french
from wiki.search.stopwords import FADING

LONGEST = 1000  # characters read; what is pasted beyond is ignored
MOST_CLAUSES = 24

_QUOTES = str.maketrans(
    dict.fromkeys("«»“”„‟″＂", '"') | dict.fromkeys("\x00\xa0\u202f\u2009", " ")
)
_FIELDS = {"titre": "title", "title": "title"}
_STARTS = r'(?<!\S){}(?=["\w])'


def _parser() -> QueryParser:
    """Only what French survives: stock plugins take apostrophes, « ? », [ and inner - as signs."""
    chosen = [
        plugins.WhitespacePlugin(),
        plugins.PhrasePlugin(expr='"(?P<text>[^"]*)"(?P<slop>(?!))?'),
        plugins.FieldsPlugin(
            expr=rf'(?<!\w)(?P<text>(?i:{"|".join(_FIELDS)})):(?=["\w])', remove_unknown=False
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

    @property
    def single(self) -> bool:
        return self.kind == "word"


@dataclass(frozen=True)
class Question:
    """A question read: clauses in order, and what must not appear."""

    typed: str
    clauses: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()

    @property
    def content(self) -> tuple[Clause, ...]:
        """What is sought: the clauses that do not fade or, when all do, all of them."""
        return tuple(clause for clause in self.clauses if not clause.fades) or self.clauses

    @property
    def empty(self) -> bool:
        return not self.clauses and not self.excluded

    def with_word(self, old: str, new: str) -> "Question":
        """The same question with one typed word replaced, for « vouliez-vous dire »."""
        pattern = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
        return read(pattern.sub(lambda _: new, self.typed))


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
    return Question(text, tuple(_bounded(kept)), tuple(excluded[:MOST_CLAUSES]))


def _bounded(clauses: list[Clause]) -> list[Clause]:
    """The first clauses; of a pasted page, the words that carry something."""
    if len(clauses) > MOST_CLAUSES:
        clauses = [clause for clause in clauses if not clause.fades] or clauses
    return clauses[:MOST_CLAUSES]


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
    field = _FIELDS.get((node.fieldname or "").lower())
    if isinstance(node, plugins.PhrasePlugin.PhraseNode):
        terms = french.terms(text)
        return [Clause(text.strip(), terms, "phrase", None, field, required=True)] if terms else []
    chunks = french.CHUNK.findall(text)
    read_chunks = [(chunk, french.read_chunk(chunk)) for chunk in chunks]
    clauses = [_word(chunk, found, field) for chunk, found in read_chunks if found.terms]
    if clauses and isinstance(node, plugins.PrefixPlugin.PrefixNode):
        clauses[-1] = _prefix(clauses[-1], read_chunks[-1][1])
    return clauses


def _word(chunk: str, found: french.Chunk, field: str | None) -> Clause:
    kind = "word" if len(found.terms) == 1 else "compound"
    fades = all(
        form.folded in FADING or len(form.folded) == 1 and form.folded.isalpha()
        for form in found.forms
    )
    return Clause(
        chunk, found.terms, kind, found.joined[0] if found.joined else None, field, fades=fades
    )


def _prefix(clause: Clause, found: french.Chunk) -> Clause:
    """« numér* » keeps its letters, folded but not stemmed; one letter is too little."""
    beginning = found.forms[-1].folded
    if len(beginning) < 2:
        return clause
    return Clause(clause.text + "*", (beginning,), "prefix", None, clause.field)

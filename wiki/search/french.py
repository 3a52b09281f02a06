"""French text to terms: the one analysis shared by the index, the questions and the highlights.

Order matters: accents are folded *before* stemming, so that a question typed without accents meets
the text that has them. The stemmer is Whoosh's Snowball; `_prepare` gives it back the endings that
folding hides from it (aidée, conseillère) and a few that it never knew (aident, aidons).
"""

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import whoosh
from whoosh.lang.snowball.french import FrenchStemmer

from wiki.search import irregular
from wiki.search.irregular import FORMS, FROM_VERBS_IN_AGE, NOUNS_IN_ENT, NOUNS_IN_ON

LONGEST_TERM = 40
_CONTENTS = 2  # raised when more, or less, of an item is indexed
# Names this analysis: an index made by another one is made again, so that both always agree.
FINGERPRINT = sha256(
    b"".join(Path(file).read_bytes() for file in (__file__, irregular.__file__))
    + f"{_CONTENTS}{whoosh.__version__}{unicodedata.unidata_version}".encode()
).hexdigest()[:16]
END_OF_TEXT = "¶"  # stands between a text and the joined compounds written after it

_APOSTROPHES = "'’ʼ‘‛`´′＇ʹʻꞌ"
_HYPHENS = "-‐‑‒–−⁃﹣－"
_DOTS = "·•‧∙⋅・"
_INCLUSIVE = "e|es|ne|nes|le|les|te|tes|se|ses|ve|ves|fe|rice|rices|trice|trices|euse|euses"
_INCLUSIVE += "|ere|eres|iere|ieres|ère|ères|ière|ières|esse|esses|ice|ices"
_SLASHED = "e|es|ne|nes|le|les|rice|rices|trice|trices|euse|euses|ère|ères|ière|ières|ve|ves"
_INSIDE = re.escape(_APOSTROPHES + _HYPHENS + _DOTS + ".")
CHUNK = re.compile(
    rf"(?<!\d)\d{{1,3}}(?:[ \u00a0\u202f\u2009]\d{{3}})+(?!\d)"
    rf"|[^\W_]+(?:[{_INSIDE}][^\W_]+)*"
    rf"(?:[(/](?:(?<=\()(?:s|{_INCLUSIVE})\)s?|(?<=\w{{4}}/)(?:{_SLASHED})\b))?"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ACRONYM = re.compile(r"[a-z](?:\.[a-z])+")
_INCLUSIVE_END = re.compile(
    rf"(?<=\w{{3}})(?:·\w+)+|(?<=\w{{3}})(?:[.\-](?:{_INCLUSIVE}))(?:[.\-]s)?$|(?:\(\w+\)s?|/\w+)$"
)
_ONE_SIGN = str.maketrans(
    {
        sign: one
        for signs, one in ((_APOSTROPHES, "'"), (_HYPHENS, "-"), (_DOTS, "·"))
        for sign in signs
    }
    | {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d"}
)
_BEFORE_VOWELS = "l d j m t s n c ç qu jusqu lorsqu puisqu quoiqu"
_ELIDED = frozenset(_BEFORE_VOWELS.split())
_SMALL = "il elle on ils elles je tu ce ci la y en moi toi lui leur t"
_NOT_COMPOUND = frozenset(_SMALL.split())
_STEMMER = FrenchStemmer()


class Form(NamedTuple):
    """A word as people write it, without accents, and the term it is indexed under."""

    text: str
    folded: str
    term: str


class Chunk(NamedTuple):
    """What one written word gives: terms in place, compounds joined, and its surface forms."""

    terms: tuple[str, ...]
    joined: tuple[str, ...]
    forms: tuple[Form, ...]


def clean(text: str) -> str:
    """The text composed (NFC) and without invisible or bidirectional signs."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _INVISIBLE.sub("", text)


def fold(text: str) -> str:
    """The text in lower case, without accents, with one kind of apostrophe and hyphen."""
    text = text.lower().translate(_ONE_SIGN)
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text).lower()
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def index_text(text: str) -> str:
    """The terms of a text in order, ready to be stored."""
    written = CHUNK.findall(clean(text))
    known = {chunk: read_chunk(chunk) for chunk in set(written)}
    in_place = {chunk: " ".join(read.terms) for chunk, read in known.items()}
    stored = " ".join([in_place[chunk] for chunk in written])
    compounds = {chunk for chunk, read in known.items() if read.joined}
    if compounds:
        joined = [term for chunk in written if chunk in compounds for term in known[chunk].joined]
        stored = " ".join([stored, END_OF_TEXT, *joined])
    return stored


def forms(words: set[str]) -> set[Form]:
    """The surface forms in words as they are written."""
    return {form for word in words for form in read_chunk(word).forms}


def written(text: str) -> set[str]:
    """The different words of a text as they are written."""
    return set(CHUNK.findall(clean(text)))


def chunks(text: str) -> list[Chunk]:
    """The words of a short text (a question, a synonym), one chunk for each."""
    return [read_chunk(chunk) for chunk in CHUNK.findall(clean(text))]


def terms(text: str) -> tuple[str, ...]:
    """The terms of a short text, stop words included, compounds split."""
    return tuple(term for chunk in chunks(text) for term in chunk.terms)


def read_chunk(chunk: str) -> Chunk:
    """The terms of one written word, remembered because texts repeat themselves."""
    return _remembered(chunk) if len(chunk) <= LONGEST_TERM else _read(chunk)


@lru_cache(maxsize=100_000)
def _remembered(chunk: str) -> Chunk:
    return _read(chunk)


def _read(chunk: str) -> Chunk:
    if chunk[0].isdigit() and not chunk.isalnum():
        digits = re.sub(r"\s", "", chunk)
        if digits.isdigit():
            return Chunk((digits,), (), (Form(digits, digits, digits),))
    lowered = chunk.lower().translate(_ONE_SIGN)
    folded = fold(chunk)
    if _ACRONYM.fullmatch(folded):
        word = folded.replace(".", "")[:LONGEST_TERM]
        return Chunk((stem(word),), (), (Form(word, word, stem(word)),))
    lowered, bare = (_INCLUSIVE_END.sub("", written) for written in (lowered, folded))
    if fold(lowered) != bare:
        lowered = bare  # « e » with an accent is no ending: with or without, it must be the same
    forms, joined = [], []
    for segment in lowered.split("."):
        parts = [part for part in map(_without_elision, segment.split("-")) if part]
        found = [_form(part) for part in parts]
        forms += found
        if 2 <= len(found) <= 4 and found[-1].folded not in _NOT_COMPOUND:
            joined.append(stem("".join(form.folded for form in found)))
    return Chunk(tuple(form.term for form in forms), tuple(joined), tuple(forms))


def _form(part: str) -> Form:
    folded = fold(part)
    return Form(part[:LONGEST_TERM], folded[:LONGEST_TERM], stem(folded))


def _without_elision(part: str) -> str:
    """« l'accès » is accès; « aujourd'hui » is one word; « Alzheimer's » loses its s."""
    if "'" not in part:
        return part
    head, _, rest = part.partition("'")
    while rest and head in _ELIDED:
        head, _, rest = rest.partition("'")
    rest = rest.replace("'", "")
    return head if rest == "s" else head + rest


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The term of one folded word: short words, codes and numbers stay as they are."""
    word = word[:LONGEST_TERM]
    if word in FORMS:
        return FORMS[word]
    if len(word) <= 3 or not word.isalpha() or not word.isascii():
        return word
    one = word[:-1] if word[-1] == "s" and word[-2] != "s" else word
    if one in FORMS or len(one) == 3:
        return FORMS.get(one, one)
    prepared = _prepare(word, one)
    term = FORMS.get(prepared) or _STEMMER.stem(prepared).lower() or word
    if len(term) <= 3 and len(term) < len(one) and term[-1] not in "aeiouy":
        return term + "e"  # « café » is not the CAF, nor « base » what is low
    return term[:-1] + "i" if term.endswith("y") else term  # employé as employer


_ENDINGS = [
    (re.compile(r"(?<=\w{2})ifi(?:e[esz]?|ees|ent|ons|ait|aient|ant|era|eront)$"), "ifier"),
    (re.compile(r"(?<=\w{2})ifica(?:tion|teur|trice)s?$"), "ifier"),  # identification
    (re.compile(r"(?<=\w{3})ees?$"), "e"),  # aidée, aidées
    (re.compile(r"(?<=\w{2})(?:i|ll|ch|g)eres?$"), lambda m: m[0].rstrip("s")[:-1]),  # conseillère
    (re.compile(r"(?<=\w{3})ers$"), "er"),  # étrangers
    (re.compile(r"trices?$"), "teur"),
    (re.compile(r"phi(?:er|ent|ons|ez|ait|ant)$"), "phie"),  # cartographier, photographient
    (re.compile(r"(?<=\w{3})eu(?:ses?|x)$"), "eur"),  # chômeuse, heureux, heureuse
    (re.compile(r"(?<=\w{2})ifs?$"), "ive"),  # actif, active
    (re.compile(r"(?<=\w{2})(oi|ui|ai)s(?:es?)?$"), r"\1"),  # emplois, villageoise, française
    (re.compile(r"(?<=\w{3})ications?$"), "iquer"),  # application, appliquer
    (re.compile(r"(?<=\w{3})ations?$"), "er"),  # migration, migrer
]


def _prepare(word: str, one: str) -> str:
    """Endings that folded French hides from Snowball, or that Snowball leaves; `one` has no s."""
    if len(word) == 4:
        return one
    for ending, replacement in _ENDINGS:
        changed = ending.sub(replacement, word)
        if changed != word:
            return changed
    if one in FROM_VERBS_IN_AGE:
        return one[:-3] + "er"
    if len(word) < 6:
        return one
    if word.endswith("ons") and not word.endswith("ions") and one not in NOUNS_IN_ON:
        return (word[:-4] if word.endswith("geons") else word[:-3]) + "er"
    if word.endswith("ent") and not word.endswith("ment") and word not in NOUNS_IN_ENT:
        return word if word.endswith(("issent", "aient", "ient")) else word[:-3] + "er"
    return one


@lru_cache(maxsize=50_000)
def sound(folded: str) -> str:
    """A rough key of how a French word sounds, so that « smartfone » meets « smartphone »."""
    for pattern, replacement in _SOUNDS:
        folded = pattern.sub(replacement, folded)
    return folded


_SOUNDS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"ph", "f"), (r"psych", "psik"), (r"ch(?=[lnrt])", "k"), (r"s?ch|sh", "C"), (r"h", ""),
        (r"x(?=\w)", "ks"), (r"qu|q|ck|c(?=[^eiy]|$)", "k"),
        (r"c(?=[eiy])|ss|sc(?=[ei])|t(?=ion)", "s"), (r"gu(?=[eiy])", "G"),
        (r"ge(?=[aou])|g(?=[eiy])", "j"), (r"g", "G"), (r"eye|[uo]?eill?e?", "Y"), (r"eau|au", "o"),
        (r"ai|ei", "e"), (r"er$|ez$|et$", "E"), (r"y", "i"), (r"(?:am|em|en)(?![aeiouymn])", "an"),
        (r"(?:ein|ain|im)(?![aeiouymn])", "in"), (r"om(?=[bp])", "on"), (r"z", "s"),
        (r"w", "v"), (r"(.)\1+", r"\1"), (r"(?<=\w{2})(?:e?s|e|[xtdp]s?)$", ""),
    )
]  # fmt: skip

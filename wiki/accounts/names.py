"""First names that tell people apart: within a group no two look the same."""

import unicodedata

from wiki.markup.sanitize import clean_text

LONGEST = 40
# Letters of other scripts, and our own, that are drawn as one of a to z.
_TWINS = {
    "a": "аɑαａ", "b": "ьвƅβ", "c": "сϲ", "d": "ԁɗđ", "e": "еєҽε", "f": "ƒ", "g": "ɡց", "h": "һнհ",
    "i": "іıɩιӏ", "j": "јϳ", "k": "кκ", "l": "ɭłⅼ|", "m": "мⅿ", "n": "пηո", "o": "оοσօø0",
    "p": "рρ", "q": "ԛզ", "r": "гɾ", "s": "ѕꜱ$5", "t": "тτ", "u": "υսц", "v": "ѵν", "w": "ԝωա",
    "x": "хχ", "y": "уγүɣ", "z": "ᴢƶ", "l1": "1",
}  # fmt: skip
_DRAWN_AS = {ord(twin): letter[0] for letter, twins in _TWINS.items() for twin in twins}
_PAIRS = (("rn", "m"), ("vv", "w"), ("œ", "oe"), ("æ", "ae"), ("ß", "ss"))


def key(name: str) -> str:
    """What a name looks like from afar: two names with the same key cannot be told apart."""
    words = unicodedata.normalize("NFKC", clean_text(name)).split()
    drawn = "".join(map(_without_false_l, words)).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", drawn) if not unicodedata.combining(c))
    bare = bare.translate(_DRAWN_AS)
    for pair, one in _PAIRS:
        bare = bare.replace(pair, one)
    return "".join(c for c in bare if c.isalnum())[:80]


def clean(name: str) -> str:
    """A name as it is kept: no invisible sign, no double space."""
    return " ".join(unicodedata.normalize("NFKC", clean_text(name)).split())


def is_blank(name: str) -> bool:
    """Whether nothing in a name can be read."""
    return not any(c.isalpha() for c in name)


def _without_false_l(word: str) -> str:
    """A capital I inside a word is drawn as a small l; not in a word all of capitals."""
    return word if word.isupper() else word[:1] + word[1:].replace("I", "l")

"""The baseline of searches: plain BM25 over folded words with a light stem, and nothing else."""

import math
import re
import unicodedata
from collections import Counter

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = re.compile(r"(?:issements?|ements?|ations?|itions?|eurs?|euses?|ives?|ifs?|ees?|ants?"
                      r"|antes?|iers?|ieres?|er|ez|es|s|e|x)$")  # fmt: skip
_K1, _B = 1.2, 0.75


def terms(text: str) -> list[str]:
    """The words of a text without accents, case, elided article or common ending."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    words = _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
    return [_stem(word) for word in words if len(word) > 1]


class Baseline:
    """An index of texts by name."""

    def __init__(self, texts: dict[str, str]):
        self.counts = {name: Counter(terms(text)) for name, text in texts.items()}
        self.lengths = {name: sum(count.values()) for name, count in self.counts.items()}
        self.mean = sum(self.lengths.values()) / max(len(texts), 1)
        self.holders = Counter(term for count in self.counts.values() for term in count)

    def find(self, question: str, limit: int = 20) -> list[str]:
        """The names of the texts holding any word of the question, best first."""
        wanted, size = set(terms(question)), len(self.counts)
        rarity = {
            term: math.log(1 + (size - self.holders[term] + 0.5) / (self.holders[term] + 0.5))
            for term in wanted
        }
        found = {}
        for name, count in self.counts.items():
            length = _K1 * (1 - _B + _B * self.lengths[name] / self.mean)
            worth = sum(
                rarity[term] * count[term] * (_K1 + 1) / (count[term] + length)
                for term in wanted
                if term in count
            )
            if worth:
                found[name] = worth
        return sorted(found, key=lambda name: (-found[name], name))[:limit]


def _stem(word: str) -> str:
    short = _ENDINGS.sub("", word)
    return short if len(short) > 3 else word

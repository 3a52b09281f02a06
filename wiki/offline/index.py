"""A small index that a plain script reads: the words of the folder, analysed as on the site.

The stems are reckoned here, once; the script folds accents and looks words up as they are written.
"""

import json
from collections import Counter

from wiki.search import french
from wiki.search.stopwords import FADING

LONGEST = 20_000  # characters of one item that are kept to show where a word was found
WEIGHTS = (("title", 8), ("lead", 3), ("headings", 3), ("body", 1), ("attachments", 1))


class Index:
    """Documents put in one after the other; `script` gives what the folder carries."""

    def __init__(self):
        self.documents: list[list] = []
        self.numbers: dict[str, int] = {}
        self.found: list[list[int]] = []
        self.forms: dict[str, int] = {}

    def add(self, title: str, kind: str, address: str, text) -> None:
        """Take in an item: `text` is what search reads of it."""
        weights: Counter[str] = Counter()
        parts = [(getattr(text, name) or "", weight) for name, weight in WEIGHTS]
        parts += [(part.text, 1) for part in text.parts]
        for words, weight in parts:
            self._count(words[:LONGEST], weight, weights)
        number = len(self.documents)
        shown = " ".join(" ".join(filter(None, [p for p, _w in parts[1:]])).split())
        self.documents.append([title, kind, address, shown[:LONGEST]])
        for term, weight in weights.items():
            self.found[self._number(term)] += [number, weight]

    def _count(self, words: str, weight: int, weights: Counter) -> None:
        for chunk in french.CHUNK.findall(french.clean(words)):
            read = french.read_chunk(chunk)
            for form in read.forms:
                if form.folded not in FADING:
                    self.forms[form.folded] = self._number(form.term)
                    weights[form.term] = min(weights[form.term] + weight, 60)
            for term in read.joined:
                joined = "".join(form.folded for form in read.forms)
                self.forms[joined] = self._number(term)
                weights[term] = min(weights[term] + weight, 60)

    def _number(self, term: str) -> int:
        if term not in self.numbers:
            self.numbers[term] = len(self.found)
            self.found.append([])
        return self.numbers[term]

    def script(self) -> str:
        """One line of script that holds the index as a text, read only when somebody searches."""
        told = {
            "documents": self.documents,
            "found": self.found,
            "forms": sorted(self.forms.items()),
            "ignored": sorted(FADING),
        }
        packed = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return f"window.essaimIndex={json.dumps(packed, ensure_ascii=False)};\n"

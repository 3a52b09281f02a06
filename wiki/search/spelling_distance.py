"""How far a mistyped word is from another: by letters, by keys, by sound. Pure functions."""

from functools import lru_cache

from whoosh.support.levenshtein import damerau_levenshtein

from wiki.search import french

FAR_FROM = 6  # letters from which two mistakes are believable
TOO_FAR = 99.0
SLIP = 0.85  # a cost up to which no hand meant the word it wrote
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_VOWELS = frozenset("aeiouy")
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_DOUBLED, _MOVED, _VOWEL, _BESIDE, _ADDED, _OTHER = 0.6, 0.8, 0.85, 0.85, 1.0, 1.2
_FIRST = 0.7  # more for the first letter, which people seldom miss
_ALIKE = 0.6  # of its cost, for what sounds the same
_MOST = 2.4  # cost of mistakes that anybody makes in one word
_MOST_TWO = 2.0  # the same, for two mistakes that change the sound


def variants(word: str) -> set[str]:
    """All words one mistake away: a letter too many, missing, wrong, or two swapped."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    dropped = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    wrong = {a + letter + b[1:] for a, b in cuts if b for letter in _ALPHABET}
    missing = {a + letter + b for a, b in cuts for letter in _ALPHABET}
    return (dropped | swapped | wrong | missing) - {word}


def distance(typed: str, other: str) -> float:
    """The cost of the mistakes between two folded words; TOO_FAR for what nobody would confuse."""
    alike = len(french.sound(typed)) >= 3 and french.sound(typed) == french.sound(other)
    mistakes = damerau_levenshtein(typed, other, limit=3)
    most = 4 if alike else 2 if min(len(typed), len(other)) >= FAR_FROM else 1
    if mistakes > most or mistakes > 1 and typed[0] != other[0] and not alike:
        return TOO_FAR
    cost = _cost(typed, other) * (_ALIKE if alike else 1)
    most_cost = _MOST_TWO if mistakes > 1 and not alike else _MOST
    return cost if cost <= most_cost else TOO_FAR


def halves(word: str, shortest: int = 3) -> list[tuple[str, str]]:
    """The two words that may have been written as one."""
    return [(word[:i], word[i:]) for i in range(shortest, len(word) - shortest + 1)]


def _cost(typed: str, other: str) -> float:
    """The cheapest way from one word to the other, each mistake weighed by how common it is."""
    before: list[float] = []
    row = [_insertion(other, 0, j) for j in range(len(other) + 1)]
    for j in range(1, len(row)):
        row[j] += row[j - 1]
    for i in range(1, len(typed) + 1):
        two_before, before = before, row
        row = [before[0] + _insertion(typed, 0, i)]
        for j in range(1, len(other) + 1):
            best = min(
                before[j] + _insertion(typed, j, i),
                row[j - 1] + _insertion(other, i, j),
                before[j - 1] + _replacement(typed[i - 1], other[j - 1]) * (1 if i > 1 else 1.5),
            )
            if i > 1 < j and typed[i - 1] == other[j - 2] and typed[i - 2] == other[j - 1]:
                best = min(best, two_before[j - 2] + _MOVED)
            row.append(best)
    return row[-1]


def _insertion(word: str, _place: int, i: int) -> float:
    """A letter that only one of the two words has, its i-th."""
    if i == 0:
        return 0.0
    if i > 1 and word[i - 1] == word[i - 2]:
        return _DOUBLED
    return _ADDED + (_FIRST if i == 1 else 0)


def _replacement(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in _VOWELS and other in _VOWELS:
        return _VOWEL
    return _BESIDE if other in _neighbours().get(one, "") else _OTHER


@lru_cache(maxsize=1)
def _neighbours() -> dict[str, str]:
    """The keys around each key of a French keyboard."""
    found = {}
    for y, row in enumerate(_ROWS):
        for x, letter in enumerate(row):
            around = "".join(r[max(x - 1, 0) : x + 2] for r in _ROWS[max(y - 1, 0) : y + 2])
            found[letter] = around.replace(letter, "")
    return found

"""Words taken from a text as it is shown: found in its source, put back with its marks."""

import re
from bisect import bisect_right

from wiki.items.merging import matches
from wiki.markup.marks import marks, words_in

SURE = 12  # letters that do not stand in two places by chance
AROUND = 60  # characters kept on each side of a passage, to tell it from its like
_WORD = re.compile(r"\w+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_PIECES = re.compile(r"\w+|\s+|[^\w\s]")
_EMPTY = re.compile(r"(\*{2,3}|__|~~|==)\1|\[\]\([^()\n]*\)")
_AT_LEAST = 0.6  # of the words of a passage, to say that it is it


def located(source: str, quote: str, before: str = "", after: str = "") -> tuple[int, int] | None:
    """Where words that a reader selected stand in the Markdown they were rendered from.

    What is around them tells which, when they stand several times. None when they are not there.
    """
    hidden = marks(source)
    blind = [*hidden, *(found.span() for found in _ENTITY.finditer(source))]
    shown = _shown_words(source, sorted(blind))
    wanted = [word.casefold() for word in _WORD.findall(_ENTITY.sub(" ", quote))]
    if not wanted:
        return _exact(source, quote.strip(), before, after)
    heard = [word for word, _start, _end in shown]
    places = _runs(heard, wanted)
    if not places:
        near = _nearly(heard, wanted)
        places = [near] if near else []
    if not places:
        return None
    first, last = max(places, key=lambda run: _alike(heard, run, before, after))
    start, end = shown[first][1], shown[last - 1][2]
    return _whole(source, hidden, *_with_signs(source, hidden, quote, (start, end)))


def found_again(text: str, quote: str, before: str, after: str) -> tuple[int, int] | None:
    """Where a passage of a source stands in another state of it, by its words alone."""
    return _exact(text, quote, before, after) or located(text, words_of(quote), before, after)


def pasted_again(text: str, quote: str, before: str, after: str) -> tuple[int, int] | None:
    """Where words that were taken away stand again, moved or brought back as they were."""
    span = _exact(text, quote, before, after)
    if span is None or len(words_of(quote)) >= SURE:
        return span
    left, right = around(text, *span)
    alike = _common(left[::-1], before[::-1]) + _common(right, after)
    return span if alike >= SURE else None


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """A little of what stands before and after a passage."""
    return text[max(start - AROUND, 0) : start], text[end : end + AROUND]


def words_of(source: str) -> str:
    """A passage as its reader sees it, on one line."""
    return re.sub(r"\s+", " ", words_in(source, marks(source), 0, len(source))).strip()


def same_words(left: str, right: str) -> bool:
    """Whether two passages say the same, spaces and marks aside."""
    return words_of(left) == words_of(right)


def with_marks(source: str, wording: str) -> str:
    """Another wording of a passage, with the marks of the passage around the words that stay."""
    hidden = marks(source)
    if not hidden:
        return wording
    seen = words_in(source, hidden, 0, len(source))
    places = [at for at in range(len(source)) if not _is_in(hidden, at)]
    made, at = [], 0
    for start, end, words in _edits(seen, wording):
        low = places[start] if start < len(places) else len(source)
        made.append(source[at:low] + words)
        at = low
        for place in places[start:end]:
            made.append(source[at:place])
            at = place + 1
    whole = "".join(made) + source[at:]
    return _EMPTY.sub("", whole)


def _edits(old: str, new: str):
    """Yields (start, end, words): a part of the old text and what is put in its place."""
    left, right = _PIECES.findall(old), _PIECES.findall(new)
    at = at_new = place = 0
    for i, j, count in [*matches(left, right), (len(left), len(right), 0)]:
        gone = len("".join(left[at:i]))
        if gone or j > at_new:
            yield place, place + gone, "".join(right[at_new:j])
        place += gone + len("".join(left[i : i + count]))
        at, at_new = i + count, j + count


def _shown_words(source: str, hidden: list) -> list[tuple[str, int, int]]:
    """The words that a reader sees, with their places; a word cut by marks is in pieces."""
    found, at = [], 0
    for start, end in [*hidden, (len(source), len(source))]:
        for word in _WORD.finditer(source, at, max(start, at)):
            found.append((word[0].casefold(), *word.span()))
        at = max(at, end)
    return found


def _runs(heard: list[str], wanted: list[str]) -> list[tuple[int, int]]:
    """Every place where these words follow one another, whatever the marks cut them into."""
    joined, edges, at = "".join(heard), [], 0
    for word in heard:
        edges.append(at)
        at += len(word)
    edges.append(at)
    whole, found, start = "".join(wanted), [], -1
    known = {place: n for n, place in enumerate(edges)}
    while (start := joined.find(whole, start + 1)) >= 0:
        if start in known and start + len(whole) in known:
            found.append((known[start], known[start + len(whole)]))
    return found


def _nearly(heard: list[str], wanted: list[str]) -> tuple[int, int] | None:
    """Where most of the words stand, when something that is shown is not in the source."""
    blocks = [block for block in matches(wanted, heard) if block[2]]
    if not blocks:
        return None
    start = max(blocks, key=lambda block: block[2])
    low, high = start[1] - start[0] - 3, start[1] - start[0] + len(wanted) + 3
    near = [block for block in blocks if low <= block[1] and block[1] + block[2] <= high]
    if sum(block[2] for block in near) < _AT_LEAST * len(wanted):
        return None
    return near[0][1], near[-1][1] + near[-1][2]


def _alike(heard: list[str], run: tuple[int, int], before: str, after: str) -> int:
    """How many words around a place are those that were around the passage."""
    left = [word.casefold() for word in _WORD.findall(words_of(before))][::-1]
    right = [word.casefold() for word in _WORD.findall(words_of(after))]
    near = list(zip(left, heard[: run[0]][::-1], strict=False))
    far = list(zip(right, heard[run[1] :], strict=False))
    return sum(one == other for one, other in near) + sum(one == other for one, other in far)


def _with_signs(source: str, hidden: list, quote: str, span: tuple) -> tuple[int, int]:
    """The signs that the reader selected around the words belong to them."""
    start, end = span
    ends, starts = {one[0]: one[1] for one in hidden}, {one[1]: one[0] for one in hidden}
    at = end
    for sign in re.sub(r".*\w", "", quote, flags=re.S).rstrip():
        at = ends.get(at, at)
        if not _same_sign(source[at : at + 1], sign):
            break
        at += 1
        end = end if sign.isspace() else at
    at = start
    for sign in reversed(re.sub(r"\w.*", "", quote, flags=re.S).lstrip()):
        at = starts.get(at, at)
        if at < 1 or not _same_sign(source[at - 1], sign):
            break
        at -= 1
        start = start if sign.isspace() else at
    return start, end


def _same_sign(one: str, other: str) -> bool:
    return one == other or bool(one and one.isspace() and other.isspace())


def _whole(source: str, hidden: list, start: int, end: int) -> tuple[int, int]:
    """A passage that holds one mark of a pair takes the other, when it stands just beside."""
    for opening, closing in _couples(source, hidden):
        if start <= opening[0] < end == closing[0]:
            end = closing[1]
        elif opening[1] == start and start < closing[1] <= end:
            start = opening[0]
    return start, end


def _couples(source: str, hidden: list) -> list[tuple]:
    """The marks that go by two: what opens, and what closes; the inner ones first."""
    waiting, couples = [], []
    for span in hidden:
        mark = source[slice(*span)]
        if mark[-1].isspace():
            continue  # the mark at the beginning of a line has no other half
        for n in range(len(waiting) - 1, -1, -1):
            opened = source[slice(*waiting[n])]
            if mark == opened or (opened[0] == "[" and mark[0] == "]"):
                couples.append((waiting[n], span))
                del waiting[n:]
                break
        else:
            waiting.append(span)
    return couples


def _exact(text: str, quote: str, before: str, after: str) -> tuple[int, int] | None:
    places, at = [], -1
    while quote and (at := text.find(quote, at + 1)) >= 0 and len(places) < 200:
        places.append(at)
    if not places:
        return None

    def likeness(place: int) -> int:
        left, right = around(text, place, place + len(quote))
        return _common(left[::-1], before[::-1]) + _common(right, after)

    best = max(places, key=likeness)
    return best, best + len(quote)


def _common(left: str, right: str) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _is_in(hidden: list[tuple[int, int]], at: int) -> bool:
    n = bisect_right(hidden, (at, 10**9)) - 1
    return n >= 0 and hidden[n][0] <= at < hidden[n][1]

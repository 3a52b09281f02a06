"""Whoever tries codes is slowed down: by address, by word, and on the whole site.

The room where a door was opened, or where people have just come in, goes on entering while
strangers elsewhere try: only its own wrong codes count against it.
"""

from wiki.throttle import address, count, is_spent, refuse

ADDRESS = "10 per minute"
WORD = "100 per hour"
SITE = "200 per minute"
ROOM = "1 per 3 hours"
DIGITS = "120 per minute"


def refuse_guessers(word: str = "") -> None:
    """Raise 429 when this address tried too often, or a stranger asks while many guess.

    `word` is that of a spoken code; a long code from a square is not guessed, so it only counts
    against the address.
    """
    if is_spent(ADDRESS, "wrong code", address()):
        refuse(ADDRESS)
    if not word or is_a_room():
        return
    if is_spent(WORD, "wrong word", word):
        refuse(WORD)
    if is_spent(SITE, "wrong codes"):
        refuse(SITE)


def was_wrong(word: str = "") -> None:
    """Note a wrong code."""
    count(ADDRESS, "wrong code", address())
    if word:
        count(WORD, "wrong word", word)
        count(SITE, "wrong codes")


def note_room() -> None:
    """Remember that people enter from here by right."""
    count(ROOM, "room", address())


def is_a_room() -> bool:
    """Whether people entered from this address by right, lately."""
    return is_spent(ROOM, "room", address())

"""Skeletons of pages that groups write often, so that nobody faces an empty sheet."""

from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext


class Starter(NamedTuple):
    """A page to begin from: its name on the tile, its sign, what it is for."""

    key: str
    name: object
    sign: str
    purpose: object


STARTERS = (
    Starter("minutes", lazy_gettext("Minutes"), "tache",
            lazy_gettext("Who was there, what was said, who does what")),
    Starter("logbook", lazy_gettext("Logbook"), "agenda",
            lazy_gettext("Session after session, what happens")),
    Starter("project", lazy_gettext("Project sheet"), "signet",
            lazy_gettext("Why, for whom, with what, until when")),
    Starter("interview", lazy_gettext("Interview guide"), "voix",
            lazy_gettext("Questions that let people tell")),
)  # fmt: skip


def body_of(key: str) -> str:
    """The text of a skeleton in the reader's language, or nothing for an unknown key."""
    make = _BODIES.get(key)
    return make() if make else ""


def _minutes() -> str:
    return _("""**Date:** \n**Place:** \n**Present:** \n**Excused:** \n
## What we talked about

1. 
2. 

## What we decided

- 

## Who does what

| What | Who | By when |
| --- | --- | --- |
|  |  |  |

## Next time

Date, place, and what each one brings.
""")


def _logbook() -> str:
    return _("""The latest session comes first.

## Session of … 

**Present:** 

**What we did:** 

**What stays with us** (a word heard, a surprise, a photo):

- 

**To do before next time:**

- [ ] 
""")


def _project() -> str:
    return _("""> In two sentences: what we want to do, and what it will change.

## Why

What we noticed, and who said so.

## For whom, with whom

- 

## What we will do

1. 
2. 

## What we need

| Means | We have it | To be found |
| --- | --- | --- |
| Place |  |  |
| Equipment |  |  |
| Money |  |  |
| People |  |  |

## Calendar

- 

## How we will know it worked

- 
""")


def _interview() -> str:
    return _("""**With whom:** \n**When, where:** \n
!!! note "Before starting"
    Say who we are, what this will be used for, and that one may stop or take words back at \
any time. Ask for agreement before recording.

## To begin

- Can you tell me how you came here?

## To go further

- Tell me about a day that went well.
- And one that went less well?
- What helped you? Who?
- If you could change one thing?

## To finish

- Is there something I did not ask, and that matters?
- Who else should we listen to?

## What I take with me

Words heard, as they were said:

> 
""")


_BODIES = {
    "minutes": _minutes,
    "logbook": _logbook,
    "project": _project,
    "interview": _interview,
}

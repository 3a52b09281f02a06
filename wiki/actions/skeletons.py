"""The pages an action begins with, so that nobody faces an empty sheet on the first morning."""

from datetime import date
from typing import NamedTuple

from flask_babel import get_locale
from flask_babel import gettext as _

from wiki.templating import day as in_words
from wiki.templating import together


class Skeleton(NamedTuple):
    """A page to be: what it is for in the code, its title, its text."""

    name: str
    title: str
    body: str


def pages(plan) -> list[Skeleton]:
    """The home, the charter and the logbook of an action, in the language of who begins it."""
    charter, logbook = _("Charter of the group"), _("Logbook")
    links = {"charter": charter, "logbook": logbook, "map": map_title()}
    return [
        Skeleton("home", _("Welcome"), _home(plan, links)),
        Skeleton("charter", charter, _charter()),
        Skeleton("logbook", logbook, _logbook(plan)),
    ]


def map_title() -> str:
    """What the empty map of an action is called."""
    return _("Our map")


def dates_in_words(days: list[date]) -> str:
    """The days of an action, one a line."""
    return "\n".join(f"- {_day(one)}" for one in days)


def hours_in_words(plan) -> str:
    """From when to when: 9 h – 12 h."""
    return _("from %(start)s to %(end)s", start=_hour(plan.starts), end=_hour(plan.ends))


def rhythm(plan) -> str:
    """How long the action lasts, in one sentence."""
    if len(plan.days) == 1:
        return _("One half-day, on %(day)s.", day=in_words(plan.days[0]))
    return _(
        "%(n)s half-days, from %(first)s to %(last)s.",
        n=len(plan.days), first=in_words(plan.days[0]), last=in_words(plan.days[-1]),
    )  # fmt: skip


def for_whom(plan) -> str:
    """The people and how many, in one sentence."""
    if plan.publics:
        who = together([_inside(one) for one in plan.publics])
        return _("%(n)s places, for: %(who)s.", n=plan.places, who=who)
    return _("%(n)s places.", n=plan.places)


def _inside(label: str) -> str:
    """A label as it stands inside a sentence: without its capital, unless it is initials."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _home(plan, links: dict[str, str]) -> str:
    place = plan.place or _("to be said")
    return _(
        """This place is ours. Here we write, we put photos and voices, we keep what we make.

**When:** %(hours)s. %(rhythm)s

**Where:** %(place)s

## What we do together

- What we found out is in the [[%(logbook)s]].
- Our places are on the map: [[%(map)s]].
- What we promised one another is in the [[%(charter)s]].

## If you are lost

Ask your neighbour, then the person who facilitates. There is no silly question, and nothing \
breaks here: everything can be undone.
""",
        hours=hours_in_words(plan).capitalize(),
        rhythm=rhythm(plan),
        place=place,
        **links,
    )


def _charter() -> str:
    return _("""We wrote these lines together. We change them together.

## What we promise one another

- Everyone may speak. Nobody has to.
- What is said here stays here, unless whoever said it agrees.
- No photo and no recording of somebody without asking. One may say no, and change one's mind.
- We help without taking the mouse from one another's hand.
- We come on time. If we cannot come, we say so.

## What we want to do

- 

## What we do not want

- 

## What becomes of what we make

Each of us keeps what we made. What goes out of the group goes out with everybody's agreement.
""")


def _logbook(plan) -> str:
    parts = "\n".join(_session(plan, number, one) for number, one in enumerate(plan.days, 1))
    return _("After each session, three lines and a photo. It is enough, and it is precious.") + (
        f"\n\n{parts}"
    )


def _session(plan, number: int, one: date) -> str:
    return _("""## Session %(number)s, %(day)s

**What we did:** \n
**What surprised us:** \n
**For next time:** \n
""", number=number, day=_day(one))  # fmt: skip


def _day(one: date) -> str:
    return in_words(one, "full")


def _hour(value) -> str:
    if str(get_locale() or "fr").startswith("en"):
        return f"{value.hour}:{value.minute:02d}"
    return f"{value.hour}\u00a0h" + (f"\u00a0{value.minute:02d}" if value.minute else "")

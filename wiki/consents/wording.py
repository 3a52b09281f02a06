"""Media, audiences and ways of agreeing in plain words, with their signs."""

from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _

from wiki.consents.models import Medium, Method
from wiki.consents.reckoning import Allowance
from wiki.items.models import Scope


class Word(NamedTuple):
    """One choice: what it stands for, its sign, how it is said, and a line more."""

    value: int | str
    sign: str
    name: str
    more: str = ""


def media() -> list[Word]:
    """What can be shown of somebody, as others say it."""
    return [
        Word(Medium.IMAGE, "oeil", _("Face, body")),
        Word(Medium.VOICE, "voix", _("Voice")),
        Word(Medium.NAME, "moi", _("Name")),
        Word(Medium.WORDS, "bulle", _("Words said")),
        Word(Medium.STORY, "page", _("Life story")),
        Word(Medium.PLACE, "lieu", _("Place of life or work")),
    ]


def my_media() -> list[Word]:
    """The same, as the person says it."""
    return [
        Word(Medium.IMAGE, "oeil", _("My face, my body"), _("photos, films")),
        Word(Medium.VOICE, "voix", _("My voice"), _("recordings, films")),
        Word(Medium.NAME, "moi", _("My name"), _("or the name I chose")),
        Word(Medium.WORDS, "bulle", _("What I said"), _("written down")),
        Word(Medium.STORY, "page", _("The story of my life"), _("where I come from, what I did")),
        Word(Medium.PLACE, "lieu", _("Where I live or work"), _("on a map, in a text")),
    ]


def audiences() -> list[Word]:
    """How far one may be shown, from nobody to everyone."""
    return [
        Word(Scope.DRAFT, "croix", _("Nobody")),
        Word(Scope.GROUP, "groupe", _("My group"), _("the people who come here")),
        Word(
            Scope.NETWORK, "essaimer", _("Professionals too"), _("those who work in this network")
        ),
        Word(Scope.PUBLIC, "monde", _("Everyone"), _("on the Internet")),
    ]


def reaches() -> dict[Scope, str]:
    """How far something is shown, inside a sentence."""
    return {
        Scope.DRAFT: _("nobody"),
        Scope.GROUP: _("the group"),
        Scope.NETWORK: _("the group and the professionals of the network"),
        Scope.PUBLIC: _("everyone, on the Internet"),
    }


def methods() -> dict[str, str]:
    """How an agreement was given."""
    return {
        Method.SCREEN: _("signed on the screen"),
        Method.PAPER: _("signed on paper"),
        Method.ORAL: _("said aloud and recorded"),
        Method.WITNESS: _("said aloud before a witness"),
        Method.LINK: _("by the person, on their private page"),
    }


def verbs() -> dict[str, str]:
    """The lines of the register."""
    return {
        "appears": _("Marked in:"),
        "left out": _("No longer marked in:"),
        "given": _("Agreement"),
        "narrowed": _("Agreement narrowed"),
        "withdrawn": _("Agreement withdrawn"),
        "renewed": _("Agreement renewed"),
        "asked again": _("Asked to renew"),
        "expired": _("Agreement ended: the group only"),
        "erased": _("Erased for good"),
        "version without": _("Version made without this person:"),
        "put back": _("Withdrawn again"),
        "changed": _("Age or guardian changed"),
        "forgotten": _("Forgotten"),
        "link made": _("Private link made"),
        "link closed": _("Private links closed"),
    }


def told(line) -> str:
    """What a line of the register says happened, with what was chosen."""
    verb = verbs().get(line.verb, line.verb)
    if line.verb == "narrowed" and isinstance(line.data.get("audience"), int):
        return _("%(verb)s to: %(who)s", verb=verb, who=reaches()[Scope(line.data["audience"])])
    if line.verb != "given":
        return verb
    said = [(Scope(far), Medium(medium)) for _item, medium, far in line.data.get("said") or ()]
    choices = [_choice(far, said) for far in sorted({far for far, _medium in said}, reverse=True)]
    return "; ".join(choices) or verb


def about(line) -> list[int]:
    """The items that a line of the register is about; none: everything the group makes."""
    said = {item_id for item_id, _medium, _far in line.data.get("said") or () if item_id}
    return sorted({line.item_id} - {None} or said or set(line.data.get("items") or ()))


def day_of(text: str) -> date:
    """A day as the register keeps it."""
    return date.fromisoformat(text)


def how(line) -> str:
    """By which way a line of the register came, once."""
    if line.data.get("method"):
        return methods().get(line.data["method"], "")
    return channels().get(line.channel, "")


def _choice(far: Scope, said: list) -> str:
    found = Medium(0)
    for other, medium in said:
        found |= medium if other == far else Medium(0)
    names = ", ".join(word.name.lower() for word in said_of(found))
    if far == Scope.DRAFT:
        return _("No (%(media)s)", media=names)
    return _("Yes to: %(who)s (%(media)s)", who=reaches()[far], media=names)


def channels() -> dict[str, str]:
    """By which way a decision came."""
    return {
        "screen": "", "link": _("on their private page"), "phone": _("told to a facilitator"),
        "clock": _("by itself"), "restore": _("after a backup was put back"),
    }  # fmt: skip


def said_of(found: Medium) -> list[Word]:
    """The words of several media."""
    return [word for word in media() if word.value & found]


class State(NamedTuple):
    """Where an agreement stands: a tone, a sign, a sentence."""

    tone: str
    sign: str
    words: str


def state(one: Allowance, until: date | None = None) -> State:
    """What somebody allows of one thing, in a sentence."""
    if not one.is_asked:
        return State("care", "cadenas", _("Not asked yet: hidden, except from the facilitators."))
    if one.audience == Scope.DRAFT:
        return State("no", "cadenas", _("Said no: hidden, except from the facilitators."))
    who = reaches()[one.audience]
    return State("yes", "accord", _("Said yes to: %(who)s.", who=who))

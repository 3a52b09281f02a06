"""What in a text somebody must read before it leaves in a kit: speech, agreements, people met.

No program tells a method from a confidence. So whatever sounds like one is left unticked, with
the reason, and only who read it ticks it.
"""

import hashlib
import re

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from wiki.archive.nameless import TITLED, Veil, never_taken
from wiki.consents.models import Person
from wiki.db import db
from wiki.files.models import File
from wiki.files.transcripts import Cue, Track
from wiki.groups.models import Group
from wiki.items import firstnames
from wiki.items.models import Item

SAME = 6  # words in a row that a page shares with a portrait by no accident
LONG = 5  # words: a shorter quotation without « je » is mostly a title or a term
_QUOTED = re.compile(r"«([^«»]{2,2000})»|“([^“”]{2,2000})”|\"([^\"\n]{2,2000})\"")
_BOX = re.compile(r"^\s*[!?]{3}\+?\s+\w+.*$", re.MULTILINE)  # the title of a framed note
_SAYS = re.compile(
    r"\b(?:dit|dis|dire|disait|disent|disaient|dites|répond|répondu|réponse|raconte|raconté|explique|"
    r"expliqué|demande|demandé|ajoute|ajouté|confie|confié|précise|lance|lancé|résume|said|says|"
    r"tells?|told|asks?|asked|answers?|answered)\b", re.IGNORECASE,
)  # fmt: skip
_ME = re.compile(r"\b(?:je|moi|me|mon|ma|mes|on|nous|notre|nos|I|my|we|our)\b|\b[jmJM]['’]")
_TOLD_LINE = re.compile(r"^\s*(?:>[>\s]*|[—–]\s+)\S+(?:\s+\S+){2,}", re.MULTILINE)
_AGREES = re.compile(
    r"(?<!d['’])\baccords?\b|\b(?:est|sont|était|étaient|reste|serait)\s+(?:pas\s+)?d['’]accord\b|"
    r"\bd['’]accord\s*(?:\*\*)?\s*(?:pour|sauf|mais|à condition|seulement|uniquement)\b|"
    r"\b(?:pas|jamais|ni)\s+(?:pour|sur)\s+(?:l['’]|le |la )?(?:internet|web|site|réseau|presse)|"
    r"\b(?:il|elle|ils|elles|on|a|ont)\s+(?:n['’]\s?)?(?:accept|autoris|refus)\w+|"
    r"\bne\s+(?:veut|veulent|souhaite|souhaitent)\s+pas\s+(?:que|qu['’]|être|qu|paraître|apparaître|"
    r"figurer|se )|\bdroit à l['’]image\b|\bautorisations?\b|"
    r"\bagree[sd]?\s+(?:to|for|only|that)\b|\bconsent(?:s|ed)?\b|"
    r"\bnot\s+(?:for|on)\s+the\s+(?:internet|web)\b|\b(?:her|his|their)\s+agreement\b",
    re.IGNORECASE,
)  # fmt: skip


class Reading:
    """What is known of a group when its texts are read one after the other."""

    def __init__(self, group: Group, veil: Veil):
        self.veil = veil
        rows = db.session.execute(
            select(Person.shown_name, Person.real_name).where(Person.group_id == group.id)
        )
        self.met = firstnames.finder([name for row in rows for name in row if name])
        self.heard = _heard(group)

    def doubts(self, item: Item) -> tuple[str, ...]:
        """Why somebody must look at this item first, by the names of `choosing.reasons`."""
        words = said_in(item)
        found = {
            "speech": reports_speech(words),
            "agreement": bool(_AGREES.search(words)),
            "heard": not self.heard.isdisjoint(_runs(words)),
            "named": self.veil.shows(item.title or ""),
            "met": bool(TITLED.search(words) or self.met(words)),
        }
        return tuple(name for name, is_so in found.items() if is_so)


def reports_speech(words: str) -> bool:
    """Whether a text holds what somebody said, in her own words."""
    words = _BOX.sub("", words)
    if _TOLD_LINE.search(words):
        return True
    for found in _QUOTED.finditer(words):
        inside = next(one for one in found.groups() if one)
        around = words[max(0, found.start() - 60) : found.start()] + words[found.end() :][:60]
        if len(inside.split()) >= LONG or _ME.search(inside) or _SAYS.search(around):
            return True
    return False


def said_in(item: Item) -> str:
    """All the words of an item that would leave: its Markdown, then what else is read in it."""
    if isinstance(item, File):
        return "\n".join(filter(None, [item.title, item.summary, item.alt, item.text]))
    stays = never_taken.get(item.kind, set())
    written = [text for name, text in item.texts().items() if name not in stays]
    if item.kind == "reports":
        return "\n".join(filter(None, [item.title, item.summary, *written]))
    told = item.search_text()
    return "\n".join(filter(None, [item.title, item.summary, *written, told.lead, told.body]))


def mark_of(item: Item) -> str:
    """What changes as soon as an item says or shows something else."""
    seen = item.sha256 if isinstance(item, File) else ""
    return hashlib.sha256(f"{seen}\n{said_in(item)}".encode()).hexdigest()[:16]


def words_for(names: tuple[str, ...]) -> list[str]:
    """What to look at first, in a few words each."""
    said = {
        "picture": _("perhaps somebody in the picture"),
        "speech": _("words of somebody"),
        "agreement": _("what somebody agreed to"),
        "heard": _("words of a portrait or of a recording"),
        "named": _("a name in the title"),
        "met": _("somebody met"),
    }
    return [said[name] for name in names]


def _heard(group: Group) -> set[int]:
    """Runs of words of all portraits and recordings of a group, also those one may not read."""
    kind = Item.__mapper__.polymorphic_map["portraits"].class_
    portraits = db.session.scalars(
        select(kind).where(kind.group_id == group.id).options(selectinload(kind.renderings))
    )
    texts = [text for one in portraits for text in (*one.texts().values(), one.search_text().body)]
    lines = db.session.execute(
        select(Cue.track_id, Cue.text).join(Track, Track.id == Cue.track_id)
        .join(Item, Item.id == Track.file_id).where(Item.group_id == group.id)
        .order_by(Cue.track_id, Cue.start_ms)
    )  # fmt: skip
    by_track: dict[int, list[str]] = {}
    for track, text in lines:
        by_track.setdefault(track, []).append(text or "")
    texts += [" ".join(some) for some in by_track.values()]
    return {run for text in texts for run in _runs(text)}


def _runs(words: str) -> set[int]:
    plain = re.findall(r"\w+", firstnames.key(words))
    return {hash(tuple(plain[at : at + SAME])) for at in range(len(plain) - SAME + 1)}

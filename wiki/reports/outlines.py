"""The two outlines of a report: which sections, in which order, which are required."""

import re
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_


class Section(NamedTuple):
    """One heading of a report: its key, its title, the question it answers, and when it is due."""

    key: str
    title: object
    prompt: object
    story: bool = False
    required: bool = False


SECTIONS = [
    Section("partners", N_("Who did it"), N_("Who did what, and for how long?")),
    Section(
        "audience",
        N_("For whom"),
        N_("How did people come? Who did not come?"),
        story=True,
        required=True,
    ),
    Section(
        "starting_need",
        N_("The need at the start"),
        N_("What made you decide? How did you know?"),
        required=True,
    ),
    Section("goals", N_("What we wanted"), N_("What you wanted to change, in five lines at most.")),
    Section("schedule", N_("Dates and rhythm"), N_("When, how often, how long?"), required=True),
    Section(
        "progress", N_("Session by session"), N_("What was planned, and what happened instead?")
    ),
    Section(
        "key_moments",
        N_("Key moments"),
        N_("Tell a moment when it turned, well or badly."),
        story=True,
        required=True,
    ),
    Section("productions", N_("What was made"), N_("Portraits, maps, posts, objects…")),
    Section(
        "methods",
        N_("Methods and tools"),
        N_("With what? What would you do again? What would you avoid?"),
        required=True,
    ),
    Section(
        "resources",
        N_("Material, place, budget"),
        N_("What is really needed? Count the preparation too."),
        required=True,
    ),
    Section(
        "skills_professionals",
        N_("Skills at play, professionals"),
        N_("What did the team have to know, or learn?"),
    ),
    Section(
        "skills_participants",
        N_("Skills at play, participants"),
        N_("What did people show they could do?"),
    ),
    Section(
        "changes",
        N_("What it changed"),
        N_("For people, for the team, for the structure: observed, said or measured?"),
        story=True,
        required=True,
    ),
    Section("indicators", N_("Indicators"), N_("What you counted, with how many people.")),
    Section("voices", N_("In their words"), N_("Only with the agreement of those who speak.")),
    Section(
        "what_failed",
        N_("What did not work"),
        N_("If you did it again, what would you not do?"),
        story=True,
        required=True,
    ),
    Section("watch_points", N_("Obstacles and levers"), N_("What holds back, what helps?")),
    Section(
        "conditions",
        N_("Conditions to do it again"),
        N_("What is indispensable, what can be adapted, what was particular to you?"),
        required=True,
    ),
    Section(
        "cooperation",
        N_("Cooperation"),
        N_("How did you decide together? With which tools?"),
    ),
    Section("next_steps", N_("What came next"), N_("What became of the group, of the action?")),
    Section("attachments", N_("Files and kit"), N_("What others may take and reuse.")),
    Section("contact", N_("Contact"), N_("Whom to call, and when."), required=True),
    Section("anything_else", N_("Anything else to say"), N_("Whatever found no place above.")),
]
BY_KEY = {section.key: section for section in SECTIONS}
OUTLINES = ("story", "full")
STORY_NEEDS = {"audience", "key_moments", "what_failed"}
# Headings that writers add bear keys of their own, made by chance so that two writers never meet.
OWN_KEY = re.compile(r"own-[0-9a-z]{1,20}")
MOST_OWN = 20
LINES_OF = {"changes": "effects", "conditions": "requirements"}


def outline(name: str) -> list[Section]:
    """The sections of a `story` or of a `full` report, in their usual order."""
    return [section for section in SECTIONS if section.story or name == "full"]


def is_due(section: Section, name: str) -> bool:
    """Whether a section must be filled in before a report of this outline leaves its group."""
    return section.required if name == "full" else section.key in STORY_NEEDS


def own_sections(report) -> list[Section]:
    """The headings that the writers added, and those an import brought under its own names."""
    known = {**(report.sections or {}), **(report.headings or {})}
    return [_own(report, key) for key in known if key not in BY_KEY]


def arranged(report, everything: bool = False) -> list[str]:
    """The keys of the sections in the order chosen by the writers, without the skipped ones."""
    usual = [*BY_KEY, *(section.key for section in own_sections(report))]
    chosen = [key for key in report.arrangement or [] if key in usual]
    # A section that was never moved stays behind the one it usually follows.
    order = list(dict.fromkeys(chosen))
    for at, key in enumerate(usual):
        if key not in order:
            before = next((one for one in reversed(usual[:at]) if one in order), None)
            order.insert(order.index(before) + 1 if before else 0, key)
    skipped = set() if everything else set(report.skipped or [])
    return [key for key in order if key not in skipped]


def counted(report, everything: bool = False) -> list[Section]:
    """The sections a report should have: its outline's and its own, without what is skipped.

    What others need cannot be skipped: it counts as missing all the same.
    """
    own = {section.key: section for section in own_sections(report)}
    usual = SECTIONS if everything else outline(report.outline)
    parts = {section.key: section for section in usual} | own
    skipped = set() if everything else set(report.skipped or [])
    return [
        parts[key]
        for key in arranged(report, everything=True)
        if key in parts and (key not in skipped or is_due(parts[key], report.outline))
    ]


def filled(report, key: str) -> bool:
    """Whether a section of a report says something, in its text or line by line, and shows it."""
    if key in (report.skipped or []):
        return False
    text = ((report.sections or {}).get(key) or "").strip()
    return bool(text or (key in LINES_OF and getattr(report, LINES_OF[key], None)))


def blockers(report) -> list[str]:
    """What keeps a report in its group; one that was imported as it stood goes free."""
    return [] if report.is_imported else missing(report)


def missing(report) -> list[str]:
    """What a report does not say yet and others would miss, each in one sentence."""
    reasons = []
    if not (report.summary or "").strip():
        reasons.append(_("Write « In 1 minute »: it is what others read first."))
    for section in outline(report.outline):
        if is_due(section, report.outline) and not filled(report, section.key):
            reasons.append(_("Fill in « %(title)s ».", title=section.title))
    if not report.terms_of("publics"):
        reasons.append(_("Say for which people the action was."))
    if report.people is None:
        reasons.append(_("Say how many people took part."))
    if not report.licence:
        reasons.append(_("Choose a licence: what others may do with this report."))
    return reasons


def _own(report, key: str) -> Section:
    title = (report.headings or {}).get(key)
    return Section(key, title or key.replace("_", " ").capitalize(), "")

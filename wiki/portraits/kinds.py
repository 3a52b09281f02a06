"""What a portrait is made of: the kinds of blocks, what each holds, and what it asks."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as N_

PICTURE, SOUND, FILM = "picture", "sound", "video"
ANY = ("document", "sheet", "archive", PICTURE, SOUND, FILM)
SUBJECTS = {
    "person": (N_("Of a person"), "portrait"),
    "trade": (N_("Of a trade"), "metier"),
    "place": (N_("Of a place"), "lieu"),
    "group": (N_("Of a group"), "gens"),
}


@dataclass(frozen=True)
class Slot:
    """Words that a block holds: Markdown, or one line."""

    name: str
    label: object
    is_line: bool = False
    rows: int = 3
    longest: int = 20_000


@dataclass(frozen=True)
class Medium:
    """A file that a block shows, of one of a few families."""

    name: str
    label: object
    families: tuple[str, ...] = (PICTURE,)


@dataclass(frozen=True)
class Kind:
    """A kind of block: `settings` are short values beside words and files, `child` its lines."""

    name: object
    sign: str
    slots: tuple[Slot, ...] = ()
    media: tuple[Medium, ...] = ()
    settings: tuple[str, ...] = ()
    child: "Kind | None" = field(default=None)
    one_more: object = ""


TITLE = Slot("title", N_("Title"), True, longest=160)
TEXT = Slot("body", N_("Text"), rows=5)
CAPTION = Slot("caption", N_("What is said under it"), rows=2)
PHOTO = Medium("file", N_("Photo"))
VOICE = Medium("file", N_("Sound"), (SOUND,))

_SLIDE = Kind(N_("Picture"), "photo", (CAPTION,), (PHOTO,))
_SPOT = Kind(
    N_("Place in the picture"), "cible",
    (TITLE, Slot("body", N_("What is to be known of it"), rows=3)),
    settings=("x", "y", "t", "icon"),
)  # fmt: skip
_MOMENT = Kind(
    N_("Moment"), "heure",
    (Slot("when", N_("When"), True, longest=60), TITLE, Slot("body", N_("Text"), rows=3)), (PHOTO,),
)  # fmt: skip
_WISH = Kind(
    N_("Question"), "question",
    (Slot("title", N_("Question"), True, longest=160), Slot("body", N_("The answer"), rows=4)),
    (Medium("file", N_("Sound, film or photo that answers"), (SOUND, FILM, PICTURE)),),
    ("to",),
)  # fmt: skip

KINDS: dict[str, Kind] = {
    "text": Kind(N_("Text"), "page", (TITLE, TEXT)),
    "photo": Kind(N_("Photo"), "photo", (CAPTION,), (PHOTO,)),
    "sound": Kind(N_("Sound"), "voix", (TITLE, CAPTION), (VOICE,)),
    "video": Kind(N_("Film"), "video", (TITLE, CAPTION), (Medium("file", N_("Film"), (FILM,)),)),
    "spots": Kind(
        N_("Picture to explore"), "cible", (TITLE, CAPTION), (PHOTO,), child=_SPOT,
        one_more=N_("Add a place in the picture"),
    ),
    "quote": Kind(
        N_("Words to remember"), "citation",
        (Slot("body", N_("The words, as they were said"), rows=2),
         Slot("who", N_("Who said them"), True, longest=120)),
        settings=("t",),
    ),
    "answer": Kind(
        N_("Question and answer"), "bulle",
        (Slot("title", N_("Question"), True, longest=200), Slot("body", N_("The answer"), rows=4)),
        (Medium("file", N_("The answer as it was spoken"), (SOUND, FILM)),),
    ),
    "slides": Kind(
        N_("Slideshow"), "sommaire", (TITLE,), child=_SLIDE, one_more=N_("Add a picture"),
    ),
    "compare": Kind(
        N_("Before and after"), "histoire",
        (TITLE, Slot("before", N_("Words for “before”"), True, longest=80),
         Slot("after", N_("Words for “after”"), True, longest=80), CAPTION),
        (Medium("before", N_("Picture before")), Medium("after", N_("Picture after"))),
    ),
    "timeline": Kind(
        N_("Timeline"), "agenda", (TITLE,), child=_MOMENT, one_more=N_("Add a moment"),
    ),
    "wishes": Kind(
        N_("“What would you like to know?”"), "question", (TITLE,), child=_WISH,
        one_more=N_("Add a question"),
    ),
    "item": Kind(
        N_("Page, report… of the site"), "lien",
        (Slot("body", N_("Why it is here"), rows=2),), settings=("item",),
    ),
    "file": Kind(
        N_("File to take away"), "fichier", (CAPTION,), (Medium("file", N_("File"), ANY),),
    ),
}  # fmt: skip
# The icons that a place in a picture may bear instead of its number.
SPOT_ICONS = {
    "": N_("Its number"), "voix": N_("Voice"), "oeil": N_("Look"), "metier": N_("Trade"),
    "heure": N_("Time"), "lieu": N_("Place"), "question": N_("Question"),
}  # fmt: skip
MOST_BLOCKS, MOST_LINES = 60, 40


@dataclass(frozen=True)
class Ask:
    """One block of a model, with the question that helps to fill it."""

    kind: str
    question: object = ""
    title: object = ""
    lines: tuple = ()


@dataclass(frozen=True)
class Model:
    """A portrait to begin with: blocks in order, and whom or what it is of."""

    name: object
    note: object
    sign: str
    subject: str
    blocks: tuple[Ask, ...] = ()


MODELS: dict[str, Model] = {
    "trade": Model(
        N_("A trade"), N_("The face, the voice, the gesture, three tools to look at"),
        "metier", "trade",
        (
            Ask("spots", N_("The person at work, with their tools around them."),
                N_("Three things to look at"), ("", "", "")),
            Ask("sound", N_("Let them tell a day, from the first gesture to the last.")),
            Ask("quote", N_("The sentence everybody remembered.")),
            Ask("answer", "", N_("How did you come to this trade?")),
            Ask("answer", "", N_("What does nobody see of it?")),
            Ask("answer", "", N_("What would you say to somebody who begins?")),
        ),
    ),
    "path": Model(
        N_("A path"), N_("The moments of a life, one after the other"), "boussole", "person",
        (
            Ask("photo", N_("The face, looking at us or at what they do.")),
            Ask("sound", N_("The voice: who are you, and where do you come from?")),
            Ask("timeline", N_("Four or five moments that changed something."),
                N_("The path so far"), ("", "", "", "")),
            Ask("quote", N_("The sentence everybody remembered.")),
            Ask("wishes", N_("What visitors ask most; a voice or a few words answer."),
                N_("What would you like to know?"), ("", "", "")),
        ),
    ),
    "place": Model(
        N_("A place"), N_("What is seen, what is heard, what happens there"), "lieu", "place",
        (
            Ask("spots", N_("The place as one sees it on arriving."), N_("What to look at"),
                ("", "", "")),
            Ask("sound", N_("A minute of the place as it sounds.")),
            Ask("text", N_("What happens here, for whom, and when?")),
            Ask("slides", N_("Four pictures: arriving, entering, meeting, leaving."), "",
                ("", "", "", "")),
            Ask("answer", "", N_("What did you feel the first time you came?")),
        ),
    ),
    "before": Model(
        N_("Before and after"), N_("Two pictures of one place, and those who changed it"),
        "histoire", "place",
        (
            Ask("compare", N_("The same view twice: stand where the first picture was taken."),
                N_("Before, after")),
            Ask("sound", N_("Who did this, and why?")),
            Ask("timeline", N_("How it went, step by step."), N_("How it went"), ("", "", "")),
            Ask("quote", N_("The sentence everybody remembered.")),
        ),
    ),
    "free": Model(
        N_("From nothing"), N_("An empty portrait; you choose the blocks"), "crayon", "person",
        (Ask("photo"), Ask("sound"), Ask("text")),
    ),
}  # fmt: skip

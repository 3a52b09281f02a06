"""Names of files: safe for every computer, and a title for people made out of them."""

import re
import unicodedata
from datetime import date

from flask_babel import get_locale
from flask_babel import gettext as _

from wiki.db import utcnow
from wiki.templating import day

NAME_BYTES = 200  # file systems hold 255; the rest is for « (2) » and encodings
TITLE_LENGTH = 150

_FORBIDDEN = re.compile(r'[<>:"|?*]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
_SUFFIX = re.compile(r"\.[^\W_]{1,12}$")
_CAMERA = re.compile(
    r"(?:IMG|DSCN?|DSCF|PXL|MVIMG|PHOTO|P)[-_ ]?(\d{3,})(?:[-_ ](?:WA)?(\d+))*", re.IGNORECASE
)
_HOUR = re.compile(r"([01]\d|2[0-3])([0-5]\d)[0-5]\d(?:\d{3})?")
_DATE = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_MACHINE = re.compile(r"\d{6,}|0+|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,}", re.IGNORECASE)


def clean_filename(name: str | None) -> str:
    """The last part of a name, without what some computer would refuse or misread."""
    name = unicodedata.normalize("NFC", (name or "").replace("\\", "/"))
    name = "".join(c for c in name if not _is_invisible(c)).rstrip("/ .").rpartition("/")[2]
    name = " ".join(_FORBIDDEN.sub("_", name).split()).strip(" .")
    if not re.search(r"[^\W_]", name):
        name = "fichier"
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return _shortened(name)


def title_from(filename: str) -> str:
    """A title a person could have written: `0_1520583965658_STRATEGIE.pdf` gives « Strategie »."""
    stem = _SUFFIX.sub("", clean_filename(filename))
    if camera := _CAMERA.fullmatch(stem):
        return _photo(*camera.groups())
    words = [_dated(word) for word in re.split(r"[\s_+]+|(?<=\D)\.(?=\D)", stem)]
    words = _dated_first(words)
    title = " ".join(word.strip("-") for word in words if word.strip("-"))
    if title.isupper() and any(len(word) > 4 and word.isalpha() for word in words):
        title = title.lower()
    title = title or stem.replace("_", " ").strip() or stem
    return (title[:1].upper() + title[1:])[:TITLE_LENGTH].strip()


def is_from_camera(filename: str) -> bool:
    """Whether a machine gave this name, so that two photos may come to the same title."""
    return bool(_CAMERA.fullmatch(_SUFFIX.sub("", clean_filename(filename))))


def _photo(number: str, rank: str | None) -> str:
    """« Photo du 12 septembre, 1 »: its day, then its rank or its hour; else its number alone."""
    taken = _day_of(number)
    if not taken:
        return _("Photo %(number)s", number=_dated(number))
    pattern = "d MMMM" if taken.year == utcnow().year else "long"
    said = _("Photo of %(day)s", day=day(taken, pattern))
    if not rank:
        return said
    if hour := _HOUR.fullmatch(rank):
        between = "\u00a0h\u00a0" if get_locale().language == "fr" else ":"
        return f"{said}, {int(hour[1])}{between}{hour[2]}"
    return f"{said}, {int(rank[:9])}"


def _day_of(number: str) -> date | None:
    try:
        return date(*map(int, found.groups())) if (found := _DATE.fullmatch(number)) else None
    except ValueError:  # 31 February
        return None


def _dated_first(words: list[str]) -> list[str]:
    """The words without the numbers that machines put in front of, or among, them."""
    kept = [word for word in words if word and not _MACHINE.fullmatch(word)]
    return kept if any(re.search(r"[^\W\d_]", word) for word in kept) else words


def _dated(word: str) -> str:
    """20240312 is a date, whoever wrote it."""
    found = _DATE.fullmatch(word)
    return "-".join(found.groups()) if found else word


def _shortened(name: str) -> str:
    if len(name.encode()) <= NAME_BYTES:
        return name
    suffix = found[0] if (found := _SUFFIX.search(name)) else ""
    stem = name.removesuffix(suffix).encode()[: NAME_BYTES - len(suffix.encode())]
    return stem.decode(errors="ignore").rstrip(" .") + suffix


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")

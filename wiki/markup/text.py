"""Plain text: what remains of a page once its markup is gone, and names fit for addresses."""

import html
import re
import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)
_NOT_SLUG = re.compile(r"[\W_]+")
_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|br|caption|dd|details|div|dl|dt|figcaption|figure|h[1-6]"
    r"|hr|li|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)(?=[\s/>])(?:[^<>\"]|\"[^\"]*\")*>",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r'<sup[^>]*>\s*<a class="footnote-ref".*?</sup>|<a class="footnote-backref".*?</a>'
)
_TAG = re.compile(r"<(?:[^<>\"]|\"[^\"]*\")*>")
_SPACES = re.compile(r"[ \t\r\f\v]+")
_BREAKABLE = re.compile(r"[ \t\r\n\f\v\x1c-\x1f\x85\u2028\u2029]+")
_LINES = re.compile(r" ?\n\s*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\u00a0\u202f]*[»”\"]?\s+(?=[^a-zà-ÿ])")


def fold(text: str) -> str:
    """The text in lower case without accents or ligatures, to compare what people typed."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def slugify(title: str, longest: int = 80) -> str:
    """The title as an address part: `L’été à Lyon` → `l-ete-a-lyon`; '' if nothing is left."""
    slug = _NOT_SLUG.sub("-", fold(title)).strip("-")
    if len(slug) <= longest:
        return slug
    cut = slug[: longest + 1].rpartition("-")[0]
    return cut if len(cut) > longest // 2 else slug[:longest].strip("-")


def html_to_text(source: str) -> str:
    """The words of sanitised HTML, one line per block, to index or to quote."""
    source = _HIDDEN.sub("", source).replace("</td>", "</td> ").replace("</th>", "</th> ")
    bare = html.unescape(_TAG.sub("", _BLOCK.sub("\n", source)))
    return _LINES.sub("\n", _SPACES.sub(" ", bare)).strip()


def one_line(text: str) -> str:
    """The text with its line ends and runs of spaces as single spaces; no-break spaces stay."""
    return _BREAKABLE.sub(" ", text).strip(" ")


def shorten(text: str, longest: int) -> str:
    """The text on one line, cut between two words with an ellipsis when longer than `longest`."""
    text = one_line(text)
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    if text[longest - 1] != " ":
        cut = cut.rpartition(" ")[0] or cut
    return cut.rstrip(" ,;:.!?…«(–—-\u00a0\u202f") + "…"


def first_sentences(plain: str, longest: int = 240) -> str:
    """The first whole sentences that fit in `longest` characters, at least a piece of one."""
    text = one_line(plain[: longest * 8])
    if len(text) <= longest:
        return text
    kept = 0
    for end in _SENTENCE_END.finditer(text):
        size = len(text[: end.end()].rstrip())
        if size > longest:
            break
        kept = size
    return text[:kept] if kept > longest // 3 else shorten(text, longest)


def summary(markdown: str, longest: int = 240) -> str:
    """The first sentences of a Markdown text without its marks, made without rendering it."""
    return first_sentences(strip_markdown(markdown[: longest * 40]), longest)


_FENCED = re.compile(r"^ {0,12}(```+|~~~+).*?(?:^ {0,12}\1|\Z)", re.MULTILINE | re.DOTALL)
_NOT_PROSE = re.compile(
    r"^[ \t]{0,20}(?:#{1,6}[ \t].*|\{\{.*\}\}[ \t]*|!!!.*|\?\?\?.*|\|.*|[-*_= \t]{3,}"
    r"|\[\^?[^\]\n]+\]:.*)$",
    re.MULTILINE,
)
_LINE_MARKS = re.compile(
    r"^[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]+)+(?:\[[ xX]\][ \t])?", re.MULTILINE
)
_WIKILINK = re.compile(r"\[\[([^\[\]\n|]{1,300})(?:\|([^\[\]\n]{1,300}))?\]\]")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,500}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\](?:\([^()\n]{0,500}\)|\[[^\[\]\n]{0,80}\])")
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3}|~~|==|`+)(?=\S)([^*_~=`\n]{1,300}?)(?<=\S)\1")
_FOOTNOTE = re.compile(r"\[\^[^\]\n]{1,80}\]")
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,300}>|<!--.{0,2000}?-->", re.DOTALL)


def strip_markdown(source: str) -> str:
    """The prose of a Markdown text: no headings, tables, code, macros nor marks."""
    text = _NOT_PROSE.sub("", _FENCED.sub("", source))
    text = _LINE_MARKS.sub("", text)
    text = _WIKILINK.sub(lambda m: m[2] or m[1], text)
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    text = _FOOTNOTE.sub("", _ANY_TAG.sub("", text))
    for _ in range(3):  # bold inside italic inside strike: three layers are all people nest
        text = _EMPHASIS.sub(r"\2", text)
    return html.unescape(_LINES.sub("\n", _SPACES.sub(" ", text)).strip())

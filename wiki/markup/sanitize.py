"""The one door for HTML: whatever reaches a browser from a person's text has passed through here.

nh3 (an HTML5 parser with an allow-list) comes first and has the last word; in between, bare
addresses become links (bleach), pictures from elsewhere too, and links to other sites say so.
"""

import html
import re
import unicodedata
from functools import cache

ID_PREFIX = "t-"  # ids made from people's text can never be those of the application
_TAG_NAMES = (
    "a abbr b blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1"
    " h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup"
    " table tbody td tfoot th thead tr u ul var"
)
TAGS = set(_TAG_NAMES.split())
DROPPED_WITH_CONTENT = {"script", "style"}
ATTRIBUTES = {
    "*": {"id", "class", "title", "lang", "dir"},
    "a": {"href", "rel", "data-ref"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "ol": {"start", "type"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "details": {"open"},
    "div": {"data-embed", "data-kind", "data-macro", "data-moment", "tabindex"},
    "pre": {"tabindex"},
    "span": {"role", "aria-label"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
_CLASS_NAMES = (
    "admonition admonition-title note tip warning danger important example question quote success"
    " resource embed macro footnote footnote-ref footnote-backref wikilink external remote-image"
    " bare table-scroll task-list task done task-box"
)
CLASSES = set(_CLASS_NAMES.split())
_FIXED = {
    "align": re.compile(r"left|center|right"),
    "aria-label": re.compile(r"[^<>]{0,40}"),
    "colspan": re.compile(r"[1-9]\d?"),
    "data-embed": re.compile(r"[1-9]\d{0,11}"),
    "data-kind": re.compile(r"[a-z]{1,20}"),
    "data-macro": re.compile(r"[a-z]{1,20}"),
    "data-moment": re.compile(r"\d{1,6}(?:-\d{1,6})?"),
    "decoding": re.compile(r"async"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "height": re.compile(r"\d{1,5}"),
    "lang": re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"),
    "loading": re.compile(r"lazy"),
    "open": re.compile(r"|open"),
    "rel": re.compile(r"nofollow noopener noreferrer"),
    "role": re.compile(r"img"),
    "rowspan": re.compile(r"[1-9]\d?"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "start": re.compile(r"\d{1,9}"),
    "tabindex": re.compile(r"0"),
    "type": re.compile(r"[1aAiI]"),
    "width": re.compile(r"\d{1,5}"),
}
_LANGUAGE_CLASS = re.compile(r"language-[A-Za-z0-9+#-]{1,30}")
_NOT_ID = re.compile(r"[^\w-]+")
_OWN_IMAGE = re.compile(r"/files/[^\\]*")
_HIDDEN_IN_URL = re.compile(r"[\x00-\x20\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


def sanitize(source: str) -> str:
    """Any HTML made safe to show: our tags, attributes, classes and schemes only."""
    return finish(tidy(source))


def finish(tidied: str) -> str:
    """Tidy HTML with bare addresses and foreign pictures as links, and tidied again."""
    return tidy(_outside_links(_local_images(linkify(tidied))))


def tidy(source: str) -> str:
    """HTML cut down to the allow-list by nh3, well formed and in one canonical writing."""
    import nh3

    return nh3.clean(
        source,
        tags=TAGS,
        clean_content_tags=DROPPED_WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=SCHEMES,
        link_rel=None,
        strip_comments=True,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        kept = [
            c
            for c in value.split()
            if c in CLASSES or (tag == "code" and _LANGUAGE_CLASS.fullmatch(c))
        ]
        return " ".join(kept) or None
    if name == "id":
        return _own_id(value) or None
    if name in ("href", "src"):
        return "#" + _own_id(value[1:]) if value.startswith("#") else _address(value)
    if name in _FIXED:
        return value if _FIXED[name].fullmatch(value) else None
    return value


def _own_id(value: str) -> str:
    """The id with our prefix, so that it cannot pass for one of the application's."""
    bare = _NOT_ID.sub("-", value)[:140].strip("-")
    return bare if not bare or bare.startswith(ID_PREFIX) else ID_PREFIX + bare


def _address(value: str) -> str | None:
    """The address, or None when what a browser would read in it is not one of our schemes."""
    bare = _HIDDEN_IN_URL.sub("", value)
    scheme = re.match(r"([^/?#]*?):", bare)
    if scheme and scheme[1].lower() not in SCHEMES:
        return None
    if bare.startswith(("\\", "/\\")):
        return None  # browsers read \\host as //host
    return value.strip()


_IMAGE = re.compile(r'<img(?: [a-z-]+="[^"]*"| [a-z-]+)*>')
_A = re.compile(r'<a((?: [a-z-]+="[^"]*"| [a-z-]+)*)>')
_IN_ATTRIBUTES = re.compile(r' ([a-z-]+)="([^"]*)"')
_TOKENS = re.compile(r'(<(?:[^<>"]|"[^"]*")*>)')


def _local_images(source: str) -> str:
    """Our pictures load lazily; any other is a link: reading asks nothing of third parties."""
    if "<img" not in source:
        return source
    out, in_link = [], False
    for token in _TOKENS.split(source):
        if token.startswith("<a ") or token == "<a>":
            in_link = True
        elif token == "</a>":
            in_link = False
        image = token.startswith("<img")
        out.append(_image(dict(_IN_ATTRIBUTES.findall(token)), in_link) if image else token)
    return "".join(out)


def _image(attributes: dict[str, str], in_link: bool) -> str:
    source, alt = attributes.get("src", ""), attributes.get("alt", "")
    if _OWN_IMAGE.fullmatch(html.unescape(source)):
        attributes = {"alt": "", **attributes, "loading": "lazy", "decoding": "async"}
        return "<img" + "".join(f' {name}="{value}"' for name, value in attributes.items()) + ">"
    remote = re.match(r"(?:https?:)?//", source, re.IGNORECASE)
    label = ("image distante" if remote else "image") + (f"\u00a0: {alt}" if alt.strip() else "")
    label = label.replace("<", "&lt;").replace(">", "&gt;")
    if in_link or not source:
        return f'<span class="remote-image">{label}</span>'
    return f'<a class="remote-image" href="{source}">{label}</a>'


def _outside_links(source: str) -> str:
    """Links to other sites tell search engines and the other site nothing about us."""
    if "<a " not in source:
        return source
    return _A.sub(_outside_link, source)


def _outside_link(match: re.Match) -> str:
    attributes = dict(_IN_ATTRIBUTES.findall(match[1]))
    attributes.pop("rel", None)
    address = html.unescape(attributes.get("href", "")).lstrip().lower()
    if address.startswith(("http:", "https:", "//")):
        classes = [c for c in attributes.get("class", "").split() if c != "external"]
        attributes["class"] = " ".join([*classes, "external"])
        attributes["rel"] = "nofollow noopener noreferrer"
    return "<a" + "".join(f' {name}="{value}"' for name, value in attributes.items()) + ">"


_SKIPPED = re.compile(r"<(/?)(a|code|pre|kbd|samp)[ >]")
_CANDIDATE = re.compile(r"https?://|www\.|@", re.IGNORECASE)
# Not swallowed at the end: French punctuation, quotes, and a bracket opened before the address.
_URL = re.compile(
    r"(?<![\w/@.-])(?:https?://|www\.(?=[a-z0-9-]{1,63}\.))"
    r"(?:[^\s<>\"«»“”‘’…()\[\]{}|\\^`]|\([^\s<>\"«»“”()]{0,200}\))+"
    r"(?<![.,;:!?'*_~])",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?<![\w.+@/-])[\w+-]{1,64}(?:\.[\w+-]{1,64}){0,5}@(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,24}(?![\w@])",
    re.IGNORECASE,
)


def linkify(source: str) -> str:
    """Bare web and e-mail addresses made links, never inside links or code; expects tidy HTML."""
    if not _CANDIDATE.search(source):
        return source
    out, skipped = [], 0
    for token in _TOKENS.split(source):
        if token.startswith("<"):
            edge = _SKIPPED.match(token)
            if edge:
                skipped += -1 if edge[1] else 1
            out.append(token)
        elif not skipped and _CANDIDATE.search(token):
            out += [_link_addresses(piece) for piece in _ENTITY.split(token)]
        else:
            out.append(token)
    return "".join(out)


_ENTITY = re.compile(r"(&(?:nbsp|lt|gt|quot);)")  # these end an address; bleach would take them in


def _link_addresses(text: str) -> str:
    return _linker().linkify(text) if _CANDIDATE.search(text) else text


@cache
def _linker():
    from bleach.linkifier import Linker

    return Linker(callbacks=[_bare_link], parse_email=True, url_re=_URL, email_re=_EMAIL)


def _bare_link(attributes: dict, new: bool = False) -> dict:
    attributes[(None, "class")] = "bare"
    return attributes


_CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]+"
)
_STRAY_JOINER = re.compile(
    "(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)
_SPACE_RUN = re.compile(r"[\s\x1c-\x1f]+")
_LOST_BYTES = re.compile("[\x00\ud800-\udfff]+")


def clean_text(text: str) -> str:
    """A title or a name on one line, in NFC, without invisible, control or bidi characters.

    A single no-break space stays: French typography needs it.
    """
    text = _STRAY_JOINER.sub("", _CONTROLS.sub("", text))
    text = _SPACE_RUN.sub(lambda run: run[0] if run[0] in "\u00a0\u202f" else " ", text)
    return unicodedata.normalize("NFC", text).strip()


def clean_body(text: str) -> str:
    """A long text as it was typed, but for line ends (LF) and what no database or page can hold."""
    return _LOST_BYTES.sub("", text.replace("\r\n", "\n"))

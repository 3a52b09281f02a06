"""Colours on their way in and out: those of other tools, those of KML, our eight by name."""

import re

# What the colours of tokens.css give on paper.
OURS = {
    "brique": "#9b3a22", "ocre": "#7d500d", "mousse": "#4d5d16", "sapin": "#145a3b",
    "lagune": "#085f6a", "bleuet": "#1f549d", "mure": "#8d2350", "ardoise": "#475261",
}  # fmt: skip
NAMES = {
    "black": "#000000", "white": "#ffffff", "red": "#ff0000", "green": "#008000",
    "blue": "#0000ff", "yellow": "#ffff00", "orange": "#ffa500", "purple": "#800080",
    "pink": "#ffc0cb", "brown": "#a52a2a", "gray": "#808080", "grey": "#808080",
    "darkblue": "#00008b", "darkred": "#8b0000", "darkgreen": "#006400", "crimson": "#dc143c",
    "teal": "#008080", "navy": "#000080", "olive": "#808000", "maroon": "#800000",
    "lime": "#00ff00", "cyan": "#00ffff", "magenta": "#ff00ff", "gold": "#ffd700",
    "forestgreen": "#228b22", "seagreen": "#2e8b57", "steelblue": "#4682b4", "indigo": "#4b0082",
    "violet": "#ee82ee", "tomato": "#ff6347", "salmon": "#fa8072", "coral": "#ff7f50",
    "chocolate": "#d2691e", "darkorange": "#ff8c00", "darkviolet": "#9400d3",
    "deepskyblue": "#00bfff", "royalblue": "#4169e1", "slategray": "#708090",
    "darkcyan": "#008b8b", "orangered": "#ff4500", "yellowgreen": "#9acd32",
    "palevioletred": "#db7093", "mediumvioletred": "#c71585", "darkslategray": "#2f4f4f",
    "cadetblue": "#5f9ea0", "limegreen": "#32cd32", "olivedrab": "#6b8e23", "plum": "#dda0dd",
}  # fmt: skip


def hexadecimal(colour: object) -> str:
    """A CSS colour as #rrggbb; '' when it is none that we know."""
    said = str(colour or "").strip().lower()
    if said in OURS:
        return OURS[said]
    said = NAMES.get(said, said)
    if re.fullmatch(r"#[0-9a-f]{3}", said):
        said = "#" + "".join(sign * 2 for sign in said[1:])
    return said if re.fullmatch(r"#[0-9a-f]{6}", said) else ""


def ours(colour: object, otherwise: str = "lagune") -> str:
    """The nearest of our eight colours, by name."""
    if str(colour or "") in OURS:
        return str(colour)
    wanted = hexadecimal(colour)
    if not wanted:
        return otherwise
    return min(OURS, key=lambda name: _distance(OURS[name], wanted))


def _distance(one: str, two: str) -> int:
    return sum((int(one[at : at + 2], 16) - int(two[at : at + 2], 16)) ** 2 for at in (1, 3, 5))


def from_kml(colour: str) -> tuple[str, float] | None:
    """A colour and its opacity from KML's aabbggrr."""
    if not re.fullmatch(r"[0-9a-fA-F]{8}", colour or ""):
        return None
    alpha, blue, green, red = (colour[at : at + 2].lower() for at in (0, 2, 4, 6))
    return f"#{red}{green}{blue}", round(int(alpha, 16) / 255, 3)


def to_kml(colour: object, opacity: object = 1) -> str:
    """KML's aabbggrr of a colour; '' for none."""
    known = hexadecimal(colour)
    if not known:
        return ""
    try:
        alpha = max(0, min(255, round(float(opacity) * 255)))
    except (TypeError, ValueError, OverflowError):
        alpha = 255
    return f"{alpha:02x}{known[5:7]}{known[3:5]}{known[1:3]}"

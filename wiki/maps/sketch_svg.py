"""The drawing of a map as SVG, which pages, sheets of paper and other programs show."""

from base64 import b64encode

from markupsafe import Markup, escape

from wiki.db import db
from wiki.files import previews
from wiki.files.models import File
from wiki.maps import signs
from wiki.maps.formats.styles import OURS

PAPER, SEA, LAND, INK = "#fbf6eb", "#d6ecec", "#fffdf8", "#11162b"
SIZE = 0.56  # of a sign: some twenty-six units wide
SMALL = 0.42  # marks without a number


def write(
    drawing, *, whole: bool = False, inner: bool = False, lit: str = "", mm: float = 0
) -> Markup:
    """The drawing; `whole` puts its picture inside, `inner` leaves the outer element out.

    With `lit`, the marks of other features step back behind that one; `mm` is how many units make
    a millimetre of paper.
    """
    wide, high = (f"{n:g}" for n in drawing.frame.size)
    across, down = (f"{n / mm:.1f}mm" if mm else f"{n:g}" for n in drawing.frame.size)
    parts = [_ground(drawing, wide, high, whole), *map(_line, drawing.lines)]
    parts += [_thread(one) for one in drawing.marks if one.stepped_aside]
    marks = sorted(drawing.marks, key=lambda one: one.uuid == lit)
    parts += [_mark(one, drawing.is_dense, lit) for one in marks]
    if drawing.grid:
        parts.append(_grid(*drawing.grid, *drawing.frame.size))
    if inner:
        return Markup("".join(parts))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{across}" '
        f'height="{down}" role="img" aria-label="{escape(drawing.title)}" '
        'font-family="sans-serif">'
    )
    return Markup(head + "".join(parts) + "</svg>")


def sign(colour: str, shape: str) -> Markup:
    """The mark alone, for a legend."""
    return Markup(
        '<svg viewBox="-18 -18 36 36" width="22" height="22" aria-hidden="true">'
        f'<g fill="{colour}" stroke="#fff" stroke-width="2">{_outline(shape, 1)}</g>'
        f"{_face(shape, 1)}</svg>"
    )


def _ground(drawing, wide: str, high: str, whole: bool) -> str:
    colour = PAPER if drawing.land is None else SEA
    made = f'<rect width="{wide}" height="{high}" fill="{colour}"/>'
    if drawing.land:
        made += (
            f'<path d="{"".join(_path(line) + "z" for line in drawing.land)}" fill="{LAND}" '
            f'stroke="{OURS["ardoise"]}" stroke-width=".8" stroke-linejoin="round"/>'
        )
    picture = drawing.picture
    address = picture and (inside(picture.file_id) if whole else picture.address)
    if not address:
        return made
    if picture.matrix is None:
        return f'{made}<image href="{escape(address)}" width="{wide}" height="{high}"/>'
    laid = " ".join(f"{n:.6g}" for n in picture.matrix)
    return (
        f'{made}<image href="{escape(address)}" width="{picture.width}" height="{picture.height}" '
        f'preserveAspectRatio="none" transform="matrix({laid})"/>'
    )


def _grid(columns: int, lines: int, wide: float, high: float) -> str:
    """Squares that are named by a letter and a number, as in an atlas."""
    across, down = wide / columns, high / lines
    path = "".join(f"M{across * n:.1f} 0V{high:g}" for n in range(1, columns))
    path += "".join(f"M0 {down * n:.1f}H{wide:g}" for n in range(1, lines))
    names = [(chr(65 + n), across * (n + 0.5), 13) for n in range(columns)]
    names += [(str(n + 1), 9, down * (n + 0.5) + 5) for n in range(lines)]
    return (
        f'<path d="{path}" stroke="{INK}" stroke-opacity=".35" stroke-width=".6" fill="none"/>'
        # Some PDF makers paint an outline over the letter: none.
        f'<g font-size="13" font-weight="bold" text-anchor="middle" fill="{INK}">'
        + "".join(f'<text x="{x:.1f}" y="{y:.1f}">{name}</text>' for name, x, y in names)
        + "</g>"
    )


def inside(file_id: int) -> str:
    """A picture as an address that holds it."""
    file = db.session.get(File, file_id)
    path = (
        previews.path(file.sha256, "medium") if file and previews.is_possible(file.blob) else None
    )
    return f"data:image/webp;base64,{b64encode(path.read_bytes()).decode()}" if path else ""


def _line(line) -> str:
    path = "".join(_path(part) + ("z" if line.is_area else "") for part in line.parts)
    fill = (
        f'fill="{line.colour}" fill-opacity=".22" fill-rule="evenodd"'
        if line.is_area else 'fill="none"'
    )  # fmt: skip
    return (
        f'<path d="{path}" {fill} stroke="{line.colour}" stroke-width="4" stroke-linejoin="round" '
        f'stroke-linecap="round"><title>{escape(line.title)}</title></path>'
    )


def _path(line: list) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line)


def _thread(mark) -> str:
    x, y = mark.at
    return (
        f'<path d="M{mark.x:.1f} {mark.y:.1f}L{x:.1f} {y:.1f}" stroke="{INK}" stroke-width="1.2"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{mark.colour}" stroke="{INK}"/>'
    )


def _mark(mark, small: bool, lit: str) -> str:
    if mark.others:
        return _several(mark)
    size = SMALL if small else 1.4 if lit and mark.uuid == lit else 1
    faint = ' opacity=".45"' if lit and mark.uuid != lit else ""
    edge = INK if lit and mark.uuid == lit else "#fff"
    return (
        f'<g transform="translate({mark.x:.1f} {mark.y:.1f})"{faint}>'
        f"<title>{escape(mark.names[0])}</title>"
        f'<g fill="{mark.colour}" stroke="{edge}" stroke-width="{2 if not small else 0.8:g}">'
        f"{_outline(mark.shape, size)}</g>{'' if small else _number(mark, size)}</g>"
    )


def _number(mark, size: float) -> str:
    """The number of a mark: in its middle, or beside a face, which says the feeling."""
    if mark.shape in signs.FACES:
        return f"{_face(mark.shape, size)}{_badge(mark.label, 10 * size, 9 * size)}"
    tall = (12 if mark.number < 100 else 9.5) * size
    low = 3 * size if mark.shape == "triangle" else 0  # where a triangle is wide enough
    return (
        f'<text y="{tall * 0.375 + low:.1f}" fill="#fff" font-size="{tall:g}" '
        f'font-weight="bold" text-anchor="middle">{mark.label}</text>'
    )


def _badge(said: str, x: float, y: float) -> str:
    wide = 7 + 5.4 * len(said)
    return (
        f'<rect x="{x - wide / 2:.1f}" y="{y - 6:.1f}" width="{wide:.1f}" height="12" rx="6" '
        f'fill="#fff" stroke="{INK}" stroke-width=".8"/><text x="{x:.1f}" y="{y + 3.4:.1f}" '
        f'fill="{INK}" font-size="9.5" font-weight="bold" text-anchor="middle">{said}</text>'
    )


def _several(mark) -> str:
    """One sign for places too near one another: their numbers, or how many they are."""
    wide = 16 + 6.6 * len(mark.label)
    return (
        f'<g transform="translate({mark.x:.1f} {mark.y:.1f})">'
        f"<title>{escape(chr(10).join(mark.names))}</title>"
        f'<rect x="{-wide / 2:.1f}" y="-13" width="{wide:.1f}" height="26" rx="13" fill="#fff" '
        f'stroke="{INK}" stroke-width="2.4"/><text y="4.4" fill="{INK}" font-size="12" '
        f'font-weight="bold" text-anchor="middle">{mark.label}</text></g>'
    )


def _outline(shape: str, size: float) -> str:
    scale = SIZE * size
    if signs.SHAPES[shape].startswith("circle"):
        return f'<circle r="{float(signs.SHAPES[shape].split()[1]) * scale:g}"/>'
    spots = "L".join(f"{x * scale:.2f} {y * scale:.2f}" for x, y in signs.outline(shape))
    return f'<path d="M{spots}z"/>'


def _face(shape: str, size: float) -> str:
    scale = SIZE * size
    path = "".join(
        "M" + "L".join(f"{x * scale:.2f} {y * scale:.2f}" for x, y in line)
        for line in signs.face(shape)
    )
    return (
        f'<path d="{path}" fill="none" stroke="#fff" stroke-width="{2 * size:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
        if path else ""
    )  # fmt: skip

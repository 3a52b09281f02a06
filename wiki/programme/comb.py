"""The sessions of a group as a comb: those that took place, the next one, those to come."""

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

MOST = 24  # cells that a phone has room for
_STEP, _LOW = 13.05, 20.7
_CELL = "M{x:.1f} {y:.1f}l11.3 6.5v13l-11.3 6.5-11.3-6.5v-13z"
_TICK = "M{x:.1f} {y:.1f}l3.2 3.2 5.6-6.6"


def drawn(done: int, total: int) -> Markup:
    """The comb of a series; nothing for a session alone or for too many."""
    if not 2 <= total <= MOST or done >= total:
        return Markup("")
    words = _("Session %(n)s out of %(total)s", n=done + 1, total=total)
    words += _(":") + " " + ngettext("one is done", "%(num)s are done", done)
    cells = [part for at in range(total) for part in _cell(at, done)]
    width = 14 + _STEP * (total - 1) + 14
    return Markup(
        '<svg class="sessions" viewBox="0 0 {:.1f} 48.7" role="img" aria-label="{}">{}</svg>'
    ).format(width, words, Markup("").join(cells))


def _cell(at: int, done: int):
    x, y = 14 + _STEP * at, 1 + (_LOW if at % 2 else 0)
    kind = "done" if at < done else "now" if at == done else "next"
    yield Markup('<path class="{}" d="{}"/>').format(kind, _CELL.format(x=x, y=y))
    if kind == "done":
        yield Markup('<path class="tick" d="{}"/>').format(_TICK.format(x=x - 4.5, y=y + 13.5))
    elif kind == "now":
        place = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>')
        yield place.format(x, y + 18, at + 1)

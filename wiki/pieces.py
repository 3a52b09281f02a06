"""Pieces of a page that are the same for everyone in the same place, rendered once and kept."""

from jinja2 import Environment, pass_environment
from markupsafe import Markup

DRAWN = ("id", "title", "name", "url", "colour", "pictogram", "is_editor")
KEPT_AT_MOST = 4000

_kept: dict[tuple, Markup] = {}


@pass_environment
def piece(environment: Environment, template: str, **context) -> Markup:
    """What a template gives for this context, from memory when nothing drawn in it has changed.

    The template may use its own variables, and of people and groups only what DRAWN names; what
    else it depends on (the language) must be among the variables.
    """
    key = (template, *((name, _stamp(value)) for name, value in context.items()))
    found = _kept.get(key)
    if found is None or environment.auto_reload:
        found = Markup(environment.get_template(template).render(**context).strip())
        if len(_kept) >= KEPT_AT_MOST:
            _kept.clear()
        _kept[key] = found
    return found


def _stamp(value) -> object:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, list | tuple):
        return tuple(map(_stamp, value))
    return tuple(getattr(value, name, None) for name in DRAWN)

"""Signs on the page: icons, pictograms, a person's round, a group's cell, a cover."""

from collections.abc import Callable
from functools import lru_cache

from markupsafe import Markup, escape

from wiki.covers import cover_svg


class Signs:
    """Draws signs that point into the sprite; ``globals`` are what templates use."""

    def __init__(self, sprite: Callable[[], str]):
        self.sprite = sprite

    @property
    def globals(self) -> dict[str, Callable[..., Markup]]:
        """The functions to register with Jinja."""
        return {
            "icon": self.icon,
            "pictogram": self.pictogram,
            "avatar": self.avatar,
            "cell": self.cell,
            "cover": self.cover,
        }

    def icon(self, name: str, label: str = "") -> Markup:
        """An icon; without a label the word beside it says the same, and it is silent."""
        return _icon(self.sprite(), name, str(label))

    def pictogram(self, name: str) -> Markup:
        """One of the twelve drawings that people and groups choose from."""
        return _pictogram(self.sprite(), name)

    def avatar(self, person, size: str = "") -> Markup:
        """A round: the pictogram a person chose, else their initials."""
        inside = self.pictogram(person.pictogram) if person.pictogram else initials(person.name)
        return _shape("avatar", size, person.colour or "ardoise", inside)

    def cell(self, group, size: str = "") -> Markup:
        """A hexagon in a group's colour with its pictogram."""
        return _shape("cell", size, group.colour, self.pictogram(group.pictogram or "arbre"))

    def cover(self, seed: int, shape: str = "card", pictogram: str = "") -> Markup:
        """The comb of an item or a group, with the group's pictogram on one cell."""
        emblem = f'<use href="{self.sprite()}#p-{escape(pictogram)}"/>' if pictogram else ""
        return cover_svg(seed, shape, emblem)


def initials(name: str) -> str:
    """One or two capitals that stand for a person: « Nadia Ferrec » gives NF."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


@lru_cache(maxsize=1024)
def _icon(sprite: str, name: str, label: str) -> Markup:
    voice = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="icon" {voice}><use href="{sprite}#i-{escape(name)}"/></svg>')


@lru_cache(maxsize=64)
def _pictogram(sprite: str, name: str) -> Markup:
    return Markup(
        f'<svg class="picto" viewBox="0 0 48 48" aria-hidden="true">'
        f'<use href="{sprite}#p-{escape(name)}"/></svg>'
    )


def _shape(kind: str, size: str, colour: str, inside: str) -> Markup:
    classes = f"{kind} {kind}--{escape(size)}" if size else kind
    return Markup('<span class="{}" data-colour="{}" aria-hidden="true">{}</span>').format(
        classes, colour, inside
    )

"""Words of one family, which the stemmer keeps apart: « chômage » and « chômeur ».

Families come from `kin.txt` and from regular endings; they widen a question, at less weight than
what was typed, and never touch the index. A word that nobody wrote finds nothing and costs little.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files

from wiki.search import french

_SHORTEST = 6  # letters of a word whose ending may be changed
# What a word that ends so may also end in.
_ENDINGS = [
    (re.compile(pattern), others)
    for pattern, others in (
        (r"(?<=\w{3})ateur$|(?<=\w{3})atrice$", ("ation", "er")),
        (r"(?<=\w{3})ation$", ("ateur",)),
        (r"(?<=\w{2})iculture$", ("iculteur",)),
        (r"(?<=\w{2})iculteur$|(?<=\w{2})icultrice$", ("iculture",)),
        (r"(?<=\w{3})(?<!at)eur$|(?<=\w{3})euse$", ("er", "age")),
        (r"(?<=\w{4})age$", ("er", "eur")),
        (r"(?<=\w{2})abilite$", ("able",)),
        (r"(?<=\w{2})ibilite$", ("ible",)),
        (r"(?<=\w{2})able$", ("abilite",)),
        (r"(?<=\w{2})ible$", ("ibilite",)),
        (r"(?<=\w{2})arite$", ("aire",)),
        (r"(?<=\w{2})aire$", ("arite", "ariat")),
        (r"(?<=\w{3})ariat$", ("aire",)),
        (r"(?<=\w{2})alite$", ("al", "el")),
        (r"(?<=\w{2})ivite$", ("if",)),
        (r"(?<=\w{2})icite$", ("ique",)),
        (r"(?<=\w{3})ilite$", ("ile",)),
        (r"(?<=\w{3})isme$", ("iste",)),
        (r"(?<=\w{3})iste$", ("isme",)),
        (r"(?<=\w{3})ence$", ("ent",)),
        (r"(?<=\w{3})isation$", ("iser",)),
    )
]
# Words that only look alike.
_ALIKE = """
village visage paysage fromage hommage dommage avantage bagage potage message personnage courage
langage ombrage otage nuage orage etage image rivage menage pourcentage voyage garage massage
publicite collectivite qualite realite actualite specialite formalite nationalite mortalite
agence science audience sequence licence essence sentence experience patience conference influence
valeur chaleur couleur douleur hauteur largeur longueur erreur moteur secteur docteur facteur
honneur humeur interieur exterieur meilleur plusieurs professeur ingenieur seigneur vapeur fleur
ordinateur equateur senateur station nation ration relation situation population generation
organisme organiste mecanisme tourisme touriste liste piste artiste dentiste finaliste
capable probable possible comptable table sensible terrible affaire faire maire paire salaire
honoraire horaire itineraire anniversaire formulaire contraire necessaire scolaire dossier
equipage passage mariage
"""
_STRANGERS = frozenset(_ALIKE.split())


def of(text: str) -> list[str]:
    """The terms of the other words of the family of one, as it is typed."""
    folded = french.fold(text)
    own = french.stem(folded)
    found = [*_families().get(own, ()), *_regular(folded)]
    return [term for term in dict.fromkeys(found) if term != own]


@lru_cache(maxsize=20_000)
def _regular(folded: str) -> tuple[str, ...]:
    one = folded.removesuffix("s")
    if len(one) < _SHORTEST or not one.isalpha() or one in _STRANGERS:
        return ()
    for ending, others in _ENDINGS:
        beginning = ending.sub("", one)
        if beginning != one:
            return tuple(french.stem(beginning + other) for other in others)
    return ()


def lines() -> list[list[str]]:
    """The families of the list, as written there."""
    text = files("wiki.search").joinpath("kin.txt").read_text("utf-8")
    return [words for line in text.splitlines() if (words := line.partition("#")[0].split())]


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """The terms of each family under each of them."""
    found: dict[str, dict[str, None]] = {}
    for words in lines():
        terms = list(dict.fromkeys(french.stem(french.fold(word)) for word in words))
        for term in terms:
            found.setdefault(term, {}).update(dict.fromkeys(terms))
    return {term: tuple(others) for term, others in found.items()}

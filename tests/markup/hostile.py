"""Texts of 20 kB written to hurt a Markdown renderer, by name."""

SIZE = 20_000


def _fill(piece: str) -> str:
    return (piece * (SIZE // len(piece) + 1))[:SIZE]


def _around(opening: str, closing: str, heart: str = "coeur") -> str:
    count = (SIZE - len(heart)) // len(opening + closing)
    return opening * count + heart + closing * count


def _numbered(template: str) -> str:
    return "".join(template.format(n=n) for n in range(SIZE))[:SIZE]


REPEATED = {
    "crochets": "[",
    "crochets doubles": "[[",
    "crochets doubles et texte": "[[a|",
    "crochets fermants": "]",
    "image ouverte": "![",
    "image double": "![[",
    "lien ouvert": "[a](",
    "lien sans fin": "[a](b",
    "lien et titre ouvert": '[a](b "c',
    "lien et chevron": "[a](<b",
    "lien de référence": "[a][b",
    "référence courte": "[a]",
    "définitions de lien": "[a]: b\n",
    "cdata": "<![CDATA[",
    "doctype": "<!DOCTYPE a",
    "commentaire": "<!-- a ",
    "commentaire vide": "<!--\n",
    "balise ouverte": "<a ",
    "balise div en ligne": "a <div> ",
    "balise fermante": "</div>\n",
    "balise inconnue": "<prénom> ",
    "attributs": '<a b="c',
    "chevrons": "<",
    "entités": "&",
    "étoiles": "*",
    "étoiles et texte": "*a ",
    "gras ouvert": "**a ",
    "gras et italique": "*a **b ",
    "trois étoiles": "***a** b* ",
    "tirets bas doubles": "__a_b",
    "accents graves et texte": "`a ``b ",
    "clôture sans fin": "```a\n",
    "clôture dans citation": "> ```a\n",
    "tildes": "~~a ",
    "citation": "> ",
    "liste en ligne": "- ",
    "liste ordonnée en ligne": "1. ",
    "liste mêlée": "- a\n1. b\n",
    "titres": "# a\n",
    "dièses": "#",
    "note": "[^a]",
    "définitions de note": "[^a]: b\n",
    "abréviations": "*[a]: b\n",
    "encadrés": "!!! note\n",
    "macros": "{{",
    "adresses": "http://a.fr/",
    "adresses et parenthèses": "http://a.fr/(",
    "courriels": "a@b.fr ",
    "espaces": " ",
    "lignes vides": "\n",
    "tabulations": "\t",
    "bidi": "\u202e\u2066a",
}
TEXTS = {name: _fill(piece) for name, piece in REPEATED.items()} | {
    "crochets emboîtés": _around("[", "]"),
    "liens emboîtés": _around("[", "](a)"),
    "parenthèses emboîtées": "[a](" + _around("(", ")"),
    "emphase emboîtée": _around("*a ", " b*"),
    "citations profondes": "\n".join(">" * n + " a" for n in range(1, 198)),
    "listes profondes": "\n".join("  " * n + "- a" for n in range(1, 138)),
    "listes ordonnées profondes": "\n".join("   " * n + "1. a" for n in range(1, 110)),
    "divs emboîtés": _around("<div>", "</div>"),
    "balises emboîtées": _around("<b>", "</b>"),
    "encadrés profonds": "\n".join("    " * n + "!!! note" for n in range(97)),
    "notes": _numbered("[^{n}] ")[:8_000] + "\n\n" + _numbered("[^{n}]: a\n")[:12_000],
    "abréviations diverses": _numbered("*[a{n}]: b\n"),
    "références": _numbered("[a{n}]: b\n")[:12_000] + _numbered("[a{n}] ")[:8_000],
    "une ligne": "a" * SIZE,
}

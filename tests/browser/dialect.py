"""Thirty small documents of our Markdown: what the shared text must never change by itself.

Where a « ¦ » stands, a letter is typed; elsewhere it is in the middle.
"""

# ruff: noqa: E501
DOCUMENTS = {
    "titles": "# Un\n\n## Deux ##\n### Trois\n\nSouligné\n========\n\nAussi\n-----\nfin",
    "paragraphs": "Une ligne\nla suivante  \navec deux espaces\n\n\n\nTrois lignes vides.\n",
    "emphasis": "**gras** *penché* ***les deux*** __gras__ _penché_ ~~barré~~ ==vu== **a *b* c**",
    "lonely-signs": "2 * 3 * 4, a_b_c, ** rien **, *, _, ~~, `, [, ], <, >, \\",
    "escapes": r"\*pas penché\* \[pas un lien\] \# pas un titre 1\. pas une liste \\",
    "list-two": "- a\n  - b\n    - c\n- d",
    "list-three": "1. a\n   - b\n   - c\n2. d\n\n   suite de d",
    "list-four": "* a\n    * b\n        * c\n\n    suite de a\n* d",
    "list-loose": "- a\n\n- b\n\n    paragraphe\n\n+ autre",
    "list-after-words": "Il faut :\n- du pain\n- du lait\nsuite paresseuse",
    "numbers": "3. trois\n4. quatre\n1) un\n10. dix",
    "tasks": "- [x] fait\n- [ ] à faire\n  - [X] dedans\n1. [ ] compté",
    "quotes": "> dit\n> suite\n>\n> - liste\n> > redit\nparesseux",
    "alert": "> [!NOTE]\n> À la manière d'ailleurs.",
    "code": "`court` ``avec ` dedans``\n\n```python\n# pas un titre\n- pas une liste\n```\n\n    quatre espaces",
    "tildes": "~~~\n```\n~~~\n\n- dans une liste\n  ```\n  code\n  ```",
    "table": "ava¦nt\n\n| Quoi | Qui |\n|:---|---:|\n| Sono | [[Bernard|B.]] |\n|a \\| b|`x|y`|",
    "table-bare": "avant¦\nQuoi | Qui\n--- | ---\nSono |\n\naprès",
    "links": 'V¦oir [le site](https://exemple.fr/a_(b) "titre"), <https://exemple.fr>, [réf][1].\n\n[1]: https://exemple.fr',
    "attributes": '# Titre {#ancre}\n\n[lien](/a){target=_blank} e¦t *mot*{.classe}\n{: .fin }',
    "wikilinks": "[[Charte du groupe]] ¦[[Charte du groupe|nos règles]] [[#12]] [[Journal#Séance 3]] [[inconnue",
    "embeds": "{{carte 12}}\n\n{{ portrait:3 }}\n{{sommaire}}\n\n[TOC]\n\ndans {{page 4}} la p¦hrase",
    "images": "![Une photo](/files/1/preview/medium)\n\n![](/rien.png) e¦t ![loin](https://ailleurs.fr/x.png){width=200}",
    "boxes": '!!! note "À savoir"\n    La cour¦ ferme.\n\n    - un\n      - deux\n\n!!! warning\n    Pas de rampe.\n\n??? astuce\n    Plié.\n\n???+ danger "Ouvert"\n  deux espaces',
    "footnotes": "On y mange[^1], souvent[^note].\n\n[^1]: Sauf en août.\n[^note]: Long.\n\n    Suite¦ de la note.",
    "definitions": "Identifiant\n:   Le nom.\n: Un autre.\n\n*[URL]: adresse\nUne URL.",
    "html": "<details><summary>Voir</summary>\n\n**gras**\n\n</details>\n\n<div markdown>\n*x*\n</div>\n<!-- caché -->\n<br>",
    "front-matter": "---\ntitle: Essai\ntags: [a, b]\n---\n\n# Corps\n\n***\n___",
    "characters": "Œuvre à 10 °C¦, 5 € — « là » ! 👩‍👩‍👧 é (e\u0301) \u00a0 \u202f; 日本語 עברית\ttabulation",
    "blank-edges": "\n\n  trois espaces devant\n\n   \nfin avec espaces   \n\n",
}  # fmt: skip

"""Words that say how something is asked, not what: kept in the index, they fade in a question."""

_FUNCTION_WORDS = """
le la les l un une des du de d au aux a the of and to in for with
je j tu il elle on nous vous ils elles me m te t se s moi toi lui leur leurs eux soi en y
mon ma mes ton ta tes son sa ses notre nos votre vos
ce c cet cette ces cela ca ceci celui celle ceux celles
qui que qu quoi dont ou quel quelle quels quelles lequel laquelle lesquels lesquelles
et mais donc or ni car si ne n pas plus point non oui tres trop peu moins aussi ainsi alors
dans sur sous vers chez par pour sans avec entre contre depuis pendant avant apres lors selon
afin via dont des parmi malgre envers
comme quand lorsque lorsqu puisque puisqu parce quoique jusque jusqu
est es suis sommes etes sont etre ete etait etaient etant sera seront serait soit
ai as avons avez ont avoir eu avait avaient ayant aura auront aurait
fait font faire faut falloir peut peuvent peux pouvoir pourrait doit doivent devoir
fais faisons faites pouvez pouvons puis pourriez devons devez dois devrait va vais vont
tout tous toute toutes autre autres meme memes
quelque quelques plusieurs certains certaines chaque aucun aucune quelquun quelquune
deja encore surtout vraiment
"""

_ASKING = """
comment pourquoi combien quand ou quoi existe existent exist
cherche cherchons chercher recherchons trouver trouve savoir sait sais
veux voulons voudrais voudrait voudrions vouloir aimerais aimerions souhaite souhaitons
souhaiterais souhaiterions aider aidez
svp stp merci bonjour bonsoir salut
dire dites expliquer expliquez donner donnez montrer montrez
what how why where when which who is there
"""

_FILLERS = """
ai besoin
as besoin
avons besoin
avez besoin
avoir besoin
est ce que
est ce qu
est il possible
il est possible
y a t il
existe t il
a quoi sert
que faire
comment s y prendre
comment s y prend
s y prendre
mettre en place
de mise en place
en savoir plus
savoir plus sur
s il vous plait
s il te plait
merci d avance
de l aide pour
des conseils pour
des conseils sur
un conseil pour
des idees pour
une idee pour
des idees de
un exemple
des exemples
exemple de
exemples de
par exemple
des informations sur
des infos sur
informations sur
infos sur
des renseignements sur
la meilleure facon de
la meilleure maniere de
le meilleur moyen de
les meilleurs moyens de
quelle facon
quelle maniere
de quelle facon
les moyens de
le moyen de
a propos de
a propos d
au sujet de
au sujet d
en ce qui concerne
dans le cadre de
dans le cadre d
dans le but de
n arrive pas a
n arrivent pas a
n arrive pas
n arrivent pas
qui a deja
personnes qui
personnes que
personnes dont
personnes ayant
personnes ayant
personne qui
gens qui
gens que
gens dont
quelqu un
quelqu un qui
"""

_KEPT = """
savoir etre
savoirs etre
savoir faire
savoirs faire
pouvoir agir
pouvoir d agir
sans abri
sans abris
sans domicile
sans papiers
sans emploi
sans logement
sans internet
sans reseau
sans connexion
sans ordinateur
non recours
non voyant
non voyants
contre pouvoir
aller vers
apres midi
pas a pas
soi meme
faire soi meme
savoir vivre
"""

FADING = frozenset((_FUNCTION_WORDS + _ASKING).split())


_ELIDED = {"d", "l", "n", "s", "j", "m", "qu"}  # the analysis drops them: « s'il » is il


def _by_first_word(phrases: str) -> dict[str, list[tuple[str, ...]]]:
    """Expressions under their first word, the longest first, also as they are when analysed."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for line in filter(None, phrases.splitlines()):
        whole = tuple(line.split())
        for phrase in (whole, tuple(word for word in whole if word not in _ELIDED)):
            found.setdefault(phrase[0], set()).add(phrase)
    return {first: sorted(known, key=len, reverse=True) for first, known in found.items()}


_EVERY_FILLER = _by_first_word(_FILLERS)
_EVERY_KEPT = _by_first_word(_KEPT)


def small(words: list[str]) -> bool:
    """Whether an expression, folded, would match nearly every text."""
    return all(fading(words))


def fading(words: list[str]) -> list[bool]:
    """For each of the words of a question, folded, whether it says how and not what is asked."""
    fades = [word in FADING or len(word) == 1 and word.isalpha() for word in words]
    for known, value in ((_EVERY_FILLER, True), (_EVERY_KEPT, False)):
        for start, word in enumerate(words):
            for phrase in known.get(word, ()):
                if tuple(words[start : start + len(phrase)]) == phrase:
                    fades[start : start + len(phrase)] = [value] * len(phrase)
                    break
    return fades

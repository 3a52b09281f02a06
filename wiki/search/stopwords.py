"""Words that say how something is asked, not what: kept in the index, they fade in a question."""

_FUNCTION_WORDS = """
le la les l un une des du de d au aux a the of and to in for with
je j tu il elle on nous vous ils elles me m te se s moi toi lui leur leurs eux soi en y
mon ma mes ton ta tes son sa ses notre nos votre vos
ce c cet cette ces cela ca ceci celui celle ceux celles
qui que qu quoi dont ou quel quelle quels quelles lequel laquelle lesquels lesquelles
et mais donc or ni car si ne n pas plus point non oui tres trop peu moins aussi ainsi alors
dans sur sous vers chez par pour sans avec entre contre depuis pendant avant apres lors selon
comme quand lorsque lorsqu puisque puisqu parce quoique jusque jusqu
est es suis sommes etes sont etre ete etait etaient etant sera seront serait soit
ai as avons avez ont avoir eu avait avaient ayant aura auront aurait
fait font faire faut falloir peut peuvent peux pouvoir pourrait doit doivent devoir
tout tous toute toutes autre autres meme memes
quelque quelques plusieurs certains certaines chaque aucun aucune
"""

_ASKING = """
comment pourquoi combien quand ou quoi existe exist existent
cherche cherchons trouver trouve savoir sait veux voudrais voudrait vouloir aimerais besoin
svp merci bonjour exemple exemples
what how why where when which who is are there
"""

FADING = frozenset((_FUNCTION_WORDS + _ASKING).split())

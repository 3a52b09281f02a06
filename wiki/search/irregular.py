"""Words whose forms no rule meets: irregular verbs and plurals, nouns that look like verbs."""

# The first word of a line is the term of all of them (folded, without accents).
_FAMILIES = """
apprend apprendre apprends apprennent apprenons
apprend apprenez apprenait apprenaient appris apprise apprises
comprend comprendre comprends comprennent comprenons comprenez comprenait compris comprise comprises
prend prendre prends prennent prenons prenez prenait prenaient prise prises
ecri ecrire ecris ecrit ecrits ecrite ecrites ecrivent ecrivons ecrivez ecrivait ecrivant
lire lis lisent lisons lisez lisait lisant
condui conduire conduis conduit conduits
condui conduite conduites conduisent conduisons conduisait conduisant
produi produire produis produit produits produite produites produisent produisons produisait
construi construire construis construit construits construite construisent construisons construisant
recev recevoir recois recoit recoivent recevons recevez recevait recu recus recue recues
permet permettre permets permettent permettons permis permise permettait permettant
mettre mets mettent mettons mettez mettait
reconnai reconnaitre reconnais reconnait reconnaissent reconnu reconnue reconnus reconnues
connai connaitre connais connait connaissent connaissons connu connus connue connues
obten obtenir obtiens obtient obtiennent obtenons obtenu obtenue obtenus obtenues
accueil accueils accueillir accueille accueilles
accueil accueillent accueilli accueillie accueillis accueillies
accueil accueillons accueillant accueillante accueillants
decouvr decouvrir decouvre decouvres decouvrent decouvert decouverts decouverte decouvertes
ouvr ouvrir ouvre ouvres ouvrent ouvert ouverts ouverte ouvertes ouvrons ouvrez ouvrait
choisi choisir choisis choisit choisie choisies choisissent choix
reussi reussir reussis reussit reussie reussies reussissent reussite reussites
envoi envois envoyer envoie envoies envoient envoye envoyes envoyee
travail travaux travailler travaille travailles travaillent travaillons travaillait
travailleur travailleurs travailleuse travailleuses
personne personnes
donnee donnees
retraite retraites retraitee retraitees
vieux vieil vieille vieilles vieillir
oeil yeux
lieu lieux
milieu milieux
jeu jeux
enjeu enjeux
feu feux
cheveu cheveux
neveu neveux
voeu voeux
aveu aveux
delai delais
essai essais
balai balais
bail baux
vitrail vitraux
mois
fois
bois
bras
pays
sens
sous
plus
tous
nous
vous
dans
sans
vers
mais
cours
temps
corps
souvent
cinema
europeen europeens europeenne europeennes
lyceen lyceens lyceenne lyceennes
citoyen citoyens citoyenne citoyennes citoyennete
"""

FORMS = {form: line.split()[0] for line in _FAMILIES.splitlines() for form in line.split()}

_IN_ON = """
maison saison raison prison poison liaison livraison comparaison conjugaison combinaison
terminaison floraison guerison trahison cloison toison garnison boisson poisson moisson buisson
frisson herisson saucisson caisson chanson blouson horizon gazon lecon garcon facon rancon
soupcon troncon hamecon glacon macon savon ballon salon talon jalon etalon pantalon melon wagon
dragon jargon canon patron citron environ eperon baron macaron bouton coton carton veston piston
mouton baton beton jeton feuilleton crouton ponton marathon telethon hackathon python crayon
rayon papillon tourbillon pavillon echantillon brouillon bouillon bataillon medaillon reveillon
vallon sillon oignon champignon compagnon pignon mignon pigeon bourgeon plongeon donjon charbon
jambon bonbon pardon cordon bourdon chardon guidon bidon edredon abandon second torchon bouchon
capuchon cochon manchon fourgon parangon neuron electron avion camion surnom prenom profond
marron perron chaperon heron potiron aileron forgeron vigneron fleuron goudron poltron potentiel
lampion coupon harpon crampon tampon jupon
"""
_IN_ENT = """
parent argent urgent client patient different accident president talent absent present content
recent frequent permanent evident competent excellent precedent adolescent incident antecedent
intelligent violent consequent equivalent prudent adherent referent coherent incoherent apparent
transparent occident orient ingredient continent pertinent imminent eminent contingent indigent
diligent negligent convergent divergent detergent emergent coefficient deficient efficient
inefficient quotient conscient inconscient inconvenient recipient couvent souvent turbulent
virulent innocent accent decent indecent adjacent torrent concurrent latent mecontent impatient
eloquent delinquent subsequent solvant fervent indifferent resident dissident confident strident
divent moment urgents agents sergent regent insurgent intransigent exigent indulgent student
confluent affluent influent ambivalent polyvalent bienveillent transient ambient omniscient
escient expedient gradient nutrient serment tourment arpent serpent avent evenement appartenent
argument document monument
"""

NOUNS_IN_ON = frozenset(_IN_ON.split())
NOUNS_IN_ENT = frozenset(_IN_ENT.split())

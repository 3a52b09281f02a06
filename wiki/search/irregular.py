"""Words whose forms no rule meets: irregular verbs and plurals, nouns that look like verbs.

Only words that the rules of `french` part from their kin, or confuse with strangers, are here.
"""

# The first word of a line is the term of all of them (folded, without accents).
_FAMILIES = """
apprend apprendre apprends apprennent apprenons
apprend apprenez apprenait apprenaient appris apprise apprises
comprend comprendre comprends comprennent comprenons comprenez comprenait compris comprise comprises
prend prendre pris prends prennent prenons prenez prenait prenaient prise prises
ecri ecrire ecris ecrit ecrits ecrite ecrites ecrivent ecrivons ecrivez ecrivait ecrivant
lire lis lisent lisons lisez lisait lisant
condui conduire conduis conduit conduits
condui conduite conduites conduisent conduisons conduisait conduisant
produi produire produis produit produits produite produites produisent produisons produisait
construi construire construis construit construits construite construisent construisons construisant
recev recevoir recois recoit recoivent recevons recevez recevait recu recus recue recues
permet permettre permets permettent permettons permise permettait permettant
permis
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
agir agis agit agissons agissent agissez agissait agissant
fini finir finis finit finie finies finissons finissez finissent finissant
venir viens vient viennent venez venons venu venue venus venues venait venaient viendra viendront
devenir deviens devient deviennent devenez devenu devenue devenus devenues devenait
reven revenir reviens revient reviennent revenez revenait
prevenir previens previent previennent prevenez prevenu prevenue
tenir tiens tient tiennent tenez tenu tenue tenus tenues tenait
souten soutenir soutien soutiens soutient soutiennent soutenez soutenu soutenue soutenus soutenues
mainten maintenir maintien maintient maintiennent maintenu maintenue maintenus maintenues
dire dis dit dits dite dites disent disons disait disaient
voir vois voit voient voyez voyons voyait
vivre vis vit vivent vivons vivez vivait vivaient vecu vecue vecus
suiv suivre suit suivi suivie suivis suivies suivent suivez suivons suivait suivant suivante
rendre rends rend rendent rendons rendait rendu rendue rendus
repond repondre reponds repondent repondez repondu reponse reponses repondait repondant
attend attendre attends attendent attendez attendu attendue attente attentes attendait
vend vendre vends vendent vendez vendu vendue vente ventes vendeur vendeurs vendeuse vendeuses
perd perdre perds perdent perdez perdu perdue perdus perdues perte pertes
joind joindre joins joint joints jointe jointes joignent joignez
rejoind rejoindre rejoins rejoint rejoints rejoignent rejoignez
inscri inscrire inscris inscrit inscrits inscrite inscrites inscrivent inscrivez inscrivait
inscri inscription inscriptions
decri decrire decris decrit decrits decrite decrites decrivent decrivez description descriptions
tradui traduire traduis traduit traduits traduite traduites traduisent traduction traductions
tradui traducteur traducteurs traductrice traductrices
reun reunir reunis reunit reunie reunies reunissent reunissons reunissez reunion reunions
inser insertion insertions
offrir offre offres offrent offrez offert offerte offerts offertes
souffrir souffre souffres souffrent souffrez souffert souffrance souffrances
inclu inclure inclus incluse incluses incluent inclusion inclusions inclusif inclusifs inclusive
exclu exclure excluent exclue exclues exclus exclusion exclusions
coudre couds cousent cousez cousu cousue couture coutures couturier couturiers
coudre couturiere couturieres
peindre peins peint peints peinte peintes peignent peinture peintures peintre peintres
sortie sorties sortir sors sortent sortez sorti sortis sortant
partir pars partent partez partons partait
partie parties
parti partis
sentir sent sentent sentez senti sentait
courir courent courez
dormir dors dort dorment dormez
reflech reflechir reflechis reflechit reflechissent reflechissez reflexion reflexions
savoir sais sait savent savez savons savait savaient savoirs
disparai disparaitre disparait disparaissent disparu disparue disparus disparues disparition
appara apparaitre apparait apparaissent apparu apparue apparition
naitre nait naissent naissance naissances
boire boivent buvez
croire crois croit croient croyez
interdi interdire interdis interdit interdits interdite interdites interdisent interdiction
attein atteindre atteins atteint atteints atteinte atteintes atteignent
craind craindre crains craint craignent crainte craintes
elire election elections
servir sers sert servent servez servi servait
defin definition definitions
rempl remplissage remplissages
fourn fournir fournis fournissent fournit fourni fournie fournis fournies fourniture fournitures
corrig correction corrections correcteur correcteurs correctrice
connect connexion connexions connection connections
deconnect deconnexion deconnexions
communiqu communiquer communique communiques communiquee communiquees communiquent communiquez
communiqu communiquons communiquant communiquait communication communications
publi publier publie publies publiee publiees publient publiez publiant publication publications
public publics publique publiques
mediat mediation mediations mediateur mediateurs mediatrice mediatrices
media medias
formation formations
format formats
fondation fondations
collation collations
passation passations
isolation isolations
departement departements
document documents documenter documente documentee documentes documentees documentent documentation
environnement environnements environnemental environnementale environnementaux environnementales
equipe equipes
equip equiper equipee equipees equipez equipent equipement equipements equipant
organism organisme organismes
journalist journaliste journalistes
notamment
debit debits
petit petits petite petites
nouveau nouvel nouvelle nouveaux nouvelles
beau bel belle beaux belles
bon bons bonne bonnes
gros grosse grosses
long longs longue longues
blanc blancs blanche blanches
franc francs franche franches
sec secs seche seches
frais fraiche fraiches
faux fausse fausses
doux douce douces
bref brefs breve breves
neuf neufs neuve neuves
veuf veufs veuve veuves
vif vifs vive vives
net nets nette nettes
nul nuls nulle nulles
dur durs dure dures
sur sure surs sures
grec grecs grecque grecques
turc turcs turque turques
laic laics laique laiques
precis precise precises precisement
remis remise remises
promis promise promises
acquis acquise acquises
surpris surprise surprises
repris reprise reprises
assis assise assises
gris grise grises
ami amis amie amies
loisir loisirs
loyer loyers
foyer foyers
souris
chaise chaises
fraise fraises
malaise malaises
entree entrees entrer entrent entrez entrons entrait entrant entrants entrante entrantes
aller allez allons allait allaient
allee allees
portmaritime port ports
course courses
bus
bourse bourses
poste postes
plan plans
plante plantes
migr migrant migrants migrante migrantes migrer
gere gerer geres gerent gerez gerons gerait gerant geree gerees
tiers tierce tierces
diagnostic diagnostics diagnostique diagnostiques diagnostiquer diagnostiquent diagnostiquee
locat location locations locatif locatifs locative locatives
transmettr transmettre transmet transmettent transmettons transmis transmise transmission
refus refuse refuses refuser refusent refusee refusees refusait
construi construction constructions
produi production productions producteur producteurs productrice productrices
selection selections
achet achat achats
acces acceder accede accedent accedez accedons accedant accedait
debat debats debattre debattent debattu
terrasse terrasses
impasse impasses
courant courants courante courantes
relation relations
sensation sensations
motivation motivations motiver motives motivee motivees
serie series
rendez
habitant habitants habitante habitantes
habitat habitats habitation habitations
vivant vivants vivante vivantes
mediatis mediatise mediatises mediatiser mediatisee mediatisation
aidant aidants aidante aidantes
etudiant etudiants etudiante etudiantes
dirigeant dirigeants dirigeante dirigeantes
soignant soignants soignante soignantes
debutant debutants debutante debutantes
important importants importante importantes
representant representants representante representantes
exploitant exploitants exploitante exploitantes
montant montants
restaurant restaurants
educateur educateurs educatrice educatrices
elu elus elue elues
secretair secretaire secretaires secretariat secretariats
ambassadeur ambassadeurs ambassadrice ambassadrices
"""

# Verbs whose forms end like something else: « modifie » like a noun, « animent » like an adverb.
_VERBS = """
aimer allumer animer affirmer assumer confirmer consommer entamer enfermer estimer exprimer fermer
filmer former imprimer informer nommer programmer reclamer renfermer resumer supprimer
transformer baisser abaisser glisser laisser tisser visser depasser ramasser embrasser desactiver
accelerer adherer alterer considerer cooperer deliberer desesperer differer digerer enumerer
esperer exagerer federer generer inserer liberer moderer operer ponderer preferer
proliferer recuperer referer refrigerer remunerer reperer suggerer tolerer transferer
admirer aspirer attirer desirer inspirer respirer retirer etirer soutirer
apprecier associer beneficier confier copier crier delier etudier expedier financer initier
licencier lier marier negocier oublier parier plier prier relier remercier replier trier varier
"""
_VERBS_IN_YER = """
appuyer balayer deployer employer ennuyer envoyer essayer essuyer nettoyer octroyer payer
renvoyer tutoyer vouvoyer
"""
_ENDINGS = "e es ent ons ez ait aient ant ants ante antes er era eront erait erez erons a ee ees"
_MUTE_ENDINGS = "e es ent era eront erait erez erons ement ements"


def _conjugated() -> dict[str, str]:
    """The regular forms of these verbs, each with the term of its verb."""
    found = {}
    for verb in _VERBS.split():
        found |= {verb[:-2] + ending: verb[:-2] for ending in _ENDINGS.split()}
    for verb in _VERBS_IN_YER.split():
        found |= {verb[:-2] + ending: verb[:-3] + "i" for ending in _ENDINGS.split()}
        found |= {verb[:-3] + "i" + ending: verb[:-3] + "i" for ending in _MUTE_ENDINGS.split()}
    return found


_FAMILY = {form: line.split()[0] for line in _FAMILIES.splitlines() for form in line.split()}
FORMS = _conjugated() | _FAMILY

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
lampion coupon harpon crampon tampon jupon doublon greffon chaton ourson biberon accordeon peloton
laiton dicton lardon cornichon violon echelon bidon faucon flacon ceinturon chevron clairon puceron
cuisson ecusson nourrisson unisson cresson paillasson glacon poincon mousson plafon piton feston
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
_IN_AGE = """
affichage bricolage codage covoiturage decoupage demarrage depannage essaimage filtrage jardinage
mixage montage nettoyage parametrage parrainage pilotage recyclage repassage reperage reglage
stockage tricotage
"""

NOUNS_IN_ON = frozenset(_IN_ON.split())
NOUNS_IN_ENT = frozenset(_IN_ENT.split())
FROM_VERBS_IN_AGE = frozenset(_IN_AGE.split())

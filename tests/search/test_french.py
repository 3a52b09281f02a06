"""One analysis for texts and questions."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wiki.search import french, irregular


@pytest.mark.parametrize(
    "alike",
    [
        "aider aidé aidée aidés aidées aidons aidait aidera aident",
        "numérique numériques NUMERIQUE numerique",
        "chômeur chômeuse chomeurs CHÔMEUSES",
        "formateur formatrice formatrices formateurs",
        "animateur animatrice animation animer animons animées",
        "conseiller conseillère conseillers conseillères",
        "travailleur travailleuse travailleurs travailleuses",
        "travail travaux travailler",
        "actif active actifs actives",
        "lieu lieux",
        "local locale locaux locales",
        "jeu jeux",
        "vie vies",
        "ami amie amis",
        "heureux heureuse",
        "musée musées",
        "écrire écrit écrits écrivent",
        "apprendre apprend apprennent appris",
        "isolé isolée isolés isolement",
        "étranger étrangère étrangers étrangères",
        "partager partageons partagé partage partagent partageant",
        "commencer commençons commencé commencent",
        "emploi emplois",
        "organiser organisons organisent organisé",
        "cœur coeur coeurs",
        "C.A.F. caf CAF",
        "R.S.A RSA rsa",
        "l'accès l’accès lʼaccès acces accès",
        "aujourd'hui aujourd’hui",
        "entr'aide entraide",
        "animateur·rice animateurs·rices animateur animateur.rice.s animateur-rice",
        "participant(e)s participant·e·s participants",
        "animateurs/trices animateurs·trices animateurs animatrices",
        "formé.e.s formé·e·s formés formée(s)",
        "conseiller·ère·s conseiller.ère conseillères",
        "professionnel/le professionnelles",
        "usager usagère usagers usager·ère·s",
        "photo photos",
        "vélo vélos",
        "scénario scénarios",
        "portrait portraits",
        "petit petite petits petites",
        "récit récits",
        "crédit crédits",
        "forfait forfaits",
        "français française françaises",
        "public publique publics publiques",
        "modifier modifie modifient modifié modifiée modification",
        "étudier étudie étudient étudiée",
        "associer associé associée associent",
        "préférer préfère préfèrent préféré",
        "récupérer récupère récupération récupérée",
        "imprimer impriment imprimante",
        "employer emploie emploient employée",
        "essayer essaie essaient essai essais",
        "inscrire inscrit inscrits inscription inscrivent",
        "connecter connexion connectés connectée",
        "réunir réunit réunissent réunion réunions",
        "répondre réponse répondent répond",
        "migrant migrants migration migrer",
        "corriger correction corrections corrigé",
        "accéder accès accède accèdent",
        "traduire traduction traduit traductrice",
        "jardin jardins jardiner jardinage",
        "médiation médiateur médiatrices",
        "nouveau nouvelle nouveaux nouvel",
        "presqu'île presqu’île presqu'iles",
        "C.C.A.S CCAS",
        "EPN EPNs",
        "co-animation co‑animation co‐animation co–animation",
        "smartphone smartphones",
        "été étés",
    ],
)
def test_forms_of_one_word_meet(alike):
    assert len({french.terms(word) for word in alike.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("maison", "mais"),
        ("formation", "format"),
        ("parent", "parer"),
        ("agent", "âge"),
        ("université", "univers"),
        ("personne", "personnel"),
        ("données", "don"),
        ("saisons", "saisir"),
        ("client", "climat"),
        ("café", "CAF"),
        ("aider", "aidant"),
        ("habitant", "habitat"),
        ("éducation", "éducateur"),
        ("étudier", "étudiant"),
        ("base", "bas"),
        ("mère", "mer"),
        ("formation", "formateur"),
        ("général", "génération"),
        ("organisme", "organe"),
        ("organe", "organisation"),
        ("port", "porte"),
        ("port", "portée"),
        ("cours", "course"),
        ("commune", "communication"),
        ("public", "publication"),
        ("média", "médiation"),
        ("département", "départ"),
        ("équipe", "équipement"),
        ("isolement", "isolation"),
        ("journal", "journaliste"),
        ("finir", "fin"),
        ("partie", "partir"),
        ("loi", "loyer"),
        ("loi", "loisir"),
        ("terrasse", "terre"),
        ("rendez", "rendre"),
        ("personne", "personnage"),
        ("courant", "cour"),
        ("santé", "sans"),
        ("solide", "solidaire"),
        ("village", "ville"),
        ("passage", "passé"),
    ],
)
def test_distant_words_stay_apart(one, other):
    assert french.terms(one) != french.terms(other)


def test_compounds_are_found_split_and_joined():
    stored = french.index_text("Le co-voiturage du porte-parole")
    assert stored == "le co voiturag du port parol ¶ covoitur porteparol"
    assert french.terms("covoiturage") == ("covoitur",)


def test_numbers_and_codes_are_kept():
    assert french.terms("1 450 € le 4G, H2O, covid-19, A4") == (
        "1450", "le", "4g", "h2o", "covid", "19", "a4",
    )  # fmt: skip
    assert french.terms("37000 Tours, 2A, RGPD art. 6, B2i, 10h30") == (
        "37000", "tour", "2a", "rgpd", "art", "6", "b2i", "10h30",
    )  # fmt: skip


def test_elisions_leave_no_gap_in_phrases():
    assert french.terms("l'accès d’autrui jusqu'au bout") == ("acces", "autrui", "au", "bout")


def test_decomposed_and_invisible_signs_change_nothing():
    assert french.terms("e\u0301cole") == french.terms("école")
    assert french.terms("mé\u00addi\u200bation\u202e") == french.terms("médiation")


def test_forms_keep_the_accents_people_wrote():
    forms = french.forms(french.written("L’Illettrisme à l’école"))
    assert {form.text for form in forms} == {"illettrisme", "à", "école"}


@given(st.text(max_size=300))
def test_any_text_can_be_analysed(text):
    stored, forms = french.index_text(text), french.forms(french.written(text))
    assert all(
        term == french.END_OF_TEXT or not set(term) & set(" \"'*()") for term in stored.split(" ")
    )
    assert all(len(form.text) <= french.LONGEST_TERM for form in forms)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_question_meets_the_text_that_it_was_copied_from(before, words):
    stored = french.index_text(f"{before} . {words}")
    assert set(french.terms(words)) <= set(stored.split(" "))


@example("aaa-è")
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèêëàâîïôûùçœ'-", max_size=40))
def test_capitals_accents_and_composition_change_no_term(word):
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    assert french.terms(word) == french.terms(unicodedata.normalize("NFD", word))
    assert french.terms(word) == french.terms(word.upper()) == french.terms(bare)


def test_every_irregular_word_meets_its_plural():
    for word in irregular.FORMS:
        if word.isalpha() and not word.endswith(("s", "x", "z")):
            assert french.stem(word + "s") in (french.stem(word), irregular.FORMS.get(word + "s"))

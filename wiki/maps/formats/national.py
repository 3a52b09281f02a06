"""The national schema of places of digital mediation (LaMednum, v1.0.2): thirty-two columns."""

import csv
import io
import re

from flask_babel import gettext as _

from wiki.accounts.models import COLOURS

COLUMNS = (
    "id", "pivot", "nom", "commune", "code_postal", "code_insee", "adresse", "complement_adresse",
    "latitude", "longitude", "typologie", "telephone", "courriels", "site_web", "horaires",
    "presentation_resume", "presentation_detail", "source", "itinerance", "structure_parente",
    "date_maj", "services", "publics_specifiquement_adresses", "prise_en_charge_specifique",
    "frais_a_charge", "dispositif_programmes_nationaux", "formations_labels",
    "autres_formations_labels", "modalites_acces", "modalites_accompagnement",
    "fiche_acces_libre", "prise_rdv",
)  # fmt: skip
NEEDED = ("id", "pivot", "nom", "commune", "code_postal", "adresse", "date_maj")
MANY = {
    "typologie", "courriels", "site_web", "itinerance", "services",
    "publics_specifiquement_adresses", "prise_en_charge_specifique", "frais_a_charge",
    "dispositif_programmes_nationaux", "formations_labels", "autres_formations_labels",
    "modalites_acces", "modalites_accompagnement",
}  # fmt: skip
LINKS = {"fiche_acces_libre", "prise_rdv"}
LABELS = {  # a French schema: its columns are called in French, in the site's own spelling
    "id": "Numéro dans le fichier", "pivot": "SIRET ou RNA", "commune": "Commune",
    "code_postal": "Code postal", "code_insee": "Code INSEE", "adresse": "Adresse",
    "complement_adresse": "Complément d’adresse", "typologie": "Type de lieu",
    "telephone": "Téléphone", "courriels": "Courriels", "site_web": "Site",
    "horaires": "Horaires", "presentation_resume": "En quelques mots",
    "source": "Qui a recueilli ces données", "itinerance": "Itinérance",
    "structure_parente": "Structure parente", "date_maj": "Mis à jour le",
    "services": "Services", "publics_specifiquement_adresses": "Pour qui en particulier",
    "prise_en_charge_specifique": "Prise en charge spécifique",
    "frais_a_charge": "Frais à charge",
    "dispositif_programmes_nationaux": "Dispositifs et programmes nationaux",
    "formations_labels": "Formations et labels",
    "autres_formations_labels": "Autres formations et labels",
    "modalites_acces": "Modalités d’accès",
    "modalites_accompagnement": "Modalités d’accompagnement",
    "fiche_acces_libre": "Fiche Accès libre", "prise_rdv": "Prendre rendez-vous",
}  # fmt: skip
TYPES = {  # the codes of « typologie » that are met most, in words
    "TIERS_LIEUX": "Tiers-lieu", "ASSO": "Association", "MUNI": "Mairie", "COMMUNE": "Commune",
    "BIB": "Bibliothèque ou médiathèque", "CS": "Centre social", "CCAS": "CCAS", "CIAS": "CIAS",
    "ML": "Mission locale", "MJC": "Maison des jeunes et de la culture", "MQ": "Maison de quartier",
    "MDS": "Maison des solidarités", "MDE": "Maison de l’emploi", "ESS": "Structure de l’ESS",
    "RFS": "France services", "PIMMS": "Point d’information et de médiation",
    "EPCI": "Intercommunalité", "CC": "Communauté de communes", "DEPT": "Département",
    "REG": "Région", "PREF": "Préfecture", "CAF": "CAF", "MSA": "MSA", "LA_POSTE": "La Poste",
    "RESSOURCERIE": "Ressourcerie", "EVS": "Espace de vie sociale", "OF": "Organisme de formation",
    "CIDFF": "CIDFF", "FRANCE_TRAVAIL": "France Travail", "AUTRE": "Autre",
}  # fmt: skip
MANY_ENOUGH = 8  # columns of the schema by which its places are recognised
_OWN = {"nom", "latitude", "longitude", "presentation_detail"}


def is_national(headers: list[str]) -> bool:
    """Whether a table follows the schema: most of its columns bear the schema's names."""
    return len(set(headers) & set(COLUMNS)) >= 20


def suits(kind: str, crs: str, asked: list[dict]) -> bool:
    """Whether a map may be wanted in the schema: its places help, or it asks the same."""
    known = {one["key"] for one in asked} & set(COLUMNS)
    return crs != "simple" and (kind == "resources" or len(known) >= MANY_ENOUGH)


def fields() -> list[dict]:
    """The questions of a map of such places, in the order of the schema."""
    return [
        {"key": name, "label": LABELS[name], "type": _type(name), "required": False,
         "choices": _types() if name == "typologie" else []}
        for name in COLUMNS if name not in _OWN
    ]  # fmt: skip


def _types() -> list[dict]:
    return [
        {"value": code, "label": said, "colour": COLOURS[at % len(COLOURS)], "pattern": "",
         "picto": ""}
        for at, (code, said) in enumerate(TYPES.items())
    ]  # fmt: skip


def _type(name: str) -> str:
    if name in MANY:
        return "multi"
    return "link" if name in LINKS else "date" if name == "date_maj" else "text"


def many(text: str) -> list[str]:
    """The values of a cell that holds several: older files put semicolons between them."""
    return [one.strip() for one in re.split(r"[|;]" if "|" not in text else r"\|", text)]


def missing(props: dict, title: str) -> list[str]:
    """What the schema wants of a place and that it lacks."""
    known = {**props, "nom": title}
    return [name for name in NEEDED if not known.get(name)]


def write(told: dict) -> bytes:
    """A map in the exact order and writing of the schema: commas, decimal points, UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in told["features"]:
        shape = one["geometry"]
        at = shape["coordinates"] if shape and shape["type"] == "Point" else ("", "")
        given = {**one["props"], "nom": one["title"], "presentation_detail": one["story"],
                 "latitude": at[1], "longitude": at[0]}  # fmt: skip
        given["id"] = given.get("id") or one["id"]
        given |= {name: "" if given[name] is None else str(given[name]) for name in
                  ("latitude", "longitude")}  # fmt: skip
        writer.writerow([_cell(given.get(name)) for name in COLUMNS])
    return out.getvalue().encode()


def _cell(value) -> str:
    said = "|".join(map(str, value)) if isinstance(value, list) else str(value or "")
    # A telephone begins with +: only what could call something is kept from running.
    return f"'{said}" if said.startswith(("=", "@")) else said


def complaint(props: dict, title: str) -> str:
    """What is missing of a place, in words; '' when nothing is."""
    names = missing(props, title)
    return _("missing: %(list)s.", list=", ".join(names)) if names else ""

"""The national schema of places of digital mediation (LaMednum, v1.0.2): thirty-two columns."""

import csv
import io
import re

from flask_babel import gettext as _

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
LABELS = {
    "horaires": "Horaires", "services": "Services", "frais_a_charge": "Frais à charge",
    "modalites_acces": "Modalités d’accès", "commune": "Commune", "adresse": "Adresse",
    "telephone": "Téléphone", "site_web": "Site", "courriels": "Courriels",
    "code_postal": "Code postal", "itinerance": "Itinérance", "date_maj": "Mis à jour le",
}  # fmt: skip
_OWN = {"nom", "latitude", "longitude", "presentation_detail"}


def is_national(headers: list[str]) -> bool:
    """Whether a table follows the schema: most of its columns bear the schema's names."""
    return len(set(headers) & set(COLUMNS)) >= 20


def fields() -> list[dict]:
    """The questions of a map of such places, in the order of the schema."""
    return [
        {"key": name, "label": LABELS.get(name, name.replace("_", " ").capitalize()),
         "type": _type(name), "choices": [], "required": False}
        for name in COLUMNS if name not in _OWN
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

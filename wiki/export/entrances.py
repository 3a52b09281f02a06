"""A place of a map on its own door: one A4 sheet with its name, its hours, how to come in."""

from flask import Blueprint, Response, abort, render_template
from flask_babel import gettext as _
from flask_login import current_user

from wiki.consents import printing
from wiki.db import db
from wiki.export import handing, posters, squares
from wiki.items.access import load
from wiki.maps import fields, hours, operations, reading
from wiki.maps.models import Feature, Map
from wiki.markup.text import fold, slugify
from wiki.templating import site_address

blueprint = Blueprint("entrances", __name__)
# What a field is about, by its key or the words of its label, whatever map it comes from.
ABOUT = {
    "hours": ("horaires", "opening_hours", "heures d'ouverture"),
    "address": ("adresse", "address"),
    "more": ("complement_adresse", "complement d'adresse"),
    "code": ("code_postal", "code postal", "postcode"),
    "town": ("commune", "ville", "city"),
    "phone": ("telephone", "phone", "tel"),
    "mail": ("courriels", "courriel", "email", "mail"),
    "site": ("site_web", "site", "website"),
    "booking": ("prise_rdv", "rendez-vous", "prise de rendez-vous"),
    "access": ("modalites_acces", "accessibilite", "accessibility", "wheelchair", "acces"),
    "care": ("prise_en_charge_specifique", "prise en charge"),
    "proof": ("fiche_acces_libre", "acces libre"),
    "roaming": ("itinerance", "passages"),
    "cost": ("frais_a_charge", "frais a charge", "cout", "prix"),
    "what": ("services", "service", "ce qu'on y trouve"),
    "who": ("publics_specifiquement_adresses", "publics", "pour qui"),
    "digest": ("presentation_resume", "presentation"),
}
SHORT, LONG = 600, 750  # letters that leave room on the sheet, and that need smaller ones
# What the schema keeps for programs and partners, and nobody reads on a door.
HIDDEN = (
    "pivot", "source", "date_maj", "code_insee", "id", "typologie", "structure_parente",
    "dispositif_programmes_nationaux", "formations_labels", "autres_formations_labels",
)  # fmt: skip


@blueprint.get("/maps/<id:item_id>/features/<uuid>/poster")
def printed(item_id: int, uuid: str):
    """The sheet on the screen, ready to print."""
    found = load(Map, item_id)
    return posters.refused([found]) or _poster(found, _feature(found, uuid), pdf=False)


@blueprint.get("/maps/<id:item_id>/features/<uuid>/poster.pdf")
def as_pdf(item_id: int, uuid: str):
    """The sheet as a PDF file."""
    found = load(Map, item_id)
    if answer := posters.refused([found]):
        return answer
    feature = _feature(found, uuid)
    html = _poster(found, feature, pdf=True)
    here = f"/maps/{found.id}/features/{feature.uuid}"
    name = slugify(feature.title) or "lieu"
    drawn = {f"{here}/qr.svg": squares.svg(here)}
    return handing.pdf(html, name, here, f"{here}/poster", drawn, leaving=[found])


@blueprint.get("/maps/<id:item_id>/features/<uuid>/qr.svg")
def square(item_id: int, uuid: str) -> Response:
    """The code that leads to a place."""
    found = load(Map, item_id)
    feature = _feature(found, uuid)
    drawn = squares.svg(f"/maps/{found.id}/features/{feature.uuid}")
    return Response(drawn, mimetype="image/svg+xml")


def _poster(found: Map, feature: Feature, pdf: bool) -> str:
    told = reading.described(found, [feature], current_user)
    one = told["features"][0]
    said, raw, others = _said(found, one)
    if "digest" in said and len(one.get("html", "")) > 300:
        one["html"] = ""  # the short presentation is enough standing up; the code leads to the rest
    week = hours.week(raw["hours"]) if "hours" in raw else None
    here = f"/maps/{found.id}/features/{feature.uuid}"
    where = [said.get("address"), said.get("more"),
             " ".join(filter(None, [said.get("code"), said.get("town")]))]  # fmt: skip
    length = _length(said, others, one)
    picture = next((m for m in told["media"].values() if m.get("picture")), None)
    html = render_template(
        "export/entrance.html", item=found, one=one, said=said, others=others, week=week,
        where=[line for line in where if line], here=here, address=site_address() + here,
        is_short=picture is None and length < SHORT,
        is_long=length > LONG, picture=picture, pdf=pdf,
    )  # fmt: skip
    return printing.without_pictures(html)


def _length(said: dict[str, str], others: list[tuple[str, str]], one: dict) -> int:
    """How much there is to read, a photo not counted: what stands on the foot of the sheet."""
    return sum(map(len, said.values())) + sum(len(w) for _l, w in others) + len(one.get("html", ""))


def _said(found: Map, one: dict) -> tuple[dict[str, str], dict[str, str], list[tuple[str, str]]]:
    """What is known of a place by what it is about, as it was written, and what else is said."""
    said: dict[str, str] = {}
    raw: dict[str, str] = {}
    others = []
    for asked in found.fields:
        value = one["props"].get(asked["key"])
        words = fields.shown(asked, value) if asked["type"] not in fields.POINTING else ""
        if not words:
            continue
        about = _about(asked)
        if about and about not in said:
            # « De plain-pied : oui » says nothing without its question.
            said[about] = f"{asked['label']}{_(': ')}{words}" if asked["type"] == "bool" else words
            raw[about] = str(value)
        elif asked["key"] not in HIDDEN:
            others.append((asked["label"], words))
    return said, raw, others


def _about(asked: dict) -> str:
    names = {fold(asked["key"]).strip(), fold(asked["label"]).strip()}
    return next((about for about, known in ABOUT.items() if names & set(known)), "")


def _feature(found: Map, uuid: str) -> Feature:
    try:
        one = db.session.get(Feature, operations.read_uuid(uuid))
    except operations.Refused:
        abort(404)
    if one is None or one.map_id != found.id or one.deleted_at is not None:
        abort(404)
    return one

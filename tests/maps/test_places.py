"""Places as people say them: hours in words, photos put where they were taken, known places."""

import io

import pytest
from PIL import Image

from wiki.db import db
from wiki.files.models import File
from wiki.maps import fields, hours, photos
from wiki.maps.models import Feature, KnownPlace


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
         "du lundi au vendredi de 9 h à 12 h et de 14 h à 18 h 30 ; le samedi de 8 h 30 à 12 h"),
        ("Tu,Th 14:00-17:00", "le mardi, le jeudi de 14 h à 17 h"),
        ("24/7", "jour et nuit, tous les jours"),
        ("Mo-Su 10:00-18:00; Su off", "du lundi au dimanche de 10 h à 18 h ; fermé le dimanche"),
        ("Tous les matins", "Tous les matins"),
        ("Mo[1] 10:00-12:00", "le premier lundi du mois de 10 h à 12 h"),
        ("We[1,3] 09:30-12:00", "le premier et troisième mercredi du mois de 9 h 30 à 12 h"),
        ("Mo 09:00-12:00, Th 14:00-17:00", "le lundi de 9 h à 12 h ; le jeudi de 14 h à 17 h"),
        ("Mo-Fr 09:00-17:00; PH off",
         "du lundi au vendredi de 9 h à 17 h ; fermé les jours fériés"),
        ("Jul-Aug: Mo-Fr 09:00-12:00", "de juillet à août : du lundi au vendredi de 9 h à 12 h"),
        ("Dec 24-Jan 1 off", "du 24 décembre au 1er janvier : fermé"),
        ("week 1-53/2 Tu 10:00-12:00", "le mardi, une semaine sur deux de 10 h à 12 h"),
        ("Fr 14:00+", "le vendredi à partir de 14 h"),
        ('Sa 10:00-12:00 "sur rendez-vous"', "le samedi de 10 h à 12 h (sur rendez-vous)"),
        ("Mo 25:00-26:00", "Mo 25:00-26:00"),
        ("Mo-Fr sunrise-sunset", "Mo-Fr sunrise-sunset"),
        ("Tu-PH 10:00-12:00", "Tu-PH 10:00-12:00"),
        ("", ""),
    ],
)  # fmt: skip
def test_opening_hours_are_said_in_words(app, written, said):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        made = hours.in_words(written)
        assert made.replace("\u00a0", " ").replace("\u202f", " ") == said


def test_the_week_of_an_opening_writing(app):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        told = dict(hours.open_days("Mo-We 09:00-12:00; Tu off; Th[1] 14:00-16:00"))
        assert list(told) == ["Mo", "We", "Th"]
        assert "premier jeudi" in told["Th"]
        assert hours.days_of("Fr-Mo 10:00-11:00") == {"Fr", "Sa", "Su", "Mo"}
        assert hours.days_of("selon la mer") == set()
        assert len(hours.open_days("24/7")) == 7


def photo(lat=(47, 23, 40.5), lng=(0, 40, 58.4), west="E") -> bytes:
    made = Image.new("RGB", (40, 30), "#a0b0c0")
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: lat, 3: west, 4: lng}
    out = io.BytesIO()
    made.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_photo_goes_where_it_was_taken_and_tells_it_no_more(app, client_of, a_map):
    karim = client_of("karim")
    plain = io.BytesIO()
    Image.new("RGB", (40, 30), "#102030").save(plain, "JPEG")
    sent = {"precision": "street", "photos": [(io.BytesIO(photo()), "lavoir.jpg"),
                                              (io.BytesIO(plain.getvalue()), "sans-lieu.jpg"),
                                              (io.BytesIO(b"rien"), "rien.jpg")]}  # fmt: skip
    answer = karim.post(f"/maps/{a_map}/import", data=sent)
    assert answer.status_code == 303
    assert "rien.jpg" in karim.get(f"/maps/{a_map}", follow_redirects=True).text
    with app.app_context():
        found = list(db.session.scalars(db.select(Feature).order_by(Feature.seq)))
        placed = [one.geometry["coordinates"] for one in found if one.geometry]
        assert len(found) == 2  # the one that is no photo is left out, and said
        assert placed == [[0.682889, 47.394583]]
        assert found[0].precision == "street"
        file = db.session.get(File, found[0].props["photo"][0])
        address = file.id
    with karim.get(f"/files/{address}/download") as answer:
        assert photos.place_of(answer.get_data()) is None
    assert photos.place_of(photo()) == [0.682889, 47.394583]


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8\xff\xe1\x00\x08Exif\x00\x00", b"GIF89a", photo((99, 0, 0)),
     photo((0, 0, 0), (0, 0, 0))],
)  # fmt: skip
def test_a_photo_that_lies_has_no_place(data):
    assert photos.place_of(data) is None


def test_known_places_are_offered_to_those_signed_in(app, client, client_of):
    with app.app_context():
        db.session.add(
            KnownPlace(name="Tréverlan", folded="treverlan", code="56999", lat=48, lng=-3)
        )
        db.session.commit()
    assert client.get("/maps/places?q=tré").status_code in (303, 401)
    said = client_of("karim").get("/maps/places?q=TREV").get_json()
    assert said == [{"title": "Tréverlan", "note": "56999", "lat": 48.0, "lng": -3.0}]


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("Du mardi au vendredi, 9 h à 18 h", dict.fromkeys(["Tu", "We", "Th", "Fr"], "9 h à 18 h")),
        ("Jeudi, 9 h à 12 h", {"Th": "9 h à 12 h"}),
        ("Mardi côté mer, vendredi côté bois", {"Tu": "côté mer", "Fr": "côté bois"}),
        ("Lun-Mar 9h-12h", {"Mo": "9h-12h", "Tu": "9h-12h"}),
        ("Tous les jours sauf le dimanche, 10 h",
         dict.fromkeys(["Mo", "Tu", "We", "Th", "Fr", "Sa"], "10 h")),
        ("Du lundi au mercredi de 9 h à 17 h, fermé le mardi",
         {"Mo": "de 9 h à 17 h", "We": "de 9 h à 17 h"}),
        ("Le premier lundi du mois, 14 h", {"Mo": "Le premier lundi du mois, 14 h"}),
        ("Quand la mer le permet", {}),
        ("Fermé le lundi", {}),
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(app, written, days):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert dict(hours.open_days(written)) == days


def test_days_that_are_ticked_are_days(app):
    week = [{"value": day, "label": day} for day in ("lundi", "mardi", "vendredi")]
    asked = [{"key": "jours", "label": "Jours de passage", "type": "multi", "choices": week},
             {"key": "horaires", "label": "Quand", "type": "text"}]  # fmt: skip
    with app.test_request_context():
        assert fields.days(asked, {"jours": ["vendredi", "mardi"]}) == ["Tu", "Fr"]
        assert fields.days(asked, {"horaires": "Lundi", "jours": ["mardi"]}) == ["Mo", "Tu"]
        assert fields.day_keys([{"key": "a", "type": "multi", "choices": [{"label": "Repas"},
                                {"label": "lundi"}]}]) == []  # fmt: skip

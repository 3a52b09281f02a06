"""Maps without JavaScript: begun, filled by form, read as a list and a table, arranged."""

import io

import pytest

from tests.files.samples import bomb, picture, saved
from tests.reports.forms import fields
from wiki.db import db
from wiki.files.models import File
from wiki.items.models import Revision, Scope
from wiki.maps.formats import national
from wiki.maps.models import Base, Feature, KnownPlace, Layer, Map


def one_feature(app) -> Feature:
    with app.app_context():
        return db.session.scalars(db.select(Feature)).one()


def test_a_sensitive_map_begins_on_a_drawing(app, client_of, world):
    karim = client_of("karim")
    sent = {
        "title": "Notre quartier", "question": "Où est-on bien ?", "map_kind": "sensitive",
        "ground": "picture", "picture": (io.BytesIO(saved(picture(), "PNG")), "dessin.png"),
    }  # fmt: skip
    answer = karim.post(f"/maps/new?group={world.ours}", data=sent)
    assert answer.status_code == 303
    page = karim.get(answer.location).text
    assert "Où est-on bien ?" in page
    with app.app_context():
        made = db.session.scalars(db.select(Map)).one()
        assert (made.crs, made.map_kind, made.fields[0]["type"]) == (
            "simple",
            "sensitive",
            "emotion",
        )
        assert (made.bases[0].kind, made.layers[0].render) == ("image", "categories")
        assert made.bases[0].file_id


def test_a_drawing_is_asked_for_when_none_came(client_of, world):
    sent = {"title": "x", "map_kind": "sensitive", "ground": "picture"}
    answer = client_of("karim").post(f"/maps/new?group={world.ours}", data=sent)
    assert answer.status_code == 422
    assert 'id="picture-error"' in answer.text


@pytest.mark.parametrize("kind", ["thematic", "resources", "route", "story"])
def test_every_kind_of_map_begins_and_shows(client_of, world, kind):
    karim = client_of("karim")
    sent = {"title": "Ici", "map_kind": kind, "ground": "outline"}
    answer = karim.post(f"/maps/new?group={world.ours}", data=sent)
    assert answer.status_code == 303
    assert karim.get(answer.location).status_code == 200
    assert "Ici" in karim.get(f"/maps?group={world.ours}").text


def test_a_point_is_put_by_form_in_the_middle_of_the_map(app, client_of, a_map):
    karim, address = client_of("karim"), f"/maps/{a_map}/features/new"
    sent = fields(karim.get(address).text, "feature-form")
    sent |= {"title": "Épicerie", "p_kind": "repas", "p_open": "mardi", "p_places": "2,5",
             "story": "On y **rit**."}  # fmt: skip
    answer = karim.post(address, data=sent)
    assert answer.status_code == 303
    assert karim.post(address, data=sent).status_code == 303  # sent twice, put once
    one = one_feature(app)
    assert one.geometry == {"type": "Point", "coordinates": [2.4, 46.6]}
    assert one.props == {"kind": "repas", "open": "mardi", "places": 2.5}
    page = karim.get(f"/maps/{a_map}").text
    assert f'id="feature-{one.uuid}"' in page
    assert "<strong>rit</strong>" in page
    assert "Repas" in page
    assert "<th" in karim.get(f"/maps/{a_map}?view=table").text


def test_a_point_goes_to_a_place_that_the_operator_loaded(app, client_of, a_map):
    with app.app_context():
        db.session.add(KnownPlace(name="Saint-Épain", folded="saint epain", lat=47.14, lng=0.53))
        db.session.commit()
    karim, address = client_of("karim"), f"/maps/{a_map}/features/new"
    sent = fields(karim.get(address).text, "feature-form")
    sent |= {"title": "Mairie", "where": "place", "place": "Saint Epain"}
    assert karim.post(address, data=sent).status_code == 303
    assert one_feature(app).geometry["coordinates"] == [0.53, 47.14]
    refused = karim.post(address, data=sent | {"uuid": "", "place": "Nulle-Part"})
    assert refused.status_code == 422
    assert "Mairie" in refused.text


def test_a_point_by_its_coordinates_or_for_later(app, client_of, a_map):
    karim, address = client_of("karim"), f"/maps/{a_map}/features/new"
    sent = fields(karim.get(address).text, "feature-form") | {"title": "Gare"}
    wrong = karim.post(address, data=sent | {"where": "numbers", "y": "beaucoup", "x": "1"})
    assert wrong.status_code == 422
    karim.post(address, data=sent | {"where": "later"})
    one = one_feature(app)
    assert one.geometry is None
    told = karim.get(f"/maps/{a_map}.geojson").get_json()["features"]
    assert [feature["geometry"] for feature in told] == [None]
    edit = f"/maps/{a_map}/features/{one.uuid}/edit"
    sent = fields(karim.get(edit).text, "feature-form")
    sent |= {"where": "numbers", "y": "47,39", "x": "0,68"}
    assert karim.post(edit, data=sent).status_code == 303
    assert one_feature(app).geometry["coordinates"] == [0.68, 47.39]


def test_a_form_keeps_what_it_does_not_show(app, client_of, a_map, put):
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    uuid = put(
        a_map, title="Trajet", geometry=line, props={"open": "mardi", "venu d’ailleurs": "x"}
    )
    nadia, edit = client_of("nadia"), f"/maps/{a_map}/features/{uuid}/edit"
    sent = fields(nadia.get(edit).text, "feature-form") | {"title": "Trajet du bus"}
    assert nadia.post(edit, data=sent).status_code == 303
    one = one_feature(app)
    assert (one.title, one.geometry) == ("Trajet du bus", line)
    assert one.props == {"open": "mardi", "venu d’ailleurs": "x"}


def test_a_photo_comes_with_the_form_and_goes(app, client_of, a_map):
    karim, address = client_of("karim"), f"/maps/{a_map}/features/new"
    sent = fields(karim.get(address).text, "feature-form") | {"title": "Fresque"}
    sent["p_photo"] = (io.BytesIO(saved(picture(), "JPEG")), "fresque.jpg")
    assert karim.post(address, data=sent).status_code == 303
    one = one_feature(app)
    (number,) = one.props["photo"]
    assert f"/files/{number}/preview/medium" in karim.get(f"/maps/{a_map}").text
    edit = f"/maps/{a_map}/features/{one.uuid}/edit"
    sent = fields(karim.get(edit).text, "feature-form") | {"gone_photo": str(number)}
    karim.post(edit, data=sent)
    assert "photo" not in one_feature(app).props


def test_a_point_goes_to_the_trash_and_back_by_form(client_of, a_map, put):
    uuid, karim = put(a_map, title="Banc"), client_of("karim")
    page = karim.post(f"/maps/{a_map}/features/{uuid}/trash", follow_redirects=True).text
    assert f'id="feature-{uuid}"' not in page
    karim.post(f"/maps/{a_map}/features/{uuid}/restoration")
    assert f'id="feature-{uuid}"' in karim.get(f"/maps/{a_map}").text


def test_the_words_and_questions_of_a_map_are_changed(app, client_of, a_map, put):
    uuid = put(a_map, title="Banc", props={"kind": "emploi"})
    karim, address = client_of("karim"), f"/maps/{a_map}/settings"
    page = karim.get(address).text
    sent = fields(page, "map-words") | {"legend": "Le **bleu** : aide.", "title": "Aides d’ici"}
    assert karim.post(address, data=sent).status_code == 303
    sent = fields(karim.get(address).text, "map-fields")
    assert sent["choices_0"].split() == ["Emploi", "Repas"]
    sent |= {"label_4": "Ce que je ressens", "type_4": "emotion", "gone_1": "1"}
    assert karim.post(address, data=sent).status_code == 303
    with app.app_context():
        found = db.session.get(Map, a_map)
        assert [one["key"] for one in found.fields] == [
            "kind", "places", "photo", "ce_que_je_ressens",
        ]  # fmt: skip
        assert found.fields[0]["choices"][0]["colour"] == "sapin"
        assert len(found.fields[3]["choices"]) == 5
        assert db.session.query(Revision).filter_by(item_id=a_map).count() == 3
        assert db.session.get(Feature, uuid).props == {"kind": "emploi"}
    page = karim.get(f"/maps/{a_map}").text
    assert "<strong>bleu</strong>" in page
    assert karim.get(f"/items/{a_map}/diff?from=1&to=3").status_code == 200


def test_layers_are_added_and_taken_away_without_losing_a_point(app, client_of, a_map, put):
    karim, address = client_of("karim"), f"/maps/{a_map}/settings"
    sent = {"act": "layer", "layer": "", "title": "Vu par Fatou", "viewpoint": "Fatou",
            "colour": "mure", "render": "heat", "opacity": "60", "rank": "2"}  # fmt: skip
    assert karim.post(address, data=sent).status_code == 303
    with app.app_context():
        layer = db.session.scalars(db.select(Layer).where(Layer.viewpoint == "Fatou")).one()
        number, about = layer.id, (layer.opacity, layer.style["colour"], layer.render)
    assert about == (0.6, "mure", "heat")
    uuid = put(a_map, title="Banc", layer=number)
    answer = karim.post(address, data={"act": "layer-gone", "layer": number})
    assert answer.status_code == 303
    with app.app_context():
        assert db.session.get(Feature, uuid).layer.title == "Lieux"
        assert db.session.query(Layer).count() == 2


def test_bases_are_added_and_arranged(app, client_of, a_map):
    karim, address = client_of("karim"), f"/maps/{a_map}/settings"
    drawing = (io.BytesIO(saved(picture(), "PNG")), "plan.png")
    assert (
        karim.post(address, data={"act": "base", "kind": "image", "file": drawing}).status_code
        == 303
    )
    assert karim.post(address, data={"act": "base", "kind": "image"}).status_code == 422
    with app.app_context():
        added = db.session.scalars(db.select(Base).where(Base.kind == "image")).one().id
    karim.post(address, data={"act": "base-first", "base": added})
    with app.app_context():
        kinds = [one.kind for one in db.session.get(Map, a_map).bases]
        assert kinds == ["image", "blank"]
    karim.post(address, data={"act": "base-gone", "base": added})
    karim.post(address, data={"act": "base-gone", "base": added - 1})
    with app.app_context():
        assert [one.kind for one in db.session.get(Map, a_map).bases] == ["blank"]


def test_others_see_no_tools(client, client_of, map_of, put):
    number = map_of(Scope.PUBLIC)
    uuid = put(number, title="Banc <script>alert(1)</script>", props={"open": "<b>gras</b>"})
    for visitor in (client, client_of("stranger"), client_of("rosa")):
        page = visitor.get(f"/maps/{number}").text
        assert "Banc" in page
        assert "<script>alert" not in page
        assert "<b>gras" not in page
        assert f"/maps/{number}/settings" not in page
        assert visitor.get(f"/maps/{number}/features/{uuid}").status_code == 200
        status = visitor.get(f"/maps/{number}/settings").status_code
        assert status in (303, 403)


def test_a_layer_of_ones_own_is_made_once_and_changed_by_oneself(app, client_of, a_map):
    karim, at = client_of("karim"), f"/maps/{a_map}/settings"
    assert "Mon propre calque" in karim.get(f"/maps/{a_map}").text
    for _time in range(2):
        assert karim.post(at, data={"act": "my-layer"}).status_code == 303
    with app.app_context():
        found = db.session.get(Map, a_map)
        (own,) = [one for one in found.layers if one.title == "Karim"]
        assert (own.locked, own.viewpoint) == (True, "Karim")
        with app.test_request_context():
            from wiki.accounts.models import User
            from wiki.maps.operations import may_write_on

            people = {one.name: one for one in db.session.query(User)}
            assert may_write_on(own, people["Karim"], found)
            assert may_write_on(own, people["Nadia Ferrec"], found)  # a facilitator
            assert not may_write_on(own, people["Rosa"], found)


def test_a_drawing_that_is_given_lies_under_whatever_is_ticked(app, client_of, world):
    karim = client_of("karim")
    sent = {"title": "Cour", "map_kind": "sensitive", "ground": "blank",
            "picture": (io.BytesIO(saved(picture(), "PNG")), "dessin.png")}  # fmt: skip
    assert karim.post(f"/maps/new?group={world.ours}", data=sent).status_code == 303
    with app.app_context():
        assert db.session.scalars(db.select(Base)).one().kind == "image"


def test_a_picture_that_no_screen_could_draw_is_refused_and_nothing_is_kept(app, client_of, world):
    karim = client_of("karim")
    karim.post("/language", data={"lang": "fr"})
    for data, said in ((bomb(), "trop grande"), (b"%PDF-1.4", "n’est pas une image")):
        sent = {"title": "Cour", "map_kind": "sensitive", "ground": "picture",
                "picture": (io.BytesIO(data), "dessin.png")}  # fmt: skip
        answer = karim.post(f"/maps/new?group={world.ours}", data=sent)
        assert answer.status_code == 422
        assert said in answer.text
    with app.app_context():
        assert not db.session.scalars(db.select(Map)).all()
        assert not db.session.scalars(db.select(File)).all()


def test_what_is_missing_to_publish_is_filled_in_where_the_words_are(client_of, a_map):
    answer = client_of("nadia").get(f"/maps/{a_map}/edit")
    assert answer.location == f"/maps/{a_map}/settings#summary"
    assert 'id="summary"' in client_of("nadia").get(answer.location).text
    assert client_of("stranger").get(f"/maps/{a_map}/edit").status_code == 404


def test_a_way_and_an_area_are_put_and_changed_by_form(app, client_of, map_of):
    karim, number = client_of("karim"), map_of(crs="simple")
    address = f"/maps/{number}/features/new"
    karim.post("/language", data={"lang": "fr"})
    page = karim.get(address).text
    assert "1000 de large et 700 de haut" in page
    sent = fields(page, "feature-form") | {"title": "Chemin", "where": "shape"}
    wrong = karim.post(address, data=sent | {"shape": "100, 200"})
    assert "au moins deux endroits" in wrong.text
    karim.post(address, data=sent | {"shape": "100 200\n150,5 ; 300\n400, 10"})
    one = one_feature(app)
    assert one.geometry == {
        "type": "LineString", "coordinates": [[200, 100], [300, 150.5], [10, 400]]}  # fmt: skip
    edit = f"/maps/{number}/features/{one.uuid}/edit"
    page = karim.get(edit).text
    assert "Changer ce trajet" in page
    assert "150.5 300" in page
    sent = fields(page, "feature-form") | {"where": "shape"}
    karim.post(edit, data=sent | {"shape": "0 0\n0 100\n100 100\n0 0"})
    assert one_feature(app).geometry["type"] == "Polygon"
    karim.post(edit, data=sent | {"base": "2", "shape": "LINESTRING (1 2, 3 4)"})
    assert one_feature(app).geometry["coordinates"] == [[1, 2], [3, 4]]


def test_the_line_that_shows_a_map_in_a_text_is_given_to_who_writes(client, client_of, map_of):
    number = map_of(Scope.PUBLIC)
    assert f"<code>{{{{carte {number}}}}}</code>" in client_of("karim").get(f"/maps/{number}").text
    assert "{{carte" not in client.get(f"/maps/{number}").text


ELSEWHERE = [
    {"key": "helps", "label": "Ce qu’on y trouve", "type": "multi", "choices": []},
    {"key": "typologie", "label": "Type de lieu", "type": "multi",
     "choices": [{"value": "TIERS_LIEUX", "label": "Tiers-lieu"}]},
    {"key": "kind", "label": "Catégorie", "type": "choice",
     "choices": [{"value": "emploi", "label": "Emploi"}]},
]  # fmt: skip


def test_a_form_keeps_answers_that_are_in_no_list(app, client_of, map_of, put):
    number = map_of(fields=ELSEWHERE)
    given = {"helps": ["Écrire", "Lire"], "typologie": ["TIERS_LIEUX", "UDAF"], "kind": "repas"}
    uuid, karim = put(number, title="Anonymal", props=given), client_of("karim")
    edit = f"/maps/{number}/features/{uuid}/edit"
    sent = fields(karim.get(edit).text, "feature-form")
    assert karim.post(edit, data=sent | {"title": "Chez Anonymal"}).status_code == 303
    assert one_feature(app).props == given
    sent = fields(karim.get(edit).text, "feature-form") | {"p_helps": "Lire\nCompter"}
    karim.post(edit, data=sent)
    assert one_feature(app).props["helps"] == ["Lire", "Compter"]


def test_a_place_of_the_national_schema_reads_as_words_and_can_be_called(client_of, map_of, put):
    number = map_of(fields=national.fields(), map_kind="resources")
    props = {"telephone": "+33180059880", "courriels": ["a@ici.fr", "b@ici.fr"],
             "site_web": ["https://www.ici.fr/", "https://la.fr/qui"], "date_maj": "2026-03-01",
             "typologie": ["TIERS_LIEUX", "ASSO"], "presentation_resume": "Ici"}  # fmt: skip
    uuid = put(number, title="Anonymal", props=props)
    karim = client_of("karim")
    page = karim.get(f"/maps/{number}/features/{uuid}").text
    assert 'href="tel:+33180059880"' in page
    assert "01\u00a080\u00a005\u00a098\u00a080" in page
    assert page.count('href="mailto:') == 2
    assert 'href="https://www.ici.fr/"' in page
    assert ">la.fr/qui<" in page
    assert "1er mars 2026" in page
    assert "Tiers-lieu, Association" in page
    labels = [one["label"] for one in national.fields()]
    assert not [label for label in labels if "Presentation" in label or "_" in label]
    ways_out = karim.get(f"/maps/{number}").text
    assert f"/maps/{number}.csv?schema=national" in ways_out

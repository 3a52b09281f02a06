"""A file brought by screen: looked at, its columns chosen, put down, told row by row."""

import contextlib
import io
import json
from uuid import uuid4

from tests.reports.forms import fields
from wiki.db import db
from wiki.maps import bringing, weight
from wiki.maps.models import Feature, Import, Map

TABLE = (
    "Lieu;Nord;Est;Catégorie\r\n"
    "Mission locale;47,3946;0,6829;Emploi\r\n"
    "Épicerie;;;Repas\r\n"
    "Banc;47,39;0,69;Repos\r\n"
).encode("cp1252")


def send(client, map_id, data: bytes, name: str):
    sent = {"file": (io.BytesIO(data), name)}
    return client.post(f"/maps/{map_id}/import", data=sent)


def features(app) -> list[Feature]:
    with app.app_context():
        return list(db.session.scalars(db.select(Feature).order_by(Feature.seq)))


def test_columns_are_chosen_and_lines_are_told_in_french(app, client_of, a_map, put):
    put(a_map, title="Banc", lng=0.69, lat=47.39)
    karim = client_of("karim")
    karim.post("/language", data={"lang": "fr"})
    answer = send(karim, a_map, TABLE, "lieux.csv")
    assert "Aucune colonne ne donne un nom" in karim.get(answer.location).text
    answer = send(karim, a_map, TABLE.replace(b"Lieu", b"Nom", 1), "lieux.csv")
    assert answer.status_code == 303
    page = karim.get(answer.location).text
    assert "Mission locale" in page
    sent = fields(page, "import-form") | {"role": ["title", "lat", "lng", "value"], "again": "1"}
    page = karim.post(answer.location, data=sent).text
    assert "ligne 3\u00a0: pas de coordonnées, à placer à la main." in page
    assert "ligne 4\u00a0: ressemble à «\u00a0Banc\u00a0»" in page
    assert len(features(app)) == 1
    sent = fields(page, "import-form") | {"skip_doubles": "1"}
    done = karim.post(answer.location, data=sent, follow_redirects=True).text
    assert "1 point est sur la carte" in done
    assert "1 n’a pas encore de place" in done
    assert "ressemble à" in done
    made = features(app)
    assert [one.title for one in made] == ["Banc", "Mission locale", "Épicerie"]
    assert made[1].geometry["coordinates"] == [0.6829, 47.3946]
    assert made[1].props == {"Catégorie": "Emploi"}
    with app.app_context():
        found = db.session.get(Map, a_map)
        assert (found.fields[-1]["key"], found.fields[-1]["type"]) == ("Catégorie", "choice")
        assert db.session.query(Import).filter_by(state="done").one().payload is None
    assert karim.get("/api/v1/search?q=%C3%A9picerie").get_json()["total"] == 1


def test_a_file_of_features_goes_to_the_layer_chosen(app, client_of, a_map):
    nadia = client_of("nadia")
    shape = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    data = json.dumps({"type": "Feature", "geometry": shape, "properties": {"name": "Bus"}})
    answer = send(nadia, a_map, data.encode(), "bus.geojson")
    page = nadia.get(answer.location).text
    assert "Bus" in page
    with app.app_context():
        layer = db.session.get(Map, a_map).layers[1].id
    nadia.post(answer.location, data={"layer": layer})
    assert features(app)[0].layer_id == layer


def test_an_imported_point_is_changed_like_any_other(app, client_of, a_map):
    nadia = client_of("nadia")
    data = b'{"type":"Feature","geometry":null,"properties":{"name":"Bus","a":"x"}}'
    nadia.post(send(nadia, a_map, data, "a.json").location, data={"layer": ""})
    uuid = features(app)[0].uuid
    address = f"/maps/{a_map}/features/{uuid}"
    client_of("karim").put(address, json={"base": 1, "title": "Le bus"})
    said = nadia.put(address, json={"base": 1, "title": "Bus", "props": {"a": "y"}}).get_json()
    assert (said["feature"]["title"], said["feature"]["props"]) == ("Le bus", {"a": "y"})


def test_others_may_not_bring_a_file(client, client_of, a_map):
    assert send(client_of("rosa"), a_map, TABLE, "a.csv").status_code == 403
    assert send(client_of("stranger"), a_map, TABLE, "a.csv").status_code == 404
    answer = send(client_of("nadia"), a_map, TABLE.replace(b"Lieu", b"Nom", 1), "a.csv")
    assert client_of("karim").get(answer.location).status_code == 404


def test_an_import_that_was_cut_goes_on_where_it_was(app, client_of, a_map, monkeypatch):
    rows = "".join(f"n{n};47;0,{n:04d}\n" for n in range(1, 1201))
    data = ("nom;lat;lon\n" + rows).encode()
    nadia = client_of("nadia")
    address = send(nadia, a_map, data, "a.csv").location
    from wiki.maps import importing

    write, calls = importing._write, []

    def cut(*given):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return write(*given)

    monkeypatch.setattr(importing, "_write", cut)
    with contextlib.suppress(KeyboardInterrupt):
        nadia.post(address, data={"layer": ""})
    monkeypatch.undo()
    assert len(features(app)) == 500
    with app.app_context():
        db.session.rollback()
        made = db.session.query(Import).one()
        assert (made.state, made.done) == ("working", 500)
        made.updated_at -= 2 * bringing.LOST
        db.session.commit()
        bringing.run_late()
        made = db.session.query(Import).one()
        assert (made.state, made.done, made.report["kept"]) == ("done", 1200, 1200)
    assert [one.title for one in features(app)] == [f"n{n}" for n in range(1, 1201)]


def test_the_command_tells_the_number_and_each_line(app, world, tmp_path, monkeypatch):
    from click.testing import CliRunner

    from wiki import cli, commands

    monkeypatch.setattr(commands, "migrated_app", lambda: app)
    path = tmp_path / "lieux.csv"
    path.write_bytes(TABLE.replace(b"Lieu;Nord;Est", b"Nom;Latitude;Longitude"))
    said = CliRunner().invoke(cli.essaim, ["import", "map", str(path), "--group", str(world.ours)])
    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    with app.app_context():
        made = db.session.get(Map, int(lines[0]))
        assert (made.title, made.count()) == ("lieux", 3)
    assert any(line.startswith("ligne 3") for line in lines)
    path.write_bytes(b"")
    said = CliRunner().invoke(cli.essaim, ["import", "map", str(path), "--group", str(world.ours)])
    assert said.exit_code == 1
    with app.app_context():
        assert db.session.query(Map).count() == 1


def test_known_places_are_loaded_and_replaced(app, tmp_path, monkeypatch):
    from click.testing import CliRunner

    from wiki import cli, commands
    from wiki.maps.models import KnownPlace

    monkeypatch.setattr(commands, "migrated_app", lambda: app)
    path = tmp_path / "communes.csv"
    path.write_bytes(
        "Nom;Code;Latitude;Longitude\nÉpernay;51230;49,04;3,95\nX;1;;\n".encode("cp1252")
    )
    for _n in range(2):
        said = CliRunner().invoke(cli.essaim, ["import", "places", str(path)])
        assert said.output.startswith("1 places known.\n"), said.output
    with app.app_context():
        one = db.session.query(KnownPlace).one()
        assert (one.name, one.code, one.lat, one.lng) == ("Épernay", "51230", 49.04, 3.95)


def test_a_line_in_somalia_among_places_of_france_waits_and_all_are_as_rough_as_asked(
    app, client_of, a_map
):
    karim = client_of("karim")
    karim.post("/language", data={"lang": "fr"})
    table = "Nom;lat;lon\nLavoir;48,4;-4,47\nInversé;-4,47;48,4\n".encode()
    answer = send(karim, a_map, table, "lieux.csv")
    page = karim.get(answer.location).text
    assert "ligne 3\u00a0: latitude et longitude inversées" in page
    sent = fields(page, "import-form") | {"precision": "neighbourhood"}
    karim.post(answer.location, data=sent)
    made = {one.title: one for one in features(app)}
    assert made["Inversé"].geometry is None
    assert made["Lavoir"].geometry["coordinates"] == [-4.47, 48.4]
    assert {one.precision for one in made.values()} == {"neighbourhood"}


def test_a_column_that_bears_the_name_of_a_question_answers_it(app, client_of, map_of):
    asked = [{"key": "adresse", "label": "Adresse", "type": "text"},
             {"key": "horaires", "label": "Heures", "type": "text"}]  # fmt: skip
    number, karim = map_of(fields=asked), client_of("karim")
    table = "Nom;Adresse;Horaires;lat;lon\nNumébus;Rue du Four;Mardi;48,1;-3,2\n".encode()
    answer = send(karim, number, table, "lieux.csv")
    karim.post(answer.location, data=fields(karim.get(answer.location).text, "import-form"))
    assert features(app)[0].props == {"adresse": "Rue du Four", "horaires": "Mardi"}
    with app.app_context():
        assert len(db.session.get(Map, number).fields) == 2


def test_a_map_of_shapes_too_heavy_together_keeps_the_others(app, client_of, a_map, monkeypatch):
    monkeypatch.setattr(weight, "HEAVIEST", 150_000)

    def line(name: str, count: int) -> dict:
        spots = [[n / 1000, 40.123456] for n in range(count)]
        shape = {"type": "LineString", "coordinates": spots}
        return {"type": "Feature", "geometry": shape, "properties": {"name": name}}

    given = [line("Longue", 4_000), line("Trop", 4_000), line("Courte", 3)]
    data = json.dumps({"type": "FeatureCollection", "features": given}).encode()
    nadia = client_of("nadia")
    answer = send(nadia, a_map, data, "lignes.geojson")
    told = nadia.post(answer.location, data={"layer": ""}, follow_redirects=True).text
    assert "trop lourdes" in told
    assert sorted(one.title for one in features(app)) == ["Courte", "Longue"]
    kept = next(one for one in features(app) if one.title == "Longue")
    address = f"/maps/{a_map}/features/"
    body = {"base": 0, "geometry": given[1]["geometry"]}
    refused = nadia.put(address + str(uuid4()), json=body)
    assert refused.status_code == 422
    assert "trop lourdes" in refused.json["error"]["message"]
    again = nadia.put(address + kept.uuid, json=body | {"base": kept.rev})
    assert again.status_code == 200, "it takes the place of what it was"

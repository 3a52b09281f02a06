"""What one sees of a map by an address: list, table and drawing follow without a script."""

import re

import pytest

from wiki.db import db
from wiki.items.models import Scope
from wiki.maps import fields
from wiki.maps.models import Map

ASKED = [
    {"key": "kind", "label": "Catégorie", "type": "choice",
     "choices": [{"value": "emploi", "label": "Emploi"}, {"value": "repas", "label": "Repas"}]},
    {"key": "who", "label": "Pour qui", "type": "multi",
     "choices": [{"value": "jeunes", "label": "Jeunes"}, {"value": "tous", "label": "Tous"}]},
    {"key": "free", "label": "Gratuit", "type": "bool"},
    {"key": "places", "label": "Places", "type": "number"},
    {"key": "since", "label": "Depuis", "type": "date"},
    {"key": "ease", "label": "Facile", "type": "scale"},
    {"key": "address", "label": "Adresse", "type": "text"},
    {"key": "horaires", "label": "Horaires", "type": "text"},
    {"key": "photo", "label": "Photo", "type": "photo"},
]  # fmt: skip
PLACES = {
    "Mission locale": {"kind": "emploi", "who": ["jeunes"], "free": True, "places": 12, "ease": 4,
                       "since": "2019-03-01", "address": "Rue de l’Église",
                       "horaires": "Mo-Fr 09:00-12:00"},
    "Cantine": {"kind": "repas", "who": ["tous", "jeunes"], "free": False, "places": 40, "ease": 2,
                "address": "Quai Nord", "horaires": "Sa 12:00-14:00"},
    "Banc": {"since": "2024-06-01"},
}  # fmt: skip


@pytest.fixture
def filled(app, a_map, put):
    """A map whose three places answer in all the ways that can be asked."""
    with app.app_context():
        db.session.get(Map, a_map).fields = fields.clean(ASKED)
        db.session.commit()
    for at, (title, props) in enumerate(PLACES.items()):
        put(a_map, title=title, props=props, lng=0.6 + at / 10, session=f"{at + 1}",
            story=f"Ici, l’été, numéro {at}")  # fmt: skip
    return a_map


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("f.kind=emploi", {"Mission locale"}),
        ("f.kind=emploi&f.kind=repas", {"Mission locale", "Cantine"}),
        ("f.who=tous", {"Cantine"}),
        ("f.free=false", {"Cantine"}),
        ("f.places.from=20", {"Cantine"}),
        ("f.places.from=5&f.places.to=12,5", {"Mission locale"}),
        ("f.ease.to=3", {"Cantine"}),
        ("f.since.from=2020-01-01", {"Banc"}),
        ("f.address=eglise", {"Mission locale"}),
        ("day=Sa", {"Cantine"}),
        ("day=We", {"Mission locale"}),
        ("session=3", {"Banc"}),
        ("words=ete+numero", set(PLACES)),
        ("words=emploi", {"Mission locale"}),
        ("f.photo=1", set()),
        ("f.kind=emploi&f.who=tous", set()),
        ("f.places.from=abc&f.since.from=hier&day=Xx&layer=zz", set(PLACES)),
    ],
)
def test_every_question_narrows_the_list_the_table_and_the_drawing(
    client_of, filled, asked, kept
):  # fmt: skip
    karim = client_of("karim")
    page = karim.get(f"/maps/{filled}?{asked}").text
    listed = set(re.findall(r'class="point-entry">\s*<h3><a[^>]*>([^<]+)', page))
    table = karim.get(f"/maps/{filled}?view=table&{asked}").text
    rows = set(re.findall(r'<th scope="row"><a[^>]*>([^<]+)', table))
    drawn = karim.get(f"/maps/{filled}.svg?{asked}").text
    marks = {title for title in PLACES if f". {title}</title>" in drawn}
    assert (listed, rows, marks) == (kept, kept, kept)


def test_the_choices_stay_in_the_form_with_what_each_would_leave(client_of, filled):
    page = client_of("karim").get(f"/maps/{filled}?f.kind=repas&session=2").text
    form = page[page.index('class="map-filters" method="get"') :]
    assert 'value="repas" checked><span>Repas (1)' in form
    assert 'value="emploi"><span>Emploi (0)' in form
    assert "<option selected>2</option>" in form
    assert "Sur la carte\xa0: 1 sur 3" in page
    assert f'src="/maps/{filled}.svg?f.kind=repas&amp;session=2"' in page
    # Nothing of what is asked gets out of the form's own attributes.
    hostile = client_of("karim").get(f'/maps/{filled}?words="><script>x</script>').text
    assert "<script>x" not in hostile


def test_pages_and_the_table_keep_the_choices(client_of, a_map, put):
    for number in range(62):
        put(a_map, title=f"Lieu {number}", session="1")
    put(a_map, title="Ailleurs", session="2")
    page = client_of("karim").get(f"/maps/{a_map}?session=1").text
    assert f"/maps/{a_map}" in page
    assert re.search(r'href="[^"]*\?session=1&amp;page=2"', page)
    second = client_of("karim").get(f"/maps/{a_map}?session=1&page=2").text
    assert "Lieu 61" in second
    assert "Ailleurs</a>" not in second


def test_stops_are_read_day_by_day(client_of, filled, put):
    put(
        filled,
        title="Numébus, place de l’église",
        lng=0.9,
        props={"horaires": "Tu 14:00-17:00; Sa 09:00-11:00", "adresse": "Place de l’église"},
    )
    page = client_of("karim").get(f"/maps/{filled}/week").text
    days = re.split(r"<h2[^>]*>", page[page.index('id="day-1"') :])
    days[0] = days[0].partition(">")[2]
    named = {part.partition("<")[0]: part for part in days}
    assert list(named)[:7] == ["Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi",
                           "Jours non connus"]  # fmt: skip
    assert named["Mardi"].index("Mission locale") < named["Mardi"].index("Numébus")
    assert named["Samedi"].index("Numébus") < named["Samedi"].index("Cantine")
    assert "de 14" in named["Mardi"]
    assert "Banc" in named["Jours non connus"]
    assert client_of("stranger").get(f"/maps/{filled}/week").status_code == 404
    assert "Jour par jour" in client_of("karim").get(f"/maps/{filled}").text


def test_a_map_of_resources_asks_what_helps_one_to_go_there(app):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        keys = {one["key"]: one["type"] for one in fields.begun("resources")}
        assert keys["acces"] == "multi"
        assert {"horaires", "adresse", "services", "photo"} <= keys.keys()


def test_two_sessions_stand_side_by_side_without_scripts(app, client, client_of, map_of, put):
    number = map_of(Scope.PUBLIC)
    here = f"/maps/{number}/before-after"
    assert "Rien à comparer" in client.get(here).text
    put(number, title="Banc cassé", session="1", props={"kind": "emploi", "places": 2})
    put(number, lng=0.8, title="Banc réparé", session="10", props={"kind": "repas", "places": 5})
    put(number, title="Autre jour", session="2", props={"kind": "repas"})
    page = client.get(here).text
    left, right = re.findall(r"<section aria-labelledby=\"side-\d.*?</section>", page, re.DOTALL)
    assert "Banc cassé" in left
    assert "Banc réparé" in right  # 10 comes after 2
    assert "Autre jour" not in page
    frames = [re.search(r'viewBox="[^"]*"', one)[0] for one in (left, right)]
    assert frames[0] == frames[1]
    assert re.search(r"Emploi</th><td>1</td><td>0</td>", page)
    assert re.search(r"En moyenne</th><td>2</td><td>5</td>", page)
    again = client.get(f"{here}?left=2&right=1").text
    assert again.index("Autre jour") < again.index("Banc cassé")
    assert client.get(f"{here}?left=%3Cb%3E&right=absent").status_code == 200
    assert f'href="{here}"' in client.get(f"/maps/{number}").text
    with app.app_context():
        db.session.get(Map, number).scope = Scope.GROUP
        db.session.commit()
    assert client.get(here).status_code == 404
    assert client_of("karim").get(here).status_code == 200

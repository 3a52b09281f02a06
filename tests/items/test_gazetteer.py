"""Places of France: found by name, each inside the next."""

import pytest

from wiki.items import gazetteer


def chain(name):
    place, found = gazetteer.find(name), []
    while place:
        found.append(place.name)
        place = gazetteer.around(place)
    return found


def test_a_commune_stands_in_its_community_department_and_region():
    assert chain("tours") == [
        "Tours", "Tours Métropole Val de Loire", "Indre-et-Loire", "Centre-Val de Loire",
    ]  # fmt: skip


def test_every_chain_ends_in_a_region():
    for place in gazetteer._places().values():
        last, steps = place, 0
        while gazetteer.around(last):
            last, steps = gazetteer.around(last), steps + 1
        assert steps <= 3
        assert last.level == "r" or last.code.startswith("9"), place


@pytest.mark.parametrize("written", ["Saint-Denis (93)", "saint denis (93)"])
def test_a_department_tells_places_of_one_name_apart(written):
    place = gazetteer.find(written)
    assert place.code == "93066"
    assert gazetteer.find("Saint-Denis") is None
    assert gazetteer.label(place) == "Saint-Denis (93)"

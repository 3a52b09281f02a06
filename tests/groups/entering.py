"""What people do at the door, for the tests."""

import re

NEW = {"pictogram": "velo", "digits": "4827"}


def open_door(client, world, places=12) -> str:
    """Open the door of the first group; the spoken code."""
    answer = client.post(f"/groups/{world.ours}/door", data={"places": places})
    assert answer.status_code == 303, answer.text
    return spoken(client, world)


def spoken(client, world) -> str:
    """The code that the screen of the door shows."""
    page = client.get(f"/groups/{world.ours}/door").text
    word = re.search(r'door-word">([A-Z]+)<', page)[1]
    return word + re.search(r'door-figures">(\d+)<', page)[1]


def come_to(client, code: str):
    """Give a code, and go where it leads."""
    return client.post("/join", data={"code": code}, follow_redirects=True)


def arrive(client, code: str, name: str, **more):
    """Come in for the first time with a code."""
    come_to(client, code)
    return client.post("/join/new", data={"name": name, **NEW, **more})


def who(page: str, name: str) -> str:
    """The number of the person on a tile."""
    return re.search(rf'value="(\d+)" data-name="{name}"', page)[1]


def come_back(client, code: str, name: str, digits: str = "4827", **more):
    """Choose one's tile and give one's digits."""
    page = come_to(client, code).text
    return client.post("/join/digits", data={"who": who(page, name), "digits": digits, **more})

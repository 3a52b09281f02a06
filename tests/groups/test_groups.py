"""Founding, inviting, changing roles, leaving, deleting."""

import re

import pytest
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.groups.models import Group, Membership, Role

FORM = {
    "title": "Le café du marché", "summary": "", "purpose": "action", "colour": "brique",
    "pictogram": "theiere",
}  # fmt: skip


def last_letter(app) -> str:
    letters = (app.config["DATA"] / "mail").glob("*.eml")
    text = max(letters, key=lambda p: (p.stat().st_mtime_ns, p.name)).read_bytes().decode()
    return text.replace("=\n", "").replace("=3D", "=")


def invite(app, client, world, email="lea@example.org", role=2, **more) -> str:
    data = {"emails": email, "role": role, **more}
    assert client.post(f"/groups/{world.ours}/members", data=data).status_code == 303
    return re.search(r"http://localhost(/invitations/\S+)", last_letter(app))[1]


def test_whoever_founds_a_group_facilitates_it(client_of, app, world):
    answer = client_of("sophie").post("/groups/new", data=FORM)
    assert answer.status_code == 303
    with app.app_context():
        group = db.session.scalar(select(Group).where(Group.title == FORM["title"]))
        assert db.session.get(Membership, (world.sophie, group.id)).role == Role.FACILITATOR
    assert client_of("sophie").get(answer.location).status_code == 200
    assert client_of("nadia").get(answer.location).status_code == 404


def test_a_person_who_is_no_professional_founds_no_group(client_of):
    assert client_of("karim").post("/groups/new", data=FORM).status_code == 403


@pytest.mark.parametrize(
    "change", [{"title": ""}, {"title": "x" * 500}, {"colour": "rose"}, {"purpose": ""}]
)
def test_a_group_that_cannot_be_is_refused_with_the_form_filled(client_of, change):
    answer = client_of("sophie").post("/groups/new", data=FORM | change)
    assert answer.status_code == 422


def test_an_invitation_makes_an_account_and_works_once(client_of, app, client, world):
    address = invite(app, client_of("nadia"), world)
    assert "Mon quartier" in client.get(address).text
    form = {"name": "Léa", "password": "quatre mots tout neufs"}
    assert client.post(address, data={**form, "password": "court"}).status_code == 422
    assert client.post(address, data=form).status_code == 303
    assert client.get(f"/groups/{world.ours}").status_code == 200
    assert app.test_client().get(address).status_code == 410


def test_only_a_professional_vouches_for_a_professional(client_of, app, client, world):
    address = invite(app, client_of("nadia"), world, professional="y")
    client.post(address, data={"name": "Léa", "password": "quatre mots tout neufs"})
    assert client.get(f"/pages/{world.network_page}").status_code in (200, 301, 302, 308)


def test_a_signed_in_person_joins_with_one_gesture(client_of, app, world):
    address = invite(app, client_of("nadia"), world, "paul@example.org")
    paul = client_of("stranger")
    assert paul.get(f"/groups/{world.ours}/members").status_code == 404
    assert paul.post(address).status_code == 303
    assert paul.get(f"/groups/{world.ours}/members").status_code == 200


def test_a_withdrawn_invitation_opens_nothing(client_of, app, client, world):
    nadia = client_of("nadia")
    address = invite(app, nadia, world)
    removal = re.search(r"/groups/[^\"]*/invitations/\d+/removal", nadia.get(
        f"/groups/{world.ours}/members").text)[0]  # fmt: skip
    assert nadia.post(removal).status_code == 303
    assert client.get(address).status_code == 410


@pytest.mark.parametrize(("name", "status"), [("karim", 403), ("rosa", 403), ("stranger", 404)])
def test_only_facilitators_invite_and_set_up(client_of, world, name, status):
    client = client_of(name)
    data = {"emails": "x@example.org", "role": 3}
    assert client.post(f"/groups/{world.ours}/members", data=data).status_code == status
    assert client.get(f"/groups/{world.ours}/settings").status_code == status
    role = {"role": 3}
    answer = client.post(f"/groups/{world.ours}/members/{world.karim}", data=role)
    assert answer.status_code == status


def test_addresses_that_are_none_are_named(client_of, world):
    data = {"emails": "lea@example.org, pasunadresse", "role": 2}
    answer = client_of("nadia").post(f"/groups/{world.ours}/members", data=data)
    assert answer.status_code == 422
    assert "pasunadresse" in answer.text


def test_the_last_facilitator_cannot_leave_or_step_down(client_of, app, world):
    nadia = client_of("nadia")
    nadia.post(f"/groups/{world.ours}/departure")
    nadia.post(f"/groups/{world.ours}/members/{world.nadia}", data={"role": 1})
    nadia.post(f"/groups/{world.ours}/members/{world.nadia}", data={"remove": 1})
    with app.app_context():
        assert db.session.get(Membership, (world.nadia, world.ours)).role == Role.FACILITATOR
    nadia.post(f"/groups/{world.ours}/members/{world.karim}", data={"role": 3})
    assert nadia.post(f"/groups/{world.ours}/departure").location == "/groups"
    assert nadia.get(f"/groups/{world.ours}/members").status_code == 404


def test_someone_taken_out_reads_nothing_more_at_the_next_request(client_of, world):
    karim = client_of("karim")
    assert karim.get(f"/items/{world.page}/history").status_code == 200
    client_of("nadia").post(f"/groups/{world.ours}/members/{world.karim}", data={"remove": 1})
    assert karim.get(f"/items/{world.page}/history").status_code == 404


def test_a_deleted_group_is_gone_for_all_and_comes_back_whole(client_of, client, world):
    nadia = client_of("nadia")
    public = f"/items/{world.public_page}"
    assert client.get(public, follow_redirects=True).status_code == 200
    assert nadia.post(f"/groups/{world.ours}/trash").status_code == 303
    for someone in (client, nadia, client_of("karim")):
        assert someone.get(f"/groups/{world.ours}").status_code == 404
        assert someone.get(public, follow_redirects=True).status_code == 404
    assert client_of("karim").post(f"/groups/{world.ours}/restoration").status_code == 404
    assert nadia.post(f"/groups/{world.ours}/restoration").status_code == 303
    assert client.get(public, follow_redirects=True).status_code == 200


def test_a_stranger_sees_of_a_group_only_what_is_public(client, client_of, world):
    page = client.get(f"/groups/{world.ours}").text
    assert "Cartographier son quartier" in page
    assert "Espace emploi" not in page
    assert "Idées en vrac" not in page
    assert "Karim" not in page
    assert client.get(f"/groups/{world.theirs}").status_code == 404
    assert client.get(f"/groups/{world.ours}/activity").status_code == 200
    assert "Espace emploi" not in client.get(f"/groups/{world.ours}/activity").text


def test_founding_twice_in_one_gesture_makes_one_group(client_of, app):
    answers = [client_of("sophie").post("/groups/new", data=FORM) for _press in range(2)]
    assert answers[0].location == answers[1].location
    with app.app_context():
        assert len(db.session.scalars(select(Group).where(Group.title == FORM["title"])).all()) == 1


def test_someone_whose_account_is_closed_looks_after_no_group(client_of, app, world):
    with app.app_context():
        db.session.get(Group, world.ours).admit(db.session.get(User, world.karim), Role.FACILITATOR)
        db.session.get(User, world.karim).deactivated_at = utcnow()
        db.session.commit()
    client_of("nadia").post(f"/groups/{world.ours}/departure")
    assert client_of("nadia").get(f"/groups/{world.ours}/settings").status_code == 200


def test_invitations_are_counted_by_letter_not_by_form(app, world, client_of):
    app.config["THROTTLE"] = True
    app.extensions["throttle"].storage.reset()  # other tests count here too
    try:
        answers = [
            client_of("nadia").post(
                f"/groups/{world.ours}/members",
                data={"emails": "\n".join(f"p{n}x{turn}@example.org" for n in range(45)),
                      "role": "2"},
            ).status_code
            for turn in range(3)
        ]  # fmt: skip
    finally:
        app.config["THROTTLE"] = False
    assert answers == [303, 303, 429]


def test_without_letters_whoever_invites_gets_the_links_once(app, world, client_of, client):
    nadia = client_of("nadia")
    address = f"/groups/{world.ours}/members"
    nadia.post(address, data={"emails": "ines@example.org", "role": "2"})
    shown = nadia.get(address, follow_redirects=True).text
    link = re.search(r"http://localhost(/invitations/[\w-]+)", shown)[1]
    assert client.get(link).status_code == 200
    assert link not in nadia.get(address).text
    assert link not in client_of("karim").get(address).text

"""Programs write sessions and training days, with hours that hold together."""

import pytest

HOURS = {"starts": "2099-12-03T09:30:00+01:00", "ends": "2099-12-03T12:00:00+01:00"}
HALVES = [["2099-12-03T09:30:00+01:00", "2099-12-03T12:30:00+01:00"]]


@pytest.fixture
def send(world, client_of):
    nadia = client_of("nadia")

    def post(kind, **fields):
        sent = {"kind": kind, "group": world.ours, "title": "Séance"} | fields
        return nadia.post("/api/v1/items", json=sent)

    return post


def test_a_session_is_made_changed_and_listed(client_of, send):
    made = send("events", **HOURS, phase="outing", lat=48.39, lng=-4,
                programme=[{"minutes": 15, "activity": "Accueil"}])  # fmt: skip
    assert made.status_code == 201, made.json
    assert made.json["starts"] == "2099-12-03T08:30:00Z"
    assert made.json["programme"][0]["who"] == ""
    where, nadia = made.headers["Location"], client_of("nadia")
    sent = {"revision": 1, "ends": "2099-12-03T13:00:00+01:00", "cancelled": True}
    assert nadia.patch(where, json=sent).json["ends"] == "2099-12-03T12:00:00Z"
    late = {"revision": 2, "starts": "2099-12-04T09:30:00+01:00"}
    assert nadia.patch(where, json=late).status_code == 422
    listed = nadia.get("/api/v1/items?kind=events").json["results"]
    assert [one["cancelled"] for one in listed] == [True]


def test_a_training_takes_its_hours_from_its_half_days(client_of, send):
    made = send("trainings", halves=HALVES, trainers="Yann", trainees=12)
    assert made.status_code == 201, made.json
    assert (made.json["starts"], made.json["ends"]) == (
        "2099-12-03T08:30:00Z", "2099-12-03T11:30:00Z",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("events", {}),
        ("events", HOURS | {"ends": "2099-12-03T09:00:00+01:00"}),
        ("events", HOURS | {"starts": "2099-12-03T09:30:00"}),
        ("events", HOURS | {"starts": "2099-02-31T09:30:00Z"}),
        ("events", HOURS | {"starts": 12}),
        ("events", HOURS | {"zone": "Mars/Olympus"}),
        ("events", HOURS | {"lat": 91}),
        ("events", HOURS | {"lat": True}),
        ("events", HOURS | {"phase": "party"}),
        ("events", HOURS | {"cancelled": 1}),
        ("events", HOURS | {"programme": [{"minutes": 5}] * 101}),
        ("events", HOURS | {"programme": [{"minutes": -5}]}),
        ("events", HOURS | {"programme": [{"party": 5}]}),
        ("events", HOURS | {"headcount": {}}),
        ("events", HOURS | {"uid": "x"}),
        ("trainings", {}),
        ("trainings", {"halves": []}),
        ("trainings", {"halves": [HALVES[0][::-1]]}),
        ("trainings", {"halves": [["x", "y"]]}),
        ("trainings", {"halves": HALVES, "starts": HOURS["starts"]}),
    ],
)
def test_what_does_not_hold_together_is_refused(send, kind, fields):
    answer = send(kind, **fields)
    assert answer.status_code == 422
    assert answer.json["error"]["message"]

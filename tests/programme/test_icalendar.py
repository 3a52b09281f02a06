"""Calendars as RFC 5545 wants them: escaped, folded, with the rules of their zones."""

from datetime import timedelta

import pytest

from wiki.accounts.models import User
from wiki.db import db
from wiki.events.models import new_meeting
from wiki.groups.models import Group
from wiki.programme import icalendar, times

HOSTILE = "Fin;,\\ de\r\nEND:VCALENDAR\u2028BEGIN:VEVENT 🐝" + "é" * 60


def unfolded(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").split("\r\n")


@pytest.fixture
def group(app, world):
    with app.app_context():
        yield db.session.get(Group, world.ours)


def session(group, day, title="Séance", zone="Europe/Paris", **more):
    start = times.instant(day, times.datetime.min.time().replace(hour=9, minute=30), zone)
    actor = db.session.get(User, 1)
    return new_meeting(group, actor, title, start, start + timedelta(hours=2), zone=zone, **more)


def test_a_session_keeps_its_hour_on_the_clock(group):
    data = icalendar.calendar([session(group, times.date(2026, 12, 3))], "https://x.org", "Nous")
    lines = unfolded(data)
    assert "DTSTART;TZID=Europe/Paris:20261203T093000" in lines
    assert "DTEND;TZID=Europe/Paris:20261203T113000" in lines
    zone = lines[lines.index("BEGIN:VTIMEZONE") : lines.index("END:VTIMEZONE")]
    # The clocks of Paris in 2026: forward on 29 March at 2, back on 25 October at 3.
    at = zone.index("DTSTART:20260329T020000")
    assert zone[at - 1 : at + 3] == ["BEGIN:DAYLIGHT", "DTSTART:20260329T020000",
                                     "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"]  # fmt: skip
    at = zone.index("DTSTART:20261025T030000")
    assert zone[at - 1 : at + 3] == ["BEGIN:STANDARD", "DTSTART:20261025T030000",
                                     "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100"]  # fmt: skip
    assert "X-WR-CALNAME:Nous" in lines


def test_hostile_words_stay_in_their_value(group):
    item = session(group, times.date(2026, 7, 1), "T", place=HOSTILE, goal=HOSTILE)
    data = icalendar.calendar([item], "https://x.org")
    assert data.endswith(b"END:VCALENDAR\r\n")
    lines = unfolded(data)
    for name in ("BEGIN:VEVENT", "END:VCALENDAR", "BEGIN:VCALENDAR"):
        assert lines.count(name) == 1
    where = next(line for line in lines if line.startswith("LOCATION:"))
    assert where.startswith("LOCATION:Fin\\;\\,\\\\ de\\nEND:VCALENDAR BEGIN:VEVENT 🐝é")


def test_lines_are_folded_at_75_bytes_and_whole_characters(group):
    item = session(group, times.date(2026, 7, 1), "é" * 150, body="🐝" * 300)
    for line in icalendar.calendar([item], "https://x.org").split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


def test_elsewhere_has_its_own_zone_and_a_cancelled_one_says_so(group):
    there = session(group, times.date(2026, 7, 1), zone="Indian/Reunion", cancelled=True)
    lines = unfolded(icalendar.calendar([there], "https://x.org"))
    assert "TZID:Indian/Reunion" in lines
    assert "DTSTART;TZID=Indian/Reunion:20260701T093000" in lines
    assert lines.count("BEGIN:DAYLIGHT") == 0
    assert "STATUS:CANCELLED" in lines


def test_the_number_of_a_session_in_calendars_stays_and_its_sequence_grows(app, world, client_of):
    with app.app_context():
        made = session(db.session.get(Group, world.ours), times.date(2099, 7, 1))
        db.session.commit()
        number = made.id
    nadia, where = client_of("nadia"), f"/items/{number}/calendar.ics"
    before = unfolded(nadia.get(where).data)
    nadia.post(f"/events/{number}/cancellation")
    after = unfolded(nadia.get(where).data)
    uid = [line for line in before if line.startswith("UID:")]
    assert uid == [line for line in after if line.startswith("UID:")]
    assert "SEQUENCE:0" in before
    assert "SEQUENCE:1" in after


def test_the_secret_address_of_a_group_holds_what_its_member_reads(app, world, client, client_of):
    with app.app_context():
        session(db.session.get(Group, world.ours), times.date(2099, 7, 1), "Séance à nous")
        db.session.commit()
    nadia = client_of("nadia")
    page = nadia.post("/account/feeds", data={"group": world.ours}).text
    address = next(
        part.split("<")[0] for part in page.split(">") if part.endswith("agenda.ics</code")
    )
    found = client.get(address.replace("http://localhost", ""))
    assert found.content_type == "text/calendar; charset=utf-8"
    assert "SUMMARY:Séance à nous" in found.text
    assert "no-referrer" in found.headers["Referrer-Policy"]
    nadia.post("/account/feeds", data={"group": world.ours})
    assert client.get(address.replace("http://localhost", "")).status_code == 404


def test_without_a_key_a_visitor_gets_what_everyone_reads(app, world, client, client_of):
    with app.app_context():
        session(db.session.get(Group, world.ours), times.date(2099, 7, 1), "Séance à nous")
        db.session.commit()
    assert "Séance à nous" in client_of("karim").get(f"/events.ics?group={world.ours}").text
    for visitor in (client, client_of("stranger")):
        assert "Séance à nous" not in visitor.get("/events.ics").text

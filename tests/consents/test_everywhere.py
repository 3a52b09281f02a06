"""Whatever people say and take back, nobody beyond what they allow gets a byte or a word."""

import os
from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.consents import outlets, scene
from tests.consents.scene import NEEDS, READERS, WORDS
from wiki.consents import deciding
from wiki.consents.models import Medium, Person
from wiki.consents.reckoning import settle
from wiki.db import Remembered, db
from wiki.items import reading
from wiki.items.models import Item, Scope
from wiki.search import vocabularies

THINGS = ("photo", "note", "sound", "page", "report", "portrait", "blurred")
# A few sequences each time, two readers each; at full size by hand: 60 and 4.
ROUNDS = int(os.environ.get("ESSAIM_TEST_ROUNDS", "4"))
ASKING = int(os.environ.get("ESSAIM_TEST_READERS", "2"))
IS_FULL = ROUNDS > 4  # then what takes seconds to prepare is prepared in each sequence
OAI = "/oai?metadataPrefix=oai_dc&verb="
PEOPLE = ("Fatou", "Ali")
SHOWN = {"photo": Medium.IMAGE, "note": Medium.VOICE, "sound": Medium.VOICE, "page": Medium.WORDS,
         "report": Medium.NAME | Medium.STORY, "portrait": Medium.IMAGE | Medium.PLACE,
         "blurred": Medium.IMAGE}  # fmt: skip
# What shows which files, and what of somebody these can carry.
FILES = {
    "portrait": {"photo": Medium.IMAGE, "sound": Medium.VOICE | Medium.WORDS},
    "page": {"photo": Medium.IMAGE, "sound": Medium.VOICE | Medium.WORDS},
    "report": {"photo": Medium.IMAGE},
}


@pytest.fixture
def made(app, world, client_of):
    return scene.build(app, world, client_of)


@pytest.fixture
def clients(app, client_of, made):
    return {name: scene.client_for(app, client_of, made, name) for name in READERS}


@pytest.fixture
def as_new(app, world, client_of, database):
    """A function: the scene again, on a database put back as it was."""

    def run():
        with app.app_context():
            database.put_back(db.engine)
            Remembered.forget()
            vocabularies.forget()
            reading.drawn.clear()
        return scene.build(app, world, client_of)

    return run


def direct(made, name: str) -> list[tuple[str, dict]]:
    """Every address of one thing itself: 404 for whoever may not know of it."""
    number = getattr(made, name)
    found = [
        (made.titles[name], {}), (f"/items/{number}", {}), (f"/i/{number}", {}),
        (f"/i/{number}/qr", {}), (f"/i/{number}/qr.png", {}), (f"/i/{number}/qr.svg", {}),
        (f"/embed/{number}", {}), (f"/api/v1/items/{number}", {}),
        (f"/api/v1/items/{number}/revisions", {}), (f"/items/{number}/feed.atom", {}),
        (f"/items/{number}/feed.json", {}), (f"/items/{number}/history", {}),
        (f"/items/{number}/revisions/1", {}), (f"/items/{number}/timeline", {}),
        (f"/oembed?url={quote('http://localhost' + made.titles[name])}", {}),
    ]  # fmt: skip
    if name in ("photo", "note", "sound", "blurred"):
        at = f"/files/{number}"
        sha = made.sha if name == "photo" else "*"
        for address in (f"{at}/download", f"{at}/raw", f"{at}/versions/1",
                        f"/api/v1/files/{number}/download"):  # fmt: skip
            found += [(address, {}), (address, {"Range": "bytes=0-9"}),
                      (address, {"If-None-Match": f'"{sha}"'})]  # fmt: skip
    if name in ("photo", "blurred"):
        for size in ("thumb", "medium", "large"):
            address = f"/files/{number}/preview/{size}"
            found += [(address, {}), (address, {"Range": "bytes=0-9"}),
                      (address, {"If-None-Match": f'"{made.sha}-{size}"'})]  # fmt: skip
    if name == "sound":
        for address in (
            "media/audio.m4a",
            "media.json",
            "chapters.vtt",
            f"transcripts/{made.track}.vtt",
        ):
            found += [(f"/files/{number}/{address}", {}),
                      (f"/files/{number}/{address}", {"Range": "bytes=0-9"})]  # fmt: skip
    if name == "portrait":
        found += [
            (f"/portraits/{number}/{end}", {}) for end in ("poster", "poster.pdf", "folder.zip")
        ]
    if name == "note":
        found.append((f"/files/{number}/text/1", {}))
    return found


def around(made) -> list[str]:
    """Every place where things are listed, searched, gathered, fed out or told of."""
    words = list(WORDS.values())
    found = [f"/{kind}/{number}" for kind, number in
             (("pages", made.around), ("collections", made.gathering))]  # fmt: skip
    found += [f"/search{end}?q={word}" for word in words for end in ("", ".json", ".csv", ".atom")]
    found += [f"/api/v1/search?q={words[0][:-1]}x", f"/search.json?q={words[2]}z"]
    found += [
        "/", "/feed.atom", "/feed.json", "/sitemap.xml", "/sitemaps/0.xml", "/sitemaps/site.xml",
        f"{OAI}ListRecords", f"{OAI}ListIdentifiers",
        "/api/v1/items?limit=100", f"/groups/{made.ours}", f"/groups/{made.ours}/feed.atom",
        f"/groups/{made.ours}/activity", f"/groups/{made.ours}/titles.json?q=zorba",
        f"/groups/{made.ours}/trash", f"/files?group={made.ours}", f"/pages?group={made.ours}",
        f"/reports?group={made.ours}", "/collections",
        "/portraits", f"/portraits?group={made.ours}", "/portraits/slideshow",
        f"/portraits/{made.portrait}", f"/portraits/{made.portrait}/poster", 
        "/discussions", "/notices", "/admin/requests",
        f"/export.pdf?items={made.page},{made.report}", f"/print?items={made.page},{made.report}",
        f"/compare?items={made.report},{made.page}", f"/embed/{made.gathering}",
        f"/api/v1/items/{made.gathering}", f"/items/{made.gathering}/feed.json",
        f"/items/{made.around}/feed.json", f"/files/{made.photo}", "/searches/questions",
        f"/items/{made.around}/history", f"/items/{made.gathering}/history",
    ]  # fmt: skip
    return found + outlets.screens(made)


class Told:
    """What people said, kept the simplest way: the rule written a second time."""

    def __init__(self):
        self.seen: dict[tuple[str, str], Medium] = {}
        self.whole: dict[tuple[str, Medium], tuple[Scope, bool]] = {}
        self.one: dict[tuple[str, Medium, str], tuple[Scope, bool]] = {}
        self.minors: set[str] = set()

    def appear(self, who: str, thing: str) -> None:
        """Somebody is in a thing, and in the files it shows, by what these carry."""
        marks = {thing: SHOWN[thing]} | {
            file: SHOWN[thing] & carried
            for shower, files in FILES.items()
            if shower == thing
            for file, carried in files.items()
        }
        for what, media in marks.items():
            if media:
                self.seen[who, what] = self.seen.get((who, what), Medium(0)) | media

    def allows(self, thing: str) -> Scope | None:
        """The widest scope the thing may reach; None when nobody is in it."""
        found = [
            self._scope(self.of(who, medium, thing))
            for (who, what), media in self.seen.items()
            if what == thing
            for medium in media
        ]
        if thing == "portrait":  # no farther than the files it shows, which leave it below
            shown = [self.allows(one) for one in ("photo", "sound")]
            found += [max(Scope.GROUP, one) for one in shown if one is not None]
        return min(found) if found else None

    def of(self, who: str, medium: Medium, thing: str) -> tuple[Scope, bool] | None:
        """What was said of the thing or of what shows it, the narrowest; else of everything."""
        shown_by = [
            one for one, files in FILES.items() if thing in files and (who, one) in self.seen
        ]
        said = [self.one.get((who, medium, one)) for one in (thing, *shown_by)]
        said = [one for one in said if one is not None]
        return min(said, key=self._scope) if said else self.whole.get((who, medium))

    def refuses(self, thing: str) -> bool:
        """Whether somebody said no to a thing, whole or in part: it leaves with no archive."""
        return any(
            said is not None and self._scope(said) == Scope.DRAFT
            for (who, what), media in self.seen.items()
            if what == thing
            for said in (self.of(who, medium, thing) for medium in media)
        )

    @staticmethod
    def _scope(said: tuple[Scope, bool] | None) -> Scope:
        if said is None:
            return Scope.DRAFT
        audience, is_past = said
        return min(audience, Scope.GROUP) if is_past else audience


def check(made, clients, told: Told, names=READERS) -> None:
    """No reader gets what they may not; and those who may, still do."""
    ceilings = {thing: told.allows(thing) for thing in THINGS}
    for name in names:
        hidden = [t for t in THINGS if (ceilings[t] if ceilings[t] is not None else Scope.PUBLIC)
                  < NEEDS[name]]  # fmt: skip
        for thing in THINGS:
            first = clients[name].get(made.titles[thing], buffered=True).status_code
            assert first == (404 if thing in hidden else 200), (name, thing, first)
            if thing in hidden:
                refuse_all(made, clients[name], name, thing)
        if hidden:
            say_nothing(made, clients[name], name, hidden)
            carry_nothing(made, clients[name], name, hidden, outlets.zips(made))
        if name != "nadia":
            keep_silent(made, clients[name], clients["nadia"], "sound" in hidden)


def refuse_all(made, client, name: str, thing: str) -> None:
    """Each address of a hidden thing is absent, whatever is asked of it."""
    for address, headers in direct(made, thing):
        for method in ("GET", "HEAD"):
            answer = client.open(address, method=method, headers=headers, buffered=True)
            about = f"{name} {method} {address} {headers} -> {answer.status_code}"
            assert answer.status_code in (404, 410), about
            # The address asked for is written back, to come back to after signing in.
            said = heard(answer).replace(made.titles[thing].rpartition("/")[2], "")
            assert WORDS[thing] not in said, about
            assert made.sha not in str(answer.headers), about


def say_nothing(made, client, name: str, hidden: list[str]) -> None:
    """No list, search, feed or text says a word of what is hidden, nor leads to it."""
    for address in around(made):
        answer = client.get(address, buffered=True)
        assert answer.status_code < 500, f"{name} {address}"
        # What one asks for is written back: only the rest counts.
        said, asked = heard(answer), address.partition("q=")[2]
        for thing in hidden:
            rest = said.replace(asked, "") if asked else said
            assert WORDS[thing] not in rest, f"{name} {address} says {WORDS[thing]}"
            if "/api/" in address:
                continue  # a Markdown source is given as it was written: addresses stay in it
            for sign in ("preview", "raw", "download"):
                leads = f"/files/{getattr(made, thing)}/{sign}"
                assert leads not in said, f"{name} {address} leads to {leads}"


def carry_nothing(made, client, about: str, hidden: list[str], addresses: list[str]) -> None:
    """No folder and no archive holds a word or the bytes of what is hidden, or masked."""
    for address in addresses:
        for name, data in outlets.opened(client, address):
            said = name + data.decode("utf-8", "replace")
            for thing in hidden:
                assert WORDS[thing] not in said, f"{about} {address} {name} says {WORDS[thing]}"
                assert data not in made.bytes[thing], f"{about} {address} {name} is {thing}"
            assert about == "nadia" or scene.MASKED not in said, f"{about} {address} {name}"


def carry_nothing_prepared(made, nadia, told: "Told", before: dict[str, str], kits: list[str]):
    """Nor does what was prepared before somebody spoke, or is prepared now; nobody is in a kit."""
    for ready in (before, outlets.prepared(nadia, made)):
        for reader, address in ready.items():
            far = outlets.REACH[reader]
            ceilings = {thing: told.allows(thing) for thing in THINGS}
            hidden = [t for t, most in ceilings.items() if most is not None and most < far]
            carry_nothing(made, nadia, f"for {reader}", hidden, [address])
    shown = [thing for thing in THINGS if told.allows(thing) is not None]
    carry_nothing(made, nadia, "in a kit", shown, [*kits, *outlets.a_kit(nadia, made)])


def leave_nothing(made, nadia, told: Told) -> None:
    """The archive of the group holds nothing of what somebody refused, made before or now."""
    refused = [thing for thing in THINGS if told.refuses(thing)]
    address = f"/groups/{made.ours}/archive.zip"
    carry_nothing(made, nadia, "with the group", refused, [address])
    carry_nothing(made, nadia, "with the group", refused, [outlets.an_archive(nadia, made)])


def show_nothing(made, room, told: Told) -> None:
    """Who sits in a training room is shown no copy of what does not go beyond the group."""
    hidden = {
        getattr(made, thing): thing
        for thing in THINGS
        if (most := told.allows(thing)) is not None and most < Scope.NETWORK
    }
    screens = [f"{room.url}/desk", "/", "/search?q=zorba", "/notices"]
    for url, number, original in room.pairs:
        at = [url, f"/items/{number}", f"/i/{number}", f"/api/v1/items/{number}"]
        if url.startswith("/files/"):
            at += [f"/files/{number}/{end}" for end in ("download", "raw", "preview/large",
                                                        "media/audio.m4a")]  # fmt: skip
        screens.append(url)
        for address in at if original in hidden else ():
            answer = room.trainee.get(address, buffered=True)
            assert answer.status_code in (404, 410), f"trainee {address} {hidden[original]}"
    told_them = [room.trainee.get(address, buffered=True) for address in screens]
    told_them.append(room.trainee.post(f"{room.url}/presence", data={"path": "/"}))
    for answer in told_them:
        for thing in hidden.values():
            about = f"trainee {answer.request.path} says {WORDS[thing]}"
            assert WORDS[thing] not in heard(answer), about
            assert answer.data not in made.bytes[thing], about


def keep_silent(made, client, keeper, is_hidden: bool) -> None:
    """What is masked is neither read nor heard by who does not answer for the group."""
    at = f"/files/{made.sound}"
    whole = [
        keeper.get(f"{at}/{way}", buffered=True).data for way in ("download", "media/audio.m4a")
    ]
    ways = [f"{at}/{way}" for way in ("download", "raw", "versions/1", "media/audio.m4a")]
    ways += [at, f"{at}/player", f"{at}/transcripts/{made.track}.vtt", f"{at}/media.json",
             f"/files/archive?group={made.ours}", f"/portraits/{made.portrait}/folder.zip",
             f"/pages/{made.page}", f"/search?q={WORDS['sound']}"]  # fmt: skip
    for address in ways:
        answer = client.get(address, buffered=True)
        assert not any(one in answer.data for one in whole), address
        assert scene.MASKED not in heard(answer), address
        if address.endswith("audio.m4a"):
            assert answer.status_code == (404 if is_hidden else 200)


def heard(answer) -> str:
    """All that an answer says, its headers included; bytes too."""
    return answer.get_data().decode("utf-8", "replace") + str(answer.headers)


def test_everybody_reads_as_before_when_nobody_appears(made, clients):
    check(made, clients, Told())
    leaves = [*outlets.zips(made), *outlets.prepared(clients["nadia"], made).values()]
    for address in leaves:
        inside = outlets.opened(clients["nadia"], address)
        assert any(data in made.bytes["photo"] for _name, data in inside), address


def test_a_withdrawal_is_for_everyone_at_the_next_request(app, made, clients):
    told = Told()
    with app.app_context():
        for thing in THINGS:
            scene.appear(made.people["Fatou"], getattr(made, thing), SHOWN[thing])
            told.appear("Fatou", thing)
        scene.agree(made.people["Fatou"], Scope.PUBLIC)
    for medium in Medium(63):
        told.whole["Fatou", medium] = (Scope.PUBLIC, False)
    check(made, clients, told, ("anonymous", "sophie", "karim"))
    before = outlets.prepared(clients["nadia"], made)
    tags = {}
    for thing in THINGS:
        answer = clients["anonymous"].get(made.titles[thing], buffered=True)
        tags[thing] = answer.headers.get("ETag", "*")
    with app.app_context():
        deciding.withdraw(db.session.get(Person, made.people["Fatou"]), None)
        db.session.commit()
    for thing in THINGS:
        again = clients["anonymous"].get(
            made.titles[thing], headers={"If-None-Match": tags[thing]}, buffered=True
        )
        assert again.status_code == 404
    told.whole = dict.fromkeys(told.whole, (Scope.DRAFT, False))
    check(made, clients, told)
    carry_nothing_prepared(made, clients["nadia"], told, before, [])
    assert f"{WORDS['photo']}" in clients["nadia"].get(made.titles["photo"]).text


def test_archives_rooms_and_kits_follow_whoever_is_marked_late_or_allows_their_group_alone(
    app, made, clients
):
    nadia, told = clients["nadia"], Told()
    outlets.a_kit(nadia, made)
    outlets.an_archive(nadia, made)
    room = outlets.a_room(app, nadia, made)
    assert WORDS["page"] in room.trainee.post(f"{room.url}/presence", data={"path": "/"}).text
    with app.app_context():
        for event in (
            ("narrow", "Ali", None, Scope.DRAFT),  # a no to everything, before being marked
            ("appear", "Ali", "page"),
            ("agree", "Fatou", None, Scope.GROUP, False),
            ("appear", "Fatou", "report"),
        ):
            happen(made, told, event)
    assert [thing for thing in THINGS if told.refuses(thing)] == ["sound", "page"]
    leave_nothing(made, nadia, told)
    show_nothing(made, room, told)
    assert room.trainee.get(f"{room.url}/desk").text.count(WORDS["page"]) == 0
    page = nadia.get(room.url).text
    assert "Masqué pour eux" in page
    assert WORDS["page"] in page


def test_a_no_to_one_text_is_a_no_to_the_copies_of_it(app, made, clients):
    told, room = Told(), outlets.a_room(app, clients["nadia"], made)
    with app.app_context():
        for event in (
            ("agree", "Fatou", None, Scope.PUBLIC, False),
            ("appear", "Fatou", "report"),
            ("narrow", "Fatou", "report", Scope.DRAFT),
        ):
            happen(made, told, event)
    show_nothing(made, room, told)


@pytest.mark.parametrize("reader", ["anonymous", "karim"])
def test_no_route_at_all_says_a_word_of_what_was_withdrawn(app, made, clients, reader):
    from tests.test_every_route import address

    with app.app_context():
        for thing in THINGS:
            scene.appear(made.people["Fatou"], getattr(made, thing), SHOWN[thing])
    numbers = [getattr(made, thing) for thing in THINGS] + [made.around, made.gathering]
    world = type("W", (), {"ours": made.ours, "karim": 2})
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint == "static":
            continue
        for number in numbers if "item_id" in rule.arguments else numbers[:1]:
            url = address(app, rule, world, number)
            answer = clients[reader].get(
                url, query_string={"group": made.ours, "item": number, "ids": number}, buffered=True
            )
            for word in WORDS.values():
                assert word not in heard(answer), f"{reader} {url} says {word}"


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("appear"), st.sampled_from(PEOPLE), st.sampled_from(THINGS)),
        st.tuples(st.just("agree"), st.sampled_from(PEOPLE), st.sampled_from((*THINGS, None)),
                  st.sampled_from(list(Scope)), st.booleans()),
        st.tuples(st.just("narrow"), st.sampled_from(PEOPLE), st.sampled_from((*THINGS, None)),
                  st.sampled_from([Scope.DRAFT, Scope.GROUP, Scope.NETWORK])),
        st.tuples(st.just("renew"), st.sampled_from(PEOPLE)),
    ),
    min_size=2,
    max_size=9,
)  # fmt: skip


def happen(made, told: Told, event: tuple) -> None:
    """Let one thing happen, to the house and to the rule written a second time."""
    verb, who = event[:2]
    person = db.session.get(Person, made.people[who])
    if verb == "appear":
        scene.appear(person.id, getattr(made, event[2]), SHOWN[event[2]])
        told.appear(who, event[2])
    elif verb == "agree":
        _agree(made, told, who, *event[2:])
    elif verb == "narrow":
        _narrow(made, told, who, *event[2:])
    else:
        deciding.renew(person, None)
        for kept in (told.whole, told.one):
            for key in [key for key in kept if key[0] == who and kept[key][0] > Scope.DRAFT]:
                kept[key] = (kept[key][0], False)
    db.session.commit()


def _agree(made, told, who, *said) -> None:
    thing, audience, is_past = said
    until = deciding.today() - timedelta(days=1) if is_past else None
    number = getattr(made, thing) if thing else None
    scene.agree(made.people[who], audience, item_id=number, until=until)
    for medium in Medium(63):
        if thing:
            told.one[who, medium, thing] = (audience, is_past)
        else:
            told.whole[who, medium] = (audience, is_past)


def _narrow(made, told, who, thing, audience) -> None:
    items = [getattr(made, thing)] if thing else None
    deciding.narrow(db.session.get(Person, made.people[who]), audience, None, item_ids=items)
    if thing is None:
        for kept in (told.one, told.whole):
            for key in [key for key in kept if key[0] == who]:
                if audience == Scope.DRAFT and kept is told.one and kept[key][0] > audience:
                    del kept[key]
                else:
                    kept[key] = (min(kept[key][0], audience), kept[key][1])
        if audience == Scope.DRAFT:
            told.whole |= {(who, medium): (Scope.DRAFT, False) for medium in Medium(63)}
    elif (who, thing) in told.seen:
        for medium in told.seen[who, thing]:
            own = told.one.get((who, medium, thing))
            said = own or told.of(who, medium, thing)
            if said is None and audience > Scope.DRAFT:
                continue  # never asked: there is nothing to narrow
            known, past = said or (Scope.DRAFT, False)
            told.one[who, medium, thing] = (min(known, audience), past)


@settings(
    max_examples=ROUNDS, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(events=EVENTS, readers=st.permutations(READERS))
def test_for_any_sequence_of_decisions_nobody_gets_more_than_was_agreed(
    app, as_new, client_of, events, readers
):
    made, told = as_new(), Told()
    clients = {name: scene.client_for(app, client_of, made, name) for name in READERS}
    nadia = clients["nadia"]
    outlets.an_archive(nadia, made)
    room = outlets.a_room(app, nadia, made)
    before = outlets.prepared(nadia, made) if IS_FULL else {}
    kits = outlets.a_kit(clients["nadia"], made) if IS_FULL else []
    for event in events:
        with app.app_context():
            happen(made, told, event)
        with app.app_context():
            for thing in THINGS:
                ceiling = db.session.get(Item, getattr(made, thing)).ceiling
                assert ceiling == told.allows(thing), (thing, event)
    check(made, clients, told, readers[:ASKING])
    leave_nothing(made, nadia, told)
    show_nothing(made, room, told)
    if IS_FULL:
        carry_nothing_prepared(made, clients["nadia"], told, before, kits)


def test_settling_again_changes_nothing(app, made):
    with app.app_context():
        scene.appear(made.people["Ali"], made.photo, Medium.IMAGE)
        scene.agree(made.people["Ali"], Scope.NETWORK)
        assert settle([made.photo, made.page]) == []
        assert db.session.get(Item, made.photo).ceiling == Scope.NETWORK

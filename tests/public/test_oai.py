"""Harvesting: an independent client takes everything public, and learns of every withdrawal."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
import sickle
import sickle.app

from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.groups.models import Group
from wiki.items import emptying, writing
from wiki.items.models import Item, Scope, Term
from wiki.pages.models import Page
from wiki.public import oai, records
from wiki.public.records import PublicRecord

CANARIES = ("Ouvert le", "Idées en vrac", "Secret.", "Charte du réseau", "canari")
OAI = "{http://www.openarchives.org/OAI/2.0/}"


@pytest.fixture
def harvester(client, monkeypatch):
    """Sickle, its requests answered by the app."""

    def get(url, params=None, data=None, **_more):
        given = {k: v for k, v in (params or data or {}).items() if v is not None}
        answer = client.get("/oai?" + urlencode(given))
        assert answer.status_code == 200
        return SimpleNamespace(
            status_code=200, content=answer.data, text=answer.text, headers=dict(answer.headers),
            encoding="utf-8", raise_for_status=lambda: None,
        )  # fmt: skip

    monkeypatch.setattr(sickle.app.requests, "get", get)
    return sickle.Sickle("http://localhost/oai")


@pytest.fixture
def ask(client):
    """A function: the XML that an address gives, and the code of its error if it is one."""

    def fetch(query: str, method: str = "GET"):
        if method == "POST":
            kind = {"content_type": "application/x-www-form-urlencoded"}
            answer = client.post("/oai", data=query, **kind)
        else:
            answer = client.get(f"/oai?{query}")
        assert answer.status_code == 200, answer.text
        assert answer.mimetype == "text/xml"
        root = ElementTree.fromstring(answer.data)
        error = root.find(f"{OAI}error")
        return root, None if error is None else error.get("code")

    return fetch


@pytest.fixture
def act(app, world):
    """A function: run something on an item, as the facilitator."""

    def run(item_id: int, do):
        with app.app_context():
            do(db.session.get(Item, item_id), db.session.get(User, world.nadia))

    return run


def everything(harvester) -> dict[str, object]:
    found = harvester.ListRecords(metadataPrefix="oai_dc")
    return {record.header.identifier.rpartition("/")[2]: record for record in found}


def test_a_client_harvests_all_that_is_public_and_nothing_else(harvester, world):
    found = everything(harvester)
    assert set(found) == {str(world.public_page), str(world.report)}
    report = found[str(world.report)]
    assert report.metadata["title"] == ["Cartographier son quartier à pied"]
    assert report.metadata["creator"] == ["Nadia Ferrec"]
    assert report.metadata["publisher"] == ["Mon quartier, mes ressources"]
    assert report.metadata["identifier"][0].startswith("http://localhost/reports/")
    assert "Neuf personnes" in report.metadata["description"][0]
    assert report.metadata["language"] == ["fr"]
    assert 'xml:lang="fr"' in report.raw
    assert not any(word in record.raw for record in found.values() for word in CANARIES)


def test_it_says_what_it_is(harvester):
    about = harvester.Identify()
    assert about.protocolVersion == "2.0"
    assert about.deletedRecord == "persistent"
    assert about.granularity == "YYYY-MM-DDThh:mm:ssZ"
    assert about.baseURL == "http://localhost/oai"
    assert [f.metadataPrefix for f in harvester.ListMetadataFormats()] == ["oai_dc"]


def hide(item, by):
    writing.publish(item, Scope.GROUP, by)


def lower(item, _by):
    item.ceiling = Scope.GROUP
    db.session.commit()


def trash_all(item, by):
    writing.trash_group(item.group, by)


def erase(item, by):
    writing.trash(item, by)
    emptying.empty_trash(utcnow() + timedelta(seconds=1), item.group, by)


def purge(item, by):
    writing.trash_group(item.group, by)
    emptying.purge_groups(utcnow() + timedelta(seconds=1))


def drop_group(item, _by):
    db.session.delete(item.group)
    db.session.commit()


def in_bulk(_item, _by):
    db.session.execute(db.update(Item).values(scope=Scope.GROUP))
    db.session.commit()


@pytest.mark.parametrize(
    "how", [hide, writing.trash, lower, trash_all, erase, purge, drop_group, in_bulk]
)
def test_whatever_way_a_thing_stops_being_public_harvesters_learn_it(
    harvester, ask, act, world, how
):
    act(world.report, how)
    found = everything(harvester)
    gone = found[str(world.report)]
    assert gone.header.deleted
    assert "Cartographier" not in gone.raw
    assert "<metadata" not in gone.raw
    root, _code = ask(f"verb=GetRecord&metadataPrefix=oai_dc&identifier={gone.header.identifier}")
    assert root.find(f".//{OAI}header").get("status") == "deleted"
    headers = harvester.ListIdentifiers(metadataPrefix="oai_dc", set="kinds:reports")
    assert [header.deleted for header in headers] == [True]


def test_public_again_is_a_record_again(harvester, act, world):
    act(world.report, hide)
    act(world.report, lambda item, by: writing.publish(item, Scope.PUBLIC, by, wide=True)
        if not item.publish_blockers(Scope.PUBLIC) else
        (setattr(item, "scope", Scope.PUBLIC), db.session.commit()))  # fmt: skip
    assert not everything(harvester)[str(world.report)].header.deleted
    act(world.public_page, trash_all)
    act(world.public_page, lambda item, by: writing.restore_group(item.group, by))
    assert not any(record.header.deleted for record in everything(harvester).values())


def test_what_never_was_public_leaves_no_trace(app, harvester, act, world):
    act(world.page, writing.trash)
    assert str(world.page) not in everything(harvester)
    with app.app_context():
        assert db.session.get(PublicRecord, world.page) is None


def test_a_withdrawal_undone_leaves_no_trace(app, world):
    with app.app_context():
        item = db.session.get(Item, world.report)
        item.scope = Scope.GROUP
        db.session.flush()
        db.session.rollback()
        db.session.get(Item, world.public_page).position = 3
        db.session.commit()
        assert not db.session.get(PublicRecord, world.report).withdrawn


def test_a_tombstone_keeps_only_words_that_everyone_knows(app, harvester, act, world):
    def mark(item, by):
        shipped = db.session.scalar(db.select(Term).where(Term.vocabulary == "publics").limit(1))
        own = Term(vocabulary="territories", slug="canari-ville", label="Canari-Ville")
        item.terms = [shipped, own]
        writing.save(item, by)

    act(world.report, mark)
    report = everything(harvester)[str(world.report)]
    assert "territories:canari-ville" in report.header.setSpecs
    assert "Canari-Ville" in report.metadata["coverage"]
    assert "territories:canari-ville" in [s.setSpec for s in harvester.ListSets()]
    act(world.report, hide)
    gone = everything(harvester)[str(world.report)]
    assert "canari" not in gone.raw
    assert any(name.startswith("publics:") for name in gone.header.setSpecs)
    assert "territories:canari-ville" not in [s.setSpec for s in harvester.ListSets()]
    with pytest.raises(sickle.oaiexceptions.NoRecordsMatch):
        harvester.ListIdentifiers(metadataPrefix="oai_dc", set="territories:canari-ville")


def test_the_datestamp_moves_when_the_public_face_changes(app, act, world):
    def since(item_id):
        with app.app_context():
            return db.session.get(PublicRecord, item_id).changed_at

    def age():
        with app.app_context():
            old = datetime(2020, 1, 1, tzinfo=UTC)
            db.session.execute(db.update(PublicRecord).values(changed_at=old))
            db.session.commit()

    def rename_group(item, _by):
        item.group.rename("Autre nom")
        db.session.commit()

    def rename_author(item, _by):
        item.author.name = "Nadia F."
        db.session.commit()

    def retitle(item, by):
        item.title = "Autrement"
        writing.save(item, by)

    for how in (retitle, rename_group, rename_author):
        age()
        act(world.report, how)
        assert since(world.report).year > 2020, how
    age()
    act(world.page, retitle)
    assert since(world.report).year == 2020


def test_pages_of_a_harvest_lose_nothing_that_changes_meanwhile(
    app, harvester, act, world, monkeypatch
):
    monkeypatch.setattr(oai, "A_PAGE", 10)
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        for number in range(35):
            page = Page(group_id=world.ours, title=f"Fiche {number}", scope=Scope.PUBLIC)
            writing.stage(page, nadia)
        db.session.commit()
        records_ = db.session.scalars(db.select(PublicRecord)).all()
        for number, record in enumerate(records_):  # changed at different moments, some together
            record.changed_at = datetime(2026, 1, 1 + number // 7, tzinfo=UTC)
        db.session.commit()
    found = harvester.ListRecords(metadataPrefix="oai_dc")
    seen = [next(found).header.identifier for _ in range(10)]
    assert found.resumption_token.complete_list_size == "37"
    act(world.report, hide)
    rest = list(found)
    names = {*seen, *(record.header.identifier for record in rest)}
    assert len(names) == 37
    last = [r for r in rest if r.header.identifier.endswith(f"/{world.report}")]
    assert last
    assert last[-1].header.deleted


def test_the_second_harvest_brings_only_what_changed(app, harvester, act, world):
    with app.app_context():
        old = datetime(2026, 1, 1, 12, tzinfo=UTC)
        db.session.execute(db.update(PublicRecord).values(changed_at=old))
        db.session.commit()
    act(world.report, hide)

    def numbers(**span):
        found = harvester.ListIdentifiers(metadataPrefix="oai_dc", **span)
        return [int(header.identifier.rpartition("/")[2]) for header in found]

    assert numbers(**{"from": "2026-01-02"}) == [world.report]
    assert numbers(until="2026-01-01") == [world.public_page]
    assert numbers(**{"from": "2026-01-01T12:00:00Z", "until": "2026-01-01T12:00:00Z"}) == [
        world.public_page
    ]


def test_sets_are_kinds_and_words(harvester, world):
    names = {one.setSpec: one.setName for one in harvester.ListSets()}
    assert {"kinds", "kinds:pages", "kinds:reports", "themes", "publics"} <= set(names)
    found = harvester.ListIdentifiers(metadataPrefix="oai_dc", set="kinds:pages")
    assert [header.identifier.rpartition("/")[2] for header in found] == [str(world.public_page)]
    assert len(list(harvester.ListIdentifiers(metadataPrefix="oai_dc", set="kinds"))) == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Nothing", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&x=1", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=hier", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-13-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T25:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01", "badArgument"),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-02T00:00:00Z",
            "badArgument",
        ),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=%3Cx%3E", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&metadataPrefix=lom", "cannotDisseminateFormat"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:x:items/1", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=%00%FF", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=oai:localhost:items/0", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:items/999999999999999",
         "idDoesNotExist"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        (f"verb=ListRecords&resumptionToken={'x' * 100_000}", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=1999-01-01", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=0001-01-01&until=0001-01-01",
         "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&set=nothing", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&set=kinds:%25", "badArgument"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_errors_have_the_codes_of_the_protocol(ask, query, code, method):
    root, found = ask(query, method)
    assert found == code
    if code in ("badVerb", "badArgument"):
        assert not root.find(f"{OAI}request").attrib


def test_what_is_private_does_not_exist(ask, world):
    for name in ("page", "draft", "network_page"):
        identifier = f"oai:localhost:items/{getattr(world, name)}"
        query = f"verb=GetRecord&metadataPrefix=oai_dc&identifier={identifier}"
        assert ask(query)[1] == "idDoesNotExist"


def test_a_row_that_lies_opens_nothing(app, client, act, world):
    """Were a change to escape the hook, the text would still stay inside."""
    with app.app_context():
        sets = " kinds:pages territories:canari "
        row = PublicRecord(item_id=world.page, kind="pages", sets=sets, changed_at=utcnow())
        db.session.add(row)
        db.session.commit()
    said = client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").text
    assert not any(word in said for word in CANARIES)
    with app.app_context():
        assert records.reconcile() == 1


def test_a_token_of_another_verb_or_an_old_one_is_refused(app, ask, world, monkeypatch):
    monkeypatch.setattr(oai, "A_PAGE", 1)
    root, _ = ask("verb=ListRecords&metadataPrefix=oai_dc")
    token = root.find(f".//{OAI}resumptionToken").text
    assert ask(f"verb=ListIdentifiers&resumptionToken={token}")[1] == "badResumptionToken"
    root, code = ask(f"verb=ListRecords&resumptionToken={token}", "POST")
    assert code is None
    assert root.find(f".//{OAI}resumptionToken").text is None
    monkeypatch.setattr(oai, "TOKEN_HOURS", -1)
    assert ask(f"verb=ListRecords&resumptionToken={token}")[1] == "badResumptionToken"


def test_what_xml_cannot_hold_is_left_out(app, harvester, world):
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        page = Page(group_id=world.ours, title="Nul", scope=Scope.PUBLIC)
        writing.save(page, nadia)
        page.title, page.summary = "A\x0bB <i> & \ufffe", "]]>"
        db.session.commit()
        number = page.id
    found = everything(harvester)[str(number)]
    assert found.metadata["title"] == ["AB <i> & "]
    assert re.search("]]&gt;", found.raw)


def test_a_group_gone_keeps_its_numbers_only(app, harvester, act, world):
    act(world.report, drop_group)
    with app.app_context():
        assert db.session.get(Group, world.ours) is None
    assert {r.header.deleted for r in everything(harvester).values()} == {True}

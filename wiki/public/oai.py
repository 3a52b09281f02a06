"""OAI-PMH 2.0: libraries and portals harvest what is public, and learn what no longer is."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from flask import Blueprint, Response, current_app, request
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict

from wiki.db import utcnow
from wiki.public import oai_records
from wiki.public.contents import load_items
from wiki.public.dublin_core import around, describe
from wiki.public.oai_records import Record, Wanted
from wiki.public.outlet import clean, document, host, in_site_language, iso, node, whole
from wiki.public.records import VISITOR
from wiki.throttle import address, throttle

A_PAGE = 100
TOKEN_HOURS = 24
PREFIX = "oai_dc"
ARGUMENTS = {  # verb: (required, optional)
    "Identify": ((), ()),
    "ListMetadataFormats": ((), ("identifier",)),
    "ListSets": ((), ("resumptionToken",)),
    "GetRecord": (("identifier", "metadataPrefix"), ()),
    "ListIdentifiers": (("metadataPrefix",), ("from", "until", "set", "resumptionToken")),
    "ListRecords": (("metadataPrefix",), ("from", "until", "set", "resumptionToken")),
}
_NAMESPACES = {
    "xmlns": "http://www.openarchives.org/OAI/2.0/",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": "http://www.openarchives.org/OAI/2.0/ "
    "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd",
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_SET = re.compile(r"[A-Za-z0-9_.!~*'()-]+(:[A-Za-z0-9_.!~*'()-]+)*")

blueprint = Blueprint("oai", __name__)


class Refused(Exception):
    """An error of the protocol: its code, and words for the harvester's keeper."""

    def __init__(self, code: str, words: str):
        super().__init__(words)
        self.code, self.words = code, words


@blueprint.route("/oai", methods=["GET", "POST"])
@in_site_language
def answer():
    """One request of the protocol."""
    throttle("600 per minute", "oai", address())
    given = request.args if request.method == "GET" else request.form
    root = ElementTree.Element("OAI-PMH", _NAMESPACES)
    node(root, "responseDate", iso(utcnow()))
    try:
        values = _values(given)
        asked = node(root, "request", whole("/oai"), **{f"{k}_": v for k, v in values.items()})
    except Refused as error:
        node(root, "request", whole("/oai"))
        node(root, "error", error.words, code=error.code)
        return _sent(root)
    try:
        made = _VERBS[values["verb"]](values)
        root.append(made)
    except Refused as error:
        if error.code == "badArgument":
            asked.attrib.clear()
        node(root, "error", error.words, code=error.code)
    return _sent(root)


def _sent(root) -> Response:
    response = Response(document(root), content_type="text/xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


def _values(given: MultiDict) -> dict[str, str]:
    """The arguments, each once, each known to the verb."""
    if len(given.getlist("verb")) != 1 or given["verb"] not in ARGUMENTS:
        raise Refused("badVerb", "One verb of OAI-PMH 2.0 is needed.")
    required, optional = ARGUMENTS[given["verb"]]
    unknown = set(given) - {"verb", *required, *optional}
    if unknown:
        raise Refused("badArgument", f"Unknown: {clean(', '.join(sorted(unknown)))[:200]}")
    if any(len(given.getlist(name)) > 1 for name in given):
        raise Refused("badArgument", "An argument was given twice.")
    if "resumptionToken" in given:
        if len(given) > 2:
            raise Refused("badArgument", "resumptionToken excludes other arguments.")
    elif missing := [name for name in required if not given.get(name)]:
        raise Refused("badArgument", f"Missing: {', '.join(missing)}")
    return {name: clean(value)[:2_000] for name, value in given.items()}


def _identify(_given) -> ElementTree.Element:
    made = ElementTree.Element("Identify")
    node(made, "repositoryName", current_app.config["SITE_NAME"])
    node(made, "baseURL", whole("/oai"))
    node(made, "protocolVersion", "2.0")
    node(made, "adminEmail", current_app.config["MAIL_FROM"] or f"essaim@{host()}")
    node(made, "earliestDatestamp", iso(oai_records.earliest()))
    node(made, "deletedRecord", "persistent")
    node(made, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    return made


def _formats(values) -> ElementTree.Element:
    if "identifier" in values:
        _one(values["identifier"])
    made = ElementTree.Element("ListMetadataFormats")
    format = node(made, "metadataFormat")
    node(format, "metadataPrefix", PREFIX)
    node(format, "schema", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
    node(format, "metadataNamespace", "http://www.openarchives.org/OAI/2.0/oai_dc/")
    return made


def _sets(values) -> ElementTree.Element:
    if "resumptionToken" in values:
        raise Refused("badResumptionToken", "The list of sets comes in one piece.")
    made = ElementTree.Element("ListSets")
    for spec, name in oai_records.sets():
        one = node(made, "set")
        node(one, "setSpec", spec)
        node(one, "setName", name or _("Kinds of content"))
    return made


def _record(values) -> ElementTree.Element:
    found = _one(values["identifier"])
    _check_prefix(values["metadataPrefix"])
    made = ElementTree.Element("GetRecord")
    _write(made, [found], whole_records=True)
    return made


def _list(values) -> ElementTree.Element:
    token = values.get("resumptionToken")
    wanted, after, sent, size = _resumed(token) if token else (_wanted(values), None, 0, None)
    found = oai_records.listed(wanted, after, A_PAGE + 1)
    if not found:
        raise Refused("noRecordsMatch", "Nothing matches.")
    page = found[:A_PAGE]
    made = ElementTree.Element(values["verb"])
    _write(made, page, whole_records=values["verb"] == "ListRecords")
    more = len(found) > A_PAGE
    if more or token:
        size = oai_records.count(wanted) if size is None else size
        after = page[-1].changed_at, page[-1].item_id
        following = _token(values["verb"], wanted, after, sent + len(page), size) if more else None
        expires = iso(utcnow() + timedelta(hours=TOKEN_HOURS)) if more else None
        # A record changed meanwhile comes again at the end: the total may only be a guess.
        node(made, "resumptionToken", following, expirationDate=expires, cursor=sent,
             completeListSize=max(size, sent + len(page)))  # fmt: skip
    return made


_VERBS = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "GetRecord": _record,
    "ListIdentifiers": _list,
    "ListRecords": _list,
}


def _write(parent, records: list[Record], whole_records: bool) -> None:
    """Headers, and what they are about when whole records are wanted."""
    items = {}
    if whole_records:
        living = [record.item_id for record in records if not record.deleted]
        items = {item.id: item for item in load_items(living, VISITOR)}
    tied = around(list(items.values())) if items else {}
    for record in records:
        place = node(parent, "record") if whole_records else parent
        item = items.get(record.item_id)
        deleted = record.deleted or (whole_records and item is None)
        header = node(place, "header", status="deleted" if deleted else None)
        node(header, "identifier", record.identifier)
        node(header, "datestamp", iso(record.changed_at))
        for name in record.sets:
            node(header, "setSpec", name)
        if item is not None and not deleted:
            describe(node(place, "metadata"), item, tied)


def _one(name: str) -> Record:
    number = oai_records.number_in(name)
    found = number and oai_records.one(number)
    if not found:
        raise Refused("idDoesNotExist", "No record has this identifier.")
    return found


def _check_prefix(prefix: str) -> None:
    if prefix != PREFIX:
        raise Refused("cannotDisseminateFormat", f"Only {PREFIX} is given.")


def _wanted(values) -> Wanted:
    since, until = values.get("from", ""), values.get("until", "")
    if since and until and len(since) != len(until):
        raise Refused("badArgument", "from and until differ in granularity.")
    first, last = _moment(since, False), _moment(until, True)
    if first and last and first > last:
        raise Refused("badArgument", "from is later than until.")
    wanted = values.get("set", "")
    if "set" in values and not _SET.fullmatch(wanted[:300]):
        raise Refused("badArgument", "This is no setSpec.")
    _check_prefix(values["metadataPrefix"])
    return Wanted(first, last, wanted)


def _moment(text: str, is_end: bool) -> datetime | None:
    """A date or a moment; a date that ends a span holds its whole day."""
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            found = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
            return found + timedelta(hours=23, minutes=59, seconds=59) if is_end else found
        if _SECOND.fullmatch(text):
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        pass
    raise Refused("badArgument", "Dates are YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key, salt="oai")


def _token(verb: str, wanted: Wanted, after: tuple[datetime, int], sent: int, size: int) -> str:
    """All that the next page needs, signed: nothing is kept here between two pages."""
    span = [moment and int(moment.timestamp()) for moment in (wanted.since, wanted.until)]
    point = [int(after[0].timestamp()), after[1]]
    return _signer().dumps([verb, *span, wanted.set, *point, sent, size])


def _resumed(token: str) -> tuple[Wanted, tuple[datetime, int], int, int]:
    given = request.args if request.method == "GET" else request.form
    try:
        verb, since, until, set_, at, item_id, sent, size = _signer().loads(
            token[:1_000], max_age=TOKEN_HOURS * 3600
        )
    except (BadData, ValueError, TypeError):
        verb = None
    if verb != given["verb"]:
        raise Refused("badResumptionToken", "This token is unknown or too old: start again.")
    span = [moment and datetime.fromtimestamp(moment, UTC) for moment in (since, until)]
    return Wanted(*span, set_), (datetime.fromtimestamp(at, UTC), item_id), sent, size

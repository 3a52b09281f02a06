"""An item in the fifteen elements of Dublin Core, as libraries harvest it."""

from sqlalchemy import select

from wiki.db import db
from wiki.files.models import File
from wiki.items.access import visible
from wiki.items.lineage import Adaptation
from wiki.items.links import path_of
from wiki.items.models import Item, Reference
from wiki.items.terms import label_of
from wiki.public import contents
from wiki.public.outlet import node, whole
from wiki.public.records import VISITOR
from wiki.search.views import kind_names

SUBJECTS = (
    "themes",
    "publics",
    "needs",
    "tags",
    "tools",
    "obstacles",
    "outcomes",
    "skills",
    "formats",
)
NAMESPACES = {
    "xmlns:oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xsi:schemaLocation": "http://www.openarchives.org/OAI/2.0/oai_dc/ "
    "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
}
_TYPES = {"maps": "http://purl.org/dc/dcmitype/Image",
          "collections": "http://purl.org/dc/dcmitype/Collection"}  # fmt: skip
_SAID = ("title", "subject", "description", "type", "coverage", "rights")  # in a language


def describe(parent, item: Item, around: dict[int, list]) -> None:
    """Write an item into an element; `around` gives the public items it is tied to."""
    root = node(parent, "oai_dc:dc", **NAMESPACES)
    for name, values in elements(item, around.get(item.id, [])).items():
        for value in values:
            if value:
                spoken = not value.startswith("http") and name in _SAID
                node(root, f"dc:{name}", value, **({"xml:lang": item.lang} if spoken else {}))


def elements(item: Item, near: list) -> dict[str, list[str]]:
    """The values of each element."""
    creators = contents.authors(item)
    structure = getattr(item, "structure", "") or ""
    rights = [contents.licence(item), contents.licence_url(item)]
    return {
        "title": [item.title],
        "creator": [*creators, structure] if creators else [structure or item.group.title],
        "subject": [label_of(term) for name in SUBJECTS for term in item.terms_of(name)],
        "description": [contents.summary(item)],
        "publisher": [item.group.title],
        "contributor": contents.contributors(item),
        "date": [f"{item.published_at or item.created_at:%Y-%m-%d}"],
        "type": [kind_names().get(item.kind, item.kind), _type(item)],
        "format": [item.blob.mime if isinstance(item, File) else "text/html"],
        "identifier": [whole(item.url)],
        "source": [item.source] if (item.source or "").startswith("http") else [],
        "language": [item.lang],
        "relation": [whole(path_of(row)) for row in near],
        "coverage": _coverage(item),
        "rights": [right for right in rights if right],
    }


def around(items: list[Item]) -> dict[int, list]:
    """For each item, the public things tied to it: its files, its parts, what it was made from."""
    ids = [item.id for item in items]
    shown = (Item.id, Item.kind, Item.slug)
    found: dict[int, list] = {}
    below = select(Item.parent_id.label("of"), *shown).where(Item.parent_id.in_(ids))
    tied = (
        select(Reference.source_id.label("of"), *shown)
        .join(Item, Item.id == Reference.target_id)
        .where(Reference.source_id.in_(ids), Reference.role != "alias")
    )
    for query in (below, tied):
        for row in db.session.execute(query.where(visible(VISITOR)).order_by(Item.id)):
            _add(found, row.of, row)
    for of, other in ((Adaptation.item_id, Adaptation.source_id),
                      (Adaptation.source_id, Adaptation.item_id)):  # fmt: skip
        redone = select(of.label("of"), *shown).join(Item, Item.id == other).where(of.in_(ids))
        for row in db.session.execute(redone.where(visible(VISITOR)).order_by(Item.id)):
            _add(found, row.of, row)
    return found


def _add(found: dict[int, list], item_id: int, row) -> None:
    rows = found.setdefault(item_id, [])
    if row.id != item_id and all(row.id != other.id for other in rows):
        rows.append(row)


def _type(item: Item) -> str:
    if isinstance(item, File):
        kind = item.blob.mime.partition("/")[0]
        names = {"image": "Image", "audio": "Sound", "video": "MovingImage"}
        return f"http://purl.org/dc/dcmitype/{names.get(kind, 'Text')}"
    return _TYPES.get(item.kind, "http://purl.org/dc/dcmitype/Text")


def _coverage(item: Item) -> list[str]:
    places = [label_of(term) for term in item.terms_of("territories")]
    place, year = getattr(item, "place", "") or "", getattr(item, "year", None)
    said = [place] if place and place not in places else []
    return [*said, *places, str(year or "")]

"""Items, groups and the site as schema.org describes things, for the engines that read it."""

from flask import current_app

from wiki.collections.models import Collection, readable
from wiki.files import muting
from wiki.files.models import File
from wiki.groups.models import Group
from wiki.items.models import Item
from wiki.items.terms import label_of
from wiki.programme.models import Dated
from wiki.public import contents
from wiki.public.contents import Picture
from wiki.public.outlet import clean, iso, whole
from wiki.public.records import VISITOR
from wiki.search.views import kind_labels

CONTEXT = "https://schema.org"
TYPES = {
    "reports": ["Report", "LearningResource"],
    "pages": "Article",
    "collections": "Collection",
    "maps": "Map",
    "portraits": "Article",
    "events": "Event",
    "trainings": "EducationEvent",
}
_MEDIA = {"image": "ImageObject", "audio": "AudioObject", "video": "VideoObject"}
_ABOUT = ("themes", "needs", "obstacles")
_MOST = 100  # things listed of a collection


def of_item(item: Item, picture: Picture | None = None) -> dict:
    """The item, the way to it, and who publishes it."""
    return _graph(_thing(item, picture), _way_to(item), _group(item.group), _site())


def of_group(group: Group) -> dict:
    """A group of people who act together."""
    return _graph(_group(group), _site())


def of_site() -> dict:
    """The site, with the search that everyone may use."""
    return _graph(_site())


def _graph(*things: dict) -> dict:
    return {"@context": CONTEXT, "@graph": [_filled(thing) for thing in things]}


def _thing(item: Item, picture: Picture | None) -> dict:
    address = whole(item.url)
    made = {
        "@type": TYPES.get(item.kind, "CreativeWork"),
        "@id": f"{address}#this",
        "url": address,
        "mainEntityOfPage": address,
        "name": item.title,
        "headline": item.title[:110],
        "description": contents.summary(item),
        "inLanguage": item.lang,
        "datePublished": iso(item.published_at or item.created_at),
        "dateModified": iso(contents.moment_shown(item)),
        "author": _authors(item),
        "contributor": [{"@type": "Person", "name": n} for n in _people(item)],
        "publisher": {"@id": _group(item.group)["@id"]},
        "isPartOf": {"@id": _site()["@id"]},
        "license": contents.licence_url(item),
        "isAccessibleForFree": True,
        "about": [_word(term) for name in _ABOUT for term in item.terms_of(name)],
        "keywords": [label_of(term) for name in ("tags", "tools") for term in item.terms_of(name)],
        "spatialCoverage": _places(item),
        "image": picture and {
            "@type": "ImageObject", "url": picture.url, "width": picture.width,
            "height": picture.height, "caption": picture.alt,
        },
    }  # fmt: skip
    return made | _own(item)


def _own(item: Item) -> dict:
    """What only things of this kind have."""
    if isinstance(item, File):
        return _file(item)
    if isinstance(item, Collection):
        return _collection(item)
    if isinstance(item, Dated):
        return _session(item)
    if item.kind != "reports":
        return {}
    year = getattr(item, "year", None)
    return {
        "learningResourceType": [label_of(term) for term in item.terms_of("formats")],
        "teaches": [label_of(term) for term in item.terms_of("skills")],
        "audience": [
            {"@type": "Audience", "audienceType": label_of(term)}
            for term in item.terms_of("publics")
        ],
        "temporalCoverage": str(year) if year else None,
    }


def _session(item: Dated) -> dict:
    """When and where it takes place, or that it does not."""
    status = "EventCancelled" if item.cancelled else "EventScheduled"
    placed = item.lat is not None and item.lng is not None
    return {
        "startDate": item.local_start.isoformat(),
        "endDate": item.local_end.isoformat(),
        "eventStatus": f"{CONTEXT}/{status}",
        "location": (item.place or item.address or None) and {
            "@type": "Place", "name": item.place or item.address, "address": item.address or None,
            "geo": placed and {
                "@type": "GeoCoordinates", "latitude": item.lat, "longitude": item.lng,
            },
        },
    }  # fmt: skip


def _file(file: File) -> dict:
    kind = _MEDIA.get(file.blob.mime.partition("/")[0])
    given = muting.given(file, muting.EVERYONE)
    bytes_at = {
        "contentUrl": whole(file.download_url),
        "encodingFormat": given.mime,
        "contentSize": given.size and str(given.size),
    }
    credit = {"creditText": file.credit or None}
    if kind:
        return {"@type": kind, "width": file.blob.width, "height": file.blob.height,
                **bytes_at, **credit}  # fmt: skip
    return {"@type": "DigitalDocument", "encoding": {"@type": "MediaObject", **bytes_at}, **credit}


def _collection(collection: Collection) -> dict:
    """The choice in its order, as far as everyone may read it."""
    shown = [(entry, item) for entry, item in readable(collection, VISITOR) if entry.is_content]
    return {
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": len(shown),
            "itemListElement": [
                {"@type": "ListItem", "position": place,
                 "url": whole(item.url) if item else entry.address,
                 "name": item.title if item else entry.title or entry.address}
                for place, (entry, item) in enumerate(shown[:_MOST], 1)
            ],
        }
    }  # fmt: skip


def _authors(item: Item) -> list[dict]:
    people = [{"@type": "Person", "name": name} for name in contents.authors(item)]
    structure = getattr(item, "structure", "")
    found = [*people, *([{"@type": "Organization", "name": structure}] if structure else [])]
    return found or [{"@id": _group(item.group)["@id"]}]


def _people(item: Item) -> list[str]:
    """Those a report thanks; a file says its credit in a property of its own."""
    return [] if isinstance(item, File) else contents.contributors(item)


def _word(term) -> dict:
    return {"@type": "DefinedTerm", "name": label_of(term), "url": term.uri or None}


def _places(item: Item) -> list[dict]:
    names = [label_of(term) for term in item.terms_of("territories")]
    said = getattr(item, "place", "")
    named = [*names, *([said] if said and said not in names else [])]
    return [{"@type": "Place", "name": name} for name in named]


def _way_to(item: Item) -> dict:
    steps = [
        (current_app.config["SITE_NAME"], "/"),
        (kind_labels().get(item.kind, item.kind), f"/{item.kind}"),
        (item.title, item.url),
    ]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": whole(path)}
            for place, (name, path) in enumerate(steps, 1)
        ],
    }


def _group(group: Group) -> dict:
    return {
        "@type": "Project" if group.purpose == "action" else "Organization",
        "@id": whole(f"/groups/{group.id}#this"),
        "name": group.title,
        "url": whole(group.url),
        "description": group.summary,
    }


def _site() -> dict:
    return {
        "@type": "WebSite",
        "@id": whole("/#this"),
        "name": current_app.config["SITE_NAME"],
        "url": whole("/"),
        "inLanguage": ["fr", "en"],
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": whole("/search?q={words}")},
            "query-input": "required name=words",
        },
    }


def _filled(value):
    """Without the parts that say nothing, nor what no document can hold."""
    if isinstance(value, dict):
        kept = {name: _filled(part) for name, part in value.items()}
        return {name: part for name, part in kept.items() if part not in (None, "", [], {})}
    if isinstance(value, list):
        return [_filled(part) for part in value]
    return clean(value) if isinstance(value, str) else value

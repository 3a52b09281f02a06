"""The description of the API for programs (OpenAPI 3.1), made from the fields themselves."""

from wiki import __version__
from wiki.items.terms import FACETS, VOCABULARIES
from wiki.public.fields import FIELDS, SCOPES

_LIST = {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
_ID = {
    "name": "item_id", "in": "path", "required": True, "schema": {"type": "integer"},
}  # fmt: skip


def document(address: str) -> dict:
    """The whole description; `address` is where this site answers."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Essaim",
            "version": __version__,
            "description": (
                "Everything a program may read or change, under the rights of the person whose "
                "token it carries. Without token: what is public."
            ),
        },
        "servers": [{"url": f"{address}/api/v1"}],
        "security": [{}, {"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _paths() -> dict:
    return {
        "/search": {"get": _search()},
        "/items": {"get": _index(), "post": _create()},
        "/items/{item_id}": {
            "parameters": [_ID],
            "get": _operation("One item", {200: _ref("Item")}, (404,)),
            "patch": _change(),
            "delete": _operation("Put an item in the trash", {204: None}, (401, 403, 404)),
        },
        "/items/{item_id}/revisions": {
            "parameters": [_ID],
            "get": _operation(
                "The versions of an item, the newest first",
                {200: _page(_ref("Revision"))},
                (404, 422),
                [_query("limit", _LIST), _query("cursor", {"type": "string"})],
            ),
        },
        "/files": {"post": _upload()},
        "/files/{item_id}/download": {
            "parameters": [_ID],
            "get": _operation(
                "The bytes that `sha256` names",
                {200: None},
                (404,),
                [{"name": "Range", "in": "header", "schema": {"type": "string"}}],
            ),
        },
        "/openapi.json": {"get": _operation("This description", {200: {"type": "object"}})},
    }


def _search() -> dict:
    words = [_query(name, {"type": "string"}, "Slugs of terms") for name in FACETS]
    asked = [
        _query("q", {"type": "string"}, "Words, as a person types them"),
        _query("kind", {"type": "string", "enum": list(FIELDS)}),
        _query("group", {"type": "integer"}),
        _query("limit", _LIST),
        _query("offset", {"type": "integer", "minimum": 0, "default": 0}),
    ]
    return _operation("Search, best first", {200: _ref("Results")}, (422,), asked + words)


def _index() -> dict:
    return _operation(
        "Items, in the order of their ids",
        {200: _page(_ref("Item"))},
        (404, 422),
        [
            _query("kind", {"type": "string", "enum": list(FIELDS)}),
            _query("group", {"type": "integer"}),
            _query("limit", _LIST),
            _query("cursor", {"type": "string"}, "The `next` of the answer before"),
        ],
    )


def _create() -> dict:
    made = _operation(
        "Add an item",
        {201: _ref("Item"), 202: _ref("RequestedItem")},
        (400, 401, 403, 404, 413, 415, 422),
    )
    return made | {
        "requestBody": _json({"oneOf": [_ref("NewPage"), _ref("NewReport"), _ref("NewCollection")]})
    }


def _change() -> dict:
    made = _operation(
        "Change the fields given, merged with what others saved since `revision`",
        {200: _ref("Item"), 202: _ref("RequestedItem"), 409: _ref("Conflict")},
        (400, 401, 403, 404, 413, 415, 422, 428),
    )
    kinds = [_ref(f"{name}Change") for name in _NAMES]
    return made | {"requestBody": _json({"anyOf": kinds})}


def _upload() -> dict:
    fields = {
        "file": {"type": "string", "format": "binary"},
        "group": {"type": "integer"},
        "parent": {"type": "integer"},
        "title": {"type": "string"},
    }
    form = {"type": "object", "required": ["file", "group"], "properties": fields}
    made = _operation("Add a file", {201: _ref("Item")}, (401, 403, 404, 413, 422, 507))
    return made | {"requestBody": {"content": {"multipart/form-data": {"schema": form}}}}


def _schemas() -> dict:
    own = {kind: {n: f.schema for n, f in fields.items()} for kind, fields in FIELDS.items()}
    common = {"scope": {"type": "string", "enum": list(SCOPES)}, "terms": _ref("Slugs")}
    new = common | {
        "group": {"type": "integer"}, "parent": {"type": ["integer", "null"]}, "note": _TEXT,
        "names_agreed": _AGREED,
    }  # fmt: skip
    change = common | {"revision": {"type": "integer"}, "note": _TEXT, "names_agreed": _AGREED}
    schemas = {"Error": _ERROR, "Item": _item(own), "Slugs": _slugs(), "Revision": _REVISION}
    for name, kind in _NAMES.items():
        if kind != "files":
            schemas[f"New{name}"] = _object(
                own[kind] | new | {"kind": {"const": kind}}, ["kind", "group", "title"]
            )
        schemas[f"{name}Change"] = _object(own[kind] | change, ["revision"])
    request = {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "scope": _TEXT,
            "item": {"type": "integer"},
            "to": {"type": "string", "enum": ["facilitators", "editors"]},
        },
    }
    asked = {"type": "object", "properties": {"publication_request": request}}
    return schemas | {
        "RequestedItem": {"allOf": [_ref("Item"), asked]},
        "Conflict": {
            "allOf": [
                _ref("Error"),
                {
                    "type": "object",
                    "properties": {"theirs": _ref("Item"), "yours": {"type": "object"}},
                },
            ]
        },
        "Results": _RESULTS,
    }


def _item(own: dict) -> dict:
    """What every item has, and what each kind adds."""
    named = {"type": "object", "properties": {"id": {"type": "integer"}, "name": _TEXT}}
    common = {
        "id": {"type": "integer"},
        "kind": {"type": "string", "enum": list(FIELDS)},
        "group": {"type": "object", "properties": {"id": {"type": "integer"}, "title": _TEXT}},
        "title": _TEXT,
        "url": _TEXT,
        "scope": {"type": "string", "enum": list(SCOPES)},
        "revision": {"type": "integer"},
        "source": {"type": ["string", "null"]},
        "author": {"anyOf": [named, {"type": "null"}]},
        "created_at": _MOMENT,
        "updated_at": _MOMENT,
        "terms": {"type": "object", "additionalProperties": {"type": "array", "items": _TERM}},
    }
    more = {"filename": _TEXT, "sha256": _TEXT, "download_url": _TEXT, "entries": _ENTRIES}
    for fields in own.values():
        more |= {name: schema for name, schema in fields.items() if name not in common}
    return {"type": "object", "required": list(common), "properties": common | more}


def _slugs() -> dict:
    several = {"type": "array", "items": _TEXT, "maxItems": 100}
    return _object(dict.fromkeys(VOCABULARIES, several), [])


def _operation(summary: str, answers: dict, errors=(), parameters=()) -> dict:
    responses = {
        str(status): {"description": summary} | (_json(schema) if schema else {})
        for status, schema in answers.items()
    }
    for status in (*errors, 429):
        if str(status) not in responses:
            responses[str(status)] = {"description": "Refused"} | _json(_ref("Error"))
    made = {"summary": summary, "responses": responses}
    return made | ({"parameters": list(parameters)} if parameters else {})


def _page(item: dict) -> dict:
    results = {"type": "array", "items": item}
    return {
        "type": "object",
        "properties": {"results": results, "next": {"type": ["string", "null"]}},
    }


def _object(properties: dict, required: list[str]) -> dict:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _query(name: str, schema: dict, description: str = "") -> dict:
    asked = {"name": name, "in": "query", "schema": schema}
    return asked | ({"description": description} if description else {})


def _json(schema: dict) -> dict:
    return {"content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT = {"type": "string"}
_AGREED = {
    "type": "boolean",
    "description": "People of the group named in the text agree to be read by others",
}
_MOMENT = {"type": "string", "format": "date-time"}
_NAMES = {
    "Page": "pages", "Report": "reports", "Collection": "collections", "Portrait": "portraits",
    "Map": "maps", "Event": "events", "Training": "trainings",
    "File": "files",
}  # fmt: skip
_ENTRIES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": ["item", "link", "heading"]},
            "item": {"type": ["integer", "null"]},
            **dict.fromkeys(("title", "address", "note"), _TEXT),
        },
    },
}
_TERM = {"type": "object", "properties": {"slug": _TEXT, "label": _TEXT}}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": _TEXT, "message": _TEXT},
        },
        "field": _TEXT,
        "blockers": {"type": "array", "items": _TEXT},
    },
}
_REVISION = {
    "type": "object",
    "properties": {
        "number": {"type": "integer"},
        "author": {"type": ["object", "null"]},
        "writers": {"type": "array", "items": {"type": "object"}},
        "note": _TEXT,
        "created_at": _MOMENT,
        "fields": {"type": "object"},
    },
}
_RESULTS = {
    "type": "object",
    "properties": {
        "total": {"type": "integer"},
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    **dict.fromkeys(("kind", "title", "url", "summary", "scope"), _TEXT),
                    "id": {"type": "integer"},
                    "highlight": {"type": "string", "description": "Escaped HTML with <mark>"},
                    "found_in": _TEXT,
                    "found_at": {"type": ["object", "null"]},
                    "group": {"type": "object"},
                    "source": {"type": ["string", "null"]},
                    "updated_at": _MOMENT,
                },
            },
        },
        "facets": {"type": "object"},
        "suggestion": {"type": ["string", "null"]},
    },
}

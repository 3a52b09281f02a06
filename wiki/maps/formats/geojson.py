"""GeoJSON out: every answer a property, what only we know under `_essaim`."""

import json


def write(told: dict) -> bytes:
    """A map as `exporting.told` gives it, as a FeatureCollection."""
    made = {
        "type": "FeatureCollection", "name": told["title"],
        "features": [_feature(one) for one in told["features"]],
    }  # fmt: skip
    return json.dumps(made, ensure_ascii=False, allow_nan=False).encode()


def _feature(one: dict) -> dict:
    ours = {"layer": one["layer"], "precision": one["precision"], "session": one["session"]}
    properties = {**one["props"], "name": one["title"], "description": one["story"]}
    properties = {key: value for key, value in properties.items() if value not in (None, "", [])}
    return {
        "type": "Feature", "id": one["id"], "geometry": one["geometry"],
        "properties": properties | {"_essaim": {k: v for k, v in ours.items() if v}},
    }  # fmt: skip

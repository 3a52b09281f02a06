"""Words taken out of a map for someone who asks not to be named: features and their past too."""

from sqlalchemy import select

from wiki.db import db
from wiki.maps.models import Change, Feature, Import, Layer, Map, Step
from wiki.markup import render


def erase(found: Map, replace) -> int:
    """Apply `replace(text) -> (text, count)` to all that the map keeps beside its fields."""
    count = 0
    features = list(db.session.scalars(select(Feature).where(Feature.map_id == found.id)))
    for one in features:
        count += _texts(one, ("title", "story", "session"), replace)
        one.props, times = inside(one.props or {}, replace)
        count += times
        if one.html:
            one.html = render(one.story, prefix=one.uuid[:8]).html
    past = select(Change).join(Feature).where(Feature.map_id == found.id)
    for change in db.session.scalars(past):
        change.data, times = inside(change.data, replace)
        count += times
    for layer in db.session.scalars(select(Layer).where(Layer.map_id == found.id)):
        count += _texts(layer, ("title", "viewpoint"), replace)
    for step in db.session.scalars(select(Step).where(Step.map_id == found.id)):
        count += _texts(step, ("title", "text"), replace)
        step.html = render(step.text).html if step.text else ""
    for one in db.session.scalars(select(Import).where(Import.map_id == found.id)):
        one.payload, one.report = None, inside(one.report or {}, replace)[0]
    return count


def _texts(thing, names: tuple[str, ...], replace) -> int:
    count = 0
    for name in names:
        text, times = replace(getattr(thing, name) or "")
        if times:
            setattr(thing, name, text)
        count += times
    return count


def inside(value, replace):
    """A JSON value with every text in it replaced, and how often."""
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        made = [inside(one, replace) for one in value]
        return [one for one, _n in made], sum(n for _one, n in made)
    if isinstance(value, dict):
        made = {key: inside(one, replace) for key, one in value.items()}
        return {key: one for key, (one, _n) in made.items()}, sum(n for _one, n in made.values())
    return value, 0

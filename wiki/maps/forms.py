"""The forms of maps: a new one, its words, and a feature with what its map asks."""

from flask_babel import lazy_gettext as N_
from wtforms import FileField, RadioField, SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import DataRequired

from wiki.forms import Form, line, text
from wiki.maps import fields, tracing_words
from wiki.maps.geometry import STEPS
from wiki.maps.operations import SESSION, STORY, TITLE

GROUNDS = {
    "picture": (N_("A drawing or a photo"), "photo"),
    "blank": (N_("A blank sheet"), "page"),
    "outline": (N_("An outline of France"), "carte"),
}
PRECISIONS = {
    "exact": N_("The exact place"), "street": N_("The street, about 100 metres"),
    "neighbourhood": N_("The neighbourhood, about 500 metres"),
    "town": N_("The town, about 2 kilometres"),
}  # fmt: skip
WHERE = {
    "keep": N_("Leave it where it is"), "centre": N_("In the middle of the map"),
    "place": N_("At a place I name"), "numbers": N_("At coordinates"),
    "shape": N_("Along these places: a way or an area"), "later": N_("Place it later"),
}  # fmt: skip


class NewMapForm(Form):
    """The first step: a name, a kind and a ground."""

    title = line(N_("Name of the map"), 160)
    question = line(
        N_("The question it answers"), 300, needed=False,
        description=N_("“Where do you feel well in the neighbourhood?”"),
    )  # fmt: skip
    map_kind = RadioField(N_("Kind of map"), default="sensitive")
    ground = RadioField(N_("Ground"), default="blank")
    picture = FileField(N_("The drawing or photo"))

    def __init__(self, *args, **kwargs):
        """The kinds and grounds, by name."""
        super().__init__(*args, **kwargs)
        self.map_kind.choices = [(code, one[0]) for code, one in fields.MAP_KINDS.items()]
        self.ground.choices = [(code, one[0]) for code, one in GROUNDS.items()]


class MapForm(Form):
    """The words of a map."""

    title = line(N_("Name of the map"), 160)
    summary = line(N_("What this map shows"), 300, needed=False)
    question = line(N_("The question it answers"), 300, needed=False)
    map_kind = SelectField(N_("Kind of map"))
    legend = text(N_("Legend"), 20_000, description=N_("What the colours and signs mean here"))
    revision = StringField(widget=widgets.HiddenInput())

    def __init__(self, *args, **kwargs):
        """The kinds, by name."""
        super().__init__(*args, **kwargs)
        self.map_kind.choices = [(code, one[0]) for code, one in fields.MAP_KINDS.items()]


class FeatureForm(Form):
    """A feature without a mouse; `of` adds what its map asks."""

    title = line(N_("Name of this place"), TITLE)
    where = RadioField(N_("Where"))
    place = line(N_("Town or place"), 160, needed=False)
    y = line(N_("Latitude"), 30, needed=False)
    x = line(N_("Longitude"), 30, needed=False)
    shape = text(N_("Way or area, place by place"), 100_000)
    story = text(N_("What there is to tell"), STORY)
    layer = SelectField(N_("Layer"), coerce=int)
    precision = SelectField(
        N_("What those outside the group see"),
        description=N_("Addresses are cut to it too. What names and stories tell stays as it is."),
    )
    session = line(N_("Half-day or outing"), SESSION, needed=False)

    @classmethod
    def of(cls, found, layers, feature, sent=None) -> "FeatureForm":
        """The form of a feature, or of a new one, as sent or as it is."""
        asked = {f"p_{one['key']}": _asked(one) for one in found.fields}
        form = type(cls.__name__, (cls,), asked)(sent, obj=None if sent else feature)
        ways = [code for code in WHERE if (code != "keep" or feature)]
        if found.crs == "simple":
            ways.remove("place")
            form.y.label.text, form.x.label.text = _UP, _RIGHT
        form.where.choices = [(code, WHERE[code]) for code in ways]
        form.layer.choices = [(one.id, one.title) for one in layers]
        form.precision.choices = list(PRECISIONS.items())
        form._offer_held(found, feature)
        if sent is None:
            form._show(found, feature)
        return form

    def props(self, found) -> dict:
        """What was answered, by the key of its field; files are added by whoever received them."""
        answers = {}
        for one in found.fields:
            if one["type"] not in ("photo", "voice", "video"):
                answers[one["key"]] = self[f"p_{one['key']}"].data
        return answers

    def asked(self, found) -> list:
        """The fields that the map asks, with what it says of each."""
        return [(one, self[f"p_{one['key']}"]) for one in found.fields]

    def _offer_held(self, found, feature) -> None:
        """Answers that came from elsewhere and are in no list stay answers: a form offers them."""
        for one in found.fields if feature else ():
            choices = getattr(self[f"p_{one['key']}"], "choices", None)
            if choices and one["type"] in fields.LISTED:
                value = (feature.props or {}).get(one["key"])
                choices.extend((said, said) for said in fields.held(one, value))

    def _show(self, found, feature) -> None:
        self.where.data = "keep" if feature else "centre"
        self.precision.data = feature.precision if feature else "exact"
        if feature:
            self.shape.data = tracing_words.written(feature.geometry)
            self.layer.data = feature.layer_id
            for one in found.fields:
                value = (feature.props or {}).get(one["key"])
                self[f"p_{one['key']}"].data = _shown(one, value)


_UP, _RIGHT = N_("From the bottom, in pixels"), N_("From the left, in pixels")
_BOXES = {
    "widget": widgets.ListWidget(prefix_label=False),
    "option_widget": widgets.CheckboxInput(),
}
assert set(PRECISIONS) == set(STEPS)


def _asked(one: dict):
    label, kind = one["label"], one["type"]
    checks = [DataRequired()] if one.get("required") and kind not in fields.POINTING else []
    choices = [(c["value"], c["label"]) for c in one.get("choices", [])]
    if kind in ("choice", "emotion"):
        return RadioField(label, checks, choices=[("", N_("Not said")), *choices], default="",
                          validate_choice=False)  # fmt: skip
    if kind == "multi" and not choices:
        return text(label, fields.LONGEST, bool(checks), description=N_("One a line"))
    if kind == "multi":
        return SelectMultipleField(label, checks, choices=choices, validate_choice=False, **_BOXES)
    if kind == "bool":
        ways = [("", N_("Not said")), ("oui", N_("Yes")), ("non", N_("No"))]
        return RadioField(label, checks, choices=ways, default="")
    if kind == "scale":
        ways = [("", N_("Not said")), *((str(n), str(n)) for n in range(1, 6))]
        return RadioField(label, checks, choices=ways, default="")
    if kind in ("photo", "voice", "video"):
        return FileField(label)
    if kind == "text":
        return text(label, fields.LONGEST, needed=bool(checks))
    return StringField(label, checks, render_kw={"type": "date"} if kind == "date" else None)


def _shown(one: dict, value):
    is_chosen = one["type"] == "multi" and one.get("choices")
    if value is None:
        return [] if is_chosen else ""
    if one["type"] == "bool":
        return "oui" if value else "non"
    if one["type"] == "multi":
        many = [str(v) for v in value] if isinstance(value, list) else [str(value)]
        return many if is_chosen else "\n".join(many)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

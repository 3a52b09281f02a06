"""The form of a portrait: a few fields of its own, and those of each of its blocks."""

from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import Length, ValidationError

from wiki.forms import Form, line, text
from wiki.portraits import parts
from wiki.portraits.kinds import KINDS, MODELS, SPOT_ICONS, SUBJECTS, Kind
from wiki.portraits.parts import Part

_SHORT = {"x": 6, "y": 6, "t": 12, "icon": 12, "to": 20, "item": 200}
_SETTINGS = {
    "x": N_("Left, 0 to 100"),
    "y": N_("Top, 0 to 100"),
    "t": N_("Moment in the voice (1:12)"),
    "icon": N_("Sign in the picture"),
    "to": N_("Then lead to"),
    "item": N_("Address or number of what to show"),
}


class NewPortraitForm(Form):
    """The first step: a name and a model."""

    title = line(N_("Name"), 160, description=N_("Of the person, the trade or the place"))
    model = RadioField(N_("Begin with"), default="trade")

    def __init__(self, *args, **kwargs):
        """The models, by name."""
        super().__init__(*args, **kwargs)
        self.model.choices = [(code, model.name) for code, model in MODELS.items()]


class PortraitForm(Form):
    """What is the same in all portraits; `of` adds the fields of the blocks."""

    title = line(N_("Name"), 160)
    summary = line(
        N_("The line under the name"), 300, needed=False,
        description=N_("“Baker at the Four Mills since 1989”"),
    )  # fmt: skip
    subject = RadioField(N_("Portrait of"), default="person")
    note = line(
        N_("What you changed"), 300, needed=False, description=N_("Helps the others to follow")
    )
    revision = HiddenField()
    arrangement = HiddenField()
    blocks: ClassVar[list[Part]] = []

    @classmethod
    def of(cls, portrait, sent=None) -> "PortraitForm":
        """The form of a portrait as it was sent or kept, or as the portrait is."""
        blocks = _sent_blocks(sent) if sent is not None else portrait.blocks()
        fields: dict = {"blocks": blocks}
        for part in parts.every(blocks):
            fields |= _fields(part)
        form = type(cls.__name__, (cls,), fields)(sent, obj=portrait)
        form.subject.choices = [(code, words) for code, (words, _sign) in SUBJECTS.items()]
        if sent is None:
            form._show(portrait, blocks)
        else:
            form._take(portrait.words or {})
        return form

    def order(self) -> list[str]:
        """The keys of all parts in the order in which the person put them."""
        return [part.key for part in parts.every(self.blocks)]

    def changes(self, gone: set[str]) -> dict:
        """The versioned fields as they were sent, without the parts that are taken away."""
        kept = [p for p in parts.every(self.blocks) if not {p.key, p.key.split("-")[0]} & gone]
        words, settings = {}, {}
        for part in kept:
            words |= {f"{part.key}.{name}": value for name, value in part.words.items() if value}
            settings |= {f"{part.key}.{n}": value for n, value in part.settings.items() if value}
        return {
            "title": self.title.data, "summary": self.summary.data or "",
            "subject": self.subject.data, "words": words, "settings": settings,
            "arrangement": [part.key for part in kept],
        }  # fmt: skip

    def field_of(self, part: Part, name: str):
        """The field of some words or of a short value of a part."""
        prefix = "s" if name in _SHORT else "w"
        return self[f"{prefix}_{part.key}_{name}"]

    def _show(self, portrait, blocks: list[Part]) -> None:
        self.revision.data = str(portrait.revision_count)
        for part in parts.every(blocks):
            for slot in part.kind.slots:
                self[f"w_{part.key}_{slot.name}"].data = part.words.get(slot.name, "")
            for name in part.kind.settings:
                self[f"s_{part.key}_{name}"].data = part.settings.get(name, "")

    def _take(self, recorded: dict) -> None:
        """What was sent, cleaned, becomes what the parts say.

        A text that is written together elsewhere is not sent: it stays as it is.
        """
        for part in parts.every(self.blocks):
            for slot in part.kind.slots:
                field = self[f"w_{part.key}_{slot.name}"]
                if not field.raw_data:
                    field.data = recorded.get(f"{part.key}.{slot.name}", "")
                part.words[slot.name] = field.data or ""
            for name in part.kind.settings:
                value = self[f"s_{part.key}_{name}"].data or ""
                part.settings[name] = value.replace(",", ".") if name in ("x", "y") else value


def _sent_blocks(sent) -> list[Part]:
    """The blocks that a form speaks of, in the order it gives."""
    blocks: dict[str, Part] = {}
    for key in parts.kept_order((sent.get("arrangement") or "").split(",")):
        if "-" not in key:
            code = sent.get(f"s_{key}_kind", "")
            if code in KINDS:
                blocks[key] = _sent_part(sent, key, code, KINDS[code])
        elif (block := blocks.get(key.partition("-")[0])) and block.kind.child:
            block.lines.append(_sent_part(sent, key, f"{block.code}-line", block.kind.child))
    return list(blocks.values())


def _sent_part(sent, key: str, code: str, kind: Kind) -> Part:
    settings = {medium.name: sent.get(f"s_{key}_{medium.name}", "")[:9] for medium in kind.media}
    settings = {name: value for name, value in settings.items() if value.isdigit()}
    if code in KINDS:
        settings["kind"] = code
    if ask := sent.get(f"s_{key}_ask", "")[:20]:
        settings["ask"] = ask
    return Part(key, code, kind, {}, settings)


def _fields(part: Part) -> dict:
    made = {}
    for slot in part.kind.slots:
        field = line(slot.label, slot.longest, needed=False) if slot.is_line else text(
            slot.label, slot.longest)  # fmt: skip
        made[f"w_{part.key}_{slot.name}"] = field
    for name in part.kind.settings:
        checks = [Length(max=_SHORT[name])] + ([_GOOD[name]] if name in _GOOD else [])
        made[f"s_{part.key}_{name}"] = StringField(_SETTINGS[name], checks, filters=[_stripped])
    return made


def _stripped(value):
    return value.strip() if value else value


def _share(_form, field) -> None:
    """A place in a picture, as a share of its width or height."""
    if field.data and not _is_share(field.data):
        raise ValidationError(_("Write a number between 0 and 100."))


def _moment(_form, field) -> None:
    if field.data and parts.seconds(field.data) is None:
        raise ValidationError(_("Write a moment such as 1:12."))


def _icon(_form, field) -> None:
    if (field.data or "") not in SPOT_ICONS:
        raise ValidationError(_("Choose one of the signs."))


def _is_share(written: str) -> bool:
    try:
        return 0 <= float(written.replace(",", ".")) <= 100
    except ValueError:
        return False


# The same for programs: what each short value may be.
GOOD_SETTINGS = {
    "x": _is_share, "y": _is_share, "t": lambda written: parts.seconds(written) is not None,
    "icon": lambda written: written in SPOT_ICONS,
    "to": lambda written: parts.KEY.fullmatch(written) is not None,
}  # fmt: skip
_GOOD = {"x": _share, "y": _share, "t": _moment, "icon": _icon}

"""What people fill in of a kit: its identity sheet, its plan, its sheets, its licence."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import Optional, ValidationError

from wiki.db import utcnow
from wiki.forms import Day, Form, line, text
from wiki.items.forms import number_or_none
from wiki.kits.dates import When
from wiki.kits.models import FACTS, NETWORKS, SHEETS, Kit

FURTHEST = 3  # years ahead
LICENCES = {
    "CC BY-SA 4.0": N_("reuse and change freely, naming us, and share in the same way"),
    "CC BY 4.0": N_("reuse and change freely, naming us"),
    "CC0 1.0": N_("do anything, even without naming us"),
    "Licence Ouverte 2.0": N_("reuse freely, naming us and the date: for public bodies"),
}


class KitForm(Form):
    """A kit, all in one page that can be recorded half full."""

    title = line(N_("Name of the kit"))
    summary = text(N_("What it is for"), 2_000)
    duration = line(N_("Length"), 300, needed=False)
    size = line(N_("How many people"), 300, needed=False)
    prerequisites = line(N_("Before coming"), 300, needed=False)
    material = line(N_("Material"), 300, needed=False)
    room = line(N_("Room"), 300, needed=False)
    network = RadioField(
        N_("Network"), [Optional()], default="none",
        choices=[("none", N_("No network needed")), ("low", N_("A weak network is enough")),
                 ("good", N_("A good network is needed"))],
    )  # fmt: skip
    facilitator = text(N_("Facilitator’s sheet"), 200_000)
    participant = text(N_("Participant’s sheet"), 200_000)
    evaluation = text(N_("Evaluation"), 200_000)
    faq = text(N_("Questions and frequent mistakes"), 200_000)
    structure = line(N_("Structure"), 200, needed=False)
    licence = SelectField(N_("Licence"))
    revision = HiddenField(filters=[number_or_none])

    def __init__(self, *args, **kwargs):
        """The licences, each with what it lets others do."""
        super().__init__(*args, **kwargs)
        self.licence.choices = [("", N_("Not chosen yet"))]
        self.licence.choices += [(name, f"{name} : {words}") for name, words in LICENCES.items()]
        kept = kwargs.get("licence")
        if kept and kept not in LICENCES:
            self.licence.choices.append((kept, kept))

    @classmethod
    def of(cls, kit: Kit | None, sent=None):
        """The form of a kit as sent, or as it is."""
        if kit is None:
            return cls(sent, licence="CC BY-SA 4.0")
        kept = {name: getattr(kit, name) for name in ("title", "summary", *SHEETS, "structure",
                                                      "licence")}  # fmt: skip
        return cls(sent, **kept, **(kit.facts or {}), revision=kit.revision_count)

    def fields(self) -> dict:
        """The fields of the kit as they are recorded."""
        facts = {name: self[name].data for name in FACTS if self[name].data}
        if self.network.data in NETWORKS:
            facts["network"] = self.network.data
        made = {name: self[name].data or "" for name in ("title", "summary", *SHEETS, "structure",
                                                         "licence")}  # fmt: skip
        return made | {"facts": facts}


class NewKitForm(Form):
    """A name, and the group whose action becomes a kit."""

    title = line(N_("Name of the kit"))


class AdaptForm(Form):
    """The name of the group to make of a kit, and when its sessions are held."""

    title = line(N_("Name of your group"), 120)
    first = Day(N_("Day of the first session"), [Optional()])
    skip = BooleanField(
        N_("Leave holidays and Christmas week free"), default=True,
        description=N_("The session waits a week, and those after it too."),
    )  # fmt: skip

    def validate_first(self, field):
        """Not a day of another century, which a slip of the finger gives."""
        ahead = (field.data - utcnow().date()).days if field.data else 0
        if not -366 <= ahead <= 366 * FURTHEST:
            raise ValidationError(_("This day is too far away. Look at the year."))

    def when(self) -> When:
        """What was asked of the dates."""
        return When(self.first.data, bool(self.skip.data))


class VersionForm(Form):
    """What changed in this version of a kit."""

    also = line(N_("Other names to take out"), 2_000, needed=False)
    note = line(N_("What is new in it"), 300, needed=False)

"""What people fill in about themselves."""

from collections.abc import Callable

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from wiki.accounts.models import User, clean_email, is_email
from wiki.accounts.signing import SHORTEST, check_password
from wiki.forms import Form, line


def email_field(label=None, **kwargs):
    """An e-mail address, checked for its shape only."""
    return line(label or _("E-mail address"), 254, **kwargs)


_takers: list[Callable[[User, str], bool]] = []


def names_are_taken(taken: Callable[[User, str], bool]) -> Callable[[User, str], bool]:
    """Have a function say whether somebody beside a person has a name already."""
    _takers.append(taken)
    return taken


COLOUR_NAMES = {
    "brique": _("brick"),
    "ocre": _("ochre"),
    "mousse": _("moss"),
    "sapin": _("fir"),
    "lagune": _("lagoon"),
    "bleuet": _("cornflower"),
    "mure": _("blackberry"),
    "ardoise": _("slate"),
}
PICTOGRAM_NAMES = {
    "arbre": _("tree"),
    "oiseau": _("bird"),
    "poisson": _("fish"),
    "fleur": _("flower"),
    "cle": _("key"),
    "theiere": _("teapot"),
    "soleil": _("sun"),
    "pain": _("bread"),
    "velo": _("bicycle"),
    "bateau": _("boat"),
    "lune": _("moon"),
    "maison": _("house"),
}


def colour_field(label):
    """One of the eight colours."""
    return RadioField(label, choices=list(COLOUR_NAMES.items()), validators=[DataRequired()])


def pictogram_field(label):
    """One of the twelve pictograms."""
    return RadioField(label, choices=list(PICTOGRAM_NAMES.items()), validators=[DataRequired()])


class SignInForm(Form):
    """Address and password."""

    email = email_field()
    password = PasswordField(_("Password"), [InputRequired()])
    shared = BooleanField(_("This computer is shared. Sign me out after 15 minutes."))
    next = HiddenField()


class AskResetForm(Form):
    """Ask for a link to choose a new password."""

    email = email_field()


class PasswordForm(Form):
    """Choose a password."""

    password = PasswordField(
        _("New password"),
        [InputRequired(), Length(min=SHORTEST, max=200)],
        description=_("At least 10 characters. Four ordinary words make a good one."),
    )


class ChangePasswordForm(PasswordForm):
    """Change a password, knowing the present one."""

    current = PasswordField(_("Present password"), [InputRequired()])


class NewAccountForm(PasswordForm):
    """Name and password of someone who was invited."""

    name = line(_("Your name, as the others will read it"), 80)


class FirstAdminForm(NewAccountForm):
    """The first administrator, who knows the code that the server printed."""

    code = line(_("Code printed by the server when it started"), 40)
    email = email_field()

    def validate_email(self, field):
        """Refuse what cannot be an address."""
        check_email(field)


class ProfileForm(Form):
    """How a person is seen, and the language of their screens."""

    name = line(_("Your name, as the others will read it"), 80)
    email = email_field(needed=False)
    lang = SelectField(
        _("Language of the screens"),
        choices=[("", _("As my browser says")), ("fr", "Français"), ("en", "English")],
        validate_choice=True,
    )
    easy = BooleanField(
        _("Easy reading"),
        description=_("Larger text, one thing at a time, a button to listen to each text."),
    )
    pictogram = pictogram_field(_("My pictogram"))
    colour = colour_field(_("My colour"))
    current = PasswordField(
        _("Present password"), description=_("Only needed to change your e-mail address.")
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def validate_name(self, field):
        """In a group, nobody takes the name of somebody else, or one that looks the same."""
        if field.data != self.user.name and any(taken(self.user, field.data) for taken in _takers):
            raise ValidationError(
                _("Somebody in your group has this name, or one that looks the same. Add a letter.")
            )

    def validate_email(self, field):
        """An address is optional, but belongs to one person only."""
        field.data = clean_email(field.data or "") or None
        if not field.data:
            return
        check_email(field)
        holder = User.by_email(field.data)
        if holder is not None and holder.id != self.user.id:
            raise ValidationError(_("This address is already used by another account."))

    def validate_current(self, field):
        """Whoever changes the address could take the account: the password says who it is."""
        changed = (clean_email(self.email.data or "") or None) != self.user.email
        if changed and self.user.password_hash and not check_password(self.user, field.data or ""):
            raise ValidationError(_("Give your present password to change your e-mail address."))


class ClaimForm(Form):
    """Whoever came in with a card gives an address, and shows that the card is theirs."""

    email = email_field()
    digits = line(_("Your present digits"), 20)

    def validate_email(self, field):
        """Refuse what cannot be an address."""
        check_email(field)


class TokenForm(Form):
    """Name a new key, to know later which program holds it."""

    name = line(_("Which program will use this key?"), 80)


class UserForm(Form):
    """What a site administrator decides about a person."""

    role = SelectField(
        _("Role on the site"),
        coerce=int,
        choices=[(1, _("Member")), (2, _("Editor")), (3, _("Administrator"))],
    )
    professional = BooleanField(_("Reads what is shared with the network of professionals"))


def check_email(field) -> None:
    """Raise ValidationError when a text cannot be an address."""
    if not is_email(field.data or ""):
        raise ValidationError(_("This does not look like an e-mail address."))

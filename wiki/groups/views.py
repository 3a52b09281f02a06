"""Making a group, its people, invitations, settings, leaving."""

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import select

from wiki.accounts import signing
from wiki.accounts.forms import NewAccountForm
from wiki.accounts.models import User
from wiki.db import db, utcnow
from wiki.groups.forms import GroupForm, InvitationForm, RoleForm
from wiki.groups.joining import let_go
from wiki.groups.journal import record
from wiki.groups.models import (
    Group,
    Invitation,
    Membership,
    Role,
    deleted_groups,
    groups_of,
    role_in,
)
from wiki.groups.namesakes import is_taken
from wiki.mail import link, post
from wiki.templating import language
from wiki.throttle import address, throttle

blueprint = Blueprint("groups", __name__)


@blueprint.app_context_processor
def _my_groups():
    return {"my_groups": groups_of(current_user)}


@blueprint.get("/groups")
@login_required
def index():
    """My groups."""
    return render_template(
        "groups/index.html", groups=groups_of(current_user), may=may_found(),
        deleted=deleted_groups(current_user),
    )  # fmt: skip


@blueprint.route("/groups/new", methods=["GET", "POST"])
@login_required
def new():
    """Found a group; whoever founds it facilitates it."""
    if not may_found():
        return render_template("groups/founders.html"), 403
    form = GroupForm.of_request()
    if request.method == "GET":
        form.colour.data, form.pictogram.data = "lagune", "arbre"
    if form.was_sent_well():
        if twin := Group.founded_just_now(form.title.data, current_user):
            return redirect(twin.url, 303)
        fields = {k: "" if v is None else v for k, v in form.data.items() if k != "title"}
        group = Group.found(form.title.data, current_user, **fields)
        record("group created", current_user, group.id)
        db.session.commit()
        flash(_("Your group is ready. Invite people, or write its first page."))
        return redirect(group.url, 303)
    return render_template("groups/new.html", form=form), 422 if form.errors else 200


@blueprint.route("/groups/<id:group_id>/settings", methods=["GET", "POST"])
@login_required
def settings(group_id: int):
    """Change a group's name, colour, pictogram."""
    group = load(group_id, Role.FACILITATOR)
    form = GroupForm.of_request(group)
    if form.was_sent_well():
        form.populate_obj(group)
        group.summary = group.summary or ""
        group.rename(form.title.data)
        record("group changed", current_user, group.id)
        db.session.commit()
        flash(_("Saved."))
        return redirect(group.url, 303)
    page = render_template("groups/settings.html", form=form, group=group)
    return page, 422 if form.errors else 200


@blueprint.route("/groups/<id:group_id>/members", methods=["GET", "POST"])
@login_required
def members(group_id: int):
    """The people of a group; facilitators invite others."""
    group = load(group_id)
    leads = role_in(current_user, group.id) == Role.FACILITATOR
    form = InvitationForm.of_request()
    if request.method == "POST" and not leads:
        abort(403)
    if form.was_sent_well():
        throttle("100 per hour", "invite", str(current_user.id), cost=len(form.addresses))
        links = [[email, _invite(group, email, form)] for email in form.addresses]
        db.session.commit()
        if current_app.config["SMTP_URL"]:
            flash(_("Invitations sent: %(n)s.", n=len(form.addresses)))
        else:
            # No letter leaves this site: whoever invites hands the links over, and sees them once.
            session["invited"] = links
        return redirect(url_for("groups.members", group_id=group.id), 303)
    page = render_template(
        "groups/members.html",
        group=group,
        people=group.people_for(current_user),
        form=form,
        leads=leads,
        invitations=_waiting(group) if leads else [],
        links=session.pop("invited", []) if leads else [],
        roles=Role,
    )
    return page, 422 if form.errors else 200


@blueprint.post("/groups/<id:group_id>/members/<int:user_id>")
@login_required
def change_role(group_id: int, user_id: int):
    """Give a member another role, or take them out of the group."""
    group = load(group_id, Role.FACILITATOR)
    membership = db.session.get(Membership, (user_id, group.id)) or abort(404)
    lowered = "remove" in request.form or request.form.get("role", type=int) != Role.FACILITATOR
    if lowered and not _may_step_down(group, membership):
        flash(_("A group needs a facilitator. Give this role to someone else first."), "error")
        return redirect(url_for("groups.members", group_id=group.id), 303)
    if "remove" in request.form:
        db.session.delete(membership)
        let_go(db.session.get(User, user_id), group.id)
        record("member removed", current_user, group.id, user=user_id)
    else:
        form = RoleForm.of_request()
        if not form.was_sent_well():
            abort(422)
        if form.role.data == Role.FACILITATOR and membership.user.is_participant:
            words = _("A facilitator needs an account with an address: a few digits do not do.")
            flash(words, "error")
            return redirect(url_for("groups.members", group_id=group.id), 303)
        was, membership.role = membership.role, Role(form.role.data)
        record("role changed", current_user, group.id, user=user_id, was=was, role=form.role.data)
    db.session.commit()
    flash(_("Saved."))
    return redirect(url_for("groups.members", group_id=group.id), 303)


@blueprint.post("/groups/<id:group_id>/departure")
@login_required
def leave(group_id: int):
    """Leave a group; the last facilitator first finds another, or deletes the group."""
    group = load(group_id)
    membership = group.membership(current_user)
    if not _may_step_down(group, membership):
        flash(
            _("You are the last facilitator. Give this role to someone, or delete the group."),
            "error",
        )
        return redirect(url_for("groups.members", group_id=group.id), 303)
    db.session.delete(membership)
    record("member left", current_user, group.id)
    let_go(db.session.get(User, current_user.id), group.id)
    db.session.commit()
    flash(_("You have left %(group)s.", group=group.title))
    return redirect("/groups", 303)


@blueprint.post("/groups/<id:group_id>/invitations/<int:invitation_id>/removal")
@login_required
def withdraw(group_id: int, invitation_id: int):
    """Withdraw an invitation that was not used yet."""
    group = load(group_id, Role.FACILITATOR)
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or invitation.group_id != group.id:
        abort(404)
    db.session.delete(invitation)
    db.session.commit()
    flash(_("The link no longer opens anything."))
    return redirect(url_for("groups.members", group_id=group.id), 303)


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
def accept(token: str):
    """Join a group behind a link received by mail, with an account or by making one."""
    throttle("30 per minute", "invitation", address())
    invitation = Invitation.open_for(token)
    if invitation is None:
        return render_template("groups/invitation_dead.html"), 410
    known = User.by_email(invitation.email)
    form = NewAccountForm.of_request()
    if request.method == "POST" and current_user.is_authenticated:
        if current_user.is_participant:
            abort(403)  # a few digits open one group, and never what professionals read
        return _join(invitation, current_user)
    sent = known is None and form.was_sent_well()
    if sent and is_taken(invitation.group_id, form.name.data):
        words = _("Somebody in the group has this name. Add a letter, or your surname.")
        form.name.errors = [words]
    elif sent:
        user = User(
            name=form.name.data,
            email=invitation.email,
            password_hash=signing.hash_password(form.password.data),
        )
        db.session.add(user)
        db.session.flush()
        signing.sign_in(user)
        return _join(invitation, user)
    page = render_template(
        "groups/invitation.html", invitation=invitation, known=known, form=form, token=token
    )
    return page, 422 if form.errors else 200


def load(group_id: int, role: Role = Role.READER) -> Group:
    """A group for those who belong to it; 404 to others, 403 when the role held is too low."""
    held = role_in(current_user, group_id)
    if held is None:
        abort(404)
    if held < role:
        abort(403)
    return db.session.get(Group, group_id)


def may_found() -> bool:
    """Whether this person may found groups: professionals and those who look after the site."""
    return current_user.professional or current_user.is_editor


def _invite(group: Group, email: str, form: InvitationForm) -> str:
    """Invite an address by letter; the link that the letter holds."""
    role = Role(form.role.data)
    token = Invitation.write(group, email, role, current_user, form.professional.data)
    known = User.by_email(email)
    post(
        email,
        "invitation",
        (known and known.lang) or language(),
        group=group,
        by=current_user,
        token=token,
        known=known,
    )
    record("invited", current_user, group.id, role=int(role))
    return link("groups.accept", token=token)


def _waiting(group: Group) -> list[Invitation]:
    query = select(Invitation).where(
        Invitation.group_id == group.id,
        Invitation.accepted_at.is_(None),
        Invitation.expires_at > utcnow(),
    )
    return list(db.session.scalars(query.order_by(Invitation.created_at.desc())))


def _may_step_down(group: Group, membership: Membership) -> bool:
    person = db.session.get(User, membership.user_id)
    return membership.role < Role.FACILITATOR or group.has_other_facilitator(person)


def _join(invitation: Invitation, user: User):
    invitation.group.admit(user, invitation.role)
    invitation.accepted_at = utcnow()
    user.professional = user.professional or invitation.professional
    record("member joined", user, invitation.group_id, role=int(invitation.role))
    db.session.commit()
    flash(_("Welcome to %(group)s.", group=invitation.group.title))
    return redirect(invitation.group.url, 303)

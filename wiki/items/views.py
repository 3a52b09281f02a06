"""The routes every kind shares: an item by its number, its words, copies, trash, remarks."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from wiki.db import db
from wiki.groups.models import Role
from wiki.items import (
    arranging,
    comments,
    emptying,
    folding,
    history,
    links,
    passage_views,
    passages,
    past,
    places,
    publication,
    terms,
    titles,
    versions,
    writing,
)
from wiki.items.access import groups_where, load, load_group, load_trashed, role_in, visible
from wiki.items.forms import CommentForm, CopyForm, number_or_none
from wiki.items.models import Comment, Item, Watch
from wiki.items.passage_views import wants_json
from wiki.items.reading import last_hands, powers
from wiki.markup import render
from wiki.markup.sanitize import clean_body
from wiki.templating import language
from wiki.throttle import address, throttle

blueprint = Blueprint("items", __name__)
assert emptying  # importing it is what makes the trash empty itself
for part in (versions, past, passage_views, publication, titles, arranging, places):
    blueprint.register_blueprint(part.blueprint)
blueprint.add_app_template_filter(links.path_of, "path")
blueprint.add_app_template_global(terms.vocabulary_label, "vocabulary_label")
PREVIEW_AT_MOST = 500_000


@blueprint.app_template_global("powers_over")
def _powers_over(item) -> frozenset[str]:
    """What the person looking may do to an item."""
    return powers(current_user, item)


blueprint.add_app_template_global(last_hands, "last_hands")


@blueprint.app_template_global("follows")
def _follows(item) -> bool:
    """Whether the person looking watches an item."""
    return current_user.is_authenticated and bool(
        db.session.scalar(
            select(Watch.item_id).where(Watch.item_id == item.id, Watch.user_id == current_user.id)
        )
    )


@blueprint.app_template_global("talk_under")
def _talk_under(item) -> dict:
    """The comments of an item as the person looking sees them, and the form if they may write."""
    return comments.section(item, current_user, reply_to=request.args.get("reply", type=int))


@blueprint.get("/items/<id:item_id>")
def show(item_id: int):
    """Where an item known by its number really is."""
    query = select(Item.id, Item.kind, Item.slug)
    found = db.session.execute(query.where(Item.id == item_id, visible(current_user))).first()
    if found is None:
        abort(404)
    return redirect(links.path_of(found), 302)


@blueprint.post("/items/<id:item_id>/watch")
def watch(item_id: int):
    """Follow an item, or stop."""
    item = _readable(item_id)
    if db.session.get(Watch, (current_user.id, item.id)):
        writing.unwatch(item, current_user)
        flash(_("You no longer follow this."))
    else:
        writing.watch(item, current_user)
        flash(_("You follow this: you find its changes on your day."))
    db.session.commit()
    return redirect(item.url, 303)


@blueprint.route("/items/<id:item_id>/terms", methods=["GET", "POST"])
def classify(item_id: int):
    """The words under which an item can be found again."""
    item = load(Item, item_id, "edit")
    if request.method == "POST":
        every = []
        for vocabulary in terms.VOCABULARIES:
            chosen = terms.by_slugs(vocabulary, request.form.getlist(vocabulary))
            if vocabulary in terms.FREE:
                typed = request.form.get(f"new-{vocabulary}", "")[:1000].split(",")
                chosen += [t for t in terms.named(vocabulary, typed[:20]) if t not in chosen]
            every += chosen
        base = number_or_none(request.form.get("revision")) or item.revision_count
        history.edit(item, {"terms": every}, base, current_user, _("Words changed"))
        flash(_("The words are recorded."))
        return redirect(item.url, 303)
    offered = [(name, _offered(item, name), name in terms.FREE) for name in terms.VOCABULARIES]
    return render_template(
        "items/terms.html", item=item, group=item.group, room=item.kind, offered=offered,
        chosen={term.id for term in item.terms},
    )  # fmt: skip


@blueprint.route("/items/<id:item_id>/copy", methods=["GET", "POST"])
def copy(item_id: int):
    """Make a copy in one of my groups."""
    item = _readable(item_id)
    if hasattr(item, "licence") and (role_in(current_user, item.group_id) or 0) < Role.MEMBER:
        # From elsewhere it is adapted: there the licence decides, and the credit stays.
        return redirect(f"/items/{item.id}/adaptation", 303)
    groups = groups_where(current_user, Role.MEMBER)
    form = CopyForm.of_request(group=item.group_id)
    form.group.choices = [(group.id, group.title) for group in groups]
    if form.was_sent_well():
        throttle("30 per 10 minutes", "copy", str(current_user.id))
        if role_in(current_user, item.group_id) is not None:
            folding.fold(item)
        made = writing.duplicate(item, current_user, load_group(form.group.data, Role.MEMBER))
        flash(_("Here is your copy. It is a draft: only you and the facilitators see it."))
        return redirect(made.url, 303)
    page = render_template(
        "items/copy.html", item=item, group=item.group, room=item.kind, form=form, groups=groups
    )
    return page, 422 if form.errors else 200


@blueprint.post("/items/<id:item_id>/trash")
def trash(item_id: int):
    """Put an item away, with a way back."""
    item = load(Item, item_id, "trash")
    writing.trash(item, current_user)
    flash({
        "text": _("“%(title)s” is in the trash.", title=item.title),
        "undo": f"/items/{item.id}/restoration",
        "undo_label": _("Put back"),
    })  # fmt: skip
    return redirect(f"/{item.kind}?group={item.group_id}", 303)


@blueprint.post("/items/<id:item_id>/restoration")
def restore(item_id: int):
    """Take an item out of the trash."""
    item = load_trashed(item_id)
    writing.restore(item, current_user)
    flash(_("“%(title)s” is back.", title=item.title))
    return redirect(item.url, 303)


@blueprint.post("/items/<id:item_id>/comments")
def comment(item_id: int):
    """Write under an item; what a stranger writes waits until someone of the group has read it."""
    item = load(Item, item_id)
    if comments.is_closed(item):
        abort(403)
    if not comments.may_comment(item, current_user):
        abort(401)
    form = CommentForm.of_request()
    known = current_user.is_authenticated
    if not known:
        form.require_name()
        throttle("6 per 10 minutes", "comment", address())
    else:
        throttle("40 per 10 minutes", "comment", str(current_user.id))
    wish = form.wish()
    good = form.validate()
    if good and not known and form.website.data:
        return redirect(f"{item.url}#comments", 303)
    if good and not known and comments.is_too_fast(item.id, form.started.data):
        form.form_errors.append(_("That was very quick. Read your words again, then send them."))
        good = False
    about = None
    if good and wish:
        about = passages.chosen(item, wish, role_in(current_user, item.group_id) is not None)
        if about is None:
            form.passage.errors = [_("These words are not in the text. Copy them as they stand.")]
            good = False
    if not good:
        return _refused_comment(item, form)
    made = comments.post(item, current_user, form, about)
    if wants_json():
        return passage_views.one(item, made), 201
    if made.held:
        flash(_("Thank you. The group will read your comment before it appears."))
    return redirect(f"{item.url}#comment-{made.id}" if not made.held else item.url, 303)


def _refused_comment(item: Item, form: CommentForm):
    if wants_json():
        words = [*form.form_errors, *(one for field in form for one in field.errors)]
        return {"error": {"code": "invalid", "message": " ".join(map(str, words))}}, 422
    section = comments.section(item, current_user, form, form.reply_to.data)
    page = render_template(
        "items/comment.html", item=item, group=item.group, room=item.kind, talk=section
    )
    return page, 422


@blueprint.post("/items/<id:item_id>/comments/<int:comment_id>/approval")
def approve(item_id: int, comment_id: int):
    """Let a held comment appear."""
    item = load(Item, item_id, "moderate")
    comments.approve(_comment(item, comment_id), current_user)
    flash(_("The comment appears now."))
    return redirect(f"{item.url}#comment-{comment_id}", 303)


@blueprint.post("/items/<id:item_id>/comments/<int:comment_id>/removal")
def remove_comment(item_id: int, comment_id: int):
    """Take a comment away, with a way back."""
    item = _readable(item_id)
    made = _comment(item, comment_id)
    if not comments.may_remove(made, item, current_user):
        abort(403)
    comments.remove(made, current_user)
    back = f"/items/{item.id}/comments/{made.id}/restoration"
    flash({"text": _("The comment is removed."), "undo": back, "undo_label": _("Put back")})
    return redirect(f"{item.url}#comments", 303)


@blueprint.post("/items/<id:item_id>/comments/<int:comment_id>/restoration")
def put_back_comment(item_id: int, comment_id: int):
    """Put a removed comment back."""
    item = _readable(item_id)
    made = _comment(item, comment_id)
    if not comments.may_put_back(made, item, current_user):
        abort(403)
    comments.remove(made, current_user, removed=False)
    return redirect(f"{item.url}#comment-{made.id}", 303)


@blueprint.post("/items/<id:item_id>/comments/closing")
def close_comments(item_id: int):
    """Stop comments on an item, or open them again."""
    item = load(Item, item_id, "publish")
    comments.close(item, current_user, request.form.get("closed") == "yes")
    return redirect(f"{item.url}#comments", 303)


@blueprint.post("/preview")
def preview():
    """The editor's text as HTML, links found as this person would see them."""
    if current_user.is_anonymous:
        abort(401)
    throttle("60 per minute", "preview", str(current_user.id))
    text = clean_body(request.form.get("text", ""))
    if len(text) > PREVIEW_AT_MOST:
        abort(413)
    made = render(text, lang=language())
    group_id = request.values.get("group", 0, type=int)
    if (role_in(current_user, group_id) or 0) < Role.READER:
        group_id = 0
    return str(links.show_fresh(made.html, group_id, current_user, may_edit=False))


def _readable(item_id: int) -> Item:
    """An item that one may act upon by being able to read it; 401 before signing in."""
    if current_user.is_anonymous:
        abort(401)
    return load(Item, item_id)


def _comment(item: Item, comment_id: int) -> Comment:
    made = db.session.get(Comment, comment_id)
    if made is None or made.item_id != item.id:
        abort(404)
    return made


def _offered(item: Item, vocabulary: str) -> list:
    """The words to tick: the item's, even retired, then a whole vocabulary or its first ones."""
    mine = item.terms_of(vocabulary)
    words = terms.offered(vocabulary, current_user)
    if vocabulary in terms.FREE:
        return mine + [word for word in words if word not in mine][: max(0, 30 - len(mine))]
    return [word for word in mine if word not in words] + words

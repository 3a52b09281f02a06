"""What the screens of long forms answer while one types: kept, thrown away, rearranged, settled.

When the same person typed more on another screen, nothing of either is lost: they choose.
"""

from typing import NamedTuple

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from wiki.db import db
from wiki.items import drafting
from wiki.items.models import Item
from wiki.throttle import throttle

STEPS = {"up": -1, "down": 1}
OTHERS = "take:*"  # the choice for all that is no text
_QUIET = drafting.NOT_KEPT | {"screen", "settles", "revision", "arrangement"}


class Apart(NamedTuple):
    """A text that says one thing here and another there, and the field of the choice."""

    name: str
    words: str
    mine: str
    theirs: str


def kept(kind, item: Item):
    """Keep what is being typed, for this person alone; JSON tells the stamp of what was kept."""
    throttle("60 per minute", "draft", str(current_user.id))
    try:
        draft = drafting.keep(kind, item, current_user, request.form, request.form.get("stamp", ""))
    except drafting.WrittenElsewhere:
        message = _("You are also writing on another screen: this text is only in this browser.")
        return jsonify(error={"message": message}), 409
    except ValueError:
        message = _("This text is too long to be kept before you save it.")
        return jsonify(error={"message": message}), 413
    return jsonify(stamp=draft.stamp)


def thrown_away(kind, item: Item, words: str):
    """Throw away what was typed and not recorded, and come back to what is."""
    drafting.drop(kind, item, current_user)
    db.session.commit()
    flash(words)
    return redirect(url_for(".edit", item_id=item.id), 303)


def gone_on(kind, item: Item, sent: MultiDict, place: str, form):
    """Keep all that was typed and come back to a place of the form.

    When another screen of this person sent more meanwhile, show both, in the words of the form.
    """
    draft = drafting.find(kind, item, current_user)
    stamp = sent.get("settles", sent.get("stamp"))
    if draft is not None and sent.get("settles") == draft.stamp:
        sent = joined(sent, draft.sent(), _recorded(form, item))
    try:
        drafting.keep(kind, item, current_user, sent, stamp)
    except ValueError:
        abort(413)
    except drafting.WrittenElsewhere:
        draft = drafting.find(kind, item, current_user)
        return _choosing(item, sent, draft, place, form)
    flash(str(item.id), "going-on")  # who just pressed a button of the form knows what they typed
    return redirect(url_for(".edit", item_id=item.id, _anchor=place), 303)


def joined(mine: MultiDict, theirs: MultiDict, recorded: dict[str, str]) -> MultiDict:
    """Both screens as one form: what only one of them changed, and the choices for the rest."""
    made = MultiDict((name, one) for name, one in mine.items(multi=True) if name[:5] != "take:")
    for name in theirs:
        here, there = made.getlist(name), theirs.getlist(name)
        if name in _QUIET or not any(there) or _same(here, there):
            continue
        if _is(there, recorded.get(name)):
            continue
        choice = mine.get(f"take:{name}") or mine.get(OTHERS, "mine")
        if not any(here) or _is(here, recorded.get(name)) or choice == "theirs":
            made.setlist(name, there)
        elif choice == "both":
            made[name] = "\n\n".join([here[0].rstrip(), there[0]])
    orders = [one.get("arrangement", "").split(",") for one in (mine, theirs)]
    made["arrangement"] = ",".join(key for key in dict.fromkeys(orders[0] + orders[1]) if key)
    numbers = [one.get("revision", type=int) for one in (mine, theirs)]
    made["revision"] = str(min((n for n in numbers if n is not None), default=0) or "")
    return made


def _choosing(item: Item, sent: MultiDict, draft, place: str, form):
    labels = {
        field.name: str(field.label.text)
        for field in form
        if field.type in ("StringField", "TextAreaField")
    }
    theirs, recorded = draft.sent(), _recorded(form, item)
    for name in [one for one in theirs if _is(theirs.getlist(one), recorded.get(one))]:
        theirs.poplist(name)
    before = {name for name in sent if _is(sent.getlist(name), recorded.get(name))}
    apart, others = _apart(sent, theirs, labels, before)
    carried = [
        (name, value)
        for name, value in sent.items(multi=True)
        if name not in {"move", "add", "keep", "settles", "stamp"} and name[:5] != "take:"
    ]
    html = render_template(
        "items/draft_conflict.html", item=item, group=item.group, room=item.kind, apart=apart,
        others=others, others_name=OTHERS, carried=carried, draft=draft, place=place or "top",
    )  # fmt: skip
    return html, 409


def _apart(mine: MultiDict, theirs: MultiDict, labels: dict[str, str], before: set[str]):
    """The texts that both changed, and whether anything else was; `before`: as it is recorded."""
    found, others = [], False
    for name in [one for one in theirs if one not in before]:
        here, there = mine.getlist(name), theirs.getlist(name)
        if name in _QUIET or not any(here) or not any(there) or _same(here, there):
            continue
        if name in labels and len(here) == len(there) == 1:
            found.append(Apart(f"take:{name}", labels[name], here[0], there[0]))
        else:
            others = True
    return found, others


def _recorded(form, item: Item) -> dict[str, str]:
    """What the form of what is recorded says, field by field, where a field says one thing."""
    plain = form.of(item)
    return {one.name: str(one.data) for one in plain if isinstance(one.data, str | int)}


def _is(said: list[str], recorded: str | None) -> bool:
    return len(said) == 1 and drafting.bare(said[0]) == drafting.bare(recorded)


def _same(here: list[str], there: list[str]) -> bool:
    return [drafting.bare(one) for one in here] == [drafting.bare(one) for one in there]

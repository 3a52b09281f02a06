"""A portrait on paper: pictures and words in order; a voice is a title, and the code to it."""

from flask import render_template
from markupsafe import Markup

from wiki.portraits import drawing
from wiki.portraits.models import Portrait


def of(portrait: Portrait, user) -> tuple[dict[str, Markup], dict[str, str]]:
    """The HTML of each block that this reader sees, and its title, by key."""
    blocks = drawing.draw(portrait, user).blocks
    made = {
        block.key: Markup(render_template("export/_portrait_block.html", block=block))
        for block in blocks
    }
    return made, {block.key: block.title for block in blocks if block.title}

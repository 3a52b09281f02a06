"""Helpers of the search tests."""

import pytest
from flask_login import AnonymousUserMixin

from wiki.accounts.models import User
from wiki.db import db
from wiki.items.models import Scope
from wiki.items.writing import save
from wiki.pages.models import Page
from wiki.search import find


@pytest.fixture
def inside(app):
    """A context in which to save and search directly; requests must not be made inside it."""
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def write(inside, world):
    """A function that saves a page and gives it."""

    def make(title, body="", scope=Scope.PUBLIC, group=None, **fields):
        page = Page(group_id=group or world.ours, title=title, body=body, scope=scope, **fields)
        save(page, db.session.get(User, world.nadia))
        return page

    return make


@pytest.fixture
def ask(inside, world):
    """A function that searches as somebody, by default as a visitor."""

    def search(question, name=None, **options):
        reader = db.session.get(User, getattr(world, name)) if name else AnonymousUserMixin()
        return find(question, reader, **options)

    return search

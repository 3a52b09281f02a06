"""A collection of the group with something for everyone, for the network, and for the group."""

import pytest

from wiki.accounts.models import User
from wiki.collections.models import Collection, refer
from wiki.db import db
from wiki.items.models import Scope
from wiki.items.writing import save


@pytest.fixture
def collection(app, world) -> int:
    """The id of a public collection whose entries have each another audience."""
    with app.app_context():
        nadia = db.session.get(User, world.nadia)
        made = Collection(
            group_id=world.ours, title="Pour commencer", summary="Trois choses à lire d’abord.",
            body="Voir aussi [[Espace emploi]].", scope=Scope.PUBLIC,
        )  # fmt: skip
        save(made, nadia)
        made.put(title="Dehors")
        made.put(target_id=world.report, note="Le plus simple à refaire.")
        made.put(title="Ailleurs", address="https://example.org/ailleurs")
        made.put(title="Canariheading")
        made.put(target_id=world.page, note="Canarinote du groupe.")
        refer(made)
        db.session.commit()
        return made.id

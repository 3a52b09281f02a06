"""A database in a file, as threads and several connections need it, and rooms to enter."""

import asyncio
import shutil

import pytest

from tests.coedit.peers import Peer
from tests.conftest import SERVER
from wiki import create_app
from wiki.coedit.hub import Hub
from wiki.db import Remembered, db


@pytest.fixture
def site(built, database, settings, tmp_path):
    """The app with its world, on a database that several connections can open."""
    app, _ids = built
    if SERVER:
        with app.app_context():
            database.put_back(db.engine)
        Remembered.forget()
        yield app
        return
    shutil.copytree(settings["DATA"], tmp_path / "data")
    (tmp_path / "data" / "essaim.sqlite").write_bytes(database.image)
    app = create_app(**settings | {"DATA": str(tmp_path / "data")})
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def token(site, built):
    """A function: the cookie of a person, by name."""
    signer = site.session_interface.get_signing_serializer(site)
    devices = built[1]["devices"]
    return lambda name: signer.dumps({"_user_id": devices[name], "_fresh": True})


@pytest.fixture
def meet(site, built, token):
    """A function: run a scene, an async function that gets a hub and one that makes peers."""

    def run(scene, **settings):
        async def play():
            hub = Hub(site)
            hub.look = 0.2
            for name, value in settings.items():
                setattr(hub, name, value)
            hub.start()

            def peer(name: str = "", item="page", **given) -> Peer:
                number = built[1].get(item, item)
                return Peer(hub, token(name) if name else "", number, **given)

            try:
                return await asyncio.wait_for(scene(hub, peer), 60)
            finally:
                await hub.stop()

        return asyncio.run(play())

    return run

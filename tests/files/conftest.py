"""What the tests of files share."""

import io
from types import SimpleNamespace

import pytest
from flask.testing import EnvironBuilder


class Sender:
    """A signed-in person who sends files and reads answers to their end."""

    def __init__(self, client, group: int):
        self.client, self.group = client, group

    def send(self, name: str, data: bytes, status: int = 201, **fields):
        """Send one file as the page editor does."""
        answer = self.upload("/files/new", name, data, group=self.group, **fields)
        assert answer.status_code == status, answer.text
        return SimpleNamespace(**answer.json)

    def upload(self, address: str, name: str, data: bytes, **fields):
        """One file posted by a script; what the client spools of it is closed."""
        sent = EnvironBuilder(
            self.client.application,
            address,
            method="POST",
            data={"file": (io.BytesIO(data), name), **fields},
            headers={"Accept": "application/json"},
        )
        environ = sent.get_environ()
        try:
            return self.client.open(environ, buffered=True)
        finally:
            environ["wsgi.input"].close()
            sent.close()

    def get(self, address: str, **headers):
        """An answer whose file is closed."""
        return self.client.get(
            address,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            buffered=True,
        )

    def post(self, address: str, **fields):
        """A form sent."""
        return self.client.post(address, data=fields, buffered=True)


@pytest.fixture
def karim(client_of, world):
    """A member of the group."""
    return Sender(client_of("karim"), world.ours)


@pytest.fixture
def nadia(client_of, world):
    """A facilitator of the group."""
    return Sender(client_of("nadia"), world.ours)


@pytest.fixture
def rosa(client_of, world):
    """A reader of the group."""
    return Sender(client_of("rosa"), world.ours)


@pytest.fixture
def others(client, client_of, world):
    """Those who are not of the group: a visitor, a person signed in, an animator elsewhere, Ada."""
    names = ("stranger", "sophie", "admin")
    return [Sender(client, world.ours)] + [Sender(client_of(n), world.ours) for n in names]

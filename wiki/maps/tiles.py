"""Online tiles under maps: the operator's choice, off unless an address is given.

The pages of maps then let pictures come from that very host, and from no other.
"""

from urllib.parse import urlsplit

from flask import current_app, request

from wiki import storage
from wiki.db import db
from wiki.files.models import File
from wiki.maps.routes import blueprint
from wiki.templating import CSP

WANTED = ("{z}", "{x}", "{y}")
PACKED = b"PMTiles\x03"


def address() -> str:
    """The address of the tiles, or '' when the operator offers none that can be used."""
    said = str(current_app.config["TILES_URL"]).strip()
    return said if host(said) and all(part in said for part in WANTED) else ""


def attribution() -> str:
    """Whose tiles they are, in words."""
    return str(current_app.config["TILES_ATTRIBUTION"]).strip() or host(address())


def host(said: str) -> str:
    """https://tile.example.org of an address; '' when it is not https, or names several hosts."""
    try:
        parts = urlsplit(said)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    name = parts.hostname or ""
    plain = name and all(c.isascii() and (c.isalnum() or c in ".-") for c in name)
    return f"https://{name}{port}" if parts.scheme == "https" and plain else ""


def is_packed(file_id: int) -> bool:
    """Whether a file is a map packed in tiles, in the version that screens read."""
    file = db.session.get(File, file_id)
    if file is None:
        return False
    with storage.open_blob(file.sha256) as held:
        return held.read(len(PACKED)) == PACKED


@blueprint.after_request
def _open_to_tiles(response):
    """Pictures of that host may come into pages of maps, when there are online tiles."""
    if (
        address() and request.endpoint == "maps.show" and response.mimetype == "text/html"
        and "Content-Security-Policy" not in response.headers
    ):  # fmt: skip
        allowed = CSP.replace("img-src 'self'", f"img-src 'self' {host(address())}")
        response.headers["Content-Security-Policy"] = allowed
    return response

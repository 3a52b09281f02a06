"""What leaves in one piece: folders, archives, kits, papers; opened, and read to the last byte.

And a training room, where copies are shown on all screens.
"""

import io
import re
import zipfile
from types import SimpleNamespace

from sqlalchemy import select

from wiki import storage
from wiki.accounts.models import User, UserSession
from wiki.classrooms.models import Classroom
from wiki.db import db
from wiki.files import previews
from wiki.files.models import File
from wiki.groups.models import Group, Role
from wiki.items.models import Item, Scope
from wiki.items.writing import save
from wiki.maps import fields
from wiki.maps.models import Base, Feature, Layer, Map, Step

REACH = {"anonymous": Scope.PUBLIC, "stranger": Scope.PUBLIC, "editor": Scope.PUBLIC,
         "sophie": Scope.NETWORK, "rosa": Scope.GROUP, "karim": Scope.GROUP}  # fmt: skip
SPOT = "00000000-0000-4000-8000-0000000000aa"


def a_map(world, actor: User, made) -> int:
    """A public map, a point and a step of which show the photo and let the sound be heard."""
    asked = [{"key": "photo", "label": "Photo", "type": "photo"},
             {"key": "voice", "label": "Voix", "type": "voice"}]  # fmt: skip
    story = f"{{{{fichier {made.photo}}}}}"
    found = Map(group_id=world.ours, title="Les lieux", scope=Scope.PUBLIC, map_kind="story",
                fields=fields.clean(asked))  # fmt: skip
    found.bases, found.layers = [Base(kind="blank")], [Layer(title="Lieux", rank=0, style={})]
    found.seq = 1
    found.steps = [Step(title="Là", feature_uuid=SPOT, file_id=made.photo, rank=0)]
    save(found, actor)
    db.session.add(
        Feature(
            uuid=SPOT, map_id=found.id, layer_id=found.layers[0].id, title="Le banc", seq=1,
            geometry={"type": "Point", "coordinates": [0.68, 47.39]}, precision="exact",
            props={"photo": [made.photo], "voice": [made.sound]}, story=story, html="",
        )
    )  # fmt: skip
    db.session.commit()
    return found.id


def screens(made) -> list[str]:
    """The screens and papers of that map, and of what gathers maps."""
    at = f"/maps/{made.map}"
    return [
        at, f"{at}/print", f"{at}/print?as=story", f"{at}/features/{SPOT}/poster", f"{at}/week",
        f"{at}/features.json", f"{at}/features.json?id={SPOT}", f"{at}.geojson", f"{at}.csv",
        f"{at}.kml", f"{at}.gpx", f"{at}.umap", f"/embed/{made.map}", "/map",
        f"/groups/{made.ours}/map", f"/print?items={made.map},{made.around}",
        "/classrooms/1/desk", "/kits",
    ]  # fmt: skip


def zips(made) -> list[str]:
    """What is made into a folder while it leaves."""
    return [
        f"/portraits/{made.portrait}/folder.zip", f"/maps/{made.map}/folder.zip",
        f"/files/archive?group={made.ours}",
    ]  # fmt: skip


def prepared(nadia, made) -> dict[str, str]:
    """The addresses of what a facilitator prepares beforehand, by whom it is for."""
    found = {}
    for reader in ("anonymous", "sophie", "karim"):
        reach = str(int(REACH[reader]))
        sent = {"reach": reach, "level": "voices", "what": "all"}
        answer = nadia.post(f"/groups/{made.ours}/offline", data=sent)
        assert answer.status_code in (303, 422), answer.text
        if answer.status_code == 303:
            found[reader] = answer.headers["Location"] + ".zip"
    return found


def a_kit(nadia, made) -> list[str]:
    """The addresses of a kit of all that may be in one: its file, its page."""
    answer = nadia.post(f"/kits/new?group={made.ours}", data={"title": "Refaire"})
    number = int(re.search(r"/kits/(\d+)/contents", answer.headers["Location"])[1])
    ids = [made.page, made.report, made.map, made.around, made.photo, made.blurred, made.gathering]
    sent = nadia.post(f"/kits/{number}/contents", data={"items": [str(one) for one in ids]})
    assert sent.status_code in (303, 422), sent.text
    return [f"/kits/{number}/kit.zip", f"/kits/{number}"]


def an_archive(nadia, made) -> str:
    """The address of the archive of the whole group, made now."""
    assert nadia.post(f"/groups/{made.ours}/archive/removal").status_code == 303
    assert nadia.post(f"/groups/{made.ours}/archive").status_code == 303
    return f"/groups/{made.ours}/archive.zip"


def a_room(app, nadia, made) -> SimpleNamespace:
    """A training room given copies, all its screens led to one of them, and who sits there.

    Of the things in which nobody is yet; `pairs`: each copy's address, number and original.
    """
    sent = {f"way-{one}": "all" for one in (made.page, made.report, made.map, made.around)}
    sent |= {"title": "Une journée", "places": "2"}
    room = nadia.post(f"/groups/{made.ours}/classrooms", data=sent).headers["Location"]
    with app.app_context():
        found = db.session.get(Classroom, int(room.rpartition("/")[2]))
        lea = User(name="Léa", email="lea@example.org")
        db.session.add(lea)
        db.session.flush()
        db.session.get(Group, found.sandbox_id).admit(lea, Role.MEMBER)
        device = UserSession.open(lea, "tests", 30)
        copies = db.session.scalars(select(Item).where(Item.group_id == found.sandbox_id)).all()
        pairs = [(one.url, one.id, one.extra["copied_from"]) for one in copies]
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = device
    shown = next(number for _url, number, original in pairs if original == made.page)
    assert nadia.post(f"{room}/screens", data={"show": str(shown)}).status_code == 303
    return SimpleNamespace(url=room, trainee=client, pairs=pairs, shown=shown, keeper=nadia)


def opened(client, address: str) -> list[tuple[str, bytes]]:
    """Everything in an archive, names included; nothing when it does not leave."""
    answer = client.get(address, buffered=True, follow_redirects=True)
    assert answer.status_code < 500, address
    if answer.status_code != 200 or not answer.data.startswith(b"PK"):
        assert not answer.data.startswith(b"PK"), address
        return [(address, answer.data)]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def bytes_of(made, thing: str) -> set[bytes]:
    """Whatever the site has of a photo or a recording, each size and copy."""
    if thing not in ("photo", "sound", "blurred", "note"):
        return set()
    file = db.session.get(File, getattr(made, thing))
    places = [storage.path_of(file.sha256)]
    places += sorted(previews.place(file.sha256, "x").parent.glob(f"{file.sha256[2:]}-*"))
    return {place.read_bytes() for place in places if place.is_file()}

"""A group with things that show people, words and bytes that can be recognised, and readers."""

import io
from functools import cache
from types import SimpleNamespace

from PIL import Image
from sqlalchemy import select

from tests.consents import outlets
from tests.files.recordings import sound
from wiki.accounts.models import SiteRole, User, UserSession
from wiki.collections.models import Collection, Entry
from wiki.consents import deciding, people, variants
from wiki.consents.deciding import Proof, Wish
from wiki.consents.models import Medium, Method, Person
from wiki.db import db
from wiki.files import transcripts
from wiki.files.models import File
from wiki.files.transcripts import Chapter, Cue, Track
from wiki.items import writing
from wiki.items.models import Comment, Item, PublicationRequest, Scope
from wiki.pages.models import Page
from wiki.portraits.models import Portrait
from wiki.reports.models import Report

# Words that nothing else says: one family for each thing, so that a leak names its source.
WORDS = {
    "photo": "zorbaphoto", "note": "zorbanote", "sound": "zorbasound", "page": "zorbapage",
    "report": "zorbareport", "portrait": "zorbaportrait", "blurred": "zorbablurred",
}  # fmt: skip
MASKED = "zorbamasked"  # said in the sound, for those who answer for the group alone
READERS = ("anonymous", "stranger", "editor", "sophie", "rosa", "karim", "nadia")
# How far each reader stands: the widest scope that a thing must reach for them to read it.
NEEDS = {
    "anonymous": Scope.PUBLIC, "stranger": Scope.PUBLIC, "editor": Scope.PUBLIC,
    "sophie": Scope.NETWORK, "rosa": Scope.GROUP, "karim": Scope.GROUP, "nadia": Scope.DRAFT,
}  # fmt: skip


@cache
def jpeg(shade: int = 90) -> bytes:
    """A small photo; of one shade, always the same."""
    made = io.BytesIO()
    Image.effect_noise((64, 48), shade).convert("RGB").save(made, "JPEG")
    return made.getvalue()


@cache
def tone() -> bytes:
    """A short sound."""
    return sound("ogg", "libopus", 0.5)


def send(client, group: int, name: str, data: bytes, **fields) -> int:
    """A file sent as the screens do; its number."""
    answer = client.post(
        "/files/new",
        data={"group": group, "file": (io.BytesIO(data), name), **fields},
        headers={"Accept": "application/json"},
        buffered=True,
    )
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def build(app, world, client_of) -> SimpleNamespace:
    """Public things that show people, and what gathers, embeds and tells of them."""
    nadia = client_of("nadia")
    picture, text = jpeg(), f"Un témoignage {WORDS['note']} entier.".encode()
    made = SimpleNamespace(ours=world.ours, picture=picture, text=text)
    made.photo = send(nadia, world.ours, "atelier.jpg", picture)
    made.note = send(nadia, world.ours, "parole.txt", text, parent=world.public_page)
    made.sound = send(nadia, world.ours, "voix.ogg", tone())
    with app.app_context():
        actor = db.session.get(User, world.nadia)
        _name_files(made, actor)
        made.blurred = _blurred(made, actor)
        made.track = _said(made, actor)
        made.page = _page(world, actor, made)
        made.portrait = _portrait(world, actor, made)
        made.report = _report(world, actor, made)
        made.gathering = _collection(world, actor, made)
        _around(world, actor, made)
        made.map = outlets.a_map(world, actor, made)
        made.editor_device = _editor()
        made.people = {name: _person(world, name) for name in ("Fatou", "Ali")}
        made.titles = {name: db.session.get(Item, getattr(made, name)).url for name in WORDS}
        made.sha = db.session.get(File, made.photo).sha256
        db.session.commit()
        made.bytes = {name: outlets.bytes_of(made, name) for name in WORDS}
    return made


def agree(
    person_id: int, audience: Scope, *, media=None, item_id: int | None = None, until=None
) -> None:
    """Let a person say yes, before a witness."""
    person = db.session.get(Person, person_id)
    wishes = [Wish(one, audience, item_id) for one in (media or Medium(63))]
    proof = Proof(Method.WITNESS, witness="Nadia", guardian="Sa mère" if person.minor else "")
    deciding.agree(person, wishes, proof, None, until=until)
    db.session.commit()


def appear(person_id: int, item_id: int, media: Medium) -> None:
    """Say that a person is in a thing."""
    people.appear(
        db.session.get(Person, person_id), db.session.get(Item, item_id), media, None
    )  # fmt: skip
    db.session.commit()


def client_for(app, client_of, made, name: str):
    """The client of a reader, by name."""
    if name == "anonymous":
        return app.test_client()
    if name != "editor":
        return client_of(name)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = made.editor_device
    return client


def _name_files(made, actor) -> None:
    for name in ("photo", "note", "sound"):
        file = db.session.get(Item, getattr(made, name))
        file.title, file.summary = f"Vue {WORDS[name]}", f"On y voit {WORDS[name]}"
        file.scope = Scope.PUBLIC
        writing.save(file, actor)


def _blurred(made, actor) -> int:
    """The photo again, without a face."""
    photo = db.session.get(File, made.photo)
    words = variants.Words(f"Vue {WORDS['blurred']}", "")
    file = variants.blurred(photo, [variants.Box(10, 10, 40, 40)], set(), actor, words)
    file.summary, file.scope = f"On y voit {WORDS['blurred']}", Scope.PUBLIC
    writing.save(file, actor)
    return file.id


def _said(made, actor) -> int:
    """The words of the sound, heard again, some of them masked, and a chapter."""
    track = Track(file_id=made.sound, lang="fr", state="checked")
    db.session.add(track)
    db.session.flush()
    said = f"Elle raconte {WORDS['sound']}."
    db.session.add(Cue(track_id=track.id, key="a", start_ms=0, end_ms=200, text=said))
    secret = Cue(track_id=track.id, key="b", start_ms=300, end_ms=400, text=MASKED, masked=True)
    db.session.add(secret)
    db.session.add(Chapter(file_id=made.sound, start_ms=0, title=f"Début {WORDS['sound']}"))
    transcripts.changed(db.session.get(File, made.sound), actor)
    db.session.commit()
    return track.id


def _portrait(world, actor, made) -> int:
    portrait = Portrait(
        group_id=world.ours, title=f"Portrait {WORDS['portrait']}", scope=Scope.PUBLIC,
        words={"b000001.body": f"Elle vit ici, {WORDS['portrait']}."},
        settings={
            "b000001.kind": "text", "b000002.kind": "photo", "b000002.file": str(made.photo),
            "b000003.kind": "sound", "b000003.file": str(made.sound),
        },
        arrangement=["b000001", "b000002", "b000003"],
    )  # fmt: skip
    portrait.author_id = actor.id
    writing.save(portrait, actor)
    return portrait.id


def _page(world, actor, made) -> int:
    page = Page(
        group_id=world.ours, title=f"Rencontre {WORDS['page']}", summary="Une rencontre",
        body=f"Elle dit {WORDS['page']}.\n\n{{{{fichier {made.photo}}}}}\n\n"
        f"{{{{moment {made.sound} 0-1}}}}", scope=Scope.PUBLIC,
    )  # fmt: skip
    page.author_id = actor.id
    writing.save(page, actor)
    page.body += "\n\nEncore."
    writing.save(page, actor)
    said = f"Merci pour {WORDS['page']}."
    db.session.add(Comment(item_id=page.id, author_id=actor.id, body=said, html=f"<p>{said}</p>"))
    db.session.commit()
    return page.id


def _report(world, actor, made) -> int:
    report = Report(
        group_id=world.ours, title=f"Bilan {WORDS['report']}", summary="Un bilan",
        sections={"key_moments": f"Quand elle dit {WORDS['report']}."}, scope=Scope.PUBLIC,
    )  # fmt: skip
    report.author_id, report.cover_id = actor.id, made.photo
    writing.save(report, actor)
    return report.id


def _collection(world, actor, made) -> int:
    gathering = Collection(group_id=world.ours, title="Un choix", scope=Scope.PUBLIC)
    gathering.author_id, gathering.cover_id = actor.id, made.photo
    writing.save(gathering, actor)
    for rank, name in enumerate(WORDS):
        db.session.add(
            Entry(collection_id=gathering.id, target_id=getattr(made, name), position=rank)
        )
    db.session.commit()
    return gathering.id


def _around(world, actor, made) -> None:
    """A public page that nobody appears in shows, links and covers itself with the others."""
    shown = [f"{{{{élément {made_id}}}}}\n\n[[#{made_id}|là]]" for made_id in _ids(made)]
    body = f"![vue](/files/{made.photo}/preview/medium)\n\n" + "\n\n".join(shown)
    around = Page(group_id=world.ours, title="Tout autour", scope=Scope.PUBLIC, body=body)
    around.author_id, around.cover_id = actor.id, made.photo
    writing.save(around, actor)
    made.around = around.id
    for name in WORDS:
        for reader in (world.karim, world.sophie):
            item, user = db.session.get(Item, getattr(made, name)), db.session.get(User, reader)
            writing.watch(item, user)
    db.session.add(PublicationRequest(item_id=made.page, scope=Scope.PUBLIC))
    db.session.commit()


def _ids(made) -> list[int]:
    return [getattr(made, name) for name in WORDS]


def _editor() -> str:
    editor = User(name="Édith", email="edith@example.org", role=SiteRole.EDITOR)
    db.session.add(editor)
    db.session.flush()
    return UserSession.open(editor, "tests", 30)


def _person(world, name: str) -> int:
    person = Person(group_id=world.ours, shown_name=name)
    db.session.add(person)
    db.session.flush()
    return person.id


def file_of(item_id: int) -> File:
    """A file with its version."""
    return db.session.scalar(select(File).where(File.id == item_id))

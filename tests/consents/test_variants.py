"""Versions that no longer show somebody: made apart, shown as far as those left agree."""

import io

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select

from tests.consents import scene
from tests.files.recordings import film, opened
from wiki.accounts.models import User
from wiki.consents import deciding
from wiki.consents.models import Appearance, Medium, Person
from wiki.consents.variants import boxes_of
from wiki.db import db
from wiki.files import media_making, previews
from wiki.files.models import File
from wiki.items import writing
from wiki.items.models import Item, Revision, Scope
from wiki.pages.models import Page
from wiki.portraits.models import Portrait

BOX = {"box-1-left": "10", "box-1-top": "10", "box-1-width": "30", "box-1-height": "40"}


@pytest.fixture
def nadia(client_of):
    return client_of("nadia")


@pytest.fixture
def people(app, world):
    """The numbers of two people."""
    with app.app_context():
        made = [Person(group_id=world.ours, shown_name=name) for name in ("Fatou", "Ali")]
        db.session.add_all(made)
        db.session.commit()
        return [one.id for one in made]


def chessboard() -> bytes:
    """A picture whose every detail can be measured: squares of four points."""
    image = Image.new("RGB", (400, 300), "white")
    draw = ImageDraw.Draw(image)
    for x in range(0, 400, 8):
        for y in range(0, 300, 8):
            draw.rectangle((x, y, x + 3, y + 3), "black")
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


def contrast(picture, box) -> float:
    """How much neighbouring points differ inside a box."""
    part = picture.crop(box).convert("L")
    points = part.tobytes()
    return sum(abs(a - b) for a, b in zip(points, points[1:], strict=False)) / len(points)


def test_a_blurred_version_bears_no_word_of_the_photo_but_those_one_kept(app, nadia, world):
    photo = scene.send(nadia, world.ours, "Fatou-zorbin.png", chessboard())
    with app.app_context():
        file = db.session.get(File, photo)
        file.title, file.summary = "Fatou Zorbin au four", "On y voit Fatou Zorbin"
        file.alt = "Fatou Zorbin enfourne"
        writing.save(file, file.author)
        db.session.commit()
    asked = nadia.get(f"/items/{photo}/without").text
    assert "Fatou Zorbin enfourne" in asked  # proposed, to be changed
    words = {"title": "Au four", "alt": "Une personne enfourne"}
    made = nadia.post(f"/items/{photo}/without", data={**BOX, **words}).location
    with app.app_context():
        file = db.session.scalar(select(File).order_by(File.id.desc()).limit(1))
        past = db.session.scalars(select(Revision).where(Revision.item_id == file.id))
        said = [file.title, file.alt, file.summary, file.filename]
        said += [str(one.data) for one in past]
        assert not [one for one in said if "Zorbin" in one]
        assert (file.title, file.alt) == ("Au four", "Une personne enfourne")
        assert made


def test_a_blurred_version_shows_no_detail_in_the_box_and_all_around_it(app, nadia, world, people):
    photo = scene.send(nadia, world.ours, "damier.png", chessboard())
    with app.app_context():
        for one in people:
            scene.appear(one, photo, Medium.IMAGE)
        scene.agree(people[1], Scope.PUBLIC)
        deciding.withdraw(db.session.get(Person, people[0]), None)
        db.session.commit()
    sent = nadia.post(f"/items/{photo}/without", data={**BOX, "hidden": str(people[0])})
    assert sent.status_code == 303
    with app.app_context():
        made = db.session.scalar(select(File).order_by(File.id.desc()).limit(1))
        assert made.extra["made_from"] == photo
        assert made.ceiling == Scope.PUBLIC  # only Ali is left, who agreed
        assert db.session.get(Item, photo).ceiling == Scope.DRAFT
        assert list(db.session.scalars(
            select(Appearance.person_id).where(Appearance.item_id == made.id)
        )) == [people[1]]  # fmt: skip
        assert made.title in nadia.get(f"/items/{photo}/people").text
        with Image.open(previews.path(made.sha256, "large")) as picture:
            assert picture.size == (400, 300)
            assert contrast(picture, (40, 30, 160, 150)) < 5
            assert contrast(picture, (250, 160, 390, 290)) > 20


def test_who_stays_visible_still_decides(app, nadia, world, people):
    photo = scene.send(nadia, world.ours, "damier.png", chessboard())
    with app.app_context():
        for one in people:
            scene.appear(one, photo, Medium.IMAGE)
    nadia.post(f"/items/{photo}/without", data={**BOX, "hidden": str(people[0])})
    with app.app_context():
        made = db.session.scalar(select(File).order_by(File.id.desc()).limit(1))
        assert made.ceiling == Scope.DRAFT  # Ali was not asked yet


def test_a_picture_without_a_frame_is_not_made(app, nadia, client_of, world):
    photo = scene.send(nadia, world.ours, "damier.png", chessboard())
    assert nadia.get(f"/items/{photo}/without").status_code == 200
    assert nadia.post(f"/items/{photo}/without", data={}).status_code == 422
    speck = {**BOX, "box-1-width": "0.1", "box-1-height": "0.1"}
    assert nadia.post(f"/items/{photo}/without", data=speck).status_code == 422
    assert client_of("stranger").get(f"/items/{photo}/without").status_code == 404
    assert client_of("rosa").get(f"/items/{photo}/without").status_code == 403
    assert nadia.get(f"/items/{world.page}/without").status_code == 404


def test_each_person_taken_out_has_a_frame(app, nadia, world, people):
    photo = scene.send(nadia, world.ours, "damier.png", chessboard())
    with app.app_context():
        for one in people:
            scene.appear(one, photo, Medium.IMAGE)
    both = {**BOX, "hidden": list(map(str, people))}
    assert nadia.post(f"/items/{photo}/without", data=both).status_code == 422


@pytest.mark.parametrize(
    "wrong", ["-5", "101", "nan", "inf", "abc", "", "1e9", "<b>", "0"]
)  # fmt: skip
def test_frames_that_are_none_are_left_out(wrong):
    assert boxes_of({**BOX, "box-1-width": wrong}) == []
    assert len(boxes_of(BOX)) == 1


def test_the_voice_of_a_film_is_a_recording_in_which_nobody_is_seen(app, nadia, world, people):
    number = scene.send(nadia, world.ours, "film.mp4", film(seconds=1.0))
    with app.app_context():
        media_making.make(db.session.get(File, number).sha256)
        scene.appear(people[0], number, Medium.IMAGE | Medium.VOICE)
        scene.agree(people[0], Scope.PUBLIC, media=Medium.VOICE)
        assert db.session.get(Item, number).ceiling == Scope.DRAFT
    sent = nadia.post(f"/items/{number}/without/voice")
    assert sent.status_code == 303
    with app.app_context():
        made = db.session.scalar(select(File).order_by(File.id.desc()).limit(1))
        assert made.blob.mime.startswith("audio/")
        assert made.ceiling == Scope.PUBLIC
    data = nadia.get(f"/files/{made.id}/download", buffered=True).data
    with opened(data) as container:
        assert not container.streams.video
        assert container.streams.audio[0].codec_context.name == "aac"


def test_a_blurred_version_takes_the_place_of_the_photo_wherever_it_is_shown(
    app, nadia, world, client_of, people
):
    photo = scene.send(nadia, world.ours, "damier.png", chessboard())
    with app.app_context():
        scene.appear(people[0], photo, Medium.IMAGE)
    body = f"![vue](/files/{photo}/preview/medium) et {{{{fichier {photo}}}}} mais {photo}0 dit non"
    with app.app_context():
        author = db.session.get(User, world.nadia)
        page = Page(group_id=world.ours, title="Atelier", body=body, author_id=author.id)
        writing.save(page, author)
        portrait = Portrait(
            group_id=world.ours, title="Ali", author_id=author.id, arrangement=["b000001"],
            settings={"b000001.kind": "photo", "b000001.file": str(photo), "b000001.x": "7"},
        )  # fmt: skip
        writing.save(portrait, author)
        numbers = page.id, portrait.id
    made = nadia.post(f"/items/{photo}/without", data=BOX).location
    new = int(made.split("/")[2].partition("-")[0])
    assert f"/items/{new}/in-its-place" in nadia.get(f"/items/{photo}/people").text
    assert client_of("rosa").post(f"/items/{new}/in-its-place").status_code in (403, 404)
    assert nadia.post(f"/items/{new}/in-its-place").status_code == 303
    with app.app_context():
        page, portrait = (db.session.get(Item, number) for number in numbers)
        assert page.body == body.replace(f"/files/{photo}/", f"/files/{new}/").replace(
            f"fichier {photo}", f"fichier {new}"
        )
        assert portrait.settings["b000001.file"] == str(new)
        assert portrait.revision_count == 2


def test_a_member_does_not_decide_that_somebody_is_not_recognised_any_more(
    app, nadia, world, people, client_of
):
    photo = scene.send(nadia, world.ours, "damier.png", chessboard())
    with app.app_context():
        scene.appear(people[0], photo, Medium.IMAGE)
        scene.agree(people[0], Scope.GROUP)
        db.session.get(Item, photo).scope = Scope.GROUP
        db.session.commit()
    asked = BOX | {"hidden": str(people[0])}
    made = client_of("karim").post(f"/items/{photo}/without", data=asked).location
    new = int(made.split("/")[2].partition("-")[0])
    with app.app_context():
        left = db.session.scalars(select(Appearance).where(Appearance.item_id == new)).all()
        assert [one.person_id for one in left] == [people[0]]
        assert db.session.get(Item, new).ceiling == Scope.GROUP

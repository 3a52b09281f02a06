"""Sounds and films in a real browser: heard, sought, quoted; recorded, cut off, recovered."""

from playwright.sync_api import expect

from tests.browser.people import PHONE
from tests.browser.test_accessible import AXE, EVERYTHING, RUN
from tests.files import recordings

GROUP = "1"


def sent(page, name: str, data: bytes) -> dict:
    """A file of the group, sent by who looks."""
    answer = page.context.request.post(
        "/files/new",
        headers={"Accept": "application/json"},
        multipart={
            "group": GROUP,
            "file": {"name": name, "mimeType": "application/octet-stream", "buffer": data},
        },
    )
    assert answer.status == 201, answer.text()
    return answer.json()


def test_a_sound_shows_itself_when_ready_and_is_heard_and_sought(window):
    page = window("nadia", size=PHONE)
    file = sent(page, "Annick.webm", recordings.sound(seconds=40))
    page.goto(file["url"])
    player = page.locator("media-player:not([data-wait])")
    player.wait_for()
    assert "/media/audio.m4a" in player.locator("source").get_attribute("src")
    button = player.get_by_role("button", name="Écouter : Annick")
    button.click()
    page.wait_for_function("() => document.querySelector('media-player').own.currentTime > 0.2")
    expect(player.get_by_role("button", name="Faire une pause")).to_be_visible()
    player.get_by_role("button", name="10 s en avant").click()
    slider = player.get_by_role("slider")
    assert float(slider.input_value()) > 9
    slider.focus()
    page.keyboard.press("End")
    assert "40 secondes sur 40 secondes" in slider.get_attribute("aria-valuetext").replace(
        "\u00a0", " "
    )


def test_a_link_to_a_moment_plays_it_where_it_is(window):
    page = window("nadia")
    file = sent(page, "Moments.webm", recordings.sound(seconds=30))
    page.goto(file["url"] + "#t=12-14")
    player = page.locator("media-player:not([data-wait])")
    player.wait_for()
    page.reload()
    assert player.get_by_role("slider").input_value() == "12"
    page.evaluate(
        """(id) => {
          const link = document.createElement('a')
          Object.assign(link, { href: '#t=20-21', textContent: 'ici' })
          link.dataset.media = id
          document.querySelector('main').prepend(link)
          window.heard = []
          document.addEventListener('moment', ({ detail }) => window.heard.push(detail.ms))
        }""",
        str(file["id"]),
    )
    page.get_by_role("link", name="ici", exact=True).click()
    page.wait_for_function("() => window.heard.some((ms) => ms >= 20_000 && ms < 21_500)")
    page.wait_for_function("() => document.querySelector('media-player').own.paused")
    assert page.evaluate("Math.max(...window.heard)") < 22_000


def test_axe_finds_nothing_in_the_players(window):
    page = window("nadia", size=PHONE, bypass_csp=True)
    page.add_init_script(AXE.read_text())
    for name, data in (("Voix.webm", recordings.sound()), ("Sortie.mp4", recordings.film())):
        page.goto(sent(page, name, data)["url"])
        page.locator("media-player:not([data-wait])").wait_for()
        assert page.evaluate(RUN, EVERYTHING) == []

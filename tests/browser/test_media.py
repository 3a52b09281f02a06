"""Sounds and films in a real browser: heard, sought, quoted; recorded, cut off, recovered."""

from playwright.sync_api import expect

from tests.browser.gestures import number, open_plain, save, write_page
from tests.browser.people import PHONE
from tests.browser.test_accessible import AXE, EVERYTHING, RUN
from tests.browser.test_consent import mark, publish, send, sign
from tests.files import recordings, samples

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
    assert not page.locator(".play-ring").is_visible(), "the browser's own controls are enough"


MAY = {"permissions": ["microphone", "camera"]}


def recorder_of(page, kind: str):
    """Start recording, and wait until some pieces are made."""
    page.get_by_role("button", name=kind).click()
    page.get_by_role("button", name="Arrêter").wait_for()
    return page.locator("media-recorder")


def kept(page) -> str:
    """Listen, keep, and the number of the file that was made."""
    page.get_by_role("button", name="Arrêter").click()
    page.locator("[data-listen] audio, [data-listen] video").wait_for()
    page.get_by_role("button", name="Garder").click()
    page.locator("[data-sent] a").wait_for()
    return page.locator("[data-sent] a").get_attribute("href").split("/")[2].partition("-")[0]


def lasting(page, number: str) -> dict:
    """What is known of a file once it was made ready."""
    for _ in range(200):
        told = page.context.request.get(f"/files/{number}/media.json").json()
        if told["state"] == "ready":
            return told
        page.wait_for_timeout(100)
    raise AssertionError(told)


def pieces(page) -> int:
    """How many pieces this device keeps."""
    return page.evaluate(
        """async () => {
          const name = `essaim-texts-${document.body.dataset.user}`
          const base = await new Promise((done) => {
            const asked = indexedDB.open(name)
            asked.onsuccess = () => done(asked.result)
          })
          const stores = [...base.objectStoreNames]
          if (!stores.length) { base.close(); return 0 }
          const keys = await new Promise((done) => {
            const asked = base.transaction(stores[0]).objectStore(stores[0]).getAllKeys()
            asked.onsuccess = () => done(asked.result)
          })
          base.close()
          return keys.filter((key) => key.startsWith('recording#')).length
        }"""
    )


def test_a_voice_and_a_photo_are_given_from_a_phone_through_cuts_of_the_network(window):
    page = window("nadia", size=PHONE, has_touch=True, **MAY)
    address = write_page(page, 1, "À l’espace emploi", "On y est allé jeudi.")
    page.goto(f"/files/new?group=1&parent={number(address)}#record")
    page.get_by_label("Qui parle, et de quoi").fill("Thi Mai raconte le jardin")
    recorder_of(page, "Enregistrer une voix")
    line = page.context.new_cdp_session(page)
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", network | {"offline": True})
    expect(page.locator("[data-said]")).to_contain_text("gardé sur cet appareil")
    page.wait_for_function("() => document.querySelector('[data-clock]').textContent >= '0:05'")
    page.get_by_role("button", name="Faire une pause").click()
    assert pieces(page) >= 2
    page.get_by_role("button", name="Continuer").click()
    line.send("Network.emulateNetworkConditions", network | {"offline": False})
    page.wait_for_function("() => document.querySelector('[data-clock]').textContent >= '0:07'")
    voice = kept(page)
    expect(page.locator("[data-sent] a")).to_have_text("Thi Mai raconte le jardin")
    assert 6500 < lasting(page, voice)["duration_ms"] < 20_000
    assert pieces(page) == 0
    photo = photographed(page, line, network)
    page.goto(address)
    for shown in ("media-player", f"img[src*='/{photo}/']"):
        page.locator(f"main {shown}").first.wait_for()
    agreed_to_and_published(page, window("claire"), window(size=PHONE), photo)
    # Somebody else writes down what is said, and a search finds it.
    other = window("karim", size=PHONE, has_touch=True)
    other.goto(f"/files/{voice}")
    other.get_by_role("button", name="Écrire", exact=True).click()
    expect(other.locator("h1")).to_be_in_viewport()  # opened at its title
    expect(other.locator(".typing-desk").get_by_role("button", name="Écouter")).to_have_count(1)
    assert other.locator(".typing-desk").bounding_box()["height"] < PHONE["height"] / 4
    other.locator("[name=words]").first.fill("On sème la moutarde en août")
    expect(other.locator("[data-light]")).to_have_text("Enregistré")
    other.get_by_role("button", name="Ces lignes sont relues").click()
    other.locator(".tag", has_text="relu").wait_for()
    other.goto("/search?q=moutarde")
    expect(other.locator(".results")).to_contain_text("Thi Mai raconte le jardin")


def photographed(page, line, network: dict) -> str:
    """A photo taken while there is no network, described once it has left; its number."""
    taken = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": samples.photo(6)}
    page.get_by_role("button", name="Un autre").click()
    # A telephone answers with the photo of its own camera.
    page.on("filechooser", lambda asked: asked.set_files(taken))
    line.send("Network.emulateNetworkConditions", network | {"offline": True})
    page.get_by_role("button", name="Photo", exact=True).click()
    expect(page.locator("[data-said]")).to_contain_text("Pas de réseau")
    line.send("Network.emulateNetworkConditions", network | {"offline": False})
    page.locator("[data-sent] a").click()
    page.locator(".file-preview img").wait_for()
    page.get_by_role("link", name="Dites ce que montre l’image").click()
    page.get_by_label("Ce que montre l’image").fill("Thi Mai devant l’écran des offres")
    page.get_by_role("button", name="Enregistrer").click()
    shown = page.locator(".file-preview img")
    expect(shown).to_have_attribute("alt", "Thi Mai devant l’écran des offres")
    assert shown.evaluate("(one) => one.height > one.width"), "upright"
    number = page.url.split("/files/")[1].partition("-")[0]
    assert b"SECRET" not in page.context.request.get(f"/files/{number}/download").body()
    return number


def agreed_to_and_published(page, editor, visitor, photo: str) -> None:
    """Who is on it is noted and signs on this phone; everyone is asked for, and sees it."""
    mark(page, int(photo), "Thi Mai")
    assert visitor.goto(f"/files/{photo}").status == 404
    page.get_by_role("link", name="Demander l’accord Thi Mai").click()
    sign(page)
    publish(page, editor, int(photo))
    assert visitor.goto(f"/files/{photo}").status == 200
    assert "écran des offres" in visitor.locator(".file-preview img").get_attribute("alt")


def test_who_agrees_aloud_and_forgets_to_keep_it_is_heard(window):
    page = window("nadia", size=PHONE, **MAY)
    mark(page, send(page, "Zaïa au puits"), "Zaïa")
    page.get_by_role("link", name="Demander l’accord Zaïa").click()
    page.locator(".accord-line").first.get_by_text("Tout le monde").click()
    page.locator(".choice--oral").click()
    recorder_of(page, "Enregistrer une voix")
    page.wait_for_function("() => document.querySelector('[data-clock]').textContent >= '0:01'")
    page.get_by_role("button", name="C’est mon choix").click()
    page.wait_for_selector("text=C’est noté. Merci.")


def test_an_interview_whose_page_was_closed_is_offered_and_sent_once(window):
    page = window("nadia", **MAY)
    page.goto("/files/new?group=1")
    recorder_of(page, "Enregistrer une voix")
    while pieces(page) < 3:
        page.wait_for_timeout(300)
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.goto("/files/new?group=1")
    left = again.locator(".recorder-left")
    left.wait_for()
    left.get_by_role("button", name="Envoyer").click()
    again.locator("[data-sent] a").wait_for()
    number = again.locator("[data-sent] a").get_attribute("href").split("/")[2].partition("-")[0]
    assert lasting(again, number)["duration_ms"] > 4000
    expect(left).to_be_hidden()
    again.reload()
    expect(left).to_be_hidden()
    assert pieces(again) == 0


def test_what_was_kept_without_network_leaves_by_itself_from_any_page(window):
    page = window("nadia", size=PHONE, **MAY)
    page.goto("/files/new?group=1")
    recorder_of(page, "Enregistrer une voix")
    page.wait_for_function("() => document.querySelector('[data-clock]').textContent >= '0:03'")
    page.context.set_offline(True)
    page.get_by_role("button", name="Arrêter").click()
    page.get_by_role("button", name="Garder").click()
    expect(page.locator("[data-said]")).to_contain_text("vous pouvez fermer cette page")
    again = page.context.new_page()
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    again.goto("/")
    expect(again.locator("toast-note", has_text="est enregistré")).to_be_visible()
    assert pieces(again) == 0
    assert not again.evaluate("localStorage.getItem('recordings:wished')")


def test_a_recording_can_be_done_again_and_leaves_nothing(window):
    page = window("nadia", **MAY)
    page.goto("/files/new?group=1")
    recorder_of(page, "Enregistrer une voix")
    page.get_by_role("button", name="Arrêter").click()
    page.get_by_role("button", name="Refaire").click()
    page.get_by_role("button", name="Enregistrer une voix").wait_for()
    assert pieces(page) == 0


def test_a_film_and_a_photo_are_taken_with_the_camera(window):
    page = window("nadia", **MAY)
    page.goto("/files/new?group=1")
    recorder_of(page, "Filmer")
    page.wait_for_timeout(2500)
    made = lasting(page, kept(page))
    assert made["family"] == "video"
    assert made["duration_ms"] > 1500
    page.get_by_role("button", name="Un autre").click()
    page.get_by_role("button", name="Photo", exact=True).click()
    page.wait_for_function("() => document.querySelector('[data-view]').videoWidth > 0")
    page.get_by_role("button", name="Prendre la photo").click()
    page.locator("[data-sent] a").wait_for()
    page.locator("[data-sent] a").click()
    page.locator(".file-preview img").wait_for()


def spoken(page) -> None:
    """Record a few words in the sheet that is open."""
    sheet = page.locator("dialog:has(media-recorder)")
    sheet.get_by_role("button", name="Enregistrer une voix").click()
    page.wait_for_timeout(1500)
    sheet.get_by_role("button", name="Arrêter").click()
    sheet.get_by_role("button", name="Garder").click()
    expect(sheet).to_have_count(0)


def test_one_speaks_instead_of_writing_in_a_comment_and_in_a_page(window):
    page = window("nadia", **MAY)
    address = write_page(page, 1, "Paroles du jardin", "Elles disent :")
    page.get_by_role("button", name="Parler au lieu d’écrire").click()
    spoken(page)
    assert page.locator("#body").input_value() == ""  # no mark to read among one's words
    said = page.locator("#comment-form p:has(.link)")
    expect(said).to_contain_text("Voix")
    page.locator("#comment-form .form-end .btn").click()
    page.locator(".comment media-player").wait_for()
    open_plain(page, number(address))
    page.locator("text-editor [data-tool=sound]").click()
    spoken(page)
    assert "{{fichier " in page.locator("text-editor [name=body]").input_value()
    save(page)
    page.locator(".prose .player-card media-player").first.wait_for()


def test_axe_finds_nothing_in_the_recorder(window):
    page = window("nadia", size=PHONE, bypass_csp=True, **MAY)
    page.add_init_script(AXE.read_text())
    page.goto("/files/new?group=1")
    page.locator("media-recorder .recorder-go").first.wait_for()
    assert page.evaluate(RUN, EVERYTHING) == []
    recorder_of(page, "Enregistrer une voix")
    assert page.evaluate(RUN, EVERYTHING) == []
    page.get_by_role("button", name="Arrêter").click()
    page.locator("[data-listen] audio").wait_for()
    assert page.evaluate(RUN, EVERYTHING) == []

"""Whatever the client does, Flask sees a plain request and the client a plain answer."""

import asyncio
import errno
import gzip
import hashlib
import io
import os
import threading

import pytest
from flask import Flask, Response, request, send_file

from wiki.bridge import Bridge, threads_for

BIG = os.urandom(3_000_000)


@pytest.fixture
def site(tmp_path):
    """A small Flask app that says what it was given."""
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "app-ABCD1234.js").write_text("let a = 1\n" * 500)
    (tmp_path / "big").write_bytes(BIG)
    app = Flask(__name__, static_folder=str(tmp_path / "static"))
    app.config.update(DATA=tmp_path, MAX_CONTENT_LENGTH=5_000_000)

    @app.post("/echo")
    def echo():
        return hashlib.sha256(request.get_data()).hexdigest()

    @app.post("/upload")
    def upload():
        return hashlib.sha256(request.files["file"].read()).hexdigest()

    @app.get("/environ")
    def environ():
        return {k: str(v) for k, v in request.environ.items() if isinstance(v, str)}

    app.add_url_rule("/é/<name>", "path", lambda name: name)
    app.add_url_rule("/text", "text", lambda: Response("mot " * 1000, mimetype="text/plain"))
    app.add_url_rule("/secret", "secret", secret)
    app.add_url_rule("/tagged", "tagged", tagged)
    app.add_url_rule("/file", "file", lambda: send_file(tmp_path / "big", conditional=True))
    app.add_url_rule("/stream", "stream", lambda: Response(BIG[i : i + 1000] for i in CUTS))
    app.add_url_rule("/thread", "thread", lambda: threading.current_thread().name)
    app.add_url_rule("/broken", "broken", lambda: Response(iter([b"a", 1])))
    return app


CUTS = range(0, len(BIG), 1000)


def secret():
    answer = Response("clé " * 1000, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def tagged():
    answer = Response(request.args.get("words", "mot ") * 1000, mimetype="text/plain")
    answer.set_etag("v1")
    return answer.make_conditional(request)


class Answer:
    """What the bridge sent."""

    def __init__(self, messages):
        self.messages = messages
        self.status = messages[0]["status"]
        self.headers = {k.decode(): v.decode() for k, v in messages[0]["headers"]}
        self.body = b"".join(m.get("body", b"") for m in messages[1:])


def ask(site, path, method="GET", body=(), *, query=b"", raw=(), **headers):
    """One request through the bridge, its body in the given pieces."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("10.0.0.9", 1234),
        "headers": [
            *((k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()),
            *raw,
        ],
    }
    pieces = [{"type": "http.request", "body": b, "more_body": True} for b in body]
    pieces.append({"type": "http.request", "body": b"", "more_body": False})
    sent = []

    async def receive():
        return pieces.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(Bridge(site)(scope, receive, send))
    return Answer(sent)


def test_flask_sees_an_ordinary_request(site):
    seen = ask(site, "/environ", query=b"q=%C3%A9", host="wiki.example.org", cookie="a=b").body
    for expected in (b'"REMOTE_ADDR":"10.0.0.9"', b'"HTTP_HOST":"wiki.example.org"', b"q=%C3%A9"):
        assert expected in seen


def test_accents_in_a_path_arrive_whole(site):
    assert ask(site, "/é/été").body == "été".encode()


@pytest.mark.parametrize("pieces", [[b"abc"], [b"a" * 1000] * 100, [b"b" * 65536] * 40])
def test_a_body_arrives_whole_however_it_was_cut(site, pieces):
    answer = ask(site, "/echo", "POST", pieces)
    assert answer.body.decode() == hashlib.sha256(b"".join(pieces)).hexdigest()


def test_a_big_body_waits_on_disk_and_leaves_nothing_there(site):
    ask(site, "/echo", "POST", [b"b" * 65536] * 40)
    assert list((site.config["DATA"] / "tmp").iterdir()) == []


def test_an_upload_arrives_whole(site):
    edge = b"--x\r\nContent-Disposition: form-data; name=file; filename=f\r\n\r\n"
    answer = ask(
        site,
        "/upload",
        "POST",
        [edge, BIG, b"\r\n--x--\r\n"],
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.body.decode() == hashlib.sha256(BIG).hexdigest()


def test_too_large_a_body_is_refused_by_the_app_and_not_kept(site):
    answer = ask(site, "/echo", "POST", [b"b" * 1_000_000] * 6)
    assert answer.status == 413


def test_a_body_that_finds_no_room_on_the_disk_is_said_to_the_app(site, monkeypatch):
    class Full:
        def write(self, _data):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("wiki.bridge._to_disk", lambda *_: Full())
    seen = []
    site.before_request(lambda: seen.append(request.environ.get("essaim.full")))
    answer = ask(site, "/echo", "POST", [BIG[:1_000_000], BIG[:500_000]])
    assert (answer.status, seen) == (200, [True])
    assert answer.body.decode() == hashlib.sha256(b"").hexdigest()


def test_a_client_that_leaves_while_sending_disturbs_nobody(site):
    scope = {"type": "http", "method": "POST", "path": "/echo", "headers": []}

    async def receive():
        return {"type": "http.disconnect"}

    asyncio.run(Bridge(site)(scope, receive, None))


def test_a_file_leaves_in_pieces(site):
    answer = ask(site, "/file")
    assert answer.body == BIG
    assert answer.headers["content-length"] == str(len(BIG))
    assert len(answer.messages) > 5


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("bytes=0-9", BIG[:10]),
        ("bytes=1000000-2500000", BIG[1000000:2500001]),
        ("bytes=-5", BIG[-5:]),
    ],
)
def test_a_range_of_a_file(site, wanted, expected):
    answer = ask(site, "/file", range=wanted)
    assert answer.status == 206
    assert answer.body == expected


def test_head_has_the_headers_and_no_body(site):
    answer = ask(site, "/file", "HEAD")
    assert answer.headers["content-length"] == str(len(BIG))
    assert answer.body == b""


def test_a_long_generated_answer_does_not_stay_in_memory(site):
    answer = ask(site, "/stream")
    assert answer.body == BIG
    assert max(len(m.get("body", b"")) for m in answer.messages[1:]) < 1_000_000


def test_an_answer_that_breaks_is_an_error_and_not_silence(site, caplog):
    assert ask(site, "/broken").status == 500


def test_text_is_compressed_for_those_who_accept_it(site):
    plain = ask(site, "/text")
    packed = ask(site, "/text", accept_encoding="gzip, br")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-length"] == str(len(packed.body))
    assert gzip.decompress(packed.body) == plain.body
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["vary"]


def test_the_size_of_a_compressed_page_varies_for_the_curious(site):
    for path in ("/text", "/tagged"):
        sizes = {len(ask(site, path, accept_encoding="gzip").body) for _ in range(20)}
        assert len(sizes) > 3


def test_what_is_shown_once_is_not_compressed(site):
    assert "content-encoding" not in ask(site, "/secret", accept_encoding="gzip").headers


def test_a_tag_given_with_a_compressed_page_is_recognised(site):
    tag = ask(site, "/tagged", accept_encoding="gzip").headers["etag"]
    assert tag == 'W/"v1"'
    again = ask(site, "/tagged", accept_encoding="gzip", if_none_match=tag)
    assert (again.status, again.body) == (304, b"")


def test_what_is_packed_once_is_never_given_for_something_else(site):
    for words in ("un ", "deux ", "un "):  # under one tag and address, as no site should
        answer = ask(
            site, "/tagged", query=f"words={words.strip()}%20".encode(), accept_encoding="gzip"
        )
        assert gzip.decompress(answer.body).decode() == words * 1000


def test_static_files_are_for_ever_and_compressed(site):
    answer = ask(site, "/static/app-ABCD1234.js", accept_encoding="gzip")
    assert "immutable" in answer.headers["cache-control"]
    assert gzip.decompress(answer.body) == b"let a = 1\n" * 500


@pytest.mark.parametrize("name", ["../big", "nothing.js", "..%2fbig", "a\0b", "/etc/passwd"])
def test_static_files_are_only_those_of_the_folder(site, name):
    assert ask(site, "/static/" + name).status in (308, 404)


def test_a_header_with_an_underscore_cannot_pass_for_another(site):
    seen = ask(site, "/environ", raw=[(b"x_forwarded_for", b"6.6.6.6")]).body
    assert b"6.6.6.6" not in seen


def test_passwords_and_writes_stay_off_the_threads_of_pages():
    assert threads_for("GET", "/pages/12-x") == "quick"
    assert threads_for("POST", "/login") == "passwords"
    assert threads_for("POST", "/reset/abc") == "passwords"
    assert threads_for("POST", "/pages/12/edit") == "slow"
    assert threads_for("DELETE", "/api/v1/items/12") == "slow"
    assert threads_for("GET", "/search") == "slow"
    assert threads_for("GET", "/searching-for-words") == "quick"
    assert threads_for("GET", "/portraits/12-annick/poster.pdf") == "paper"
    assert threads_for("POST", "/account/production") == "slow"
    assert threads_for("POST", "/account/production/closing") == "passwords"
    for lasting in ("/portraits/12/folder.zip", "/files/12/download", "/accord/abc/12/picture"):
        assert threads_for("GET", lasting) == "slow"
    assert threads_for("GET", "/files/folders/12") == "quick"


def test_a_live_channel_is_refused_politely(site):
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    asyncio.run(Bridge(site)({"type": "websocket", "path": "/ws"}, receive, send))
    assert sent[-1] == {"type": "websocket.close", "code": 4404}


def test_a_live_channel_goes_to_who_takes_it(site):
    taken = []

    async def room(scope, receive, send):
        taken.append(scope["path"])

    asyncio.run(Bridge(site, live=room)({"type": "websocket", "path": "/ws"}, None, None))
    assert taken == ["/ws"]


def test_slow_work_does_not_hold_up_pages(site):
    started, release = threading.Event(), threading.Event()

    @site.post("/slow")
    def slow():
        started.set()
        release.wait(5)
        return "late"

    async def both():
        bridge = Bridge(site)
        order = []

        async def one(method, path):
            async def receive():
                return {"type": "http.request"}

            async def send(message):
                if message["type"] == "http.response.body":
                    order.append(path)

            scope = {"type": "http", "method": method, "path": path, "headers": []}
            scope |= {"query_string": b"", "http_version": "1.1"}
            await bridge(scope, receive, send)

        late = asyncio.create_task(one("POST", "/slow"))
        await asyncio.to_thread(started.wait, 5)
        await one("GET", "/text")
        release.set()
        await late
        return order

    assert asyncio.run(both()) == ["/text", "/slow"]


def test_gzip_of_nothing_special_is_gzip():
    from wiki.compression import gzip as pack
    from wiki.compression import stamped

    packed = pack(b"mot" * 100)
    for answer in (packed, stamped(packed, b""), stamped(packed, b"abc")):
        with gzip.open(io.BytesIO(answer)) as file:
            assert file.read() == b"mot" * 100


def test_a_stranger_brings_a_form_and_no_more(site):
    site.secret_key = "a key"
    pieces = [b"x" * 990_000] * 5
    answer = ask(site, "/echo", "POST", pieces, content_length="4950000")
    assert answer.status == 413


def test_a_stranger_who_tells_no_length_is_counted_too(site):
    site.secret_key = "a key"
    pieces = [b"x" * 990_000] * 5
    answer = ask(site, "/echo", "POST", pieces, transfer_encoding="chunked")
    assert answer.status == 413


def test_a_forged_cookie_brings_no_more_than_a_stranger(site):
    site.secret_key = "a key"
    pieces = [b"x" * 990_000] * 5
    forged = {"content_length": "4950000", "cookie": "essaim=eyJfdXNlcl9pZCI6IjEifQ.x.y"}
    assert ask(site, "/echo", "POST", pieces, **forged).status == 413

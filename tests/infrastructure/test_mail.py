"""Letters leave with their transaction, by SMTP or as files, and never twice."""

import asyncio
import contextlib
import email
import email.policy
import threading

import pytest
from sqlalchemy import select, update

from wiki import jobs
from wiki import mail as mail_module
from wiki.db import db, utcnow
from wiki.mail import Mail, base_url, deliver, link, post


class Smtp:
    """A mail server of a few lines, in a thread."""

    def __init__(self, refuse: bytes = b""):
        self.letters, self.commands, self.refuse = [], [], refuse
        self.loop = asyncio.new_event_loop()
        self.started = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        self.started.wait(5)

    def run(self):
        self.loop.run_until_complete(self.serve())
        self.loop.close()

    async def serve(self):
        self.stopped = asyncio.Event()
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.started.set()
        await self.stopped.wait()
        server.close()

    def close(self):
        self.loop.call_soon_threadsafe(self.stopped.set)
        self.thread.join(5)

    async def talk(self, reader, writer):
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            self.commands.append(line.strip())
            word = line[:4].upper()
            if word == b"RCPT" and self.refuse:
                writer.write(self.refuse + b" no\r\n")
            elif word == b"DATA":
                writer.write(b"354 go\r\n")
                self.letters.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 kept\r\n")
            elif word == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
def smtp():
    server = Smtp()
    yield server
    server.close()


@pytest.fixture
def writing(on_disk, tmp_path):
    """An app with one letter template."""
    from jinja2 import ChoiceLoader, DictLoader

    letters = {
        "emails/hello.txt": "Bonjour {{ who }} de\n{{ site_name }}",
        "emails/hey.txt": "Salut {{ who }}\n\nTexte é.\n{{ link('static', filename='x') }}\n",
        "emails/hey.html": "<p>Salut {{ who }}</p>",
    }
    on_disk.jinja_loader = ChoiceLoader([DictLoader(letters), on_disk.jinja_loader])
    return on_disk


def send(app, template="hey", who="Ève & Adam", to="eve@example.org"):
    with app.app_context():
        post(to, template, "fr", who=who)
        db.session.commit()
    jobs.drain(app)


def all_mail(app):
    with app.app_context():
        return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def test_without_smtp_a_letter_is_a_file_that_only_we_read(writing):
    send(writing)
    [path] = (writing.config["DATA"] / "mail").iterdir()
    letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert letter["To"] == "eve@example.org"
    assert letter["Subject"] == "Salut Ève & Adam"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "Texte é." in letter.get_body(["plain"]).get_content()
    assert "Ève &amp; Adam" in letter.get_body(["html"]).get_content()
    assert path.stat().st_mode & 0o077 == 0


def test_a_long_subject_with_accents_keeps_its_spaces(writing):
    who = "Qui a déjà animé un atelier à Épinal, l’été, avec des élèves éloignés du numérique ?"
    send(writing, who=who)
    [path] = (writing.config["DATA"] / "mail").iterdir()
    letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert letter["Subject"] == f"Salut {who}"


def test_words_are_forgotten_once_sent(writing):
    send(writing)
    [mail] = all_mail(writing)
    assert mail.sent_at
    assert (mail.text, mail.html, mail.due_at) == ("", None, None)


def test_a_rolled_back_letter_never_leaves(writing):
    with writing.app_context():
        post("eve@example.org", "hey", "fr", who="Ève")
        db.session.rollback()
    jobs.drain(writing)
    assert not (writing.config["DATA"] / "mail").exists()


def test_a_letter_whose_wake_up_was_lost_leaves_with_the_sweep(writing):
    with writing.app_context():
        db.session.add(Mail(to="a@example.org", subject="s", text="t", html=None))
        db.session.commit()
    assert jobs.pending(writing) == 0
    jobs.drain(writing)
    assert all_mail(writing)[0].sent_at


def test_smtp_carries_the_letter(writing, smtp):
    writing.config["SMTP_URL"] = f"smtp://127.0.0.1:{smtp.port}"
    writing.config["MAIL_FROM"] = "Essaim <wiki@example.org>"
    send(writing)
    assert len(smtp.letters) == 1
    assert b"From: Essaim <wiki@example.org>" in smtp.letters[0]
    assert all_mail(writing)[0].sent_at


def test_two_deliveries_at_once_send_one_letter(writing, smtp):
    writing.config["SMTP_URL"] = f"smtp://127.0.0.1:{smtp.port}"
    with writing.app_context():
        post("eve@example.org", "hey", "fr", who="Ève")
        db.session.commit()

    def run():
        with writing.app_context():
            deliver()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(smtp.letters) == 1


def test_a_password_never_travels_without_tls(writing, smtp):
    writing.config["SMTP_URL"] = f"smtp://me:secret@127.0.0.1:{smtp.port}"
    send(writing)
    assert not any(command.startswith(b"AUTH") for command in smtp.commands)
    [mail] = all_mail(writing)
    assert mail.sent_at is None
    assert "TLS" in mail.error
    assert mail.due_at > utcnow()


def test_an_unreachable_server_is_tried_again_later(writing):
    writing.config["SMTP_URL"] = "smtp://127.0.0.1:1"
    send(writing)
    [mail] = all_mail(writing)
    assert mail.attempts == 1
    assert mail.text
    assert mail.due_at > utcnow()


def test_an_address_refused_for_good_is_given_up(writing):
    server = Smtp(refuse=b"550")
    writing.config["SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
    send(writing)
    server.close()
    [mail] = all_mail(writing)
    assert (mail.sent_at, mail.due_at) == (None, None)
    assert mail.error


def test_nothing_typed_can_add_a_header(writing):
    send(writing, who="x\r\nBcc: spy@example.org")
    [path] = (writing.config["DATA"] / "mail").iterdir()
    letter = email.message_from_bytes(path.read_bytes())
    assert letter["Bcc"] is None
    assert letter["Subject"].startswith("Salut x")


def test_an_address_that_is_a_header_is_given_up(writing):
    send(writing, to="a@example.org\r\nBcc: spy@example.org")
    [mail] = all_mail(writing)
    assert mail.sent_at is None
    assert mail.due_at is None


def test_links_use_the_configured_address_whatever_the_request_says(writing):
    writing.config["BASE_URL"] = "https://wiki.example.org/"
    with writing.test_request_context("/", headers={"Host": "evil.example"}):
        assert link("static", filename="x") == "https://wiki.example.org/static/x"
        assert base_url() == "https://wiki.example.org"


def die(*_):
    raise KeyboardInterrupt  # as sudden as a kill, for the code that sends


def test_a_process_killed_after_handing_over_sends_once_more_and_no_third_time(
    writing, smtp, monkeypatch
):
    """The server has the letter, but the row was never marked: the worst moment to die."""
    writing.config["SMTP_URL"] = f"smtp://127.0.0.1:{smtp.port}"
    send_then_die = mail_module._send_by_smtp

    def handed_then_killed(message):
        send_then_die(message)
        die()

    monkeypatch.setattr(mail_module, "_send_by_smtp", handed_then_killed)
    with writing.app_context():
        post("eve@example.org", "hey", "fr", who="Ève")
        db.session.commit()
    for _ in range(4):
        with writing.app_context():
            with contextlib.suppress(KeyboardInterrupt):
                deliver()
            db.session.rollback()
            db.session.execute(update(Mail).where(Mail.due_at.is_not(None)).values(due_at=utcnow()))
            db.session.commit()
    assert len(smtp.letters) == 2
    identities = {email.message_from_bytes(one)["Message-ID"] for one in smtp.letters}
    assert len(identities) == 1
    [mail] = all_mail(writing)
    assert (mail.sent_at, mail.due_at) == (None, None)  # the administrator sees it


def test_a_process_killed_before_handing_over_loses_nothing(writing, smtp, monkeypatch):
    writing.config["SMTP_URL"] = f"smtp://127.0.0.1:{smtp.port}"
    with monkeypatch.context() as patch:
        patch.setattr(mail_module, "_send_by_smtp", die)
        with writing.app_context():
            post("eve@example.org", "hey", "fr", who="Ève")
            db.session.commit()
            with contextlib.suppress(KeyboardInterrupt):
                deliver()
            db.session.rollback()
    with writing.app_context():
        db.session.execute(update(Mail).values(due_at=utcnow()))
        db.session.commit()
    jobs.drain(writing)
    assert len(smtp.letters) == 1
    assert all_mail(writing)[0].sent_at


def test_a_letter_that_cannot_be_composed_keeps_no_other(writing):
    with writing.app_context():
        mail_module.post_composed("eve@example.org", "nobody-writes-these", "Nouvelles")
        post("eve@example.org", "hey", "fr", who="Ève")
        db.session.commit()
    jobs.drain(writing)
    broken, good = all_mail(writing)
    assert broken.error.startswith("KeyError")
    assert good.sent_at

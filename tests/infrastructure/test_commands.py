"""The commands that operators and scripts rely on."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from click.testing import CliRunner

from wiki.cli import essaim


@pytest.fixture
def run(tmp_path, empty_database, monkeypatch):
    """A function: run a command on a data folder of its own; gives (status, output, errors)."""
    monkeypatch.setenv("ESSAIM_DATA", str(tmp_path / "data"))

    def command(*arguments):
        done = CliRunner().invoke(essaim, list(arguments))
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout.strip(), done.stderr.strip()

    return command


def test_a_site_is_set_up_from_the_command_line(run):
    assert run("user", "add", "Ada@Example.org", "--name", "Ada", "--role", "admin")[0] == 0
    status, number, _ = run("group", "add", "Le jardin partagé", "--facilitator", "ada@example.org")
    assert (status, number) == (0, "1")
    run(
        "user",
        "add",
        "bob@example.org",
        "--name",
        "Bob",
        "--password",
        "dix lettres",
        "--professional",
    )
    assert run("group", "join", "1", "bob@example.org", "--role", "facilitator")[0] == 0
    status, token, _ = run("token", "add", "bob@example.org")
    assert status == 0
    assert len(token) > 30


def test_a_group_leaves_and_comes_back_from_the_command_line(run, tmp_path):
    run("user", "add", "ada@example.org", "--name", "Ada")
    run("group", "add", "Le jardin partagé", "--facilitator", "ada@example.org")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("# Semer\n\nEn mars.", "utf-8")
    run("import", "markdown", str(tmp_path / "notes"), "--group", "1", "--kind", "pages")
    file = tmp_path / "g.zip"
    status, said, _ = run("export", "group", "1", str(file))
    assert (status, said) == (0, f"{file}: 1 items, 1 versions, 0 files.")
    status, said, _ = run("import", "group", str(file))
    assert status == 0
    assert said.splitlines() == [
        "2", "1 items, 1 people.", "  Ada <ada@example.org>: facilitator",
    ]  # fmt: skip
    file.write_bytes(b"PK")
    status, _, why = run("import", "group", str(file))
    assert (status, why.count("\n"), why[:7]) == (1, 0, "Error: ")
    assert run("export", "group", "9", str(file))[0] == 1


def test_without_a_password_a_one_time_link_is_printed(run, monkeypatch):
    monkeypatch.setenv("ESSAIM_BASE_URL", "https://wiki.example.org")
    number, link = run("user", "add", "ada@example.org", "--name", "Ada")[1].splitlines()
    assert number == "1"
    assert link.startswith("https://wiki.example.org/reset/")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("user add nowhere --name X", "not an e-mail"),
        ("user add a@b.fr --name X --password court", "10 characters"),
        ("group add T --facilitator x@y.fr", "Nobody here"),
        ("group join 99 x@y.fr", "no group 99"),
        ("token add x@y.fr", "Nobody here"),
        ("backup --verify missing.zip", "missing.zip"),
    ],
)
def test_mistakes_are_explained_in_a_sentence(run, command, words):
    status, output, errors = run(*command.split())
    assert (status, output) == (1, "")
    assert words in errors
    assert "Traceback" not in errors


def test_a_second_account_with_one_address_is_refused(run):
    run("user", "add", "a@b.fr", "--name", "A")
    assert run("user", "add", "A@B.fr", "--name", "A")[0] == 1


def test_backup_verify_restore_and_doctor(run, tmp_path, monkeypatch):
    run("user", "add", "a@b.fr", "--name", "A")
    file = str(tmp_path / "b.zip")
    assert "1 people" in run("backup", file)[1]
    assert "whole" in run("backup", "--verify", file)[1]
    assert run("restore", file)[0] == 1
    monkeypatch.setenv("ESSAIM_DATA", str(tmp_path / "elsewhere"))
    assert "1 people" in run("restore", file)[1]
    assert run("token", "add", "a@b.fr")[0] == 0
    status, output, errors = run("doctor")
    assert "Every item has all its versions" in output
    assert (status, errors) == (0, "")


def test_a_wrong_setting_is_explained(run, monkeypatch):
    monkeypatch.setenv("ESSAIM_TRASH_DAYS", "many")
    status, _, errors = run("drain")
    assert status == 1
    assert "ESSAIM_TRASH_DAYS must be a number" in errors


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from wiki.cli import essaim\n"
        "try: essaim(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('flask', 'sqlalchemy', 'granian', 'huey') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


class Served:
    """`essaim serve` in a process of its own."""

    def __init__(self, data, port):
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from wiki.cli import essaim; essaim()", "serve"]
            + ["--port", str(port)],
            env=os.environ | {"ESSAIM_DATA": str(data), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait(self):
        """Until it answers, or ends."""
        end = time.monotonic() + 20
        while time.monotonic() < end and self.process.poll() is None:
            try:
                return self.status("/login")
            except OSError:
                time.sleep(0.05)
        return None

    def status(self, path):
        try:
            url = f"http://127.0.0.1:{self.port}{path}"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.communicate(timeout=20)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_server_starts_refuses_a_second_and_stops_when_asked(tmp_path):
    first = Served(tmp_path / "data", free_port())
    assert first.wait() == 200
    same_data = Served(tmp_path / "data", free_port())
    _, errors = same_data.process.communicate(timeout=20)
    assert same_data.process.returncode == 1
    assert "already serving" in errors
    same_port = Served(tmp_path / "other", first.port)
    _, errors = same_port.process.communicate(timeout=20)
    assert same_port.process.returncode == 1
    assert f"port {first.port}" in errors
    output, errors = first.stop()
    assert first.process.returncode == 0
    assert "give this code: " in output
    assert errors == ""
    assert sqlite3.connect(tmp_path / "data" / "essaim.sqlite").execute(
        "PRAGMA integrity_check"
    ).fetchone() == ("ok",)


def test_a_killed_server_starts_again_at_once(tmp_path):
    first = Served(tmp_path / "data", free_port())
    assert first.wait() == 200
    first.stop(signal.SIGKILL)
    second = Served(tmp_path / "data", free_port())
    assert second.wait() == 200
    second.stop(signal.SIGINT)
    assert second.process.returncode == 0


def test_a_database_of_a_newer_version_is_refused_and_untouched(tmp_path, empty_database, run):
    run("drain")
    path = tmp_path / "data" / "essaim.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    status, _, errors = run("drain")
    assert status == 1
    assert "9999" in errors
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    connection.close()


def test_a_failed_migration_leaves_the_database_as_it_was(on_disk, monkeypatch):
    from wiki import migrating, serving

    path = on_disk.config["DATA"] / "essaim.sqlite"
    monkeypatch.setattr(migrating, "newest", lambda: "9999")

    def breaks(app):
        connection = sqlite3.connect(path)
        connection.execute("DROP TABLE comment")
        connection.commit()
        connection.close()
        raise RuntimeError("half way")

    monkeypatch.setattr(migrating, "upgrade", breaks)
    with pytest.raises(serving.CannotServe, match="half way"):
        serving.migrate(on_disk)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM comment").fetchone() == (0,)
    connection.close()


def test_markdown_is_imported_and_found_again(run, tmp_path):
    texts = tmp_path / "notes"
    texts.mkdir()
    (texts / "cafe.md").write_text("# Le café du marché\n\nNeuf retraités.\n")
    (texts / "broken.md").write_bytes(b"\x00\x01\x02" * 100)
    run("group", "add", "G")
    status, output, _ = run("import", "markdown", str(texts), "--group", "1", "--scope", "public")
    assert status == 1
    assert "1 added" in output
    assert "broken.md" in output
    assert run("reindex")[1] == "1 items indexed."
    (texts / "broken.md").unlink()
    assert "1 unchanged" in run("import", "markdown", str(texts), "--group", "1")[1]


def test_a_file_that_is_no_database_is_left_alone(run, tmp_path):
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "essaim.sqlite"
    path.write_bytes(b"precious " * 1000)
    status, _, errors = run("drain")
    assert status == 1
    assert "cannot be read" in errors
    assert path.read_bytes() == b"precious " * 1000

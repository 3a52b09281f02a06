"""Every setting, its default and its meaning, in one list; none is needed to start."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import NamedTuple


class Setting(NamedTuple):
    """One thing an operator may decide; read from the environment as ESSAIM_<name>."""

    name: str
    default: object
    meaning: str


SETTINGS = [
    Setting("DATA", "./instance", "Folder of everything that must survive: database, files, key."),
    Setting("DATABASE_URL", "", "A PostgreSQL address; empty means a SQLite file in DATA."),
    Setting("REDIS_URL", "", "A Redis address for jobs; empty means a SQLite file in DATA."),
    Setting("SITE_NAME", "Essaim", "Name of the site, shown in titles and mails."),
    Setting("BASE_URL", "", "Public address, used in mails and feeds: https://wiki.example.org."),
    Setting("TRUSTED_PROXIES", 0, "How many proxies in front of us set X-Forwarded headers."),
    Setting("LANGUAGE", "fr", "Language of the screens when the visitor states none: fr or en."),
    Setting("TIMEZONE", "Europe/Paris", "Time zone in which dates are shown."),
    Setting("SMTP_URL", "", "smtp://user:password@host:587; empty writes mails to DATA/mail."),
    Setting("MAIL_FROM", "", "Sender of mails; empty means essaim@ followed by the site's host."),
    Setting("FACILITATORS_PUBLISH", False, "Let facilitators publish to everyone by themselves."),
    Setting("UPLOAD_MAX_MB", 1000, "Largest file accepted, in megabytes; beyond 100, in pieces."),
    Setting("GROUP_QUOTA_MB", 2000, "Room for the files of one group, in megabytes."),
    Setting("TRASH_DAYS", 30, "Days after which the trash is emptied."),
    Setting("SESSION_DAYS", 30, "Days without a visit after which a person signs in again."),
    Setting("BACKUP_EVERY_HOURS", 24, "Hours between two automatic backups; 0 makes none."),
    Setting("BACKUP_KEEP", 7, "How many automatic backups are kept."),
    Setting("DISK_WARNING_MB", 1000, "Free disk space under which the site warns, in megabytes."),
    Setting("TILES_URL", "", "Online tiles offered under maps: https://…/{z}/{x}/{y}.png."),
    Setting("TILES_ATTRIBUTION", "", "Whose tiles they are, said on each map that shows them."),
    Setting("SECRET_KEY", "", "Signs cookies and links; generated in DATA when empty."),
]


def read_environment() -> dict[str, object]:
    """The settings as the environment gives them, each with the type of its default.

    Raises ValueError naming the variable when a number or a yes/no cannot be read.
    """
    return {s.name: _typed(s, os.environ.get(f"ESSAIM_{s.name}")) for s in SETTINGS}


def prepare_data(settings: dict[str, object]) -> Path:
    """Create the data folder, and the secret key inside it on the first start."""
    data = Path(str(settings["DATA"])).resolve()
    data.mkdir(parents=True, exist_ok=True)
    if not settings["SECRET_KEY"]:
        settings["SECRET_KEY"] = _own_key(data / "secret_key")
    return data


def database_url(settings: dict[str, object], data: Path) -> str:
    """The SQLAlchemy address of the database, PostgreSQL spelled for psycopg 3."""
    url = str(settings["DATABASE_URL"])
    if not url:
        return f"sqlite:///{data / 'essaim.sqlite'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def engine_options(settings: dict[str, object]) -> dict[str, object]:
    """How connections are kept: the one used last comes first, its pages still in memory."""
    in_memory = settings["DATABASE_URL"] == "sqlite://"
    return {} if in_memory else {"pool_use_lifo": True}


def _typed(setting: Setting, text: str | None) -> object:
    if text is None:
        return setting.default
    if isinstance(setting.default, bool):
        if text.lower() in {"1", "true", "yes", "on"}:
            return True
        if text.lower() in {"0", "false", "no", "off", ""}:
            return False
        raise ValueError(f"ESSAIM_{setting.name} must be yes or no, not {text!r}")
    if isinstance(setting.default, int):
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"ESSAIM_{setting.name} must be a number, not {text!r}") from None
    return text


def _own_key(path: Path) -> str:
    """The key of this installation; of two processes that start at once, one makes it."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()

"""Bring a database to the structure this version expects, and back."""

import re
import sqlite3
from pathlib import Path

from flask import Flask

from wiki.db import db
from wiki.templating import ASSETS

FOLDER = ASSETS / "migrations"


def newest() -> str:
    """The number of the last migration this version ships."""
    return max(
        found[1]
        for path in (FOLDER / "versions").glob("*.py")
        if (found := re.match(r"(\d{4})_", path.name))
    )


def sqlite_version(path: Path) -> str | None:
    """The migration a SQLite file is at, read without loading any library of ours."""
    if not path.exists():
        return None
    connection = sqlite3.connect(path)
    try:
        row = connection.execute("select version_num from alembic_version").fetchone()
    except sqlite3.Error:
        return None
    finally:
        connection.close()
    return row[0] if row else None


def upgrade(app: Flask, target: str = "head") -> None:
    """Apply what is missing; does nothing on a database that is up to date."""
    from alembic import command

    with app.app_context(), db.engine.connect() as connection:
        command.upgrade(_config(connection), target)
        connection.commit()


def downgrade(app: Flask, target: str) -> None:
    """Undo migrations down to a number, or `base`."""
    from alembic import command

    with app.app_context(), db.engine.connect() as connection:
        command.downgrade(_config(connection), target)
        connection.commit()


def _config(connection):
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = db.metadata
    return config

"""Bytes that nothing names any more are deleted a day later, with their smaller pictures."""

from datetime import timedelta

from sqlalchemy import delete, exists, select

from wiki import storage
from wiki.db import db, utcnow
from wiki.files import previews, resumable
from wiki.files.models import Blob, File, FileVersion
from wiki.jobs import periodic

GRACE = timedelta(days=1)
# Columns of kinds that name bytes too.
also_named: list = []


@periodic(hour="4", minute="20")
def sweep() -> int:
    """Delete what no file, version or original names since a day; returns how many bytes files."""
    storage.sweep_temporary()
    resumable.expire()
    unnamed = [
        ~exists().where(File.sha256 == Blob.sha256),
        ~exists().where(FileVersion.sha256 == Blob.sha256),
        ~exists().where(FileVersion.original_sha256 == Blob.sha256),
        *(~exists().where(column == Blob.sha256) for column in also_named),
    ]
    db.session.execute(
        delete(Blob)
        .where(Blob.created_at < utcnow() - GRACE, *unnamed)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    gone = 0
    grace = GRACE.total_seconds()
    for sha256, _, age in list(storage.stored()):
        # Asked for each one, just before: the same bytes may be arriving again right now.
        if age > grace and not _is_named(sha256) and storage.age(sha256) > grace:
            storage.delete(sha256)
            previews.forget(sha256)
            gone += 1
    return gone


def _is_named(sha256: str) -> bool:
    found = db.session.scalar(select(Blob.sha256).where(Blob.sha256 == sha256))
    db.session.rollback()
    return found is not None

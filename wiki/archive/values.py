"""A row of an archive as the database may hold it: every value of its type, nothing else."""

import math
import re
from datetime import UTC, date, datetime
from enum import IntFlag

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    SmallInteger,
    String,
    Text,
)

from wiki.archive import tables
from wiki.archive.opening import broken
from wiki.archive.tables import Sort
from wiki.db import OrderedEnum, UTCDateTime

DEEPEST = 30
_LOST = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def row(sort: Sort, given: dict) -> dict:
    """The columns of a row that may travel, checked. Raises Damaged."""
    made = {
        column.name: _value(column, given.get(column.name), sort.name) for column in sort.columns()
    }
    return made | tables.EMPTIED.get(sort.name, {})


def _value(column: Column, value, where: str):
    if value is None:
        if column.nullable or column.primary_key:
            return None
        return _default(column, where)
    made = _typed(column.type, value)
    if made is None:
        raise broken(f"data/{where}.jsonl ({column.name})")
    return made


def _default(column: Column, where: str):
    """What a column holds when an older archive says nothing of it."""
    default = column.default
    if default is None:
        raise broken(f"data/{where}.jsonl ({column.name})")
    return default.arg(None) if default.is_callable else default.arg


def _typed(kind, value):
    """The value as this type of column holds it; None when it is of another type."""
    if isinstance(kind, OrderedEnum):
        return _ranked(kind.kind, value)
    if isinstance(kind, UTCDateTime):
        return moment(value)
    if isinstance(kind, Date):
        day = moment(f"{value}T00:00:00+00:00") if isinstance(value, str) else None
        return day and date(day.year, day.month, day.day)
    if isinstance(kind, Boolean):
        return value if isinstance(value, bool) else None
    if isinstance(kind, Integer):
        bits = 63 if isinstance(kind, BigInteger) else 15 if isinstance(kind, SmallInteger) else 31
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**bits
        return value if fits else None
    if isinstance(kind, Float):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return float(value) if number and math.isfinite(value) else None
    if isinstance(kind, JSON):
        return plain(value)
    if isinstance(kind, Text | String):
        return _words(kind, value)
    return None


def _words(kind: String, value) -> str | None:
    if not isinstance(value, str):
        return None
    cleaned = _LOST.sub("", value)
    return cleaned if kind.length is None or len(cleaned) <= kind.length else None


def plain(value, depth: int = 0):
    """JSON without what no database holds. Raises Damaged when it is too deep."""
    if depth > DEEPEST:
        raise broken("data")
    if isinstance(value, str):
        return _LOST.sub("", value)
    if isinstance(value, list):
        return [plain(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {_LOST.sub("", key): plain(one, depth + 1) for key, one in value.items()}
    return value


def _ranked(kind, value):
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    if issubclass(kind, IntFlag):
        return kind(value) if 0 <= value <= sum(kind) else None
    return kind(value) if value in [int(one) for one in kind] else None


def moment(value) -> datetime | None:
    """A moment as it is written in an archive; None when it is none."""
    try:
        read = datetime.fromisoformat(value)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None

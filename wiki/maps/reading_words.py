"""When the search reads the words of features: at once on a small map, by a job on a large one.

What is changed or taken away is read sooner than what is added: a word that is gone must not be
found, and twelve people who add at the same time shall not each wait for all the words.
"""

from sqlalchemy import func, select, update

from wiki.db import db, write_turn
from wiki.jobs import job, periodic
from wiki.maps.models import Feature, Map
from wiki.search import hook

SMALL = 300  # features whose words are read in the very transaction that changes one
FEW = 30  # in the one that adds one


def after_change(map_id: int, is_addition: bool = False) -> None:
    """Have the search read a map that changed. The caller took a number, and commits."""
    table, most = Map.__table__, FEW if is_addition else SMALL
    query = select(Feature.uuid).where(Feature.map_id == map_id).limit(most + 1)
    if db.session.scalar(select(func.count()).select_from(query.subquery())) <= most:
        hook.mark(map_id)
        read_now = update(table).where(table.c.id == map_id)
        db.session.execute(read_now.values(read_seq=table.c.seq))
    elif not (is_addition and _is_awaited(map_id)):
        read.later(map_id)


def _is_awaited(map_id: int) -> bool:
    """Whether an operation before this one has asked for a reading that has not begun."""
    table = Map.__table__
    waiting = select(table.c.id).where(table.c.id == map_id, table.c.read_seq < table.c.seq - 1)
    return db.session.scalar(waiting) is not None


@job
def read(map_id: int) -> None:
    """Read the words of a large map, unless another run did since its last change."""
    table = Map.__table__
    behind = (table.c.id == map_id, table.c.read_seq < table.c.seq)
    with write_turn():
        done = db.session.execute(update(table).where(*behind).values(read_seq=table.c.seq))
        if done.rowcount:
            hook.mark(map_id)
        db.session.commit()


@periodic(minute="*/2", sweep=True)
def read_late() -> None:
    """Read the maps whose wake-up was lost."""
    table = Map.__table__
    late = (
        select(table.c.id).join(Feature, Feature.map_id == table.c.id)
        .where(table.c.read_seq < table.c.seq)
        .group_by(table.c.id).having(func.count() > FEW)
    )  # fmt: skip
    for map_id in list(db.session.scalars(late)):
        read(map_id)

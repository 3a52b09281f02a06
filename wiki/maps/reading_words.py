"""When the search reads the words of features: at once on a small map, by a job on a large one."""

from sqlalchemy import func, select, update

from wiki.db import db
from wiki.jobs import job, periodic
from wiki.maps.models import Feature, Map
from wiki.search import hook

SMALL = 300  # features whose words are read in the very transaction that changes one


def after_change(map_id: int) -> None:
    """Have the search read a map that changed. The caller commits."""
    query = select(Feature.uuid).where(Feature.map_id == map_id).limit(SMALL + 1)
    if db.session.scalar(select(func.count()).select_from(query.subquery())) <= SMALL:
        hook.mark(map_id)
    else:
        read.later(map_id)


@job
def read(map_id: int) -> None:
    """Read the words of a large map, unless another run did since its last change."""
    table = Map.__table__
    behind = (table.c.id == map_id, table.c.read_seq < table.c.seq)
    done = db.session.execute(update(table).where(*behind).values(read_seq=table.c.seq))
    if done.rowcount:
        hook.mark(map_id)
    db.session.commit()


@periodic(minute="*/10", sweep=True)
def read_late() -> None:
    """Read the large maps whose wake-up was lost."""
    table = Map.__table__
    late = (
        select(table.c.id).join(Feature, Feature.map_id == table.c.id)
        .where(table.c.read_seq < table.c.seq)
        .group_by(table.c.id).having(func.count() > SMALL)
    )  # fmt: skip
    for map_id in list(db.session.scalars(late)):
        read(map_id)

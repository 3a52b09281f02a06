"""The routes of training days, gathered: importing a module of screens is what adds them."""

from wiki.classrooms import afterwards, closing_views, paper_views, trainee_views, trainer_views
from wiki.classrooms.routes import blueprint

__all__ = ["blueprint"]
for part in (afterwards, closing_views, paper_views, trainee_views, trainer_views):
    assert part

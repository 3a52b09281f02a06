"""What commands share: the app they act on, a bar on the terminal, errors in one sentence."""

import contextlib
import sys

import click


def migrated_app():
    """The app, its database up to date."""
    from wiki import create_app, serving

    with plain_errors():
        app = create_app()
        serving.migrate(app)
    return app


@contextlib.contextmanager
def in_context():
    """What runs inside the app, its database up to date."""
    with migrated_app().app_context():
        yield


@contextlib.contextmanager
def bar(label: str):
    """A function to call with (done, total, …), drawn as a bar on the terminal."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as drawn:

        def progress(done: int, total: int, *_):
            drawn.length = max(total, 1)
            drawn.update(done - drawn.pos)

        yield progress


@contextlib.contextmanager
def plain_errors():
    """What an operator can do something about is one sentence, not a trace."""
    from wiki.serving import CannotServe
    from wiki.storage import StorageFull

    try:
        yield
    except (CannotServe, ValueError) as error:
        raise click.ClickException(str(error)) from error
    except StorageFull as error:
        raise click.ClickException("No room is left on the disk.") from error
    except OSError as error:
        raise click.ClickException(str(error)) from error


def person_named(email: str):
    """The person with this address. Raises ClickException."""
    from wiki.accounts.models import User

    found = User.by_email(email)
    if found is None:
        raise click.ClickException(f"Nobody here has the address {email}.")
    return found


def group_numbered(group_id: int):
    """The group with this number. Raises ClickException."""
    from wiki.db import db
    from wiki.groups.models import Group

    found = db.session.get(Group, group_id)
    if found is None:
        raise click.ClickException(f"There is no group {group_id}.")
    return found

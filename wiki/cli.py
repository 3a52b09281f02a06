"""The commands of `essaim`; everything heavy is imported by the command that needs it."""

import os
import sys
from pathlib import Path

import click

from wiki import moving
from wiki.commands import bar, group_numbered, in_context, migrated_app, person_named, plain_errors

ROLES = click.Choice(["member", "editor", "admin"])
GROUP_ROLES = click.Choice(["reader", "member", "facilitator"])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def essaim():
    """A collaborative wiki where groups work and share what they learned.

    ESSAIM_DATA names the folder of everything that must survive (default: ./instance).
    """


@essaim.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--tls", is_flag=True, help="Encrypt, with a certificate of its own.")
def serve(host: str, port: int, tls: bool):
    """Serve pages, co-editing and jobs."""
    from wiki import serving

    with plain_errors(), serving.opened(host, port, tls) as app:
        serving.serve(app, host, port, _announce, tls)
    serving.leave()


@essaim.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def demo(host: str, port: int):
    """Load a believable territory, once, and serve it."""
    os.environ.setdefault("ESSAIM_DATA", "./instance/demo")
    from wiki import serving

    with plain_errors(), serving.opened(host, port) as app:
        from wiki.demo import loader

        with app.app_context():
            click.echo("Preparing the demo…")
            loader.load()
        serving.serve(app, host, port, _announce_demo)
    serving.leave()


@essaim.command()
def worker():
    """Run jobs only, beside other servers."""
    from wiki import serving

    app = migrated_app()
    click.echo("Running jobs. Ctrl+C stops.")
    serving.work(app)


essaim.add_command(moving.import_)
essaim.add_command(moving.export)


@essaim.group()
def user():
    """People."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Name shown to others.")
@click.option("--password", help="Without it, a one-time link is printed.")
@click.option("--role", type=ROLES, default="member", show_default=True)
@click.option("--professional", is_flag=True, help="A colleague: reads what the network shares.")
def user_add(email: str, name: str, password: str | None, role: str, professional: bool):
    """Add a person; prints their number, and a one-time link when no password is given."""
    with in_context():
        from wiki.accounts import signing
        from wiki.accounts.models import SiteRole, User, clean_email
        from wiki.db import db
        from wiki.mail import link

        _check_email(email)
        if User.by_email(email):
            raise click.ClickException(f"{email} already has an account.")
        if password is not None and len(password) < signing.SHORTEST:
            raise click.ClickException(f"A password has {signing.SHORTEST} characters or more.")
        person = User(
            email=clean_email(email),
            name=name,
            role=SiteRole[role.upper()],
            professional=professional,
            password_hash=signing.hash_password(password) if password else None,
        )
        db.session.add(person)
        db.session.commit()
        click.echo(person.id)
        if not password:
            click.echo(link("accounts.reset", token=signing.reset_token(person)))


@essaim.group()
def group():
    """Groups."""


@group.command("add")
@click.argument("title")
@click.option("--facilitator", metavar="EMAIL", help="Who looks after it.")
def group_add(title: str, facilitator: str | None):
    """Add a group; prints its number."""
    with in_context():
        from wiki.db import db
        from wiki.groups.models import Group

        founder = person_named(facilitator) if facilitator else None
        made = Group.found(title, founder)
        db.session.commit()
        click.echo(made.id)


@group.command("join")
@click.argument("group_id", type=int)
@click.argument("email")
@click.option("--role", type=GROUP_ROLES, default="member", show_default=True)
def group_join(group_id: int, email: str, role: str):
    """Make a person a member of a group, or raise their role in it."""
    with in_context():
        from wiki.db import db
        from wiki.groups.models import Role

        group_numbered(group_id).admit(person_named(email), Role[role.upper()])
        db.session.commit()


@essaim.group()
def token():
    """Keys to the API."""


@token.command("add")
@click.argument("email")
@click.option("--name", default="command line", show_default=True, help="What it is for.")
def token_add(email: str, name: str):
    """Make an API key for a person; prints it, once."""
    with in_context():
        from wiki.accounts.models import ApiToken
        from wiki.db import db

        made = ApiToken.issue(person_named(email), name)
        db.session.commit()
        click.echo(made)


@essaim.command()
def drain():
    """Run pending jobs until none is left."""
    from wiki import jobs

    click.echo(f"{jobs.drain(migrated_app())} jobs done.")


@essaim.command()
def reindex():
    """Read everything again for the search."""
    with in_context(), bar("Indexing") as progress:
        from wiki.search.index import reindex

        count = reindex(progress)
    click.echo(f"{count} items indexed.")


@essaim.command()
def doctor():
    """Check the integrity of everything; exit status 1 if something is wrong."""
    with in_context():
        from wiki import doctor

        well, wrong, warnings = doctor.examine()
    for line in well:
        click.echo(f"ok     {line}")
    for line in warnings:
        click.echo(f"mind   {line}")
    for line in wrong:
        click.echo(f"WRONG  {line}", err=True)
    sys.exit(1 if wrong else 0)


@essaim.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--verify", is_flag=True, help="Check an existing backup instead of making one.")
def backup(file: Path, verify: bool):
    """Write everything to FILE, while the server runs or not."""
    from wiki import backups

    with plain_errors():
        if verify:
            manifest = backups.verify(file)
            click.echo(f"{file} is whole: {_described(manifest)}.")
            return
        with in_context():
            manifest = backups.write(file)
        click.echo(f"{file}: {_described(manifest)}.")


@essaim.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--withdrawn",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The latest withdrawn.jsonl, when it is not beside FILE.",
)
def restore(file: Path, withdrawn: Path | None):
    """Put a backup into an empty data folder, without what people withdrew since."""
    from wiki import create_app, restoring, serving

    with plain_errors():
        app = create_app()
        with serving.locked(app.config["DATA"] / "serve.lock"):
            manifest = restoring.restore(app, file, withdrawn)
    click.echo(f"Restored: {_described(manifest)}.")
    if manifest["withdrawn"]:
        click.echo(f"Withdrawn again, as people asked since: {manifest['withdrawn']}.")


def _announce(app, address: str, pair=None) -> None:
    from wiki.accounts import signing

    click.echo(f"Essaim serves {address}  (data: {app.config['DATA']}; Ctrl+C stops)")
    if pair:
        click.echo("Nobody vouches for its certificate: browsers warn once. SHA-256 to compare:")
        click.echo(f"  {pair.fingerprint}")
    with app.app_context():
        code = signing.first_code()
    if code:
        click.echo(f"Nobody has an account yet. Open {address}/setup and give this code: {code}")
    sys.stdout.flush()


def _announce_demo(app, address: str, _pair=None) -> None:
    from wiki.accounts.models import SiteRole, User
    from wiki.db import db
    from wiki.demo.loader import PASSWORD
    from wiki.groups.models import Membership, Role

    click.echo(f"\nThe demo is at {address}  (data: {app.config['DATA']}; Ctrl+C stops)\n")
    with app.app_context():
        members = db.select(User).join(Membership).order_by(User.id)
        examples = {
            "administrator": db.select(User).where(User.role == SiteRole.ADMIN),
            "facilitator": members.where(
                Membership.role == Role.FACILITATOR, User.role == SiteRole.MEMBER
            ),
            "member": members.where(Membership.role == Role.MEMBER, ~User.professional),
        }
        for role, query in examples.items():
            person = db.session.scalars(query.limit(1)).first()
            if person:
                click.echo(f"  {role:14} {person.email:28} password: {PASSWORD}")
    sys.stdout.flush()


def _check_email(email: str) -> None:
    name, at, host = email.strip().partition("@")
    if not (name and at and host) or any(c.isspace() for c in email.strip()):
        raise click.ClickException(f"{email!r} is not an e-mail address.")


def _described(manifest: dict) -> str:
    return (
        f"{manifest['counts'].get('item', 0)} items, {manifest['counts'].get('user', 0)} people, "
        f"{len(manifest['blobs'])} files"
    )

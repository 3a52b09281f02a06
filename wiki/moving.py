"""The commands that bring in what was written elsewhere, and take it out again."""

import sys
from pathlib import Path

import click

from wiki.commands import bar, group_numbered, in_context, person_named, plain_errors


@click.group(name="import")
def import_():
    """Bring in what was written elsewhere."""


@import_.command("markdown")
@click.argument(
    "folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option("--group", "group_id", type=int, required=True, help="Number of the group.")
@click.option(
    "--kind", type=click.Choice(["reports", "pages"]), default="reports", show_default=True
)
@click.option(
    "--scope",
    type=click.Choice(["draft", "group", "network", "public"]),
    help="Who may read what is new (default: group).",
)
@click.option("--author", metavar="EMAIL", help="Who is named as the author.")
def import_markdown(folder: Path, group_id: int, kind: str, scope: str | None, author: str | None):
    """Import every .md under DIR; running it again updates what changed."""
    with plain_errors(), in_context():
        from wiki.export.markdown import import_folder
        from wiki.items.models import Scope

        group, person = group_numbered(group_id), person_named(author) if author else None
        wanted = Scope[scope.upper()] if scope else None
        with bar("Importing") as progress:
            summary = import_folder(folder, group, kind, wanted, author=person, progress=progress)
    click.echo("\n".join(summary.lines()))
    sys.exit(summary.exit_status)


@import_.command("map")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--group", "group_id", type=int, required=True, help="Number of the group.")
@click.option("--title", default="", help="Name of the map (default: the file's own).")
def import_map(file: Path, group_id: int, title: str):
    """Make a map of a GeoJSON, CSV, KML, KMZ, GPX or .umap file; prints its number."""
    with plain_errors(), in_context():
        from wiki.maps import importing

        number, report = importing.import_file(file, group_numbered(group_id), title)
    click.echo(number)
    for line in report.lines():
        click.echo(line)


@import_.command("places")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_places(file: Path):
    """Load places that people may name on maps: a CSV of name, code, latitude, longitude."""
    with plain_errors(), in_context():
        from wiki.maps import places

        kept, refused = places.load_rows(places.read_file(file))
    click.echo(f"{kept} places known.")
    for line in refused:
        click.echo(line)


@import_.command("group")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--into", "into", type=int, help="Number of the group that it comes back to.")
def import_group(file: Path, into: int | None):
    """Make a group of FILE, an archive of one; prints its number, and who gets in.

    With --into, the archive comes back to the group it left: what is new is added, what both
    sides changed is put together, or kept twice for somebody to read again.
    """
    if into is not None:
        _join(file, into)
        return
    with plain_errors(), in_context():
        from wiki.archive import unpacking
        from wiki.archive.opening import opened

        with opened(file) as archive, bar("Importing") as progress:
            done = unpacking.put_back(archive, trusted=True, progress=progress)
        click.echo(done.group.id)
        click.echo(f"{done.items} items, {len(done.admitted)} people.")
        for name, role in done.admitted:
            click.echo(f"  {name}: {role.name.lower()}")
    for kind in done.aside:
        click.echo(f"Kept aside, as a file of the group: {kind}, which this version does not know.")
    if done.withdrawn:
        click.echo(f"Left out, because somebody withdrew it here: {done.withdrawn} files.")
    if done.dropped:
        click.echo(f"Left out, because what they belong to did not come: {done.dropped} rows.")


DONE = {
    "new": "New", "updated": "Changed there only", "joined": "Changed on both sides, put together",
    "moved": "Put elsewhere there, moved here too", "folders": "Folders renamed, moved or deleted",
    "folders kept": "Folders kept as they are here, changed on both sides",
    "hidden": "Read by fewer people there, here too", "again": "To read again",
    "deleted": "Deleted there, put in the trash here", "waiting": "To be read again there first",
    "withdrawn": "Left out, refused by somebody here",
}  # fmt: skip
NAMED = 20  # titles of one sort on the terminal; the journal has the others


def _join(file: Path, into: int) -> None:
    with plain_errors(), in_context():
        from wiki.archive import bringing

        group = group_numbered(into)
        with bar("Importing") as progress:
            made = bringing.join_now(file, group, progress)
        counts, lists = made.report["counts"], made.report["lists"]
        for name, words in DONE.items():
            if counts.get(name):
                click.echo(f"{words}: {counts[name]}")
            for title, _number in lists.get(name, [])[:NAMED]:
                click.echo(f"  {title}")
        click.echo(f"Journal: {made.url}")
    if counts.get("again"):
        click.echo(f"To read again: /groups/{into}/rereading")


@click.group()
def export():
    """Take out what others, or we elsewhere, can read."""


@export.command("group")
@click.argument("group_id", metavar="ID", type=int)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_group(group_id: int, file: Path):
    """Write a whole group to FILE, an archive that is readable without us."""
    with plain_errors(), in_context():
        from wiki.archive import packing

        with bar("Exporting") as progress:
            manifest = packing.write(file.resolve(), group_numbered(group_id), None, progress)
    counts = manifest["counts"]
    click.echo(f"{file}: {counts.get('item', 0)} items, {counts.get('revision', 0)} versions, "
               f"{len(manifest['media'])} files.")  # fmt: skip
    for one in manifest["left_out"]:
        click.echo(f"Left out ({one['why']}): {one['count']}")

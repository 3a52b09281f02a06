"""From a group to a kit: the file of a version, with nobody in it, searched before it is kept."""

import csv
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from wiki import storage
from wiki.accounts.models import User
from wiki.archive import nameless, packing, readable
from wiki.archive.gathering import Gathered, place_of
from wiki.archive.nameless import Veil
from wiki.archive.packing import MANIFEST, Box, Progress
from wiki.db import db, utcnow
from wiki.files import uploads
from wiki.kits import choosing
from wiki.kits.models import FACTS, SHEETS, Kit, KitVersion, fact_names, network_names, sheet_names
from wiki.programme import slots
from wiki.search.views import kind_names

TRIES = 5
AROUND = 65_536  # bytes before and after a picture that may say something of it


class Shows(Exception):
    """Somebody can still be read in a kit: it is not kept."""


def make_version(
    kit: Kit, actor: User, ids: set[int], note: str, tell: Progress = lambda *_: None
) -> KitVersion:
    """Make the next version of a kit of these things. Commits.

    Two people at once make two versions. Raises Shows when somebody can be read in it,
    uploads.Refused and storage.StorageFull.
    """
    for _again in range(TRIES):
        number = _next_number(kit)
        kept, fields, (taken, looked) = _made(kit, actor, ids, (number, note), tell)
        # Taken by writing: whoever else makes a version waits here, then sees this one.
        db.session.execute(update(Kit).where(Kit.id == kit.id).values(uid=Kit.uid))
        if _next_number(kit) == number:
            break
        db.session.rollback()
    else:
        raise uploads.Refused(_("Others make versions of this kit at this moment. Try again."))
    made = KitVersion(
        kit_id=kit.id, number=number, sha256=kept.sha256, size=kept.size, note=note[:300], **fields
    )
    kit.chosen = taken
    kit.extra = {**(kit.extra or {}), "looked_at": looked}
    db.session.add(made)
    db.session.commit()
    db.session.expire(kit, ["versions"])
    return made


def _next_number(kit: Kit) -> int:
    last = select(func.max(KitVersion.number)).where(KitVersion.kit_id == kit.id)
    return (db.session.scalar(last) or 0) + 1


def _made(kit: Kit, actor: User, ids: set[int], said: tuple[int, str], tell: Progress):
    """The bytes of a version, and what is told of them."""
    (number, note), group = said, kit.group
    veil = veil_of(kit)
    found = choosing.choices(group, actor, veil)
    taken = ids & {one.item.id for one in found if not one.why}
    rows = nameless.bare(group, actor, taken, veil)
    left = choosing.left_out(found, taken)
    contents = [{"kind": row["kind"], "title": row["title"]} for row in rows.rows["item"]]
    with storage.temporary_file() as path:
        told = described(kit, number, veil.text(note), veil)
        told = {"kit": told | {"contents": contents}, "left_out": left}
        _write(path, rows, told, veil, tell)
        search(path, veil, tell)
        with path.open("rb") as stream:
            kept, _sealed = uploads.keep(stream, "kit.zip", group)
    inside = [rows.numbers[row["id"]] for row in rows.rows["item"]]
    numbered = [one | {"item": n} for one, n in zip(contents, inside, strict=True)]
    fields = {"contents": numbered, "left_out": left}
    return kept, fields, (sorted(taken), choosing.looked_at(found, taken))


def veil_of(kit: Kit) -> Veil:
    """What hides everybody the group knows, and the names that its makers added."""
    return Veil([*nameless.names_of(kit.group), *(kit.extra or {}).get("also_hidden", [])])


def described(kit: Kit, number: int, note: str, veil: Veil) -> dict:
    """The kit itself, as its file tells it: nobody's name, not even in its sheets."""
    told = {name: veil(getattr(kit, name)) for name in ("title", "summary", "facts", "programme",
                                                        *SHEETS, "structure")}  # fmt: skip
    past = [
        {"number": one.number, "note": veil.text(one.note), "day": f"{one.created_at:%Y-%m-%d}"}
        for one in kit.versions
    ]
    here = {"number": number, "note": note, "day": f"{utcnow():%Y-%m-%d}"}
    return told | {"uid": kit.uid, "licence": kit.licence, "number": number,
                   "versions": [here, *past]}  # fmt: skip


def search(path: Path, veil: Veil, tell: Progress = lambda *_: None) -> None:
    """Look for everybody in all that a kit holds. Raises Shows."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        for done, name in enumerate(names, len(names)):
            tell(done, 2 * len(names))
            data = archive.read(name)
            if name.startswith("data/"):
                words = "\n".join(_strings(json.loads(line)) for line in data.splitlines() if line)
            elif name == MANIFEST:
                words = _strings(json.loads(data)["kit"])
            elif name.startswith("files/"):
                words = _readable(data)
            else:
                words = data.decode()
            if veil.shows(words) or veil.shows(name.rpartition("/")[2]):
                raise Shows(name)


def _strings(value) -> str:
    if isinstance(value, str):
        return "" if nameless.OF_CHANCE.fullmatch(value) else value
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return "\n".join(_strings(one) for one in inside)
    return ""


def _readable(data: bytes) -> str:
    """The words of a file; of a picture, what its bytes say before and after the picture.

    Not within: in some millions of bytes of colours, chance writes any short name.
    """
    try:
        return data.decode()
    except UnicodeDecodeError:
        found = re.findall(rb"[\x20-\x7e]{12,}", data[:AROUND] + b"\0" + data[-AROUND:])
        return b"\n".join(found).decode("ascii")


def _write(path: Path, found: Gathered, told: dict, veil: Veil, tell: Progress) -> None:
    kit, left = told["kit"], told["left_out"]
    manifest = packing.described(found, "kit")
    manifest["group"] = {"number": 0, "title": kit["title"], "purpose": "action"}
    manifest |= told
    placed = readable.places(found)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        box = Box(archive, manifest)
        for done, row in enumerate(found.rows["file"]):
            tell(done, 2 * len(found.rows["file"]))
            if row["sha256"] not in manifest["media"]:
                _put_file(box, found, row, placed[row["id"]], veil)
        for name, text in _sheets(kit, left).items():
            box.put(name, veil.text(text).encode())
        for row in found.rows["page"]:
            title = next(one["title"] for one in found.rows["item"] if one["id"] == row["id"])
            box.put(f"pages/{row['id']}.md", f"# {title}\n\n{row['body']}\n".encode())
        box.put_rows("term", found.terms)
        for name, rows in found.rows.items():
            box.put_rows(name, rows)
        said = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        archive.writestr(packing.info(MANIFEST), said)


def _put_file(box: Box, found: Gathered, row: dict, name: str, veil: Veil) -> None:
    """A picture as it is; a text without anybody in it, and so with other bytes."""
    about, place = found.media[row["sha256"]], place_of(found, row["sha256"])
    if about["mime"] not in choosing.NOTES:
        box.put_bytes(row["sha256"], name, about, place)
        return
    data = veil.text(place.read_bytes().decode("utf-8", "replace")).encode()
    sha256 = hashlib.sha256(data).hexdigest()
    for version in found.rows["file_version"]:
        if version["file_id"] == row["id"]:
            version["sha256"] = sha256
    row["sha256"] = sha256
    if sha256 not in box.manifest["media"]:
        box.archive.writestr(packing.info(name), data)
        box.manifest["media"][sha256] = {"name": name, "size": len(data), "mime": about["mime"]}


def _sheets(kit: dict, left: list[dict]) -> dict[str, str]:
    """The kit to read on paper or on a screen, without us."""
    facts = [f"{fact_names()[name]} : {kit['facts'][name]}" for name in FACTS
             if kit["facts"].get(name)]  # fmt: skip
    if network := kit["facts"].get("network"):
        facts.append(network_names().get(network, ""))
    lines = [f"# {kit['title']}", "", kit["summary"], "", *[f"- {one}" for one in facts], ""]
    if kit["structure"]:
        lines.append(f"{kit['structure']}")
    lines += [f"{_('Licence')} : {kit['licence'] or '—'}",
              f"{_('Version')} : {kit['number']}"]  # fmt: skip
    made = {"1-fiche.md": "\n".join(lines) + "\n", "2-programme.csv": _plan(kit["programme"])}
    for at, (name, title) in enumerate(sheet_names().items(), 3):
        if kit[name].strip():
            made[f"{at}-{name}.md"] = f"# {title}\n\n{kit[name]}\n"
    past = [f"- {one['number']}, {one['day']} : {one['note']}" for one in kit["versions"]]
    apart = _(
        "What somebody has withdrawn since is in no later version. A file that has left cannot be "
        "called back: bring the latest one, it takes the place of older ones."
    )
    made["7-versions.md"] = "\n".join([f"# {_('Versions')}", "", *past, "", apart]) + "\n"
    kinds, why = kind_names(), choosing.reasons()
    told = [f"- {kinds.get(one['kind'], one['kind'])} × {one['count']} : {why[one['why']]}"
            for one in left]  # fmt: skip
    made["8-left-out.md"] = "\n".join([f"# {_('What was left out')}", "", *told]) + "\n"
    return made


def _plan(rows: list[dict]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Length in minutes"), _("Activity"), _("Who"), _("Material"),
                     _("If there is no network"), _("If there is no computer")])  # fmt: skip
    for row in rows:
        cells = [row["minutes"], *(row[name] for name in slots.COLUMNS)]
        writer.writerow([f"'{one}" if str(one).startswith(readable.FORMULA) else one
                         for one in cells])  # fmt: skip
    return "\ufeff" + out.getvalue()

"""A folder of Markdown files becomes pages or reports, and a second run follows what changed."""

import io
import unicodedata

import pytest
from PIL import Image

from wiki.accounts.models import User
from wiki.db import db
from wiki.export.markdown import import_folder
from wiki.files.models import File
from wiki.groups.models import Group
from wiki.items import writing
from wiki.items.models import Event, Item, Revision, Scope, Term
from wiki.pages.models import Page
from wiki.reports.models import Report


@pytest.fixture
def folder(tmp_path):
    """An empty folder named « fonds »."""
    path = tmp_path / "fonds"
    path.mkdir()
    return path


@pytest.fixture
def run(app, world, folder):
    """A function that imports the folder into the first group, in a context that stays open."""
    with app.app_context():

        def import_(kind="pages", scope=None):
            group, author = db.session.get(Group, world.ours), db.session.get(User, world.nadia)
            return import_folder(folder, group, kind, scope, author=author)

        yield import_
        db.session.remove()


def item(name: str) -> Item:
    return db.session.scalars(db.select(Item).filter_by(source=name, origin="fonds")).one()


def write(folder, name: str, text: str | bytes):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(made, "PNG")
    return made.getvalue()


def test_front_matter_becomes_fields_terms_and_extra(run, folder):
    write(
        folder,
        "cafe.md",
        """---
title: Le café du marché
description: Neuf retraités, huit matinées.
date: 2024-03-12
authors: [Nadia, Olivier]
tags: marché, téléphone
publics: [seniors]
niveau: débutant
licence: CC BY-SA 4.0
people: 9
---
# Un titre dans le texte

Bonjour.
""",
    )
    assert run("reports", Scope.PUBLIC).exit_status == 0
    made = item("cafe.md")
    assert isinstance(made, Report)
    assert (made.title, made.summary) == ("Le café du marché", "Neuf retraités, huit matinées.")
    assert made.body == "# Un titre dans le texte\n\nBonjour.\n"
    assert {t.slug for t in made.terms} == {"marche", "telephone", "seniors"}
    assert made.extra["niveau"] == "débutant"
    assert made.extra["authors"] == ["Nadia", "Olivier"]
    assert (made.scope, made.people, made.licence) == (Scope.PUBLIC, 9, "CC BY-SA 4.0")
    assert (made.year, made.created_at.date().isoformat()) == (2024, "2024-03-12")
    assert made.is_imported
    assert made.published_at is not None


def test_without_front_matter_the_heading_then_the_name_gives_the_title(run, folder):
    write(folder, "a.md", "Du texte.\n\n```\n# pas un titre\n```\n\n## Le *vrai* titre ##\n")
    write(folder, "sous/notes_de_mars.md", "Rien d’autre.")
    write(folder, "souligne.md", "Un grand titre\n==============\n\nTexte")
    run()
    assert item("a.md").title == "Le vrai titre"
    assert item("sous/notes_de_mars.md").title == "notes de mars"
    assert item("souligne.md").title == "Un grand titre"
    assert item("a.md").scope == Scope.GROUP


def test_a_second_run_changes_only_what_changed_and_adds_what_is_new(run, folder):
    write(folder, "a.md", "# Un\n\nTexte")
    write(folder, "b.md", "# Deux\n\nTexte")
    first = run()
    assert (first.added, first.updated, first.unchanged) == (2, 0, 0)
    again = run()
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)
    write(folder, "b.md", "# Deux\n\nTexte changé")
    write(folder, "c.md", "# Trois")
    third = run()
    assert (third.added, third.updated, third.unchanged) == (1, 1, 1)
    assert item("a.md").revision_count == 1
    assert item("b.md").revision_count == 2
    assert "changé" in item("b.md").plain()


def test_what_people_wrote_here_survives_a_second_run(run, folder):
    write(folder, "a.md", "# Un\n\nPremier.\n\nDeuxième.\n")
    run()
    here = item("a.md")
    here.body = here.body.replace("Deuxième.", "Deuxième, relu ici.")
    writing.save(here, None)
    assert run().unchanged == 1
    assert "relu ici" in item("a.md").body
    write(folder, "a.md", "# Un\n\nPremier, changé là-bas.\n\nDeuxième.\n")
    run()
    assert item("a.md").body == "# Un\n\nPremier, changé là-bas.\n\nDeuxième, relu ici.\n"


def test_a_clash_follows_the_file_and_says_so(run, folder):
    write(folder, "a.md", "# Un\n\nLe texte.\n")
    run()
    here = item("a.md")
    here.body = "# Un\n\nLe texte d’ici.\n"
    writing.save(here, None)
    write(folder, "a.md", "# Un\n\nLe texte de là-bas.\n")
    summary = run()
    assert "là-bas" in item("a.md").body
    assert "history" in summary.notices[0][1]
    assert db.session.query(Revision).filter_by(item_id=here.id).count() == 3


def test_links_between_files_lead_to_the_items(run, folder):
    write(folder, "a.md", "# Un\n\nVoir [le deux](sous/b.md#la-suite), `[code](sous/b.md)`.\n")
    write(
        folder, "sous/b.md", "# Deux\n\n[retour](../a.md) et [ailleurs](https://example.org/a.md)"
    )
    run()
    a, b = item("a.md"), item("sous/b.md")
    assert f"[[#{b.id}#la-suite|le deux]]" in a.body
    assert "`[code](sous/b.md)`" in a.body
    assert f"[[#{a.id}|retour]]" in b.body
    assert "(https://example.org/a.md)" in b.body
    assert a.revision_count == 1
    assert run().unchanged == 2


def test_relative_pictures_and_files_are_attached_once(run, folder):
    write(folder, "img/carte é.png", picture())
    write(folder, "données.csv", "a;b\n1;2\n")
    write(
        folder,
        "a.md",
        "# Un\n\n![La carte](<img/carte é.png>)\n\n[les chiffres](donn%C3%A9es.csv)\n",
    )
    write(folder, "b.md", '# Deux\n\n![encore](img/carte%20%C3%A9.png "Vue")\n')
    run("pages", Scope.PUBLIC)
    files = db.session.scalars(db.select(File)).all()
    assert {file.source for file in files} == {"img/carte é.png", "données.csv"}
    assert {file.scope for file in files} == {Scope.PUBLIC}
    a = item("a.md")
    assert {file.parent_id for file in files} == {a.id}
    shown = item("img/carte é.png")
    assert f"![La carte](/files/{shown.id}/preview/medium)" in a.body
    assert f'![encore](/files/{shown.id}/preview/medium "Vue")' in item("b.md").body
    assert f"[les chiffres]({item('données.csv').url})" in a.body
    write(folder, "données.csv", "a;b\n3;4\n")
    assert run().unchanged == 2
    assert db.session.query(File).count() == 2
    assert item("données.csv").revision_count == 2


def test_what_leads_nowhere_or_outside_is_left_and_told(run, folder, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "ruse.txt").symlink_to(tmp_path / "secret.txt")
    write(folder, "a.md", "[x](../secret.txt) [y](ruse.txt) ![z](manque.png) [ici](#bas)")
    summary = run()
    assert item("a.md").body == "[x](../secret.txt) [y](ruse.txt) ![z](manque.png) [ici](#bas)"
    assert len(summary.notices) == 3
    assert db.session.query(File).count() == 0


def test_damaged_files_are_imported_as_well_as_can_be_and_named(run, folder):
    write(folder, "cp1252.md", "# Été à Brest".encode("cp1252"))
    write(folder, "bom.md", b"\xef\xbb\xbf---\ntitle: Marqu\xc3\xa9\n---\nTexte")
    write(folder, "nul.md", b"# Titre\x00 entier\n")
    write(folder, "casse.md", "---\ntitle: [jamais fermé\n---\n# Le titre\n\nTexte")
    write(folder, "deux-points.md", "---\ntitle: Tableur : trier\nniveau: 1\n---\nTexte")
    write(folder, "alias.md", "---\na: &a [x]\nb: *a\n---\n# Alias")
    write(folder, unicodedata.normalize("NFD", "décomposé.md"), "Texte")
    summary = run()
    assert summary.exit_status == 0
    assert item("cp1252.md").title == "Été à Brest"
    assert item("bom.md").title == "Marqué"
    assert item("nul.md").title == "Titre entier"
    assert item("casse.md").title == "Le titre"
    assert "jamais fermé" in item("casse.md").body
    assert item("deux-points.md").title == "Tableur : trier"
    assert item("alias.md").title == "Alias"
    assert item("décomposé.md").title == "décomposé"
    named = {name for name, _why in summary.notices}
    assert named == {"cp1252.md", "bom.md", "nul.md", "casse.md", "deux-points.md", "alias.md"}


def test_what_cannot_be_imported_is_named_and_the_rest_goes_on(run, folder):
    write(folder, "long.md", "# Long\n\n" + "mot " * 500_000)
    write(folder, "binaire.md", bytes(range(256)) * 40)
    write(folder, "bon.md", "# Bon")
    (folder / "dossier.md").mkdir()
    summary = run()
    assert summary.exit_status == 1
    assert {name for name, _why in summary.failed} == {"long.md", "binaire.md"}
    assert summary.added == 1
    assert "long.md" in "\n".join(summary.lines())


def test_a_word_of_ours_is_recognised_by_label_and_others_are_told(run, folder):
    ours = db.session.scalars(db.select(Term).filter_by(vocabulary="formats")).first()
    ours.label = "En groupe (huit personnes, plusieurs fois)"
    db.session.commit()
    write(folder, "a.md", f"---\nformats: {ours.label}\nthemes: [Jardinage]\n---\n# Un\n")
    summary = run()
    assert {(t.vocabulary, t.slug) for t in item("a.md").terms} == {
        ("formats", ours.slug),
        ("themes", "jardinage"),
    }
    assert summary.new_words == ["Jardinage (themes)"]


def test_an_item_put_in_the_trash_stays_there(run, folder, world):
    write(folder, "a.md", "# Un")
    run()
    writing.trash(item("a.md"), db.session.get(User, world.nadia))
    write(folder, "a.md", "# Un, changé")
    assert run().notices
    assert item("a.md").title == "Un"


def test_a_scope_chosen_here_is_not_undone_by_a_later_run(run, folder):
    write(folder, "a.md", "# Un")
    write(folder, "b.md", "# Deux")
    run()
    run(scope=Scope.PUBLIC)
    assert item("a.md").scope == Scope.PUBLIC
    opened = db.session.scalars(db.select(Event).filter_by(item_id=item("a.md").id)).all()[-1]
    assert (opened.verb, opened.data) == ("published", {"scope": 3, "was": 1})
    narrowed = item("b.md")
    narrowed.scope = Scope.DRAFT
    db.session.commit()
    run(scope=Scope.PUBLIC)
    assert item("b.md").scope == Scope.DRAFT


def test_pages_are_pages(run, folder):
    write(folder, "a.md", "# Un\n\nTexte")
    run()
    assert isinstance(item("a.md"), Page)
    assert item("a.md").renderings["body"].html


def test_a_text_that_moved_is_found_by_its_name_when_it_is_the_only_one(run, folder):
    write(folder, "a.md", "[b](./fiches/b.md) [b](./#fiche/b.md) [c](./fiches/c.md)")
    write(folder, "b.md", "# B")
    write(folder, "x/c.md", "# C")
    write(folder, "y/c.md", "# C")
    summary = run()
    b = item("b.md").id
    assert item("a.md").body == f"[[#{b}|b]] [[#{b}|b]] [c](./fiches/c.md)"
    assert len(summary.notices) == 1

"""Lists as people type them: two, three, four spaces or a tab a level, blank lines or not."""

import itertools

import pytest

from wiki.markup.rendering import render_here

TREES = {
    "un niveau": ("-", ["un", "deux", "trois"]),
    "deux niveaux": ("-", ["un", ["deux", ("-", ["a", "b"])], "trois"]),
    "quatre niveaux": (
        "-",
        [["un", ("-", [["deux", ("-", [["trois", ("-", ["quatre"])]])]])], "cinq"],
    ),
    "ordonnée sous puces": ("-", [["un", ("1.", ["a", "b"])], "deux"]),
    "puces sous ordonnée": ("1.", [["un", ("-", ["a", "b"])], "deux"]),
    "ordonnée sous ordonnée": ("1.", [["un", ("1.", ["a", ["b", ("1.", ["x"])]])], "deux"]),
    "mêlée sur trois niveaux": ("1.", [["un", ("-", [["a", ("1.", ["x", "y"])], "b"])], "deux"]),
    "descente et retour": ("*", [["un", ("*", [["a", ("*", ["x"])]])], ["deux", ("*", ["b"])]]),
    "parenthèses": ("1)", [["un", ("-", ["a"])], "deux"]),
}
STEPS = {"deux": "  ", "trois": "   ", "quatre": "    ", "tabulation": "\t"}


def write(tree, step, depth=0, blank=False):
    """The outline as Markdown, one step of indentation a level."""
    mark, items = tree
    lines = []
    for number, item in enumerate(items, 1):
        text, below = item if isinstance(item, list) else (item, None)
        shown = mark.replace("1", str(number))
        lines.append(f"{step * depth}{shown} {text}")
        if below:
            lines += write(below, step, depth + 1)
        if blank:
            lines.append("")
    return lines


def expected(tree):
    """The outline as HTML."""
    mark, items = tree
    tag = "ol" if "1" in mark else "ul"
    out = []
    for item in items:
        text, below = item if isinstance(item, list) else (item, None)
        out.append(f"<li>{text}{expected(below) if below else ''}</li>")
    return f"<{tag}>{''.join(out)}</{tag}>"


def shown(source):
    return render_here(source).html.replace("\n", "")


@pytest.mark.parametrize(("tree", "step"), list(itertools.product(TREES, STEPS)))
def test_every_step_of_indentation_gives_the_same_list(tree, step):
    source = "\n".join(write(TREES[tree], STEPS[step]))
    assert shown(source) == expected(TREES[tree])
    assert shown(f"Avant :\n{source}\n\nAprès") == (
        f"<p>Avant :</p>{expected(TREES[tree])}<p>Après</p>"
    )


@pytest.mark.parametrize(("tree", "step"), list(itertools.product(TREES, STEPS)))
def test_lists_inside_quotes_and_boxes_nest_alike(tree, step):
    lines = write(TREES[tree], STEPS[step])
    quoted = "\n".join("> " + line.expandtabs(4) for line in lines)
    boxed = "!!! note\n" + "\n".join("    " + line.expandtabs(4) for line in lines)
    assert expected(TREES[tree]) in shown(quoted)
    assert expected(TREES[tree]) in shown(boxed)


def test_blank_lines_between_items_make_paragraphs():
    html = shown("\n".join(write(TREES["un niveau"], "  ", blank=True)))
    assert html == "<ul><li><p>un</p></li><li><p>deux</p></li><li><p>trois</p></li></ul>"


@pytest.mark.parametrize("step", ["  ", "   ", "    "])
@pytest.mark.parametrize("mark", ["-", "*", "+", "1."])
def test_a_paragraph_belongs_to_its_item(mark, step):
    tag = "ol" if mark == "1." else "ul"
    html = shown(f"{mark} un\n\n{step}suite\n\n{mark} deux")
    assert html == f"<{tag}><li><p>un</p><p>suite</p></li><li><p>deux</p></li></{tag}>"


@pytest.mark.parametrize("step", ["  ", "   ", "    ", "\t"])
def test_fenced_code_stays_in_its_item(step):
    fenced = "\n".join(step + line for line in ["```sh", "ls  -l", "", "  fin", "```"])
    html = render_here(f"- un\n\n{fenced}\n- deux").html
    assert '<code class="language-sh">ls  -l\n\n  fin\n</code>' in html
    assert html.count("<ul>") == 1
    assert html.count("<li>") == 2


@pytest.mark.parametrize("margin", [6, 8])
def test_indented_code_stays_in_its_item(margin):
    html = render_here(f"- un\n\n{' ' * margin}code\n{' ' * margin}  suite\n\n- deux").html
    assert "<code>code\n  suite\n</code>" in html
    assert html.count("<li>") == 2


def test_markers_within_code_make_no_list():
    html = render_here("```\n- un\n1. deux\n```\n\n    - trois").html
    assert "<li>" not in html


def test_a_year_at_the_start_of_a_line_is_prose():
    assert shown("Créé en\n1986. Fermé") == "<p>Créé en<br>1986. Fermé</p>"


def test_an_ordered_list_keeps_its_first_number():
    assert shown("3. trois\n4. quatre") == '<ol start="3"><li>trois</li><li>quatre</li></ol>'


def test_a_change_of_marks_starts_another_list():
    assert shown("- a\n1. b\n2. c") == "<ul><li>a</li></ul><ol><li>b</li><li>c</li></ol>"


def test_uneven_indentation_is_forgiven():
    assert shown(" - a\n  - b\n   - c") == "<ul><li>a</li><li>b</li><li>c</li></ul>"
    assert shown("- a\n      - b\n  - c") == "<ul><li>a<ul><li>b</li><li>c</li></ul></li></ul>"


def test_a_line_without_mark_goes_on_with_the_item():
    assert shown("- un\nsuite\n- deux") == "<ul><li>un<br>suite</li><li>deux</li></ul>"


def test_headings_quotes_and_rules_end_a_list():
    html = shown("- a\n## Titre\n- b\n> cit\n- c\n---\nfin")
    assert html == (
        '<ul><li>a</li></ul><h2 id="t-titre">Titre</h2><ul><li>b</li></ul>'
        "<blockquote><p>cit</p></blockquote><ul><li>c</li></ul><hr><p>fin</p>"
    )


def test_tasks_show_boxes_with_words():
    html = shown("- [ ] appeler\n  - [x] écrire\n- rien")
    assert html.count('class="task-list"') == 2
    assert 'class="task done"' in html
    assert 'aria-label="à faire"' in html
    assert 'aria-label="fait"' in html


def test_an_empty_item_stays_an_item():
    assert shown("- \n- fin") == "<ul><li></li><li>fin</li></ul>"


def test_rules_are_no_lists():
    assert shown("* * *\n\n- - -") == "<hr><hr>"

"""Hostile text, a killed child, a dead parent: nobody waits long and no word is lost."""

import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

import wiki
from wiki.markup import Rendered, guard, render, render_all
from wiki.markup.rendering import render_here

from .hostile import TEXTS

LONG = "Un **mot** [ici](/a) et `là`\n\n" * 4_000
ROOT = str(Path(wiki.__file__).parents[1])


@pytest.fixture(autouse=True, scope="module")
def _ended():
    yield
    guard.close()


def test_it_renders_as_in_this_process():
    text = "## Été\n\n- [[Page]]\n\n{{carte 3}}\n\nMot[^1]\n\n[^1]: note"
    assert render(text) == render_here(text)
    assert render(text, prefix="bilan", lang="en") == render_here(text, "bilan", "en")


def test_the_function_is_not_hidden_by_a_module_of_its_name():
    assert all(callable(getattr(wiki.markup, name)) for name in ("render", "render_all", "fill"))


def test_several_texts_make_one_round_trip():
    rendered = render_all(["**a**", "", "## b"], prefixes=["x", "y", "z"])
    assert [r.html for r in rendered] == [
        "<p><strong>a</strong></p>",
        "",
        '<h2 id="t-z-b">b</h2>',
    ]
    assert render_all([]) == []


def test_hostile_texts_end_in_time_and_keep_their_words():
    render("prêt")
    assert len(TEXTS) >= 60
    longest = 1.5 if os.getloadavg()[0] < 2 else 4  # the budget is processor time
    for name, text in TEXTS.items():
        start = time.monotonic()
        rendered = render(text)
        assert time.monotonic() - start < longest, name
        if not rendered.ok:
            assert rendered.plain == text.strip(), name
        for word in set(re.findall(r"coeur|a\d+(?=\n)", text)):
            assert word in rendered.html, name


def test_a_late_text_comes_back_as_typed(monkeypatch):
    before = render("avant")
    monkeypatch.setattr(guard, "budget", lambda text: 0.001 if text is LONG else 5)
    late, after = render_all([LONG, "**après**"])
    assert before.ok
    assert not late.ok
    assert late.plain == LONG.strip()
    assert late.html.startswith("<p>Un **mot** [ici](/a)")
    assert after.html == "<p><strong>après</strong></p>"


def test_a_child_killed_between_renders_is_replaced():
    render("un")
    pid = guard.child_pid()
    os.kill(pid, signal.SIGKILL)
    assert render("**deux**").html == "<p><strong>deux</strong></p>"
    assert guard.child_pid() != pid


def test_a_child_killed_during_a_render_is_replaced():
    render("un")
    timer = threading.Timer(0.05, os.kill, (guard.child_pid(), signal.SIGKILL))
    timer.start()
    rendered = render(LONG)
    timer.join()
    assert rendered.ok
    assert "mot" in rendered.plain


def test_a_text_that_kills_twice_comes_back_as_typed():
    stop = threading.Event()

    def hunt():
        while not stop.wait(0.002):
            pid = guard.child_pid()
            if pid:
                os.kill(pid, signal.SIGKILL)

    hunter = threading.Thread(target=hunt)
    hunter.start()
    try:
        rendered = render(LONG + "<b>fin</b>")
    finally:
        stop.set()
        hunter.join()
    assert not rendered.ok
    assert rendered.html.endswith("<p>&lt;b&gt;fin&lt;/b&gt;</p>")
    assert render("ok").ok


def test_a_stopped_child_is_given_up(monkeypatch):
    render("un")
    monkeypatch.setattr(guard, "budget", lambda text: 0.1)
    os.kill(guard.child_pid(), signal.SIGSTOP)
    assert not render("mot").ok
    assert render("mot").ok


def test_threads_share_the_child_without_mixing_answers():
    answers = {}

    def work(name):
        answers[name] = [render(f"{name} {n}").plain for n in range(20)]

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {name: [f"{name} {n}" for n in range(20)] for name in "abcd"}


def test_a_long_text_holds_nobody_up(monkeypatch):
    render("un")
    monkeypatch.setattr(guard, "PATIENCE", 0.01)
    pid = guard.child_pid()
    os.kill(pid, signal.SIGSTOP)
    slow = threading.Thread(target=render, args=("lent",))
    slow.start()
    time.sleep(0.02)
    start = time.monotonic()
    assert render("**vite**").ok
    assert time.monotonic() - start < 5
    os.kill(pid, signal.SIGCONT)
    slow.join()
    assert guard._spare.pid is None


def test_the_child_is_renewed(monkeypatch):
    render("un")
    pid = guard.child_pid()
    monkeypatch.setattr(guard, "RENEW_AFTER", 0)
    assert render("deux").ok
    assert guard.child_pid() != pid


def test_a_child_that_cannot_start_loses_nothing(monkeypatch):
    guard.close()
    monkeypatch.setattr(sys, "executable", "/nulle/part")
    assert [r.plain for r in render_all(["a", "b"])] == ["a", "b"]
    monkeypatch.undo()
    assert render("a").ok


def test_any_text_makes_the_trip():
    for text in ("\ud800", "\x00", "é\u2028\U0001f600", '"\\', "\r\n", "x" * 300_000):
        assert render(text) == render_here(text)


def test_oversized_texts_come_back_as_typed(monkeypatch):
    monkeypatch.setattr(guard, "LONGEST", 1_000)
    rendered = render("mot\n" * 1_000)
    assert not rendered.ok
    assert rendered.html.count("mot<br>") == 999


def test_the_call_costs_little():
    def middle(call):
        times = []
        for _ in range(40):
            start = time.perf_counter()
            call("Une **phrase**.")
            times.append(time.perf_counter() - start)
        return sorted(times)[20]

    assert middle(render) - middle(render_here) < 0.005  # about 0.3 ms on a quiet machine


def test_rendered_texts_travel_as_json():
    rendered = render_here("[[a|b]] {{x}}\n\n# t")
    assert Rendered.from_json(rendered.to_json()) == rendered


def run(script, cwd=None):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env={**os.environ, "PYTHONPATH": ROOT},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def gone(pid):
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if " Z " in Path(f"/proc/{pid}/stat").read_text():
            return True  # waiting for whoever adopted it
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), 9)", "os._exit(0)"])
def test_the_child_ends_with_its_parent(end):
    done = run(f"""
        import os
        from wiki.markup import guard, render
        assert render("a").ok
        print(guard.child_pid(), flush=True)
        {end}
    """)
    assert gone(int(done.stdout)), done.stderr


def test_a_fork_gets_its_own_child():
    done = run("""
        import os
        from wiki.markup import guard, render
        render("a")
        mine = guard.child_pid()
        pid = os.fork()
        if pid == 0:
            ok = render("**b**").html == "<p><strong>b</strong></p>" and guard.child_pid() != mine
            guard.close()
            os._exit(0 if ok else 1)
        assert os.waitpid(pid, 0)[1] == 0
        assert render("**c**").html == "<p><strong>c</strong></p>"
        assert guard.child_pid() == mine
        print("bien")
    """)
    assert done.stdout == "bien\n", done.stderr


def test_files_lying_around_are_not_imported(tmp_path):
    for name in ("markdown", "json", "nh3"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('intrus')")
    done = run(
        "import sys; sys.path.pop(0); from wiki.markup import render; print(render('a').ok)",
        tmp_path,
    )
    assert done.stdout == "True\n", done.stderr


def test_the_child_is_light():
    done = run("""
        import sys
        sys.argv = ["x"]
        import wiki.markup.rendering, wiki.markup.process, bleach.linkifier
        heavy = {"flask", "sqlalchemy", "PIL", "jinja2"} & set(sys.modules)
        print(sorted(heavy))
    """)
    assert done.stdout == "[]\n", done.stderr

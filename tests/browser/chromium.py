"""Find a Chromium for the browser tests, or bring one when the machine allows it."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    "Browser tests need a Chromium: install Debian's (apt-get install chromium), or Playwright's "
    "(python -m playwright install chromium), or name one in ESSAIM_CHROMIUM."
)
INSTALL_LIMIT = 600  # seconds


def launched(playwright):
    """A Chromium for the tests; without one they fail where CI is set, else are skipped."""
    path = found(playwright)
    if path:
        return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    if os.environ.get("CI"):
        pytest.fail(MISSING, pytrace=False)
    return pytest.skip(MISSING)


def found(playwright) -> str | None:
    """The path of a Chromium, installed now if need be; None when there is no way to have one."""
    own = playwright.chromium.executable_path
    return _known(own) or _from_debian() or _from_playwright(own)


def _known(own: str) -> str | None:
    if named := os.environ.get("ESSAIM_CHROMIUM"):
        return named
    if Path(own).exists():
        return own
    return _on_path()


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


@cache
def _from_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    _run(["apt-get", "update", "-qq"])
    _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    return _on_path()


@cache
def _from_playwright(own: str) -> str | None:
    _run([sys.executable, "-m", "playwright", "install", "chromium"])
    return own if Path(own).exists() else None


def _run(command: list[str]) -> None:
    """Try; whether it succeeded is seen from the browser being there."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=quiet, capture_output=True, timeout=INSTALL_LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return

"""Find a Chromium for the browser tests, or bring one when the machine allows it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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


def _from_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    _run(["apt-get", "update", "-qq"])
    _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    return _on_path()


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

"""Find a Chromium for the browser tests, or bring one when the machine allows it."""

import ctypes
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A microphone that beeps and a camera that shows a clock, and nobody to ask whether they may.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
# Each window of the whole browser draws the list under its address bar in a process of its own:
# half a second of work for what no test looks at. Chromium heeds only the last list it is given,
# so this one says again what Playwright leaves out.
ARGUMENTS += [
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,"
    "NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
]
MISSING = (
    "Browser tests need a Chromium: install Debian's (apt-get install chromium), or Playwright's "
    "(python -m playwright install chromium), or name one in ESSAIM_CHROMIUM."
)
INSTALL_LIMIT = 600  # seconds


@contextmanager
def driven():
    """Playwright's driver, whose own Node needs a library that a bare Debian lacks."""
    if not _loads("libatomic.so.1") and _may_install():
        _install("libatomic1")
    if not _loads("libatomic.so.1"):
        _refuse("Playwright needs libatomic (apt-get install libatomic1).")
    with sync_playwright() as started:
        yield started


def launched(playwright):
    """A Chromium for the tests; without one they fail where CI is set, else are skipped."""
    path = found(playwright)
    if path:
        return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    return _refuse()


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
    if _may_install():
        _install("chromium")
    return _on_path()


@cache
def _from_playwright(own: str) -> str | None:
    _run([sys.executable, "-m", "playwright", "install", "chromium"])
    return own if Path(own).exists() else None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _may_install() -> bool:
    return os.geteuid() == 0 and bool(shutil.which("apt-get"))


def _install(package: str) -> None:
    _run(["apt-get", "update", "-qq"])
    _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package])


def _refuse(why: str = ""):
    """No browser: a failure where CI is set, else the tests are skipped and it is said."""
    words = f"{MISSING} {why}".strip()
    if os.environ.get("CI"):
        pytest.fail(words, pytrace=False)
    pytest.skip(words)


def _run(command: list[str]) -> None:
    """Try; whether it succeeded is seen from the browser being there."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=quiet, capture_output=True, timeout=INSTALL_LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return

"""Processes of ours that may be killed: what they are started with, none of our secrets."""

import os
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[1])
KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT", "LD_LIBRARY_PATH")


def environment() -> dict[str, str]:
    """What such a process needs to find Python and this package, and nothing else of ours."""
    paths = os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH", "")]))
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {"PYTHONPATH": paths, "PYTHONUTF8": "1"}

"""Finding or fetching a Chromium for the browser tests.

In this order: COACHCRM_TEST_CHROMIUM; one on the path; one in Playwright's own cache; as root on a
Debian, its package; else Playwright's download.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ASKED_FOR = "COACHCRM_TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
       "/Applications/Chromium.app/Contents/MacOS/Chromium")  # fmt: skip
CACHED = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
FETCH_WITHIN_S = 600


class NoChromium(Exception):  # noqa: N818 - it is shown as a reason
    """No browser could be had; says what was tried."""


def launch_args(say: Callable[[str], None]) -> dict:
    """Return how Playwright is to start the browser. Raises `NoChromium`.

    `say` is told when something is fetched, which takes a while.
    """
    # As root Chromium refuses to start in its sandbox; for anyone else the sandbox works.
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": find(say), "args": [*FLAGS, *as_root]}


def find(say: Callable[[str], None]) -> str:
    """Return the path of a Chromium, fetched if need be. Raises `NoChromium`."""
    asked_for = os.environ.get(ASKED_FOR)
    if asked_for:
        path = shutil.which(asked_for)
        if path is None:
            raise NoChromium(f"{ASKED_FOR}: there is no program {asked_for}")
        return path
    return _here() or _fetched(say)


def _here() -> str | None:
    for name in (*NAMES, *MAC):
        path = shutil.which(name)
        if path:
            return path
    for pattern in CACHED:
        for path in sorted(_cache().glob(pattern), reverse=True):
            if os.access(path, os.X_OK):
                return str(path)
    return None


def _cache() -> Path:
    asked_for = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if asked_for and asked_for != "0":
        return Path(asked_for)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    return Path.home() / ".cache" / "ms-playwright"


def _fetched(say: Callable[[str], None]) -> str:
    reasons = []
    for what, steps in _ways():
        say(f"Fetching Chromium for the browser tests ({what}) …")
        for step in steps:
            try:
                done = subprocess.run(
                    step,
                    capture_output=True,
                    text=True,
                    timeout=FETCH_WITHIN_S,
                    check=False,
                    env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                reasons.append(f"{what}: {error}")
                break
            if done.returncode:
                said = (done.stderr or done.stdout).strip().splitlines() or ["no word"]
                reasons.append(f"{what}: {said[-1]}")
                break
        path = _here()
        if path:
            return path
    raise NoChromium("no Chromium on this machine; " + "; ".join(reasons))


def _ways() -> list[tuple[str, list[list[str]]]]:
    ways = [("playwright", [[sys.executable, "-m", "playwright", "install", "chromium"]])]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = ["apt-get", "install", "--yes", "--no-install-recommends"]
        steps = [["apt-get", "update"], [*install, "chromium", "fonts-dejavu-core"]]
        ways.insert(0, ("apt-get", steps))
    return ways

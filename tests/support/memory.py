"""Where the files of a test run lie: in memory, where the machine has room for them there.

Nothing of them outlives the run, and waiting for a disk is most of what many tests would do.
"""

from __future__ import annotations

import os
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - folders of our own are made in it, readable to us alone
ENOUGH_BYTES = 2 * 1024**3


def folder() -> Path | None:
    """Return where files lie in memory, or None where there is no such place or not room enough."""
    if not os.access(MEMORY, os.W_OK | os.X_OK):
        return None
    place = os.statvfs(MEMORY)
    # Some tests start programs that they have put into their folder.
    may_run = not place.f_flag & getattr(os, "ST_NOEXEC", 0)
    return MEMORY if may_run and place.f_bavail * place.f_frsize >= ENOUGH_BYTES else None

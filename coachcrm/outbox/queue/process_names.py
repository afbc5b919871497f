"""Who sends a letter: names of processes by which a dead one can be told from a live one."""

import os
import socket
from pathlib import Path

from coachcrm.kit.tokens import random_token

_RUN = random_token()[:8]


def owner_name() -> str:
    """Name this process: host, number and run."""
    return f"{place()}:{os.getpid()}:{_RUN}"


def place() -> str:
    """Name where process numbers mean what they mean here: two containers may share a host name."""
    try:
        numbers = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        numbers = 0
    return f"{socket.gethostname()}/{numbers}"


def is_dead(owner: str) -> bool:
    """Say whether an owner on this machine is known to be gone; of one elsewhere nobody knows."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != place() or not rest.isdigit():
        return False
    if int(rest) == os.getpid():
        return owner != owner_name()
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False

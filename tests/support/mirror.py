"""A program that tells what it sees of itself, or ends in the way that its one argument names."""

from __future__ import annotations

import atexit
import gc
import json
import locale
import logging
import os
import random
import resource
import secrets
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path

# What the kernel knows of a process and its parent may have left to it.
LEFT_BY_A_PARENT = ("SigBlk", "SigIgn", "SigCgt", "NoNewPrivs", "Threads", "Seccomp")
NEW_YEAR_2026 = 1767225600
LIMITS = [kind for name, kind in vars(resource).items() if name.startswith("RLIMIT_")]


def main() -> None:
    """Do what the one argument says; without one, or with several, tell what is seen."""
    if len(sys.argv) == 2:
        DEEDS[sys.argv[1]]()
    else:
        say(json.dumps(what_is_seen()))


def say(words: str) -> None:
    """Write to standard output, in Python's buffer."""
    sys.stdout.write(f"{words}\n")


def what_is_seen() -> dict[str, object]:
    """Return everything in which one start of a program may differ from another."""
    mask = os.umask(0)
    os.umask(mask)
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return {
        # These differ each time.
        "pid": os.getpid(),
        "group": os.getpgrp(),
        "clock": time.time(),  # noqa: TID251 - the world's time is asked for
        "chance": [random.random(), secrets.token_hex()],
        # And these must not.
        "arguments": sys.argv[1:],
        "environment": dict(os.environ),
        "folder": os.getcwd(),  # noqa: PTH109 - as it is, not as it can be written
        "mask": mask,
        "nice": os.nice(0),
        "limits": [resource.getrlimit(kind) for kind in LIMITS],
        "files": [number for number in range(256) if is_open(number)],
        "streams": [
            (s.encoding, s.errors, s.line_buffering, s.write_through, s.isatty()) for s in streams
        ],
        "new year": time.strftime("%H:%M", time.localtime(NEW_YEAR_2026)),  # noqa: TID251
        "signals": {number: str(signal.getsignal(number)) for number in signal.valid_signals()},
        "blocked": [*signal.pthread_sigmask(signal.SIG_BLOCK, ())],
        "kernel": kernel_s_view(),
        "threads": [thread.name for thread in threading.enumerate()],
        "handlers": [str(logging.root), str(logging.root.handlers)],
        "warnings": [str(entry) for entry in warnings.filters],
        "collects garbage": gc.isenabled(),
        "locale": locale.getlocale(),
        "path": sys.path,
        "flags": str(sys.flags),
        "reaches": sys.getrecursionlimit(),
    }


def is_open(number: int) -> bool:
    """Say whether a file of this number is open."""
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def kernel_s_view() -> list[str]:
    """Return what Linux says of this process."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return [line for line in lines if line.startswith(LEFT_BY_A_PARENT)]


# -------------------------------------------------------------------------------- ways to end


def begin() -> None:
    """Say a word, and another when everything is over."""
    atexit.register(say, "gone home")
    say("begun")


def leave_a_mess() -> None:
    """Change whatever a process can change of itself."""
    os.environ["COACHCRM_LIMITS"] = "off"
    os.chdir("/")
    os.umask(0)
    os.dup(1)
    sys.argv[1:] = ["left"]
    sys.path.insert(0, "/left")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    logging.basicConfig(level=logging.DEBUG)
    warnings.simplefilter("error")
    random.seed(1)
    gc.disable()
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()


def leave_a_thread() -> None:
    """Return while a thread is still at work."""
    begin()
    threading.Timer(0.1, say, ["the thread too"]).start()


def sleep() -> None:
    """Wait for a signal."""
    say("asleep")
    sys.stdout.flush()
    time.sleep(60)


def say_3() -> None:
    """End with a status."""
    begin()
    sys.exit(3)


def stumble() -> None:
    """End with a bug."""
    begin()
    raise ZeroDivisionError


DEEDS: dict[str, Callable[[], object]] = {
    "returns": begin,
    "says 3": say_3,
    "stumbles": stumble,
    "is killed": lambda: (begin(), os.kill(os.getpid(), signal.SIGKILL)),
    "leaves at once": lambda: (begin(), os._exit(7)),
    "leaves a thread": leave_a_thread,
    "makes a mess": leave_a_mess,
    "sleeps": sleep,
}

"""What a real process of the tests begins with: a command, an environment, a watchful parent."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1


def starting(module: str) -> tuple[str, ...]:
    """Return what runs the `main` of a module as an installed command does, from this checkout.

    While the program is read there is no garbage; looking for it would take an eighth of the time.
    """
    code = (
        f"import gc, sys; gc.disable(); sys.path.insert(0, {str(ROOT)!r}); "
        f"from {module} import main; gc.enable(); main()"
    )
    return (sys.executable, "-P", "-c", code)


def whole_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with no settings of coachcrm but those given.

    Python may keep what it compiled, as it does for people: each start would compile it again.
    """
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COACHCRM_", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"))
    }
    return {**outside, **environment}


def dies_with_us(signal_number: int) -> Callable[[], None]:
    """Return what a new process must do so that it gets a signal when we are gone, however."""

    def ask() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)

    return ask

"""What the processes of a server hold is little, and stays so."""

from __future__ import annotations

import platform
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.engines("sqlite")
# A heap of a thread begins at a multiple of so much address space, and reserves it all.
HEAP = 64 * 1024 * 1024


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library's heaps")
def test_the_threads_of_a_process_have_no_heap_each(serve) -> None:
    parent = serve("--no-worker").process.pid
    web = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    assert [process for process in web if heaps(process) > 1] == []
    assert web


def heaps(process: str) -> int:
    """Count the heaps of a process besides the one that each program has."""
    maps = Path(f"/proc/{process}/maps").read_text()
    return sum(int(start, 16) % HEAP == 0 for start in re.findall(r"(?m)^(\w+)-\S+ rw-p", maps))

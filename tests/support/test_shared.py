"""What tests share is put back between them, and whatever cannot be put back is told."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.support import leavers
from tests.support.postgres import ASKED_FOR
from tests.support.processes import ROOT

OUTCOME = re.compile(r"\[(sqlite|postgresql)-([\w ]+)-([\w ]+)\] (PASSED|FAILED|ERROR)")


def test_a_test_that_leaves_something_behind_fails_the_next_one(postgres_server, tmp_path) -> None:
    alone = ("-p", "no:xdist", "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "inner"))
    words = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "--tb=native", *alone, leavers.__file__],
        env={**os.environ, ASKED_FOR: postgres_server.url},
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    ).stdout  # fmt: skip
    met = dict.fromkeys(leavers.PUT_BACK, "PASSED")
    met |= dict.fromkeys([*leavers.TOLD, *leavers.OF_SCHEMA], "ERROR")
    expected = {
        (deed, engine): ["PASSED", outcome, "PASSED"]
        for deed, outcome in met.items()
        for engine in ("sqlite", "postgresql")
        if engine != "sqlite" or deed not in leavers.OF_SCHEMA
    }
    found: dict[tuple[str, str], list[str]] = {}
    for engine, deed, _, outcome in OUTCOME.findall(words):
        found.setdefault((deed, engine), []).append(outcome)
    assert found == expected, words
    for deed in leavers.TOLD:
        assert re.search(rf"\[\w+-{deed}-does it\] left something behind: ", words), words

"""What the tests of copies share."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import missing


@pytest.fixture
def postgres_tools(request) -> None:
    """Skip on PostgreSQL where its own programs for copies are not on this machine."""
    if "postgresql" in request.node.name and not shutil.which("pg_dump"):
        missing("no pg_dump")

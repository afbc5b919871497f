"""What is loaded for what: the command answers, and the cores run, without the web's libraries."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "flask",
    "jinja2",
    "sqlalchemy",
    "alembic",
    "werkzeug",
    "wtforms",
    "gunicorn",
    "waitress",
    "icalendar",
}


@pytest.mark.parametrize(
    "act",
    [
        "import coachcrm",
        "import coachcrm.availability.core.slots",
        "from coachcrm.cli import main; main(['--help'], standalone_mode=False)",
    ],
)
def test_little_is_loaded_for_little(act: str) -> None:
    program = f"{act}; import sys; print(*sorted(sys.modules), sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    loaded = set(done.stdout.split())
    assert "coachcrm" in loaded
    assert not HEAVY & loaded
    assert "coachcrm.app" not in loaded

"""What is loaded for what: the command answers, and the cores run, without the web's libraries."""

from __future__ import annotations

import os
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
NOT_FOR_A_CHECK = (HEAVY - {"flask", "jinja2", "sqlalchemy", "werkzeug"}) | {
    "argon2",
    "cachetools",
    "email_validator",
    "flask_wtf",
    "holidays",
    "phonenumbers",
    "recurring_ical_events",
    "zxcvbn",
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
    loaded = loaded_by(program)
    assert "coachcrm" in loaded
    assert not HEAVY & loaded
    assert "coachcrm.app" not in loaded


@pytest.mark.engines("sqlite")
def test_a_check_loads_the_database_and_the_way_of_letters_alone(database_url, tmp_path) -> None:
    """A monitor may ask every minute: pages, calendars and telephone numbers are not for it."""
    program = (
        "import sys; from coachcrm.cli import main\n"
        "try: main(['check'], standalone_mode=False)\n"
        "except SystemExit: pass\n"
        "print(*sorted(sys.modules), sep='\\n')"
    )
    loaded = loaded_by(
        program, COACHCRM_DATABASE_URL=database_url, COACHCRM_INSTANCE=str(tmp_path / "instance")
    )
    assert {"sqlalchemy.orm", "coachcrm.check", "Worker:"} <= loaded
    assert not NOT_FOR_A_CHECK & loaded
    rooms = {name.split(".")[1] for name in loaded if name.startswith("coachcrm.")}
    assert not rooms & {"app", "bookings", "clients", "desk", "privacy", "recovery", "server"}


def loaded_by(program: str, **env: str) -> set[str]:
    """Return the words that a program prints, in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **env},
    )
    return set(done.stdout.split())

"""The import contracts see every kind of wrong import: each is planted in a copy of the program."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.processes import ROOT

# One process looks at the copy again and again: to start one for each would cost a second a test.
pytestmark = pytest.mark.xdist_group("contracts")
LOOK = """
import contextlib, io, json, pathlib, sys
from importlinter.cli import lint_imports

def look():
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = lint_imports(cache_dir="cache", no_logo=True)
    return status, said.getvalue()

def look_with(name, line):
    file = pathlib.Path(name)
    before = file.read_text() if file.exists() else None
    file.write_text((before or "") + line + "\\n")
    try:
        return look()
    finally:
        file.unlink() if before is None else file.write_text(before)

plants = json.load(sys.stdin)
json.dump([look(), *(look_with(*plant) for plant in plants), look()], sys.stdout)
"""

ROOMS, WORDS = "Rooms import downward only", "Inside: views, pieces, pages, forms, operations, "
BOOKING, DESK = "Subjects of booking", "Subjects of the desk"
OUTBOX, KIT = "Subjects of the outbox", "Subjects of the kit"
PURE, VERBS = "A core is pure", "Verbs and tables do not know that there is a web"
FRONT, MAIL = "Nobody imports another room's front", "One place sends mail"
CIRCLE = "Nothing goes round in a circle"

# The contract that must be broken, what is planted, and where.
PLANTS = {
    "upward between rooms": (ROOMS, "import coachcrm.desk", "clients/__init__.py"),
    "a room without a home": (ROOMS, "", "oddments.py"),
    "upward inside a room": (WORDS, "import coachcrm.notes.pages", "notes/operations/__init__.py"),
    "upward inside a subject": (WORDS, "import coachcrm.desk.mail.views", "desk/mail/pages.py"),
    "a module of a room without a home": (WORDS, "", "notes/oddments.py"),
    "a module of a subject without a home": (WORDS, "", "desk/calendar/oddments.py"),
    "a subject without a home": (DESK, "", "desk/oddments.py"),
    "upward between subjects of booking": (
        BOOKING, "import coachcrm.bookings.change", "bookings/offer/__init__.py",
    ),
    "upward between subjects of the desk": (
        DESK, "import coachcrm.desk.today", "desk/mail/__init__.py",
    ),
    "upward inside the outbox": (OUTBOX, "import coachcrm.outbox.delivery", "outbox/models.py"),
    "upward inside the kit": (KIT, "import coachcrm.kit.web", "kit/time/__init__.py"),
    "a core that knows the web": (PURE, "import flask", "clients/core/__init__.py"),
    "a core that knows the database": (PURE, "import sqlalchemy", "kit/time/__init__.py"),
    "a core that knows the database by way of another": (
        PURE, "import coachcrm.kit.data.db", "bookings/core/__init__.py",
    ),
    "a verb that knows the web": (VERBS, "import flask", "notes/operations/__init__.py"),
    "a policy that knows the web": (VERBS, "import flask", "bookings/policies.py"),
    "a table that knows the web": (VERBS, "import werkzeug", "outbox/models.py"),
    "another room's views": (FRONT, "import coachcrm.recovery.views", "desk/operations.py"),
    "another room's forms": (FRONT, "import coachcrm.auth.forms", "desk/mail/views.py"),
    "mail past the one place": (MAIL, "import flask_mail", "outbox/health.py"),
    "a circle of brothers": (CIRCLE, "import coachcrm.kit.data.migrate", "kit/data/db.py"),
}  # fmt: skip


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """Give what import-linter said of a copy of the program, unchanged and with each plant."""
    folder = tmp_path_factory.mktemp("contracts")
    shutil.copytree(
        ROOT / "coachcrm",
        folder / "coachcrm",
        ignore=shutil.ignore_patterns("__pycache__", "static"),
    )
    shutil.copy(ROOT / "pyproject.toml", folder)
    plants = [(f"coachcrm/{place}", line) for _, line, place in PLANTS.values()]
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        input=json.dumps(plants),
        capture_output=True,
        check=True,
        cwd=folder,
        text=True,
    )
    return dict(zip(["before", *PLANTS, "after"], json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_unchanged_copy_keeps_every_contract(reports, when: str) -> None:
    status, said = reports[when]
    assert status == 0, said
    assert " 0 broken" in said


@pytest.mark.parametrize("plant", PLANTS)
def test_a_wrong_import_breaks_its_contract(reports, plant: str) -> None:
    contract, line, place = PLANTS[plant]
    status, said = reports[plant]
    assert status == 1, said
    _, _, told = said.partition("Broken contracts")
    [of_this] = [part for part in told.split("\n\n\n") if part.lstrip("-\n ").startswith(contract)]
    # A circle is told by the last parts of the names alone.
    assert f".{Path(place.removesuffix('/__init__.py')).stem}" in of_this
    assert line.removeprefix("import ").rpartition(".")[2] in of_this


def test_every_contract_is_tried() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    tried = {contract for contract, _, _ in PLANTS.values()}
    for contract in settings["contracts"]:
        assert any(contract["name"].startswith(name) for name in tried), contract["name"]

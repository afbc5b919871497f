"""The schema comes from the migrations: they run both ways with data in it, and laws are missed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zoneinfo
from importlib.resources import files

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, text

from coachcrm.app import create_app
from coachcrm.clients import reading
from coachcrm.kit.data.db import Base, db
from coachcrm.kit.data.migrate import (
    UNREAD_INDEXES,
    UNREAD_KEYS,
    WrongSchema,
    current,
    downgrade,
    head,
    missing_laws,
    upgrade,
)
from coachcrm.kit.text import search
from tests.conftest import _load
from tests.support.applications import close
from tests.support.cast import (
    ANN,
    RAVI,
    TUESDAY_9,
    TUESDAY_10,
    ask,
    book,
    change,
    dump,
    move,
    rows,
    value,
)
from tests.support.pages import Visitor
from tests.support.processes import ROOT
from tests.support.server import Program

pytestmark = pytest.mark.own
LAWS = {
    "sqlite": [
        "booking_no_overlap_i",
        "booking_no_overlap_u",
        "booking_at_most_a_day_i",
        "booking_at_most_a_day_u",
    ],
    "postgresql": ["booking_no_overlap", "booking_serialise", "booking_at_most_a_day"],
}
OWN = {"alembic_version"} | search.OWN_TABLES | search.OWN_COLUMNS | search.OWN_INDEXES
VERSIONS = [
    *(f"{table}_{act}" for table in ("booking_bookings", "service_practice") for act in "iud"),
    *(f"weekly_hours_practice_{act}" for act in "iud"),
    *(f"letter_wording_practice_{act}" for act in "iud"),
    "coach_practice_u",
]


def is_sqlite(app) -> bool:
    with app.app_context():
        return db.engine.dialect.name == "sqlite"


def drop(app, law: str) -> None:
    if is_sqlite(app):
        change(app, f"DROP TRIGGER {law}")
    elif law in {"booking_no_overlap", "booking_at_most_a_day"}:
        change(app, f"ALTER TABLE booking DROP CONSTRAINT {law}")
    else:
        table = rows(
            app,
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = :law",
            law=law,
        )[0][0]
        change(app, f"DROP TRIGGER {law} ON {table}")


@pytest.fixture
def fresh(empty_database_url, tmp_path):
    app = create_app(
        _load(
            {"COACHCRM_DATABASE_URL": empty_database_url, "COACHCRM_INSTANCE": str(tmp_path / "i")}
        )
    )
    yield app
    close(app)


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_models_and_head_agree(app) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _object, name, *_: (
                    name not in OWN | UNREAD_KEYS | UNREAD_INDEXES
                ),
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_models_and_head_have_the_same_checks(app) -> None:
    """Alembic does not compare them, and drafts none for a table that is there already."""

    def bare(table: str, name: object) -> str:
        # Some migrations wrote the table's name themselves, before the convention wrote it too.
        prefix, found = f"{table}_", str(name)
        while found.startswith(prefix):
            found = found.removeprefix(prefix)
        return found

    with app.app_context():
        stored = inspect(db.engine)
        found = {
            table: {bare(table, check["name"]) for check in stored.get_check_constraints(table)}
            for table in Base.metadata.tables
        }
        said = {
            name: {
                bare(name, one.name)
                for one in table.constraints
                if isinstance(one, CheckConstraint) and _is_of(one, db.engine.dialect)
            }
            for name, table in Base.metadata.tables.items()
        }
    assert found == said


def _is_of(check: CheckConstraint, dialect) -> bool:
    """Say whether the database of this dialect keeps it as a check, not as a trigger."""
    rule = check._ddl_if
    return rule is None or rule.dialect == dialect.name


@pytest.mark.engines("sqlite")
def test_a_draft_of_nothing_new_loads_and_does_nothing(app, tmp_path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
    # To draft is to load what was written, with everything that the template imports.
    subprocess.run(
        [sys.executable, folder / "draft.py", "add tags"], check=True, env={"PYTHONPATH": str(ROOT)}
    )
    [draft] = (folder / "versions").glob("*_add_tags.py")
    assert draft.name.startswith(f"{int(head()) + 1:04}")
    assert draft.read_text().count("    pass\n") == 2


def test_migrations_run_up_and_down_and_up_with_data_in_it(app, coach, web) -> None:
    book(web)
    before = dump(app)
    downgrade(app, "base")
    with app.app_context():
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade(app)
    assert dump(app).keys() == before.keys()
    assert value(app, "SELECT count(*) FROM booking") == 0
    assert missing_laws(app) == []


def test_letters_and_bookings_of_before_are_known_to_the_ledgers(app, coach, web, clock) -> None:
    link = book(web, TUESDAY_9)
    move(web, link, TUESDAY_10)
    before = rows(app, "SELECT id, method, sequence FROM outbox_message ORDER BY id")
    downgrade(app, "0001")
    upgrade(app)
    assert rows(app, "SELECT id, method, sequence FROM outbox_message ORDER BY id") == before
    assert before == [(1, "REQUEST", 0), (2, "REQUEST", 0), (3, "REQUEST", 1), (4, "REQUEST", 1)]
    due = rows(app, "SELECT kind, version, state FROM reminder ORDER BY due_at")
    assert due == [("day_before", 1, "due"), ("hour_before", 1, "due")]


def test_old_lines_that_name_a_theme_are_told_which(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    for _ in range(2):
        coach_web.get("/coach/clients/1/notes/new")
        typed = {"block-0-text": "/t No concrete example"}
        coach_web.submit("form.note", button="Save", fields=typed)
    before = rows(app, "SELECT id, record, record_id FROM note_line ORDER BY id")
    assert [row[1] for row in before] == ["theme", "named"]
    downgrade(app, "0006")
    assert rows(app, "SELECT record, record_id FROM note_line WHERE id = 2") == [("", None)]
    upgrade(app)
    assert rows(app, "SELECT id, record, record_id FROM note_line ORDER BY id") == before


def test_people_of_before_are_found_by_any_part_of_their_names(app, coach, web) -> None:
    book(web, TUESDAY_9)
    book(web, TUESDAY_10, RAVI)
    downgrade(app, "0022")
    upgrade(app)
    with app.app_context():
        found = [
            [one.name for one in reading.search(db.session(), 1, wanted, after=None, limit=9)]
            for wanted in map(reading.ClientSearch, ("avi", "nn", "nobody"))
        ]
    assert found == [[RAVI["name"]], [ANN["name"]], []]


def test_a_meeting_longer_than_a_day_stops_the_migration_by_its_number(app, coach) -> None:
    downgrade(app, "0010")
    change(
        app,
        "INSERT INTO booking (coach_id, starts_at, ends_at, status) VALUES "
        "(1, '2027-06-15T10:00:00.000000Z', '2027-06-16T10:00:01.000000Z', 'cancelled')",
    )
    before = dump(app)
    with pytest.raises(WrongSchema, match=r"at most 24 hours.*shorten.*number 1 \(2027-06-15"):
        upgrade(app)
    assert dump(app) == before
    change(app, "UPDATE booking SET ends_at = '2027-06-16T10:00:00.000000Z'")
    upgrade(app)


def test_dates_that_special_hours_had_opened_for_good_are_open_as_long_as_those(app, coach) -> None:
    """On the first date he has hours, on the second he had none, and the third is closed."""
    downgrade(app, "0012")
    for on in ("2027-08-30", "2027-12-27", "2027-12-28"):
        change(app, "INSERT INTO opened_holiday (coach_id, falls_on) VALUES (1, :on)", on=on)
    hours = "INSERT INTO date_override (coach_id, falls_on, opens, closes) VALUES "
    change(app, f"{hours} (1, '2027-08-30', 600, 660), (1, '2027-08-30', 720, 780)")
    change(app, f"{hours} (1, '2027-12-28', NULL, NULL), (1, '2027-09-01', 600, 660)")
    opened = "SELECT CAST(falls_on AS varchar) FROM opened_holiday ORDER BY falls_on"
    upgrade(app)
    assert rows(app, opened) == [("2027-12-27",), ("2027-12-28",)]
    downgrade(app, "0012")
    assert [on for (on,) in rows(app, opened)] == [
        "2027-08-30", "2027-09-01", "2027-12-27", "2027-12-28",
    ]  # fmt: skip
    upgrade(app)


def test_what_stands_was_told_by_the_rules_of_the_machine(
    app, coach, web, tmp_path, monkeypatch
) -> None:
    """Here the machine takes India's clocks for Tokyo's."""
    book(web, TUESDAY_9, RAVI)
    downgrade(app, "0019")
    (tmp_path / "Asia").mkdir()
    tokyo = files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo")
    (tmp_path / "Asia" / "Kolkata").write_bytes(tokyo.read_bytes())
    monkeypatch.setenv("PYTHONTZPATH", str(tmp_path))
    upgrade(app)
    assert rows(app, "SELECT client_start FROM booking") == [("2027-06-15 17:00",)]
    assert zoneinfo.TZPATH == ()


def test_of_those_who_are_there_already_nobody_has_said_how_they_heard(app, coach, web) -> None:
    book(web)
    change(app, "INSERT INTO coach_page (coach_id, sources) SELECT id, 'My talk' FROM coach")
    downgrade(app, "0021")
    upgrade(app)
    assert rows(app, "SELECT source FROM client") == [("",)]
    assert rows(app, "SELECT sources FROM coach_page") == [(None,)]
    version = rows(app, "SELECT practice_version FROM coach")
    change(app, "UPDATE coach_page SET sources = 'A friend'")
    assert rows(app, "SELECT practice_version FROM coach") != version


@pytest.mark.engines("postgresql")
def test_going_down_leaves_no_function_behind(app) -> None:
    ours = "SELECT proname FROM pg_proc JOIN pg_language l ON prolang = l.oid "
    ours += "WHERE lanname = 'plpgsql'"
    assert rows(app, ours)
    downgrade(app, "base")
    assert rows(app, ours) == []


def test_going_up_again_changes_nothing(app, coach, web) -> None:
    book(web)
    before = dump(app)
    upgrade(app)
    assert dump(app) == before


def test_the_database_says_what_it_is_at(fresh) -> None:
    with fresh.app_context():
        assert current(db.engine) is None
        upgrade(fresh)
        assert current(db.engine) == head()


def test_a_database_of_a_newer_version_is_left_alone(app) -> None:
    change(app, "UPDATE alembic_version SET version_num = '9999'")
    before = dump(app)
    with pytest.raises(WrongSchema, match="newer version"):
        upgrade(app)
    assert dump(app) == before


def test_every_law_that_is_gone_is_missed(app) -> None:
    assert missing_laws(app) == []
    gone = LAWS["sqlite" if is_sqlite(app) else "postgresql"] + VERSIONS
    for law in gone:
        drop(app, law)
    assert missing_laws(app) == sorted(gone)


def test_without_its_law_the_program_does_not_start(app, command) -> None:
    law = LAWS["sqlite" if is_sqlite(app) else "postgresql"][0]
    drop(app, law)
    done = command("serve", "--port", "0", status=1)
    assert law in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "runs at" not in done.stdout


def test_two_that_migrate_at_once_do_not_meet(empty_database_url, environment, tmp_path) -> None:
    ours = {**environment, "COACHCRM_DATABASE_URL": empty_database_url}
    both = [Program("migrate", environment=ours, cwd=tmp_path) for _ in range(2)]
    try:
        for program in both:
            program.wait_for(f"at schema {head()}")
    finally:
        for program in both:
            program.kill()
    assert ask(empty_database_url, "SELECT version_num FROM alembic_version") == [(head(),)]


def test_a_kept_database_is_served_after_it_was_brought_up(fresh, password_hash) -> None:
    upgrade(fresh)
    visitor = Visitor(fresh.test_client(), "http://127.0.0.1:8000")
    visitor.get(f"/book/free-consultation/{TUESDAY_9}", status=503)
    assert visitor.page.h1 == "This site is not open yet"
    with fresh.app_context(), db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM coach")).scalar() == 0

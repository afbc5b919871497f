"""The one way to write: all or nothing, and a locked or full database is no disaster."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError

from coachcrm.auth.models import Coach, Login
from coachcrm.kit.data import db as kit_db
from coachcrm.kit.data.db import Instant, be_patient, db, transaction
from coachcrm.kit.errors import DatabaseBusy
from tests.support.cast import (
    ANN,
    FREE,
    TUESDAY_9,
    TUESDAY_10,
    book,
    deliver,
    dump,
    move,
    rows,
    value,
)

only_sqlite = pytest.mark.engines("sqlite")
only_postgres = pytest.mark.engines("postgresql")
KATHMANDU = timezone(timedelta(hours=5, minutes=45))


def log_in(session, now: datetime, token: str = "a" * 64) -> None:
    session.add(Login(coach_id=1, token_digest=token, created_at=now, seen_at=now))


# ------------------------------------------------------------------------------------- instants


def test_an_instant_comes_back_in_utc_to_the_microsecond(app, coach) -> None:
    at = datetime(2026, 10, 25, 7, 15, 0, 1, KATHMANDU)
    with app.app_context():
        with transaction() as session:
            log_in(session, at)
        login = db.session().get(Login, 1)
        assert login.created_at == at
        assert login.created_at.utcoffset() == timedelta(0)


def test_a_naive_time_never_reaches_the_database(app, coach) -> None:
    with (
        app.app_context(),
        pytest.raises(Exception, match="needs a zone"),
        transaction() as session,
    ):
        log_in(session, datetime(2026, 10, 25, 1, 30))  # noqa: DTZ001 - that is the point
    assert rows(app, "SELECT 1 FROM login") == []


@only_sqlite
def test_on_sqlite_instants_sort_as_text_as_they_do_in_time(app) -> None:
    with app.app_context():
        dialect = db.engine.dialect
    moments = [datetime(999, 1, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
               datetime(2026, 10, 25, 7, 16, tzinfo=KATHMANDU),
               datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)]  # fmt: skip
    written = [Instant().process_bind_param(moment, dialect) for moment in moments]
    assert sorted(written) == written
    assert {len(text) for text in written} == {27}


# ------------------------------------------------------------------------------------ promises


@only_sqlite
def test_sqlite_keeps_its_promises_on_every_connection_r9(app) -> None:
    with app.app_context(), db.engine.connect() as one, db.engine.connect() as two:
        for connection in (one, two):
            pragmas = {
                name: connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert pragmas.pop("busy_timeout") >= 5000
            assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@only_sqlite
def test_who_comes_next_gets_the_connection_that_was_used_last(app) -> None:
    # Each keeps what it has read until another has written; so few of them need to.
    used = []
    with app.app_context():
        with db.engine.connect(), db.engine.connect(), db.engine.connect():
            pass
        for _ in range(5):
            with db.engine.connect() as connection:
                used.append(connection.connection.dbapi_connection)
    assert len({id(one) for one in used}) == 1


def test_an_act_that_fails_leaves_no_trace_r1(app, coach, clock) -> None:
    before = dump(app)

    class StumbleError(Exception):
        pass

    with app.app_context():
        with pytest.raises(StumbleError), transaction() as session:  # noqa: PT012 - one act
            session.get(Coach, 1).name = "Somebody Else"
            log_in(session, clock.now)
            session.flush()
            raise StumbleError
        assert db.session().get(Coach, 1).name == coach.name
    assert dump(app) == before


@only_sqlite
def test_only_a_mark_that_may_be_forgotten_does_not_wait_for_the_disk_r9(app, coach) -> None:
    def promise(*, may_be_forgotten: bool) -> object:
        with transaction(may_be_forgotten=may_be_forgotten) as session:
            return session.scalar(text("PRAGMA synchronous"))

    full, normal = 2, 1
    with app.app_context():
        promises = [promise(may_be_forgotten=weak) for weak in (False, True, False, True, False)]
    assert promises == [full, normal, full, normal, full]


def test_what_was_read_before_is_read_again_under_the_lock(app, coach) -> None:
    with app.app_context():
        seen = db.session().get(Coach, 1)
        assert seen.name == coach.name
        with db.engine.connect().execution_options(write=True) as other:
            other.execute(text("UPDATE coach SET name = 'Samuel'"))
            other.commit()
        with transaction() as session:
            assert session.get(Coach, 1).name == "Samuel"


# --------------------------------------------------------------------------------- bad days


@pytest.fixture
def impatient(app, monkeypatch):
    """Wait for a lock not for seconds, but for a moment."""
    monkeypatch.setattr(kit_db, "BUSY_TIMEOUT_S", 0.2)
    monkeypatch.setattr(kit_db, "PAGE_PATIENCE_S", 0.2)
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "connect")
    def _hurry(connection, _record) -> None:
        if engine.dialect.name == "postgresql":
            connection.execute("SET lock_timeout = '200ms'")
            connection.commit()
        else:
            connection.execute("PRAGMA busy_timeout = 200")

    engine.dispose()
    return engine


@contextmanager
def locked_by_somebody(url: str):
    """Hold what every act of writing needs."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE coach, attempt, login IN EXCLUSIVE MODE"))
            connection.execute(text("SELECT pg_advisory_xact_lock(7001, 1)"))
        else:
            connection.connection.driver_connection.isolation_level = None
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        connection.rollback()
    engine.dispose()


def polite_503(page, said: str = "nothing was changed") -> None:
    assert page.headers["Retry-After"] == "5"
    assert said in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.own
def test_a_locked_database_is_a_polite_503_and_heals_by_itself_r8(
    app, coach_web, web, impatient, database_url
) -> None:
    web.get(f"{FREE}/{TUESDAY_9}")
    coach_web.get("/coach/settings")
    before = dump(app)
    with locked_by_somebody(database_url):
        began = time.monotonic()
        polite_503(web.submit(**ANN, status=503))
        assert time.monotonic() - began < 5
        polite_503(coach_web.submit(name="Samuel", status=503))
        web.get(FREE)  # reading goes on
        coach_web.get("/coach/bookings")
    assert dump(app) == before
    book(web)
    coach_web.get("/coach/settings")
    coach_web.submit(name="Samuel")
    assert value(app, "SELECT name FROM coach") == "Samuel"


@pytest.mark.own
def test_what_was_typed_is_kept_and_can_be_sent_again_r8(
    app, coach_web, web, impatient, database_url
) -> None:
    web.get(f"{FREE}/{TUESDAY_9}?tz=Europe/Athens")
    note = 'I froze,\nand "they" <noticed>.'
    with locked_by_somebody(database_url):
        page = web.submit(**ANN, message=note, status=503)
        assert "What you typed is kept here" in page.text
        web.submit(status=503)
    web.submit()
    assert value(app, "SELECT message FROM booking") == note


@pytest.mark.own
def test_signing_in_while_the_database_is_locked_is_a_503_too_r8(
    app, coach, web, impatient, database_url
) -> None:
    web.get("/coach/sign-in")
    with locked_by_somebody(database_url):
        page = web.submit(email=coach.email, password=coach.password, status=503)
        polite_503(page)
        assert coach.password not in page.text
        assert not page.all("form [name=password]")
    web.get("/coach/sign-in")
    web.submit(email=coach.email, password=coach.password)


@pytest.mark.own
def test_a_script_is_told_in_json_that_it_may_come_again_r8(
    app, coach_web, impatient, database_url
) -> None:
    token = coach_web.get("/coach/settings").one("main [name=csrf_token]").attributes["value"]
    with locked_by_somebody(database_url):
        page = coach_web.post(
            "/coach/settings",
            {"csrf_token": token, "name": "Sam", "email": "sam@practice.example"},
            status=503,
            headers={"Accept": "application/json"},
        )
    assert "could not save" in page.json["error"]
    assert page.headers["Retry-After"] == "5"


@only_sqlite
@pytest.mark.parametrize("trouble", ["PRAGMA max_page_count = 1", "PRAGMA query_only = ON"])
@pytest.mark.own
def test_no_room_on_the_disk_means_no_confirmation_r9(app, coach_web, web, trouble: str) -> None:
    web.get(f"{FREE}/{TUESDAY_9}")
    before = dump(app)
    is_full = [True]
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "connect")
    def _fill(connection, _record) -> None:
        if is_full[0]:
            connection.execute(trouble)

    engine.dispose()
    form = web.page
    polite_503(web.submit(**ANN, status=503))
    web.get("/"), coach_web.get("/coach/"), coach_web.get("/coach/clients")  # reading goes on
    is_full[0] = False
    engine.dispose()
    assert dump(app) == before
    assert value(app, "PRAGMA integrity_check") == "ok"
    web.page = form
    web.submit(**ANN)
    assert value(app, "SELECT count(*) FROM booking") == 1


@only_sqlite
@pytest.mark.own
def test_on_a_full_disk_the_coach_can_still_read_after_a_while_r9(app, coach_web, clock) -> None:
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "connect")
    def _fill(connection, _record) -> None:
        connection.execute("PRAGMA query_only = ON")

    engine.dispose()
    clock.move(minutes=30)  # long enough for the login to be marked as in use
    coach_web.get("/coach/clients")


@only_postgres
@pytest.mark.own
def test_connections_that_were_cut_are_made_again_r8(app, coach_web, web, database_url) -> None:
    book(web)
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
    web.get("/")
    coach_web.get("/coach/bookings")
    assert "Ann Lee" in coach_web.page.text


@only_postgres
@pytest.mark.own
@pytest.mark.parametrize("habit", ["datestyle = 'SQL, DMY'", "client_encoding = LATIN1"])
def test_a_server_may_write_dates_and_letters_in_its_own_way(
    app, coach_web, web, mailbox, database_url, habit: str
) -> None:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {engine.url.database} SET {habit}"))
    engine.dispose()
    with app.app_context():
        db.engine.dispose()
    link = book(web, name="李小龍")
    assert "Tuesday 15 June 9:00 am to 9:30 am" in web.get(link).text
    move(web, link, TUESDAY_10)
    coach_web.get("/coach/availability/time-off")
    coach_web.submit("form.form", begins_on="2027-06-16", ends_on="2027-06-18")
    assert "李小龍" in coach_web.get("/coach/bookings").text
    assert deliver(app) == 4


@pytest.mark.settings(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
@only_sqlite
def test_without_any_database_pages_still_say_what_to_do_r8(web, clock) -> None:
    for path in ("/", FREE, "/privacy"):
        polite_503(web.get(path, status=503), "cannot show this page just now")
    assert web.client.get("/healthz", base_url="http://127.0.0.1").get_data() == b"unwell"
    web.get("/nowhere", status=404)
    web.get("/coach/sign-in")


@pytest.mark.own
@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("address", {"email": "sam@elsewhere.example"}),
        ("password", {"password": "kettles at noon"}),
    ],
)
def test_the_coachs_password_is_not_written_into_the_page_that_asks_him_to_wait_r8(
    app, coach, coach_web, impatient, database_url, path: str, typed: dict[str, str]
) -> None:
    coach_web.get(f"/coach/settings/{path}")
    with locked_by_somebody(database_url):
        page = coach_web.submit(**typed, present_password=coach.password, status=503)
    polite_503(page)
    assert coach.password not in page.html
    assert typed.get("password", "-/-") not in page.html


@pytest.mark.engines("postgresql")
def test_who_meets_two_locks_waits_no_longer_than_for_one_r8(app, coach) -> None:
    began = time.monotonic()

    def take_both() -> None:
        with transaction() as session:
            for number in (1, 2):
                session.execute(text(f"SELECT pg_advisory_xact_lock({number})"))

    def let_go(connection, after_s: float) -> None:
        time.sleep(max(began + after_s - time.monotonic(), 0))
        connection.rollback()

    with app.app_context(), ExitStack() as held:
        for number, after_s in ((1, 1.5), (2, 4.0)):
            other = held.enter_context(db.engine.connect())
            other.execute(text(f"SELECT pg_advisory_xact_lock({number})"))
            holder = threading.Thread(target=let_go, args=(other, after_s))
            holder.start()
            held.callback(holder.join)
        be_patient(db.session(), 2.0)
        with pytest.raises(DatabaseBusy):
            take_both()
        took = time.monotonic() - began
    assert 1.5 < took < 3


@pytest.mark.engines("postgresql")
def test_a_savepoint_is_given_up_after_a_long_wait_and_the_act_goes_on(app, coach) -> None:
    with app.app_context():
        be_patient(db.session(), 2.0)
        with transaction() as session:
            with pytest.raises(DBAPIError), session.begin_nested():
                session.execute(text("SELECT 1 / length(CAST(pg_sleep(0.2) AS text))"))
            assert session.scalar(text("SELECT 1")) == 1

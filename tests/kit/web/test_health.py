"""Whether anything can be saved: one word for a monitor, the cause for the coach and the log."""

from __future__ import annotations

import fcntl
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text

from coachcrm.app import make_worker
from coachcrm.bare import set_up_log
from coachcrm.check import CheckLine, report
from coachcrm.kit.data.db import db
from coachcrm.kit.data.saving import saving
from coachcrm.kit.data.troubles import Trouble
from coachcrm.outbox.delivery.worker import Worker
from tests.support.cast import ANN, FREE, TUESDAY_9, book

pytestmark = pytest.mark.own
SavesNothing = Callable[[str], AbstractContextManager[None]]
CAUSES = {
    "sqlite": {
        "PRAGMA max_page_count = 1": "the disk is full",
        "PRAGMA query_only = ON": "the database can only be read",
    },
    "postgresql": {
        "SET default_transaction_read_only = on": "the database can only be read",
    },
}


@pytest.fixture(params=[0, 1])
def trouble(app, request) -> tuple[str, str]:
    """What makes a connection unable to write, and what that is called."""
    with app.app_context():
        causes = [*CAUSES[db.engine.dialect.name].items()]
    if request.param >= len(causes):
        pytest.skip("this database has no more of them")
    return causes[request.param]


@pytest.fixture
def saves_nothing(app) -> SavesNothing:
    with app.app_context():
        engine = db.engine

    @contextmanager
    def saves_nothing(statement: str) -> Iterator[None]:
        def cripple(connection, _record) -> None:
            connection.execute(statement)
            connection.commit()

        event.listen(engine, "connect", cripple)
        engine.dispose()
        yield
        event.remove(engine, "connect", cripple)
        engine.dispose()

    return saves_nothing


def healthz(web) -> tuple[int, str]:
    answer = web.client.get("/healthz", base_url="http://127.0.0.1")
    return answer.status_code, answer.get_data(as_text=True)


@contextmanager
def at_work(worker: Worker) -> Iterator[None]:
    worker._stop.clear()
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def log_lines(capfd) -> list[dict]:
    return [json.loads(line) for line in capfd.readouterr().err.splitlines() if line[:1] == "{"]


def test_healthz_says_unwell_while_nothing_can_be_saved_and_no_more_r9_s70(
    web, coach, trouble, saves_nothing
) -> None:
    assert healthz(web) == (200, "ok")
    web.get(f"{FREE}/{TUESDAY_9}")
    with saves_nothing(trouble[0]):
        page = web.submit(**ANN, status=503)
        assert trouble[1] not in page.text
        assert healthz(web) == (503, "unwell")
    assert healthz(web) == (200, "ok")


def test_a_monitor_finds_it_before_anybody_has_pressed_a_button_r9(
    web, coach, trouble, saves_nothing, monkeypatch
) -> None:
    monkeypatch.setattr("coachcrm.kit.web.health.TRIED_LATELY_S", 0)
    with saves_nothing(trouble[0]):
        assert healthz(web) == (503, "unwell")
    assert healthz(web) == (200, "ok")


def test_today_names_the_cause_as_long_as_it_lasts_r9(
    web, coach_web, trouble, saves_nothing
) -> None:
    web.get(f"{FREE}/{TUESDAY_9}")
    assert "Nothing can be saved" not in coach_web.get("/coach/").text
    with saves_nothing(trouble[0]):
        web.submit(**ANN, status=503)
        assert f"Nothing can be saved: {trouble[1]}." in coach_web.get("/coach/").text
    assert "Nothing can be saved" not in coach_web.get("/coach/").text
    book(web)


def test_check_names_the_cause_too_r9(app, web, settings, coach, trouble, saves_nothing) -> None:
    with saves_nothing(trouble[0]):
        lines = {line.subject: line for line in report(app, settings)}
    assert lines["Database"] == CheckLine("Database", f"nothing can be saved: {trouble[1]}.", False)
    assert healthz(web) == (200, "ok")


def test_the_log_names_the_cause_once_and_says_when_it_is_over_r9(
    app, web, coach, saves_nothing, capfd, monkeypatch
) -> None:
    monkeypatch.setattr("coachcrm.outbox.delivery.worker.LOOK_EVERY_S", 0.01)
    monkeypatch.setattr("coachcrm.outbox.delivery.worker.BEAT_EVERY_S", 0)
    set_up_log()
    assert healthz(web) == (200, "ok")
    with app.app_context():
        read_only = [*CAUSES[db.engine.dialect.name]][-1]
    worker, said = make_worker(app), []

    def wait_for(event: str) -> None:
        end = time.monotonic() + 20
        while event not in [line["event"] for line in said]:
            assert time.monotonic() < end, said
            time.sleep(0.05)
            said.extend(log_lines(capfd))

    with saves_nothing(read_only), at_work(worker):
        wait_for("worker_waits_for_database")
        time.sleep(0.3)  # some more rounds, which have nothing new to say
    with at_work(worker):
        wait_for("worker_goes_on")
    told = [line for line in said if "cause" in line or "trouble" in line]
    assert [(line["event"], line.get("cause", line.get("trouble"))) for line in told] == [
        ("nothing_can_be_saved", "the database can only be read"),
        ("worker_waits_for_database", "the database can only be read"),
    ]
    assert "saving_again" in [line["event"] for line in said]


@contextmanager
def hung(settings) -> Iterator[None]:
    """Let another process of the server hang while it is its turn to write."""
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    with path.with_name(f"{path.name}.writing").open("w") as place:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield


@pytest.mark.engines("sqlite")
def test_a_process_that_hangs_while_it_writes_is_told_as_any_other_trouble_r9(
    web, coach_web, settings, capfd
) -> None:
    set_up_log()
    assert healthz(web) == (200, "ok")
    web.get(f"{FREE}/{TUESDAY_9}")
    with hung(settings):
        web.submit(**ANN, status=503)
        assert healthz(web) == (503, "unwell")
        held = "Nothing can be saved: another program holds the database."
        assert held in coach_web.get("/coach/").text
    assert healthz(web) == (200, "ok")
    told = [(line["event"], line.get("cause")) for line in log_lines(capfd)]
    assert [line for line in told if line[0] in {"nothing_can_be_saved", "saving_again"}] == [
        ("nothing_can_be_saved", "another program holds the database"),
        ("saving_again", None),
    ]


@contextmanager
def held_by_somebody(app) -> Iterator[Callable[[], None]]:
    """Let another program hold the database, until it is let go."""
    with app.app_context():
        engine = db.engine
    with engine.connect().execution_options(write=True) as connection:
        connection.execute(text("SELECT 1"))
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE attempt, login IN EXCLUSIVE MODE"))
        yield connection.rollback


def said_of_saving(capfd) -> list[str]:
    said = [line["event"] for line in log_lines(capfd)]
    return [event for event in said if event in {"nothing_can_be_saved", "saving_again"}]


def test_a_monitor_that_looks_while_somebody_saves_for_a_moment_is_not_alarmed_r9(
    app, web, coach, capfd, monkeypatch
) -> None:
    set_up_log()
    monkeypatch.setattr("coachcrm.kit.web.health.TRIED_LATELY_S", 0)
    assert healthz(web) == (200, "ok")
    with held_by_somebody(app) as let_go:
        moment = threading.Timer(0.6, let_go)
        moment.start()
        assert healthz(web) == (200, "ok")
        moment.join()
    assert said_of_saving(capfd) == []


def test_a_page_that_does_not_wait_for_a_lock_tells_nobody_r9(
    app, web, coach_web, clock, capfd
) -> None:
    set_up_log()
    assert healthz(web) == (200, "ok")
    clock.move(minutes=6)
    with held_by_somebody(app):
        assert "Nothing can be saved" not in coach_web.get("/coach/").text
    assert said_of_saving(capfd) == []


def test_a_monitor_finds_a_lock_that_lasts_before_anybody_has_pressed_a_button_r9(
    app, web, coach, capfd, monkeypatch
) -> None:
    set_up_log()
    monkeypatch.setattr("coachcrm.kit.web.health.TRIED_LATELY_S", 0)
    assert healthz(web) == (200, "ok")
    with held_by_somebody(app):
        assert healthz(web) == (503, "unwell")
        began = time.monotonic()
        assert healthz(web) == (503, "unwell")
        assert time.monotonic() - began < 2, "what is known already needs a glance"
    assert healthz(web) == (200, "ok")
    assert said_of_saving(capfd) == ["nothing_can_be_saved", "saving_again"]


@pytest.mark.engines("sqlite")
def test_who_gives_up_behind_others_who_save_tells_nobody_r9(app, web, coach, capfd) -> None:
    set_up_log()
    assert healthz(web) == (200, "ok")
    came = time.monotonic() - 5
    saving.tried(None, since=came + 1)
    saving.tried(Trouble.LOCKED, since=came)
    assert healthz(web) == (200, "ok")
    assert said_of_saving(capfd) == []

"""A database file that is moved away, replaced or missing: nobody is told what lives nowhere."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from coachcrm.app import create_app
from coachcrm.kit.data.db import db, transaction
from tests.support.applications import close
from tests.support.cast import ANN, FREE, TUESDAY_9, ask, book, change, value
from tests.support.remote import book as book_remotely
from tests.support.remote import fetch, free_times

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.own]


@pytest.fixture
def file(database_url) -> Path:
    return Path(database_url.removeprefix("sqlite:///"))


def healthz(web) -> bytes:
    return web.client.get("/healthz", base_url="http://127.0.0.1").get_data()


def test_nobody_is_told_of_a_booking_in_a_file_that_was_moved_away(
    app, coach, web, file: Path
) -> None:
    web.get(f"{FREE}/{TUESDAY_9}")
    form = web.page
    away = file.rename(file.with_name("moved.sqlite3"))
    page = web.submit(**ANN, status=503)
    assert "nothing was changed" in page.text
    assert page.headers["Retry-After"]
    page = web.get("/", status=503)
    assert "We cannot show this page just now." in page.text
    assert "typed" not in page.text
    assert healthz(web) == b"unwell"
    assert not file.exists(), "an empty database stands where the real one was"

    away.rename(file)
    assert value(app, "SELECT count(*) FROM booking") == 0
    web.page = form
    web.submit(**ANN)
    assert value(app, "SELECT count(*) FROM booking") == 1


def test_nor_of_one_in_a_file_that_was_deleted(app, coach, web, file: Path) -> None:
    web.get(f"{FREE}/{TUESDAY_9}")
    file.unlink()
    web.submit(**ANN, status=503)
    assert not file.exists()


def test_no_page_that_was_kept_is_shown_for_a_file_that_was_moved_away(
    coach, visitor, file: Path
) -> None:
    web = visitor()
    kept = web.get(FREE).octets
    assert web.get(FREE).octets == kept
    away = file.rename(file.with_name("moved.sqlite3"))
    web.get(FREE, status=503)
    away.rename(file)
    assert web.get(FREE).octets == kept


def test_another_file_in_its_place_is_left_alone_until_a_new_start(
    app, coach, web, file: Path
) -> None:
    book(web)
    away = file.rename(file.with_name("moved.sqlite3"))
    shutil.copy(away, file)
    before = file.read_bytes()
    web.get(FREE, status=503)
    with app.app_context():
        db.session.remove()
        with pytest.raises(OperationalError, match="another one than at the start"):
            db.engine.connect().begin()
    assert file.read_bytes() == before
    close(app)  # a program that ends and starts again opens what is there
    web.get("/")


def test_an_act_that_is_under_way_when_the_file_goes_is_not_kept(
    app, coach, web, file: Path
) -> None:
    with app.app_context():
        with pytest.raises(Exception, match="could not save"), transaction() as session:  # noqa: PT012 - one act
            session.connection().exec_driver_sql("UPDATE coach SET name = 'Samuel'")
            away = file.rename(file.with_name("moved.sqlite3"))
        away.rename(file)
        assert value(app, "SELECT name FROM coach") == coach.name
    change(app, "UPDATE coach SET name = 'Sammy'")  # no lock stays behind
    assert value(app, "SELECT name FROM coach") == "Sammy"


def test_a_program_that_finds_no_file_makes_none(settings, file: Path) -> None:
    file.unlink()
    app = create_app(settings)
    with app.app_context(), pytest.raises(OperationalError):
        db.engine.connect()
    close(app)
    assert not file.exists()


def test_a_running_server_confirms_nothing_and_heals_when_the_file_is_back(
    coach, serve, file: Path
) -> None:
    url = serve("--processes", "2").url
    times = free_times(url)
    assert book_remotely(url, times[0], 1).status == 303
    away = file.rename(file.with_name("moved.sqlite3"))
    assert {fetch(url, "/").status for _ in range(6)} == {503}
    assert fetch(url, "/healthz").status == 503
    assert not file.exists()
    away.rename(file)
    assert book_remotely(url, times[2], 2).status == 303
    assert ask(f"sqlite:///{file}", "SELECT count(*) FROM booking") == [(2,)]
    with closing(sqlite3.connect(file)) as found:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)

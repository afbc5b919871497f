"""Processes write to one SQLite database in the order in which they came."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from coachcrm.kit.data.db import db
from coachcrm.kit.data.writers_line import WritersLine
from coachcrm.kit.errors import DatabaseBusy
from tests.support.cast import TUESDAY_9, book, value

HOLD = """
import sys, time
from pathlib import Path
from coachcrm.kit.data.writers_line import WritersLine
with WritersLine(Path(sys.argv[1])).turn(time.monotonic() + 9):
    print("mine", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def database(tmp_path) -> Path:
    return tmp_path / "coachcrm.sqlite3"


def soon() -> float:
    return time.monotonic() + 9


def wait_until_somebody_is_next(database: Path) -> None:
    with database.with_name(f"{database.name}.next").open("w") as place:
        until = soon()
        while time.monotonic() < until:
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            fcntl.flock(place, fcntl.LOCK_UN)
            time.sleep(0.01)
    pytest.fail("nobody stands in the line")


def test_who_has_just_written_stands_behind_who_waits(database) -> None:
    """Each line is that of a process of its own: locks on files know no threads."""
    told: list[str] = []
    busy, idle = WritersLine(database), WritersLine(database)

    def wait() -> None:
        with idle.turn(soon()):
            told.append("the other")

    other = threading.Thread(target=wait)
    with busy.turn(soon()):
        told.append("first")
        other.start()
        wait_until_somebody_is_next(database)
    for _ in range(20):
        with busy.turn(soon()):
            told.append("again")
    other.join()
    assert told[:3] == ["first", "the other", "again"]


def test_only_one_at_a_time_writes(database) -> None:
    inside, most = 0, 0

    def write(line: WritersLine) -> None:
        nonlocal inside, most
        for _ in range(50):
            with line.turn(soon()):
                inside += 1
                most = max(most, inside)
                time.sleep(0.0002)  # or no other thread would look in meanwhile
                inside -= 1

    writers = [
        threading.Thread(target=write, args=[line])
        for line in [WritersLine(database) for _ in range(3)]
        for _ in range(2)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert most == 1


def test_the_death_of_a_process_ends_its_turn(database) -> None:
    command = [sys.executable, "-c", HOLD, str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "mine\n"
        with pytest.raises(DatabaseBusy), WritersLine(database).turn(time.monotonic() + 0.05):
            pass
        writer.send_signal(signal.SIGKILL)
    with WritersLine(database).turn(soon()):
        pass


def test_who_gives_up_leaves_the_line(database) -> None:
    first, second, third = (WritersLine(database) for _ in range(3))
    with first.turn(soon()), pytest.raises(DatabaseBusy), second.turn(time.monotonic() + 0.02):
        pass
    with third.turn(soon()), pytest.raises(DatabaseBusy), second.turn(time.monotonic() + 0.02):
        pass
    with second.turn(soon()):
        pass


def test_where_no_file_can_be_made_the_database_waits_by_itself(tmp_path, capsys) -> None:
    line = WritersLine(tmp_path / "nowhere" / "coachcrm.sqlite3")
    for _ in range(2):
        with line.turn(soon()):
            pass
    assert capsys.readouterr().out.count("no_line_for_writers") == 1


@pytest.mark.own
@pytest.mark.engines("sqlite")
def test_a_booking_is_made_where_a_file_of_the_line_cannot_be_written(
    app, coach, web, capsys
) -> None:
    with app.app_context():
        database = Path(db.engine.url.database)
    place = database.with_name(f"{database.name}.next")
    place.unlink(missing_ok=True)
    place.mkdir()
    book(web, TUESDAY_9)
    assert value(app, "SELECT count(*) FROM booking") == 1
    told = capsys.readouterr()
    assert f"The file {place} cannot be used" in told.out + told.err
    place.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can work beside another user's server")
def test_a_command_of_root_leaves_the_line_to_the_user_of_the_server(database) -> None:
    os.chown(database.parent, 1234, 1234)
    with WritersLine(database).turn(soon()):
        pass
    places = [database.with_name(f"{database.name}.{name}") for name in ("next", "writing")]
    assert {(place.stat().st_uid, place.stat().st_gid) for place in places} == {(1234, 1234)}

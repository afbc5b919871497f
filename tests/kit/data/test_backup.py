"""A copy of everything in one file, made while the program runs; `test_restore` puts it back."""

from __future__ import annotations

import json
import re
import sqlite3
import stat
import threading
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from contextlib import closing

import pytest

from coachcrm.kit.data.postgres_tools import libpq_url
from tests.conftest import KEY
from tests.support.cast import ANN, FREE, ask

pytestmark = pytest.mark.usefixtures("postgres_tools")
only_sqlite = pytest.mark.engines("sqlite")


@only_sqlite
def test_the_copy_holds_the_key_and_is_for_its_owner_alone_s72(coach, command, tmp_path) -> None:
    file = tmp_path / "copy.zip"
    assert str(file) in command("backup", str(file)).stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        assert archive.read("secret_key").decode().split() == [KEY]


@only_sqlite
def test_a_copy_takes_the_place_of_an_older_copy_and_of_nothing_else(
    coach, command, tmp_path
) -> None:
    copy, other = tmp_path / "copy.zip", tmp_path / "my accounts.zip"
    command("backup", str(copy))
    command("backup", str(copy))
    for held in ("precious", ""):
        other.write_text(held)
        done = command("backup", str(other), status=1)
        assert "choose another name" in done.stderr
        assert other.read_text() == held


def book_over_http(url: str) -> None:
    with urllib.request.urlopen(url) as page:
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())[1]
    answers = {**ANN, "csrf_token": token}
    with urllib.request.urlopen(url, urllib.parse.urlencode(answers).encode()) as page:
        assert "/booking/" in page.url


def test_copies_made_while_people_book_hold_all_that_was_confirmed_r14(
    coach, server, command, database_url, tmp_path
) -> None:
    confirmed, stop = [], threading.Event()

    def visit() -> None:
        with urllib.request.urlopen(f"{server.url}{FREE}") as page:
            listed = page.read().decode()
        starts = re.findall(rf"{FREE}/([0-9]{{8}}T[0-9]{{6}}Z)", listed)
        for start in dict.fromkeys(starts):
            if stop.is_set():
                return
            try:
                book_over_http(f"{server.url}{FREE}/{start}")
            except urllib.error.HTTPError as taken:
                taken.close()
                if taken.code != 409:  # too close to the one before
                    raise
                continue
            confirmed.append(start)

    visitor = threading.Thread(target=visit)
    visitor.start()
    for number in range(2):
        known = len(confirmed)
        file = tmp_path / f"copy-{number}.zip"
        command("backup", str(file))
        with zipfile.ZipFile(file) as archive:
            name = json.loads(archive.read("about.json"))["database"]
            archive.extract(name, tmp_path / str(number))
        if name.endswith("sqlite3"):
            with closing(sqlite3.connect(tmp_path / str(number) / name)) as copy:
                assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert copy.execute("SELECT count(*) FROM booking").fetchone()[0] >= known
    stop.set()
    visitor.join()
    assert confirmed
    assert ask(database_url, "SELECT count(*) FROM booking") == [(len(confirmed),)]


@only_sqlite
def test_the_commands_say_it_in_a_sentence_and_end_with_1(command, tmp_path) -> None:
    (tmp_path / "wrong").write_text("no backup")
    for arguments in (
        ("restore", "wrong"),
        ("backup", "wrong/copy.zip"),
        ("backup", "no/copy.zip"),
    ):
        done = command(*arguments, status=1)
        assert "Traceback" not in done.stderr
        assert done.stderr.strip().endswith((".", ")."))
        assert "\n" not in done.stderr.strip()
    assert [path.name for path in tmp_path.glob(".*")] == []


@only_sqlite
def test_the_password_of_the_database_is_no_argument_s69() -> None:
    url = "postgresql+psycopg://sam:hu%40sh@db.example:5433/coach?sslmode=require"
    bare = libpq_url(url)
    assert bare == "postgresql://sam@db.example:5433/coach?sslmode=require"

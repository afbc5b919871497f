"""A copy of everything in one file, put back on an empty machine: old letters' links still work."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import stat
import threading
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import create_engine

from coachcrm.app import create_app
from coachcrm.kit.data import backup
from coachcrm.kit.data.backup import BackupTrouble, read_backup, write_backup
from coachcrm.kit.data.db import db
from coachcrm.kit.resources import load_config
from tests.conftest import KEY, missing
from tests.support.cast import ANN, FREE, ask, book, dump_of
from tests.support.pages import Visitor

only_sqlite = pytest.mark.engines("sqlite")
OTHER_KEY = "another-key-0123456789-zyxwvutsrqponm"


@pytest.fixture(autouse=True)
def _tools(request) -> None:
    """Skip on PostgreSQL where its own programs for copies are not on this machine."""
    if "postgresql" in request.node.name and not shutil.which("pg_dump"):
        missing("no pg_dump")


def rows_of(url: str) -> dict[str, list]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        return dump_of(engine, but=("worker_beat", "outbox_message"))
    finally:
        engine.dispose()


@pytest.fixture
def empty_machine(environment, tmp_path, empty_database_url):
    """Give the environment of another machine: another folder, another key, an empty database."""
    return {
        **environment,
        "COACHCRM_INSTANCE": str(tmp_path / "elsewhere"),
        "COACHCRM_DATABASE_URL": empty_database_url,
    }


@pytest.mark.settings(SECRET_KEY=None)
def test_restored_on_an_empty_machine_old_links_work_and_no_letter_goes_out_again_r15(
    app, coach_web, web, command, environment, empty_machine, database_url, tmp_path
) -> None:
    link = book(web)
    file = tmp_path / "copy.zip"
    assert str(file) in command("backup", str(file)).stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = rows_of(database_url)

    environment.clear()
    environment.update(empty_machine)
    said = command("restore", str(file)).stdout
    assert "Everything is put back." in said
    assert "2 letters waited" in said
    # Nobody is signed in afterwards: a login that was ended since must not come back (S9).
    assert rows_of(empty_machine["COACHCRM_DATABASE_URL"]) == {**before, "login": []}
    assert ask(
        empty_machine["COACHCRM_DATABASE_URL"], "SELECT DISTINCT state FROM outbox_message"
    ) == [("dropped",)]
    settings = load_config().load({**empty_machine, "COACHCRM_BASE_URL": "http://127.0.0.1"})
    restored = create_app(settings)
    visitor = Visitor(restored.test_client(), settings.base_url)
    assert "9:00 am" in visitor.get(link).h1
    with restored.app_context():
        db.session.remove()
        db.engine.dispose()


@only_sqlite
def test_what_was_signed_after_the_copy_stays_good_too_r15_s68(
    command, environment, tmp_path
) -> None:
    file, key = tmp_path / "copy.zip", tmp_path / "instance" / "secret_key"
    environment.pop("COACHCRM_SECRET_KEY")
    command("backup", str(file))
    old = key.read_text().strip()
    key.write_text(f"{OTHER_KEY}\n")
    command("restore", str(file))
    assert key.read_text().split() == [old, OTHER_KEY]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@only_sqlite
def test_a_key_from_outside_stays_so_s68(command, tmp_path) -> None:
    file = tmp_path / "copy.zip"
    command("backup", str(file))
    command("restore", str(file))
    assert not (tmp_path / "instance" / "secret_key").exists()
    with zipfile.ZipFile(file) as archive:
        assert archive.read("secret_key").decode().split() == [KEY]


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


# ----------------------------------------------------------------------------------- bad files


def zip_of(path, **entries: bytes):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in entries.items():
            archive.writestr(name.replace("__", "."), octets)


@pytest.fixture
def before(coach, database_url) -> dict[str, list]:
    return rows_of(database_url)


GOOD = {"about__json": b'{"format": 1, "database": "database.sqlite3", "schema": "0001"}'}
WRONG = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("a letter"),
    "zip of something else": lambda path: zip_of(path, picture__png=b"x"),
    "a list": lambda path: zip_of(path, about__json=b"[]", secret_key=b"k"),
    "no json": lambda path: zip_of(path, about__json=b"{", secret_key=b"k"),
    "no database": lambda path: zip_of(path, **GOOD, secret_key=b"k"),
    "no key": lambda path: zip_of(path, **GOOD, database__sqlite3=b"x"),
    "no sqlite": lambda path: zip_of(
        path, **GOOD, secret_key=KEY.encode(), database__sqlite3=b"x" * 5000
    ),
    "a key of no text": lambda path: zip_of(
        path, **GOOD, secret_key=b"\xff", database__sqlite3=b"x"
    ),
    "another database": lambda path: zip_of(
        path, about__json=b'{"database": "database.pgdump", "schema": "0001"}', secret_key=b"k"
    ),
    "a newer version": lambda path: zip_of(
        path, about__json=b'{"database": "database.sqlite3", "schema": "9999"}', secret_key=b"k"
    ),
}


@only_sqlite
@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_file_is_refused_with_a_sentence_and_nothing_changes_s72(
    settings, before, database_url, tmp_path, kind: str
) -> None:
    file = tmp_path / "copy.zip"
    WRONG[kind](file)
    with pytest.raises(BackupTrouble) as told:
        read_backup(settings, file)
    assert str(told.value).endswith((".", ")."))
    assert rows_of(database_url) == before


@only_sqlite
def test_a_damaged_file_is_refused_with_a_sentence_and_nothing_changes_s72(
    settings, before, database_url, tmp_path
) -> None:
    good = tmp_path / "good.zip"
    write_backup(settings, good)
    octets = good.read_bytes()
    for at in range(100, len(octets) - 400, max(1, len(octets) // 12)):
        file = tmp_path / "copy.zip"
        file.write_bytes(
            octets[:at] + bytes(b ^ 0x5A for b in octets[at : at + 60]) + octets[at + 60 :]
        )
        with pytest.raises(BackupTrouble):
            read_backup(settings, file)
    (tmp_path / "copy.zip").write_bytes(octets[: len(octets) // 2])
    with pytest.raises(BackupTrouble):
        read_backup(settings, tmp_path / "copy.zip")
    assert rows_of(database_url) == before


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
def test_the_password_of_the_database_is_no_argument_s69(settings) -> None:
    url = "postgresql+psycopg://sam:hu%40sh@db.example:5433/coach?sslmode=require"
    bare = backup._libpq_url(replace(settings, database_url=url))
    assert bare == "postgresql://sam@db.example:5433/coach?sslmode=require"

"""A key or a database that is lost is never made anew in silence; the first start makes both."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.support.cast import ask, dump_of

only_sqlite = pytest.mark.engines("sqlite")
pytestmark = [pytest.mark.settings(SECRET_KEY=None), pytest.mark.own]
KEY = "0123456789-abcdefghijklmnop-QRSTUV"


@pytest.fixture
def instance(tmp_path) -> Path:
    return tmp_path / "instance"


@pytest.fixture
def practice(command, instance) -> Path:
    """Give the folder of a practice that has had a start, its key in it."""
    instance.mkdir()
    (instance / "secret_key").write_text(f"{KEY}\n")
    command("migrate")
    return instance


def lose(url: str) -> None:
    """Let the database be as if it had never been."""
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).unlink()
        return
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    engine.dispose()


def sentence_of(done) -> str:
    said = done.stderr.strip()
    assert "\n" not in said
    assert said.endswith(".")
    assert "coachcrm restore FILE" in said
    assert "new-beginning" in said
    assert done.stdout == ""
    return said


# --------------------------------------------------------------------------------- the key is lost


def test_beside_a_database_no_new_key_is_made_in_silence_s68(command, practice) -> None:
    key = practice / "secret_key"
    key.unlink()
    said = sentence_of(command("serve", "--port", "0", status=1))
    assert f"The secret key {key} is missing" in said
    assert not key.exists()


def test_nor_where_the_whole_folder_is_lost_s68(command, environment, practice, tmp_path) -> None:
    # As on a second machine whose worker was not given the key. No mark is needed to see that.
    environment["COACHCRM_INSTANCE"] = str(tmp_path / "another")
    environment["COACHCRM_BASE_URL"] = "https://book.example.org"
    assert "secret_key is missing" in sentence_of(command("worker", status=1))
    assert not (tmp_path / "another" / "secret_key").exists()


@only_sqlite
def test_a_backup_without_its_key_is_not_made_s72(command, practice, tmp_path) -> None:
    (practice / "secret_key").unlink()
    assert "is missing" in command("backup", "copy.zip", status=1).stderr
    assert not (tmp_path / "copy.zip").exists()


@only_sqlite
def test_check_makes_neither_key_nor_database_and_names_what_is_lost(
    command, practice, environment
) -> None:
    file = Path(environment["COACHCRM_DATABASE_URL"].removeprefix("sqlite:///"))
    (practice / "secret_key").unlink()
    said = command("check", status=1).stdout
    assert "\nDatabase: good" in said
    assert said.startswith(f"Configuration: The secret key {practice}/secret_key is missing")
    file.unlink()
    assert f"Database: The database {file} is missing" in command("check", status=1).stdout
    assert not (practice / "secret_key").exists()
    assert not file.exists()


def test_a_new_beginning_with_another_key_keeps_the_database(
    command, practice, environment
) -> None:
    key = practice / "secret_key"
    command("demo")
    before = _rows(environment)
    key.unlink()
    said = command("new-beginning").stdout
    assert "links in the letters that people have will be dead" in said
    assert "stays as it is" in said
    assert "Nothing was changed. To do it: coachcrm new-beginning --yes" in said
    assert not key.exists()
    assert "Done" in command("new-beginning", "--yes").stdout
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    command("migrate")
    assert _rows(environment) == before


def _rows(environment) -> dict[str, list]:
    url = environment["COACHCRM_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url)
    try:
        return dump_of(engine)
    finally:
        engine.dispose()


# ---------------------------------------------------------------------------- the database is lost


def test_where_there_has_been_a_database_no_other_is_made_in_silence_s72(
    command, practice, environment
) -> None:
    url = environment["COACHCRM_DATABASE_URL"]
    lose(url)
    lack = "is missing" if url.startswith("sqlite") else "is empty"
    said = sentence_of(command("serve", "--port", "0", status=1))
    assert f"{lack}, though there has been one" in said
    if url.startswith("sqlite"):
        assert not Path(url.removeprefix("sqlite:///")).exists()


@only_sqlite
@pytest.mark.parametrize("maker", ["migrate", "demo"])
def test_nor_by_any_other_command_that_would_make_one(
    command, practice, environment, maker: str
) -> None:
    lose(environment["COACHCRM_DATABASE_URL"])
    assert "is missing, though" in sentence_of(command(maker, status=1))


@only_sqlite
@pytest.mark.parametrize("octets", [b"", b"half a page"])
def test_an_empty_or_torn_file_is_not_taken_for_a_new_beginning(
    command, practice, environment, octets: bytes
) -> None:
    file = Path(environment["COACHCRM_DATABASE_URL"].removeprefix("sqlite:///"))
    file.write_bytes(octets)
    said = command("serve", "--port", "0", status=1).stderr
    assert "is empty, though there has been one" in said or "not a database" in said
    assert file.read_bytes() == octets


@only_sqlite
def test_a_forgotten_setting_does_not_open_an_empty_practice(
    command, practice, environment, tmp_path
) -> None:
    was_at = environment.pop("COACHCRM_DATABASE_URL").removeprefix("sqlite:///")
    said = sentence_of(command("serve", "--port", "0", status=1))
    assert f"This practice is kept in the database {was_at}" in said
    assert f"now says {practice}/coachcrm.sqlite3, which is missing" in said
    assert not (practice / "coachcrm.sqlite3").exists()


def test_a_key_from_the_environment_changes_nothing_about_a_lost_database(
    command, practice, environment
) -> None:
    environment["COACHCRM_SECRET_KEY"] = KEY
    lose(environment["COACHCRM_DATABASE_URL"])
    sentence_of(command("migrate", status=1))


@only_sqlite
def test_a_new_beginning_without_the_database_says_what_is_left_and_then_begins(
    command, practice, environment
) -> None:
    url = environment["COACHCRM_DATABASE_URL"]
    key = (practice / "secret_key").read_text()
    lose(url)
    said = command("new-beginning").stdout
    assert "clients, bookings, notes, letters and your sign-in" in said
    command("migrate", status=1)
    command("new-beginning", "--yes")
    command("migrate")
    assert ask(url, "SELECT count(*) FROM coach") == [(0,)]
    assert (practice / "secret_key").read_text() == key


@only_sqlite
def test_nothing_is_left_behind_where_nothing_is_missing(command, practice, environment) -> None:
    command("demo")
    before = _rows(environment)
    for arguments in ((), ("--yes",)):
        said = command("new-beginning", *arguments, status=1).stderr
        assert said == "Nothing is missing here, so nothing was changed.\n"
    assert _rows(environment) == before


# ------------------------------------------------------------------------------- the first start


@only_sqlite
def test_a_first_start_that_forgot_a_setting_does_not_hinder_the_next(
    command, environment, instance, tmp_path
) -> None:
    environment["COACHCRM_DATABASE_URL"] = "postgresql://sam:hush@127.0.0.1:1/coach"
    command("migrate", status=1)
    (instance / "secret_key").write_text(f"{KEY}\n")
    environment["COACHCRM_DATABASE_URL"] = f"sqlite:///{tmp_path}/right.sqlite3"
    command("migrate")


@pytest.mark.settings(SECRET_KEY=KEY)
def test_a_key_from_the_environment_is_no_sign_of_a_database(
    command, environment, empty_database_url, instance
) -> None:
    environment["COACHCRM_DATABASE_URL"] = empty_database_url
    command("migrate")
    assert not (instance / "secret_key").exists()


def test_the_mark_names_the_database_without_its_password_for_its_owner_alone_s69_s71(
    practice, environment
) -> None:
    mark = practice / "database_mark"
    assert stat.S_IMODE(mark.stat().st_mode) == 0o600
    url, said = environment["COACHCRM_DATABASE_URL"], mark.read_text()
    assert make_url(url).database in said.partition("\n")[0]
    assert "@" not in said


@only_sqlite
def test_check_tells_of_a_key_that_a_setting_has_put_out_of_use_s68(
    command, practice, environment
) -> None:
    environment["COACHCRM_SECRET_KEY"] = KEY[::-1]
    said = command("check", status=1).stdout
    assert f"the key in {practice}/secret_key does not count" in said
    environment["COACHCRM_SECRET_KEY"] = f"{KEY[::-1]} {KEY}"
    assert "does not count" not in command("check", status=1).stdout

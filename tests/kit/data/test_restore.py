"""A backup put back: only over what nobody uses, only a whole one, and what was there is kept."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
import stat
import struct
import subprocess
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from coachcrm.app import create_app
from coachcrm.bookings.offer.operations import pictures
from coachcrm.kit.data import running
from coachcrm.kit.data.archive import BackupTrouble
from coachcrm.kit.data.backup import write_backup
from coachcrm.kit.data.db import transaction
from coachcrm.kit.data.migrate import downgrade, head
from coachcrm.kit.data.restore import NotUndone
from coachcrm.kit.resources import load_config
from coachcrm.restore import restore
from tests.conftest import KEY
from tests.support.applications import close
from tests.support.cast import FREE, RAVI, TUESDAY_9, TUESDAY_10, ask, book, dump_of, move
from tests.support.pages import Visitor

pytestmark = [pytest.mark.own, pytest.mark.usefixtures("postgres_tools")]
only_sqlite = pytest.mark.engines("sqlite")
only_postgres = pytest.mark.engines("postgresql")
PAGE = f"{FREE}?from=2027-06-15"
OTHER_KEY = "another-key-0123456789-zyxwvutsrqponm"


def change(url: str, statement: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def rows_of(url: str) -> dict[str, list]:
    """Return every row but the letters'; what a restore counts on from elsewhere is left out.

    That is the SEQUENCE of bookings, and the versions of the offer.
    """
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        found = dump_of(engine, but=("worker_beat", "outbox_message", "booking", "coach"))
    finally:
        engine.dispose()
    columns = "public_id, uid, status, starts_at, ends_at, name, email, version, stamp_at"
    return {
        **found,
        "booking": ask(url, f"SELECT {columns} FROM booking ORDER BY id"),
        "coach": ask(url, "SELECT id, email, name, password_hash FROM coach"),
    }


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "copy.zip"


@pytest.fixture
def instance(tmp_path) -> Path:
    return tmp_path / "instance"


def kept_in(said: str) -> Path:
    """Return where a restore has kept what was there."""
    return Path(re.search(r"^What was here before is in (\S+)\. ", said, re.MULTILINE)[1])


# ------------------------------------------------------------------------------- on a good day


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
    app, coach_web, web, command, environment, empty_machine, database_url, file: Path
) -> None:
    link = book(web)
    with app.app_context(), transaction() as session:
        pictures.keep_photo(session, 1, {"480.jpg": bytes(range(256)) * 80})
    command("backup", str(file))
    before = rows_of(database_url)
    assert before["coach_picture"], "the photo is part of it"

    environment.clear()
    environment.update(empty_machine)
    said = command("restore", str(file)).stdout
    assert "Everything is put back." in said
    assert "2 letters waited" in said
    assert "before" not in said, "there was nothing here"
    # Nobody is signed in afterwards: a login that was ended since must not come back (S9).
    assert rows_of(empty_machine["COACHCRM_DATABASE_URL"]) == {**before, "login": []}
    assert ask(
        empty_machine["COACHCRM_DATABASE_URL"], "SELECT DISTINCT state FROM outbox_message"
    ) == [("dropped",)]
    command("migrate")
    settings = load_config().load({**empty_machine, "COACHCRM_BASE_URL": "http://127.0.0.1"})
    restored = create_app(settings)
    visitor = Visitor(restored.test_client(), settings.base_url)
    assert "9:00 am" in visitor.get(link).text
    close(restored)


@only_sqlite
def test_no_page_that_was_kept_before_a_restore_is_shown_after_it(
    app, coach, web, visitor, command, file: Path
) -> None:
    """The copy counts its changes on from where it was made: as many as the pages know."""
    command("backup", str(file))
    book(web, TUESDAY_9)
    assert f"/{TUESDAY_9}" not in web.get(PAGE).html
    close(app)
    command("restore", str(file))
    book(visitor(), TUESDAY_10)
    page = web.get(PAGE)
    assert f"/{TUESDAY_9}" in page.html
    assert f"/{TUESDAY_10}" not in page.html
    book(visitor(), TUESDAY_9, RAVI)


@only_sqlite
def test_what_is_told_after_a_restore_outranks_what_was_told_after_the_copy_r15(
    app, coach, web, command, file: Path, database_url
) -> None:
    """Calendars hold SEQUENCE 2, of which the copy knows nothing, and refuse what is lower."""
    link = book(web, TUESDAY_9)
    command("backup", str(file))
    move(web, link, TUESDAY_10)
    move(web, link, TUESDAY_9)
    [(told,)] = ask(database_url, "SELECT sequence FROM booking")
    close(app)
    said = command("restore", str(file)).stdout
    assert "is not in it" in said
    [(next_,)] = ask(database_url, "SELECT sequence FROM booking")
    assert told == 2
    assert next_ > told


@only_sqlite
@pytest.mark.settings(SECRET_KEY=None)
def test_what_was_signed_after_the_copy_stays_good_too_r15_s68(
    coach, settings, command, file: Path, instance: Path
) -> None:
    key = instance / "secret_key"
    [old] = settings.secret_keys
    command("backup", str(file))
    key.write_text(f"{OTHER_KEY}\n")
    command("restore", str(file))
    assert key.read_text().split() == [old, OTHER_KEY]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.unlink()
    command("restore", str(file))
    assert key.read_text().split() == [old], "a lost key comes back with the copy"


@only_sqlite
def test_a_key_from_outside_stays_so_and_another_one_is_told_s68(
    coach, command, environment, file: Path, instance: Path
) -> None:
    command("backup", str(file))
    assert "COACHCRM_SECRET_KEY" not in command("restore", str(file)).stdout
    environment["COACHCRM_SECRET_KEY"] = OTHER_KEY
    said = command("restore", str(file)).stdout
    assert "the links in the letters of that time are dead" in said
    assert KEY not in said
    assert not (instance / "secret_key").exists()
    environment["COACHCRM_SECRET_KEY"] = f"{OTHER_KEY} {KEY}"
    assert "COACHCRM_SECRET_KEY" not in command("restore", str(file)).stdout


def test_what_was_there_is_kept_and_can_be_gone_back_to(
    coach, command, database_url, file: Path, instance: Path
) -> None:
    command("backup", str(file))
    first = rows_of(database_url)
    change(database_url, "UPDATE coach SET name = 'Samuel'")
    later = rows_of(database_url)

    kept = kept_in(command("restore", str(file)).stdout)
    assert rows_of(database_url) == first
    assert kept.parent == instance
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    again = kept_in(command("restore", str(kept)).stdout)
    assert rows_of(database_url) == later
    assert again != kept
    assert kept.exists()


def test_a_copy_of_an_older_schema_is_put_back_over_a_newer_one_r12(
    coach, settings, database_url, file: Path
) -> None:
    app = create_app(settings)
    downgrade(app, f"{int(head()) - 3:04}")
    close(app)
    write_backup(settings, file)
    before = rows_of(database_url)["coach"]
    restore(settings, file)  # brings it up
    assert ask(database_url, "SELECT version_num FROM alembic_version") == [(head(),)]
    change(database_url, "UPDATE coach SET name = 'Samuel'")
    restore(settings, file)
    assert [row[:4] for row in rows_of(database_url)["coach"]] == [row[:4] for row in before]
    assert ask(database_url, "SELECT version_num FROM alembic_version") == [(head(),)]


@only_sqlite
def test_a_damaged_database_is_no_hindrance_and_is_kept_as_it_is(
    coach, command, database_url, file: Path
) -> None:
    command("backup", str(file))
    before = rows_of(database_url)
    path = Path(database_url.removeprefix("sqlite:///"))
    octets = b"x" * 5000 + path.read_bytes()[5000:]
    path.write_bytes(octets)
    kept = kept_in(command("restore", str(file)).stdout)
    assert rows_of(database_url) == before
    assert (kept / path.name).read_bytes() == octets


@only_sqlite
def test_a_log_left_beside_no_database_is_not_read_into_the_new_one(
    coach, command, database_url, file: Path
) -> None:
    command("backup", str(file))
    before = rows_of(database_url)
    path = Path(database_url.removeprefix("sqlite:///"))
    log = path.with_name(f"{path.name}-wal")
    with closing(sqlite3.connect(path)) as used:
        used.execute("PRAGMA journal_mode=WAL")
        used.execute("UPDATE coach SET name = 'Samuel'")
        used.commit()
        octets = log.read_bytes()
    path.unlink()
    log.write_bytes(octets)
    kept = kept_in(command("restore", str(file)).stdout)
    assert rows_of(database_url) == before
    assert (kept / log.name).read_bytes() == octets


@only_sqlite
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can work beside another user's server")
def test_what_root_puts_back_belongs_to_whom_the_folder_belongs_to_s71(
    coach, command, environment, instance: Path, file: Path
) -> None:
    del environment["COACHCRM_DATABASE_URL"]
    del environment["COACHCRM_SECRET_KEY"]
    command("migrate")
    command("backup", str(file))
    for path in (instance, *instance.iterdir()):
        os.chown(path, 1234, 1234)
    kept = kept_in(command("restore", str(file)).stdout)
    for name in ("coachcrm.sqlite3", "secret_key", "database_mark", "running", kept.name):
        assert (instance / name).stat().st_uid == 1234, name


# -------------------------------------------------------------------------- who else is at work


def test_a_running_server_is_not_restored_under_and_a_dead_one_is_no_hindrance(
    coach, serve, command, database_url, file: Path
) -> None:
    server = serve("--processes", "2")
    command("backup", str(file))
    before = rows_of(database_url)
    said = command("restore", str(file), status=1).stderr
    assert said.startswith("coachcrm is running here")
    assert "stop it" in said
    assert "\n" not in said.strip()
    assert rows_of(database_url) == before
    server.kill()
    command("restore", str(file))


def test_a_worker_of_another_folder_is_seen_by_its_database(
    coach, start, command, tmp_path, file: Path
) -> None:
    command("backup", str(file))
    elsewhere = {"INSTANCE": str(tmp_path / "elsewhere"), "BASE_URL": "https://book.example.org"}
    worker = start("worker", **elsewhere)
    worker.wait_for("The mail worker runs")
    assert "coachcrm is running here" in command("restore", str(file), status=1).stderr
    assert "coachcrm is running here" in command("new-beginning", "--yes", status=1).stderr
    assert worker.stop() == 0
    command("restore", str(file))


def test_nobody_starts_while_a_backup_is_being_put_back(settings, command) -> None:
    settings.instance.mkdir(exist_ok=True)
    with running.alone(settings):
        said = command("migrate", status=1).stderr
        assert "just being replaced" in said
        assert "\n" not in said.strip()
        assert "just being replaced" in command("backup", "copy.zip", status=1).stderr
    command("migrate")


@only_sqlite
def test_a_database_that_another_program_has_open_is_not_replaced(
    coach, settings, database_url, file: Path
) -> None:
    write_backup(settings, file)
    path = database_url.removeprefix("sqlite:///")
    before = Path(path).stat().st_ino
    with closing(sqlite3.connect(path)) as browser:
        browser.execute("PRAGMA journal_mode=WAL")
        browser.execute("BEGIN")
        browser.execute("SELECT count(*) FROM coach").fetchone()
        with pytest.raises(BackupTrouble, match="close whatever has it open"):
            restore(settings, file)
    assert Path(path).stat().st_ino == before


# ------------------------------------------------------------------- what goes wrong at the end


def files_in(folder: Path) -> dict[str, bytes]:
    """Return what stands in the coach's folder, but for the mark of who is at work."""
    there = [path for path in folder.rglob("*") if path.is_file() and path.name != "running"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in there}


def refuse_the_place(patch: pytest.MonkeyPatch, path: Path) -> None:
    """Let nothing be put in the place of a file, as a disk that fails."""
    put = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if self.parent.name == ".restoring" and Path(target) == path:
            raise OSError(errno.EIO, "Input/output error")
        return put(self, target)

    patch.setattr(Path, "replace", refuse)


@only_sqlite
@pytest.mark.settings(SECRET_KEY=None)
@pytest.mark.parametrize("state", ["whole", "damaged", "with no key"])
def test_nothing_is_changed_where_the_new_database_cannot_take_its_place_s72(
    coach, settings, database_url, file: Path, instance: Path, monkeypatch, state: str
) -> None:
    write_backup(settings, file)
    path, key = Path(database_url.removeprefix("sqlite:///")), instance / "secret_key"
    key.write_text(f"{OTHER_KEY}\n")
    now = replace(settings, secret_keys=(OTHER_KEY,))
    if state == "damaged":
        path.write_bytes(b"x" * 5000 + path.read_bytes()[5000:])
    if state == "with no key":
        key.unlink()
        now = replace(settings, secret_keys=())
    before, number = files_in(instance), path.stat().st_ino
    octets = path.read_bytes()
    rows = {} if state == "damaged" else rows_of(database_url)
    with monkeypatch.context() as patch:
        refuse_the_place(patch, path.resolve())
        with pytest.raises(BackupTrouble, match="cannot be replaced"):
            restore(now, file)
    assert path.stat().st_ino == number
    assert path.read_bytes() == octets if state == "damaged" else rows_of(database_url) == rows
    assert files_in(instance) == before
    assert [one.name for one in instance.glob("before-restore-*")] == []
    restore(now, file)


@only_sqlite
def test_what_cannot_be_moved_back_is_not_called_unchanged_s72(
    coach, settings, database_url, file: Path, monkeypatch
) -> None:
    write_backup(settings, file)
    path = Path(database_url.removeprefix("sqlite:///")).resolve()
    octets = b"x" * 5000 + path.read_bytes()[5000:]
    path.write_bytes(octets)
    move = shutil.move

    def move_away_only(source: Path, target: Path) -> None:
        if Path(target) == path:
            raise OSError(errno.EIO, "Input/output error")
        move(source, target)

    monkeypatch.setattr(shutil, "move", move_away_only)
    refuse_the_place(monkeypatch, path)
    with pytest.raises(NotUndone, match="what was there lies in") as trouble:
        restore(settings, file)
    where = Path(re.search(r"lies in (\S+) ", str(trouble.value))[1])
    assert (where / path.name).read_bytes() == octets


@pytest.mark.settings(SECRET_KEY=None)
def test_whoever_goes_back_signs_as_before_s68(
    coach, settings, command, file: Path, instance: Path
) -> None:
    key, [old] = instance / "secret_key", settings.secret_keys
    command("backup", str(file))
    key.write_text(f"{OTHER_KEY}\n")
    kept = kept_in(command("restore", str(file)).stdout)
    with zipfile.ZipFile(kept) as archive:
        assert archive.read("secret_key").decode().split() == [OTHER_KEY]
    command("restore", str(kept))
    assert key.read_text().split() == [OTHER_KEY, old]


# ------------------------------------------------------------------------------------ bad files


def zip_of(path: Path, entries: dict[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, octets in entries.items():
            archive.writestr(name, octets)


def sqlite_of(path: Path, *statements: str) -> bytes:
    made = path.with_suffix(".made")
    with closing(sqlite3.connect(made)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    octets = made.read_bytes()
    made.unlink()
    return octets


def big(path: Path, size: int = 0xF0000000) -> None:
    """Let the database of an archive say that it is of this size."""
    zip_of(path, {**GOOD, "database.sqlite3": b"\0" * 4096})
    octets = bytearray(path.read_bytes())
    at = octets.rindex(b"PK\x01\x02")
    octets[at + 24 : at + 28] = struct.pack("<I", size)
    path.write_bytes(octets)


def doubled(path: Path) -> None:
    zip_of(path, GOOD)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("secret_key", KEY)


ABOUT = b'{"format": 1, "database": "database.sqlite3", "schema": "0001"}'
GOOD = {"about.json": ABOUT, "secret_key": KEY.encode(), "database.sqlite3": b"x" * 5000}
VERSION = "CREATE TABLE alembic_version (version_num TEXT)"
NOT_WHOLE = "is not a whole backup"
FOREIGN = "is not one of coachcrm"
NO_DUMP = r"^pg_restore failed: input file does not appear to be a valid archive .*\.$"
WRONG = {
    "empty": (NOT_WHOLE, lambda path: path.write_bytes(b"")),
    "text": (NOT_WHOLE, lambda path: path.write_text("a letter")),
    "a database": (NOT_WHOLE, lambda path: path.write_bytes(sqlite_of(path, VERSION))),
    "another zip": ("holds what no backup", lambda path: zip_of(path, {"picture.png": b"x"})),
    "a list": (NOT_WHOLE, lambda path: zip_of(path, {**GOOD, "about.json": b"[]"})),
    "no json": (NOT_WHOLE, lambda path: zip_of(path, {**GOOD, "about.json": b"{"})),
    "deep json": (NOT_WHOLE, lambda path: zip_of(path, {**GOOD, "about.json": b"[" * 4000})),
    "much json": (
        NOT_WHOLE,
        lambda path: zip_of(path, {**GOOD, "about.json": b" " * 9000 + ABOUT}),
    ),
    "no database": (
        NOT_WHOLE,
        lambda path: zip_of(path, {"about.json": ABOUT, "secret_key": KEY.encode()}),
    ),
    "no key": (
        NOT_WHOLE,
        lambda path: zip_of(path, {"about.json": ABOUT, "database.sqlite3": b"x"}),
    ),
    "two of each": (NOT_WHOLE, doubled),
    "rarely packed": (NOT_WHOLE, lambda path: zip_of(path, GOOD, packing=zipfile.ZIP_LZMA)),
    "a way out": ("holds what no backup", lambda path: zip_of(path, {**GOOD, "../key": b"x"})),
    "a way in": ("holds what no backup", lambda path: zip_of(path, {**GOOD, "/etc/x": b"x"})),
    "a bomb": ("would grow from 1 MB to 3,840 MB", big),
    "a liar": (NOT_WHOLE, lambda path: big(path, 1024)),
    "no sqlite": ("is damaged", lambda path: zip_of(path, GOOD)),
    "a short key": ("too easy to guess", lambda path: zip_of(path, {**GOOD, "secret_key": b"k"})),
    "an empty key": ("too easy to guess", lambda path: zip_of(path, {**GOOD, "secret_key": b"\n"})),
    "a weak key": (
        "too easy to guess",
        lambda path: zip_of(path, {**GOOD, "secret_key": KEY.encode() + b"\n" + b"a" * 40}),
    ),
    "a key of no text": (NOT_WHOLE, lambda path: zip_of(path, {**GOOD, "secret_key": b"\xff"})),
    "another format": (
        NOT_WHOLE,
        lambda path: zip_of(path, {**GOOD, "about.json": ABOUT.replace(b"1,", b"2,")}),
    ),
    "another database": (
        "another kind of database",
        lambda path: zip_of(path, {**GOOD, "about.json": ABOUT.replace(b"sqlite3", b"pgdump")}),
    ),
    "a newer version": (
        "newer version",
        lambda path: zip_of(path, {**GOOD, "about.json": ABOUT.replace(b"0001", b"9999")}),
    ),
    "a foreign database": (
        FOREIGN,
        lambda path: zip_of(
            path, {**GOOD, "database.sqlite3": sqlite_of(path, "CREATE TABLE moz_places (id)")}
        ),
    ),
    "a foreign revision": (
        FOREIGN,
        lambda path: zip_of(
            path,
            {
                **GOOD,
                "database.sqlite3": sqlite_of(
                    path, VERSION, "INSERT INTO alembic_version VALUES ('ae1027a6acf')"
                ),
            },
        ),
    ),
    "a foreign schema": (
        FOREIGN,
        lambda path: zip_of(
            path,
            {
                **GOOD,
                "database.sqlite3": sqlite_of(
                    path, VERSION, "INSERT INTO alembic_version VALUES ('0001')"
                ),
            },
        ),
    ),
    "an empty schema at head": (
        FOREIGN,
        lambda path: zip_of(
            path,
            {
                **GOOD,
                "database.sqlite3": sqlite_of(
                    path, VERSION, f"INSERT INTO alembic_version VALUES ('{head()}')"
                ),
            },
        ),
    ),
}


def all_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder but the lock and the archive."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"running", "copy.zip"}
        if not path.name.endswith(".running")
    }


@only_sqlite
@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_file_is_refused_with_a_sentence_and_nothing_changes_s72(
    settings, coach, tmp_path, file: Path, kind: str
) -> None:
    said, make = WRONG[kind]
    make(file)
    before = all_of(tmp_path)
    with pytest.raises(BackupTrouble, match=re.escape(said)) as told:
        restore(settings, file)
    assert str(told.value).endswith((".", ")."))
    assert all_of(tmp_path) == before


@only_sqlite
def test_a_damaged_file_is_refused_with_a_sentence_and_nothing_changes_s72(
    settings, coach, tmp_path, file: Path
) -> None:
    good = tmp_path / "good.zip"
    write_backup(settings, good)
    before, octets = all_of(tmp_path), good.read_bytes()
    for at in range(100, len(octets) - 400, max(1, len(octets) // 12)):
        file.write_bytes(
            octets[:at] + bytes(b ^ 0x5A for b in octets[at : at + 60]) + octets[at + 60 :]
        )
        with pytest.raises(BackupTrouble):
            restore(settings, file)
    file.write_bytes(octets[: len(octets) // 2])
    with pytest.raises(BackupTrouble):
        restore(settings, file)
    assert all_of(tmp_path) == before


@only_sqlite
def test_a_copy_without_the_law_is_refused_and_nothing_changes(
    settings, coach, tmp_path, database_url, file: Path
) -> None:
    law = ask(database_url, "SELECT sql FROM sqlite_master WHERE name = 'booking_no_overlap_i'")[0][
        0
    ]
    change(database_url, "DROP TRIGGER booking_no_overlap_i")
    write_backup(settings, file)
    change(database_url, law)
    before = all_of(tmp_path)
    with pytest.raises(BackupTrouble, match="guard against double booking"):
        restore(settings, file)
    assert all_of(tmp_path) == before


@only_postgres
def test_a_copy_without_the_law_is_refused_and_what_was_there_put_back(
    settings, coach, database_url, file: Path, instance: Path
) -> None:
    law = "EXCLUDE USING gist (coach_id WITH =, tstzrange(starts_at, ends_at) WITH &&)"
    change(database_url, "ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    write_backup(settings, file)
    change(database_url, f"ALTER TABLE booking ADD CONSTRAINT booking_no_overlap {law}")
    change(database_url, "UPDATE coach SET name = 'Samuel'")
    before = rows_of(database_url)
    with pytest.raises(BackupTrouble, match="guard against double booking"):
        restore(settings, file)
    assert rows_of(database_url) == before
    assert not list(instance.glob("before-restore-*"))


@only_postgres
@pytest.mark.parametrize("kind", ["text", "foreign", "revision"])
def test_a_wrong_dump_is_refused_with_a_sentence_and_nothing_changes_s72(
    settings, coach, database_url, empty_database_url, tmp_path, file: Path, kind: str
) -> None:
    dump = tmp_path / "dump"
    if kind == "text":
        dump.write_text("DROP TABLE coach;")
    else:
        change(empty_database_url, "CREATE TABLE alembic_version (version_num text)")
        if kind == "revision":
            change(empty_database_url, "INSERT INTO alembic_version VALUES ('0001')")
        command = [shutil.which("pg_dump"), "-Fc", f"--file={dump}", empty_database_url]
        subprocess.run(command, check=True)
    about = ABOUT.replace(b"sqlite3", b"pgdump")
    zip_of(
        file,
        {"about.json": about, "secret_key": KEY.encode(), "database.pgdump": dump.read_bytes()},
    )
    before = rows_of(database_url)
    with pytest.raises(BackupTrouble, match=NO_DUMP if kind == "text" else FOREIGN):
        restore(settings, file)
    assert rows_of(database_url) == before


@only_sqlite
def test_the_command_says_that_nothing_was_changed_and_ends_with_1(
    coach, command, file: Path
) -> None:
    file.write_text("no backup")
    said = command("restore", str(file), status=1).stderr
    assert said == f"{file} is not a whole backup of coachcrm. Nothing was changed.\n"

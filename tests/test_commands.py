"""The commands as people type them: real processes, and a sentence where something is wrong."""

from __future__ import annotations

import gc
import json
import os
import re
import socket
import sqlite3
import stat
import warnings
from email.message import Message
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
import tzdata
from click.testing import CliRunner

from coachcrm.cli import main
from coachcrm.demo import EMAIL, PASSWORD
from tests.conftest import Coach
from tests.support.cast import ask, deliver, newest
from tests.support.remote import book, free_times

only_sqlite = pytest.mark.engines("sqlite")
CREATE = ("coach", "create", "--email", Coach.email, "--name", Coach.name, "--password-stdin")
KEY = "0123456789-abcdefghijklmnop-QRSTUV"


def is_one_sentence(done) -> str:
    """Return what a command that failed said; it must be one line and no trace."""
    said = done.stderr.strip()
    assert said
    assert "Traceback" not in said + done.stdout
    assert "\n" not in said
    assert said.endswith((".", ").")), said
    return said


@pytest.fixture
def quickly(environment, monkeypatch):
    """Give a way to run a command that must fail early in this very process."""

    def run(*arguments: str, typed: str | bytes = "") -> SimpleNamespace:
        for name, text in environment.items():
            monkeypatch.setenv(name, text)
        mask = os.umask(0o077)
        try:
            done = CliRunner().invoke(main, arguments, input=typed)
        finally:
            os.umask(mask)
        assert done.exit_code == 1
        assert isinstance(done.exception, SystemExit)
        said = SimpleNamespace(stdout=done.stdout, stderr=done.stderr)
        # A process that ends closes its port by itself; this one goes on.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            del done
            gc.collect()
        return said

    return run


def fetch(
    url: str,
    data: str | None = None,
    *,
    opener: OpenerDirector | None = None,
    method: str | None = None,
) -> tuple[int, Message, str]:
    """Return the status, the headers and the text of an answer, whatever the status."""
    request = Request(url, data.encode() if data is not None else None, method=method)
    try:
        answer = (opener or build_opener()).open(request)
    except HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read().decode()


def form_token(url: str, opener: OpenerDirector) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', fetch(url, opener=opener)[2])[1]


# ---------------------------------------------------------------------------------- coach create


def test_a_coach_is_made_who_can_be_booked(command, database_url) -> None:
    done = command(*CREATE, typed=f"{Coach.password}\n")
    assert done.stdout == "Sam Carter can sign in now.\n"
    assert ask(database_url, "SELECT email, name, timezone FROM coach") == [
        (Coach.email, Coach.name, "Europe/London")
    ]
    assert ask(database_url, "SELECT slug FROM service") == [("free-consultation",)]
    assert ask(database_url, "SELECT count(*) FROM weekly_hours") == [(10,)]


@only_sqlite
@pytest.mark.parametrize(
    ("typed", "password"),
    [(f"{Coach.password}\r\n", Coach.password), (f"{Coach.password} ", f"{Coach.password} ")],
)
def test_the_password_is_the_input_less_one_final_newline(
    command, visitor, typed: str, password: str
) -> None:
    command(*CREATE, "--timezone", "Asia/Calcutta", typed=typed)
    web = visitor()
    web.get("/coach/sign-in")
    web.submit(email=Coach.email, password=password)
    assert "Kolkata time" in web.follow().text


@only_sqlite
@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (CREATE, "", "at least 12"),
        (CREATE, "short\n", "at least 12"),
        (CREATE, "password1234\n", "first that others would try"),
        (CREATE, "sam carter is great\n", "name"),
        (CREATE, f"{Coach.password}\n\n", "cannot be typed"),
        (CREATE, b"\xff\xfe seven green umbrellas\n", "cannot be typed"),
        ((*CREATE, "--timezone", "Mars/Phobos"), Coach.password, "'Mars/Phobos'"),
        ((*CREATE, "--email", "sam"), Coach.password, "'sam'"),
        ((*CREATE, "--name", " "), Coach.password, "name"),
        ((*CREATE, "--name", "a\nb"), Coach.password, "name"),
        ((*CREATE, "--name", "x" * 121), Coach.password, "name"),
    ],
)
def test_a_coach_who_cannot_be_is_refused_with_a_sentence_s2(
    quickly, database_url, arguments, typed: str | bytes, said: str
) -> None:
    assert said in is_one_sentence(quickly(*arguments, typed=typed))
    assert ask(database_url, "SELECT 1 FROM coach") == []


def test_a_second_coach_is_refused_with_a_sentence(command, coach, database_url) -> None:
    done = command(*CREATE, "--email", "eve@elsewhere.example", typed=Coach.password, status=1)
    assert "already" in is_one_sentence(done)
    assert ask(database_url, "SELECT email FROM coach") == [(coach.email,)]


# -------------------------------------------------------------------------------- coach password


SET_PASSWORD = ("coach", "password", "--email", Coach.email, "--password-stdin")
NEW = "a kettle sings at noon"


def test_a_new_password_is_set_on_the_console_and_everybody_is_out_s4_s9_s10(
    app, command, coach, coach_web, web, mailbox
) -> None:
    coach_web.get("/coach/")
    done = command(*SET_PASSWORD, typed=f"{NEW}\n")
    assert done.stdout == "The new password is set, and every browser is signed out.\n"
    coach_web.get("/coach/", status=303)
    web.get("/coach/sign-in")
    web.submit(email=coach.email, password=coach.password, status=422)
    web.submit(email=coach.email, password=NEW)
    deliver(app)
    assert newest(mailbox, coach.email)["Subject"] == "Your password was changed"


@only_sqlite
@pytest.mark.parametrize(
    ("email", "typed", "said"),
    [
        (Coach.email, "", "at least 12"),
        (Coach.email, "sam carter is great\n", "leave your name"),
        (Coach.email, b"\xff\xfe seven green umbrellas\n", "cannot be typed"),
        ("sam@elsewhere.example", NEW, f"signs in as {Coach.email}"),
        ("", NEW, f"signs in as {Coach.email}"),
    ],
)
def test_a_password_that_cannot_be_set_is_refused_with_a_sentence_s2(
    quickly, database_url, coach, email: str, typed: str | bytes, said: str
) -> None:
    before = ask(database_url, "SELECT password_hash FROM coach")
    arguments = ("coach", "password", "--email", email, "--password-stdin")
    assert said in is_one_sentence(quickly(*arguments, typed=typed))
    assert ask(database_url, "SELECT password_hash FROM coach") == before
    assert ask(database_url, "SELECT 1 FROM outbox_message") == []


@only_sqlite
def test_before_there_is_a_coach_no_password_is_set(quickly, database_url) -> None:
    assert "no coach here yet" in is_one_sentence(quickly(*SET_PASSWORD, typed=NEW))
    assert ask(database_url, "SELECT 1 FROM coach") == []


# ----------------------------------------------------------------------------------------- serve


BROKEN = {
    "BASE_URL": "book.example.org",
    "DATABASE_URL": "mysql://127.0.0.1/coach",
    "SECRET_KEY": "changeme",
    "TRUSTED_PROXIES": "many",
    "LIMITS": "maybe",
    "MAIL_SERVER": "mail.example.org",
    "MAIL_PORT": "smtp",
    "MAIL_USERNAME": "sam",
    "MAIL_PASSWORD": "hush",
    "MAIL_USE_TLS": "perhaps",
    "MAIL_USE_SSL": "perhaps",
    "MAIL_SENDER": "nobody",
    "MAIL_TIMEOUT": "soon",
    "INSTANCE": "/dev/null/instance",
}


@only_sqlite
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_setting_stops_the_start_with_a_sentence(quickly, environment, name: str) -> None:
    environment[f"COACHCRM_{name}"] = BROKEN[name]
    said = is_one_sentence(quickly("serve", "--port", "0"))
    assert "COACHCRM_" in said
    named = {"MAIL_SERVER": "MAIL_SENDER", "MAIL_USERNAME": "MAIL_PASSWORD",
             "MAIL_PASSWORD": "MAIL_USERNAME"}  # fmt: skip
    assert f"COACHCRM_{named.get(name, name)}" in said
    assert "hush" not in said


@only_sqlite
def test_a_database_out_of_reach_stops_the_start_with_a_sentence(command, environment) -> None:
    environment["COACHCRM_DATABASE_URL"] = "postgresql://sam:hush@127.0.0.1:1/coach"
    said = is_one_sentence(command("serve", "--port", "0", status=1))
    assert "COACHCRM_DATABASE_URL" in said
    assert "hush" not in said


@only_sqlite
def test_a_taken_port_is_one_sentence(command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("serve", "--port", str(port), status=1)
    assert f"Port {port} is taken" in is_one_sentence(done)
    assert done.stdout == ""


@only_sqlite
@pytest.mark.parametrize(
    "arguments",
    [("serve", "--host", "0.0.0.0", "--port", "0"), ("worker",)],  # noqa: S104
)
def test_whoever_cannot_know_the_sites_address_refuses_to_start_s39(quickly, arguments) -> None:
    assert "COACHCRM_BASE_URL is missing" in is_one_sentence(quickly(*arguments))


@only_sqlite
def test_a_command_that_fails_ends_with_1_and_without_a_trace(command, environment) -> None:
    environment["COACHCRM_BASE_URL"] = "book.example.org"
    is_one_sentence(command("serve", "--port", "0", status=1))


@only_sqlite
@pytest.mark.settings(SECRET_KEY=None)
def test_the_first_start_makes_what_it_needs_for_its_owner_alone_s68_s71(
    environment, serve, tmp_path
) -> None:
    del environment["COACHCRM_DATABASE_URL"]
    server = serve()
    instance = tmp_path / "instance"
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    key = instance / "secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    made, first = key.read_text(), server.set_up_url
    assert first.startswith(f"{server.url}/set-up/")
    assert server.stop() == 0
    again = serve()
    assert key.read_text() == made
    assert again.set_up_url.rpartition("/")[2] != first.rpartition("/")[2]
    assert fetch(f"{again.url}/set-up/{first.rpartition('/')[2]}")[0] == 404


@only_sqlite
@pytest.mark.settings(BASE_URL="https://book.example.org")
def test_the_set_up_link_is_built_from_the_base_url_s39(start) -> None:
    program = start("serve", "--port", "0")
    program.wait_for(r"^Set up: https://book\.example\.org/set-up/[\w-]{43}$")
    assert "Set up" in program.output


def test_the_server_says_little_of_itself_s27_s70(server, coach) -> None:
    _, headers, _ = fetch(f"{server.url}/")
    assert not re.search(r"[0-9]", headers.get("Server", ""))
    assert "X-Powered-By" not in headers
    assert fetch(f"{server.url}/", method="TRACE")[0] == 405
    for path in ("/static/", "/secret_key", "/.git/config", "/console", "/static/x/..%2fcli.py"):
        assert fetch(f"{server.url}{path}")[0] == 404


@pytest.mark.settings(LIMITS="on")
@only_sqlite
def test_guesses_are_counted_across_processes_and_restarts_s3(serve, coach) -> None:
    def guess(url: str) -> int:
        opener = build_opener(HTTPCookieProcessor())
        token = form_token(f"{url}/coach/sign-in", opener)
        data = f"csrf_token={token}&email={coach.email}&password={'y' * 2000}"
        status, headers, _ = fetch(f"{url}/coach/sign-in", data, opener=opener)
        assert status != 429 or 0 < int(headers["Retry-After"]) <= 900
        return status

    first = serve("--processes", "2", "--no-worker")
    assert {guess(first.url) for _ in range(7)} == {422}
    first.stop()
    second = serve("--no-worker")
    statuses = [guess(second.url) for _ in range(3)]
    assert statuses in ([422, 429, 429], [422, 422, 422]), "a window may have ended in between"
    if statuses[-1] == 422:
        assert 429 in [guess(second.url) for _ in range(8)]


@only_sqlite
def test_the_log_is_lines_of_json_without_what_people_told_us_s66(serve, coach) -> None:
    server = serve()
    opener = build_opener(HTTPCookieProcessor())
    token = form_token(f"{server.url}/coach/sign-in", opener)
    data = f"csrf_token={token}&email={coach.email}&password=not%20the%20right%20one"
    assert fetch(f"{server.url}/coach/sign-in", data, opener=opener)[0] == 422
    for path in ("/booking/secret.token", "/set-up/secret-token"):
        assert fetch(f"{server.url}{path}")[0] == 404
    server.wait_for("sign_in_failed")
    server.stop()
    lines = [line for line in server.output.splitlines() if not line.startswith("coachcrm runs")]
    assert lines
    for line in lines:
        assert json.loads(line)["timestamp"].endswith("Z"), line
    for secret in (coach.email, "not the right one", token, "secret.token", "secret-token"):
        assert secret not in server.output


# ----------------------------------------------------------------------------------------- check


def lines_of(done) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in done.stdout.splitlines())


@pytest.mark.settings(LIMITS="on")
def test_check_says_how_each_part_is_in_a_line(command, serve, mailbox, coach) -> None:
    server = serve(MAIL_PORT=str(mailbox.port))
    server.wait_for("coachcrm runs")
    lines = {}
    for _ in range(20):  # until the worker has left its first sign of life
        done = command("check", status=None)
        lines = lines_of(done)
        if done.returncode == 0:
            break
    assert list(lines) == ["Configuration", "Time zones", "Database", "Worker", "Mail"]
    assert lines["Configuration"].startswith("good")
    assert lines["Time zones"] == (
        f"good; rules of {tzdata.IANA_VERSION}, from the package tzdata {tzdata.__version__}."
    )
    assert lines["Database"].startswith("good")
    assert lines["Worker"].startswith("alive; 0 letters wait")
    assert lines["Mail"].startswith("good; 127.0.0.1 answers")
    assert "Ask the provider of practice.example for SPF, DKIM and DMARC" in lines["Mail"]
    assert lines["Mail"].endswith(
        "Answers and returned letters arrive at bookings@practice.example; have them forwarded to "
        "you."
    )


@only_sqlite
def test_check_warns_and_complains_s70(command, environment, coach, tmp_path) -> None:
    done = command("check", status=1)
    lines = lines_of(done)
    assert "COACHCRM_LIMITS is off" in lines["Configuration"]
    assert lines["Worker"].startswith("not running (never seen)")
    assert "kept as files" in lines["Mail"]
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment |= {
        "COACHCRM_MAIL_SERVER": "127.0.0.1",
        "COACHCRM_MAIL_PORT": str(port),
        "COACHCRM_MAIL_SENDER": "a@b.example",
        "COACHCRM_DATABASE_URL": f"sqlite:///{tmp_path}/nothing.sqlite3",
    }
    lines = lines_of(command("check", status=1))
    assert "coachcrm migrate" in lines["Database"]
    assert "could not be reached" in lines["Mail"]
    environment["COACHCRM_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/nothing"
    lines = lines_of(command("check", status=1))
    assert "cannot be reached" in lines["Database"]


def test_check_sends_a_test_letter(command, environment, mailbox, coach) -> None:
    done = command("check", "--mail-to", "me@practice.example", status=None)
    assert "was taken by 127.0.0.1 for me@practice.example" in lines_of(done)["Test letter"]
    [letter] = mailbox.to("me@practice.example")
    assert letter["Subject"].startswith("A test letter from coachcrm at http://127.0.0.1")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "letters leave and arrive" in letter.text
    assert "letters leave and arrive" in letter.html
    mailbox.refuse(550, "not here")
    lines = lines_of(command("check", "--mail-to", "me@practice.example", status=1))
    assert lines["Test letter"] == (
        "did not leave for me@practice.example. The mail server said 550: not here"
    )
    done = command("check", "--mail-to", "a@b.example\r\nBcc: x@y.example", status=1)
    assert "is not an e-mail address" in done.stderr


@only_sqlite
def test_check_tells_of_a_worker_that_died_and_of_what_waits(
    command, start, mailbox, coach, serve
) -> None:
    url = serve("--no-worker").url
    worker = start("worker", BASE_URL=url)
    worker.wait_for("The mail worker runs")
    assert book(url, free_times(url)[0], 1).status == 303
    mailbox.wait_for(2)
    for _ in range(20):
        told = lines_of(command("check", status=None))["Worker"]
        if "0 letters wait" in told and told.startswith("alive"):
            break
    assert re.fullmatch(
        r"alive; 0 letters wait; 0 could not be delivered; the last one left [-\d]+ [\d:]+ UTC\.",
        told,
    )
    worker.kill()
    assert book(url, free_times(url)[0], 2).status == 303
    told = lines_of(command("check", status=1))["Worker"]
    assert re.match(r"not running \(last seen [-\d]+ [\d:]+ UTC\); 2 letters wait", told)
    assert "the oldest has waited 0 minutes" in told


# ------------------------------------------------------------------------------ demo, backup …


def test_demo_shows_a_practice_and_is_not_added_to_another(command, visitor, database_url) -> None:
    done = command("demo")
    assert f"Sign in as {EMAIL} with the password: {PASSWORD}" in done.stdout
    people = ask(database_url, "SELECT count(*) FROM client")
    assert people[0][0] > 5
    assert ask(database_url, "SELECT count(*) FROM outbox_message") == [(0,)]
    addresses = ask(database_url, "SELECT DISTINCT email FROM client")
    assert all(address.endswith("@example.com") for (address,) in addresses)
    command("demo")
    assert ask(database_url, "SELECT count(*) FROM client") == people


@only_sqlite
def test_demo_beside_a_real_coach_adds_nothing_and_promises_nothing(command, coach, database_url):
    done = command("demo", status=None)
    assert "already" in done.stdout + done.stderr
    assert PASSWORD not in done.stdout
    assert ask(database_url, "SELECT count(*) FROM client") == [(0,)]


@only_sqlite
def test_migrate_makes_the_schema_and_does_no_harm_again(command, environment, empty_database_url):
    environment["COACHCRM_DATABASE_URL"] = empty_database_url
    for _ in range(2):
        assert "is at schema" in command("migrate").stdout
    assert ask(empty_database_url, "SELECT count(*) FROM coach") == [(0,)]


@only_sqlite
def test_a_database_of_a_newer_version_is_left_alone_r12(command, environment) -> None:
    path = Path(environment["COACHCRM_DATABASE_URL"].removeprefix("sqlite:///"))

    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    said = is_one_sentence(command("serve", "--port", "0", status=1))
    assert "newer version" in said


@only_sqlite
def test_a_database_that_lost_its_law_is_not_served(command, environment) -> None:

    path = environment["COACHCRM_DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        database.execute("DROP TRIGGER booking_no_overlap_i")
    said = is_one_sentence(command("serve", "--port", "0", status=1))
    assert "double booking" in said


@only_sqlite
def test_every_command_explains_itself() -> None:
    runner = CliRunner()
    listed = runner.invoke(main, ["--help"]).stdout
    names = ("serve", "worker", "migrate", "coach", "demo", "backup", "restore", "new-beginning")
    for name in (*names, "check"):
        assert re.search(rf"^  {name} +\S", listed, re.MULTILINE), name
        assert runner.invoke(main, [name, "--help"]).exit_code == 0

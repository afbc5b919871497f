"""The `coachcrm` command; each subcommand imports what it needs, so that it starts at once."""

# ruff: noqa: PLC0415

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    # For types only: the command must answer before Flask is loaded, and config.py goes by path.
    from flask import Flask

    from config import Settings


@click.group()
def main() -> None:
    """Run and look after the booking and client system of an interview coach."""
    os.umask(0o077)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--no-worker", is_flag=True, help="Leave the mail to `coachcrm worker`.")
def serve(*, host: str, port: int, processes: int, no_worker: bool) -> None:
    """Migrate the database, then serve the pages and deliver the mail."""
    from coachcrm.app import make_worker
    from coachcrm.kit.data.db import db
    from coachcrm.server import port as ports
    from coachcrm.server.processes import Server

    try:
        listener = ports.listen(host, port)
    except ports.PortTaken as taken:
        _fail(str(taken))
    settings = _settings(port=listener.getsockname()[1])
    if not (settings.base_url_is_set or ports.is_loopback(host)):
        _fail(
            "COACHCRM_BASE_URL is missing: say under which address people reach this site, such "
            "as https://book.example.org."
        )
    app = _ready_app(settings)
    click.echo(f"coachcrm runs at {ports.name_of(host, listener)}  (stop it with Ctrl+C)")
    link = _new_set_up_link(app, settings.base_url)
    if link:
        click.echo(f"Set up: {link}")
    sys.stdout.flush()
    mail = None if no_worker else make_worker(app)
    with app.app_context():
        # A connection must not be carried into another process, not even to be closed there.
        db.engine.dispose()
    Server(app, listener, processes=processes, worker=mail).run()


@main.command()
def worker() -> None:
    """Deliver the mail, apart from the web server."""
    settings = _settings()
    if not settings.base_url_is_set:
        _fail("COACHCRM_BASE_URL is missing: a worker on its own must know the site's address.")
    from coachcrm.app import make_worker

    app = _ready_app(settings)
    mail = make_worker(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: mail.stop())
    click.echo("The mail worker runs  (stop it with Ctrl+C)")
    mail.run()


@main.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    app = _ready_app(_settings())
    from coachcrm.kit.data.migrate import head

    click.echo(f"The database of {app.name} is at schema {head()}.")


@main.group()
def coach() -> None:
    """Look after the coach's account."""


@coach.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from input.")
@click.option("--timezone", default="Europe/London", show_default=True)
def create_coach(*, email: str, name: str, password_stdin: bool, timezone: str) -> None:
    """Make the coach, with the free consultation and ordinary weekly hours."""
    del password_stdin
    from coachcrm.auth.core import passwords
    from coachcrm.auth.operations.set_up import AlreadySetUp, NewCoach
    from coachcrm.desk import operations
    from coachcrm.kit.data.db import transaction
    from coachcrm.kit.text.typed import is_one_line
    from coachcrm.kit.time import clock, zones
    from coachcrm.kit.web.forms import is_mail_address

    password = _typed_password()
    email, name, zone = email.strip(), name.strip(), zones.canonical(timezone)
    if zone is None:
        _fail(f"There is no time zone {timezone!r}; write it like Europe/London.")
    if not is_mail_address(email):
        _fail(f"{email!r} is not an e-mail address.")
    if not name or len(name) > 120 or not is_one_line(name):  # noqa: PLR2004
        _fail("The name must be one line of 1 to 120 characters.")
    weakness = passwords.weakness(password, about=(name, email))
    if weakness:
        _fail(weakness)
    app = _ready_app(_settings())
    new = NewCoach(email=email, name=name, password=password, timezone=zone)
    password_hash = passwords.make_hash(password)
    try:
        with app.app_context(), transaction() as session:
            operations.set_up(session, new, password_hash=password_hash, now=clock.now())
    except AlreadySetUp as refusal:
        _fail(f"{refusal.sentence} {refusal.what_next}")
    click.echo(f"{name} can sign in now.")


@coach.command("password")
@click.option("--email", required=True, help="The address that the coach signs in with.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from input.")
def set_password(*, email: str, password_stdin: bool) -> None:
    """Set a new password for the coach; every browser is signed out."""
    del password_stdin
    from coachcrm.auth.core.passwords import make_hash, weakness
    from coachcrm.auth.operations import letters, passwords
    from coachcrm.auth.operations.set_up import the_coach
    from coachcrm.kit.data.db import db, transaction
    from coachcrm.kit.time import clock
    from coachcrm.kit.web.site import site

    password = _typed_password()
    app = _ready_app(_settings())
    with app.app_context():
        coach, now = the_coach(db.session()), clock.now()
        if coach is None:
            _fail("There is no coach here yet. Please open the set-up link that `serve` prints.")
        if coach.email.casefold() != email.strip().casefold():
            _fail(f"The coach here signs in as {coach.email}, not as {email.strip()!r}.")
        reason = weakness(password, about=(coach.name, coach.email))
        if reason:
            _fail(reason)
        letter = letters.password_changed(site(), coach, now=now)
        coach_id, password_hash = coach.id, make_hash(password)
        with transaction() as session:
            passwords.put_new(
                session, coach_id, password_hash=password_hash, letter=letter, now=now
            )
    click.echo("The new password is set, and every browser is signed out.")


@main.command()
def demo() -> None:
    """Fill an empty database with a plausible practice to look at."""
    from coachcrm.demo import EMAIL, PASSWORD, NotEmpty, fill

    app = _ready_app(_settings())
    try:
        fill(app)
    except NotEmpty as refusal:
        click.echo(str(refusal))
        if not refusal.is_demo:
            return
    click.echo(f"Sign in as {EMAIL} with the password: {PASSWORD}")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write a copy of everything to FILE, while the program runs."""
    from coachcrm import start
    from coachcrm.kit.data import running
    from coachcrm.kit.data.archive import BackupTrouble
    from coachcrm.kit.data.backup import write_backup

    settings = _settings()
    try:
        with start.database_trouble(), running.with_others(settings):
            write_backup(settings, file)
    except (start.StartTrouble, BackupTrouble) as trouble:
        _fail(str(trouble))
    click.echo(f"Everything is in {file}. Keep it as safe as the program's own folder.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put back everything from FILE, in the place of what is there now."""
    from coachcrm import restore as restoring
    from coachcrm.kit.data.archive import BackupTrouble
    from coachcrm.kit.data.restore import NotUndone
    from coachcrm.start import StartTrouble

    try:
        done = restoring.restore(_settings(), file)
    except NotUndone as trouble:
        _fail(str(trouble))
    except BackupTrouble as trouble:
        _fail(f"{trouble} Nothing was changed.")
    except StartTrouble as trouble:
        _fail(str(trouble))
    click.echo(
        "Everything is put back. What was booked, moved or cancelled after the copy was made is "
        "not in it: please look through the letters in your mailbox."
    )
    if done.kept is not None:
        click.echo(
            f"What was here before is in {done.kept}. Delete it once you are sure that you do not "
            "need it."
        )
    if done.held:
        letters = "1 letter" if done.held == 1 else f"{done.held} letters"
        click.echo(
            f"{letters} waited when the copy was made; nothing of that is sent until you do it on "
            "the mail page."
        )
    if done.are_links_dead:
        click.echo(
            "COACHCRM_SECRET_KEY is not the key of the copy: until you add that one to it (see "
            f"secret_key in {file}), the links in the letters of that time are dead."
        )


@main.command("new-beginning")
@click.option("--yes", is_flag=True, help="Do it, and leave that behind.")
def new_beginning(*, yes: bool) -> None:
    """Go on without a database or key that is lost; says first what would be left behind."""
    from coachcrm import start
    from coachcrm.kit.data import beginning, running

    settings = _settings()
    try:
        with start.database_trouble(), running.alone(settings):
            lost = beginning.missing(settings)
            if lost is None:
                _fail("Nothing is missing here, so nothing was changed.")
            click.echo("This would be left behind:" if not yes else "This is left behind:")
            for sentence in lost.left_behind:
                click.echo(f"- {sentence}")
            if lost.stays:
                click.echo(lost.stays)
            if yes:
                beginning.begin_anew(settings, lost)
    except start.StartTrouble as trouble:
        _fail(str(trouble))
    if yes:
        click.echo("Done. Start coachcrm as ever.")
    else:
        click.echo("Nothing was changed. To do it: coachcrm new-beginning --yes")


@main.command()
@click.option("--mail-to", metavar="ADDRESS", help="Send a test letter there.")
def check(*, mail_to: str | None) -> None:
    """Say how the configuration, the database, the worker and the mail are, a line each."""
    if mail_to is not None:
        from coachcrm.kit.web.forms import is_mail_address

        if not is_mail_address(mail_to):
            _fail(f"{mail_to!r} is not an e-mail address.")
    settings = _settings()
    from coachcrm.check import report
    from coachcrm.start import make_app, make_bare_app

    app = make_app(settings) if mail_to else make_bare_app(settings)
    lines = report(app, settings, mail_to=mail_to)
    for line in lines:
        click.echo(f"{line.subject}: {line.sentence}")
    sys.exit(0 if all(line.is_well for line in lines) else 1)


def _settings(**options: Any) -> Settings:
    """Read the settings, or end with the sentence that says what is wrong with them."""
    from coachcrm.start import StartTrouble, read_settings

    try:
        return read_settings(**options)
    except StartTrouble as trouble:
        _fail(str(trouble))


def _ready_app(settings: Settings) -> Flask:
    """Return the application with its database at this version's schema, its laws in place."""
    from coachcrm.start import StartTrouble, ready_app

    try:
        return click.get_current_context().with_resource(ready_app(settings))
    except StartTrouble as trouble:
        _fail(str(trouble))


def _new_set_up_link(app: Flask, base_url: str) -> str | None:
    from coachcrm.auth.operations.set_up import new_set_up_token
    from coachcrm.kit.data.db import transaction
    from coachcrm.kit.time import clock

    with app.app_context(), transaction() as session:
        token = new_set_up_token(session, now=clock.now())
    return f"{base_url}/set-up/{token}" if token else None


def _typed_password() -> str:
    """Return what is typed or piped in, less one final newline."""
    # Octets, so that a password is read alike whatever the machine's locale.
    typed = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    return typed.removesuffix("\r\n").removesuffix("\n") if typed[-1:] == "\n" else typed


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)

"""Whatever is done to a booking, the reminders that should still go, go, and no others."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.bookings import acts
from coachcrm.bookings.change.operations import bursts, new_clocks, outcome
from coachcrm.bookings.change.operations.changes import Cancel, Reschedule
from coachcrm.bookings.change.operations.outrank import outrank
from coachcrm.bookings.change.operations.resend import (
    InviteAnew,
    MeetElsewhere,
    Readdress,
    SendAgain,
    TellNewPlace,
)
from coachcrm.bookings.core.places import Place
from coachcrm.bookings.letters.operations import reminders
from coachcrm.bookings.letters.operations.jobs import send_what_is_due
from coachcrm.bookings.models import Booking, Reminder
from coachcrm.bookings.policies import ByClient, ByCoach, Policy
from coachcrm.clients.models import Client
from coachcrm.desk.call.operations import prices
from coachcrm.desk.operations import let_letters_follow
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.web.site import site
from tests.support.cast import (
    ANN,
    TUESDAY_9,
    at,
    book,
    change,
    rows,
    value,
)
from tests.support.processes import ROOT

pytestmark = pytest.mark.usefixtures("coach", "mailbox")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
START = at(TUESDAY_9)
CAFE = Place("in_person", "Cafe Nero, 12 High Street, Leeds")
ANN_S, NEW = ANN["email"], "ann.lee@new.example"


@dataclass
class Scene:
    """Ann's booking of Tuesday at nine, and what the cast does to it."""

    app: Flask
    clock: Any

    def do(self, *wanted: object) -> None:
        """Do acts on the booking, one after the other, as the pages do."""
        for act in wanted:
            with self.app.app_context():
                acts.perform(act, site(), self.app.extensions["coachcrm.diary"])

    def do_from_elsewhere(self, act: object) -> None:
        """Do an act after the coach's address has changed."""
        change(self.app, "UPDATE coach SET email = 'sam@new.example'")
        self.do(act)

    def write(self, verb: Callable[[Session], object]) -> Any:
        """Do a verb that has its transaction from the view."""
        with self.app.app_context(), transaction() as session:
            return verb(session)

    def settle(self, verb: Callable[..., None]) -> None:
        """Let the coach say how it went."""
        version = str(value(self.app, "SELECT version FROM booking"))
        now = self.clock.now
        self.write(lambda session: verb(session, 1, 1, version=version, now=now))

    def cancel_in_silence(self) -> str:
        """Let the coach take it back as one of a burst; return the batch."""
        [(public_id,)] = rows(self.app, "SELECT public_id FROM booking")
        now = self.clock.now
        batch, _ = self.write(
            lambda session: bursts.cancel_in_silence(session, 1, [public_id], now=now)
        )
        return batch

    def work(self) -> None:
        """Let the worker's job run once, as it does every half minute."""
        with self.app.app_context():
            send_what_is_due(site(), self.app.extensions["coachcrm.diary"], now=self.clock.now)


def put_back(scene: Scene) -> None:
    batch = scene.cancel_in_silence()
    scene.write(lambda session: bursts.put_back(session, 1, batch, now=scene.clock.now))


def confirm(scene: Scene) -> None:
    """Confirm what the site's own limit had kept, with nobody told."""
    change(scene.app, "UPDATE booking SET status = 'held'")
    for table in ("reminder", "outbox_message"):
        change(scene.app, f"DELETE FROM {table}")
    scene.do(bursts.Confirm(booking_id=1))


def note_prices(scene: Scene) -> None:
    scene.write(lambda session: prices.note_asked(session, 1, by="coach", now=scene.clock.now))


def leave_clocks(scene: Scene) -> None:
    """Leave the meeting at the time of day that new rules have given it."""
    change(scene.app, "UPDATE booking SET client_start = '2027-06-15 08:00'")
    chosen = [value(scene.app, "SELECT public_id FROM booking")]
    left = scene.write(lambda s: new_clocks.leave(s, 1, chosen, now=scene.clock.now))
    assert left == 1


def forget_prices(scene: Scene) -> None:
    note_prices(scene)
    scene.write(lambda session: prices.take_back(session, 1, sent_at=None))


def move(start: str, policy: Policy) -> Reschedule:
    return Reschedule(policy=policy, booking_id=1, start=at(start))


# What people do to a booking before it begins, by the function that does it.
WALKS: dict[str, dict[str, Callable[[Scene], object]]] = {
    "bookings/book/operations/book.py Book.store": {"books": lambda _: None},
    "bookings/change/operations/changes.py Reschedule.change": {
        "the client moves it": lambda s: s.do(move("20270616T080000Z", ByClient())),
        "the coach moves it": lambda s: s.do(move("20270617T083000Z", ByCoach())),
        "the coach moves it, and back": lambda s: s.do(
            move("20270617T080000Z", ByCoach()), move(TUESDAY_9, ByCoach())
        ),
    },
    "bookings/change/operations/changes.py Cancel.change": {
        "the client cancels": lambda s: s.do(Cancel(policy=ByClient(), booking_id=1)),
        "the coach cancels": lambda s: s.do(Cancel(policy=ByCoach(), booking_id=1)),
    },
    "bookings/change/operations/resend.py SendAgain.change": {
        "it is sent again": lambda s: s.do(SendAgain(booking_id=1)),
    },
    "bookings/change/operations/resend.py TellNewPlace.change": {
        "another place is told": lambda s: s.do(TellNewPlace(booking_id=1)),
        "other places are told": lambda s: s.do(*[TellNewPlace(booking_id=1)] * 3),
    },
    "bookings/change/operations/resend.py MeetElsewhere.change": {
        "they meet elsewhere": lambda s: s.do(MeetElsewhere(booking_id=1, place=CAFE)),
        "they meet elsewhere, and not after all": lambda s: s.do(
            MeetElsewhere(booking_id=1, place=CAFE), MeetElsewhere(booking_id=1, place=None)
        ),
        "they meet elsewhere, and are invited anew": lambda s: s.do_from_elsewhere(
            MeetElsewhere(booking_id=1, place=CAFE)
        ),
    },
    "bookings/change/operations/resend.py Readdress.change": {
        "it goes to another address": lambda s: s.do(Readdress(booking_id=1, address=NEW)),
        "it goes there, and back": lambda s: s.do(
            Readdress(booking_id=1, address=NEW), Readdress(booking_id=1, address=ANN_S)
        ),
    },
    "bookings/change/operations/uids.py take_up": {
        "it is invited anew": lambda s: s.do_from_elsewhere(InviteAnew(booking_id=1)),
        "the first act invites anew": lambda s: s.do_from_elsewhere(TellNewPlace(booking_id=1)),
        "it is moved, and invited anew": lambda s: (
            s.do(move("20270617T080000Z", ByCoach())),
            s.do_from_elsewhere(InviteAnew(booking_id=1)),
        ),
    },
    # Each change above goes through it.
    "bookings/change/operations/changes.py Change.store": {},
    "bookings/change/operations/new_clocks.py leave": {"its new time of day is left": leave_clocks},
    "bookings/change/operations/outrank.py outrank": {
        "a backup is put back": lambda s: s.write(
            lambda session: outrank(session, now=s.clock.now)
        ),
    },
    "bookings/change/operations/bursts.py cancel_in_silence": {
        "it is cancelled in silence": Scene.cancel_in_silence,
    },
    "bookings/change/operations/bursts.py put_back": {"it is put back": put_back},
    "bookings/change/operations/bursts.py Confirm.change": {"it is confirmed": confirm},
    "desk/call/operations/prices.py note_asked": {"they ask for prices": note_prices},
    "desk/call/operations/prices.py take_back": {"they did not ask": forget_prices},
}
# What is said of it once it has begun; no reminder goes any more, and what follows is looked at
# below.
AFTERWARDS = {
    "bookings/change/operations/outcome.py _settle",
    "bookings/change/operations/outcome.py take_back",
}
# Verbs after which no letter follows the meeting, though it had taken place.
REMINDERS = "bookings/letters/operations/reminders.py"
LEAVE_NONE: dict[str, Callable[[Scene], object]] = {
    f"{REMINDERS} forget_outcome": lambda s: s.settle(outcome.take_back),
    f"{REMINDERS} stop_following": lambda s: s.write(
        lambda session: let_letters_follow(
            session, session.get_one(Client, 1), may_go=False, now=s.clock.now
        )
    ),
    f"{REMINDERS} follow_by_hand": lambda s: s.write(
        lambda session: reminders.follow_by_hand(
            session, session.get_one(Booking, 1), now=s.clock.now
        )
    ),
}
NAMED = {name: do for walks in WALKS.values() for name, do in walks.items()}
# Booked or confirmed that late, a meeting has only the reminders that are still to come.
BEGINS = {"books", "it is confirmed"}
each_walk = pytest.mark.parametrize("walk", NAMED.values(), ids=NAMED)
each_later_walk = pytest.mark.parametrize(
    "walk", [pytest.param(do, id=name) for name, do in NAMED.items() if name not in BEGINS]
)


# ------------------------------------------------------------------------ no verb is left out


OWN = {n for n, made in vars(Booking).items() if callable(made) and not n.startswith("_")}
COLUMNS = set(Booking.__table__.columns.keys())
OF_REMINDER = set(Reminder.__table__.columns.keys())
# Where a column of the same name is set in something else: by the function, and what it is there.
NO_BOOKINGS = {
    "auth/access.py gate: g",
    "availability/operations/services.py change: row",
    "clients/operations.py find_or_make: client",
    "clients/operations.py change_address: client",
    "desk/operations.py change_profile: coach",
    "kit/data/own_words.py keep: row",
    "kit/web/guard.py UntrustedForm.__init__: self",
    "notes/operations/additions.py keep: draft",
    "notes/operations/additions.py add: note",
    "notes/operations/notes.py replace_text: note",
    "outbox/queue/operations.py send_again: row",
    "recovery/operations/ladder.py _store: row",
    "recovery/operations/rows.py _set: row",
    "recovery/views/record.py not_saved: refusal",
}
WITHDRAWING = {"outbox.withdraw", "outbox.put_back"}
# The walks go through these; what else touches a reminder, or a letter that waits, has its own.
ON_THE_WAY = {
    f"{REMINDERS} follow",
    f"{REMINDERS} settle",
    f"{REMINDERS} _take_back",
    f"{REMINDERS} _write_down",
}


def called(node: ast.AST) -> tuple[str, str]:
    """Return the last name of what is called, and its first argument."""
    if not isinstance(node, ast.Call):
        return "", ""
    name = ast.unparse(node.func).rsplit(".", 1)[-1]
    return name, ast.unparse(node.args[0]) if node.args else ""


def writes_to(table: str, node: ast.AST) -> bool:
    """Say whether a row is made, or the table written to."""
    name, on = called(node)
    return name == table or (name in {"update", "insert", "delete", "stored"} and on == table)


def is_set_in(node: ast.AST) -> str | None:
    """Return in what a column that bookings have is set, or one by a name that nobody knows."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return ast.unparse(node.value) if node.attr in COLUMNS else None
    name, on = called(node)
    return on if name == "setattr" else None


def changes_a_booking(node: ast.AST, place: str) -> bool:
    """Say whether a column is set, a method called, a booking made, or the table written to."""
    if (thing := is_set_in(node)) is not None:
        return f"{place}: {thing}" not in NO_BOOKINGS
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return writes_to("Booking", node) or (is_method and called(node)[0] in OWN)


def changes_a_reminder(node: ast.AST, place: str) -> bool:
    """Say whether a reminder is made or changed, or a letter withdrawn from the outbox."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return place.startswith("bookings/") and node.attr in OF_REMINDER - COLUMNS
    if isinstance(node, ast.Call) and ast.unparse(node.func) in WITHDRAWING:
        return True
    return writes_to("Reminder", node)


def functions(node: ast.AST, name: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield the functions and methods of a module."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from functions(child, f"{name}{child.name}.")
        elif isinstance(child, ast.FunctionDef):
            yield f"{name}{child.name}", child


def everything() -> Iterator[tuple[str, ast.AST]]:
    """Yield every function but the table's own, as its module and its name, with what it holds."""
    for path in sorted((ROOT / "coachcrm").rglob("*.py")):
        module = path.relative_to(ROOT / "coachcrm").as_posix()
        if module in {"demo.py", "bookings/models.py"}:
            continue
        for name, function in functions(ast.parse(path.read_text())):
            yield f"{module} {name}", function


def verbs(does: Callable[[ast.AST, str], bool]) -> set[str]:
    """Return the functions that do something somewhere."""
    return {
        place
        for place, function in everything()
        if any(does(node, place) for node in ast.walk(function))
    }


def test_every_function_that_changes_a_booking_is_walked_here() -> None:
    """A new one needs a walk above, so that it is known what becomes of the reminders."""
    assert verbs(changes_a_booking) == {*WALKS, *AFTERWARDS}


def test_every_function_that_changes_a_reminder_is_walked_here() -> None:
    found = verbs(changes_a_reminder)
    assert found - {*WALKS} == {*ON_THE_WAY, *LEAVE_NONE}


def test_what_is_no_booking_is_still_there() -> None:
    found = {
        f"{place}: {thing}"
        for place, function in everything()
        for thing in map(is_set_in, ast.walk(function))
        if thing is not None
    }
    assert found >= NO_BOOKINGS


# -------------------------------------------------------------------- those that should, go


def go(scene: Scene) -> list[tuple[str, str]]:
    """Let time pass until the meeting begins; return the reminders that go, and to whom."""
    scene.work()
    with scene.app.app_context():
        start = db.session.scalars(select(Booking.starts_at)).one()
    for when in (start - DAY, start - HOUR):
        if when >= scene.clock.now:
            scene.clock.at(when)
            scene.work()
    return rows(
        scene.app,
        "SELECT kind, recipient FROM outbox_message "
        "WHERE kind LIKE '%_before' AND state = 'queued' ORDER BY id",
    )


def owed(app: Flask) -> list[tuple[str, str]]:
    """Return the two reminders that a booking should have as it stands now."""
    [(status, email)] = rows(app, "SELECT status, email FROM booking")
    return [("day_before", email), ("hour_before", email)] if status == "confirmed" else []


@each_walk
def test_long_before(app, web, clock, walk) -> None:
    scene = Scene(app, clock)
    book(web)
    walk(scene)
    assert go(scene) == owed(app)


@pytest.mark.engines("sqlite")
@each_later_walk
def test_in_the_moment_in_which_one_is_due(app, web, clock, walk) -> None:
    scene = Scene(app, clock)
    change(app, "UPDATE service SET cutoff_min = 0, notice_min = 0")
    book(web)
    clock.at(START - DAY + timedelta(seconds=10))
    walk(scene)
    assert go(scene) == owed(app)


@pytest.mark.engines("sqlite")
@each_later_walk
def test_while_one_waits_for_the_mail_server(app, web, clock, walk) -> None:
    scene = Scene(app, clock)
    change(app, "UPDATE service SET cutoff_min = 0, notice_min = 0")
    book(web)
    clock.at(START - DAY)
    scene.work()
    clock.move(minutes=10)
    walk(scene)
    assert sorted(go(scene)) == owed(app)


@pytest.mark.engines("sqlite")
@each_later_walk
def test_while_one_waits_of_a_meeting_that_was_invited_anew(app, web, clock, walk) -> None:
    """Its letters are filed under the UID that it began with, and it has another one now."""
    scene = Scene(app, clock)
    change(app, "UPDATE service SET cutoff_min = 0, notice_min = 0")
    book(web)
    scene.do_from_elsewhere(InviteAnew(booking_id=1))
    clock.at(START - DAY)
    scene.work()
    clock.move(minutes=10)
    walk(scene)
    assert sorted(go(scene)) == owed(app)


@pytest.mark.engines("sqlite")
@each_later_walk
def test_after_one_has_gone(app, web, clock, walk) -> None:
    """It goes a second time only for another time."""
    scene = Scene(app, clock)
    change(app, "UPDATE service SET cutoff_min = 0, notice_min = 0")
    book(web)
    clock.at(START - DAY)
    scene.work()
    change(app, "UPDATE outbox_message SET state = 'sent', settled_at = created_at")
    clock.move(minutes=10)
    walk(scene)
    still = [(kind, to) for kind, to in owed(app) if kind == "hour_before" or is_elsewhen(app)]
    assert go(scene) == still


def is_elsewhen(app: Flask) -> bool:
    """Say whether the booking has another time now than the one it was reminded of."""
    return "2027-06-15" not in str(value(app, "SELECT starts_at FROM booking"))


# ---------------------------------------------------------------------------- what follows it


@pytest.mark.parametrize(
    ("said", "kind"), [("mark_completed", "follow_up"), ("mark_no_show", "missed")]
)
def test_after_a_wrong_button_the_letter_of_the_right_one_goes(app, web, clock, said, kind) -> None:
    scene = Scene(app, clock)
    book(web)
    clock.at(START + HOUR)
    wrong = outcome.mark_no_show if said == "mark_completed" else outcome.mark_completed
    for verb in (wrong, outcome.take_back, getattr(outcome, said)):
        scene.settle(verb)
        scene.work()
        clock.move(minutes=5)
    clock.move(hours=2)
    scene.work()
    scene.work()
    found = "SELECT kind FROM outbox_message WHERE kind IN ('missed', 'follow_up')"
    assert rows(app, found) == [(kind,)]


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("moment", ["it is due", "it waits for the mail server"])
@pytest.mark.parametrize("verb", LEAVE_NONE.values(), ids=LEAVE_NONE)
def test_nothing_follows_a_meeting_that_was_invited_anew(app, web, clock, verb, moment) -> None:
    scene = Scene(app, clock)
    book(web)
    scene.do_from_elsewhere(InviteAnew(booking_id=1))
    clock.at(START + HOUR)
    scene.settle(outcome.mark_completed)
    scene.work()
    if moment == "it waits for the mail server":
        clock.move(hours=2)
        scene.work()
    verb(scene)
    clock.move(hours=2)
    scene.work()
    follows = "SELECT kind FROM outbox_message WHERE kind = 'follow_up' AND state = 'queued'"
    assert rows(app, follows) == []

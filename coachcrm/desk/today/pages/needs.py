"""What needs the coach, as lines with one act each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.bookings.change.operations import bursts, new_clocks
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.reading.practice import CoachCard
from coachcrm.desk.mail import pages as mail_pages
from coachcrm.desk.meetings import Need
from coachcrm.desk.today.core import needs as core
from coachcrm.desk.today.core.needs import CAN_WAIT, SOON, Fact
from coachcrm.desk.today.reading import needs as needs_reading
from coachcrm.desk.today.reading import people
from coachcrm.kit.text.typed import parse_row_number
from coachcrm.kit.time import words
from coachcrm.kit.web.site import Site
from coachcrm.notes.operations import notes
from coachcrm.outbox import health as mail_health
from coachcrm.recovery.core import steps
from coachcrm.recovery.reading import due

SETTLED = {"completed": "it took place", "no_show": "did not come"}
CHECK_BACKS = {
    "target": "look at the target again",
    "mind": "ask how much the no is on their mind",
}


# The word of each act, the page that it leads to, and what that page's address names.
ACTS = {
    "outcome": ("Took place", "desk.booking", "booking_id"),
    "ask": ("The draft", "recovery.ask", "application_id"),
    "action": ("Done", "recovery.piece", "row_id"),
    "interview": ("Prepare", "recovery.application", "application_id"),
    "target": ("Look", "recovery.record", "client_id"),
    "mind": ("Ask", "recovery.application", "application_id"),
    "note": ("Write it", "notes.new", "booking"),
    "deciding": ("Ask", "desk.client", "client_id"),
    "no_meeting": ("Book", "desk.new_booking", "client"),
    "quiet": ("Look", "desk.client", "client_id"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: who, what, the one act, and whether it can be put aside.

    `settle_url` is where a press says how a meeting went, of the booking as `version` says;
    `done_url` where one says that an action is done.
    """

    key: str
    name: str
    client_url: str
    what: str
    due: str
    is_late: bool
    act: str
    url: str
    can_wait: bool
    settle_url: str = ""
    version: int = 0
    done_url: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines under one heading."""

    heading: str
    is_late: bool
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Needs:
    """What needs the coach: the first lines under their headings, or all of them by person."""

    groups: list[Lines]
    shown: int
    total: int


def needs(
    session: Session, site: Site, coach: Coach, card: CoachCard, *, by_person: bool, now: datetime
) -> Needs:
    """Return what waits: the first lines under their headings, or everything person by person."""
    today = now.astimezone(coach.zone).date()
    own = _of_the_house(session, site, coach, card, now=now)
    letters = [Fact("letters", number, None, "", need.sentence) for number, need in enumerate(own)]
    of_clients, write = _of_clients(session, coach, own, now=now)
    aside = needs_reading.aside(session, coach.id)
    asks = _asks(session, coach.id, today=today)
    found = core.waiting([*letters, *asks, *of_clients], aside, today=today)
    if by_person:
        groups = [
            Lines(name or "For yourself", is_late=False, lines=[write(one) for one in those])
            for name, _, those in core.by_person(found)
        ]
        return Needs(groups, len(found), len(found))
    first = found[: core.MOST]
    groups = [
        Lines(group.heading, group.is_late, [write(one) for one in group.facts])
        for group in core.grouped(first, today=today)
    ]
    return Needs(groups, len(first), len(found))


def of_client(session: Session, coach: Coach, client_id: int, *, now: datetime) -> list[Line]:
    """Return what Today tells of one client, but for the asks, which are marks of the steps."""
    facts, write = _of_clients(session, coach, (), now=now)
    own = [fact for fact in facts if fact.client_id == client_id]
    today = now.astimezone(coach.zone).date()
    aside = needs_reading.aside(session, coach.id) if own else {}
    return [write(fact) for fact in core.waiting(own, aside, today=today)]


@dataclass(frozen=True, slots=True)
class Settled:
    """A meeting of which the coach has just said how it went."""

    id: int
    version: int
    words: str


def settled(session: Session, coach: Coach, asked: str) -> Settled | None:
    """Return the meeting that an address names, if it is settled: it can be taken back."""
    number = parse_row_number(asked)
    booking = session.get(Booking, number) if number else None
    if booking is None or booking.coach_id != coach.id or booking.status not in SETTLED:
        return None
    return Settled(booking.id, booking.version, f"{booking.name}: {SETTLED[booking.status]}.")


def _of_clients(
    session: Session, coach: Coach, own: Sequence[Need], *, now: datetime
) -> tuple[list[Fact], "_Writer"]:
    """Return what waits with the clients but the asks, and what writes that and `own` as lines."""
    today = now.astimezone(coach.zone).date()
    ended = needs_reading.without_outcome(session, coach.id, now=now)
    thinking = people.answers_due(session, coach.id, zone=coach.zone, now=now)
    asked_after = {one.client_id: one.booking_id for one in thinking if one.booking_id}
    facts = [
        *(_ended(booking, coach, today) for booking in ended),
        *_of_records(session, coach.id, today=today),
        *(_thinking(one, today) for one in thinking),
        *_of_people(session, coach, now=now),
    ]
    return facts, _Writer(own, {booking.id: booking for booking in ended}, asked_after, today)


def _of_the_house(
    session: Session, site: Site, coach: Coach, card: CoachCard, *, now: datetime
) -> list[Need]:
    """Return what is not as it should be with letters, bookings and clocks."""
    found = mail_pages.needs(mail_health.look(session, now=now), coach.zone)
    if at_once := bursts.in_burst(session, coach.id, now=now):
        many = "A booking is held" if len(at_once) == 1 else f"{len(at_once)} bookings came at once"
        found.append(Need(many, "Look at them", url_for("bursts.show")))
    if number := len(new_clocks.shifted_ids(session, coach.id, now=now)):
        one = number == 1
        many, look = ("a meeting", "Look at it") if one else (f"{number} meetings", "See which")
        sentence = f"A country’s new rules for its clocks change the time of {many}"
        found.append(Need(sentence, look, url_for("desk.new_clocks")))
    return [*found, *mail_pages.needs_inviting(site, session, card, now=now)]


def _ended(booking: Booking, coach: Coach, today: date) -> Fact:
    start = booking.starts_at.astimezone(coach.zone)
    when = "today" if start.date() == today else words.day(start)
    return Fact(
        "outcome",
        booking.id,
        booking.client_id,
        booking.client.name,
        f"{words.clock_time(start)}, {when}",
        since=start.date(),
    )


def _asks(session: Session, coach_id: int, *, today: date) -> Iterator[Fact]:
    """Yield the asks for feedback that are due in open searches."""
    for whose, application in due.rejections(session, coach_id, today=today):
        ask = steps.next_ask(application, today=today)
        if ask is None or not ask.is_now:
            continue
        again = "" if ask.attempt == 1 else " again"
        what = f"ask {application.employer or application.name}{again}"
        yield Fact("ask", application.id, whose.client_id, whose.name, what, due_on=ask.due_on)


def _of_records(session: Session, coach_id: int, *, today: date) -> Iterator[Fact]:
    """Yield what else the records of open searches ask for: actions, interviews, check-backs."""
    for action in due.actions(session, coach_id, until=today):
        who = action.whose
        yield Fact("action", action.id, who.client_id, who.name, action.text, due_on=action.due_on)
    for whose, row, employer, on in due.interviews(session, coach_id, today, today + SOON):
        what = f"interview {_on(on, today)}" + (f", {employer}" if employer else "")
        yield Fact("interview", row, whose.client_id, whose.name, what, due_on=on)
    for whose, row, kind, on in due.check_backs(session, coach_id, today=today):
        yield Fact(kind, row, whose.client_id, whose.name, CHECK_BACKS[kind], due_on=on)


def _thinking(one: people.Waiting, today: date) -> Fact:
    what = f"thinking it over for {(today - one.since).days} days"
    return Fact("deciding", one.client_id, one.client_id, one.name, what, since=one.since)


def _of_people(session: Session, coach: Coach, *, now: datetime) -> Iterator[Fact]:
    """Yield notes that are missing, and people with whom something might be done."""
    for booking in notes.meetings_without_note(session, coach.id, now=now):
        on = booking.starts_at.astimezone(coach.zone).date()
        what = f"no note on {words.day(on)}"
        yield Fact("note", booking.id, booking.client_id, booking.client.name, what, since=on)
    quiet = people.quiet(session, coach.id, now=now)
    for client_id, name in quiet:
        yield Fact("quiet", client_id, client_id, name, "nothing for 60 days: perhaps a pause")
    for client_id, name in needs_reading.without_meeting(session, coach.id, now=now):
        if (client_id, name) not in quiet:
            yield Fact("no_meeting", client_id, client_id, name, "no next meeting")


def _due(fact: Fact, today: date) -> str:
    """Say by when, where the line itself does not."""
    if fact.due_on is None or fact.kind == "interview" or fact.due_on == today:
        return ""
    return f"{'was due' if fact.due_on < today else 'by'} {words.day(fact.due_on)}"


def _on(on: date, today: date) -> str:
    return {0: "today", 1: "tomorrow"}.get((on - today).days, f"on {words.day(on)}")


class _Writer:
    """Writes each fact as a line, with the address of its one act."""

    def __init__(
        self,
        own: Sequence[Need],
        ended: Mapping[int, Booking],
        asked_after: Mapping[int, int],
        today: date,
    ) -> None:
        self._own, self._ended, self._asked_after = own, ended, asked_after
        self._today = today

    def __call__(self, fact: Fact) -> Line:
        """Return the line of a fact."""
        act, url, more = self._act(fact)
        late = fact.due_on is not None and fact.due_on < self._today
        return Line(
            key=fact.key,
            name=fact.name,
            client_url=url_for("desk.client", client_id=fact.client_id) if fact.client_id else "",
            what=fact.what,
            due=_due(fact, self._today),
            is_late=late,
            act=act,
            url=url,
            can_wait=fact.kind in CAN_WAIT,
            **more,
        )

    def _act(self, fact: Fact) -> tuple[str, str, dict[str, Any]]:
        """Return the word of the act, the page about it, and what a press there needs."""
        if fact.kind == "letters":
            need = self._own[fact.subject]
            return need.action, need.url, {}
        word, endpoint, name = ACTS[fact.kind]
        values: dict[str, Any] = {
            name: fact.client_id if name in {"client", "client_id"} else fact.subject
        }
        if fact.kind == "note":
            values["client_id"] = fact.client_id
        if fact.kind == "action":
            values["noun"] = "action"
        url = url_for(endpoint, **values)
        if fact.kind == "outcome":
            settle = url_for("desk.settle", booking_id=fact.subject)
            return (
                word,
                url,
                {"settle_url": settle, "version": self._ended[fact.subject].version},
            )
        if fact.kind == "deciding" and (booking_id := self._asked_after.get(fact.subject)):
            return word, url_for("desk.wrap_up", booking_id=booking_id, _anchor="stage"), {}
        if fact.kind == "action":
            return word, url, {"done_url": url_for("desk.action_done", action_id=fact.subject)}
        return word, url, {}

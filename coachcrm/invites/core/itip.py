"""What calendar programs are told: iTIP messages (RFC 5546) as iCalendar objects (RFC 5545).

Pure: values in, octets out. Two organizer modes. As agent, the booking system's own mailbox is
ORGANIZER and both people are ATTENDEEs, so that each of them gets answer buttons and every letter
comes from the ORGANIZER. In personal mode the coach's own account sends and is ORGANIZER; the
client gets REQUEST and CANCEL, and the coach a published copy without attendees (RFC 5546 3.2.1).

All times are written in UTC: generated VTIMEZONEs are misread by common clients, and the hour that
repeats in October cannot be written with a TZID at all.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress
from icalendar.parser import Contentline

from coachcrm.kit.text.typed import many_lines, one_line
from coachcrm.kit.time.interval import Interval

PRODID = "-//coachcrm//coachcrm//EN"
MOST_CN = 80
# Of octets in a line without its break, as icalendar folds them (RFC 5545 3.1 allows one more).
MOST_IN_LINE = 74
# Marks that calendar programs read wrongly inside a quoted parameter (C9).
_UNSAFE_IN_CN = re.compile(r'["^\\;]')


class ItipMethod(StrEnum):
    """The METHOD of RFC 5546 that a letter carries, in its MIME header and in its body."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class Role(StrEnum):
    """Whose copy a message is."""

    CLIENT = "client"
    COACH = "coach"


@dataclass(frozen=True, slots=True)
class EventText:
    """What one reader's calendar is told of a meeting; `stamp` is its DTSTAMP."""

    uid: str
    sequence: int
    stamp: datetime
    created: datetime
    time: Interval
    summary: str
    location: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A name and an address (ASCII; a domain in IDNA form)."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Hosts:
    """Who invites, in calendars: the ORGANIZER's address and the coach's own (both ASCII)."""

    organizer: str
    coach: str

    @property
    def are_one(self) -> bool:
        """Whether this is personal mode: the coach's own address is ORGANIZER."""
        return self.organizer.casefold() == self.coach.casefold()

    def are(self, other: "Hosts") -> bool:
        """Say whether both addresses are the same; case does not count."""
        mine, theirs = (f"{who.organizer} {who.coach}".casefold() for who in (self, other))
        return mine == theirs


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """The state of a booking that its calendar messages tell.

    For one `uid` `organizer` and `coach` stay as they are (C2), and `sequence` grows with each move
    and with the cancel (RFC 5546 2.1.4); `stamp` is the instant of the message's making and never
    falls; `summary`, `location` and `description` are keyed by whose copy it is, and so is
    `advice`: what can be done about the meeting, which an invitation says below the description.
    """

    uid: str
    sequence: int
    stamp: datetime
    created: datetime
    time: Interval
    organizer: Person
    coach: Person
    client: Person
    summary: dict[Role, str]
    location: dict[Role, str]
    description: dict[Role, str]
    advice: dict[Role, str] = field(default_factory=dict)

    @property
    def coach_is_organizer(self) -> bool:
        """Whether this is personal mode: ORGANIZER is the coach's own address."""
        return Hosts(self.organizer.address, self.coach.address).are_one

    def copy_for(self, role: Role, *, is_invitation: bool = False) -> EventText:
        """Return what the calendar of one of the two is told."""
        advice = self.advice.get(role, "") if is_invitation else ""
        return EventText(
            uid=self.uid,
            sequence=self.sequence,
            stamp=self.stamp,
            created=self.created,
            time=self.time,
            summary=self.summary[role],
            location=self.location[role],
            description="\n\n".join(filter(None, (self.description[role], advice))),
        )


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """The calendar part of a letter: its METHOD and its octets, which nothing may alter (C14)."""

    method: ItipMethod
    octets: bytes
    sequence: int = 0


def invitation(meeting: CalendarEntry, role: Role) -> CalendarPart:
    """Return the message that makes or updates the meeting in one person's calendar (U1)."""
    method = _method(meeting, role, ItipMethod.REQUEST)
    return _part(meeting, role, method, status="CONFIRMED")


def new_uid(organizer: str) -> str:
    """Return a UID that no meeting has had, in the domain of the organizer's address (C2)."""
    return f"{secrets.token_hex(16)}@{organizer.rpartition('@')[2]}"


def location_of(octets: bytes) -> str:
    """Return where a message of this program's says that the meeting is."""
    return _told_in(octets, "LOCATION")


def uid_of(octets: bytes) -> str:
    """Return the UID of a message of this program's; empty where there is none."""
    return _told_in(octets, "UID")


def cancellation(meeting: CalendarEntry, role: Role) -> CalendarPart:
    """Return the message that takes the meeting out of one person's calendar (U2).

    A published copy cannot be cancelled by METHOD:CANCEL, which names attendees; it is published
    once more with STATUS:CANCELLED.
    """
    method = _method(meeting, role, ItipMethod.CANCEL)
    return _part(meeting, role, method, status="CANCELLED")


def _told_in(octets: bytes, name: str) -> str:
    events = Calendar.from_ical(octets).walk("VEVENT") if octets else []
    return str(events[0].get(name, "")) if events else ""


def _method(meeting: CalendarEntry, role: Role, method: ItipMethod) -> ItipMethod:
    return ItipMethod.PUBLISH if role is Role.COACH and meeting.coach_is_organizer else method


def _part(meeting: CalendarEntry, role: Role, method: ItipMethod, *, status: str) -> CalendarPart:
    told = meeting.copy_for(role, is_invitation=status == "CONFIRMED")
    event = event_of(told, status=status)
    event.add(
        "organizer", vCalAddress.new(meeting.organizer.address, cn=_cn(meeting.organizer.name))
    )
    if method is not ItipMethod.PUBLISH:
        for attendee in _attendees(meeting, role):
            event.add("attendee", attendee)
        # Proposals of another time would go to a mailbox that nobody reads.
        event.add("x-microsoft-disallow-counter", "TRUE")
    if status == "CONFIRMED":
        event.add("x-microsoft-cdo-busystatus", "BUSY")
    calendar = calendar_of(method)
    calendar.add_component(event)
    return CalendarPart(method, octets_of(calendar), meeting.sequence)


def _attendees(meeting: CalendarEntry, role: Role) -> list[vCalAddress]:
    """Name both people; the reader of a copy is always asked (C10).

    An entry that is already accepted when it arrives was moved to Outlook's bin.
    """
    client = _attendee(meeting.client, asked=True)
    if meeting.coach_is_organizer:
        return [client]
    return [client, _attendee(meeting.coach, asked=role is Role.COACH)]


def _attendee(person: Person, *, asked: bool) -> vCalAddress:
    return vCalAddress.new(
        person.address,
        cn=_cn(person.name),
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat="NEEDS-ACTION" if asked else "ACCEPTED",
        rsvp=asked,
    )


def _cn(name: str) -> str:
    """Return a name as every client shows it: RFC 6868 escapes are undone by few (C9)."""
    return re.sub(r" {2,}", " ", _UNSAFE_IN_CN.sub(" ", one_line(name))).strip()[:MOST_CN].strip()


def octets_of(calendar: Calendar) -> bytes:
    """Return a calendar as icalendar writes it, with its lines folded at once.

    The library folds character by character, which takes longer than all the rest.
    """
    return b"".join(_folded(line) + b"\r\n" for line in calendar.content_lines() if line)


def _folded(line: Contentline) -> bytes:
    if not line.isascii():
        return bytes(line.to_ical())  # type: ignore[no-untyped-call]
    parts, left = [], str(line)
    while len(left) > MOST_IN_LINE:
        # What is escaped stays together.
        end = MOST_IN_LINE - (left[MOST_IN_LINE - 1] in "\\^")
        parts.append(left[:end])
        left = left[end:]
    return "\r\n ".join([*parts, left]).encode()


def calendar_of(method: str) -> Calendar:
    """Return a calendar without entries."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def event_of(told: EventText, *, status: str = "CONFIRMED") -> Event:
    """Return an event with nobody named in it."""
    event = Event()
    stamp = whole_second(told.stamp)
    event.add("uid", told.uid)
    event.add("sequence", told.sequence)
    event.add("dtstamp", stamp)
    event.add("created", min(whole_second(told.created), stamp))
    event.add("last-modified", stamp)
    event.add("dtstart", whole_second(told.time.start))
    event.add("dtend", whole_second(told.time.end))
    event.add("summary", literal(one_line(told.summary)))
    if told.location:
        event.add("location", literal(one_line(told.location)))
    if told.description:
        event.add("description", literal(many_lines(told.description)))
    event.add("status", status)
    event.add("transp", "OPAQUE")
    return event


def literal(text: str) -> str:
    """Keep a backslash before N from being read as a line break, as icalendar does (C8)."""
    return text.replace("\\N", "\\ N")


def whole_second(instant: datetime) -> datetime:
    """Return the instant in UTC without fractions, which iCalendar cannot write (C6)."""
    if instant.tzinfo is None:
        raise ValueError(f"a calendar needs an aware instant: {instant!r}")
    return instant.astimezone(UTC).replace(microsecond=0)

"""What calendar programs are told, read back by a reader that knows only RFC 5545."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from coachcrm.invites.core.itip import (
    CalendarEntry,
    EventText,
    Hosts,
    ItipMethod,
    Person,
    Role,
    calendar_of,
    cancellation,
    event_of,
    invitation,
    location_of,
    new_uid,
    octets_of,
    uid_of,
)
from coachcrm.kit.time.interval import Interval
from tests.support.ics import event, lines, parse

START = datetime(2027, 6, 15, 8, tzinfo=UTC)
MADE = datetime(2027, 6, 1, 8, 0, 5, 999_999, tzinfo=UTC)
BOTH = list(Role)
LONG = "🙂漢字é" * 1250
MEETING = CalendarEntry(
    uid="0123456789abcdef@practice.example",
    sequence=0,
    stamp=MADE,
    created=MADE,
    time=Interval(START, START + timedelta(minutes=30)),
    organizer=Person("Sam Carter", "bookings@practice.example"),
    coach=Person("Sam Carter", "sam@practice.example"),
    client=Person("Ann Lee", "ann@client.example"),
    summary={Role.CLIENT: "Free consultation with Sam", Role.COACH: "Free consultation: Ann"},
    location={Role.CLIENT: "By phone: Sam rings you", Role.COACH: "By phone: ring Ann"},
    description={Role.CLIENT: "Sam rings you.\n\nBye.", Role.COACH: "Ann Lee\nHello"},
)
PERSONAL = replace(MEETING, organizer=Person("Sam Carter", "Sam@practice.example"))
ALL = [
    (name, tell, meeting, role)
    for name, tell in (("invitation", invitation), ("cancellation", cancellation))
    for meeting in (MEETING, PERSONAL)
    for role in BOTH
]
each_message = pytest.mark.parametrize(
    ("tell", "meeting", "role"),
    [case[1:] for case in ALL],
    ids=[f"{n} {'personal' if m is PERSONAL else 'agent'} {r}" for n, _, m, r in ALL],
)


def with_text(text: str, role: Role = Role.COACH) -> CalendarEntry:
    return replace(MEETING, description={**MEETING.description, role: text})


@pytest.mark.parametrize("shift", range(76))
def test_lines_are_folded_where_the_library_folds_them(shift) -> None:
    texts = ("x" * shift, "x" * (shift + 60), "x" * shift + "\\,;^" * 60, "x" * shift + LONG[:60])
    for text in texts:
        calendar = calendar_of("REQUEST")
        told = EventText("1@practice.example", 0, MADE, MADE, MEETING.time, text, text, text)
        calendar.add_component(event_of(told))
        assert octets_of(calendar) == calendar.to_ical()


@each_message
def test_c1_one_calendar_with_one_event_and_one_method(tell, meeting, role) -> None:
    part = tell(meeting, role)
    calendar = parse(part.octets)
    assert calendar.one("VERSION").value == "2.0"
    assert calendar.one("PRODID").value == "-//coachcrm//coachcrm//EN"
    assert calendar.one("CALSCALE").value == "GREGORIAN"
    assert calendar.one("METHOD").value == part.method
    assert {p.name for p in calendar.properties} == {"VERSION", "PRODID", "CALSCALE", "METHOD"}
    assert [component.name for component in calendar.parts] == ["VEVENT"]
    assert not calendar.names & {"RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}


@each_message
def test_c2_the_uid_is_the_booking_s_in_every_message(tell, meeting, role) -> None:
    assert event(tell(meeting, role).octets).one("UID").value == meeting.uid


@each_message
def test_c3_the_sequence_is_always_written(tell, meeting, role) -> None:
    for sequence in (0, 1, 12):
        found = event(tell(replace(meeting, sequence=sequence), role).octets)
        assert found.one("SEQUENCE").value == str(sequence)


@each_message
def test_c4_the_stamps_are_instants_and_none_was_changed_before_it_was_made(tell, meeting, role):
    later = replace(meeting, stamp=MADE + timedelta(hours=1))
    found = event(tell(later, role).octets)
    assert found.one("DTSTAMP").instant == datetime(2027, 6, 1, 9, 0, 5, tzinfo=UTC)
    assert found.one("LAST-MODIFIED").instant == found.one("DTSTAMP").instant
    assert found.one("CREATED").instant == datetime(2027, 6, 1, 8, 0, 5, tzinfo=UTC)


@each_message
def test_c5_times_are_in_utc_without_any_zone(tell, meeting, role) -> None:
    octets = tell(meeting, role).octets
    assert event(octets).one("DTSTART").instant == START
    assert event(octets).one("DTEND").instant == START + timedelta(minutes=30)
    assert b"TZID" not in octets
    assert b"VTIMEZONE" not in octets


@pytest.mark.parametrize(
    ("start", "written"),
    [
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "20271031T003000Z"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "20271031T013000Z"),
        (datetime(2027, 6, 30, 23, 59, 59, 999_999, tzinfo=UTC), "20270630T235959Z"),
    ],
    ids=["1:30 the first time", "1:30 the second time", "fractions are dropped"],
)
def test_c5_the_hour_that_repeats_is_unmistakable(start, written) -> None:
    meeting = replace(MEETING, time=Interval(start, start + timedelta(minutes=30)))
    found = event(invitation(meeting, Role.CLIENT).octets)
    assert found.one("DTSTART").value == written
    assert found.one("DTEND").instant - found.one("DTSTART").instant == timedelta(minutes=30)


def test_c6_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        invitation(replace(MEETING, stamp=datetime(2027, 6, 1, 8)), Role.CLIENT)  # noqa: DTZ001


@each_message
def test_c7_the_end_is_written_and_never_a_duration(tell, meeting, role) -> None:
    found = event(tell(meeting, role).octets)
    assert len(found.all("DTEND")) == 1
    assert "DURATION" not in found.names


@pytest.mark.parametrize(
    "nasty",
    [
        "a\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM",
        "END:VEVENT\nBEGIN:VEVENT\nATTENDEE:mailto:evil@evil.example",
        "a\u2028ATTENDEE:mailto:evil@evil.example",
        "a\u2029b\x85c\x0bd\x0ce",
        "\0\x01\x1b\x7f\x9f",
        "lone \r return",
        "\ufeffbom",
        "\u202eright to left\u2066",
        "back\\slash; semi, comma: colon \\n \\N",
        'quotes " and \N{LEFT DOUBLE QUOTATION MARK}',
        "lone \ud800 surrogate",
    ],
)
def test_c8_whatever_a_text_holds_it_stays_a_text(nasty) -> None:
    meeting = replace(
        with_text(nasty),
        summary={**MEETING.summary, Role.COACH: nasty},
        location={**MEETING.location, Role.COACH: nasty},
        client=Person(nasty, "ann@client.example"),
    )
    octets = invitation(meeting, Role.COACH).octets
    found = event(octets)
    assert [a.value for a in found.all("ATTENDEE")] == [
        "mailto:ann@client.example",
        "mailto:sam@practice.example",
    ]
    assert "\n" not in found.one("SUMMARY").text + found.one("LOCATION").text
    shown = octets.decode()
    assert not set(shown) & set("\0\x01\x0b\x0c\x1b\x7f\x85\x9f\u2028\u2029\u202e\u2066\ufeff")


@pytest.mark.parametrize(
    "text", ["a, b; c: d \\ e", "two\nlines", "three\n\n\nand", "\\n is not a line", "🙂 漢字 Zoë"]
)
def test_c8_ordinary_texts_come_out_as_they_went_in(text) -> None:
    assert event(invitation(with_text(text), Role.COACH).octets).one("DESCRIPTION").text == text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann Lee", "Ann Lee"),
        ("Lee, Ann: MBA", "Lee, Ann: MBA"),
        ('Zoë "Z" O\'Brien; Dr., Ing. ^n \\ 🎯', "Zoë Z O'Brien Dr., Ing. n 🎯"),
        ("李小龍 🙂", "李小龍 🙂"),
        ("محمد", "محمد"),
        ("x\r\nATTENDEE:mailto:evil@evil.example", "x ATTENDEE:mailto:evil@evil.example"),
        ("Ann\u202eeel", "Anneel"),
        ("n" * 120, "n" * 80),
        ("Doe, Jane (Coach)", "Doe, Jane (Coach)"),
    ],
)
def test_c9_names_lose_what_calendar_programs_misread(name, shown) -> None:
    found = event(invitation(replace(MEETING, client=Person(name, "a@b.example")), BOTH[0]).octets)
    assert found.all("ATTENDEE")[0].parameters["CN"] == shown


def people(meeting: CalendarEntry, role: Role, tell=invitation) -> list[tuple[str, str, str]]:
    found = event(tell(meeting, role).octets).all("ATTENDEE")
    assert {(a.parameters["CUTYPE"], a.parameters["ROLE"]) for a in found} <= {
        ("INDIVIDUAL", "REQ-PARTICIPANT")
    }
    return [(a.value, a.parameters["PARTSTAT"], a.parameters["RSVP"]) for a in found]


def test_c10_the_reader_of_a_copy_is_asked_and_the_coach_has_accepted() -> None:
    ann = ("mailto:ann@client.example", "NEEDS-ACTION", "TRUE")
    sam = "mailto:sam@practice.example"
    assert people(MEETING, Role.CLIENT) == [ann, (sam, "ACCEPTED", "FALSE")]
    assert people(MEETING, Role.COACH) == [ann, (sam, "NEEDS-ACTION", "TRUE")]


@each_message
def test_c10_the_organizer_is_an_address_with_the_coach_s_name(tell, meeting, role) -> None:
    found = event(tell(meeting, role).octets).one("ORGANIZER")
    assert found.value == f"mailto:{meeting.organizer.address}"
    assert found.parameters == {"CN": "Sam Carter"}


@each_message
def test_c11_status_and_transparency(tell, meeting, role) -> None:
    found = event(tell(meeting, role).octets)
    assert found.one("STATUS").value == ("CONFIRMED" if tell is invitation else "CANCELLED")
    assert found.one("TRANSP").value == "OPAQUE"


@each_message
def test_c12_no_home_made_names(tell, meeting, role) -> None:
    found = event(tell(meeting, role).octets)
    extras = {name for name in found.names if name.startswith("X-")}
    assert extras <= {"X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-DISALLOW-COUNTER"}
    assert "ATTACH" not in found.names
    assert found.one("LOCATION").text == meeting.location[role]
    if found.all("ATTENDEE"):
        assert found.one("X-MICROSOFT-DISALLOW-COUNTER").value == "TRUE"


@each_message
def test_c13_no_alarm(tell, meeting, role) -> None:
    assert event(tell(meeting, role).octets).parts == []


@each_message
def test_c14_lines_are_short_and_no_character_is_cut(tell, meeting, role) -> None:
    long = replace(
        meeting,
        client=Person("漢" * 80, "ann@client.example"),
        description={role: LONG},
        location={role: LONG},
        summary={role: LONG},
    )
    octets = tell(long, role).octets
    assert len(lines(octets)) > 10
    assert event(octets).one("DESCRIPTION").text == LONG
    assert event(octets).one("LOCATION").text == LONG


@pytest.mark.parametrize("role", BOTH)
def test_a_copy_holds_its_own_words_only(role) -> None:
    other = next(r for r in BOTH if r is not role)
    octets = invitation(MEETING, role).octets.decode()
    assert event(octets.encode()).one("SUMMARY").text == MEETING.summary[role]
    assert MEETING.location[other] not in octets


def test_the_agent_asks_and_cancels_by_those_methods() -> None:
    for role in BOTH:
        assert invitation(MEETING, role).method is ItipMethod.REQUEST
        assert cancellation(MEETING, role).method is ItipMethod.CANCEL


def test_u1_a_move_is_the_same_meeting_at_another_time() -> None:
    later = Interval(START + timedelta(hours=1), START + timedelta(minutes=90))
    old = event(invitation(MEETING, Role.CLIENT).octets)
    new = event(
        invitation(
            replace(MEETING, sequence=1, time=later, stamp=MADE + timedelta(1)), Role.CLIENT
        ).octets
    )
    for name in ("UID", "ORGANIZER", "ATTENDEE", "SUMMARY", "STATUS", "CREATED"):
        assert new.all(name) == old.all(name)
    assert new.one("DTSTART").instant == later.start


def test_u2_a_cancel_says_what_was_last_sent() -> None:
    old = event(invitation(MEETING, Role.CLIENT).octets)
    new = event(cancellation(replace(MEETING, sequence=1), Role.CLIENT).octets)
    for name in ("UID", "ORGANIZER", "ATTENDEE", "SUMMARY", "DTSTART", "DTEND", "LOCATION"):
        assert new.all(name) == old.all(name)
    assert not new.all("X-MICROSOFT-CDO-BUSYSTATUS")


def test_case_25_the_coach_who_sends_himself_gets_a_published_copy_without_attendees() -> None:
    for tell, status in ((invitation, "CONFIRMED"), (cancellation, "CANCELLED")):
        part = tell(PERSONAL, Role.COACH)
        assert part.method is ItipMethod.PUBLISH
        assert event(part.octets).all("ATTENDEE") == []
        assert event(part.octets).one("STATUS").value == status


def test_case_25_his_client_is_asked_by_him_and_is_the_only_attendee() -> None:
    part = invitation(PERSONAL, Role.CLIENT)
    assert part.method is ItipMethod.REQUEST
    assert [person[0] for person in people(PERSONAL, Role.CLIENT)] == ["mailto:ann@client.example"]
    assert cancellation(PERSONAL, Role.CLIENT).method is ItipMethod.CANCEL


def test_the_same_meeting_is_the_same_octets() -> None:
    assert invitation(MEETING, Role.CLIENT).octets == invitation(MEETING, Role.CLIENT).octets


@each_message
def test_what_a_message_tells_can_be_read_back(tell, meeting, role) -> None:
    octets = tell(meeting, role).octets
    assert uid_of(octets) == meeting.uid
    assert location_of(octets) == meeting.location[role]
    assert uid_of(b"") == ""


def test_c2_a_new_uid_is_of_the_organizer_s_domain_and_of_no_other_meeting() -> None:
    made = {new_uid("bookings@practice.example") for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[0-9a-f]{32}@practice\.example", uid) for uid in made)


@pytest.mark.parametrize(
    ("organizer", "coach", "are_the_same"),
    [
        ("bookings@practice.example", "sam@practice.example", True),
        ("Bookings@Practice.example", "SAM@practice.example", True),
        ("other@practice.example", "sam@practice.example", False),
        ("bookings@practice.example", "sam@new.example", False),
        ("bookings@practice.example", "", False),
    ],
)
def test_c2_the_hosts_are_the_same_in_any_case(organizer, coach, are_the_same) -> None:
    hosts = Hosts("bookings@practice.example", "sam@practice.example")
    assert hosts.are(Hosts(organizer, coach)) is are_the_same


def test_in_personal_mode_the_hosts_are_one() -> None:
    assert Hosts("Sam@practice.example", "sam@Practice.example").are_one
    assert not Hosts("bookings@practice.example", "sam@practice.example").are_one

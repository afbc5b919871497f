"""A meeting keeps its UID, organizer and coach's address until it is invited anew (C2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from coachcrm.app import equip
from coachcrm.bookings import acts
from coachcrm.bookings.change.operations import bursts
from coachcrm.bookings.change.operations.changes import Cancel, Reschedule
from coachcrm.bookings.change.operations.resend import (
    InviteAnew,
    Readdress,
    SendAgain,
    TellNewPlace,
)
from coachcrm.bookings.letters.operations.jobs import send_what_is_due
from coachcrm.bookings.policies import ByClient, ByCoach
from coachcrm.invites.core.itip import uid_of
from coachcrm.kit.data.db import transaction
from coachcrm.kit.data.migrate import downgrade, upgrade
from coachcrm.kit.web.site import site
from tests.support.cast import (
    RAVI,
    TUESDAY_9,
    TUESDAY_10,
    at,
    at_once,
    book,
    cancel,
    change,
    deliver,
    dump,
    move,
    newest,
    rows,
    value,
)
from tests.support.ics import event, parse
from tests.support.smtp import Letter, Mailbox

pytestmark = pytest.mark.usefixtures("coach", "mailbox")
sqlite = pytest.mark.engines("sqlite")
personal = pytest.mark.settings(MAIL_SENDER="Sam@Practice.example")
CLIENT, SAM, AGENT = "ann@client.example", "sam@practice.example", "bookings@practice.example"
NEW_AGENT, NEW_SAM, NEW_ANN = "calendar@new.example", "sam@new.example", "ann.lee@new.example"
BY_HAND = "please delete that one by hand"
OF_COACH = ("move", "cancel", "place", "letters")
BEGUN = "2027-06-01T07:30:00.000000Z", "2027-06-01T08:00:00.000000Z"


# ------------------------------------------------------------------------------ the calendars


@dataclass
class Calendar:
    """Somebody's calendar, which does what the letters to one address tell it (RFC 5546)."""

    entries: dict[str, datetime] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)

    def read(self, letter: Letter) -> None:
        """Obey a letter; AssertionError for one that no calendar program would take."""
        told = event(letter.calendar)
        uid, sequence = told.one("UID").value, int(told.one("SEQUENCE").value)
        method = parse(letter.calendar).one("METHOD").value
        assert uid not in self.ended, f"{method} after the CANCEL of {uid}"
        assert sequence >= self.sequences.get(uid, 0)
        if uid not in self.sequences:
            assert method != "CANCEL", "what was never invited is cancelled"
        self.sequences[uid] = sequence
        if told.one("STATUS").value == "CANCELLED":
            self.ended.add(uid)
            del self.entries[uid]
        else:
            self.entries[uid] = told.one("DTSTART").instant


def with_part(mailbox: Mailbox) -> list[Letter]:
    """Return the letters that tell a calendar something."""
    parts = [[part.get_content_type() for part in letter.walk()] for letter in mailbox.letters]
    return [
        letter
        for letter, kinds in zip(mailbox.letters, parts, strict=True)
        if "text/calendar" in kinds
    ]


def calendars(mailbox: Mailbox) -> dict[str, list[datetime]]:
    """Return what stands in everybody's calendar after all the letters, by address."""
    found: dict[str, Calendar] = {}
    for letter in with_part(mailbox):
        [address] = letter.envelope_to
        found.setdefault(address.lower(), Calendar()).read(letter)
    return {address: sorted(each.entries.values()) for address, each in found.items()}


def check_nothing_is_mixed(mailbox: Mailbox) -> None:
    """Each UID has one organizer and one coach; what invites comes from the organizer (H1)."""
    people: dict[str, set[tuple[str, ...]]] = {}
    for letter in with_part(mailbox):
        told = event(letter.calendar)
        organizer = told.one("ORGANIZER").value.lower()
        coach = [a.value.lower() for a in told.all("ATTENDEE")][1:]
        if told.all("ATTENDEE"):
            people.setdefault(told.one("UID").value, set()).add((organizer, *coach))
        if told.one("STATUS").value == "CONFIRMED":
            assert organizer == f"mailto:{letter.envelope_from.lower()}"
    assert {len(known) for known in people.values()} == {1}, people


def told(letter: Letter) -> tuple[str, int]:
    return (
        parse(letter.calendar).one("METHOD").value,
        int(event(letter.calendar).one("SEQUENCE").value),
    )


def uid_in(letter: Letter) -> str:
    return event(letter.calendar).one("UID").value


# ----------------------------------------------------------------------------- what has changed


@pytest.fixture
def restart(app, settings) -> Callable[..., None]:
    """Give a way to start the program anew with another sender."""

    def start(sender: str) -> None:
        equip(app, replace(settings, mail=replace(settings.mail, sender=sender)))

    return start


def other_sender(_: Flask, restart: Callable[[str], None]) -> None:
    restart(NEW_AGENT)


def other_coach(app: Flask, _: object) -> None:
    change(app, f"UPDATE coach SET email = '{NEW_SAM}'")


def both(app: Flask, restart: Callable[[str], None]) -> None:
    other_sender(app, restart)
    other_coach(app, restart)


def his_own(_: Flask, restart: Callable[[str], None]) -> None:
    """From agent to personal mode: the sender is the coach's own address now."""
    restart("Sam@Practice.example")


def do(app: Flask, *wanted: Any) -> None:
    for act in wanted:
        with app.app_context():
            acts.perform(act, site(), app.extensions["coachcrm.diary"])


WEDNESDAY = "20270616T080000Z"
ACTS = {
    "invited anew": (InviteAnew(booking_id=1), TUESDAY_9),
    "moved": (Reschedule(policy=ByClient(), booking_id=1, start=at(WEDNESDAY)), WEDNESDAY),
    "moved by the coach": (
        Reschedule(policy=ByCoach(), booking_id=1, start=at(WEDNESDAY)), WEDNESDAY,
    ),
    "sent again": (SendAgain(booking_id=1), TUESDAY_9),
    "another place": (TellNewPlace(booking_id=1), TUESDAY_9),
    "another address": (Readdress(booking_id=1, address=NEW_ANN), TUESDAY_9),
    "cancelled": (Cancel(policy=ByClient(), booking_id=1), None),
}  # fmt: skip


FEW = ("invited anew", "moved", "cancelled")


@sqlite
@pytest.mark.parametrize(
    ("changes", "act"),
    [
        *((both, act) for act in ACTS),
        *((changes, act) for changes in (other_sender, other_coach, his_own) for act in FEW),
    ],
)
def test_the_first_act_invites_anew_and_every_calendar_holds_what_is_so(
    app, web, mailbox, restart, changes, act
) -> None:
    book(web)
    deliver(app)
    changes(app, restart)
    wanted, start = ACTS[act]
    do(app, wanted)
    deliver(app)
    check_nothing_is_mixed(mailbox)
    coach_s = value(app, "SELECT email FROM coach")
    client_s = value(app, "SELECT email FROM booking")
    stands = [at(start)] if start else []
    found = calendars(mailbox)
    assert found.pop(client_s) == stands
    assert found.pop(coach_s, []) == stands
    assert set(map(tuple, found.values())) <= {()}, "an entry is left behind"
    assert len(rows(app, "SELECT uid FROM former_uid")) == (1 if start else 0)
    assert BY_HAND in newest(mailbox, client_s).text
    assert BY_HAND in newest(mailbox, client_s).html
    assert newest(mailbox, coach_s)["From"].addresses[0].addr_spec == site_s_sender(app)


def site_s_sender(app: Flask) -> str:
    with app.app_context():
        return site().mail_sender


@sqlite
@personal
@pytest.mark.parametrize("act", FEW)
@pytest.mark.parametrize("changes", [other_sender, both])
def test_from_his_own_address_to_a_mailbox_of_its_own(
    app, web, mailbox, restart, changes, act
) -> None:
    """His published copy obeys nobody but who sent it, so he is told to delete it by hand."""
    book(web)
    deliver(app)
    changes(app, restart)
    wanted, start = ACTS[act]
    do(app, wanted)
    deliver(app)
    check_nothing_is_mixed(mailbox)
    coach_s = value(app, "SELECT email FROM coach")
    stands = [at(start)] if start else []
    found = calendars(mailbox)
    assert found.pop(value(app, "SELECT email FROM booking")) == stands
    assert found.get(CLIENT, []) == []
    assert sorted(found.get(coach_s, [])) == sorted([*stands, *copy_of_old(coach_s)])
    assert BY_HAND in newest(mailbox, coach_s).text


def copy_of_old(coach_s: str) -> list[datetime]:
    """Return what stays in the calendar of the address that it was published to."""
    return [at(TUESDAY_9)] if coach_s == SAM else []


def test_both_sides_get_cancel_under_the_old_uid_and_request_0_under_a_new_one(
    app, web, mailbox, restart
) -> None:
    link = book(web)
    move(web, link, TUESDAY_10)
    deliver(app)
    both(app, restart)
    do(app, InviteAnew(booking_id=1))
    deliver(app)
    life = {who: [told(one) for one in mailbox.to(who)] for who in (CLIENT, SAM, NEW_SAM)}
    assert life == {
        CLIENT: [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2), ("REQUEST", 0)],
        SAM: [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)],
        NEW_SAM: [("REQUEST", 0)],
    }
    old, new = uid_in(mailbox.to(SAM)[0]), uid_in(mailbox.to(NEW_SAM)[0])
    assert [uid_in(one) for one in mailbox.to(CLIENT)] == [old, old, old, new]
    assert new.endswith("@new.example")
    cancelled, invited = (event(one.calendar) for one in mailbox.to(CLIENT)[2:])
    assert cancelled.one("ORGANIZER").value == f"mailto:{AGENT}"
    assert invited.one("ORGANIZER").value == f"mailto:{NEW_AGENT}"
    assert [a.value for a in invited.all("ATTENDEE")] == [f"mailto:{CLIENT}", f"mailto:{NEW_SAM}"]
    assert {one.one("DTSTART").instant for one in (cancelled, invited)} == {at(TUESDAY_10)}
    # The sender is always today's, and the thread goes on.
    assert {one.envelope_from for one in mailbox.to(CLIENT)[2:]} == {NEW_AGENT}
    assert mailbox.to(CLIENT)[3]["In-Reply-To"] == mailbox.to(CLIENT)[0]["Message-ID"]
    assert rows(app, "SELECT uid, booking_id FROM former_uid") == [(old, 1)]
    assert rows(app, "SELECT uid, sequence, moves FROM booking") == [(new, 0, 1)]


def test_afterwards_it_goes_on_under_the_new_uid(app, web, mailbox, restart) -> None:
    link = book(web)
    other_sender(app, restart)
    move(web, link, TUESDAY_10)
    move(web, link, WEDNESDAY)
    cancel(web, link)
    deliver(app)
    assert [told(one) for one in mailbox.to(CLIENT)] == [
        ("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2),
    ]  # fmt: skip
    assert BY_HAND in mailbox.to(CLIENT)[2].text
    assert BY_HAND not in mailbox.to(CLIENT)[3].text
    assert calendars(mailbox) == {CLIENT: [], SAM: []}
    check_nothing_is_mixed(mailbox)


@sqlite
def test_what_changes_and_changes_back_before_anything_is_told_changes_nothing(
    app, web, mailbox, restart
) -> None:
    link = book(web)
    other_sender(app, restart)
    restart("Bookings@Practice.example")
    move(web, link, TUESDAY_10)
    deliver(app)
    assert [told(one) for one in mailbox.to(CLIENT)] == [("REQUEST", 0), ("REQUEST", 1)]


@sqlite
def test_invited_anew_twice_is_invited_anew_once(app, web, restart) -> None:
    book(web)
    other_sender(app, restart)
    do(app, InviteAnew(booking_id=1))
    before = dump(app)
    do(app, InviteAnew(booking_id=1))
    assert dump(app) == before


@sqlite
def test_what_is_held_is_first_invited_by_who_invites_then(app, web, mailbox, restart) -> None:
    book(web)
    change(app, "UPDATE booking SET status = 'held', invited_from = '', invited_coach = ''")
    change(app, "DELETE FROM outbox_message")
    both(app, restart)
    do(app, bursts.Confirm(booking_id=1))
    deliver(app)
    [letter] = mailbox.to(CLIENT)
    assert told(letter) == ("REQUEST", 0)
    assert BY_HAND not in letter.text
    assert event(letter.calendar).one("ORGANIZER").value == f"mailto:{NEW_AGENT}"
    assert rows(app, "SELECT uid FROM former_uid") == []
    assert rows(app, "SELECT invited_from, invited_coach FROM booking") == [(NEW_AGENT, NEW_SAM)]


@sqlite
def test_a_page_of_before_is_behind_though_sequence_begins_anew(app, web, restart) -> None:
    """Moved and invited anew in one, it has SEQUENCE 0 again, and another time."""
    link = book(web)
    web.get(f"{link}/cancel")
    other_sender(app, restart)
    do(app, Reschedule(policy=ByCoach(), booking_id=1, start=at(WEDNESDAY)))
    assert value(app, "SELECT sequence FROM booking") == 0
    web.submit(reason="", status=409)
    assert value(app, "SELECT status FROM booking") == "confirmed"


@sqlite
def test_an_entry_that_waits_for_the_mail_server_is_not_overtaken(
    app, web, mailbox, restart, clock
) -> None:
    book(web)
    deliver(app)
    other_sender(app, restart)
    mailbox.refuse(451, times=1, address=CLIENT)
    do(app, InviteAnew(booking_id=1))
    deliver(app)
    assert [told(one) for one in mailbox.to(CLIENT)] == [("REQUEST", 0)]
    clock.move(hours=1)
    deliver(app)
    deliver(app)
    assert [told(one) for one in mailbox.to(CLIENT)] == [
        ("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 0),
    ]  # fmt: skip


def test_the_press_and_the_client_s_move_at_the_same_moment_leave_one_entry(
    app, web, mailbox, restart
) -> None:
    book(web)
    deliver(app)
    both(app, restart)
    wanted = ACTS["moved"][0]
    press = InviteAnew(booking_id=1)
    said = at_once(*[lambda act=act: do(app, act) for act in (press, press, wanted)])
    assert {type(one).__name__ for one in said} <= {"NoneType", "Changed"}
    deliver(app)
    [start] = calendars(mailbox)[CLIENT]
    assert calendars(mailbox) == {CLIENT: [start], SAM: [], NEW_SAM: [start]}
    moved = value(app, "SELECT moves FROM booking")
    assert start == (at(WEDNESDAY) if moved else at(TUESDAY_9))
    assert value(app, "SELECT count(*) FROM former_uid") == 1
    check_nothing_is_mixed(mailbox)


@sqlite
def test_the_coach_reads_under_which_uids_it_stood(app, web, coach_web, restart) -> None:
    book(web)
    old = value(app, "SELECT uid FROM booking")
    other_sender(app, restart)
    do(app, InviteAnew(booking_id=1))
    text = coach_web.get("/coach/bookings/1/letters").text
    assert "Invited anew" in text
    assert "Took the older entry out" in text
    new = value(app, "SELECT uid FROM booking")
    assert f"this booking is {new}. Before it was invited anew it was {old}." in text


@sqlite
def test_the_feed_and_the_client_s_copy_have_the_present_uid(app, web, coach_web, restart) -> None:
    link = book(web)
    old = value(app, "SELECT uid FROM booking")
    other_sender(app, restart)
    do(app, InviteAnew(booking_id=1))
    new = value(app, "SELECT uid FROM booking")
    assert uid_of(web.get(f"{link}/invite.ics").octets) == new
    coach_web.get("/coach/calendar")
    coach_web.submit(status=200)
    [address] = re.findall(r"/calendar/[\w-]+\.ics", coach_web.page.text)
    feed = web.get(address).octets.decode()
    assert new in feed
    assert old not in feed


@sqlite
def test_every_form_of_it_can_still_be_sent(app, web, coach_web, visitor, restart) -> None:
    """A page shows the version, which goes on, and not SEQUENCE, which begins at 0 again."""
    link = book(web)
    other_sender(app, restart)
    do(app, InviteAnew(booking_id=1))
    version, sequence = rows(app, "SELECT version, sequence FROM booking")[0]
    assert version != sequence
    pages = [visitor().get(f"{link}/{page}") for page in ("reschedule", "cancel")]
    pages += [coach_web.get(f"/coach/bookings/1/{page}") for page in OF_COACH]
    change(app, "UPDATE booking SET starts_at = :at, ends_at = :to", at=BEGUN[0], to=BEGUN[1])
    pages += [coach_web.get(page) for page in ("/coach/bookings/1", "/coach/bookings/1/wrap-up")]
    for page in pages:
        shown = {field.attributes["value"] for field in page.all("input[name=sequence]")}
        assert shown == {str(version)}, page.url


@sqlite
def test_it_can_be_met_elsewhere(app, web, coach_web, restart) -> None:
    book(web)
    other_sender(app, restart)
    do(app, InviteAnew(booking_id=1))
    coach_web.get("/coach/bookings/1/place")
    coach_web.submit("form.service", place="video", link="https://meet.example/ann", status=303)
    assert value(app, "SELECT own_place FROM booking") == "video"


@sqlite
def test_who_has_answered_stop_is_sent_no_letter_that_waits_after_it(
    app, web, coach_web, clock, restart
) -> None:
    book(web)
    other_sender(app, restart)
    do(app, InviteAnew(booking_id=1))
    change(app, "UPDATE booking SET status = 'completed', changed_at = ends_at")
    clock.at(at(TUESDAY_9) + timedelta(hours=2))
    with app.app_context():
        send_what_is_due(site(), app.extensions["coachcrm.diary"], now=clock.now)
    waiting = "SELECT state FROM outbox_message WHERE kind = 'follow_up'"
    assert rows(app, waiting) == [("queued",)]
    coach_web.sign_in().get("/coach/clients/1")
    coach_web.submit(letters="none")
    assert rows(app, waiting) == [("dropped",)]


# ------------------------------------------------------------- an address that had its CANCEL


@pytest.mark.parametrize("back", [CLIENT, "Ann@Client.Example"])
def test_an_address_changed_and_changed_back_is_invited_under_a_new_uid(
    app, web, mailbox, back
) -> None:
    book(web)
    do(app, Readdress(booking_id=1, address=NEW_ANN), Readdress(booking_id=1, address=back))
    deliver(app)
    assert calendars(mailbox) == {CLIENT: [at(TUESDAY_9)], NEW_ANN: [], SAM: [at(TUESDAY_9)]}
    check_nothing_is_mixed(mailbox)
    here, there = ([told(one) for one in mailbox.to(who)] for who in (back, NEW_ANN))
    assert here[-1] == ("REQUEST", 0)
    assert there == [("REQUEST", 1), ("CANCEL", 2)]
    assert [told(one) for one in mailbox.to(SAM)] == [
        ("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2), ("REQUEST", 0),
    ]  # fmt: skip
    assert NEW_ANN not in mailbox.to(back)[-1].octets.decode()


@sqlite
@personal
def test_so_it_is_where_the_coach_is_his_own_sender(app, web, mailbox) -> None:
    book(web)
    do(app, Readdress(booking_id=1, address=NEW_ANN), Readdress(booking_id=1, address=CLIENT))
    deliver(app)
    assert calendars(mailbox) == {CLIENT: [at(TUESDAY_9)], NEW_ANN: [], SAM: [at(TUESDAY_9)]}
    assert {told(one)[0] for one in mailbox.to(SAM)} == {"PUBLISH"}


@sqlite
def test_to_and_fro_each_time_under_another_uid_where_it_must_be(app, web, mailbox) -> None:
    book(web)
    for address in (NEW_ANN, CLIENT, NEW_ANN, CLIENT, "ann@third.example", CLIENT):
        do(app, Readdress(booking_id=1, address=address))
    deliver(app)
    stands = [at(TUESDAY_9)]
    assert calendars(mailbox) == {
        CLIENT: stands, NEW_ANN: [], "ann@third.example": [], SAM: stands,
    }  # fmt: skip
    check_nothing_is_mixed(mailbox)


@sqlite
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ann.lee@gmail.com", "annlee@gmail.com"),
        ("ann@client.example", "ann+coach@client.example"),
    ],
)
def test_another_spelling_of_the_same_mailbox_is_the_same_calendar(
    app, web, mailbox, old, new
) -> None:
    book(web, email=old)
    do(app, Readdress(booking_id=1, address=new))
    deliver(app)
    uid = uid_in(mailbox.to(old)[0])
    assert told(mailbox.to(old)[-1]) == ("CANCEL", 1)
    assert told(mailbox.to(new)[-1]) == ("REQUEST", 0)
    assert uid_in(mailbox.to(new)[-1]) != uid


@sqlite
def test_an_address_with_umlauts_is_one_calendar_as_typed_and_as_letters_write_it(
    app, web, mailbox
) -> None:
    typed, written = "ann@prüfung-client.example", "ann@xn--prfung-client-xob.example"
    book(web, email=typed)
    do(app, Readdress(booking_id=1, address=NEW_ANN), Readdress(booking_id=1, address=typed))
    deliver(app)
    stands = [at(TUESDAY_9)]
    assert calendars(mailbox) == {written: stands, NEW_ANN: [], SAM: stands}
    do(app, Readdress(booking_id=1, address=written))
    deliver(app)
    assert calendars(mailbox) == {written: stands, NEW_ANN: [], SAM: stands}
    check_nothing_is_mixed(mailbox)


@sqlite
def test_an_address_that_is_only_new_keeps_the_uid(app, web, mailbox) -> None:
    book(web)
    do(app, Readdress(booking_id=1, address=NEW_ANN))
    do(app, Readdress(booking_id=1, address="ann@third.example"))
    deliver(app)
    assert len({uid_in(one) for one in mailbox.letters}) == 1
    assert rows(app, "SELECT uid FROM former_uid") == []


# ------------------------------------------------------------------------ cancelled in silence


@sqlite
@pytest.mark.parametrize("sender", [AGENT, NEW_AGENT])
@pytest.mark.parametrize("name", [name for name in ACTS if name != "cancelled"])
def test_of_what_is_cancelled_in_silence_nothing_is_told_until_it_is_put_back(
    app, web, mailbox, restart, clock, name, sender
) -> None:
    """Whatever still waits to tell of it waits no more; the address that it left is told that."""
    book(web)
    deliver(app)
    restart(sender)
    act, stands = ACTS[name]
    do(app, act)
    before = len(mailbox.letters)
    [(public_id,)] = rows(app, "SELECT public_id FROM booking")
    with app.app_context(), transaction() as session:
        batch, _ = bursts.cancel_in_silence(session, 1, [public_id], now=clock.now)
    deliver(app)
    told_all_the_same = [
        address for each in mailbox.letters[before:] for address in each.envelope_to
    ]
    assert told_all_the_same == ([CLIENT] if name == "another address" else [])
    with app.app_context(), transaction() as session:
        assert bursts.put_back(session, 1, batch, now=clock.now).back == 1
    deliver(app)
    client, left = (NEW_ANN, {CLIENT: []}) if name == "another address" else (CLIENT, {})
    assert calendars(mailbox) == {client: [at(stands)], SAM: [at(stands)], **left}


# -------------------------------------------------------------------------- bookings of before


@pytest.mark.own
def test_bookings_of_before_have_the_hosts_of_their_newest_invitation(
    app, web, visitor, restart
) -> None:
    book(web)
    book(
        visitor(),
        TUESDAY_10,
        RAVI,
    )
    change(app, "DELETE FROM outbox_message WHERE thread = (SELECT uid FROM booking WHERE id = 2)")
    before = dump(app)
    downgrade(app, "0012")
    upgrade(app)
    assert rows(app, "SELECT invited_from, invited_coach FROM booking ORDER BY id") == [
        (AGENT, SAM), ("", ""),
    ]  # fmt: skip
    change(app, f"UPDATE booking SET invited_from = '{AGENT}', invited_coach = '{SAM}'")
    assert {**dump(app), "coach": 0} == {**before, "coach": 0}


@pytest.mark.own
def test_going_back_files_everything_under_the_present_uid(app, web, restart, clock) -> None:
    link = book(web)
    move(web, link, TUESDAY_10)
    other_sender(app, restart)
    do(app, InviteAnew(booking_id=1))
    downgrade(app, "0012")
    [(uid,)] = rows(app, "SELECT uid FROM booking")
    assert rows(app, "SELECT DISTINCT thread FROM outbox_message") == [(uid,)]
    due = "SELECT kind, sequence FROM reminder WHERE state = 'due' ORDER BY due_at"
    assert rows(app, due) == [("day_before", 0), ("hour_before", 0)]
    upgrade(app)
    assert rows(app, "SELECT thread, version FROM booking") == [(uid, 0)]

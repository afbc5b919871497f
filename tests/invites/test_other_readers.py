"""Our invitations in the hands of others: vobject, and ical.js with a calendar program's rules.

Neither shares anything with the library that writes them. A booking, three moves and a cancel are
played to the calendar program in order, twice, and with one letter lost.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, timedelta
from pathlib import Path

import pytest
import vobject

from tests.support.cast import (
    TUESDAY_9,
    TUESDAY_10,
    at,
    book,
    cancel,
    change,
    deliver,
    link_in,
    move,
)
from tests.support.ics import event

pytestmark = [pytest.mark.usefixtures("coach", "mailbox"), pytest.mark.engines("sqlite")]
PROGRAM = Path(__file__).parent.parent / "support" / "calendar_program.mjs"
CLIENT, SAM = "ann@client.example", "sam@practice.example"
MOVES = [TUESDAY_10, "20270616T080000Z", "20270617T130000Z"]
NODE, ICAL_JS = shutil.which("node"), os.environ.get("COACHCRM_TEST_ICAL_JS")
needs_node = pytest.mark.skipif(
    NODE is None or ICAL_JS is None,
    reason="no node, or COACHCRM_TEST_ICAL_JS does not say where ical.js lies",
)


def calendar_of(octets: list[bytes]) -> list[dict]:
    """Return what stands in a calendar after these messages were received, one after the other."""
    done = subprocess.run(
        [NODE or "node", str(PROGRAM), ICAL_JS or ""],
        input=json.dumps([text.decode() for text in octets]),
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def life(app, web, mailbox) -> dict[str, list[bytes]]:
    """Book, move three times and cancel; give the calendar parts by recipient."""
    link = book(web, message="Commas, semicolons; a \\ and\nanother line 🎯")
    for start in MOVES:
        move(web, link, start)
    cancel(web, link)
    deliver(app)
    return {who: [letter.calendar for letter in mailbox.to(who)] for who in (CLIENT, SAM)}


def test_vobject_reads_what_was_meant(life) -> None:
    times = [TUESDAY_9, *MOVES, MOVES[-1]]
    for octets in life.values():
        for number, (text, start) in enumerate(zip(octets, times, strict=True)):
            read = vobject.readOne(text.decode())
            method = "CANCEL" if number == 4 else "REQUEST"
            assert read.method.value == method
            assert len(read.contents["vevent"]) == 1
            found = read.vevent
            assert found.dtstart.value.astimezone(UTC) == at(start)
            assert found.dtend.value - found.dtstart.value == timedelta(minutes=30)
            assert int(found.sequence.value) == number
            assert [a.value for a in found.contents["attendee"]] == [
                f"mailto:{CLIENT}", f"mailto:{SAM}",
            ]  # fmt: skip
            assert found.uid.value == event(text).one("UID").value
    description = vobject.readOne(life[SAM][0].decode()).vevent.description.value
    assert "Commas, semicolons; a \\ and\nanother line 🎯" in description


@needs_node
@pytest.mark.parametrize("who", [CLIENT, SAM])
def test_ical_js_in_order_each_letter_leaves_what_it_says(life, who) -> None:
    octets = life[who]
    for number, start in enumerate([TUESDAY_9, *MOVES], start=1):
        [entry] = calendar_of(octets[:number])
        assert entry["start"] == at(start).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        assert entry["status"] == "CONFIRMED"
        assert entry["sequence"] == number - 1
    assert calendar_of(octets) == []


@needs_node
@pytest.mark.parametrize("who", [CLIENT, SAM])
def test_ical_js_every_letter_twice_leaves_the_same(life, who) -> None:
    octets = life[who]
    doubled = [text for text in octets for _ in range(2)]
    assert calendar_of(doubled) == []
    assert calendar_of([*octets, *octets]) == []
    assert len(calendar_of([*octets[:4], *octets[:4]])) == 1
    assert calendar_of([*octets[:4], *octets[:4]])[0]["sequence"] == 3


@needs_node
@pytest.mark.parametrize("lost", range(5))
def test_ical_js_with_one_letter_lost_the_rest_still_holds(life, lost) -> None:
    octets = life[CLIENT]
    kept = [text for number, text in enumerate(octets) if number != lost]
    left = calendar_of(kept)
    if lost < 4:
        assert left == []
    else:
        assert [entry["sequence"] for entry in left] == [3]
    if lost == 3:
        # The entry stands at the move before, until the cancel takes it away.
        assert calendar_of(kept[:3])[0]["sequence"] == 2


@needs_node
def test_ical_js_the_state_sent_again_mends_a_calendar_that_lost_a_letter(
    app, web, coach_web, mailbox
) -> None:
    link = book(web)
    move(web, link, TUESDAY_10)
    coach_web.get("/coach/bookings/1/letters")
    coach_web.submit('form[action$="/send-again"]')
    deliver(app)
    first, _, again = [letter.calendar for letter in mailbox.to(CLIENT)]
    [entry] = calendar_of([first, again])
    assert (entry["sequence"], entry["start"]) == (1, "2027-06-15T09:00:00.000Z")
    cancel(web, link)
    deliver(app)
    last = mailbox.to(CLIENT)[-1].calendar
    assert calendar_of([first, again, last]) == []
    assert calendar_of([first, last, again]) == []


@needs_node
def test_ical_js_case_24_a_new_address_takes_the_entry_along(app, web, coach_web, mailbox) -> None:
    link = book(web)
    coach_web.get("/coach/bookings/1/letters")
    coach_web.submit('form[action$="/address"]', fields={"email": "ann@new.example"})
    move(web, link, TUESDAY_10)
    deliver(app)
    old = [letter.calendar for letter in mailbox.to(CLIENT)]
    new = [letter.calendar for letter in mailbox.to("ann@new.example")]
    assert calendar_of(old) == []
    [entry] = calendar_of(new)
    assert entry["sequence"] == 2
    assert entry["attendees"][0] == "mailto:ann@new.example"


@needs_node
def test_case_9_a_note_that_looks_like_a_calendar_stays_a_note(app, web, mailbox) -> None:
    note = "END:VEVENT\nBEGIN:VEVENT\nATTENDEE:mailto:evil@evil.example\nEND:VCALENDAR"
    book(web, message=note)
    deliver(app)
    text = mailbox.to(SAM)[0].calendar
    [entry] = calendar_of([text])
    assert note in entry["description"]
    assert entry["attendees"] == [f"mailto:{CLIENT}", f"mailto:{SAM}"]
    assert note in vobject.readOne(text.decode()).vevent.description.value


@needs_node
def test_case_10_odd_characters_are_taken_out_and_the_readers_agree(app, web, mailbox) -> None:
    book(web)
    odd = "a\u2028b\u202ec\rd\ufeffe\x07f"
    change(app, "UPDATE booking SET message = :odd", odd=odd)
    move(web, mailbox_link(app, mailbox), TUESDAY_10)
    deliver(app)
    text = mailbox.to(SAM)[-1].calendar
    told = event(text).one("DESCRIPTION").text
    assert not set(told) & set("\u2028\u202e\r\ufeff\x07")
    [entry] = calendar_of([text])
    assert entry["description"] == told
    assert vobject.readOne(text.decode()).vevent.description.value == told


@needs_node
def test_case_7_a_difficult_name_is_read_by_all(app, web, mailbox) -> None:
    book(web, name='Zoë "Z" O\'Brien; Dr., Ing. ^n \\ 🎯')
    deliver(app)
    text = mailbox.to(SAM)[0].calendar
    [entry] = calendar_of([text])
    told = event(text).one("SUMMARY").text
    assert entry["summary"] == told == vobject.readOne(text.decode()).vevent.summary.value
    assert 'Zoë "Z" O\'Brien; Dr., Ing. ^n \\ 🎯' in told


@needs_node
def test_case_11_5000_wide_characters_are_read_by_all(app, web, mailbox) -> None:
    """Longer than the form takes: as much as a calendar entry may ever have to hold."""
    book(web)
    note = ("🙂漢字" * 1667)[:5000]
    change(app, "UPDATE booking SET message = :note", note=note)
    move(web, mailbox_link(app, mailbox), TUESDAY_10)
    deliver(app)
    letter = mailbox.to(SAM)[-1]
    [entry] = calendar_of([letter.calendar])
    assert note in entry["description"]
    assert note in event(letter.calendar).one("DESCRIPTION").text
    assert max(map(len, letter.octets.split(b"\r\n"))) <= 998


def mailbox_link(app, mailbox) -> str:
    """Return the path of the one booking, as its first letter names it."""
    deliver(app)
    return link_in(mailbox.to(CLIENT)[0])

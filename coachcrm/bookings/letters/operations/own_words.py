"""The coach's own words for his letters: kept, put back, looked at, and sent to himself."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from coachcrm.bookings.core.booking_words import TOPICS
from coachcrm.bookings.letters.operations import morning_card
from coachcrm.bookings.letters.operations.mails import in_words, to_coach
from coachcrm.bookings.letters.operations.morning_card import Entry, News
from coachcrm.bookings.letters.reading.booking_details import (
    BookingDetails,
    hosts_of,
    template_values,
)
from coachcrm.bookings.models import LetterWording
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.invites.core.itip import Role
from coachcrm.kit.data.own_words import find, keep, put_back
from coachcrm.kit.text.wording import Wording
from coachcrm.kit.time import words, zones
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.tokens import random_token
from coachcrm.kit.web.site import Site
from coachcrm.outbox.letter.compose import ComposedLetter
from coachcrm.outbox.letter.render import Words
from coachcrm.outbox.queue import operations as outbox

TEST = "test"
TEN = 10 * 60
# Nobody: what the examples are written to (RFC 2606).
NAME, ADDRESS, PHONE = "Ann Lee", "ann@example.org", "+447400123456"
NOTE = "Something has come up at my end. Thank you for bearing with me."


def keep_letter(session: Session, coach_id: int, wording: Wording) -> None:
    """Keep the coach's words for a letter, and whether it is sent."""
    words = {"subject": wording.subject, "body": wording.body, "is_on": wording.is_on}
    keep(session, LetterWording, coach_id, wording.name, **words)


def put_back_letter(session: Session, coach_id: int, name: str) -> None:
    """Put a letter back to the words it came with; it stays on or off as it is."""
    row = find(session, LetterWording, coach_id, name)
    if row is not None and not row.is_on:
        keep(session, LetterWording, coach_id, name, subject="", body="")
    else:
        put_back(session, LetterWording, coach_id, name)


def example(site: Site, diary: Diary, wording: Wording, *, now: datetime) -> Words:
    """Return a letter as somebody would get it; the wording must be good."""
    on = now.astimezone(diary.coach.zone).date() + timedelta(days=7)
    if wording.name == morning_card.KIND:
        return morning_card.card_words(
            site, diary.coach, on, wording=wording, entries=[_entry(diary)], changes=[_news()]
        )
    service = diary.services[0]
    start = zones.instant(on, TEN, diary.coach.zone)
    time = Interval(start, start + timedelta(minutes=service.minutes))
    by_coach = wording.name.endswith("_by_coach")
    details = BookingDetails(
        public_id="example",
        thread="example",
        uid="example",
        sequence=0,
        stamp=now,
        created=now,
        time=time,
        hosts=hosts_of(site, diary.coach),
        coach=diary.coach,
        service=service,
        name=NAME,
        email=ADDRESS,
        phone=PHONE,
        timezone=diary.coach.timezone,
    )
    old = Interval(time.start - timedelta(days=1), time.end - timedelta(days=1))
    more = {
        "old": old if wording.name.startswith("moved") else None,
        "note": NOTE if by_coach else "",
    }
    return in_words(wording, template_values(site, details, Role.CLIENT, more))


def compose_test(site: Site, diary: Diary, wording: Wording, *, now: datetime) -> ComposedLetter:
    """Compose a letter to the coach himself; no calendar part, for it is no meeting."""
    marked = replace(wording, subject=f"Test: {wording.subject}")
    return to_coach(site, diary.coach, example(site, diary, marked, now=now), now=now)


def queue_test(session: Session, letter: ComposedLetter, *, now: datetime) -> None:
    """Queue a test letter; it waits for no other."""
    thread = f"{TEST}-{random_token()}"
    outbox.queue(session, letter, thread=thread, audience="coach", kind=TEST, now=now)


def _entry(diary: Diary) -> Entry:
    return Entry(
        time="10:00 am",
        ends="10:30 am",
        their_time=None,
        name=NAME,
        email=ADDRESS,
        phone="+44 7400 123456",
        service=diary.services[0].name,
        place="",
        topic=TOPICS["interview"],
        interview_on=None,
        message="A panel. I freeze on panels.",
    )


def _news() -> News:
    return News("New", NAME, f"{words.WEEKDAYS[3]} 17 June, 2:00 pm")

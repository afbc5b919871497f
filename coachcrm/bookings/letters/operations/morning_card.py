"""The coach's morning card: the conversations of the day, and what has changed since yesterday."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from coachcrm.bookings.core import places
from coachcrm.bookings.core.booking_words import THERE, TOPICS, when_of
from coachcrm.bookings.core.places import Place
from coachcrm.bookings.letters.core.catalogue import LETTERS, words_for
from coachcrm.bookings.letters.core.reminder_rules import card_at, card_date
from coachcrm.bookings.letters.operations.mails import to_coach
from coachcrm.bookings.models import Booking, MorningCard
from coachcrm.bookings.offer.reading.practice import CoachCard
from coachcrm.invites.core.itip import cancellation
from coachcrm.kit.text.phone_numbers import written
from coachcrm.kit.text.wording import Wording, fill_body, fill_line
from coachcrm.kit.time import words, zones
from coachcrm.kit.web.site import Site
from coachcrm.outbox.letter.compose import ComposedLetter
from coachcrm.outbox.letter.render import Words, render
from coachcrm.outbox.queue import operations as outbox

KIND = "morning_card"
DAY = timedelta(days=1)
# The weightiest thing that happened to a booking is what the card tells: that it is cancelled,
# and then in the order of the letters.
CHANGES = {
    name: letter.news
    for name, letter in sorted(LETTERS.items(), key=lambda row: row[1].part is not cancellation)
    if letter.news and not letter.of
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation of the day, as the card tells it."""

    time: str
    ends: str
    their_time: str | None
    name: str
    email: str
    phone: str
    service: str
    place: str
    topic: str
    interview_on: date | None
    message: str


@dataclass(frozen=True, slots=True)
class News:
    """What happened to a booking since yesterday's card."""

    what: str
    name: str
    when: str


def due(session: Session, coach: CoachCard, *, now: datetime) -> date | None:
    """Return the date whose card should be queued now, or None; a day without meetings has none."""
    on = card_date(now, coach.zone)
    if on is None or not words_for(coach.letters, KIND).is_on:
        return None
    if session.get(MorningCard, (coach.id, on)) is not None:
        return None
    return on if _meetings(session, coach, on) else None


def compose_card(
    site: Site, session: Session, coach: CoachCard, on: date, *, now: datetime
) -> ComposedLetter:
    """Compose the card of a date."""
    said = card_words(
        site,
        coach,
        on,
        wording=words_for(coach.letters, KIND),
        entries=[_entry(booking, coach) for booking in _meetings(session, coach, on)],
        changes=_changes(session, coach, since=card_at(on - DAY, coach.zone)),
    )
    return to_coach(site, coach, said, now=now)


def card_words(
    site: Site,
    coach: CoachCard,
    on: date,
    *,
    wording: Wording,
    entries: Sequence[Entry],
    changes: Sequence[News],
) -> Words:
    """Return a card's words in text and HTML. Raises `Misspelt`."""
    number = len(entries)
    filled = {
        "day": words.day(on),
        "conversations": "1 conversation" if number == 1 else f"{number} conversations",
        "coach": coach.name,
        "practice": coach.practice or coach.name,
    }
    body = fill_body(wording.body, filled)
    return render(
        f"bookings/{KIND}",
        subject=fill_line(wording.subject, filled),
        opening=body.opening,
        closing=body.closing,
        coach=coach,
        zone=zones.label(coach.timezone),
        entries=entries,
        changes=changes,
        desk_url=site.link("desk.today"),
    )


def queue(
    session: Session, coach: CoachCard, on: date, letter: ComposedLetter, *, now: datetime
) -> None:
    """Queue the card of a date, unless another job has done so."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    mine = session.execute(
        insert(MorningCard)
        .values(coach_id=coach.id, on_date=on, queued_at=now)
        .on_conflict_do_nothing(index_elements=["coach_id", "on_date"])
        .returning(MorningCard.on_date)
    ).first()
    if mine is not None:
        thread = f"card-{on.isoformat()}"
        outbox.queue(session, letter, thread=thread, audience="coach", kind=KIND, now=now)


def _meetings(session: Session, coach: CoachCard, on: date) -> Sequence[Booking]:
    start = zones.instant(on, 0, coach.zone)
    end = zones.instant(on, zones.MINUTES_A_DAY, coach.zone)
    return session.scalars(
        select(Booking)
        .where(
            Booking.coach_id == coach.id,
            Booking.client_id.is_not(None),
            # What is only held is no conversation yet; Today asks about it.
            Booking.status.not_in(("cancelled", "held")),
            Booking.starts_at >= start,
            Booking.starts_at < end,
        )
        .options(joinedload(Booking.service))
        .order_by(Booking.starts_at)
    ).all()


def _changes(session: Session, coach: CoachCard, *, since: datetime) -> list[News]:
    told = outbox.threads_told(session, audience="coach", kinds=tuple(CHANGES), since=since)
    kinds = {thread: {kind for of, kind in told if of == thread} for thread, _ in told}
    bookings = session.scalars(
        select(Booking).where(Booking.thread.in_(kinds)).order_by(Booking.starts_at)
    )
    return [_news_of(booking, kinds[booking.thread], coach) for booking in bookings]


def _news_of(booking: Booking, kinds: Iterable[str], coach: CoachCard) -> News:
    kind = next(kind for kind in CHANGES if kind in kinds)
    return News(CHANGES[kind], booking.name, words.when(booking.starts_at, coach.zone))


def _place(place: Place) -> str:
    """Say where they meet; by phone the number says it."""
    return "" if place.kind == "phone" else places.for_coach(place.kind, place.details, phone="")


def _entry(booking: Booking, coach: CoachCard) -> Entry:
    venue = booking.place.venue(coach.timezone)
    when = when_of(booking.interval, coach.timezone, venue or booking.timezone)
    return Entry(
        time=when.time,
        ends=when.ends,
        their_time=f"{when.other_time}{THERE}" if venue and when.other_time else when.other_time,
        name=booking.name,
        email=booking.email,
        phone=written(booking.phone, coach.country),
        service=booking.service.name,
        place=_place(booking.place),
        topic=TOPICS.get(booking.topic, ""),
        interview_on=booking.interview_on,
        message=booking.message,
    )

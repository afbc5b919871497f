"""Reading the diary, and keeping it ready between requests.

One question per request asks the database for the coach's `practice_version` and
`bookings_version`, which its own triggers raise with every change that could matter, by whomever;
only what has moved is read again. What is kept can therefore never be stale by one booking.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.availability.core.slots import Busy
from coachcrm.availability.models import Service
from coachcrm.bookings.models import Booking, earliest
from coachcrm.bookings.offer.reading.diary import Diary, Taken
from coachcrm.bookings.offer.reading.practice import REACH, CoachCard, Practice, read_practice
from coachcrm.kit.errors import Refusal
from coachcrm.kit.time.interval import Interval

# Threads look at the clock before they wait for each other, so that it seems to go back a little.
UNEVEN = timedelta(minutes=1)
# Of the tables themselves, and put together once: all this is asked while others wait for the lock.
_COACH, _BOOKING, _SERVICE = Coach.__table__.c, Booking.__table__.c, Service.__table__.c
_VERSIONS = select(_COACH.id, _COACH.practice_version, _COACH.bookings_version)
_TAKEN = (
    select(
        _BOOKING.id,
        _BOOKING.service_id,
        _BOOKING.starts_at,
        _BOOKING.ends_at,
        _SERVICE.before_min,
        _SERVICE.after_min,
    )
    .join_from(
        Booking.__table__,
        Service.__table__,
        _BOOKING.service_id == _SERVICE.id,
        isouter=True,
    )
    .where(
        _BOOKING.coach_id == bindparam("coach"),
        _BOOKING.status != "cancelled",
        _BOOKING.starts_at > bindparam("earliest"),
        _BOOKING.ends_at > bindparam("since"),
    )
    .order_by(_BOOKING.starts_at)
)
_TAKEN_BEFORE = _TAKEN.where(_BOOKING.starts_at < bindparam("until"))


class NotOpenYet(Refusal):
    """There is no coach yet."""

    status = 503
    title = "This site is not open yet"
    sentence = "Nobody has set it up so far."
    what_next = (
        "If this is your site: open the set-up link. It stands after “Set up:” in the terminal "
        "where you started the program, and each start prints a new one."
    )


class DiaryCache:
    """Keeps the newest diary of one database ready."""

    def __init__(self) -> None:
        self._practice: Practice | None = None
        self._kept: tuple[int, datetime, Diary] | None = None

    def of(self, session: Session, *, now: datetime, near: datetime | None = None) -> Diary:
        """Return what decides the offer. Raises `NotOpenYet` before the coach is set up.

        With `near`, only the bookings around that instant are known: enough to decide on one slot.
        """
        diary = self.read(session, now=now) if near is None else self.read_near(session, near)
        if diary is None:
            raise NotOpenYet
        return diary

    def read(self, session: Session, *, now: datetime) -> Diary | None:
        """Return the diary as it is now, or None before the coach is set up.

        One question to the database, unless something has changed since the last call.
        """
        row = session.execute(_VERSIONS).first()
        if row is None:
            return None
        practice = self._practice_at(session, row)
        kept = self._kept
        if (
            kept is None
            or kept[0] != row.bookings_version
            or kept[2].practice is not practice
            # What was read by a clock that has been put right since may lack what is to come.
            or now - REACH < kept[1]
        ):
            since = now - REACH - UNEVEN
            taken = tuple(_taken(session, practice.coach, since=since))
            diary = Diary(practice, taken, row.bookings_version)
            kept = self._kept = (row.bookings_version, since, diary)
        return kept[2]

    def coach(self, session: Session) -> CoachCard | None:
        """Return the coach as he is now, or None before he is set up."""
        row = session.execute(_VERSIONS).first()
        return self._practice_at(session, row).coach if row else None

    @property
    def last_known_coach(self) -> CoachCard | None:
        """The coach as he was when he was last read, for when nothing can be."""
        return self._practice.coach if self._practice else None

    def read_near(self, session: Session, start: datetime) -> Diary | None:
        """Return a diary that knows only the bookings around `start`, always read anew.

        For deciding on one slot under the lock: it costs the same however full the calendar is.
        """
        row = session.execute(_VERSIONS).first()
        if row is None:
            return None
        practice = self._practice_at(session, row)
        reach = practice.reach
        near = _taken(session, practice.coach, since=start - reach, until=start + reach)
        return Diary(practice, tuple(near))

    def _practice_at(self, session: Session, row: Row[int, int, int]) -> Practice:
        kept = self._practice
        if kept is None or (kept.coach.id, kept.version) != (row.id, row.practice_version):
            kept = self._practice = read_practice(session, row.id)
        return kept


def _taken(
    session: Session, coach: CoachCard, *, since: datetime, until: datetime | None = None
) -> Iterator[Taken]:
    facts = {"coach": coach.id, "earliest": earliest(since), "since": since}
    found = (
        session.execute(_TAKEN_BEFORE, {**facts, "until": until})
        if until
        else session.execute(_TAKEN, facts)
    )
    zone = coach.zone
    for row in found:
        yield Taken(
            row.id,
            row.service_id,
            row.starts_at.astimezone(zone).date(),
            Busy(
                Interval(row.starts_at, row.ends_at),
                before=timedelta(minutes=row.before_min or 0),
                after=timedelta(minutes=row.after_min or 0),
            ),
        )

"""An act on a booking, and the one road of them all: prepared outside any lock, done under it.

Prepared means: the state as seen, and the letters that tell the new state. Under the lock
everything is decided again from fresh rows; where the state seen no longer holds, the act is
prepared once more, so that no letter tells what is not so, and nothing is composed while others
wait.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from coachcrm.availability.operations.hours import lock_calendar
from coachcrm.bookings.models import NO_OVERLAP
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.diary_cache import DiaryCache
from coachcrm.bookings.refusals import Outdated, PartlyDone, SlotTaken
from coachcrm.kit.data.db import be_patient_again, breaks, db, transaction
from coachcrm.kit.data.troubles import trouble_of
from coachcrm.kit.errors import Collided, DatabaseBusy, Refusal
from coachcrm.kit.time import clock
from coachcrm.kit.web.site import Site

Prepared = TypeVar("Prepared")
Result_co = TypeVar("Result_co", covariant=True)
TRIES = 4


@dataclass(frozen=True, slots=True)
class Moment:
    """What an act is decided on: the rows, the diary and the time, as they are when it looks."""

    site: Site
    session: Session
    diary: Diary
    now: datetime


class Act(Protocol[Prepared, Result_co]):
    """What somebody wants done, as a value."""

    @property
    def near(self) -> datetime | None:
        """The time that it wants, if it wants one: only the bookings around it decide."""

    def prepare(self, at: Moment) -> Prepared:
        """Decide, and compose the letters; nothing is locked."""

    def store(self, at: Moment, prepared: Prepared) -> Result_co:
        """Decide again, and store; the calendar is locked.

        Raises `Outdated` where what is prepared tells a state that no longer holds.
        """


def perform(
    act: Act[Prepared, Result_co], site: Site, cache: DiaryCache, *, seen: Diary | None = None
) -> Result_co:
    """Do an act; one that is outdated meanwhile is prepared anew.

    `seen` is the diary on which the page was decided: it serves once, and is then read again.
    Raises what the act refuses, `SlotTaken` where the law of no overlap speaks, and `DatabaseBusy`.
    """
    for _ in range(TRIES):
        now, looking = clock.now(), db.session()
        diary, seen = seen or cache.of(looking, now=now, near=act.near), None
        prepared = act.prepare(Moment(site, looking, diary, now))
        try:
            with transaction() as session:
                at = _locked(session, site, cache, coach_id=diary.coach.id, near=act.near)
                return act.store(at, prepared)
        except (Outdated, Collided):
            continue
        except IntegrityError as error:
            if breaks(error, NO_OVERLAP):
                raise SlotTaken from error
            raise
    raise DatabaseBusy


def perform_each(wanted: Iterable[Act[Prepared, Result_co]], site: Site, cache: DiaryCache) -> int:
    """Do acts one after the other, each for itself, and return how many were done.

    One that is refused, because its booking has changed since they were listed, keeps no other from
    being done. Raises `DatabaseBusy` where none was done, `PartlyDone` where some were: the rest is
    still to be done then.
    """
    acts, done = list(wanted), 0
    for number, act in enumerate(acts):
        be_patient_again(db.session())
        try:
            perform(act, site, cache)
        except (DatabaseBusy, DBAPIError) as error:
            if done and (isinstance(error, DatabaseBusy) or trouble_of(error) is not None):
                raise PartlyDone(done=done, left=len(acts) - number) from error
            raise
        except Refusal:
            continue
        done += 1
    return done


def _locked(
    session: Session, site: Site, cache: DiaryCache, *, coach_id: int, near: datetime | None
) -> Moment:
    """Lock the calendar, and look again. Raises `Outdated`."""
    now = clock.now()
    lock_calendar(session, coach_id)
    diary = cache.read_near(session, near or now)
    if diary is None:
        raise Outdated
    return Moment(site, session, diary, now)

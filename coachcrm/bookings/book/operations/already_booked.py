"""When somebody books who has a meeting to come already: the letter that leads to it (rule 13)."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from coachcrm.bookings import attempts
from coachcrm.bookings.finding import find
from coachcrm.bookings.letters.operations import mails
from coachcrm.bookings.letters.reading.booking_details import details_of
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.kit.time import words
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.web.site import Site


def tell_of_standing(
    site: Site,
    session: Session,
    diary: Diary,
    *,
    standing: str,
    service: str,
    wanted: Interval,
    email: str,
    now: datetime,
) -> None:
    """Write to the person whose meeting stands, with the way to move it to the time just chosen.

    `standing` is its public id, `service` the slug of what was tried, `email` the address as typed
    with the attempt. Raises `TooMany` where the person has had as many letters today as a stranger
    may cause (S61).
    """
    if site.limits:
        attempts.count_letter(session, email, now=now)
    booking = find(session, standing)
    details = details_of(booking, diary, time=booking.interval, stamp=now, raised_by=0)
    more: dict[str, Any] = {}
    if booking.service.slug == service and booking.status == "confirmed":
        token, chosen = site.bookings.sign(standing), words.utc_stamp(wanted.start)
        move_url = site.link("booking.reschedule", token=token, start=chosen)
        more = {"wanted": wanted, "move_url": move_url}
    letters = mails.tell(site, session, details, "standing", **more)
    mails.queue(session, booking.thread, letters, now=now)

"""Letters that no page sends yet: composed as a verb would, and read as a mail program does."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from coachcrm.bookings.letters.operations import mails
from coachcrm.bookings.letters.reading.booking_details import details_of
from coachcrm.bookings.models import Booking
from coachcrm.kit.data.db import db
from coachcrm.kit.time import clock
from coachcrm.kit.web.site import site
from tests.support.smtp import Letter


def words_of_change(app: Flask, act: str) -> list[Letter]:
    """Return the letters of a change that the coach makes to the one booking, with a message."""
    with app.app_context():
        now = clock.now()
        session = db.session()
        diary = app.extensions["coachcrm.diary"].read(session, now=now)
        booking = session.scalars(select(Booking)).one()
        time = booking.interval
        later = type(time)(time.start + timedelta(hours=1), time.end + timedelta(hours=1))
        told = details_of(booking, diary, time=later, stamp=now)
        more = {"old": time} if act == "moved" else {}
        letters = mails.tell(
            site(), session, told, act, by="coach", said="My train\nis late.", **more
        )
        return [
            email.message_from_bytes(one.letter.octets, Letter, policy=email.policy.default)
            for one in letters
        ]

"""Letters that no page sends yet: composed as a verb would, and read as a mail program does."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from coachcrm.auth.operations import letters as signing_in
from coachcrm.auth.operations.set_up import the_coach
from coachcrm.bookings.letters.operations import mails, morning_card, own_words
from coachcrm.bookings.letters.reading.booking_details import details_of
from coachcrm.bookings.models import Booking
from coachcrm.invites.core.itip import Role
from coachcrm.kit.data.db import db
from coachcrm.kit.text.wording import original
from coachcrm.kit.time import clock
from coachcrm.kit.web.site import site
from tests.support.smtp import Letter

SAID = "My train\nis late."


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


def every_letter(app: Flask) -> dict[str, Letter]:
    """Return each letter that the program can send about the one booking, by what it is.

    Those that a verb of the coach's or a client's own causes come as the verb composes them; the
    coach's stand under `… to coach`.
    """
    with app.app_context():
        now = clock.now()
        session, here = db.session(), site()
        diary = app.extensions["coachcrm.diary"].read(session, now=now)
        booking = session.scalars(select(Booking)).one()
        time = booking.interval
        later = type(time)(time.start + timedelta(hours=1), time.end + timedelta(hours=1))
        told = details_of(booking, diary, time=later, stamp=now)
        older = replace(told, has_older_entry=True)
        acts: dict[str, list[mails.BookingLetter]] = {
            f"{act}, by {by}": mails.tell(here, session, told, act, by=by, said=SAID, **more)
            for act, more in (("confirmed", {}), ("moved", {"old": time}), ("cancelled", {}))
            for by in ("client", "coach")
        }
        acts |= {
            kind: mails.tell(here, session, told, kind)
            for kind in (
                "day_before",
                "hour_before",
                "missed",
                "follow_up",
                "standing",
                "not_confirmed",
            )
        }
        acts |= {
            "standing, with a wish": mails.tell(
                here, session, told, "standing", wanted=later,
                move_url=here.link("booking.reschedule", token="t" * 40, start="20270615T090000Z"),
            ),
            "again": mails.again(here, session, told, cancelled_by=None),
            "again, by other clocks": mails.again(
                here, session, replace(told, told_start="2027-06-15 03:15"), cancelled_by=None
            ),
            "again, cancelled": mails.again(here, session, told, cancelled_by="client"),
            "new address": mails.readdressed(
                here, session, told, gone=replace(told, email="old@client.example")
            ),
            "anew": [
                *mails.given_up(here, session, older, to=tuple(Role)),
                *mails.tell(here, session, older, "renewed"),
            ],
            "place": mails.elsewhere(here, session, told),
            "place, no number": mails.elsewhere(here, session, replace(told, phone="")),
        }  # fmt: skip
        if not told.hosts.are_one:
            gone = replace(older, hosts=replace(told.hosts, coach="old@practice.example"))
            acts["coach moved"] = mails.given_up(here, session, gone, to=(Role.COACH,))
        octets = {
            f"{name}: {one.kind} to {one.audience.value}": one.letter.octets
            for name, letters in acts.items()
            for one in letters
        }
        on = booking.starts_at.astimezone(diary.coach.zone).date()
        card = morning_card.compose_card(here, session, diary.coach, on, now=now)
        octets["morning_card to coach"] = card.octets
        words = original("words", "confirmed")
        octets["test to coach"] = own_words.compose_test(here, diary, words, now=now).octets
        coach = the_coach(session)
        link = signing_in.reset_link(here, coach, "t" * 43, now=now)
        octets["reset to coach"] = link.octets
        octets["password to coach"] = signing_in.password_changed(here, coach, now=now).octets
        told = signing_in.address_changed(here, coach, "new@practice.example", now=now)
        for which, one in zip(("old", "new"), told, strict=True):
            octets[f"{which}: address to coach"] = one.octets
        found = {}
        for name, one in octets.items():
            found[name] = email.message_from_bytes(one, Letter, policy=email.policy.default)
            found[name].octets = one
        return found

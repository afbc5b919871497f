"""What a booking, or a change of one, can be refused for, in the words of a no."""

from datetime import datetime

from coachcrm.availability.core.reasons import Rule
from coachcrm.bookings.core.rules import STANDING, Objection, objection_to_cancel, objection_to_move
from coachcrm.bookings.models import Booking, terms_of
from coachcrm.bookings.offer.reading.practice import CoachCard
from coachcrm.kit.errors import DatabaseBusy, NotFound, Refusal
from coachcrm.kit.text.phone_numbers import spoken
from coachcrm.kit.time import countries


class DeadLink(NotFound):
    """A link that opens no booking: one and the same for what is old, cut, forged or erased."""

    title = "This link no longer works"
    sentence = (
        "It may be old, or cut in two by a mail program. Nothing has happened to your booking."
    )
    what_next = "The newest letter from me has a link that works."
    by_phone = "Ring me, I will find it"


class SlotTaken(Refusal):
    """The time is not on offer, or not any more."""

    title = "That time is not free"
    sentence = "That time has just been taken or is no longer on offer, and nothing was booked."
    what_next = "Please choose another time; what you typed is kept."


class PartlyDone(DatabaseBusy):
    """Of several acts some were done before the database could not be reached in time."""

    what_next = "Please try again in a minute. What is done is not done again."

    def __init__(self, *, done: int, left: int) -> None:
        super().__init__(
            f"We could not save all of this just now. Done: {done}. Still to be done: {left}."
        )


class BreaksRules(Refusal):
    """The time breaks rules to which the coach has not said yes; `rules` are all that it breaks."""

    title = "This time breaks rules of yours"
    sentence = "This time breaks rules of yours, and nothing was done yet."
    what_next = "Please look at them, and confirm or choose another time."

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        super().__init__()
        self.rules = rules


class Overlaps(SlotTaken):
    """Two meetings at one time: no yes helps."""

    title = "You have another meeting then"
    sentence = "That time overlaps another meeting of yours, and nothing was done."
    what_next = "Please choose another time."


class HasPassed(Refusal):
    """A new booking in the past."""

    title = "That time has passed"
    sentence = "That time has passed already, and nothing was booked."
    what_next = "Please choose a time that is still to come."


class LengthToChoose(Refusal):
    """The service has another length than the meeting that moves, and nobody chose (rule 11)."""

    status = 422
    title = "How long should it be?"
    sentence = (
        "Please choose how long it should be: as it was booked, or as it is now. "
        "Nothing was changed."
    )


class LengthChanged(Refusal):
    """The service has another length than the one that the form was shown with (rule 2)."""

    title = "It has another length now"

    def __init__(self, minutes: int, *, shown: int) -> None:
        super().__init__(
            f"It takes {minutes} minutes now, not {shown}, and nothing is booked yet. If that "
            "suits you, please press Book once more."
        )


class LookInYourMail(Refusal):
    """This person has a meeting to come already (rule 13, S61); `standing` is one of them.

    The page names no time: whoever types the address need not be the person. Where no letter leaves
    (`letters_leave`) it sends nobody to his mail.
    """

    title = "Please look in your mail"
    sentence = (
        "Nothing was booked now. It may be that you have a meeting with me already: if so, its "
        "link is in your mail again, and with it you can move it to the time that you chose."
    )

    def __init__(self, standing: str) -> None:
        super().__init__()
        self.standing = standing

    def without_letters(self) -> None:
        """Say the same where no letter can leave."""
        self.title = "Nothing was booked now"
        self.sentence = "It may be that you have a meeting with me already."


class FormUsed(Refusal):
    """The same form again with other answers: one form makes one booking."""

    title = "You have booked with this form already"
    sentence = "This form has already made a booking, and nothing was changed."
    what_next = "To book another time, please start again."


class Outdated(Exception):  # noqa: N818 - never shown
    """What was prepared tells a state that no longer holds; prepare again."""


class Changed(Refusal):
    """Somebody changed the booking after the page was shown."""

    title = "This booking has changed"
    sentence = "This booking has changed since you opened the page, and nothing was done now."
    what_next = "Please look at it again before you go on."


class StillHeld(Refusal):
    """No invitation has gone out, so there is nothing that a letter could change."""

    title = "This booking is only held"
    sentence = "No invitation has gone out for this booking yet, and nothing was changed."
    what_next = "Confirm it first, or cancel it, under “Many bookings at once”."


class NotStanding(Refusal):
    """What is cancelled, or of which is said how it went, is moved and cancelled no more."""

    title = "This booking no longer stands"
    sentence = "This booking is cancelled or settled already, and nothing was changed now."
    what_next = "Please look at it again; you can always make a new booking."


class CannotChange(Refusal):
    """The rules do not let the booking be changed by its link."""

    title = "This can no longer be changed here"


def check_may_move(booking: Booking, coach: CoachCard, *, now: datetime) -> None:
    """Raise `CannotChange`, saying why, unless the client may move the booking now."""
    _object(objection_to_move(booking.facts, terms_of(booking.service), now=now), coach, booking)


def check_may_cancel(booking: Booking, coach: CoachCard, *, now: datetime) -> None:
    """Raise `CannotChange`, saying why, unless the client may cancel the booking now."""
    _object(objection_to_cancel(booking.facts, terms_of(booking.service), now=now), coach, booking)


def check_not_held(booking: Booking) -> None:
    """Raise `StillHeld` for a booking of which nobody was told so far (S60)."""
    if booking.status == "held":
        raise StillHeld


def check_stands(booking: Booking) -> None:
    """Raise `NotStanding` or `StillHeld` unless the booking can be moved and cancelled."""
    check_not_held(booking)
    if booking.status not in STANDING:
        raise NotStanding


def check_not_stale(booking: Booking, version: str) -> None:
    """Raise `Changed` unless `version`, as the page showed it, is still the booking's.

    Forms call it `sequence`; that of calendars it is not, which a new UID brings back to 0.
    """
    if version != str(booking.version):
        raise Changed


def not_free(refusal: Refusal) -> str:
    """Say that a move was not possible, and that the booking stands."""
    return f"{refusal.title}. Your booking stands as it was; please choose another time."


def why_not(objection: Objection, coach: CoachCard, zone: str) -> tuple[str, str]:
    """Return what keeps a booking from being changed by its link, and what to do instead.

    `zone` is the client's, by which the coach's number is said.
    """
    phone = spoken(coach.phone, countries.of_zone(zone) or "")
    ring = f"Please ring me on {phone}" if phone else "Please write to me"
    write = f" or write to {coach.email}."
    return {
        Objection.HELD: (
            "I have not looked at this booking yet, and nothing was changed.",
            ring + write,
        ),
        Objection.CANCELLED: (
            "This booking is already cancelled, and nothing was changed.",
            "You can book another time whenever you like.",
        ),
        Objection.OVER: (
            "This meeting has already begun or is over, and nothing was changed.",
            "You can book another time whenever you like.",
        ),
        Objection.TOO_LATE: (
            "It is too close to the time to change this here, and nothing was changed.",
            ring + write,
        ),
        Objection.TOO_OFTEN: (
            "This booking has been moved as often as it can be here, and nothing was changed.",
            ring + write,
        ),
    }[objection]


def _object(objection: Objection | None, coach: CoachCard, booking: Booking) -> None:
    if objection is not None:
        sentence, what_next = why_not(objection, coach, booking.timezone)
        raise CannotChange(sentence, what_next=what_next)

"""The letters there are, their original words, and what may be filled into them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from coachcrm.bookings.core.wording import DETAILS, LINKS, Misspelt, Wording, check
from coachcrm.kit.resources import resource

# Each with what it becomes.
PLACEHOLDERS = {
    DETAILS: "the time, the place and the links, on a line of its own; without it they come last",
    "first_name": "the client’s first name",
    "service": "what was booked, such as “free consultation”",
    "minutes": "how long it takes, such as “30”",
    "when": "day, time and time zone, as the reader’s clock shows them",
    "day": "the day, such as “Tuesday 15 June”",
    "time": "the time, such as “9:00 am”",
    "place": "who rings whom, or where you meet",
    "old_when": "the time before the move",
    "booking_link": "the address where the client can move or cancel",
    "again_link": "the address where another time can be booked",
    "conversations": "how many you have, such as “3 conversations”",
    "coach": "your name",
    "practice": "the name of your practice",
}
_OF_A_MEETING = (
    DETAILS, "first_name", "service", "minutes", "when", "day", "time", "place", "coach",
    "practice",
)  # fmt: skip
# What a client has typed stands in no subject (S33), and nor does an address.
_NOT_IN_SUBJECT = {DETAILS, "first_name", "place", *LINKS}


@dataclass(frozen=True, slots=True)
class Kind:
    """A letter: what it is called, when it goes, and what may be filled into its words."""

    name: str
    title: str
    goes: str
    extra: tuple[str, ...] = ()
    is_optional: bool = False
    has_calendar: bool = False

    @property
    def in_body(self) -> tuple[str, ...]:
        """The placeholders of the body."""
        if self.name == "morning_card":
            return (DETAILS, "day", "conversations", "coach", "practice")
        return (*_OF_A_MEETING, *self.extra)

    @property
    def in_subject(self) -> tuple[str, ...]:
        """The placeholders of the subject."""
        return tuple(name for name in self.in_body if name not in _NOT_IN_SUBJECT)


_MANAGE, _AGAIN = ("booking_link",), ("again_link",)
KINDS = {
    kind.name: kind
    for kind in (
        Kind("confirmed", "Confirmation", "When somebody has booked.", _MANAGE, has_calendar=True),
        Kind("moved", "New time", "When the client has moved a booking.",
             ("old_when", *_MANAGE), has_calendar=True),
        Kind("moved_by_coach", "New time, by you", "When you have moved a booking.",
             ("old_when", *_MANAGE), has_calendar=True),
        Kind("cancelled", "Cancellation", "When the client has cancelled.", _AGAIN,
             has_calendar=True),
        Kind("cancelled_by_coach", "Cancellation, by you", "When you have cancelled.", _AGAIN,
             has_calendar=True),
        Kind("day_before", "Reminder, 24 hours before", "24 hours before the conversation.",
             _MANAGE, is_optional=True),
        Kind("hour_before", "Reminder, an hour before", "An hour before the conversation.",
             _MANAGE, is_optional=True),
        Kind("missed", "We missed you", "An hour after you marked that the client did not come.",
             _AGAIN, is_optional=True),
        Kind("follow_up", "After the conversation",
             "An hour after you marked that the conversation took place.", _AGAIN,
             is_optional=True),
        Kind("morning_card", "Your morning card",
             "To you, at 7 in the morning of each day with a conversation.", is_optional=True),
    )
}  # fmt: skip
# Rare letters; their words stay as they are.
_FIXED = {
    name: Kind(name, "", "", _MANAGE)
    for name in (
        "again", "place", "place_without_number", "readdressed", "standing", "withdrawn",
    )
}  # fmt: skip


@cache
def original(name: str) -> Wording:
    """Return a letter's words as they came with the program."""
    folder = resource("templates") / "mail" / "words" / name
    subject = (folder / "subject.txt").read_text("utf-8").strip()
    return Wording(name, subject, (folder / "body.txt").read_text("utf-8").strip())


def check_wording(wording: Wording) -> dict[str, Misspelt]:
    """Return what is wrong with a letter's words, by the field: `subject`, `body`."""
    kind = (KINDS | _FIXED)[wording.name]
    found = {}
    for field, allowed in (("subject", kind.in_subject), ("body", kind.in_body)):
        try:
            check(getattr(wording, field), allowed)
        except Misspelt as trouble:
            found[field] = trouble
    return found


def words_for(own: Iterable[Wording], name: str) -> Wording:
    """Return the words to use for a letter: the coach's own, where there are some that are good.

    What a later version no longer understands must not keep a letter from being sent.
    """
    mine = next((wording for wording in own if wording.name == name), None)
    if mine is None:
        return original(name)
    if not mine.body or check_wording(mine):
        return replace(original(name), is_on=mine.is_on)
    return mine

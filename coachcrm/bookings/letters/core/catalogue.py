"""The letters there are: one row for each, their original words, and what may be filled in.

A new letter is a row here and its templates: its words in `mail/words/<name>`, and, where it goes
to the coach too, his copy in `mail/bookings/<name>_coach`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from coachcrm.invites.core.itip import CalendarEntry, CalendarPart, Role, cancellation, invitation
from coachcrm.kit.text.wording import DETAILS, LINKS, Misspelt, Wording, check, original

# Each with what it becomes.
PLACEHOLDERS = {
    DETAILS: "the time, the place and the links, on a line of its own; without it they come last",
    "first_name": "the client’s first name",
    "service": "what was booked, such as “Free consultation”",
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
_OF_A_DAY = (DETAILS, "day", "conversations", "coach", "practice")
_LINK_TO = {"booking": ("booking_link",), "again": ("again_link",), "": ()}
# What a client has typed stands in no subject (S33), and nor does an address.
_NOT_IN_SUBJECT = {DETAILS, "first_name", "place", *LINKS}
CLIENT, COACH = (Role.CLIENT,), (Role.COACH,)


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A letter: what it is called, to whom and when it goes, and what may be filled into it.

    `goes` says when, on the coach's page of letters; one without it keeps its words. `called` is
    what a list of letters calls it, where that is not its title; `deed` what it did, in the life
    of an invitation; `news` what the morning card makes of it. Its link leads to the `booking`, to
    book `again`, or nowhere. `part` makes its calendar part. A reminder goes so long `before` the
    meeting, and a letter that follows one is `after` a status: nobody has asked for it, so it says
    how to have no more of them (L13). `of` is the letter whose place it takes with words of its
    own, as when the coach himself has acted.
    """

    name: str
    title: str
    deed: str = ""
    goes: str = ""
    called: str = ""
    news: str = ""
    audience: tuple[Role, ...] = tuple(Role)
    places: tuple[str, ...] = _OF_A_MEETING
    extra: tuple[str, ...] = ()
    leads_to: str = "booking"
    is_soon: bool = False
    is_optional: bool = False
    part: Callable[[CalendarEntry, Role], CalendarPart] | None = None
    before: timedelta | None = None
    after: str = ""
    of: str = ""

    @property
    def kind(self) -> str:
        """What the outbox calls it."""
        return self.of or self.name

    @property
    def in_body(self) -> tuple[str, ...]:
        """The placeholders of the body."""
        return (*self.places, *self.extra, *_LINK_TO[self.leads_to])

    @property
    def in_subject(self) -> tuple[str, ...]:
        """The placeholders of the subject."""
        return tuple(name for name in self.in_body if name not in _NOT_IN_SUBJECT)


_MOVED = LetterKind(
    "moved", "New time", "Moved", "When the client has moved a booking.",
    news="Moved", extra=("old_when",), part=invitation,
)  # fmt: skip
_CANCELLED = LetterKind(
    "cancelled", "Cancellation", "Cancelled", "When the client has cancelled.",
    news="Cancelled", leads_to="again", part=cancellation,
)  # fmt: skip
_PLACE = LetterKind("place", "New place", "Told the new place", news="New place", part=invitation)
LETTERS = {
    letter.name: letter
    for letter in (
        LetterKind("confirmed", "Confirmation", "Invited", "When somebody has booked.",
                   news="New", part=invitation),
        _MOVED,
        replace(_MOVED, name="moved_by_coach", of="moved", title="New time, by you",
                goes="When you have moved a booking."),
        _CANCELLED,
        replace(_CANCELLED, name="cancelled_by_coach", of="cancelled", title="Cancellation, by you",
                goes="When you have cancelled."),
        LetterKind("day_before", "Reminder, 24 hours before", "Reminded, 24 hours before",
                   "24 hours before the conversation.", called="Reminder, 24 hours before,",
                   audience=CLIENT, is_optional=True, before=timedelta(hours=24)),
        LetterKind("hour_before", "Reminder, an hour before", "Reminded, an hour before",
                   "An hour before the conversation.", called="Reminder, an hour before,",
                   audience=CLIENT, is_optional=True, is_soon=True, before=timedelta(hours=1)),
        LetterKind("missed", "We missed you", "Told that we missed each other",
                   "An hour after you marked that the client did not come.",
                   called="“We missed you”", audience=CLIENT, is_optional=True, leads_to="again",
                   after="no_show"),
        LetterKind("follow_up", "After the conversation", "Thanked afterwards",
                   "An hour after you marked that the conversation took place.",
                   audience=CLIENT, is_optional=True, leads_to="again", after="completed"),
        LetterKind("morning_card", "Your morning card",
                   goes="To you, at 7 in the morning of each day with a conversation.",
                   called="Morning card", audience=COACH, is_optional=True, places=_OF_A_DAY,
                   leads_to=""),
        # Rare letters; their words stay as they are.
        LetterKind("again", "Present state again", "Sent again", part=invitation),
        LetterKind("readdressed", "Invitation at the new address", "Invited at the new address",
                   news="New address", part=invitation),
        LetterKind("withdrawn", "Withdrawn from the old address", "Withdrawn from the old address",
                   leads_to="", part=cancellation),
        LetterKind("replaced", "Older entry taken out", "Took the older entry out",
                   leads_to="", part=cancellation),
        LetterKind("renewed", "Invitation anew", "Invited anew", part=invitation),
        _PLACE,
        replace(_PLACE, name="place_without_number", of="place"),
        LetterKind("standing", "Link again", "Sent the link again, after a second attempt to book",
                   called="Link again, after a second attempt to book,", audience=CLIENT),
        LetterKind("not_confirmed", "Not confirmed", "Told that it is not confirmed",
                   called="Not confirmed,", audience=CLIENT, leads_to="again"),
        # Letters about no single booking's time, which others compose.
        LetterKind("summary", "Summary of the conversation", audience=CLIENT),
        LetterKind("test", "Test letter", audience=COACH),
        LetterKind("reset", "Link for a new password", called="Link for a new password,",
                   audience=COACH),
        LetterKind("password", "Changed password", called="Word of a changed password,",
                   audience=COACH),
        LetterKind("address", "Changed address", called="Word of a changed address,",
                   audience=COACH),
    )
}  # fmt: skip
# Those that the coach can put into his own words, as his page lists them.
KINDS = {name: letter for name, letter in LETTERS.items() if letter.goes}
# Those that tell what is no longer so once a meeting is cancelled. What withdraws it from an
# address that it has left stays true; reminders are taken back with their plan.
OF_WHAT_STANDS = frozenset(
    {
        *(letter.kind for letter in LETTERS.values() if letter.part is invitation),
        "replaced",
        "standing",
    }
)


def called(kind: str) -> str:
    """Return what a list of letters calls one of this kind, before "to you" or "to the client"."""
    letter = LETTERS.get(kind)
    return letter.called or letter.title if letter else kind


def by_whom(kind: str, by: str) -> LetterKind:
    """Return the letter of a deed: the coach's own has words of its own, where there are some."""
    return LETTERS.get(f"{kind}_by_{by}") or LETTERS[kind]


def check_wording(wording: Wording) -> dict[str, Misspelt]:
    """Return what is wrong with a letter's words, by the field: `subject`, `body`."""
    letter = LETTERS[wording.name]
    found = {}
    for field, allowed in (("subject", letter.in_subject), ("body", letter.in_body)):
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
        return original("words", name)
    if not mine.body or check_wording(mine):
        return replace(original("words", name), is_on=mine.is_on)
    return mine

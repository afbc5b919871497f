"""The practice in figures: how enquiries become clients, and clients are placed. Pure.

Small numbers stay counts. What nobody writes down, such as who gave a testimonial, is not told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from coachcrm.recovery.core.figures import typical
from coachcrm.recovery.core.funnel import share

DAYS_A_WEEK = 7
# The stages that only a client comes to.
BECAME = frozenset({"active", "paused", "placed", "alumni"})


@dataclass(frozen=True, slots=True)
class Period:
    """What is told of some dates, by the coach's calendar. Keys of dates and counts are clients.

    `booked` counts the free consultations of these dates by status, and `unsaid` those of them that
    are over without a word on how they went; `held` has the date of each client's first one that
    took place. `placed` has the offers of these dates. `became` (a client), `sessions` (paid ones
    that took place) and `begun` (with the first of them) are told whenever they were.
    """

    booked: Mapping[str, int] = field(default_factory=dict)
    unsaid: int = 0
    held: Mapping[int, date] = field(default_factory=dict)
    placed: Mapping[int, date] = field(default_factory=dict)
    became: Mapping[int, date] = field(default_factory=dict)
    sessions: Mapping[int, int] = field(default_factory=dict)
    begun: Mapping[int, date] = field(default_factory=dict)
    is_anybody_moved: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a period, as (what, how many) in the order of a client's way.

    `way` has the four stations of it as numbers, for a picture.
    """

    rows: tuple[tuple[str, str], ...] = ()
    way: tuple[tuple[str, int], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.rows


def practice(period: Period) -> Figures:
    """Return the figures of a period.

    A consultation belongs to its own date, and what became of it is told whenever that was; an
    offer belongs to the date on which the client was placed.
    """
    if not period.booked and not period.is_anybody_moved:
        return Figures()
    states, held, placed = period.booked, period.held, period.placed
    number = sum(states.values())
    to_come = states.get("confirmed", 0) + states.get("held", 0) - period.unsaid
    became = {client: period.became[client] for client in held if client in period.became}
    days = sorted((on - held[client]).days for client, on in became.items() if on >= held[client])
    weeks = sorted(_weeks(period.begun, placed))
    rows = [
        ("Consultations booked", str(number)),
        ("Took place", str(states.get("completed", 0))),
        ("Did not come", str(states.get("no_show", 0))),
        ("Cancelled", str(states.get("cancelled", 0))),
        ("Still to come", str(to_come)),
        ("Not said how it went", str(period.unsaid)),
    ]
    if held:
        rows.append(("From consultation to client", share(len(became), len(held))))
    if days:
        rows.append(("Time to decide", typical(days, "day")))
    counts = sorted(period.sessions.get(client, 0) for client in became)
    if any(counts):
        rows.append(("Sessions for each client", typical(counts, "session")))
    rows.append(("Offers accepted", str(len(placed))))
    if weeks:
        rows.append(("From the first session to the offer", typical(weeks, "week")))
    # A line that says nothing of nothing is left out.
    quiet = {"Cancelled", "Still to come", "Not said how it went"}
    return Figures(
        tuple(row for row in rows if row[1] != "0" or row[0] not in quiet),
        (
            ("Consultations booked", number),
            ("Took place", states.get("completed", 0)),
            ("Became clients", len(became)),
            ("Offers accepted", len(placed)),
        ),
    )


def _weeks(begun: Mapping[int, date], placed: Mapping[int, date]) -> Iterable[int]:
    for client, on in placed.items():
        if client in begun and on >= begun[client]:
            yield round((on - begun[client]).days / DAYS_A_WEEK)

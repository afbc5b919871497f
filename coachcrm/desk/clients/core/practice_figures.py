"""The practice in figures: how enquiries become clients, and clients are placed. Pure.

Small numbers stay counts. What nobody writes down, such as who gave a testimonial, is not told.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from coachcrm.recovery.core.figures import typical
from coachcrm.recovery.core.funnel import share

DAYS_A_WEEK = 7
# The stages that only a client comes to.
BECAME = frozenset({"active", "paused", "placed", "alumni"})


@dataclass(frozen=True, slots=True)
class Talk:
    """A meeting with a client on a date; `is_free` for the free consultation."""

    client_id: int
    on: date
    status: str
    is_free: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Move:
    """That a client came to a stage on a date."""

    client_id: int
    stage: str
    on: date


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


def practice(
    talks: Sequence[Talk], moves: Sequence[Move], *, first: date | None, last: date
) -> Figures:
    """Return the figures of the dates from `first` (None: from the beginning) to `last`.

    A consultation belongs to its own date, and what became of it is told whenever that was; an
    offer belongs to the date on which the client was placed.
    """
    free = [t for t in talks if t.is_free and _within(t.on, first, last)]
    held = {t.client_id: t.on for t in reversed(free) if t.status == "completed"}
    if not free and not any(_within(m.on, first, last) for m in moves):
        return Figures()
    states = Counter(t.status for t in free)
    unsaid = sum(t.status == "confirmed" and t.is_over for t in free)
    to_come = states["confirmed"] + states["held"] - unsaid
    active = _firsts(moves, BECAME)
    became = {client: active[client] for client in held if client in active}
    days = sorted((on - held[client]).days for client, on in became.items() if on >= held[client])
    sessions = Counter(t.client_id for t in talks if not t.is_free and t.status == "completed")
    placed = {c: on for c, on in _firsts(moves, {"placed"}).items() if _within(on, first, last)}
    weeks = sorted(_weeks(talks, placed))
    rows = [
        ("Consultations booked", str(len(free))),
        ("Took place", str(states["completed"])),
        ("Did not come", str(states["no_show"])),
        ("Cancelled", str(states["cancelled"])),
        ("Still to come", str(to_come)),
        ("Not said how it went", str(unsaid)),
    ]
    if held:
        rows.append(("From consultation to client", share(len(became), len(held))))
    if days:
        rows.append(("Time to decide", typical(days, "day")))
    counts = sorted(sessions[client] for client in became)
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
            ("Consultations booked", len(free)),
            ("Took place", states["completed"]),
            ("Became clients", len(became)),
            ("Offers accepted", len(placed)),
        ),
    )


def _within(on: date, first: date | None, last: date) -> bool:
    return (first is None or on >= first) and on <= last


def _firsts(moves: Iterable[Move], stages: AbstractSet[str]) -> dict[int, date]:
    found: dict[int, date] = {}
    for move in moves:
        if move.stage in stages:
            found[move.client_id] = min(found.get(move.client_id, move.on), move.on)
    return found


def _weeks(talks: Iterable[Talk], placed: dict[int, date]) -> Iterable[int]:
    begun: dict[int, date] = {}
    for talk in talks:
        if talk.status == "completed" and not talk.is_free:
            begun[talk.client_id] = min(begun.get(talk.client_id, talk.on), talk.on)
    for client, on in placed.items():
        if client in begun and on >= begun[client]:
            yield round((on - begun[client]).days / DAYS_A_WEEK)

"""Hours as they are typed, which may run past midnight. Pure: minutes from midnight in and out.

A span is hours that begin on a date; past 1440 it goes on in the next. What is stored are windows
within a date: a span past midnight is two of them, which touch and so are one for a meeting that
crosses the border (rule 4).
"""

from collections.abc import Iterable

from coachcrm.kit.time.zones import MINUTES_A_DAY

# More than that is a slip of the finger: 17:00 to 09:00 is no night.
LONGEST_NIGHT = 12 * 60

Span = tuple[int, int]


def span_of(opens: int, closes: int) -> Span | None:
    """Return the span that two clock times mean, or None for none.

    Midnight at the end of a day is written like the one at its beginning.
    """
    closes = closes or MINUTES_A_DAY
    if opens < closes:
        return opens, closes
    until = closes + MINUTES_A_DAY
    is_night = opens < MINUTES_A_DAY and until - opens <= LONGEST_NIGHT
    return (opens, until) if is_night else None


def of_the_date(spans: Iterable[Span]) -> list[Span]:
    """Return what of the spans of a date lies on it."""
    return [(opens, min(closes, MINUTES_A_DAY)) for opens, closes in spans]


def of_the_next(spans: Iterable[Span]) -> list[Span]:
    """Return what of the spans of a date lies on the next one, from its own midnight."""
    return [(0, closes - MINUTES_A_DAY) for _, closes in spans if closes > MINUTES_A_DAY]


def shifted(spans: Iterable[Span], days: int) -> list[Span]:
    """Return the spans of another date, so many days on, from the midnight of this one."""
    by = days * MINUTES_A_DAY
    return [(opens + by, closes + by) for opens, closes in spans]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that overlap as one; those that only touch stay two."""
    return _joined(spans, gap=0)


def too_short(spans: Iterable[Span], around: Iterable[Span], *, shortest: int) -> list[Span]:
    """Return the spans that no meeting fits into, though those that touch are one.

    `around` are all hours that can touch them, from the same midnight; `shortest` is the length of
    the shortest meeting.
    """
    wanted = [*spans]
    stretches = _joined([*wanted, *around], gap=1)
    return [
        span
        for span in wanted
        if not any(
            begins <= span[0] < ends and ends - begins >= shortest for begins, ends in stretches
        )
    ]


def _joined(spans: Iterable[Span], *, gap: int) -> list[Span]:
    found: list[Span] = []
    for opens, closes in sorted(spans):
        if found and opens < found[-1][1] + gap:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        else:
            found.append((opens, closes))
    return found

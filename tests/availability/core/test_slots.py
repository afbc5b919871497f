"""Which times are offered. Numbers are the cases of booking.

The coach is in London: Monday to Friday 09:00 to 12:00 and 14:00 to 17:00, half an hour on a grid
of half an hour, 15 minutes kept after a booking, a day's notice, 60 days ahead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from coachcrm.availability.core.slots import Busy, Policy, first_and_last_date, offers, slots
from coachcrm.availability.core.windows import Hours, TimeOff, windows
from coachcrm.kit.time.interval import Interval

LONDON = ZoneInfo("Europe/London")
WEEK = [Hours(day, *window) for day in range(5) for window in ((540, 720), (840, 1020))]
RULES = {"duration": 30, "grid": 30, "notice": 24 * 60, "before": 0, "after": 15}
MORNING = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
AFTERNOON = ["14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]


def uk(text: str) -> datetime:
    """Return the instant of a UK wall time, "2027-06-15 09:00"; the first where it repeats."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def from_to(text: str) -> Interval:
    """Return the interval "2027-06-15 10:00/2027-06-15 10:30", in UK time."""
    start, end = text.split("/")
    return Interval(uk(start), uk(end))


def policy(**changes: int) -> Policy:
    """Return the service's rules with some changed, in minutes, and the horizon in days."""
    horizon = changes.pop("horizon", 60)
    return Policy(
        horizon=horizon, **{k: timedelta(minutes=v) for k, v in (RULES | changes).items()}
    )


def booking(text: str, *, before: int = 0, after: int = 15) -> Busy:
    """Return a booking of the same service, with its buffers in minutes."""
    return Busy(from_to(text), timedelta(minutes=before), timedelta(minutes=after))


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is given on the coach's date `on`, and the wall times then offered.

    `override` are windows like "10:00-12:00", `tomorrow` those of the next date; `now` is a week
    before unless said.
    """

    on: str
    then: Sequence[str]
    override: Sequence[str] | None = None
    tomorrow: Sequence[str] = ()
    busy: Sequence[Busy] = ()
    off: Sequence[Interval] = ()
    now: str | None = None
    rules: Mapping[str, int] = field(default_factory=dict)

    def overrides(self) -> dict[date, list[tuple[int, int]]]:
        """Return the override as minutes from midnight."""
        if self.override is None:
            return {}
        on = date.fromisoformat(self.on)
        return {on: pairs(self.override), on + timedelta(days=1): pairs(self.tomorrow)}

    def offered(self) -> list[Interval]:
        """Return the slots of that date."""
        on = date.fromisoformat(self.on)
        return list(
            slots(
                windows=windows(WEEK, zone=LONDON, first=on, last=on, overrides=self.overrides()),
                busy=self.busy,
                time_off=self.off,
                policy=policy(**self.rules),
                now=uk(self.now) if self.now else uk(f"{self.on} 00:00") - timedelta(days=7),
                zone=LONDON,
            )
        )


def pairs(windows: Sequence[str]) -> list[tuple[int, int]]:
    """Return windows like "10:00-12:00" in minutes from midnight."""
    return [(minute(w.partition("-")[0]), minute(w.partition("-")[2])) for w in windows]


def minute(clock: str) -> int:
    """Return the minutes from midnight of 01:15."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


FREELY = {"notice": 0, "before": 0, "after": 0}

CASES = {
    "1: the last Thursday of winter begins at nine": Case(
        on="2027-03-25", then=[f"{t} GMT" for t in MORNING + AFTERNOON]
    ),
    "1: so does the first Tuesday of summer": Case(
        on="2027-03-30", then=[f"{t} BST" for t in MORNING + AFTERNOON]
    ),
    "2: the last Friday of summer begins at nine": Case(
        on="2027-10-29", then=[f"{t} BST" for t in MORNING + AFTERNOON]
    ),
    "2: so does the first Monday of winter": Case(
        on="2027-11-01", then=[f"{t} GMT" for t in MORNING + AFTERNOON]
    ),
    "3: the night that loses an hour has six": Case(
        on="2027-03-28", override=["00:00-04:00"], rules=FREELY,
        then=["00:00 GMT", "00:30 GMT", "02:00 BST", "02:30 BST", "03:00 BST", "03:30 BST"],
    ),
    "4: the night that gains an hour has ten, two of them twice by name": Case(
        on="2027-10-31", override=["00:00-04:00"], rules=FREELY,
        then=["00:00 BST", "00:30 BST", "01:00 BST", "01:30 BST", "01:00 GMT", "01:30 GMT",
              "02:00 GMT", "02:30 GMT", "03:00 GMT", "03:30 GMT"],
    ),
    "4: bookings take the first 01:30 and the second 01:00 and no others": Case(
        on="2027-10-31", override=["00:00-04:00"], rules=FREELY,
        busy=[Busy(Interval(datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
                            datetime(2027, 10, 31, 1, 30, tzinfo=UTC)))],
        then=["00:00 BST", "00:30 BST", "01:00 BST", "01:30 GMT",
              "02:00 GMT", "02:30 GMT", "03:00 GMT", "03:30 GMT"],
    ),
    "4: a window may begin and end at times that repeat": Case(
        on="2027-10-31", override=["01:00-01:30"], rules=FREELY,
        then=["01:00 BST", "01:30 BST", "01:00 GMT"],
    ),
    "4: hours that end at the first minute that repeats end when the clock first shows it": Case(
        on="2027-10-31", override=["00:00-01:00"], rules=FREELY, then=["00:00 BST", "00:30 BST"],
    ),
    "4: so does time off": Case(
        on="2027-10-31", override=["00:00-02:00"], rules=FREELY,
        off=[TimeOff(date(2027, 10, 31), date(2027, 10, 31), 0, 60).interval(LONDON)],
        then=["01:00 BST", "01:30 BST", "01:00 GMT", "01:30 GMT"],
    ),
    "4: time off that ends inside what repeats ends at the second": Case(
        on="2027-10-31", override=["00:00-02:00"], rules=FREELY,
        off=[TimeOff(date(2027, 10, 31), date(2027, 10, 31), 0, 90).interval(LONDON)],
        then=["01:30 GMT"],
    ),
    "4: windows that only touch by the clock, and overlap in truth, are one": Case(
        on="2027-10-31", override=["00:30-01:30", "01:30-02:30"], rules=FREELY,
        then=["00:30 BST", "01:00 BST", "01:30 BST", "01:00 GMT", "01:30 GMT", "02:00 GMT"],
    ),
    "6: the grid counts real minutes over the gap": Case(
        on="2027-03-28", override=["00:30-02:30"], rules=FREELY | {"grid": 15},
        then=["00:30 GMT", "00:45 GMT", "02:00 BST"],
    ),
    "7: a window that begins in the gap begins when it ends": Case(
        on="2027-03-28", override=["01:15-03:00"], rules=FREELY,
        then=["02:00 BST", "02:30 BST"],
    ),
    "7: a window that lies in the gap is none": Case(
        on="2027-03-28", override=["01:00-02:00", "09:00-09:30"], rules=FREELY,
        then=["09:00 BST"],
    ),
    "12: overrides that overlap are one window, and the week's hours are not asked": Case(
        on="2027-06-16", override=["10:00-12:00", "11:00-13:00"],
        then=["10:00 BST", "10:30 BST", "11:00 BST", "11:30 BST", "12:00 BST", "12:30 BST"],
    ),
    "12: the merged window has the grid of the earlier": Case(
        on="2027-06-16", override=["11:15-13:00", "10:00-12:00"],
        then=["10:00 BST", "10:30 BST", "11:00 BST", "11:30 BST", "12:00 BST", "12:30 BST"],
    ),
    "12: an override inside another adds nothing": Case(
        on="2027-06-16", override=["10:00-12:00", "10:30-11:00"],
        then=["10:00 BST", "10:30 BST", "11:00 BST", "11:30 BST"],
    ),
    "4: windows that touch are one for a slot that crosses, and each starts its own grid": Case(
        on="2027-06-16", override=["10:00-10:45", "10:45-11:45"],
        then=["10:00 BST", "10:30 BST", "10:45 BST", "11:15 BST"],
    ),
    "4: windows with a minute between them are two": Case(
        on="2027-06-16", override=["10:00-10:45", "10:46-11:45"],
        then=["10:00 BST", "10:46 BST"],
    ),
    "4: a slot may cross several": Case(
        on="2027-06-16", override=["10:00-10:10", "10:10-10:20", "10:20-10:30"],
        then=["10:00 BST"],
    ),
    "4: and what is left at the end is for no slot of its own": Case(
        on="2027-06-16", override=["10:00-11:00", "11:00-11:15"], rules={"grid": 15},
        then=["10:00 BST", "10:15 BST", "10:30 BST", "10:45 BST"],
    ),
    "4: windows that touch at midnight are one, whatever dates are asked for": Case(
        on="2027-06-16", override=["23:00-24:00"], tomorrow=["00:00-00:30"],
        rules={"duration": 60}, then=["23:00 BST", "23:30 BST"],
    ),
    "4: at midnight too there must be no gap": Case(
        on="2027-06-16", override=["23:00-24:00"], tomorrow=["00:05-02:00"],
        rules={"duration": 60}, then=["23:00 BST"],
    ),
    "an override without windows closes the date": Case(on="2027-06-16", override=[], then=[]),
    "no hours at the weekend": Case(on="2027-06-19", then=[]),
    "13: time off takes what it touches and asks for no buffer": Case(
        on="2027-06-16", override=["10:00-12:30"],
        off=[from_to("2027-06-16 11:00/2027-06-16 11:30")],
        rules={"before": 15, "after": 15},
        then=["10:00 BST", "10:30 BST", "11:30 BST", "12:00 BST"],
    ),
    "13: nor does it restart the grid": Case(
        on="2027-06-16", override=["10:00-12:30"],
        off=[from_to("2027-06-16 10:50/2027-06-16 11:10")],
        then=["10:00 BST", "11:30 BST", "12:00 BST"],
    ),
    "16: a booking before midnight keeps its buffer after it": Case(
        on="2027-06-16", override=["00:00-02:00"],
        busy=[booking("2027-06-15 23:30/2027-06-16 00:00", after=30)],
        then=["00:30 BST", "01:00 BST", "01:30 BST"],
    ),
    "17: no buffer is kept from opening time": Case(
        on="2027-06-15", rules={"before": 15}, then=[f"{t} BST" for t in MORNING + AFTERNOON]
    ),
    "18: the service's own buffer is kept from an outside event": Case(
        on="2027-06-15", rules={"before": 15},
        busy=[Busy(from_to("2027-06-15 08:20/2027-06-15 08:50"))],
        then=[f"{t} BST" for t in MORNING[1:] + AFTERNOON],
    ),
    "19: the larger buffer is kept, not the sum": Case(
        on="2027-06-15", override=["10:00-12:00"], rules={"before": 10, "grid": 15},
        busy=[booking("2027-06-15 10:00/2027-06-15 10:30", before=10)],
        then=["10:45 BST", "11:00 BST", "11:15 BST", "11:30 BST"],
    ),
    "19: and the same holds of what comes before a booking": Case(
        on="2027-06-15", override=["09:00-12:00"], rules={"before": 10, "grid": 15},
        busy=[booking("2027-06-15 11:00/2027-06-15 12:00", before=20)],
        then=["09:00 BST", "09:15 BST", "09:30 BST", "09:45 BST", "10:00 BST"],
    ),
    "a booking that only touches leaves its neighbours free": Case(
        on="2027-06-15", override=["09:00-11:00"], rules=FREELY,
        busy=[booking("2027-06-15 09:30/2027-06-15 10:00", after=0)],
        then=["09:00 BST", "10:00 BST", "10:30 BST"],
    ),
    "a long event hides short ones that begin after it": Case(
        on="2027-06-15", override=["09:00-13:00"], rules=FREELY,
        busy=[Busy(from_to("2027-06-15 09:45/2027-06-15 10:15")),
              Busy(from_to("2027-06-14 09:00/2027-06-15 11:30"))],
        then=["11:30 BST", "12:00 BST", "12:30 BST"],
    ),
    "a long event still holds when a short one within it has ended": Case(
        on="2027-06-15", override=["09:00-12:00"], rules=FREELY,
        busy=[Busy(from_to("2027-06-15 08:00/2027-06-15 11:00")),
              Busy(from_to("2027-06-15 08:30/2027-06-15 09:15"))],
        then=["11:00 BST", "11:30 BST"],
    ),
    "20: exactly a day's notice is enough": Case(
        on="2027-06-15", now="2027-06-14 09:00:00", then=[f"{t} BST" for t in MORNING + AFTERNOON]
    ),
    "20: a second less is not": Case(
        on="2027-06-15", now="2027-06-14 09:00:01",
        then=[f"{t} BST" for t in MORNING[1:] + AFTERNOON],
    ),
    "21: notice is 24 real hours over the night that loses one": Case(
        on="2027-03-28", override=["09:00-15:00"], now="2027-03-27 12:00",
        then=["13:00 BST", "13:30 BST", "14:00 BST", "14:30 BST"],
    ),
    "22: and over the night that gains one": Case(
        on="2027-10-31", override=["09:00-15:00"], now="2027-10-30 12:00",
        then=[f"{t} GMT" for t in ("11:00", "11:30", "12:00", "12:30", "13:00", "13:30", "14:00",
                                   "14:30")],
    ),
    "23: the horizon's last day is offered, though the day began in another": Case(
        on="2027-07-02", now="2027-05-03 23:30", then=[f"{t} BST" for t in MORNING + AFTERNOON]
    ),
    "23: to its last minute": Case(
        on="2027-07-02", now="2027-05-03 00:00", override=["23:00-24:00"],
        then=["23:00 BST", "23:30 BST"],
    ),
    "23: the day after is not": Case(on="2027-07-03", now="2027-05-03 23:30",
                                     override=["00:00-02:00"], then=[]),
    "without notice the present moment is the earliest": Case(
        on="2027-06-15", now="2027-06-15 10:30:00", rules={"notice": 0},
        then=[f"{t} BST" for t in MORNING[3:] + AFTERNOON],
    ),
    "a notice longer than the horizon offers nothing": Case(
        on="2027-06-15", now="2027-06-14 00:00", rules={"notice": 3 * 1440, "horizon": 2}, then=[]
    ),
    "a window shorter than the meeting offers nothing": Case(
        on="2027-06-15", override=["09:00-09:29"], then=[]
    ),
    "a window just as long offers one": Case(
        on="2027-06-15", override=["09:10-09:40"], then=["09:10 BST"]
    ),
    "an hour's meeting on a half-hour grid": Case(
        on="2027-06-15", override=["09:00-11:00"], rules={"duration": 60},
        then=["09:00 BST", "09:30 BST", "10:00 BST"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_offered(case: Case) -> None:
    offered = case.offered()
    assert [f"{slot.start.astimezone(LONDON):%H:%M %Z}" for slot in offered] == case.then
    assert all(one.start < other.start for one, other in pairwise(offered))
    length = timedelta(minutes=case.rules.get("duration", 30))
    assert {slot.duration for slot in offered} <= {length}


def test_rule_4_hours_of_a_cairo_thursday_end_when_the_clock_first_shows_eleven() -> None:
    """On 28 October 2027 the clocks go back at midnight, to 11 pm."""
    cairo, on = ZoneInfo("Africa/Cairo"), date(2027, 10, 28)
    found = windows([Hours(3, 1200, 1380)], zone=cairo, first=on, last=on)
    assert [(w.start, w.end) for w in found] == [
        (datetime(2027, 10, 28, 17, tzinfo=UTC), datetime(2027, 10, 28, 20, tzinfo=UTC))
    ]


def accepted(start: datetime, case: Case) -> Interval | None:
    """Return the slot if `start` is accepted under what `case` gives."""
    on = date.fromisoformat(case.on)
    return offers(
        start,
        windows=windows(WEEK, zone=LONDON, first=on, last=on, overrides=case.overrides()),
        busy=case.busy,
        policy=policy(**case.rules),
        now=uk(case.now or f"{case.on} 00:00") - (timedelta(0) if case.now else timedelta(days=7)),
        zone=LONDON,
        time_off=case.off,
    )


AUTUMN_NIGHT = Case(on="2027-10-31", override=["00:00-04:00"], rules=FREELY, then=[])
SPRING_NIGHT = Case(on="2027-03-28", override=["00:00-04:00"], rules=FREELY | {"grid": 15}, then=[])
A_DAY = Case(on="2027-06-15", now="2027-06-14 09:00:01", then=[])


@pytest.mark.parametrize(
    ("case", "start", "ends"),
    [
        pytest.param(
            AUTUMN_NIGHT, "2027-10-31T00:30Z", "2027-10-31T01:00Z",
            id="5: 01:30 BST ends at 01:00 GMT, half a real hour later",
        ),
        pytest.param(
            AUTUMN_NIGHT, "2027-10-31T01:30+01:00", "2027-10-31T01:00Z",
            id="5: whatever zone the instant is written in",
        ),
        pytest.param(
            SPRING_NIGHT, "2027-03-28T00:45Z", "2027-03-28T01:15Z",
            id="6: 00:45 GMT ends at 02:15 BST, half a real hour later",
        ),
        pytest.param(A_DAY, "2027-06-15T08:30Z", "2027-06-15T09:00Z", id="20: notice kept"),
        pytest.param(A_DAY, "2027-06-15T08:00Z", None, id="20: a second too late"),
        pytest.param(A_DAY, "2027-06-15T08:45Z", None, id="off the grid"),
        pytest.param(A_DAY, "2027-06-15T08:30:00.000001Z", None, id="off it by a hair"),
        pytest.param(A_DAY, "2027-06-15T11:00Z", None, id="at closing time"),
        pytest.param(A_DAY, "2027-06-15T10:45Z", None, id="over closing time"),
        pytest.param(A_DAY, "2027-06-15T07:30Z", None, id="before opening time"),
        pytest.param(A_DAY, "2027-06-14T08:00Z", None, id="in the past"),
        pytest.param(A_DAY, "9998-06-14T08:00Z", None, id="in another age"),
    ],
)  # fmt: skip
def test_what_is_accepted(case: Case, start: str, ends: str | None) -> None:
    slot = accepted(datetime.fromisoformat(start), case)
    assert (slot.end if slot else None) == (datetime.fromisoformat(ends) if ends else None)


def test_either_of_two_equal_wall_times_is_accepted_in_the_coachs_own_zone() -> None:
    for fold in (0, 1):
        start = datetime(2027, 10, 31, 1, 30, tzinfo=LONDON, fold=fold)
        slot = accepted(start, AUTUMN_NIGHT)
        assert slot is not None
        assert slot.start == start.astimezone(UTC)


def test_a_naive_start_is_a_mistake_and_not_a_refusal() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        accepted(datetime(2027, 6, 15, 9), A_DAY)  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("now", "rules", "first", "last"),
    [
        pytest.param("2027-05-03 23:30", {}, "2027-05-04", "2027-07-02", id="23: by the coach's"),
        pytest.param("2027-03-27 23:30", {}, "2027-03-29", "2027-05-26", id="24 real hours"),
        pytest.param("2027-06-14 09:00", {"notice": 0}, "2027-06-14", "2027-08-13", id="today"),
        pytest.param(
            "2027-06-14 09:00", {"notice": 4320, "horizon": 2}, "2027-06-17", "2027-06-16",
            id="none at all",
        ),
    ],
)  # fmt: skip
def test_the_dates_on_which_anything_can_be_offered(
    now: str, rules: dict[str, int], first: str, last: str
) -> None:
    found = first_and_last_date(policy(**rules), uk(now), LONDON)
    assert [on.isoformat() for on in found] == [first, last]


def test_dates_the_wrong_way_round_have_no_windows() -> None:
    assert windows(WEEK, zone=LONDON, first=date(2027, 6, 17), last=date(2027, 6, 16)) == []


@pytest.mark.parametrize(("opens", "closes"), [(600, 600), (600, 540), (-1, 60), (600, 1441)])
def test_hours_that_cannot_be_are_not_built(opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match="within a day"):
        Hours(0, opens, closes)
    on = date(2027, 6, 16)
    with pytest.raises(ValueError, match="within a day"):
        windows([], zone=LONDON, first=on, last=on, overrides={on: [(opens, closes)]})


@pytest.mark.parametrize("weekday", [-1, 7])
def test_a_week_has_seven_days(weekday: int) -> None:
    with pytest.raises(ValueError, match="day of the week"):
        Hours(weekday, 540, 720)


@pytest.mark.parametrize(
    "rules",
    [{"duration": 0}, {"grid": 0}, {"notice": -1}, {"horizon": -1}, {"before": -1}, {"after": -1}],
)
def test_rules_that_cannot_be_meant_are_not_built(rules: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"must be|cannot be"):
        policy(**rules)


def test_a_buffer_is_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        booking("2027-06-15 10:00/2027-06-15 10:30", after=-5)

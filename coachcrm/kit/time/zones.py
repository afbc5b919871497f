"""Time zones: their names, what people call them, and wall time as instants.

Names and rules are those of the package tzdata (see `coachcrm/__init__.py`).
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 1440
NOTHING = timedelta(0)
MINUS = "\N{MINUS SIGN}"

# ECMA-402 gives browsers one name for these.
_UTC_NAMES = ("Etc/UTC", "Etc/GMT")
# Not a place and not a time, only what a machine says before it is set up.
_NOT_A_ZONE = "Factory"
# Old names that browsers still send and that the data ties to another country's city, because the
# clocks of the two have agreed since 1970. Their own city is a kinder answer.
_RENAMED = {
    "Africa/Asmera": "Africa/Asmara",
    "America/Coral_Harbour": "America/Atikokan",
    "Iceland": "Atlantic/Reykjavik",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}
_LABELS = {
    "Europe/London": "UK time",
    "UTC": "UTC",
    "America/St_Johns": "St John's time",
    "Antarctica/DumontDUrville": "Dumont d'Urville time",
}


def canonical(name: object) -> str | None:
    """Return the present IANA name of the zone called `name`, or None if there is none.

    Old names lead to the present one (Asia/Calcutta to Asia/Kolkata) by the links of tzdata.zi;
    a city that zone.tab lists for its country keeps its own name even where it is a link. Never
    raises, whatever comes in.
    """
    return _canonical_names().get(name) if isinstance(name, str) else None


@cache
def data_version() -> str:
    """Return the release of the zone data, as its makers at IANA name it: "2026f"."""
    return _data("tzdata.zi")[0].removeprefix("# version ")


@cache
def names() -> tuple[str, ...]:
    """Return the names to choose from, sorted: a city for each zone of each country, and UTC."""
    return tuple(sorted({*_cities(), "UTC"}))


def label(name: str) -> str:
    """Return what people call the zone: "UK time", "New York time", or a bare "UTC-5"."""
    if name in _LABELS:
        return _LABELS[name]
    city = name.rpartition("/")[2].replace("_", " ")
    if name.startswith("Etc/GMT") and city[3:4] in ("+", "-"):
        # POSIX counts these names the other way round: Etc/GMT+5 is five hours behind.
        return f"UTC{MINUS if city[3] == '+' else '+'}{city[4:]}"
    return f"{city} time"


def instant(on: date, minute: int, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """Return the UTC instant of a wall time, given in minutes from midnight, 0 to 1440.

    A wall time that does not exist is clamped to the instant of the change. One that exists twice
    is the first, or with `last` the second; 1440, the end of the date, is always the first. Raises
    ValueError for other minutes.
    """
    naive, again = _wall(on, minute), _wall(on, minute, fold=1)
    earlier, later = zone.utcoffset(naive) or NOTHING, zone.utcoffset(again) or NOTHING
    if earlier == later:
        return naive - earlier
    if earlier < later:
        return change_between(naive - later, naive - earlier, zone)
    # If midnight repeats, the date has ended at the first: the second is in the middle of the next.
    return naive - (later if last and minute < MINUTES_A_DAY else earlier)


def end_instant(on: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which what ends at a wall time ends; `minute` as for `instant`.

    Of a wall time that exists twice it is the second, but for the first minute of the repeated
    stretch: what ends as that begins has ended when the clock first shows it.
    """
    naive, again = _wall(on, minute), _wall(on, minute, fold=1)
    earlier, later = zone.utcoffset(naive) or NOTHING, zone.utcoffset(again) or NOTHING
    if earlier == later:
        return naive - earlier
    if earlier < later or minute == MINUTES_A_DAY:
        return instant(on, minute, zone)
    second = naive - later
    just_before = (second - timedelta.resolution).astimezone(zone)
    return second if just_before.utcoffset() == later else naive - earlier


def wall_time(at: datetime, zone_name: str) -> str:
    """Return what the clocks of a zone show at an instant, as it is stored: "2027-06-15 09:00"."""
    return f"{at.astimezone(ZoneInfo(zone_name)):%Y-%m-%d %H:%M}"


def exists(on: date, minute: int, zone: ZoneInfo) -> bool:
    """Say whether the clocks of `zone` show this wall time at all on that date.

    `minute` counts from midnight, 0 to 1440; raises ValueError for others.
    """
    naive, again = _wall(on, minute), _wall(on, minute, fold=1)
    return (zone.utcoffset(naive) or NOTHING) >= (zone.utcoffset(again) or NOTHING)


def is_repeated(wall: datetime) -> bool:
    """Say whether the clocks of its zone show this wall time twice; for a naive one, no."""
    this, other = wall.utcoffset(), wall.replace(fold=1 - wall.fold).utcoffset()
    if this is None or other is None:
        return False
    return other > this if wall.fold else this > other


def gap_changes(mine: ZoneInfo, theirs: ZoneInfo, *, now: datetime, then: datetime) -> bool:
    """Say whether the gap between the clocks of two zones differs between two instants."""
    return gap(mine, theirs, now) != gap(mine, theirs, then)


def gap(one: ZoneInfo, other: ZoneInfo, at: datetime) -> timedelta:
    """Return how far the clocks of `one` are ahead of those of `other` at an instant."""
    here, there = at.astimezone(one), at.astimezone(other)
    return (here.utcoffset() or NOTHING) - (there.utcoffset() or NOTHING)


def changes(zone: ZoneInfo, *, first: datetime, last: datetime) -> bool:
    """Say whether the clocks of a zone are changed at all between two instants.

    A change that is taken back within a week is not seen; there is none.
    """
    week = timedelta(days=7)
    seen = [first + week * number for number in range((last - first) // week + 1)]
    return len({at.astimezone(zone).utcoffset() for at in (*seen, last)}) > 1


def clock_of_year(name: str, now: datetime) -> tuple[timedelta, ...]:
    """Return what a zone is ahead of UTC, week by week for a year: equal clocks, equal answers."""
    zone, week = ZoneInfo(name), timedelta(days=7)
    return tuple(
        (now + week * number).astimezone(zone).utcoffset() or NOTHING for number in range(53)
    )


def change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return when the one change of offset happens after `before` and up to `after`.

    It is exact if both are whole seconds, and else less than a second late.
    """
    old = before.astimezone(zone).utcoffset()
    while (between := (after - before) // timedelta(seconds=2)) > 0:
        middle = before + timedelta(seconds=between)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def _wall(on: date, minute: int, *, fold: int = 0) -> datetime:
    """Return the wall time as if it were in UTC; a zone asks it only for what the clocks show."""
    if not 0 <= minute <= MINUTES_A_DAY:
        raise ValueError(f"not a minute of the day: {minute}")
    if minute == MINUTES_A_DAY:
        on, minute = on + timedelta(days=1), 0
    return datetime(on.year, on.month, on.day, minute // 60, minute % 60, 0, 0, UTC, fold=fold)


@cache
def _cities() -> frozenset[str]:
    lines = _data("zone.tab")
    return frozenset(line.split("\t")[2] for line in lines if line and not line.startswith("#"))


@cache
def _canonical_names() -> dict[str, str]:
    zones, links = set(), {}
    for line in _data("tzdata.zi"):
        kind, _, rest = line.partition(" ")
        if kind == "Z":
            zones.add(rest.split(" ", 1)[0])
        elif kind == "L":
            target, name = rest.split(" ")
            links[name] = target
    zones.discard(_NOT_A_ZONE)
    known = {name: name for name in zones | _cities()}
    known |= dict.fromkeys(_UTC_NAMES, "UTC")
    for name in links:
        target = name
        while target not in known:
            target = links[target]
        known[name] = known[target]
    return known | _RENAMED


def _data(name: str) -> list[str]:
    return (files("tzdata") / "zoneinfo" / name).read_text("utf-8").splitlines()

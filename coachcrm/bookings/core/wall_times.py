"""What the clocks were said to show when a meeting begins, and what they show. Pure.

A meeting is an instant, which stays; a country can change what its clocks show then, at short
notice (rule 14).
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from coachcrm.kit.time import words, zones


@dataclass(frozen=True, slots=True)
class Told:
    """What the clocks of `zone` were to show: "2026-12-09 08:00"; empty where nobody knows."""

    zone: str
    wall: str


@dataclass(frozen=True, slots=True)
class Shift:
    """That the clocks of `zone` show another time than was told: `was` is naive, `now` aware."""

    zone: str
    was: datetime
    now: datetime

    def words(self, *, twelve_hour: bool = True) -> str:
        """Return "9:00 am Vancouver time, not 8:00 am"; with the days where they differ."""
        now, was = (words.clock_time(at, twelve_hour=twelve_hour) for at in (self.now, self.was))
        if self.now.date() != self.was.date():
            now, was = f"{words.day(self.now)}, {now}", f"{words.day(self.was)}, {was}"
        return f"{now} {zones.label(self.zone)}, not {was}"


def shifts(at: datetime, *told: Told) -> list[Shift]:
    """Return where the clocks show something else at an instant than was told, each zone once."""
    found = (_shift(at, each) for each in told)
    return list({shift.zone: shift for shift in found if shift is not None}.values())


def _shift(at: datetime, told: Told) -> Shift | None:
    zone = zones.canonical(told.zone)
    if zone is None or not told.wall or told.wall == zones.wall_time(at, told.zone):
        return None
    try:
        was = datetime.fromisoformat(told.wall)
    except ValueError:
        return None
    return Shift(zone, was, at.astimezone(ZoneInfo(told.zone)))

"""Where applications get to and where they are lost; how fast a client is back. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from coachcrm.recovery.core.facts import Evidence
from coachcrm.recovery.core.job_search import Application, Search
from coachcrm.recovery.core.ladder import START, Ladder

FEWEST_FOR_PERCENT = 5


@dataclass(frozen=True, slots=True)
class RungLosses:
    """A rung of the ladder: how many entered it, were refused there, or heard nothing more."""

    stage: str
    entered: int
    rejected: int
    silent: int
    evidence: tuple[Evidence, ...]

    @property
    def lost(self) -> int:
        """All that ended here, silence included."""
        return self.rejected + self.silent


def funnel(applications: Iterable[Application], ladder: Ladder = START) -> tuple[RungLosses, ...]:
    """Return the stages that somebody entered, from the bottom up."""
    every = tuple(applications)
    levels = []
    for stage in (rung.key for rung in ladder):
        lost = [a for a in every if a.lost_at == stage]
        entered = sum(stage in a.reached for a in every)
        if entered:
            silent = sum(a.outcome == "silent" for a in lost)
            rests_on = tuple(a.as_evidence for a in lost)
            levels.append(RungLosses(stage, entered, len(lost) - silent, silent, rests_on))
    return tuple(levels)


def share(part: int, whole: int) -> str:
    """Return "3 of 4", and from five cases on "60 % (3 of 5)"; a small number stays a count."""
    count = f"{part} of {whole}"
    return f"{part / whole:.0%} ({count})" if whole >= FEWEST_FOR_PERCENT else count


@dataclass(frozen=True, slots=True)
class Bounce:
    """How many days after a rejection the next act was logged; None if there was none yet."""

    application: Application
    days: int | None


def bounces(search: Search) -> tuple[Bounce, ...]:
    """Return the way back after each rejection whose day is known, oldest first.

    An act is an ask, a review, a practice or an application.
    """
    acts = sorted(_acts(search), key=lambda act: act[0])
    found = []
    for rejection in search.rejections:
        news = rejection.news_on
        if news is not None:
            # That it was applied for on that very day is no way back from it.
            later = (day for day, of in acts if day >= news and of != rejection.id)
            first = next(later, None)
            found.append(Bounce(rejection, (first - news).days if first else None))
    return tuple(found)


def usual_bounce(search: Search) -> float | None:
    """Return the client's own median of days, or None before the first."""
    return median_of(bounces(search))


def median_of(found: Iterable[Bounce]) -> float | None:
    """Return the median of days of those that had an act; None if none had."""
    days = [bounce.days for bounce in found if bounce.days is not None]
    return median(days) if days else None


def _acts(search: Search) -> Iterable[tuple[date, int | None]]:
    """Yield the day of each act; of one of applying with the application, else with None."""
    for application in search.applications:
        yield from ((ask.sent_on, None) for ask in application.asks)
        if application.review is not None:
            yield application.review.created_on, None
        if application.applied_on is not None:
            yield application.applied_on, application.id
    yield from ((practice.held_on, None) for practice in search.practices)

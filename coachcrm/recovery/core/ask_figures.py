"""What the asks of the practice have brought: by wording, by source, and how soon. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from coachcrm.recovery.core.funnel import FEWEST_FOR_PERCENT, share
from coachcrm.recovery.core.job_search import Application
from coachcrm.recovery.core.steps import NO_WORD


@dataclass(frozen=True, slots=True)
class OfWording:
    """How often a draft was sent ("" for words of their own), and what came back."""

    draft: str
    sent: int
    replied: int
    detailed: int

    @property
    def replied_share(self) -> str:
        """Replies of what was sent; a small number stays a count."""
        return share(self.replied, self.sent)

    @property
    def detailed_share(self) -> str:
        """Detailed replies of what was sent."""
        return share(self.detailed, self.sent)


@dataclass(frozen=True, slots=True)
class OfSource:
    """How many applications of a source (a key of ROUTES) were asked about, how many answered."""

    route: str
    asked: int
    replied: int

    @property
    def replied_share(self) -> str:
        """Answered of asked; a small number stays a count."""
        return share(self.replied, self.asked)


@dataclass(frozen=True, slots=True)
class Wait:
    """The days from the news to the first ask, the shortest first; one for each application."""

    days: tuple[int, ...]

    @property
    def median(self) -> float | None:
        """Their median, from five applications on; fewer are too few for it."""
        return median(self.days) if len(self.days) >= FEWEST_FOR_PERCENT else None


def by_wording(applications: Iterable[Application]) -> tuple[OfWording, ...]:
    """Return what each draft brought, the most sent first. An ask still waiting has no reply."""
    replies: dict[str, list[str]] = defaultdict(list)
    for application in applications:
        for ask in application.asks:
            replies[ask.draft].append(ask.reply)
    found = [
        OfWording(draft, len(of), sum(r not in NO_WORD for r in of), of.count("detailed"))
        for draft, of in replies.items()
    ]
    return tuple(sorted(found, key=lambda row: (-row.sent, row.draft)))


def by_source(applications: Iterable[Application]) -> tuple[OfSource, ...]:
    """Return how many applications of each source were answered, the most asked about first."""
    answered: dict[str, list[bool]] = defaultdict(list)
    for application in applications:
        if application.rungs:
            route = "internal" if application.is_internal else application.route
            is_answered = any(ask.reply not in NO_WORD for ask in application.rungs)
            answered[route].append(is_answered)
    found = [OfSource(route, len(of), sum(of)) for route, of in answered.items()]
    return tuple(sorted(found, key=lambda row: (-row.asked, row.route)))


def wait(applications: Iterable[Application]) -> Wait:
    """Return how soon the first ask followed the news, where both days are known."""
    found = []
    for application in applications:
        news, first = application.news_on, next(iter(application.rungs), None)
        if news is not None and first is not None and first.sent_on >= news:
            found.append((first.sent_on - news).days)
    return Wait(tuple(sorted(found)))

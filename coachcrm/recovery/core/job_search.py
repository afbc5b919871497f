"""A job search, whole, and the applications in it with all that hangs on each. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime

from coachcrm.recovery.core.facts import (
    GATHERED,
    NOTES,
    Acceptance,
    Action,
    Ask,
    CheckIn,
    Criterion,
    Evidence,
    Fit,
    Item,
    Override,
    Practice,
    Review,
    Round,
    Stage,
    Story,
    Strength,
    Target,
    Theme,
)
from coachcrm.recovery.core.ladder import START, Ladder


@dataclass(frozen=True, slots=True)
class Application:
    """An application with everything that hangs on it, oldest first."""

    id: int
    employer: str = ""
    role: str = ""
    applied_on: date | None = None
    outcome: str = "open"
    closed_on: date | None = None
    next_interview_on: date | None = None
    route: str = ""
    family: str = ""
    created_at: datetime | None = None
    stages: tuple[Stage, ...] = field(default=(), metadata=GATHERED)
    rounds: tuple[Round, ...] = field(default=(), metadata=GATHERED)
    asks: tuple[Ask, ...] = field(default=(), metadata=GATHERED)
    items: tuple[Item, ...] = field(default=(), metadata=GATHERED)
    review: Review | None = field(default=None, metadata=GATHERED)
    acceptance: Acceptance | None = field(default=None, metadata=GATHERED)
    fit: Fit | None = field(default=None, metadata=GATHERED)
    recruiter: str = ""
    is_internal: bool = False
    asks_for_notes: bool = False
    ladder: Ladder = field(default=START, metadata=GATHERED)

    @property
    def name(self) -> str:
        """What to call it."""
        return ", ".join(part for part in (self.role, self.employer) if part) or "An application"

    @property
    def as_evidence(self) -> Evidence:
        """The application, as what a statement rests on."""
        return Evidence("application", self.id, self.name)

    @property
    def rungs(self) -> tuple[Ask, ...]:
        """The asks of the ladder; the request for the interview notes is none of them."""
        return tuple(ask for ask in self.asks if ask.draft != NOTES)

    @property
    def reached(self) -> tuple[str, ...]:
        """The stages that were entered, in the order of the ladder; each once."""
        return self.ladder.reached(event.stage for event in self.stages)

    @property
    def furthest_stage(self) -> str:
        """The highest stage entered, or "" if none is known."""
        return self.reached[-1] if self.reached else ""

    @property
    def is_rejection(self) -> bool:
        """Whether it ended with a no."""
        return self.outcome == "rejected"

    @property
    def is_loss(self) -> bool:
        """Whether it ended with a no or with silence."""
        return self.outcome in {"rejected", "silent"}

    @property
    def lost_at(self) -> str:
        """The stage at which it was lost, or "" if it was not or nobody knows."""
        if not self.is_loss:
            return ""
        ended = [event.stage for event in self.stages if event.result == self.outcome]
        return ended[-1] if ended else self.furthest_stage

    @property
    def news_on(self) -> date | None:
        """When the end became known."""
        told = [e.told_on for e in self.stages if e.told_on and e.result == self.outcome]
        return told[-1] if told else self.closed_on

    @property
    def last_news_on(self) -> date | None:
        """When it was last heard of: the day of the end, or of the newest stage, or of applying."""
        if self.news_on is not None:
            return self.news_on
        known = [event.told_on or event.entered_on for event in self.stages]
        return max((day for day in (*known, self.applied_on) if day), default=None)

    @property
    def had_contact(self) -> bool:
        """Whether a person spoke with the client: a phone screen or later, or an interview."""
        is_far = self.ladder.had_contact(self.reached)
        return is_far or any(held.held_on for held in self.rounds)

    @property
    def is_counted(self) -> bool:
        """Whether it is a rejection that step 1 counts: only those with a human contact."""
        return self.is_rejection and self.had_contact

    @property
    def negatives(self) -> tuple[Item, ...]:
        """What was said against."""
        return tuple(item for item in self.items if item.polarity == "negative")


def by_news(application: Application) -> tuple[date, int]:
    """Return what orders applications by their news, oldest first, however they were typed.

    Without any day what is over comes first, and what is open last.
    """
    nowhere = date.max if application.outcome == "open" else date.min
    return application.last_news_on or nowhere, application.id


@dataclass(frozen=True, slots=True)
class Search:
    """One job search, whole. Applications stand by news, and all else as it came, oldest first."""

    id: int = 0
    applications: tuple[Application, ...] = ()
    loose_items: tuple[Item, ...] = ()
    themes: tuple[Theme, ...] = ()
    practices: tuple[Practice, ...] = ()
    actions: tuple[Action, ...] = ()
    checkins: tuple[CheckIn, ...] = ()
    strengths: tuple[Strength, ...] = ()
    stories: tuple[Story, ...] = ()
    targets: tuple[Target, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    overrides: tuple[Override, ...] = ()
    gamble_percent: int = 70
    ladder: Ladder = START
    closed_on: date | None = None

    @property
    def rejections(self) -> tuple[Application, ...]:
        """The rejections by the day of the news, oldest first; those without a day come first."""
        found = [a for a in self.applications if a.is_rejection]
        return tuple(sorted(found, key=lambda a: (a.news_on or date.min, a.id)))

    @property
    def counted(self) -> tuple[Application, ...]:
        """The rejections with a human contact, oldest first."""
        return tuple(a for a in self.rejections if a.is_counted)

    @property
    def items(self) -> tuple[Item, ...]:
        """Every feedback item, on an application or not."""
        return (*(i for a in self.applications for i in a.items), *self.loose_items)

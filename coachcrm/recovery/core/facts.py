"""What hangs on one application as plain values, for the cores to judge. Pure.

The fields are named as the columns that they come from; what may be unknown is None or "".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from coachcrm.recovery.core.ladder import START, Ladder

# The draft of an ask that is none of the ladder: the request for the interview notes.
NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a statement rests on: a row of the record, and how people would name it."""

    kind: str
    id: int
    words: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Something derived, in words, with what it rests on."""

    words: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that was entered, or how it ended. `result` is "" while that is open."""

    stage: str
    entered_on: date | None = None
    result: str = ""
    told_on: date | None = None
    is_form_letter: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """An interview, and whether it was gone through afterwards."""

    held_on: date | None
    debriefed_on: date | None = None
    own_rating: int | None = None
    number: int | None = None
    debriefed_before_news: bool = False
    id: int = 0
    hours_prepared: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was asked; `story_used` is the title of what was told, if it is known."""

    id: int
    text: str = ""
    application_id: int | None = None
    round_id: int | None = None
    story_used: str = ""
    own_rating: str = ""
    coach_rating: str = ""
    is_surprise: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """An ask for feedback. `reply` is "" while it is awaited; `draft` names the words it used."""

    sent_on: date
    reply: str = ""
    replied_on: date | None = None
    asked_of: str = ""
    id: int = 0
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was said; `themes` are ids of themes, the verdicts "" until judged.

    It may refer to a stage, an interview and a question of its application.
    """

    polarity: str
    source: str = "memory"
    specificity: int = 0
    is_decision: bool = False
    text: str = ""
    themes: tuple[int, ...] = ()
    client_verdict: str = ""
    coach_verdict: str = ""
    reason: str = ""
    judged_on: date | None = None
    heard_on: date | None = None
    source_label: str = ""
    application_id: int | None = None
    id: int = 0
    noted_on: date | None = None
    stage: str = ""
    round_id: int | None = None
    question_id: int | None = None

    @property
    def verdict(self) -> str:
        """The verdict that counts: the coach's, or the client's until there is one."""
        return self.coach_verdict or self.client_verdict

    @property
    def is_changeable(self) -> bool:
        """Whether it can be worked on now; what is out of hands or takes months cannot."""
        return self.verdict not in {"out", "later"}

    @property
    def as_evidence(self) -> Evidence:
        """The item, as what a statement rests on."""
        return Evidence("item", self.id, self.text)


@dataclass(frozen=True, slots=True)
class Point:
    """A line of a review; of kind `fact` it belongs to a stage."""

    kind: str
    stage: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """The walk through one application."""

    created_on: date
    own_rating: int | None = None
    coach_rating: int | None = None
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How the file was closed, and how much it is still on the mind, 1 to 5."""

    accepted_on: date
    on_mind: int | None = None
    on_mind_later: int | None = None


@dataclass(frozen=True, slots=True)
class FitLine:
    """A requirement (`essential`, `desirable`) or a `want`, met at a level from 0 to 3."""

    side: str
    level: int
    weight: int = 1
    text: str = ""
    id: int = 0
    story_id: int | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """How one advert and the client match."""

    assessed_on: date
    is_hindsight: bool = False
    exception: str = ""
    rows: tuple[FitLine, ...] = ()


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
    stages: tuple[Stage, ...] = ()
    rounds: tuple[Round, ...] = ()
    asks: tuple[Ask, ...] = ()
    items: tuple[Item, ...] = ()
    review: Review | None = None
    acceptance: Acceptance | None = None
    fit: Fit | None = None
    recruiter: str = ""
    is_internal: bool = False
    asks_for_notes: bool = False
    ladder: Ladder = START

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

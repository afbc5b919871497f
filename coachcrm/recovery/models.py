"""The record as rows. Whatever can be left out is empty: "" in a text, NULL in a date or a rating.

Steps 1, 2 and 4 hang on an application; steps 3, 5 and 6 on the job search.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from coachcrm.kit.db import Base
from coachcrm.recovery import vocabulary as v

if TYPE_CHECKING:
    from collections.abc import Iterable

Id = Annotated[int, mapped_column(primary_key=True)]
Line = Annotated[str, mapped_column(String(200), default="")]
Words = Annotated[str, mapped_column(Text, default="")]
Word = Annotated[str, mapped_column(String(16), default="")]
Small = Annotated[int | None, mapped_column(SmallInteger)]
Flag = Annotated[bool, mapped_column(default=False)]
OfSearch = Annotated[
    int, mapped_column(ForeignKey("job_search.id", ondelete="CASCADE"), index=True)
]
OfApplication = Annotated[
    int, mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
]
MaybeApplication = Annotated[
    int | None, mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
]


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Return the law that a column holds one of `values`."""
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, values))})", name=column)


def rated(column: str, least: int = 1, most: int = 5) -> CheckConstraint:
    """Return the law that a rating, if there is one, is from `least` to `most`."""
    return CheckConstraint(f"{column} BETWEEN {least} AND {most}", name=column)


class JobSearch(Base):
    """One search of a client for work; a later search is a new one. `found_by`: how they came."""

    __tablename__ = "job_search"
    __table_args__ = (one_of("outcome", v.SEARCH_OUTCOMES),)

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), index=True)
    target: Mapped[Line]
    family: Mapped[Line]
    is_internal: Mapped[Flag]
    deadline_on: Mapped[date | None]
    reason: Mapped[Words]
    found_by: Mapped[Line]
    before_applications: Mapped[Small]
    before_interviews: Mapped[Small]
    before_offers: Mapped[Small]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    outcome: Mapped[Word]
    referred_on: Mapped[date | None]


class Application(Base):
    """An application. Its stages are events that nothing overwrites; its outcome stands apart."""

    __tablename__ = "application"
    __table_args__ = (one_of("outcome", v.OUTCOMES), one_of("route", v.ROUTES))

    id: Mapped[Id]
    search_id: Mapped[OfSearch]
    employer: Mapped[Line]
    role: Mapped[Line]
    family: Mapped[Line]
    route: Mapped[Word]
    recruiter: Mapped[Line]
    is_internal: Mapped[Flag]
    applied_on: Mapped[date | None]
    advert: Mapped[Words]
    next_interview_on: Mapped[date | None]
    outcome: Mapped[str] = mapped_column(String(16), default="open")
    closed_on: Mapped[date | None]
    asks_for_notes: Mapped[Flag]
    created_at: Mapped[datetime]


class StageEvent(Base):
    """That a stage was entered, or how it ended. Struck out if mistaken, never changed."""

    __tablename__ = "stage_event"
    __table_args__ = (
        one_of("stage", v.LADDER),
        one_of("result", v.RESULTS),
        one_of("told_by", v.TOLD_BY),
    )

    id: Mapped[Id]
    application_id: Mapped[OfApplication]
    stage: Mapped[Word]
    entered_on: Mapped[date | None]
    result: Mapped[Word]
    told_on: Mapped[date | None]
    told_by: Mapped[Word]
    is_form_letter: Mapped[Flag]
    created_at: Mapped[datetime]
    struck_at: Mapped[datetime | None]


class InterviewRound(Base):
    """A round, and its debrief. `debriefed_before_news` is set once, when the debrief is."""

    __tablename__ = "interview_round"
    __table_args__ = (
        one_of("kind", v.ROUND_KINDS),
        one_of("medium", v.MEDIA),
        rated("confidence"),
        rated("own_rating"),
    )

    id: Mapped[Id]
    application_id: Mapped[OfApplication]
    number: Mapped[Small]
    kind: Mapped[Word]
    medium: Mapped[Word]
    held_on: Mapped[date | None]
    minutes: Mapped[Small]
    interviewers: Mapped[Line]
    hours_prepared: Mapped[Small]
    confidence: Mapped[Small]
    own_rating: Mapped[Small]
    mood: Mapped[Line]
    differently: Mapped[Words]
    promised: Mapped[Line]
    promised_by: Mapped[date | None]
    debriefed_on: Mapped[date | None]
    debriefed_before_news: Mapped[Flag]


class Question(Base):
    """A question that was asked, as remembered."""

    __tablename__ = "question_asked"
    __table_args__ = (
        one_of("kind", v.QUESTION_KINDS),
        one_of("own_rating", v.ANSWERS),
        one_of("coach_rating", v.ANSWERS),
    )

    id: Mapped[Id]
    search_id: Mapped[OfSearch]
    application_id: Mapped[MaybeApplication]
    round_id: Mapped[int | None] = mapped_column(
        ForeignKey("interview_round.id", ondelete="SET NULL"), index=True
    )
    text: Mapped[Words]
    kind: Mapped[Word]
    competency: Mapped[Line]
    story_used: Mapped[Line]
    own_rating: Mapped[Word]
    coach_rating: Mapped[Word]
    is_surprise: Mapped[Flag]
    created_at: Mapped[datetime]


class FeedbackRequest(Base):
    """An ask for feedback, and what came back."""

    __tablename__ = "feedback_request"
    __table_args__ = (
        one_of("asked_of", v.ASKED_OF),
        one_of("channel", v.CHANNELS),
        one_of("reply", v.REPLIES),
    )

    id: Mapped[Id]
    application_id: Mapped[OfApplication]
    asked_of: Mapped[Word]
    channel: Mapped[Word]
    sent_on: Mapped[date]
    wording: Mapped[Words]
    reply: Mapped[Word]
    replied_on: Mapped[date | None]


class FeedbackItem(Base):
    """One thing that was said of a client, with the verdict of step 4 on it.

    Without an application it comes from an appraisal, a mock interview or the coach;
    `source_label` then tells one appraisal from another.
    """

    __tablename__ = "feedback_item"
    __table_args__ = (
        one_of("polarity", v.POLARITIES),
        one_of("source", v.SOURCES),
        one_of("client_verdict", v.VERDICTS),
        one_of("coach_verdict", v.VERDICTS),
        one_of("reason", v.REASONS),
        rated("specificity", 0, 2),
        # Of possible unfair treatment a mark is kept and nothing else.
        CheckConstraint("reason <> 'unfair' OR verdict_evidence = ''", name="unfair_is_a_mark"),
    )

    id: Mapped[Id]
    search_id: Mapped[OfSearch]
    application_id: Mapped[MaybeApplication]
    polarity: Mapped[Word]
    text: Mapped[Words]
    source: Mapped[Word]
    source_label: Mapped[Line]
    heard_on: Mapped[date | None]
    stage: Mapped[Word]
    round_id: Mapped[int | None] = mapped_column(
        ForeignKey("interview_round.id", ondelete="SET NULL"), index=True
    )
    question_id: Mapped[int | None] = mapped_column(
        ForeignKey("question_asked.id", ondelete="SET NULL"), index=True
    )
    specificity: Mapped[int] = mapped_column(SmallInteger, default=0)
    is_decision: Mapped[Flag]
    winner_had: Mapped[Line]
    client_verdict: Mapped[Word]
    coach_verdict: Mapped[Word]
    verdict_evidence: Mapped[Words]
    reason: Mapped[Word]
    judged_on: Mapped[date | None]
    created_at: Mapped[datetime]


class Theme(Base):
    """A theme of the coach's own list."""

    __tablename__ = "theme"
    __table_args__ = (
        UniqueConstraint("coach_id", "name"),
        one_of("changeable", v.VERDICTS),
        one_of("category", v.THEME_GROUPS),
    )

    id: Mapped[Id]
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"))
    category: Mapped[Word]
    name: Mapped[str] = mapped_column(String(80))
    changeable: Mapped[Word]
    definition: Mapped[Words]


class ItemTheme(Base):
    """That a feedback item speaks to a theme."""

    __tablename__ = "feedback_item_theme"
    __table_args__ = (UniqueConstraint("item_id", "theme_id"),)

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("feedback_item.id", ondelete="CASCADE"))
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), index=True)


class SearchTheme(Base):
    """A theme in one job search: how pressing it is, and what is to be learnt."""

    __tablename__ = "search_theme"
    __table_args__ = (UniqueConstraint("search_id", "theme_id"), rated("priority", 1, 3))

    id: Mapped[Id]
    search_id: Mapped[int] = mapped_column(ForeignKey("job_search.id", ondelete="CASCADE"))
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), index=True)
    priority: Mapped[Small]
    goal: Mapped[Words]
    is_shared: Mapped[Flag]


class Practice(Base):
    """Work on a theme that was done; of kind `interview` it is a test in a real one."""

    __tablename__ = "practice"
    __table_args__ = (
        one_of("kind", v.PRACTICES),
        rated("own_rating"),
        rated("coach_rating"),
        CheckConstraint("kind <> 'interview' OR application_id IS NOT NULL", name="a_test_is_of"),
    )

    id: Mapped[Id]
    search_id: Mapped[OfSearch]
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), index=True)
    application_id: Mapped[MaybeApplication]
    kind: Mapped[Word]
    held_on: Mapped[date]
    question: Mapped[Line]
    own_rating: Mapped[Small]
    coach_rating: Mapped[Small]
    remark: Mapped[Words]


class Action(Base):
    """Something agreed to be done; with a date and a theme it puts the theme in work."""

    __tablename__ = "action"

    id: Mapped[Id]
    search_id: Mapped[OfSearch]
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"), index=True)
    step: Mapped[Small]
    text: Mapped[Words]
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    is_shared: Mapped[Flag]
    created_at: Mapped[datetime]


class Review(Base):
    """The walk through one application. The coach's rating is given before the client's is seen."""

    __tablename__ = "review"
    __table_args__ = (rated("own_rating"), rated("coach_rating"))

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), unique=True
    )
    own_rating: Mapped[Small]
    coach_rating: Mapped[Small]
    lessons: Mapped[Words]
    ready_on: Mapped[date | None]
    created_on: Mapped[date]


class ReviewPoint(Base):
    """A line of a review: a fact of a stage and what was told to oneself, or what went how."""

    __tablename__ = "review_point"
    __table_args__ = (one_of("kind", v.POINTS),)

    id: Mapped[Id]
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Word]
    stage: Mapped[Word]
    text: Mapped[Words]
    aside: Mapped[Words]


class Acceptance(Base):
    """How a client closed the file on a no; asked again once, a fortnight later."""

    __tablename__ = "acceptance"
    __table_args__ = (rated("on_mind"), rated("on_mind_later"))

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), unique=True
    )
    sentence: Mapped[Words]
    will_do: Mapped[Words]
    accepted_on: Mapped[date]
    on_mind: Mapped[Small]
    on_mind_later: Mapped[Small]
    asked_again_on: Mapped[date | None]


class FitAssessment(Base):
    """How one advert and one person match; `exception` says why to apply all the same."""

    __tablename__ = "fit_assessment"

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), unique=True
    )
    is_hindsight: Mapped[Flag]
    exception: Mapped[Words]
    assessed_on: Mapped[date]


class FitRow(Base):
    """A requirement with its proof, or a want with how far it is met; levels 0 to 3."""

    __tablename__ = "fit_row"
    __table_args__ = (one_of("side", v.FIT_SIDES), rated("level", 0, 3), rated("weight", 1, 3))

    id: Mapped[Id]
    fit_id: Mapped[int] = mapped_column(
        ForeignKey("fit_assessment.id", ondelete="CASCADE"), index=True
    )
    side: Mapped[Word]
    text: Mapped[Line]
    level: Mapped[int] = mapped_column(SmallInteger, default=0)
    weight: Mapped[int] = mapped_column(SmallInteger, default=1)


class Criterion(Base):
    """A must-have or a want of the client."""

    __tablename__ = "criterion"
    __table_args__ = (one_of("aspect", v.ASPECTS), rated("weight", 1, 3))

    id: Mapped[Id]
    search_id: Mapped[OfSearch]
    aspect: Mapped[Word]
    text: Mapped[Line]
    is_must: Mapped[Flag]
    weight: Mapped[int] = mapped_column(SmallInteger, default=1)


class TargetStatement(Base):
    """What the search aims at, version by version."""

    __tablename__ = "target_statement"
    __table_args__ = (one_of("decision", v.DECISIONS), UniqueConstraint("search_id", "version"))

    id: Mapped[Id]
    search_id: Mapped[int] = mapped_column(ForeignKey("job_search.id", ondelete="CASCADE"))
    version: Mapped[int]
    text: Mapped[Words]
    decision: Mapped[Word]
    reason: Mapped[Words]
    review_on: Mapped[date | None]
    made_on: Mapped[date]


class CheckIn(Base):
    """The pulse: five answers from 1 to 5, each of which may be left out."""

    __tablename__ = "checkin"
    __table_args__ = tuple(rated(name) for name in v.PULSE)

    id: Mapped[Id]
    search_id: Mapped[OfSearch]
    taken_on: Mapped[date]
    energy: Mapped[Small]
    confidence: Mapped[Small]
    behind: Mapped[Small]
    control: Mapped[Small]
    support: Mapped[Small]
    line: Mapped[Words]


class Strength(Base):
    """Something the client is good at, and who says so."""

    __tablename__ = "strength"
    __table_args__ = (one_of("source", v.STRENGTH_SOURCES),)

    id: Mapped[Id]
    search_id: Mapped[OfSearch]
    item_id: Mapped[int | None] = mapped_column(
        ForeignKey("feedback_item.id", ondelete="SET NULL"), unique=True
    )
    statement: Mapped[Words]
    source: Mapped[Word]
    quote: Mapped[Words]
    created_at: Mapped[datetime]


class Story(Base):
    """A story to tell in an interview; `is_setback` for the one that every search needs."""

    __tablename__ = "story"
    __table_args__ = (rated("strength"),)

    id: Mapped[Id]
    search_id: Mapped[OfSearch]
    title: Mapped[Line]
    situation: Mapped[Words]
    task: Mapped[Words]
    act: Mapped[Words]
    result: Mapped[Words]
    competency: Mapped[Line]
    strength: Mapped[Small]
    last_used_on: Mapped[date | None]
    landed: Mapped[Line]
    is_setback: Mapped[Flag]


class StepOverride(Base):
    """That the coach sees a step otherwise than the rule; the newest counts, all are kept."""

    __tablename__ = "step_override"
    __table_args__ = (
        CheckConstraint("step BETWEEN 1 AND 6", name="one_to_six"),
        Index("step_override_search_idx", "search_id", "id"),
    )

    id: Mapped[Id]
    search_id: Mapped[int] = mapped_column(ForeignKey("job_search.id", ondelete="CASCADE"))
    application_id: Mapped[MaybeApplication]
    step: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[Word]
    reason: Mapped[Words]
    made_at: Mapped[datetime]


class Method(Base):
    """What the coach has set himself: texts, the gamble's threshold, the ladder's last rung."""

    __tablename__ = "method"
    __table_args__ = (CheckConstraint("gamble_percent BETWEEN 0 AND 100", name="gamble_percent"),)

    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"), primary_key=True)
    unfair_text: Mapped[Words]
    low_text: Mapped[Words]
    gamble_percent: Mapped[int] = mapped_column(SmallInteger, default=70)
    offers_notes_request: Mapped[Flag]

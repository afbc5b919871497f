"""The job search and its applications as rows: what steps 1, 2 and 4 hang on.

Whatever can be left out is empty: "" in a text, NULL in a date or a rating.
"""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    SmallInteger,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from coachcrm.kit.data.db import Base
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.models.columns import (
    Flag,
    Id,
    Line,
    MaybeApplication,
    MaybeStory,
    OfApplication,
    OfSearch,
    Small,
    Word,
    Words,
    one_of,
    rated,
)


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


class ApplicationRow(Base):
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
        # Which words there are is the coach's to say; that there is one is not.
        CheckConstraint("stage <> ''", name="stage"),
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
    signals: Mapped[Words]
    differently: Mapped[Words]
    promised: Mapped[Line]
    promised_by: Mapped[date | None]
    debriefed_on: Mapped[date | None]
    debriefed_before_news: Mapped[Flag]


class QuestionRow(Base):
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
    """An ask for feedback, and what came back; `draft` names the ready words that it began as."""

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
    draft: Mapped[Word]
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


class ReviewRow(Base):
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


class AcceptanceRow(Base):
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
    """A requirement with its proof, or a want with how far it is met; levels 0 to 3.

    `story_id` names the story that proves a requirement.
    """

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
    story_id: Mapped[MaybeStory]

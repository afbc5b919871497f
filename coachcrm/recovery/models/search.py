"""What goes across a job search as rows: themes, actions, strengths, and all of steps 3, 5 and 6.

Whatever can be left out is empty: "" in a text, NULL in a date or a rating.
"""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from coachcrm.kit.data.db import Base
from coachcrm.recovery.core import ladder
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.models.columns import (
    Flag,
    Id,
    Line,
    MaybeApplication,
    MaybeStory,
    OfSearch,
    Small,
    Word,
    Words,
    one_of,
    rated,
)


class ThemeRow(Base):
    """A theme of the coach's own list; one put aside is kept where it is, and offered no more."""

    __tablename__ = "theme"
    __table_args__ = (
        UniqueConstraint("coach_id", "name"),
        one_of("changeable", v.VERDICTS),
        one_of("category", v.THEME_GROUPS),
        one_of("polarity", v.THEME_POLARITIES),
    )

    id: Mapped[Id]
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"))
    category: Mapped[Word]
    name: Mapped[str] = mapped_column(String(80))
    polarity: Mapped[str] = mapped_column(String(16), default="negative")
    changeable: Mapped[Word]
    definition: Mapped[Words]
    is_aside: Mapped[Flag]


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


class PracticeRow(Base):
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


class ActionRow(Base):
    """Something agreed to be done; with a date and a theme it puts the theme in work.

    `words` are what goes with it, such as a message ready to be sent; they are shared with it.
    """

    __tablename__ = "action"

    id: Mapped[Id]
    search_id: Mapped[OfSearch]
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"), index=True)
    step: Mapped[Small]
    text: Mapped[Words]
    words: Mapped[Words]
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    is_shared: Mapped[Flag]
    created_at: Mapped[datetime]


class CriterionRow(Base):
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


class CheckInRow(Base):
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


class StrengthRow(Base):
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
    story_id: Mapped[MaybeStory]
    created_at: Mapped[datetime]


class StoryRow(Base):
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


class RungRow(Base):
    """A rung of the coach's ladder, once he has changed it; what is empty is as it began."""

    __tablename__ = "rung"
    __table_args__ = (
        UniqueConstraint("coach_id", "key"),
        UniqueConstraint("coach_id", "position"),
        one_of("kind", ("", *ladder.KINDS)),
        CheckConstraint("key <> ''", name="has_a_key"),
        # What a rung of the start means is not the coach's to change; of his own he must say it.
        CheckConstraint(f"(kind <> '') = (key LIKE '{ladder.OWN}%')", name="kind_of_own"),
        CheckConstraint("kind = '' OR name <> ''", name="own_has_a_name"),
    )

    id: Mapped[Id]
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"))
    key: Mapped[Word]
    name: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[Word]
    position: Mapped[int] = mapped_column(SmallInteger)
    is_aside: Mapped[Flag]


class MethodRow(Base):
    """What the coach has set himself: texts, the gamble's threshold, the ladder's last rung."""

    __tablename__ = "method"
    __table_args__ = (CheckConstraint("gamble_percent BETWEEN 0 AND 100", name="gamble_percent"),)

    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"), primary_key=True)
    unfair_text: Mapped[Words]
    low_text: Mapped[Words]
    gamble_percent: Mapped[int] = mapped_column(SmallInteger, default=70)
    offers_notes_request: Mapped[Flag]


class AskWording(Base):
    """The coach's own words for one of the ready asks; without a row the first ones hold."""

    __tablename__ = "ask_wording"
    __table_args__ = (UniqueConstraint("coach_id", "name"),)

    id: Mapped[Id]
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id", ondelete="CASCADE"))
    name: Mapped[Word]
    subject: Mapped[Line]
    body: Mapped[Words]

"""What forms offer to choose from: rows of this very coach, client, search and application."""

from sqlalchemy import select
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from coachcrm.kit.time import words
from coachcrm.kit.web.forms import Choice
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.forms.fields import Pairs, PieceForm, Ref
from coachcrm.recovery.models.applications import (
    ApplicationRow,
    InterviewRound,
    JobSearch,
    QuestionRow,
    StageEvent,
)
from coachcrm.recovery.models.search import StoryRow
from coachcrm.recovery.operations import feedback
from coachcrm.recovery.pieces.piece import PieceContext
from coachcrm.recovery.reading import ladder
from coachcrm.recovery.reading.news import NEWEST_FIRST

MOST_WORDS = 80


def stories(at: PieceContext) -> Pairs:
    """Return the stories of the search, by name."""
    query = select(StoryRow.id, StoryRow.title).where(StoryRow.search_id == at.search.id)
    found = at.session.execute(query.order_by(StoryRow.id))
    return [(str(number), title) for number, title in found]


def rounds(at: PieceContext) -> Pairs:
    """Return the interviews of the application, by number and day."""
    query = select(InterviewRound).where(InterviewRound.application_id == at.application_id)
    held = at.session.scalars(query.order_by(InterviewRound.held_on, InterviewRound.id))
    return [(str(r.id), _round(r, place)) for place, r in enumerate(held, start=1)]


def questions(at: PieceContext) -> Pairs:
    """Return the questions that were asked for the application, each in a line."""
    query = select(QuestionRow.id, QuestionRow.text)
    query = query.where(QuestionRow.application_id == at.application_id)
    found = at.session.execute(query.order_by(QuestionRow.id))
    return [(str(number), _short(text)) for number, text in found]


def stages(at: PieceContext, *, kept: str) -> Pairs:
    """Return the stages that the application has reached, and the one that is kept."""
    reached = select(StageEvent.stage).where(
        StageEvent.application_id == at.application_id, StageEvent.struck_at.is_(None)
    )
    known = {*at.session.scalars(reached), kept}
    own = ladder.ladder_of(at.session, at.coach_id)
    return [(rung.key, rung.name) for rung in own if rung.key in known]


def applications(at: PieceContext) -> Pairs:
    """Return every application of the client, of whichever search, the newest first."""
    query = select(ApplicationRow).join(JobSearch)
    query = query.where(JobSearch.client_id == at.search.client_id)
    found = at.session.scalars(query.order_by(*NEWEST_FIRST))
    return [(str(one.id), f"{one.role} {one.employer}".strip()) for one in found]


def themes(at: PieceContext, present: int | None = None) -> Pairs:
    """Return the coach's themes; one that was put aside only if it is the present one."""
    return [
        (str(theme.id), theme.name)
        for theme in feedback.themes(at.session, at.coach_id)
        if not theme.is_aside or theme.id == present
    ]


def offer(field: Choice, pairs: Pairs, *, none: str = v.REASONS[""]) -> None:
    """Let a field choose one of these, or none."""
    field.choices = [SelectChoice(*pair) for pair in [("", none), *pairs]]


def drop_empty(form: PieceForm, *names: str) -> None:
    """Take off a form each of these fields that has nothing to offer."""
    for name in names:
        field = form[name]
        if isinstance(field, Ref) and not field.offered:
            del form[name]


def _round(held: InterviewRound, place: int) -> str:
    name = f"Interview {held.number or place}"
    return f"{name}, {words.day(held.held_on)}" if held.held_on else name


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_WORDS else line[:MOST_WORDS].rsplit(" ", 1)[0] + " …"

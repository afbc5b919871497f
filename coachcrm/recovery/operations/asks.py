"""The verbs of asking for feedback: the words, the ask that was sent, the one handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.kit.data import own_words
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.recovery.core import ask_drafts, facts, progress, steps
from coachcrm.recovery.core.ask_drafts import Text
from coachcrm.recovery.core.job_search import Application, Search
from coachcrm.recovery.models.applications import ApplicationRow, FeedbackRequest
from coachcrm.recovery.models.search import ActionRow, AskWording
from coachcrm.recovery.operations import applications, feedback, rows
from coachcrm.recovery.operations.method import method_of
from coachcrm.recovery.reading import record


class NotReleased(Refusal):
    """The request for the interview notes is not the client's to send yet."""

    title = "Not released"
    sentence = "The request for the interview notes is not released here, and nothing was saved."
    what_next = "It can be released once the asks are exhausted, if your method offers it."


class NothingToAsk(Refusal):
    """There is no no, or the answer is whole."""

    title = "Nothing to ask about"
    sentence = "There is nothing to ask about here, and nothing was saved."
    what_next = "An ask follows a no, as long as the answer is not complete."


@dataclass(frozen=True, slots=True)
class Ready:
    """An ask ready to be sent: its draft, whom it is to, its words, and as an action."""

    draft: str
    asked_of: str
    text: Text
    deed: str
    due_on: date | None

    @property
    def title(self) -> str:
        """What the draft is called."""
        return ask_drafts.TITLES[self.draft]


def wording(session: Session, coach_id: int, draft: str) -> Text:
    """Return a draft's words: the coach's own, or those that it begins with."""
    row = own_words.find(session, AskWording, coach_id, draft)
    return ask_drafts.Text(row.subject, row.body) if row else ask_drafts.first_words(draft)


def own_wordings(session: Session, coach_id: int) -> set[str]:
    """Return which drafts speak in the coach's own words."""
    query = select(AskWording.name).where(AskWording.coach_id == coach_id)
    return set(session.scalars(query))


def keep_wording(session: Session, coach_id: int, draft: str, text: Text) -> None:
    """Store the coach's own words for a draft; those that it begins with need no row."""
    if text == ask_drafts.first_words(draft):
        put_back(session, coach_id, draft)
    else:
        words = {"subject": text.subject, "body": text.body}
        own_words.keep(session, AskWording, coach_id, draft, **words)


def put_back(session: Session, coach_id: int, draft: str) -> None:
    """Give a draft its first words again. Raises `NotFound` for no draft."""
    if draft not in ask_drafts.TITLES:
        raise NotFound
    own_words.put_back(session, AskWording, coach_id, draft)


def ready(
    session: Session,
    coach_id: int,
    application: Application,
    *,
    name: str,
    today: date,
    draft: str = "",
) -> Ready | None:
    """Return the ask that fits an application now, or a draft by its name, filled in.

    `name` is the client's. None where there is nothing to ask about, and for the request for the
    interview notes unless it is released.
    """
    fits = ask_drafts.choose(application, today=today)
    choice = ask_drafts.named(draft, application) if draft else fits
    if choice is None or (fits is None and draft != facts.NOTES):
        return None
    if choice.draft == facts.NOTES and not may_ask_for_notes(session, coach_id, application):
        return None
    known = ask_drafts.values(application, asked_of=choice.asked_of, name=name)
    due = steps.next_ask(application, today=today)
    return Ready(
        draft=choice.draft,
        asked_of=choice.asked_of,
        text=ask_drafts.filled(wording(session, coach_id, choice.draft), known),
        deed=ask_drafts.deed(choice, application),
        due_on=due.due_on if due else None,
    )


def may_ask_for_notes(session: Session, coach_id: int, application: Application) -> bool:
    """Say whether the request for the interview notes is released for this application.

    Unless it is, no page of the client's may name it.
    """
    return application.asks_for_notes and method_of(session, coach_id).offers_notes_request


def note_sent(
    session: Session,
    coach_id: int,
    application: ApplicationRow,
    *,
    draft: str,
    asked_of: str,
    channel: str,
    wording: str,
    sent_on: date,
    today: date,
) -> FeedbackRequest:
    """Write down an ask that was sent, with its words; the action that it was is done.

    Raises `NotReleased` for the interview notes, `NothingToAsk` for no draft, and `WrongDay`. The
    same again is harmless.
    """
    search, found = _askable(session, coach_id, application, draft)
    values = {"asked_of": asked_of, "channel": channel, "wording": wording, "draft": draft}
    present = session.scalar(
        select(FeedbackRequest).filter_by(application_id=application.id, sent_on=sent_on, **values)
    )
    if present is not None:
        return present
    for action in _handed_over(session, search, ask_drafts.deed(_choice(draft, asked_of), found)):
        action.done_on = sent_on
    return applications.add_ask(session, application, sent_on=sent_on, today=today, **values)


def hand_over(
    session: Session,
    coach_id: int,
    application: ApplicationRow,
    *,
    draft: str,
    asked_of: str,
    due_on: date | None,
    words: str = "",
    now: datetime,
) -> ActionRow:
    """Give an ask to the client as a shared action, with the words to send or without.

    The same ask again changes the day and the words of the action that is there. Raises
    `NotReleased`, `NothingToAsk`.
    """
    search, found = _askable(session, coach_id, application, draft)
    text = ask_drafts.deed(_choice(draft, asked_of), found)
    for action in _handed_over(session, search, text):
        return rows.change(session, action, {"due_on": due_on, "words": words, "is_shared": True})
    row = rows.search_of(session, application)
    return feedback.add_action(
        session, row, text=text, step=1, due_on=due_on, words=words, is_shared=True, now=now
    )


def release_notes(
    session: Session, coach_id: int, application: ApplicationRow, *, today: date
) -> None:
    """Let the client ask this employer for the interview notes. Raises `NotReleased`.

    Only where the coach's method offers it, and the asks are exhausted.
    """
    search, found = record.application(session, coach_id, application)
    state = notes_state(session, coach_id, search, found, today=today)
    if not state:
        raise NotReleased
    rows.change(session, application, {"asks_for_notes": True})


def take_back_notes(session: Session, application: ApplicationRow) -> None:
    """Take the release back; a request that was noted as sent stays noted."""
    rows.change(session, application, {"asks_for_notes": False})


def notes_state(
    session: Session,
    coach_id: int,
    search: Search,
    application: Application,
    *,
    today: date,
) -> str:
    """Return where the last rung stands (`ask_drafts.last_rung`); the coach's view counts."""
    override = progress.override_of(search, 1, application.id)
    state = steps.feedback_state(application, today=today).value
    return ask_drafts.last_rung(
        application,
        state=override.state if override else state,
        is_offered=method_of(session, coach_id).offers_notes_request,
    )


def _askable(
    session: Session, coach_id: int, application: ApplicationRow, draft: str
) -> tuple[Search, Application]:
    if draft not in ask_drafts.TITLES:
        raise NothingToAsk
    search, found = record.application(session, coach_id, application)
    if draft == facts.NOTES and not may_ask_for_notes(session, coach_id, found):
        raise NotReleased
    if draft != facts.NOTES and not found.is_rejection:
        raise NothingToAsk
    return search, found


def _choice(draft: str, asked_of: str) -> ask_drafts.AskChoice:
    return ask_drafts.AskChoice(draft, asked_of if asked_of in ask_drafts.WHOM else "")


def _handed_over(session: Session, search: Search, text: str) -> Sequence[ActionRow]:
    """Return the open action that an ask was given to the client as, if it was."""
    query = select(ActionRow).where(ActionRow.search_id == search.id, ActionRow.text == text)
    return session.scalars(query.where(ActionRow.done_on.is_(None)).limit(1)).all()

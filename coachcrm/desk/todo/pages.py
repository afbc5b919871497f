"""Actions and asks of all clients, by date or by person, as their page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import url_for
from sqlalchemy.orm import Session

from coachcrm.kit.errors import NotFound
from coachcrm.kit.text.typed import parse_row_number
from coachcrm.kit.time import words
from coachcrm.recovery.core import steps
from coachcrm.recovery.core.job_search import Application
from coachcrm.recovery.models.search import ActionRow
from coachcrm.recovery.operations import rows
from coachcrm.recovery.reading import due
from coachcrm.recovery.reading.due import Whose

WEEK = timedelta(days=7)
LATE = "Overdue"
TURNS = {"asks": "Ask", "yours": "Yours", "theirs": "Shared"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do: whose it is, whose `turn` it is, by when, and the one act.

    `done_url` is where a press says that it is done; an ask has a draft to open instead.
    """

    client_id: int
    name: str
    turn: str
    what: str
    due_on: date | None
    is_late: bool
    url: str
    done_url: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """An action that the coach has just done, in words; it can be taken back."""

    id: int
    words: str


def just_done(session: Session, coach_id: int, asked: str) -> Done | None:
    """Return the action that an address names, if it is the coach's and done."""
    number = parse_row_number(asked)
    try:
        action = rows.get_own(session, coach_id, ActionRow, number) if number else None
    except NotFound:
        return None
    if action is None or action.done_on is None:
        return None
    return Done(action.id, f"Done: {action.text}")


def lines(session: Session, coach_id: int, *, today: date) -> list[Line]:
    """Return everything that is open, the first due first; what has no day comes last."""
    found = [
        *(_action(action, today) for action in due.actions(session, coach_id)),
        *_asks(due.rejections(session, coach_id, today=today), today),
    ]
    return sorted(found, key=lambda line: (line.due_on or date.max, line.name, line.what))


def chosen(found: Iterable[Line], turn: str) -> list[Line]:
    """Return what is of one turn of `TURNS`; of none of them, everything."""
    return [line for line in found if turn not in TURNS or line.turn == TURNS[turn]]


def by_date(found: Iterable[Line], *, today: date) -> list[tuple[str, list[Line]]]:
    """Return the lines under when they are due."""
    return [
        (heading, list(those))
        for heading, those in groupby(found, lambda line: _heading(line.due_on, today))
    ]


def by_person(found: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """Return the lines under whose they are, by name."""
    ordered = sorted(found, key=lambda line: (line.name.casefold(), line.client_id))
    return [
        (those[0].name, those)
        for those in (list(group) for _, group in groupby(ordered, lambda line: line.client_id))
    ]


def _asks(found: Iterable[tuple[Whose, Application]], today: date) -> Iterable[Line]:
    for whose, application in found:
        next_one = steps.next_ask(application, today=today)
        if next_one is None or not next_one.is_now:
            continue
        again = "" if next_one.attempt == 1 else " again"
        asked = application.employer or application.name
        yield Line(
            client_id=whose.client_id,
            name=whose.name,
            turn="Ask",
            what=f"Ask {asked}{again}: {next_one.reason}",
            due_on=next_one.due_on,
            is_late=next_one.due_on is not None and next_one.due_on < today,
            url=url_for("recovery.ask", application_id=application.id),
        )


def _action(action: due.OpenAction, today: date) -> Line:
    return Line(
        client_id=action.whose.client_id,
        name=action.whose.name,
        turn="Shared" if action.is_shared else "Yours",
        what=action.text,
        due_on=action.due_on,
        is_late=action.due_on is not None and action.due_on < today,
        url=url_for("recovery.piece", noun="action", row_id=action.id),
        done_url=url_for("desk.action_done", action_id=action.id),
    )


def _heading(on: date | None, today: date) -> str:
    if on is None:
        return "Without a day"
    if on < today:
        return LATE
    if on == today:
        return "Today"
    return words.day(on) if on < today + WEEK else "Later"

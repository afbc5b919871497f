"""What the coach does on Today itself."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from coachcrm.auth.models import SetUpAside
from coachcrm.desk.today.core.needs import CAN_WAIT
from coachcrm.desk.today.core.set_up_steps import STEPS
from coachcrm.desk.today.models import NeedAside
from coachcrm.kit.errors import NotFound

# Until when something can be put aside, in days from today; None is for ever.
UNTIL = {"tomorrow": 1, "week": 7, "never": None}
LONGEST_KEY = 40


def put_aside(session: Session, coach_id: int, step: str) -> None:
    """Note that the coach needs no such step; noted twice is noted once. Raises `NotFound`."""
    if step not in STEPS:
        raise NotFound
    values = {"coach_id": coach_id, "step": step}
    session.execute(_insert_of(session)(SetUpAside).values(values).on_conflict_do_nothing())


def not_now(session: Session, coach_id: int, key: str, until: str, *, today: date) -> None:
    """Put aside what Today tells, until tomorrow, for a week or for ever; twice is once.

    Raises `NotFound` for what cannot be put aside. What it was about may be gone by now.
    """
    kind, _, subject = key.partition(":")
    if kind not in CAN_WAIT or not subject.isdecimal() or len(key) > LONGEST_KEY:
        raise NotFound
    if until not in UNTIL:
        raise NotFound
    days = UNTIL[until]
    on = None if days is None else today + timedelta(days=days)
    values = {"coach_id": coach_id, "key": key, "until_on": on}
    session.execute(
        _insert_of(session)(NeedAside)
        .values(values)
        .on_conflict_do_update(
            index_elements=[NeedAside.coach_id, NeedAside.key], set_={"until_on": on}
        )
    )


def take_back(session: Session, coach_id: int, key: str) -> None:
    """Tell again what was put aside; what is not put aside is no trouble."""
    row = session.get(NeedAside, (coach_id, key[:LONGEST_KEY]))
    if row is not None:
        session.delete(row)
        session.flush()


def _insert_of(session: Session) -> Callable[[Any], Any]:
    """Return the database's own INSERT, which knows what to do when a row is there already."""
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert

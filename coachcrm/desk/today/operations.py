"""What the coach does on Today itself."""

from datetime import date, timedelta

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
    session.merge(SetUpAside(coach_id=coach_id, step=step))
    session.flush()


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
    session.merge(NeedAside(coach_id=coach_id, key=key, until_on=on))
    session.flush()


def take_back(session: Session, coach_id: int, key: str) -> None:
    """Tell again what was put aside; what is not put aside is no trouble."""
    row = session.get(NeedAside, (coach_id, key[:LONGEST_KEY]))
    if row is not None:
        session.delete(row)
        session.flush()

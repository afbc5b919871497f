"""What the coach does on Today itself."""

from sqlalchemy.orm import Session

from coachcrm.auth.models import SetUpAside
from coachcrm.desk.today.core.set_up_steps import STEPS
from coachcrm.kit.errors import NotFound


def put_aside(session: Session, coach_id: int, step: str) -> None:
    """Note that the coach needs no such step; noted twice is noted once. Raises `NotFound`."""
    if step not in STEPS:
        raise NotFound
    session.merge(SetUpAside(coach_id=coach_id, step=step))
    session.flush()

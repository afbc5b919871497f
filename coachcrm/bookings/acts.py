"""An act on a booking: prepared outside any lock, done in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coachcrm.bookings.models import NO_OVERLAP
from coachcrm.bookings.refusals import Outdated, SlotTaken
from coachcrm.kit.data.db import breaks, transaction
from coachcrm.kit.errors import Collided, DatabaseBusy

Prepared = TypeVar("Prepared")
Result = TypeVar("Result")
TRIES = 4


def prepared_then(
    prepare: Callable[[], Prepared], act: Callable[[Session, Prepared], Result]
) -> Result:
    """Prepare outside any lock, act in one transaction; prepare again where the state has moved."""
    for _ in range(TRIES):
        prepared = prepare()
        try:
            with transaction() as session:
                return act(session, prepared)
        except (Outdated, Collided):
            continue
        except IntegrityError as error:
            if breaks(error, NO_OVERLAP):
                raise SlotTaken from error
            raise
    raise DatabaseBusy

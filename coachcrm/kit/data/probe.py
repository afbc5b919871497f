"""A try to save, for whoever wants to know before somebody needs it."""

from contextlib import suppress
from datetime import datetime

from coachcrm.kit.data.db import be_patient, db, transaction
from coachcrm.kit.data.limits import Attempt
from coachcrm.kit.data.saving import LOCK_LASTS_S, saving
from coachcrm.kit.data.troubles import Trouble
from coachcrm.kit.errors import DatabaseBusy

# SQLite must find room for it beyond the pages that it has, as for a booking with its letters;
# PostgreSQL takes no more in the column.
ROOM = {"sqlite": 32 * 1024, "postgresql": 64}
# A clock that is read twice must not make a wait too short.
MARGIN_S = 0.1


def try_to_save(*, now: datetime) -> Trouble | None:
    """Save a row that is gone when it is saved; return what keeps us from saving, or None.

    A page that only shows would not wait: a lock is looked at for as long as tells it from the
    work of others, unless it is known already.
    """
    if saving.trouble is None:
        be_patient(db.session(), LOCK_LASTS_S + MARGIN_S)
    with suppress(DatabaseBusy), transaction() as session:
        row = Attempt(key="?" * ROOM[session.get_bind().dialect.name], made_at=now)
        session.add(row)
        session.flush()
        session.delete(row)
    return saving.trouble

"""The loop that delivers: claim, send with nothing locked, settle; and does the small chores.

At least once: between the server's 250 and our mark nobody can know (RFC 5321 6.1), so a letter is
settled right after it left, and a repeat carries the same Message-ID and octets.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from coachcrm.kit import clock
from coachcrm.kit.db import db, transaction
from coachcrm.kit.errors import Busy
from coachcrm.outbox import operations
from coachcrm.outbox.retry import Outcome
from coachcrm.outbox.transport import Undelivered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask
    from sqlalchemy.orm import Session

    from coachcrm.outbox.models import OutboxMessage
    from coachcrm.outbox.transport import Carrier, Transport

log = structlog.get_logger()

LOOK_EVERY_S = 1.0
BEAT_EVERY_S = 20.0
PAUSE_S = 30.0  # after the server was away, before it is asked again
STEPS_OF_A_CONVERSATION = 10


@dataclass(frozen=True)
class Chore:
    """A small job every so many seconds: in a transaction, unless it opens its own."""

    name: str
    every_s: float
    act: Callable[[Session], None]
    opens_its_own: bool = False


class Worker:
    """Delivers the outbox of one application until it is told to stop."""

    def __init__(self, app: Flask, transport: Transport, chores: Sequence[Chore] = ()) -> None:
        self._app = app
        self._transport = transport
        self._chores = chores
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._next_act: dict[str, float] = {}
        self._away_until = 0.0
        # A conversation can take this long before its letter may be given to another worker.
        self._lease = timedelta(seconds=STEPS_OF_A_CONVERSATION * transport.account.timeout + 30)

    def start(self) -> None:
        """Run beside the web threads."""
        self._thread = threading.Thread(target=self.run, name="mail worker", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 10) -> None:
        """Finish the letter in hand and end; waits at most `timeout` seconds for a thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def run(self) -> None:
        """Deliver and do chores until stopped; trouble with the database passes by itself."""
        while not self._stop.is_set():
            try:
                with self._app.app_context():
                    self._do_chores()
                    if time.monotonic() >= self._away_until:
                        self.deliver_due()
            except (Busy, SQLAlchemyError) as error:
                log.warning("worker_waits_for_database", trouble=str(error)[:300])
                self._stop.wait(LOOK_EVERY_S)
            except Exception:
                # One bad row or chore must not end the line for all the others.
                log.exception("worker_bug")
                self._stop.wait(LOOK_EVERY_S)
            self._stop.wait(LOOK_EVERY_S)

    def deliver_due(self) -> int:
        """Deliver every letter that is due now, over one connection; return how many left."""
        session = db.session()
        has_work = operations.has_work(session, now=clock.now())
        session.rollback()
        if not has_work:
            return 0
        sent = 0
        with self._transport.carrier() as carrier:
            while not self._stop.is_set():
                row = self._claim()
                if row is None:
                    break
                outcome = self._deliver_one(carrier, row)
                if outcome is None:
                    sent += 1
                elif outcome.server_is_away:
                    self._away_until = time.monotonic() + min(
                        PAUSE_S, self._transport.account.timeout * 2
                    )
                    break
        return sent

    def _claim(self) -> OutboxMessage | None:
        with transaction() as session:
            row = operations.claim(session, now=clock.now(), lease=self._lease)
            if row is not None:
                session.expunge(row)
        return row

    def _deliver_one(self, carrier: Carrier, row: OutboxMessage) -> Undelivered | None:
        try:
            carrier.deliver(row)
        except Undelivered as trouble:
            return self._put_off(row, trouble)
        except Exception as bug:
            # One letter that nobody knows how to send must not stop the line; it is tried again.
            log.exception("letter_bug", letter=row.id)
            words = f"This letter could not be handed over ({type(bug).__name__})."
            unsent = Undelivered(words, outcome=Outcome.AGAIN, server_is_away=False)
            return self._put_off(row, unsent)
        with transaction() as session:
            operations.settle_sent(session, claim=row.claim or "", now=clock.now())
        return None

    def _put_off(self, row: OutboxMessage, trouble: Undelivered) -> Undelivered:
        with transaction() as session:
            operations.settle_failure(
                session,
                row,
                trouble=trouble.trouble,
                outcome=trouble.outcome,
                now=clock.now(),
                chance=random.random(),  # noqa: S311 - spreads retries, keeps no secret
            )
        log.warning("letter_waits", letter=row.id, trouble=trouble.trouble)
        return trouble

    def _do_chores(self) -> None:
        for chore in self._chores:
            if time.monotonic() < self._next_act.get(chore.name, 0.0):
                continue
            self._next_act[chore.name] = time.monotonic() + chore.every_s
            if chore.opens_its_own:
                chore.act(db.session())
                continue
            with transaction() as session:
                chore.act(session)

"""The loop that delivers: claim, send with nothing locked, settle; and does the small chores.

At least once: between the server's 250 and our mark nobody can know (RFC 5321 6.1), so a letter is
settled right after it left, and a repeat carries the same Message-ID and octets.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.data.saving import saving
from coachcrm.kit.data.troubles import Trouble, trouble_of
from coachcrm.kit.errors import DatabaseBusy
from coachcrm.kit.time import clock
from coachcrm.outbox import health
from coachcrm.outbox.core import retry
from coachcrm.outbox.delivery.carrier import Blame, Carrier, Undelivered
from coachcrm.outbox.delivery.smtp import PATIENCE, Transport
from coachcrm.outbox.queue import claims, upkeep
from coachcrm.outbox.queue.claims import Claimed

log = structlog.get_logger()

LOOK_EVERY_S = 1.0
BEAT_EVERY_S = 20.0
# After this long it looks up from its letters, gives its sign of life and does its chores.
TURN_S = 20.0
SLACK_S = 30.0
# One conversation that breaks off may be the letter's fault; so many in a row are the server's.
BREAKS = 2


@dataclass(frozen=True)
class Chore:
    """A small job every so many seconds: in a transaction, unless it opens its own.

    One that `can_wait` is not done at the very start, when there is enough to do.
    """

    name: str
    every_s: float
    act: Callable[[Session], None]
    opens_its_own: bool = False
    can_wait: bool = False


class Worker:
    """Delivers the outbox of one application until it is told to stop."""

    def __init__(self, app: Flask, transport: Transport, chores: Sequence[Chore] = ()) -> None:
        self._app = app
        self._transport = transport
        self._chores = (Chore("beat", BEAT_EVERY_S, self._beat), *chores)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._next_act = {
            chore.name: time.monotonic() + chore.every_s for chore in chores if chore.can_wait
        }
        self._breaks = 0
        self._times_away = 0
        self._away_until = 0.0
        self._trouble: str | None = None
        self._waits_said: str | None = None
        # The last letter of a turn may be begun at its end, and opens a conversation of its own.
        self._lease = timedelta(seconds=TURN_S + 2 * PATIENCE * transport.account.timeout + SLACK_S)

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
                if saving.trouble is None:
                    # A round may well have had nothing to save.
                    self._waits_for(None)
            except (DatabaseBusy, SQLAlchemyError) as error:
                self._waits_for(error)
                self._stop.wait(LOOK_EVERY_S)
            except Exception:
                # One bad row or chore must not end the line for all the others.
                log.exception("worker_bug")
                self._stop.wait(LOOK_EVERY_S)
            self._stop.wait(LOOK_EVERY_S)

    def _waits_for(self, error: Exception | None) -> None:
        """Tell the log what keeps the database from its work, once, and when that is over."""
        words: str | None = None
        if isinstance(error, DatabaseBusy):
            words = str(trouble_of(error.__cause__) or Trouble.LOCKED)
        elif error is not None:
            words = str(trouble_of(error) or error)[:300]
        if words == self._waits_said:
            return
        self._waits_said = words
        if words is None:
            log.info("worker_goes_on")
        else:
            log.warning("worker_waits_for_database", trouble=words)

    def deliver_due(self) -> int:
        """Deliver what is due now, over one connection, for one turn; return how many left."""
        look = db.session()
        has_work = claims.has_work(look, now=clock.now())
        look.rollback()
        if not has_work:
            return 0
        sent, ends = 0, time.monotonic() + TURN_S
        with transaction() as session:
            upkeep.tidy(session, now=clock.now())
        with self._transport.carrier() as carrier:
            while not self._must_rest(ends) and (letters := self._claim()):
                sent += self._deliver(carrier, letters, ends)
        return sent

    def _must_rest(self, ends: float) -> bool:
        now = time.monotonic()
        return self._stop.is_set() or now >= ends or now < self._away_until

    def _claim(self) -> Sequence[Claimed]:
        with transaction() as session:
            return claims.claim(session, now=clock.now(), lease=self._lease)

    def _deliver(self, carrier: Carrier, letters: Sequence[Claimed], ends: float) -> int:
        sent = tried = 0
        try:
            for letter in letters:
                if tried and self._must_rest(ends):
                    break
                tried += 1
                sent += self._deliver_one(carrier, letter, is_last=tried == len(letters))
        finally:
            if letters[tried:]:
                with transaction() as session:
                    claims.put_back(session, letters[tried:])
        return sent

    def _deliver_one(self, carrier: Carrier, letter: Claimed, *, is_last: bool) -> bool:
        try:
            carrier.deliver(letter)
        except Undelivered as trouble:
            self._put_off(letter, trouble)
            return False
        except Exception as bug:
            # One letter that nobody knows how to send must not stop the line; it is tried again.
            log.exception("letter_bug", letter=letter.id)
            words = f"This letter could not be handed over ({type(bug).__name__})."
            self._put_off(letter, Undelivered(words))
            return False
        # Right after each letter, but the disk is waited for once for all that were claimed
        # together: to the death of this program that is the same, and after a power cut those few
        # come again, recognisably.
        with transaction(may_be_forgotten=not is_last) as session:
            claims.settle_sent(session, letter, now=clock.now())
        self._server_is_there()
        return True

    def _put_off(self, letter: Claimed, trouble: Undelivered) -> None:
        log.warning("letter_waits", letter=letter.id, trouble=trouble.trouble)
        now, chance = clock.now(), random.random()  # noqa: S311 - spreads retries, no secret
        with transaction() as session:
            if trouble.blame is Blame.SERVER:
                claims.wait_for_server(session, letter, trouble=trouble.trouble, now=now)
            else:
                claims.settle_failure(
                    session,
                    letter,
                    trouble=trouble.trouble,
                    outcome=trouble.outcome,
                    now=now,
                    chance=chance,
                )
        if trouble.blame is Blame.LETTER:
            self._server_is_there()
            return
        self._breaks += 1
        if trouble.blame is Blame.SERVER or self._breaks >= BREAKS:
            self._rest(trouble.trouble, chance=chance)

    def _rest(self, trouble: str, *, chance: float) -> None:
        """Leave the server alone for a while, and say so with the next sign of life."""
        self._times_away += 1
        pause = retry.pause(self._times_away, chance=chance)
        self._away_until = time.monotonic() + pause.total_seconds()
        self._say(trouble)

    def _server_is_there(self) -> None:
        self._breaks = self._times_away = 0
        self._say(None)

    def _say(self, trouble: str | None) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            self._next_act.pop("beat", None)

    def _beat(self, session: Session) -> None:
        health.beat(session, now=clock.now(), trouble=self._trouble)

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

"""Whether this process can save, as its last act found: for whoever asks how it is, and the log."""

import time

import structlog

from coachcrm.kit.data.troubles import Trouble

# A lock is told when it has lasted that long: shorter ones are other people's work.
LOCK_LASTS_S = 3.0
log = structlog.get_logger()


class Saving:
    """What became of the last try to save; each act tells, and the log hears of each change."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        self._tried_at: float | None = None
        self._saved_at: float | None = None

    def tried(self, trouble: Trouble | None, *, since: float) -> None:
        """Note a try that began `since` (monotonic): what was in its way, or None."""
        now = time.monotonic()
        if trouble is None:
            self._saved_at = now
        elif self._says_little(trouble, since, now):
            return
        self._tried_at, before, self.trouble = now, self.trouble, trouble
        if trouble is before:
            return
        if trouble is None:
            log.info("saving_again")
        else:
            log.error("nothing_can_be_saved", cause=str(trouble))

    def _says_little(self, trouble: Trouble, since: float, now: float) -> bool:
        """Say whether it is a lock that was met for a moment, or behind others who do save."""
        if trouble is not Trouble.LOCKED or self.trouble is not None:
            return False
        is_moving = self._saved_at is not None and self._saved_at >= since
        return is_moving or now - since < LOCK_LASTS_S

    def was_tried_within(self, seconds: float) -> bool:
        """Say whether the last try is no older than that."""
        return self._tried_at is not None and time.monotonic() - self._tried_at <= seconds


saving = Saving()

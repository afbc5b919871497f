"""Whether this process can save, as its last act found: for whoever asks how it is, and the log."""

import time

import structlog

from coachcrm.kit.data.troubles import Trouble

log = structlog.get_logger()


class Saving:
    """What became of the last try to save; each act tells, and the log hears of each change."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        self._tried_at: float | None = None

    def tried(self, trouble: Trouble | None) -> None:
        """Note a try: what was in its way, or None."""
        self._tried_at, before, self.trouble = time.monotonic(), self.trouble, trouble
        if trouble is before:
            return
        if trouble is None:
            log.info("saving_again")
        else:
            log.error("nothing_can_be_saved", cause=str(trouble))

    def was_tried_within(self, seconds: float) -> bool:
        """Say whether the last try is no older than that."""
        return self._tried_at is not None and time.monotonic() - self._tried_at <= seconds


saving = Saving()

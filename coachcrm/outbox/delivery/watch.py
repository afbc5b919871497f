"""A limit for a whole conversation with a mail server, however it spreads its octets."""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from contextlib import suppress


class Watch:
    """A thread that cuts a line on which one act takes longer than `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._host: smtplib.SMTP | None = None
        self._until = 0.0
        self._is_over: threading.Event | None = None
        self.has_cut = False

    def begin(self, host: smtplib.SMTP) -> None:
        """Watch from now on; the thread lives as long as the conversation."""
        self.has_cut, self._until, self._host = False, time.monotonic() + self._seconds, host
        if self._is_over is None:
            self._is_over = threading.Event()
            threading.Thread(target=self._look, args=(self._is_over,), daemon=True).start()

    def rest(self) -> None:
        """Watch nothing until told to begin again."""
        self._host = None

    def end(self) -> None:
        """Let the thread go."""
        if self._is_over is not None:
            self._is_over.set()
            self._is_over = None

    def _look(self, is_over: threading.Event) -> None:
        while not is_over.wait(min(1.0, self._seconds / 10)):
            host = self._host
            if host is not None and time.monotonic() >= self._until:
                self.has_cut = True
                if host.sock is not None:
                    with suppress(OSError):
                        host.sock.shutdown(socket.SHUT_RDWR)

"""The processes: gunicorn starts, watches and stops them, and in each runs the mail worker."""

import ctypes
import gc
import os
import resource
import socket
import time
from contextlib import suppress
from typing import Any, cast

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.sock import BaseSocket
from gunicorn.workers.base import Worker as GunicornWorker

from coachcrm.kit.data.db import db
from coachcrm.outbox.delivery.worker import Worker
from coachcrm.server.front import Front, WaitressLog

STOP_WITHIN_S = 30
# How often gunicorn hears that all is well: each time costs a system call, and the threads' turn.
TELL_EVERY_S = 1.0
# Connections, databases, and bodies that are kept in files until they have wholly come.
FILES = 4096
# The option of glibc's mallopt that says how many heaps there may be (M_ARENA_MAX), and how many.
HEAPS_OPTION, HEAPS = -8, 2


class WebProcess(GunicornWorker):
    """One process that serves pages, until it is told to stop or its parent is gone."""

    _front: Front | None = None
    _told_at = 0.0

    def run(self) -> None:
        """Serve; asked to stop, finish what has begun."""
        WaitressLog.install()
        listener = cast("BaseSocket", self.sockets[0]).sock
        self._front = front = Front(cast("Flask", self.app.wsgi()), listener)
        while self.alive and self.ppid == os.getppid():
            self._turn(front)
        front.begin_to_stop()
        end = time.monotonic() + self.cfg.graceful_timeout
        while front.is_at_work and time.monotonic() < end:
            self._turn(front)
        front.end()

    def _turn(self, front: Front) -> None:
        front.turn()
        now = time.monotonic()
        if now >= self._told_at + TELL_EVERY_S:
            self._told_at = now
            self.notify()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Note that it is to stop, and wake up."""
        super().handle_exit(sig, frame)
        if self._front is not None:
            self._front.pull_trigger()

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Stop at Ctrl+C as at any other time: with what has begun finished."""
        self.handle_exit(sig, frame)


class Server(BaseApplication):
    """Serves one application on a socket that listens already, until told to stop."""

    def __init__(
        self, app: Flask, listener: socket.socket, *, processes: int, worker: Worker | None = None
    ) -> None:
        self._app = app
        self._listener = listener
        self._processes = processes
        self._mail_worker = worker
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn needs to know; nothing is read from its environment."""
        settings: dict[str, Any] = {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": self._processes,
            "worker_class": WebProcess,
            "timeout": 60,
            "graceful_timeout": STOP_WITHIN_S,
            "loglevel": "warning",
            "control_socket_disable": True,
            "on_starting": _keep_heaps_few,
            "pre_fork": _share,
            "post_worker_init": self._start,
            "worker_exit": self._stop,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override]
        """Return the application, made before the processes parted."""
        return self._app

    def _start(self, _web: GunicornWorker) -> None:
        _allow_files()
        if "sqlalchemy" in self._app.extensions:
            # Connections made before the fork belong to the parent.
            with self._app.app_context():
                db.engine.dispose(close=False)
        if self._mail_worker is not None:
            self._mail_worker.start()

    def _stop(self, _arbiter: Arbiter, _web: GunicornWorker) -> None:
        if self._mail_worker is not None:
            self._mail_worker.stop()


def _keep_heaps_few(_arbiter: Arbiter) -> None:
    """Let all threads share two heaps: each would have one, and keep what its largest page took.

    The heaps of the processes that are forked from here. Another C library has no such option.
    """
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(HEAPS_OPTION, HEAPS)


def _share(_arbiter: Arbiter, _web: GunicornWorker) -> None:
    """Let the processes share what is there: the collector would write into all of it, in each."""
    gc.collect()
    gc.freeze()


def _allow_files() -> None:
    """Ask for as many open files as a full table of connections needs; the machine may say no."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))

"""The servers that are measured: ours, and gunicorn's own threads for what is bare."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from coachcrm.outbox.delivery.worker import Worker
from coachcrm.server.port import listen
from coachcrm.server.processes import Server

BARE_THREADS = 8


@contextmanager
def ours(app: Flask, *, processes: int = 1, worker: Worker | None = None) -> Iterator[int]:
    """Run the server that `coachcrm serve` runs; give its port."""
    listener = listen("127.0.0.1", 0)
    server = lambda: Server(app, listener, processes=processes, worker=worker).run()  # noqa: E731
    with _running(server, listener):
        yield int(listener.getsockname()[1])


@contextmanager
def gthread(app: Flask) -> Iterator[int]:
    """Run gunicorn's gthread workers, one process of eight threads; give the port."""
    listener = listen("127.0.0.1", 0)
    with _running(lambda: _Gthread(app, listener).run(), listener):
        yield int(listener.getsockname()[1])


class _Gthread(BaseApplication):
    def __init__(self, app: Flask, listener: socket.socket) -> None:
        self._app, self._listener = app, listener
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"fd://{self._listener.fileno()}",
            "worker_class": "gthread",
            "threads": BARE_THREADS,
            # As long as ours: nobody is measured by how often connections are made anew.
            "keepalive": 130,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override]
        return self._app


@contextmanager
def _running(serve: Callable[[], None], listener: socket.socket) -> Iterator[None]:
    process = multiprocessing.get_context("fork").Process(target=serve)
    process.start()
    try:
        yield
    finally:
        os.kill(process.pid or 0, signal.SIGTERM)
        process.join(20)
        listener.close()

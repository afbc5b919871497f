"""The web server: gunicorn with threads, the mail worker beside them, set up in code."""

import errno
import socket
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker as WebWorker

from coachcrm.kit.data.db import db
from coachcrm.outbox.delivery.worker import Worker

THREADS = 8
BACKLOG = 512


class PortTaken(Exception):  # noqa: N818 - shown as a sentence
    """Another program listens there, or we may not."""


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done. Raises `PortTaken` with a sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Port {port} is taken by another program; choose another with --port."
            ) from error
        raise PortTaken(f"Cannot listen on {host}, port {port}: {error.strerror}.") from error
    listener.set_inheritable(True)
    return listener


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
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": 30,
            "keepalive": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._start,
            "worker_exit": self._stop,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override]
        """Return the application, made before the processes parted."""
        return self._app

    def _start(self, _web: WebWorker) -> None:
        if "sqlalchemy" in self._app.extensions:
            # Connections made before the fork belong to the parent.
            with self._app.app_context():
                db.engine.dispose(close=False)
        if self._mail_worker is not None:
            self._mail_worker.start()

    def _stop(self, _arbiter: Arbiter, _web: WebWorker) -> None:
        if self._mail_worker is not None:
            self._mail_worker.stop()


def name_of(host: str, listener: socket.socket) -> str:
    """Return the address that a person can open on this machine."""
    port = listener.getsockname()[1]
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach a server on `host`."""
    return host in {"localhost", "::1"} or host.startswith("127.")

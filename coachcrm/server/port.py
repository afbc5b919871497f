"""The port that the server listens on, and what it is called."""

import errno
import socket

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


def name_of(host: str, listener: socket.socket) -> str:
    """Return the address that a person can open on this machine."""
    port = listener.getsockname()[1]
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach a server on `host`."""
    return host in {"localhost", "::1"} or host.startswith("127.")

"""What every room may know of the installation: its address, its keys, its limits."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from flask import current_app
from werkzeug.routing import MapAdapter

from coachcrm.kit.tokens import Signer

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Site:
    """The installation as a value.

    Every link in a mail is built from `base_url`, never from a request's host.
    """

    base_url: str
    secret_keys: tuple[str, ...]
    limits: bool
    mail_sender: str
    mail_server: str | None
    mail_folder: str
    api_origins: tuple[str, ...] = ()
    addresses: MapAdapter | None = field(default=None, compare=False, repr=False)

    @cached_property
    def host(self) -> str:
        """The one host name that is ours, without the port."""
        return (urlsplit(self.base_url).hostname or "").lower()

    @cached_property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach us."""
        return self.host in LOOPBACK_NAMES

    @cached_property
    def is_secure(self) -> bool:
        """Whether we are reached over TLS."""
        return self.base_url.startswith("https://")

    def is_our_host(self, host: str | None) -> bool:
        """Say whether `host`, of a Host or Origin header without its port, is ours (S39)."""
        name = (host or "").lower()
        return name == self.host or (self.is_loopback and name in LOOPBACK_NAMES)

    def is_our_origin(self, origin: str, *, asked: str) -> bool:
        """Say whether an Origin header is ours: scheme, host and port (RFC 6454 4; S21).

        On loopback a tunnel may lead here from another port than our own; the one that the browser
        asked for, in the Host header `asked`, is ours too.
        """
        ours = _origin(self.base_url)
        try:
            scheme, host, port = _origin(origin)
            ports = {ours.port, _origin(f"{ours.scheme}://{asked}").port}
        except ValueError:
            return False
        is_port = port in ports if self.is_loopback else port == ours.port
        return scheme == ours.scheme and self.is_our_host(host) and is_port

    def link(self, endpoint: str, **values: str) -> str:
        """Return the absolute address of a page, for a letter: it needs no request."""
        if self.addresses is None:
            raise RuntimeError("A site without pages has no links.")
        return f"{self.base_url}{self.addresses.build(endpoint, values)}"

    @cached_property
    def forms(self) -> Signer:
        """Signs form tokens."""
        return Signer(self.secret_keys, "form")

    @cached_property
    def bookings(self) -> Signer:
        """Signs the links of bookings (S14)."""
        return Signer(self.secret_keys, "booking link")

    @cached_property
    def known_browsers(self) -> Signer:
        """Signs the marks of browsers in which the coach has signed in before (S4)."""
        return Signer(self.secret_keys, "known browser")

    @cached_property
    def cursors(self) -> Signer:
        """Signs the places in long lists, so that they stay opaque."""
        return Signer(self.secret_keys, "cursor")


class _Origin(NamedTuple):
    scheme: str
    host: str | None
    port: int | None


def _origin(url: str) -> _Origin:
    """Return the origin of an address; ValueError where there can be none."""
    parts = urlsplit(url)
    return _Origin(parts.scheme, parts.hostname, parts.port or USUAL_PORTS.get(parts.scheme))


def letters_leave() -> bool:
    """Say whether a mail server is set: without one no page may promise a letter."""
    return site().mail_server is not None


def as_letters_leave(sentence: str) -> str:
    """Return what is said of letters that were just written, or that none leaves."""
    return sentence if letters_leave() else "No letter leaves, for no mail server is set."


def site() -> Site:
    """Return the site of the running application."""
    return cast("Site", current_app.extensions["coachcrm.site"])

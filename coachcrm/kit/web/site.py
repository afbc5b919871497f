"""What every room may know of the installation: its address, its keys, its limits."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import cast
from urllib.parse import urlsplit

from flask import current_app
from werkzeug.routing import MapAdapter

from coachcrm.kit.tokens import Signer

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


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
    def cursors(self) -> Signer:
        """Signs the places in long lists, so that they stay opaque."""
        return Signer(self.secret_keys, "cursor")


def site() -> Site:
    """Return the site of the running application."""
    return cast("Site", current_app.extensions["coachcrm.site"])

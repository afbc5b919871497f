"""Secrets: random tokens of which only a digest is stored, and signatures by purpose."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets


def random_token() -> str:
    """Return 32 random bytes, safe in an address (S14)."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return the SHA-256 of a token in hex: all that the database holds of it (S7, S14)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two secrets in constant time, whatever characters a stranger sends."""
    return hmac.compare_digest(
        one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )


class Signer:
    """Signs short texts for one purpose; older keys still verify, the first one signs.

    Each purpose has a key of its own, derived with HMAC-SHA256 from the secret key (RFC 5869,
    the expand step alone: the input is already uniformly random).
    """

    def __init__(self, secret_keys: tuple[str, ...], purpose: str) -> None:
        info = f"coachcrm {purpose}\x01".encode()
        self._keys = [hmac.digest(key.encode(), info, "sha256") for key in secret_keys]

    def sign(self, text: str) -> str:
        """Return `text.signature`."""
        return f"{text}.{_signature(self._keys[0], text)}"

    def text_of(self, signed: str) -> str | None:
        """Return the text whose signature is good, else None; never raises."""
        text, dot, signature = signed.rpartition(".")
        if not dot:
            return None
        good = [same(signature, _signature(key, text)) for key in self._keys]
        return text if any(good) else None


def _signature(key: bytes, text: str) -> str:
    mac = hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()

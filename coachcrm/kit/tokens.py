"""Secrets: random tokens of which only a digest is stored, and signatures by purpose."""

import hashlib
import hmac
import secrets

import itsdangerous
from itsdangerous.encoding import base64_decode, base64_encode


def random_token() -> str:
    """Return 32 random bytes, safe in an address (S14)."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return the SHA-256 of a token in hex: all that the database holds of it (S7, S14)."""
    return hashlib.sha256(_octets(token)).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two secrets in constant time, whatever characters a stranger sends."""
    return hmac.compare_digest(_octets(one), _octets(other))


class Signer:
    """Signs short texts for one purpose; older keys still verify, the first one signs.

    Each purpose has a key of its own, derived with HMAC-SHA256 from the secret key (RFC 5869,
    the expand step alone: the input is already uniformly random).
    """

    def __init__(self, secret_keys: tuple[str, ...], purpose: str) -> None:
        info = f"coachcrm {purpose}\x01".encode()
        self._signer = itsdangerous.Signer(
            # The library signs with the last.
            [hmac.digest(key.encode(), info, "sha256") for key in reversed(secret_keys)],
            salt=b"",
            key_derivation="none",
            digest_method=hashlib.sha256,
        )

    def sign(self, text: str) -> str:
        """Return `text.signature`."""
        return self._signer.sign(_octets(text)).decode("utf-8", "surrogatepass")

    def text_of(self, signed: str) -> str | None:
        """Return the text whose signature is good, else None; never raises."""
        octets = _octets(signed)
        try:
            text = self._signer.unsign(octets)
        except itsdangerous.BadSignature:
            return None
        # The library reads a signature leniently; good is only the one spelling that we sent.
        signature = octets.rpartition(b".")[2]
        if base64_encode(base64_decode(signature)) != signature:
            return None
        return text.decode("utf-8", "surrogatepass")


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")

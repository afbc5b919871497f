"""What every room may know of the installation."""

from __future__ import annotations

import pytest

from coachcrm.kit.web.site import Site


def site(base_url: str) -> Site:
    return Site(base_url, ("key" * 12,), True, "a@b.example", None, "")


@pytest.mark.parametrize(
    ("base_url", "host", "loopback", "secure"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1", True, False),
        ("http://localhost", "localhost", True, False),
        ("http://[::1]:8000", "::1", True, False),
        ("https://Book.Example.org", "book.example.org", False, True),
        ("http://192.0.2.7", "192.0.2.7", False, False),
    ],
)
def test_a_site_knows_its_own_name(base_url, host, loopback: bool, secure: bool) -> None:
    made = site(base_url)
    assert (made.host, made.is_loopback, made.is_secure) == (host, loopback, secure)
    assert made.is_our_host(host.upper())
    assert made.is_our_host("localhost") is loopback
    for other in (None, "", "evil.example", f"{host}.evil.example", f"x.{host}"):
        assert not made.is_our_host(other)


def test_each_purpose_signs_with_a_key_of_its_own_s68() -> None:
    made = site("https://book.example.org")
    signed = {signer.sign("1") for signer in (made.forms, made.bookings, made.cursors)}
    assert len(signed) == 3

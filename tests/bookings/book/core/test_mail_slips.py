"""A slip in an address is asked about, and an address that is real is never doubted."""

from __future__ import annotations

import pytest

from coachcrm.bookings.book.core.mail_slips import mended


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ann@gmial.com", "ann@gmail.com"),
        ("ann@gmai.com", "ann@gmail.com"),
        ("ann@gmaill.com", "ann@gmail.com"),
        ("ann@gmail.con", "ann@gmail.com"),
        ("ann@gmail.co", "ann@gmail.com"),
        ("ann@GMIAL.com", "ann@gmail.com"),
        ("Ann.Lee+cv@gnail.com", "Ann.Lee+cv@gmail.com"),
        ("ann@gmail.co.uk", "ann@gmail.com"),
        ("ann@hotmial.com", "ann@hotmail.com"),
        ("ann@hotmail.co.ukk", "ann@hotmail.co.uk"),
        ("ann@yaho.com", "ann@yahoo.com"),
        ("ann@yahooo.co.uk", "ann@yahoo.co.uk"),
        ("ann@outlok.com", "ann@outlook.com"),
        ("ann@iclould.com", "ann@icloud.com"),
        ("ann@btinternet.con", "ann@btinternet.com"),
        ("ann@jotmail.com", "ann@hotmail.com"),
        ("ann@tahoo.com", "ann@yahoo.com"),
        ("ann@ggmail.com", "ann@gmail.com"),
        ("ann@ohtmail.com", "ann@hotmail.com"),
    ],
)
def test_a_slip_is_seen(typed: str, meant: str) -> None:
    assert mended(typed) == meant


@pytest.mark.parametrize(
    "address",
    [
        "ann@gmail.com", "ann@ymail.com", "ann@email.com", "ann@mail.com", "ann@yahoo.ca",
        "ann@yahoo.co.nz", "ann@outlook.fr", "ann@hotmail.de", "ann@live.com", "ann@me.com",
        "ann@cloud.com", "ann@gail.com", "ann@fmail.com", "ann@tmail.com", "ann@hmail.com",
        "ann@zmail.com", "ann@qmail.com", "ann@umail.com", "ann@cmail.com",
        # Far from the right key, or a word of its own: no slip of the finger.
        "ann@rmail.com", "ann@xmail.com", "ann@lotmail.com", "ann@rotonmail.com",
        "ann@client.example", "ann@goldmail.com", "ann@sub.gmail.com", "ann", "@", "", "ann@",
    ],
)  # fmt: skip
def test_what_is_real_or_far_off_is_left_alone(address: str) -> None:
    assert mended(address) is None

"""Slips in the part of a mail address after the @: `gmial.com` for `gmail.com`. Pure."""

# Those that most people have. Each is long enough that hardly any other name is one letter off.
_WELL_KNOWN = (
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "outlook.com",
    "yahoo.com",
    "yahoo.co.uk",
    "icloud.com",
    "btinternet.com",
    "virginmedia.com",
    "protonmail.com",
)
# Real ones that are a letter away from one of those, or look as if they were a slip.
_REAL = frozenset({
    "aol.com", "cloud.com", "cmail.com", "email.com", "fastmail.com", "fmail.com", "gail.com",
    "gmx.co.uk", "gmx.com", "hmail.com", "hotmail.ca", "hotmail.com.au", "hotmail.de",
    "hotmail.es", "hotmail.fr", "hotmail.it", "live.co.uk", "live.com", "mail.com", "me.com",
    "msn.com", "outlook.de", "outlook.fr", "outlook.ie", "proton.me", "qmail.com",
    "rocketmail.com", "sky.com", "tmail.com", "umail.com", "yahoo.ca", "yahoo.co.in",
    "yahoo.co.jp", "yahoo.co.nz", "yahoo.com.au", "yahoo.de", "yahoo.fr", "yahoo.ie",
    "yahoo.in", "ymail.com", "zmail.com",
})  # fmt: skip
# The keys beside the first letters of those that most people have.
_BESIDE = {
    "b": "vngh", "g": "fhtyvb", "h": "gjyubn", "i": "uojk89", "o": "ipkl90", "p": "ol0",
    "v": "cbfg", "y": "tugh67",
}  # fmt: skip
# Further off than a letter, and made all the same.
_KNOWN_SLIPS = {
    "gmail.co.uk": "gmail.com",
    "gmail.uk": "gmail.com",
    "gmal.co": "gmail.com",
    "gmial.con": "gmail.com",
    "hotmail.uk": "hotmail.co.uk",
    "hotmial.con": "hotmail.com",
    "icloud.co.uk": "icloud.com",
    "live.con": "live.com",
    "outlook.co.uk": "outlook.com",
    "sky.con": "sky.com",
    "yahoo.uk": "yahoo.co.uk",
}


def mended(address: str) -> str | None:
    """Return what an address was probably meant to be, or None where nothing looks like a slip."""
    local, at, domain = address.rpartition("@")
    meant = _meant(domain.casefold()) if at else None
    return f"{local}@{meant}" if meant else None


def _meant(domain: str) -> str | None:
    if domain in _REAL or domain in _WELL_KNOWN:
        return None
    near = (known for known in _WELL_KNOWN if _is_one_off(domain, known))
    return _KNOWN_SLIPS.get(domain) or next(near, None)


def _is_one_off(one: str, other: str) -> bool:
    """Say whether two words differ by one letter: more, less, another, or two turned round.

    The eye is on the first letter: it is left out by nobody, and struck beside at most.
    """
    right, same = other, 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    one, other = one[same:], other[same:]
    return one != other and (
        one[1:] == other
        or (one == other[1:] and same > 0)
        or (one[1:] == other[1:] and (same > 0 or one[:1] in _BESIDE[right[0]]))
        or (one[:2] == other[:2][::-1] and one[2:] == other[2:])
    )

"""Browsers in which the coach has signed in before: what their cookie says (S4). Pure."""

from datetime import datetime, timedelta

# As long as browsers keep a cookie (RFC 6265bis 5.5).
LIFE = timedelta(days=400)


def mark(name: str, *, now: datetime) -> str:
    """Return what the cookie of a browser says, to be signed; `name` is as good as random."""
    return f"{int(now.timestamp())}-{name}"


def name_in(text: str, *, now: datetime) -> str | None:
    """Return the name of the browser in what its cookie says, or None once that is too old."""
    made_at, _, name = text.partition("-")
    return name if now.timestamp() - int(made_at) < LIFE.total_seconds() else None

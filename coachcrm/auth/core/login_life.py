"""How long a login lives, since it was last used and in all, and a link to set a password. Pure."""

from datetime import timedelta

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=14)
RESET = timedelta(minutes=30)

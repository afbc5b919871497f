"""How long a login lives: since it was last used, and in all (S9). Pure."""

from datetime import timedelta

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=14)

"""The pieces of the record by the noun in their addresses."""

from coachcrm.recovery.pieces import application, feedback, search

PIECES = {**application.PIECES, **feedback.PIECES, **search.PIECES}

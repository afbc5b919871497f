"""The record's addresses: every module of views, and the blueprint they hang on."""

from coachcrm.recovery.blueprint import bp
from coachcrm.recovery.views import (
    application,
    ask_wordings,
    asks,
    ladder,
    pieces,
    record,
    themes,
)

# Importing them ties their addresses to the blueprints: a module that is not here is not served.
VIEWS = (
    application,
    asks,
    ladder,
    pieces,
    themes,
    record,
    ask_wordings,
)
BLUEPRINTS = (bp,)

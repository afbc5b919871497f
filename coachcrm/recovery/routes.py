"""The record's addresses: every module of views, and the blueprint they hang on."""

from __future__ import annotations

from coachcrm.recovery import (
    application_views,
    ask_views,
    ladder_views,
    link_views,
    piece_views,
    theme_views,
    views,
    wording_views,
)
from coachcrm.recovery.blueprint import bp

# Importing them ties their addresses to the blueprints: a module that is not here is not served.
VIEWS = (
    application_views,
    ask_views,
    ladder_views,
    link_views,
    piece_views,
    theme_views,
    views,
    wording_views,
)
BLUEPRINTS = (bp,)

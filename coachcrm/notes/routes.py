"""The notes' addresses: every module of views, and the blueprint they hang on."""

from __future__ import annotations

from coachcrm.notes import addition_views, find_views, history_views, views
from coachcrm.notes.blueprint import bp

# Importing them ties their addresses to the blueprints: a module that is not here is not served.
VIEWS = (addition_views, find_views, history_views, views)
BLUEPRINTS = (bp,)

"""The notes' addresses: every module of views, and the blueprint they hang on."""

from coachcrm.notes.blueprint import bp
from coachcrm.notes.views import additions, history, note, search

# Importing them ties their addresses to the blueprints: a module that is not here is not served.
VIEWS = (additions, search, history, note)
BLUEPRINTS = (bp,)

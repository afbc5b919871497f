"""The addresses of signing in: every module of views, and the blueprint they hang on."""

from coachcrm.auth.blueprint import bp
from coachcrm.auth.views import password, reset, sign_in

# Importing them ties their addresses to the blueprint: a module that is not here is not served.
VIEWS = (sign_in, password, reset)
BLUEPRINTS = (bp,)

"""The desk's blueprints: what its views hang on."""

from flask import Blueprint

desk = Blueprint("desk", __name__, url_prefix="/coach")
availability = Blueprint("availability", __name__, url_prefix="/coach/availability")
bursts = Blueprint("bursts", __name__, url_prefix="/coach/bookings/at-once")
services = Blueprint("services", __name__, url_prefix="/coach/services")
set_up = Blueprint("set_up", __name__)

"""The blueprints of booking: what its views hang on."""

from flask import Blueprint

api = Blueprint("api", __name__, url_prefix="/api/v1")
bookings = Blueprint("bookings", __name__)
pictures = Blueprint("pictures", __name__)
booking = Blueprint("booking", __name__, url_prefix="/booking/<token>")
letters = Blueprint("letters", __name__, url_prefix="/coach")
feed = Blueprint("feed", __name__)

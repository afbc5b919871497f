"""The addresses of booking: every module of views, and the blueprints they hang on."""

from coachcrm.bookings.blueprint import api as api_bp
from coachcrm.bookings.blueprint import booking as booking_bp
from coachcrm.bookings.blueprint import bookings as bookings_bp
from coachcrm.bookings.blueprint import feed as feed_bp
from coachcrm.bookings.blueprint import letters as letters_bp
from coachcrm.bookings.blueprint import pictures as pictures_bp
from coachcrm.bookings.book.views import details
from coachcrm.bookings.change.views import by_link
from coachcrm.bookings.change.views import letters as letters_of_booking
from coachcrm.bookings.feed import views as feed
from coachcrm.bookings.letters import views as letters
from coachcrm.bookings.offer.views import api, landing, pictures, signposts, times, zones

# Importing them ties their addresses to the blueprints: a module that is not here is not served.
VIEWS = (
    landing,
    signposts,
    times,
    zones,
    pictures,
    api,
    details,
    by_link,
    letters,
    letters_of_booking,
    feed,
)
BLUEPRINTS = (api_bp, bookings_bp, pictures_bp, booking_bp, letters_bp, feed_bp)

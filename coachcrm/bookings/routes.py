"""The addresses of booking: every module of views, and the blueprints they hang on."""

from __future__ import annotations

from coachcrm.bookings import api_views, feed_views, form_views, letter_views, link_views, views
from coachcrm.bookings.blueprint import api, booking, bookings, feed, letters

# Importing them ties their addresses to the blueprints: a module that is not here is not served.
VIEWS = (api_views, feed_views, form_views, letter_views, link_views, views)
BLUEPRINTS = (api, bookings, booking, letters, feed)

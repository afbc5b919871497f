"""The desk's addresses: every module of views, and the blueprints they hang on."""

from __future__ import annotations

from coachcrm.desk import (
    availability_views,
    book_views,
    booking_views,
    burst_views,
    call_views,
    client_views,
    date_views,
    insight_views,
    mail_views,
    meeting_views,
    month_views,
    service_views,
    set_up_views,
    settings_views,
    story_views,
    views,
    wrap_up_views,
)
from coachcrm.desk.blueprint import availability, bursts, desk, services, set_up

# Importing them ties their addresses to the blueprints: a module that is not here is not served.
VIEWS = (
    mail_views,
    settings_views,
    availability_views,
    book_views,
    booking_views,
    burst_views,
    call_views,
    client_views,
    date_views,
    insight_views,
    meeting_views,
    month_views,
    service_views,
    set_up_views,
    story_views,
    views,
    wrap_up_views,
)
BLUEPRINTS = (set_up, desk, bursts, availability, services)

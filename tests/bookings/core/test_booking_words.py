"""When a meeting is, as each of the two reads it, and by the clocks of an address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coachcrm.bookings.core.booking_words import when_of
from coachcrm.bookings.core.places import Place
from coachcrm.kit.time.interval import Interval

START = datetime(2027, 6, 15, 8, tzinfo=UTC)
HALF_AN_HOUR = Interval(START, START + timedelta(minutes=30))
LONDON, PARIS, NEW_YORK = "Europe/London", "Europe/Paris", "America/New_York"
DUBLIN, AUCKLAND = "Europe/Dublin", "Pacific/Auckland"


@pytest.mark.parametrize(
    ("mine", "theirs", "venue", "time", "zone", "other"),
    [
        (LONDON, LONDON, "", "9:00 am", "UK time", None),
        (PARIS, LONDON, "", "10:00 am", "Paris time", "9:00 am UK time"),
        # At an address: its own clock first, the reader's beside it, and nobody else's.
        (LONDON, LONDON, LONDON, "9:00 am", "UK time", None),
        (NEW_YORK, LONDON, LONDON, "9:00 am", "UK time, local time there", "4:00 am New York time"),
        (LONDON, NEW_YORK, LONDON, "9:00 am", "UK time", None),
        (LONDON, NEW_YORK, PARIS, "10:00 am", "Paris time, local time there", "9:00 am UK time"),
        # Clocks are compared, not names.
        (LONDON, LONDON, DUBLIN, "9:00 am", "UK time", None),
        (DUBLIN, LONDON, LONDON, "9:00 am", "Dublin time", None),
        (LONDON, LONDON, AUCKLAND, "8:00 pm", "Auckland time, local time there", "9:00 am UK time"),
        (AUCKLAND, LONDON, NEW_YORK, "4:00 am", "New York time, local time there",
         "8:00 pm Auckland time"),
    ],
)  # fmt: skip
def test_which_clock_leads_and_which_stands_beside(mine, theirs, venue, time, zone, other) -> None:
    when = when_of(HALF_AN_HOUR, mine, theirs, venue=venue)
    assert (when.time, when.zone, when.other_time) == (time, zone, other)
    assert when.differs is (other is not None)


def test_the_reader_s_own_date_is_named_where_it_is_another() -> None:
    late = Interval(START + timedelta(hours=10), START + timedelta(hours=11))
    when = when_of(late, AUCKLAND, LONDON, venue=LONDON)
    assert when.day == "Tuesday 15 June 2027"
    assert when.other_time == "6:00 am Auckland time on Wednesday 16 June"


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        (Place("in_person", "12 High Street"), LONDON),
        (Place("in_person", "Rue 1", PARIS), PARIS),
        (Place("video", "https://meet.example/jo", PARIS), ""),
        (Place("phone"), ""),
    ],
)
def test_an_address_has_the_coach_s_zone_unless_it_names_another(place, zone) -> None:
    assert place.venue(LONDON) == zone

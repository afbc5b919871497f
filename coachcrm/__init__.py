"""coachcrm: the booking and client system of an independent interview coach."""

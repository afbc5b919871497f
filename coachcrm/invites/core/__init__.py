"""iTIP messages and the coach's calendar as iCalendar objects. Pure."""

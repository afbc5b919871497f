"""When the coach can be booked, and for what."""

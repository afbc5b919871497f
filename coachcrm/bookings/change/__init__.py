"""Changing a booking: by the client, by the coach, and by what became of the meeting."""

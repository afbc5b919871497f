"""The coach's bookings as a calendar that his calendar program reads."""

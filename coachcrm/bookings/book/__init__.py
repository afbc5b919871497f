"""Booking a free time."""

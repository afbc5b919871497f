"""Booking, and how much of it is let through."""

"""The heart: booking, rescheduling and cancelling a meeting."""

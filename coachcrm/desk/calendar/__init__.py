"""The coach's bookings: the week, each booking, and what he does with one by hand."""

"""What can be booked, as the coach sets it."""

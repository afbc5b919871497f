"""What a letter tells, read from a booking."""

"""The pages of the week, of a booking, and of booking by hand."""

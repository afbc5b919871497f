"""The week and a booking, as their pages show them."""

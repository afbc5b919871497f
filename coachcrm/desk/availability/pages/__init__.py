"""Hours, dates and the month, as their pages show them."""

"""What the pages of a booking are given, from the form to the times beside it."""

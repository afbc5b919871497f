"""The pages of hours and dates."""

"""The public pages of free times, and the same as JSON."""

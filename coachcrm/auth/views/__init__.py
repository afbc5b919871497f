"""The coach's door."""

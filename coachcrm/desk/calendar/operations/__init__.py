"""What the coach does with his calendar by hand."""

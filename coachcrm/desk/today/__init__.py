"""Today: what is next, and what needs the coach."""

"""A booking’s own pages, opened by its secret link, and what the coach does to its letters."""

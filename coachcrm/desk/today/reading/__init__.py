"""Who and what waits for the coach, asked of the database."""

"""The database: its base, its schema, its copies, and counting in it."""

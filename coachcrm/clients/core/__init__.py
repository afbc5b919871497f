"""Where a client stands. Pure."""

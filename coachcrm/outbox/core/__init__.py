"""When to try a letter again. Pure."""

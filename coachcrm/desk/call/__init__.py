"""The call on one screen, and what follows it."""

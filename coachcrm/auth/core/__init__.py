"""Passwords, how long a login lives, and which browsers are known. Pure."""

"""Passwords, and how long a login lives. Pure."""

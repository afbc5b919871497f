"""Changing when the coach works."""

"""Changing hours and services."""

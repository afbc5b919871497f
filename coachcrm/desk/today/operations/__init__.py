"""Clients who think it over."""

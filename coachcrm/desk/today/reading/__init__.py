"""Clients with whom nothing has happened for long."""

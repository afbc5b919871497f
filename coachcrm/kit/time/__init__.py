"""Instants, intervals, zones, and how people read them."""

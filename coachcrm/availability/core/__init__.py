"""Slots, windows, the reasons for both, and the rules of a service. Pure."""

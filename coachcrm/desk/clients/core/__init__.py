"""Figures and pictures of a search and of the practice. Pure."""

"""Blocks, slash lines and templates of notes. Pure."""

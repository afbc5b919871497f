"""The record in words and links, as its pages show it."""

"""A note as its pages show it."""

"""Text that people type, and how it is searched."""

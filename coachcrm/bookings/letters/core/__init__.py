"""The letters there are. Pure."""

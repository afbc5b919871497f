"""The free times and the zones, as pages show them."""

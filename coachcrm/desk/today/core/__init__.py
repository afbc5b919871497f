"""What comes first on Today. Pure."""

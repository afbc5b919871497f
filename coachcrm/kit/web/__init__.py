"""What every page and form has in common."""

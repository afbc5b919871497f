"""Where things stand on a week, and the rules that a time breaks. Pure."""

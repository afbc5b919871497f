"""What is typed about a search, its applications and the coach's method."""

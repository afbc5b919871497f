"""The addresses of booking a free time."""

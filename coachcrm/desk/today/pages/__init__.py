"""What Today is given to show."""

"""What the call and what follows it show."""

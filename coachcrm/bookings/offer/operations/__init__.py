"""What is done to the coach's page."""

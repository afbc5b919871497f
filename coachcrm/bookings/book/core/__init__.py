"""What is decided about a form without a database."""

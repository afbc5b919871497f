"""What a letter to a client should not hold. Pure."""

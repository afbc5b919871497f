"""What the coach says of himself, at the beginning and later."""

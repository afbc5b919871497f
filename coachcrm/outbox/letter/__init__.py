"""A letter as finished octets, made of words."""

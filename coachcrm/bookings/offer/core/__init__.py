"""What a page about the offer is made of, without a database."""

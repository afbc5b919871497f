"""The coach's page as visitors see it: his photo, his colour, his words, his clients' words."""

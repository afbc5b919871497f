"""One client's story, and what the figures of the practice count."""

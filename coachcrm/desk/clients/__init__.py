"""The coach's clients: the list, one person's story, and the figures of them all."""

"""The coach's mail page: what became of each letter."""

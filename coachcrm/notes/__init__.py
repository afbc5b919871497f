"""Notes of blocks, each mapped to steps of the method."""

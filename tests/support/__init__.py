"""What the tests stand on: real servers to talk to, and a visitor who looks closely."""

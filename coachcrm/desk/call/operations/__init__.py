"""The letter after a call, and the prices that a client asked for."""

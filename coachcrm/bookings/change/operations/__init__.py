"""Moving, cancelling, blocking, taking back, and saying how a meeting went."""

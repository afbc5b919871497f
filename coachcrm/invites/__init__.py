"""What calendar programs are told."""

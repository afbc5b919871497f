"""The pages of a call and of what follows it."""

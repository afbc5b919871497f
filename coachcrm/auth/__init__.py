"""The coach: signing in, the logins, and who may enter where."""

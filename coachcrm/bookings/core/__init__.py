"""The rules of booking, and the words of its letters. Pure."""

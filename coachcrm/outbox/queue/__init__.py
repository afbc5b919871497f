"""The line of letters: put in, claimed, settled, and kept in order."""

"""The coach set up, signed in and out, and what is counted at his door."""

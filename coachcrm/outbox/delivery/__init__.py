"""How letters leave: the worker, and what it hands them to."""

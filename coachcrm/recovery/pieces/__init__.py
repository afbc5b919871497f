"""The pieces of the record that have a form each: what they offer, and how they are saved."""

"""Tools that no room owns; this room imports none of the others."""

"""The tests, room by room; `support` holds what they stand on."""

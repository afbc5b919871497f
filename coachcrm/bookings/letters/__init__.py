"""The letters of a booking: what they tell, when they go, and the coach's own words for them."""

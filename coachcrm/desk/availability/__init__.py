"""When the coach works: his hours, single dates, and what a visitor sees of them."""

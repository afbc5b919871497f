"""Pictures of a search, as their page shows them."""

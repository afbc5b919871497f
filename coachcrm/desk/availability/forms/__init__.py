"""Hours and dates as the coach types them."""

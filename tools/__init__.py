"""What makes files of the product from data that the product itself does not need."""

"""What was agreed and what is to be asked, across all clients."""

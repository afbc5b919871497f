"""The pages of settings, and of setting up."""

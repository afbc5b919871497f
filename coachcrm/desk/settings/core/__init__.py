"""What the settings decide by themselves."""

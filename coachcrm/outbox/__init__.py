"""Mail that must not be lost."""

"""The six steps as rules over plain values. Pure."""

"""The record, read into plain values."""

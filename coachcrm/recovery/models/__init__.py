"""The record as rows."""

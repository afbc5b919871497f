"""Composing letters, planning those that go later, and sending one again."""

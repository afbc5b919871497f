"""The practice and the diary, read into plain values and kept ready."""

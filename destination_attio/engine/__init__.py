"""Runs: when to read, what to write, in which order, and what to do after a crash."""

"""Pure functions from a row to the write that it needs; no I/O."""

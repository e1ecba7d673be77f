"""Pure functions from a row to what should be written; no I/O."""

"""Reads the values of cells as people write them, type by type; pure."""

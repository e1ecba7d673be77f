"""Loads what the source reads into a DuckDB warehouse."""

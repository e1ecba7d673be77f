"""Reads rows from files and queries."""

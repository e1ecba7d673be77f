"""Mappings of a file's columns to attributes: proposed, shown, changed, agreed to, and remembered."""
